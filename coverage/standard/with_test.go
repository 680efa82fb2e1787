package standard_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/standard"
)

func asError(err error) (*coverage.Error, bool) { return errors.AsType[*coverage.Error](err) }

// with is l with an override that must be sound.
func with(t testing.TB, l *standard.Library, text string) *standard.Library {
	t.Helper()
	got, err := l.With("local.yaml", []byte(text))
	if err != nil {
		for _, i := range issues(err) {
			t.Log(i)
		}
		t.Fatal(err)
	}
	return got
}

const head = "standard: DB 1-2026\nname: {zh: 地方标准, en: Local standard}\nrules:\n"

func TestOverrideChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	l := load(t)
	before := l.Rules()
	got := with(t, l, head+`
  - {id: gb50180-2018/green-15min, value: 3, source: local plan}
  - {id: gb50180-2018/clinic, value: 500, source: local plan, verified: true, reach: {kinds: [clinic, hospital], minutes: 8, meters: 500}}
  - {id: gb50180-2018/walk-15min, max: 1200, source: local plan}
  - {id: gb50180-2018/walk-10min, bound: range, min: 400, max: 600, source: local plan}
`)
	green, _ := got.Rule("gb50180-2018/green-15min")
	old, _ := l.Rule("gb50180-2018/green-15min")
	// The figure and the source are given, the rest stays; the clause went
	// with the source, and recalled is what nobody calls read.
	if *green.Value != 3 || green.Source != "local plan" || green.Verified || !green.Local || green.Standard != "DB 1-2026" || green.Clause != "" ||
		green.Name != old.Name || green.Unit != old.Unit || green.Bound != old.Bound || green.Ratio != old.Ratio {
		t.Errorf("green %+v", green)
	}
	clinic, _ := got.Rule("gb50180-2018/clinic")
	if *clinic.Value != 500 || !clinic.Verified || clinic.Reach.Count != 1 || clinic.Reach.Minutes != 8 || len(clinic.Reach.Kinds) != 2 {
		t.Errorf("clinic %+v", clinic)
	}
	if walk, _ := got.Rule("gb50180-2018/walk-15min"); *walk.Min != 800 || *walk.Max != 1200 {
		t.Errorf("15-minute walk %+v", walk)
	}
	if walk, _ := got.Rule("gb50180-2018/walk-10min"); walk.Value != nil || *walk.Min != 400 || *walk.Max != 600 {
		t.Errorf("10-minute walk %+v", walk)
	}
	if market, _ := got.Rule("gb50180-2018/market"); market.Local {
		t.Error("a rule that the override does not name became local")
	}
	// A local distance holds in the circles, where the need has none of its own.
	c, _ := got.Circle("circle-5")
	i := slices.IndexFunc(c.Needs, func(n standard.Need) bool { return n.ID == "clinic" })
	if n := c.Needs[i]; n.Meters != 500 || n.Minutes != 8 || len(n.Kinds) != 2 {
		t.Errorf("circle-5: %+v", n)
	}
	if diff := cmp.Diff(before, l.Rules()); diff != "" {
		t.Errorf("the library below changed: %s", diff)
	}
	if c, _ := l.Circle("circle-5"); c.Needs[i].Meters != 300 {
		t.Errorf("the circles below changed: %+v", c)
	}
	if len(got.Rules()) != len(before) {
		t.Errorf("%d rules became %d", len(before), len(got.Rules()))
	}
}

// A clause is one of a figure that was read: it does not stay with a figure
// that another hand gives, even of the same standard.
func TestClauseBeginsAnew(t *testing.T) {
	t.Parallel()
	const same = "standard: GB 50180-2018\nname: {zh: 标准, en: Standard}\nrules: [{id: gb50180-2018/green-15min, value: 2, source: the text itself"
	got := with(t, load(t), same+"}]\n")
	if r, _ := got.Rule("gb50180-2018/green-15min"); r.Clause != "" || r.Verified {
		t.Errorf("%+v", r)
	}
	got = with(t, load(t), same+", verified: true, clause: 4.0.4}]\n")
	if r, _ := got.Rule("gb50180-2018/green-15min"); r.Clause != "4.0.4" || !r.Local || !r.Verified {
		t.Errorf("%+v", r)
	}
}

func TestOverrideAdds(t *testing.T) {
	t.Parallel()
	l := load(t)
	got := with(t, l, head+`
  - id: local/lamps
    clause: ""
    name: {zh: 路灯, en: Lamps}
    bound: most
    value: 30
    unit: m
    source: local plan
    reach: {kinds: [lamp], count: 2, meters: 30}
  - {id: local/noise, name: {zh: 噪声, en: Noise}, bound: range, min: 0, max: 55, unit: dB, source: local plan, verified: true, clause: "7.1"}
---
# another standard of the town
standard: DB 2-2026
name: {zh: 另一地方标准, en: Another local standard}
rules:
  - {id: local/benches, name: {zh: 座椅, en: Benches}, bound: least, value: 4, unit: benches/1000 people, source: local plan, verified: true,
     ratio: {kinds: [bench], supply: facilities, weight: people, per: 1000}}
circles:
  - id: night
    name: {zh: 夜间, en: Night}
    source: local plan
    weights_source: council vote
    needs:
      - {id: lamps, name: {zh: 路灯, en: Lamps}, rule: local/lamps, weight: 0.75}
      - {id: clinic, name: {zh: 卫生站, en: Clinic}, kinds: [clinic], count: 1, minutes: 20, rule: gb50180-2018/clinic, weight: 0.25}
tiers:
  - {minutes: 15, meters: 800, source: local plan}
  - {minutes: 20, meters: 1200, source: local plan, verified: true}
`)
	rules := got.Rules()
	var added []string
	for _, r := range rules[len(l.Rules()):] {
		added = append(added, r.ID+" of "+r.Standard)
		if !r.Local {
			t.Errorf("%s is not local", r.ID)
		}
	}
	if want := []string{"local/lamps of DB 1-2026", "local/noise of DB 1-2026", "local/benches of DB 2-2026"}; !slices.Equal(added, want) {
		t.Errorf("added %v, want %v", added, want)
	}
	c, ok := got.Circle("night")
	if !ok || c.Verified || c.WeightsSource != "council vote" || len(c.Needs) != 2 {
		t.Fatalf("%+v", c)
	}
	// The lamps are counted as their rule says; the clinic has its own limit, in
	// minutes alone.
	if n := c.Needs[0]; n.Count != 2 || n.Meters != 30 || n.Minutes != 0 || *n.Weight != 0.75 {
		t.Errorf("%+v", n)
	}
	if n := c.Needs[1]; n.Count != 1 || n.Meters != 0 || n.Minutes != 20 {
		t.Errorf("%+v", n)
	}
	var tiers []string
	for _, tier := range got.Tiers() {
		tiers = append(tiers, fmt.Sprintf("%v:%v:%v", tier.Minutes, tier.Meters, tier.Verified))
	}
	if want := []string{"5:300:false", "10:500:true", "15:800:false", "20:1200:true"}; !slices.Equal(tiers, want) {
		t.Errorf("tiers %v, want %v", tiers, want)
	}
	if len(l.Tiers()) != 3 || l.Tiers()[2].Meters != 1000 {
		t.Errorf("the tiers below changed: %v", l.Tiers())
	}
}

// A circle that is given again is replaced whole, in its place.
func TestOverrideReplacesCircles(t *testing.T) {
	t.Parallel()
	l := load(t)
	got := with(t, l, "circles:\n  - {id: circle-5, name: {zh: 五分钟, en: Five}, source: local plan, needs: [{id: bench, name: {zh: 座椅, en: Bench}, kinds: [bench], meters: 100}]}\n")
	if len(got.Circles()) != len(l.Circles()) || got.Circles()[0].ID != "circle-5" || len(got.Circles()[0].Needs) != 1 || len(l.Circles()[0].Needs) == 1 {
		t.Errorf("%+v", got.Circles())
	}
}

// Later overrides lie on top of earlier ones; one that says nothing changes
// nothing.
func TestOverridesStack(t *testing.T) {
	t.Parallel()
	l := load(t)
	one := with(t, l, head+"  - {id: local/a, name: {zh: 甲, en: A}, bound: least, value: 1, unit: m, source: one}\n")
	two := with(t, one, head+"  - {id: local/a, value: 2, source: two}\n")
	a, _ := one.Rule("local/a")
	b, _ := two.Rule("local/a")
	if *a.Value != 1 || *b.Value != 2 || b.Source != "two" || b.Name.EN != "A" {
		t.Errorf("%+v, then %+v", a, b)
	}
	for _, text := range []string{"", "# nothing\n", "---\n---\n", "\ufeff"} {
		same := with(t, l, text)
		if diff := cmp.Diff(l.Rules(), same.Rules()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
		if diff := cmp.Diff(l.Circles(), same.Circles()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// Whatever figure is written is the figure of the rule, and nothing else moves.
func TestOverriddenFiguresAreTaken(t *testing.T) {
	t.Parallel()
	l := load(t)
	rules := l.Rules()
	rapid.Check(t, func(rt *rapid.T) {
		at := rapid.IntRange(0, len(rules)-1).Draw(rt, "rule")
		x := float64(rapid.IntRange(0, 1_000_000).Draw(rt, "hundredths")) / 100
		text := head + fmt.Sprintf("  - {id: %s, bound: least, value: %.2f, unit: things, source: local plan}\n", rules[at].ID, x)
		got, err := l.With("local.yaml", []byte(text))
		// A size is of square meters, and of nothing else.
		if rules[at].Size != nil {
			if err == nil {
				rt.Fatalf("%s: a size in things was taken", rules[at].ID)
			}
			return
		}
		if err != nil {
			rt.Fatal(err, issues(err))
		}
		for i, r := range got.Rules() {
			if i == at {
				if *r.Value != x || r.Min != nil || r.Unit != "things" || r.ID != rules[at].ID {
					rt.Errorf("%v became %+v", x, r)
				}
			} else if r.Value != rules[i].Value || r.Source != rules[i].Source {
				rt.Errorf("%s changed with %s", r.ID, rules[at].ID)
			}
		}
	})
}

// FuzzWith: no text ends the program, and what is taken leaves a library that
// is whole.
func FuzzWith(f *testing.F) {
	files, err := os.ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".yaml") {
			text, err := os.ReadFile(file.Name())
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, text := range []string{
		head, "a: &x 1\nb: *x\n", "? [q]\n: 3\n", "rules: !!seq []\n", "<<: {d: 1}\n", "rules: |\n", "- - - {", "tiers: [{minutes: .nan}]",
		"circles: [{id: c, needs: [{}]}]", head + "  - {id: a/b, radius: {classes: [{}, {}]}}", "\"\\", "%YAML 1.2\n---\n", "a: b: c", "? a", "&a", "!!x", "*b: 1",
	} {
		f.Add([]byte(text))
	}
	l := load(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := l.With("local.yaml", text)
		if err != nil {
			e, ok := asError(err)
			if !ok || e.Code != coverage.Invalid || len(e.Issues) == 0 {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		for _, r := range got.Rules() {
			if r.ID == "" || r.Source == "" || r.Unit == "" || r.Upper() == nil || *r.Upper() < 0 {
				t.Errorf("a rule that is not whole was taken: %+v", r)
			}
		}
		for _, c := range got.Circles() {
			for _, n := range c.Needs {
				if n.Count < 1 || len(n.Kinds) == 0 || n.Minutes == 0 && n.Meters == 0 || (n.Weight != nil) != (c.WeightsSource != "") {
					t.Errorf("a need that is not whole was taken: %+v", n)
				}
			}
		}
	})
}

package standard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaimen/coverage"
)

// told are the faults of an override: line, id, code and message.
func told(t *testing.T, text string) (list []string) {
	t.Helper()
	_, err := load(t).With("local.yaml", []byte(text))
	if err == nil {
		return nil
	}
	e, ok := asError(err)
	if !ok || e.Code != coverage.Invalid {
		t.Fatalf("error %v", err)
	}
	for _, i := range e.Issues {
		if i.Source != "local.yaml" || i.Severity != coverage.SeverityError {
			t.Errorf("%+v is of no file", i)
		}
		list = append(list, fmt.Sprintf("%d %s %s: %s", i.Line, i.Feature, i.Code, i.Message))
	}
	return list
}

// Each fault is told once, with its line, rule, member and remedy.
func TestFaultsOfRules(t *testing.T) {
	t.Parallel()
	// The rule stands on line 4, the members of a case on line 5.
	const whole = head + "  - {id: a/b, name: {zh: 甲, en: A}, unit: m2, source: plan,\n     "
	for _, tc := range []struct {
		name, members string
		want          []string
	}{
		{"bound", "bound: atleast, value: 1", []string{`5 a/b bad_value: bound: "atleast" is none of them; give one of least, most, range, about`}},
		{"no bound", "value: 1", []string{"4 a/b missing_value: bound is missing; give one of least, most, range, about"}},
		{"no value", "bound: least", []string{"4 a/b missing_value: value is missing; bound least takes value"}},
		{"no ends", "bound: range", []string{
			"4 a/b missing_value: min is missing; bound range takes min, max", "4 a/b missing_value: max is missing; bound range takes min, max",
		}},
		{"value of a range", "bound: range, min: 1, max: 2, value: 3", []string{"5 a/b bad_value: value: bound range takes min, max; leave it out, or give another bound"}},
		{"end of a value", "bound: most, max: 2, value: 3", []string{"5 a/b bad_value: max: bound most takes value; leave it out, or give another bound"}},
		{"ends crossed", "bound: range, min: 3, max: 2", []string{"4 a/b bad_value: min: 3 is above max, 2; swap them"}},
		{"negative", "bound: least, value: -1", []string{"5 a/b bad_number: value: -1 is out of range; give a number from 0 to 1e+09"}},
		{"not a number", "bound: least, value: .nan", []string{`5 a/b bad_number: value: ".nan" is not finite; give a number from 0 to 1e+09`}},
		{"infinite", "bound: range, min: -.inf, max: .inf", []string{
			`5 a/b bad_number: min: "-.inf" is not finite; give a number from 0 to 1e+09`, `5 a/b bad_number: max: ".inf" is not finite; give a number from 0 to 1e+09`,
		}},
		{"text", `bound: least, value: "3"`, []string{`5 a/b bad_number: value: "3" is no number; give decimal digits without quotes`}},
		{"hexadecimal", "bound: least, value: 0x10", []string{`5 a/b bad_number: value: "0x10" is no number; give decimal digits`}},
		{"too large", "bound: least, value: 2000000000", []string{"5 a/b bad_number: value: 2e+09 is out of range; give a number from 0 to 1e+09"}},
		{"unknown member", "bound: least, value: 1, colour: red", []string{
			`5 a/b unknown_parameter: "colour" is not known here; give id, clause, name, bound, value, min, max, unit, source, verified, ratio, reach, radius, size`,
		}},
		{"twice", "bound: least, value: 1, value: 2", []string{`5 a/b duplicate: "value" stands twice; keep one`}},
		{"verified", "bound: least, value: 1, verified: maybe", []string{`5 a/b bad_value: verified: "maybe" is neither true nor false; give one of them`}},
		{"clause", "bound: least, value: 1, clause: [4]", []string{"5 a/b bad_value: clause: a list is no text; put text in quotes"}},
		{"recalled clause", `bound: least, value: 1, clause: "4.1"`, []string{
			`5 a/b bad_value: clause: "4.1" stands beside a figure that was not read in its source; set verified: true, or leave the clause out`,
		}},
		{"nothing", "bound: least, value: 1, verified: , clause: ", []string{
			"5 a/b bad_value: verified: nothing is neither true nor false; give one of them", "5 a/b bad_value: clause: nothing is no text; put text in quotes",
		}},
		{"two roles", "bound: least, value: 1, size: {kinds: [park]}, reach: {kinds: [park], meters: 1}", []string{"4 a/b bad_value: reach, size stand together; keep one"}},
		{"empty roles", "bound: least, value: 1, ratio: {}", []string{
			"5 a/b missing_value: ratio.kinds is missing; give the kinds that supply",
			"5 a/b missing_value: ratio.supply is missing; give one of capacity, area_m2, facilities, staff",
			"5 a/b missing_value: ratio.weight is missing; give a weight of demand, or grids",
			"5 a/b missing_value: ratio.per is missing; give the number of units of the weight that the value is for",
		}},
		{"ratio", "bound: least, value: 1, ratio: {kinds: [], supply: doctors, weight: All People, per: 0, of: 1}", []string{
			"5 a/b bad_value: ratio.kinds: an empty list is no list with words in it; give [a, b]",
			`5 a/b bad_value: ratio.supply: "doctors" is none of them; give one of capacity, area_m2, facilities, staff`,
			`5 a/b bad_value: ratio.weight: "All People" is not of the form; give a word of lower-case letters, digits and underscores that begins with a letter`,
			"5 a/b bad_number: ratio.per: 0 is out of range; give a number from 1e-06 to 1e+09",
			`5 a/b unknown_parameter: ratio."of" is not known here; give kinds, supply, weight, per`,
		}},
		{"ratio of a range", "bound: range, min: 1, max: 2, ratio: {kinds: [park], supply: staff, weight: people, per: 1}", []string{
			"4 a/b bad_value: ratio: it takes one value, and bound range has none; give bound least, most or about",
		}},
		{"reach", "bound: most, value: 1, reach: {kinds: [Park, park, park], count: 1.5}", []string{
			`5 a/b bad_value: reach.kinds: "Park" is no word; give a word of lower-case letters, digits and underscores that begins with a letter`,
			"5 a/b duplicate: reach.kinds: park stands twice; keep one",
			"5 a/b bad_number: reach.count: 1.5 is no whole number; give 1, 2, …",
			"5 a/b missing_value: reach.meters is missing; give meters, minutes or both",
		}},
		{"reach that is none", "bound: most, value: 1, reach: near", []string{`5 a/b bad_value: reach: "near" is no mapping; give {member: value, …}`}},
		{"overlapping classes", "bound: most, value: 1, radius: {kinds: [park], land: residential, classes: [{min_area_m2: 100, meters: 5}, {max_area_m2: 101, meters: 3}]}", []string{
			"5 a/b bad_value: radius.classes[2].min_area_m2: the class holds sizes that class 1 holds too; let each begin where another ends",
		}},
		{"empty class", "bound: most, value: 1, radius: {kinds: [park], land: residential, classes: [{min_area_m2: 100, max_area_m2: 100, meters: 5}, {}, 7]}", []string{
			"5 a/b bad_value: radius.classes[3]: \"7\" is no mapping; give {member: value, …}",
			"5 a/b bad_value: radius.classes[1].min_area_m2: 100 is not below max_area_m2, 100; a class holds sizes from min up to, not including, max",
			"5 a/b missing_value: radius.classes[2].meters is missing; give the straight distance that sites of the class serve",
		}},
		{"no classes", "bound: most, value: 1, radius: {kinds: [park], land: residential, classes: []}", []string{
			"5 a/b bad_value: radius.classes: an empty list is no list with items in it; give one a line, each after a dash, or leave the member out",
		}},
		{"touching classes", "bound: most, value: 1, radius: {kinds: [park], land: residential, classes: [{min_area_m2: 100, meters: 5}, {max_area_m2: 100, meters: 3}]}", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, told(t, whole+tc.members+"}\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Faults of the file, of circles and of tiers.
func TestFaultsOfTheRest(t *testing.T) {
	t.Parallel()
	const need = "{id: n, name: {zh: 甲, en: A}, kinds: [park], meters: 100"
	circle := func(needs string) string {
		return "circles:\n  - {id: c, name: {zh: 甲, en: A}, source: plan,\n     needs: [" + needs + "]}\n"
	}
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"not UTF-8", "standard: \xb9\xab", []string{"0  unreadable: the text is not UTF-8; save it as UTF-8"}},
		{"too long", strings.Repeat("# a line\n", 20_000), []string{"0  unreadable: the text has 180000 bytes; at most 65536 are read"}},
		{"too deep", "a:\n" + strings.Repeat("[", 17), []string{"2  unreadable: brackets stand more than 16 deep"}},
		{"no YAML", "a: 1\nb: [", []string{"2  unreadable: this is no YAML: sequence end token ']' not found"}},
		{"a list", "- standard: x\n", []string{"1  unreadable: a list is no mapping; begin with standard:, rules:, circles: or tiers:"}},
		{"an anchor", "rules: &x [1]\n", []string{
			"1  bad_value: rules: an anchor, alias or tag is no list with items in it; give one a line, each after a dash, or leave the member out",
			"1  missing_value: standard is missing; give the standard that the rules are of, as it is cited",
			"1  missing_value: name is missing; give the standard's name as {zh: …, en: …}",
		}},
		{"nothing in it", "standard: x\nname: {zh: 甲, en: A}\nruls: []\n", []string{
			"1  missing_value: the document holds nothing; give rules, circles or tiers",
			`3  unknown_parameter: "ruls" is not known here; give standard, name, region, rules, circles, tiers`,
		}},
		{"a name", "standard: ' '\nname: {zh: 甲, fr: A}\nrules: [5]\n", []string{
			"1  missing_value: standard: it is blank; write it, or leave the member out",
			"2  missing_value: name.en is missing; give the name in English",
			`2  unknown_parameter: name."fr" is not known here; give zh, en`,
			`3  bad_value: rules[1]: "5" is no mapping; give {member: value, …}`,
		}},
		{"ids", head + "  - {id: A b, value: 1}\n  - {id: gb50180-2018/market, value: 500}\n  - {value: 1, name: {zh: 甲, en: A}, bound: most, unit: m, source: plan}\n", []string{
			`4  bad_value: rules[1].id: "A b" is not of the form; give lower-case letters, digits, dashes, dots and slashes, beginning with a letter or digit`,
			"4  missing_value: rules[1].source is missing; say where the figure is from",
			"5 gb50180-2018/market missing_value: source is missing; say where the figure is from",
			"6  missing_value: rules[3].id is missing; give lower-case letters, digits, dashes, dots and slashes, beginning with a letter or digit",
		}},
		{"a rule twice", head + "  - {id: gb50180-2018/market, value: 500, source: plan}\n  - {id: gb50180-2018/market, value: 500, source: vote}\n", []string{
			"5 gb50180-2018/market duplicate_id: the rule stands twice in this file; keep one",
		}},
		{"a figure that stands twice", head + "  - {id: gb50180-2018/market, value: 600, source: plan}\n", []string{
			"4 gb50180-2018/market bad_value: reach.meters: 500 is not the rule's own figure, 600 m; give the same in both",
		}},
		{"the widest radius", head + "  - {id: park-audit-2021/park-radius, value: 400, source: plan}\n", []string{
			"4 park-audit-2021/park-radius bad_value: radius: the widest class: 500 is not the rule's own figure, 400 m; give the same in both",
		}},
		{"a size in people", head + "  - {id: pocket-parks-2022/size, unit: people, source: plan}\n", []string{
			`4 pocket-parks-2022/size bad_value: unit: "people" does not go with size, which bounds square meters; give m2`,
		}},
		{"a rule that circles lean on", head + "  - {id: childcare/anhui-distance, source: plan, size: {kinds: [childcare]}, unit: m2}\n", []string{
			"0 circle-5 missing_value: need childcare: kinds is missing; give a list of kinds, or a rule with reach",
			"0 circle-5 missing_value: need childcare: minutes and meters are missing; give one of them, or a rule with reach",
			"0 circle-15 missing_value: need childcare: kinds is missing; give a list of kinds, or a rule with reach",
			"0 circle-15 missing_value: need childcare: minutes and meters are missing; give one of them, or a rule with reach",
			"0 complete-community missing_value: need nursery: kinds is missing; give a list of kinds, or a rule with reach",
			"0 complete-community missing_value: need nursery: minutes and meters are missing; give one of them, or a rule with reach",
		}},
		{"an empty circle", "circles:\n  - {id: c}\n", []string{
			"2 c missing_value: name is missing; give it as {zh: …, en: …}",
			"2 c missing_value: source is missing; say where the list of needs is from",
			"2 c missing_value: needs is missing; give a list of needs",
		}},
		{"an unknown rule", circle(need + ", rule: moats}"), []string{
			`0 c bad_value: need n: rule: there is no rule "moats"; give the id of a rule of the library, or leave it out`,
		}},
		{"needs", circle("{id: N, kinds: park, minutes: 0, count: 0, hours: 2}"), []string{
			`3 c bad_value: needs[1].id: "N" is not of the form; give a word of lower-case letters, digits and underscores that begins with a letter`,
			`3 c bad_value: needs[1].kinds: "park" is no list with words in it; give [a, b]`,
			"3 c bad_number: needs[1].count: 0 is out of range; give a number from 1 to 1e+09",
			"3 c bad_number: needs[1].minutes: 0 is out of range; give a number from 1e-06 to 1e+09",
			"3 c missing_value: needs[1].name is missing; give it as {zh: …, en: …}",
			`3 c unknown_parameter: needs[1]."hours" is not known here; give id, name, kinds, count, minutes, meters, rule, weight`,
		}},
		{"a need twice", circle(need + "}, " + need + "}"), []string{"3 c duplicate_id: need n stands twice; give each its own id"}},
		{"weights of nowhere", circle(need + ", weight: 1}"), []string{
			"3 c bad_value: needs[1].weight: the circle has no weights_source; say where the weights are from, or leave them out",
		}},
		{"a weight too few", "circles:\n  - {id: c, name: {zh: 甲, en: A}, source: plan, weights_source: vote,\n     needs: [" + need + ", weight: .inf}, {id: m, name: {zh: 乙, en: B}, kinds: [park], meters: 1}]}\n", []string{
			`3 c bad_number: needs[1].weight: ".inf" is not finite; give a number from 1e-06 to 1e+09`,
			"3 c missing_value: needs[2].weight is missing; the circle has weights_source, and then each need must have its weight",
		}},
		{"a circle twice", circle(need+"}") + "  - {id: c, name: {zh: 甲, en: A}, source: plan, needs: [" + need + "}]}\n", []string{
			"4 c duplicate_id: the circle stands twice in this file; keep one",
		}},
		{"tiers", "tiers:\n  - {minutes: -5, meters: 100}\n  - {minutes: 20, meters: 900, source: plan}\n  - {minutes: 20, meters: 900, source: plan, speed: 4}\n", []string{
			"2  bad_number: tiers[1].minutes: -5 is out of range; give a number from 1e-06 to 1e+09",
			"2  missing_value: tiers[1].source is missing; say where the distance is from",
			`4  unknown_parameter: tiers[3]."speed" is not known here; give minutes, meters, verified, source`,
			"4 20 min duplicate_id: the tier stands twice in this file; keep one",
			"0  bad_value: tiers: 20 minutes are 900 m, and 15 minutes are 1000 m; give more meters for more minutes",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, told(t, tc.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A new rule needs all its members, and is told of all that it lacks.
func TestNewRulesNeedAll(t *testing.T) {
	t.Parallel()
	got := told(t, head+"  - {id: a/b}\n")
	want := []string{
		"4 a/b missing_value: name is missing; give it as {zh: …, en: …}",
		"4 a/b missing_value: bound is missing; give one of least, most, range, about",
		"4 a/b missing_value: unit is missing; give the unit of the figures",
		"4 a/b missing_value: source is missing; say where the figure is from",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

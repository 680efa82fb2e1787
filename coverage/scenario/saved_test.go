package scenario_test

import (
	"bytes"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/scenario"

	"github.com/google/go-cmp/cmp"
)

// everyMember is a scenario that has each member of a change at least once.
const everyMember = `{"name":{"zh":"打通","en":"<link> & more"},"crs":"GCJ-02","changes":[
	{"change":"draw_road","line":[[105.07,29.59],[105.0712,29.590300000000001]],"class":"footway","tags":{"surface":"asphalt","bridge":"yes"}},
	{"change":"add_facility","kind":"school","id":"n","name":"新校","at":[105.07,29.59],"entrances":[[105.07,29.59],[105.0701,29.59]],"capacity":0},
	{"change":"move_facility","kind":"school","id":"n","at":[105.071,29.59]},
	{"change":"add_gate","gate":"g","at":[105.07,29.59],"state":"closed"},
	{"change":"close_road","road":"w1","from":[105.07,29.59],"to":[105.0701,29.59]}]}`

// What is written reads back equal, in one form whatever the source looked like.
func TestTextReadsBackEqual(t *testing.T) {
	t.Parallel()
	for _, source := range []string{everyMember, `{"changes":[]}`, `{"changes":[{"change":"close_road","road":"w1","tags":{},"entrances":[]}]}`} {
		s, err := scenario.Read(bytes.NewReader([]byte(source)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := s.Text()
		if err != nil {
			t.Fatal(err)
		}
		again, err := scenario.Load(coverage.SavedScenario{Text: text})
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		second, err := again.Text()
		if err != nil || !bytes.Equal(text, second) || again.Hash() != s.Hash() || again.Name != s.Name {
			t.Errorf("%v: %s, and again %s", err, text, second)
		}
		if source == everyMember {
			if d := cmp.Diff(s, again); d != "" {
				t.Errorf("(-read +loaded):\n%s", d)
			}
		}
	}
	if text, err := (&scenario.Scenario{}).Text(); err != nil || string(text) != `{"changes":[]}` {
		t.Errorf("no changes are %s, %v", text, err)
	}
}

// The same content has the same id, whenever it is saved; another name is other
// content. Nothing takes the place of what is under such an id.
func TestKeepUnderItsContent(t *testing.T) {
	t.Parallel()
	base, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, coverage.Layers{}, coverage.Report{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var in coveragetest.MemoryScenarios
	save := func(name string, at int64) coverage.SavedScenario {
		s, err := (&scenario.Scenario{Name: coverage.Name{EN: name}}).Save(base, "", time.Unix(at, 0))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, later, other := save("a", 1), save("a", 2), save("b", 1)
	if first.ID != later.ID || first.ID == other.ID || coverage.CheckScenarioID(first.ID) != nil {
		t.Fatalf("ids %s, %s, %s", first.ID, later.ID, other.ID)
	}
	if _, made, err := scenario.Keep(t.Context(), &in, first); err != nil || !made {
		t.Errorf("made %v, %v", made, err)
	}
	if kept, made, err := scenario.Keep(t.Context(), &in, later); err != nil || made || !kept.MadeAt.Equal(first.MadeAt) {
		t.Errorf("again: made %v, %v, %v", made, kept.MadeAt, err)
	}
	taken := other
	taken.ID = first.ID
	if _, _, err := scenario.Keep(t.Context(), &in, taken); coverage.CodeOf(err) != coverage.Conflict {
		t.Errorf("another in its place: %v; want conflict", err)
	}
}

package coverage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
)

// Every way in which a layer can change, one each: a boundary gets a parent of
// another name, a road another line and tag, one of two facilities of one id
// leaves and another opens, a demand row gets a weight that no row had.
func TestCompare(t *testing.T) {
	t.Parallel()
	a := snapshot(t, full())
	changed := full()
	changed.Boundaries[0].Level, changed.Boundaries[0].Parent = coverage.LevelBuilding, ""
	changed.Roads[0].Line[1] = orb.Point{105.05, 29}
	changed.Roads[0].Tags = map[string]string{"foot": "no"}
	changed.Facilities[1].Kind = "school"
	changed.Facilities[0].Capacity = nil
	changed.Demand[0].Weights["vehicles"] = 0 // none is not the same as not known
	changed.Parcels = nil
	b, err := coverage.NewSnapshot(coverage.Study{ID: "town", Synthetic: true}, changed, coverage.Report{}, time.Unix(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	none, nothing := []coverage.Feature{}, []coverage.Change{}
	want := coverage.Difference{
		From: a.ID, To: b.ID, Study: []string{"synthetic"},
		Layers: []coverage.LayerDifference{
			{
				Layer: "boundaries", Before: 2, After: 2, Added: none, Removed: none,
				Changed: []coverage.Change{{coverage.Feature{ID: "g1"}, []string{"level", "parent"}}},
			},
			{
				Layer: "roads", Before: 1, After: 1, Added: none, Removed: none,
				Changed: []coverage.Change{{coverage.Feature{ID: "7"}, []string{"geometry", "tags"}}},
			},
			{
				Layer: "facilities", Before: 2, After: 2,
				Added: []coverage.Feature{{"p", "school"}}, Removed: []coverage.Feature{{"p", "market"}},
				Changed: []coverage.Change{{coverage.Feature{"p", "parking"}, []string{"capacity"}}},
			},
			{
				Layer: "demand", Before: 2, After: 2, Added: none, Removed: none,
				Changed: []coverage.Change{{coverage.Feature{ID: "b"}, []string{"vehicles"}}},
			},
			{Layer: "parcels", Before: 1, After: 0, Added: none, Removed: []coverage.Feature{{ID: "I"}}, Changed: nothing},
		},
	}
	if d := cmp.Diff(want, coverage.Compare(a, b)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A layer is told exactly if its hashes differ; the other way round, what came
// is what went, and the same rows changed; and from one with all that is told
// done to it comes the other.
func TestCompareHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := snapshot(noTest{}, someLayers(t, "a")), snapshot(noTest{}, someLayers(t, "b"))
		there, back := coverage.Compare(a, b), coverage.Compare(b, a)
		told := map[coverage.LayerName]bool{}
		for i, l := range there.Layers {
			told[l.Layer] = true
			if l.Before+len(l.Added)-len(l.Removed) != l.After {
				t.Errorf("%s: %d + %d - %d is not %d", l.Layer, l.Before, len(l.Added), len(l.Removed), l.After)
			}
			r := back.Layers[i]
			if !cmp.Equal(l.Added, r.Removed) || !cmp.Equal(l.Removed, r.Added) || !cmp.Equal(changes(l), changes(r)) {
				t.Errorf("there %+v, back %+v", l, r)
			}
		}
		for _, layer := range coverage.LayerNames() {
			if differ := a.Hashes[layer] != b.Hashes[layer]; differ != told[layer] {
				t.Errorf("%s: its hashes differ: %v; told: %v", layer, differ, told[layer])
			}
		}
		if d := coverage.Compare(a, a); len(d.Layers)+len(d.Study) > 0 {
			t.Errorf("with itself: %+v", d)
		}
	})
}

// changes lists a layer's changed rows with their columns in order of the rows'
// names: a boundary of another level stands elsewhere in its layer.
func changes(l coverage.LayerDifference) []string {
	var all []string
	for _, c := range l.Changed {
		all = append(all, fmt.Sprint(c))
	}
	slices.Sort(all)
	return all
}

// someLayers draws from few ids and values, so that two draws have much in common.
func someLayers(t *rapid.T, name string) coverage.Layers {
	var l coverage.Layers
	few := rapid.IntRange(0, 2)
	for _, id := range []string{"1", "2", "3"} {
		if rapid.Bool().Draw(t, name+" boundary") {
			level := coverage.Levels()[1+few.Draw(t, "level")]
			l.Boundaries = append(l.Boundaries, coverage.Boundary{ID: id, Level: level, Area: square(float64(few.Draw(t, "x")), 0)})
		}
		for _, kind := range []string{"park", "school"} {
			if rapid.Bool().Draw(t, name+" facility") {
				l.Facilities = append(l.Facilities, coverage.Facility{ID: id, Kind: kind, At: orb.Point{float64(few.Draw(t, "x")), 0}})
			}
		}
		if rapid.Bool().Draw(t, name+" demand") {
			weights := map[string]coverage.Amount{}
			for _, weight := range []string{"people", "elderly"} {
				if rapid.Bool().Draw(t, weight) {
					weights[weight] = coverage.Amount(few.Draw(t, "amount"))
				}
			}
			l.Demand = append(l.Demand, coverage.Demand{ID: id, Weights: weights})
		}
	}
	return l
}

// noTest is for helpers where a rapid check runs.
type noTest struct{ testing.TB }

func (noTest) Helper()        {}
func (noTest) Fatal(a ...any) { panic(fmt.Sprint(a...)) }

package analysis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/standard"
)

// named is hotline with names, a facility, an estate and a road of two parts.
func named(t *testing.T) *analysis.Engine {
	t.Helper()
	layers := hotline()
	for i, name := range []string{"东城街道", "东湖社区", "西湖社区", "湖西网格"} {
		layers.Boundaries[i].Name = name
	}
	layers.Facilities = []coverage.Facility{{ID: "F1", Kind: "school", Name: "湖滨小学", At: here(1, 1)}}
	layers.Estates = []coverage.Estate{{ID: "E1", Name: "湖景苑", Households: 300, Area: square(3, 0, 4, 1)}}
	layers.Roads = []coverage.Road{
		{ID: "r1", Name: "湖滨路", Class: "residential", Nodes: []int64{1, 2}, Line: orb.LineString{here(0, 1), here(1, 1)}},
		{ID: "r2", Name: "湖滨路", Class: "residential", Nodes: []int64{2, 3}, Line: orb.LineString{here(1, 1), here(1.5, 1)}},
		{ID: "r3", Class: "residential", Nodes: []int64{3, 4}, Line: orb.LineString{here(1.5, 1), here(3, 1)}},
	}
	snapshot, err := coverage.NewSnapshot(coverage.Study{ID: "lake"}, layers, coverage.Report{}, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	store := &coveragetest.Memory{}
	if err := store.Put(t.Context(), snapshot); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	return analysis.New(store, library)
}

func lookFor(t *testing.T, e *analysis.Engine, text string) []string {
	t.Helper()
	found, err := e.Find(t.Context(), analysis.Find{Study: "lake", Text: text, Limit: 12})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range found.Rows {
		list = append(list, fmt.Sprintf("%s %s %s %s", r.Group, r.ID, r.Match, strings.Join(r.Around, "/")))
	}
	return list
}

func TestFind(t *testing.T) {
	t.Parallel()
	e := named(t)
	for _, tc := range []struct {
		text string
		want []string
	}{
		// Of the zones that hold it, west has 2,000 people and east 250; the grid
		// begins with it, and so goes first. The road's name is shorter than the school's.
		{"湖", []string{
			"zone grid prefix 东城街道/西湖社区", "zone west inside 东城街道", "zone east inside 东城街道",
			"estate E1 prefix 东城街道/西湖社区", "road 湖滨路 prefix 东城街道/西湖社区/湖西网格", "facility school/F1 prefix 东城街道/西湖社区/湖西网格",
		}},
		{"xhsq", []string{"zone west pinyin 东城街道"}},
		{"f1", []string{"facility school/F1 exact 东城街道/西湖社区/湖西网格"}},
		{"学校", []string{"kind school exact "}},
		{"29.01, 105.03", []string{"place 105.03000,29.01000 coordinates 东城街道/西湖社区"}},
		{"没有的", nil},
	} {
		if got := lookFor(t, e, tc.text); !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n got %q\nwant %q", tc.text, got, tc.want)
		}
	}
}

func TestFindTellsWhereAndHowMany(t *testing.T) {
	t.Parallel()
	e := named(t)
	found, err := e.Find(t.Context(), analysis.Find{Study: "lake", Text: "西湖", Limit: 12})
	if err != nil || len(found.Rows) != 1 {
		t.Fatal(found, err)
	}
	west := found.Rows[0]
	if *west.People != 2000*coverage.AmountUnit || *west.Bounds != [4]float64{105, 29, 105.04, 29.02} {
		t.Errorf("west: %v people in %v", *west.People, *west.Bounds)
	}
	found, err = e.Find(t.Context(), analysis.Find{Study: "lake", Text: "湖滨路", Limit: 1, Lines: true})
	if err != nil || len(found.Rows) != 1 || len(found.Rows[0].Lines) != 2 || found.Rows[0].Count != 2 {
		t.Errorf("the road: %+v, %v; want its two lines", found, err)
	}
	if _, err := e.Find(t.Context(), analysis.Find{Study: "nowhere", Text: "a", Limit: 1}); coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("a study that is not there: %v, want not_found", err)
	}
}

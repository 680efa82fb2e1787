package siting_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaimen/coverage/siting"
)

// explainStreet is five places, 100 m from one to the next, with sites on each but the
// middle one; the first is there already. Whoever walks 100 m is within.
//
//	place   0    1    2    3    4    5 (reaches no site)
//	weight  10   20   30   40   50   7
//	site    0    1         2    3
func explainStreet(model siting.Model) *siting.Problem {
	p := &siting.Problem{
		Model: model, Sites: make([]siting.Site, 4), Number: 2, Budget: siting.NoBudget, Cutoff: 100,
		Reach: siting.Reach{Start: []int64{0}},
	}
	p.Sites[0].State = siting.Existing
	row := func(weight int64, sites []int32, costs ...uint32) {
		p.Demand = append(p.Demand, siting.Demand{Weight: weight, Area: -1})
		p.Reach.Site, p.Reach.Cost = append(p.Reach.Site, sites...), append(p.Reach.Cost, costs...)
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	row(10, []int32{0, 1, 2, 3}, 0, 100, 300, 400)
	row(20, []int32{1, 0, 2, 3}, 0, 100, 200, 300)
	row(30, []int32{1, 2, 0, 3}, 100, 100, 200, 200)
	row(40, []int32{2, 3, 1, 0}, 0, 100, 200, 300)
	row(50, []int32{3, 2, 1, 0}, 0, 100, 300, 400)
	row(7, nil)
	return p
}

// The existing site has places 0 and 1. Site 2 has 2, 3 and 4, and site 3, opened
// stabilityAfter it, has 3 and 4, which have one already.
func TestExplainCovering(t *testing.T) {
	t.Parallel()
	got, err := siting.Explain(t.Context(), explainStreet(siting.MaxCover), []int32{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	want := siting.Explanation{
		Sites: []siting.Reason{
			{
				Site: 2, NewlyDemand: []int32{2, 3, 4}, Newly: 120, OnlyHere: 30, Shared: 90,
				// All of 150 but place 2 remain; site 1 has that too.
				Removed:    &siting.Change{Objective: 120, Loss: 30},
				Substitute: &siting.Substitute{Site: 1, Change: siting.Change{Objective: 150}},
			},
			{
				Site: 3, Shared: 90,
				Removed:    &siting.Change{Objective: 150},
				Substitute: &siting.Substitute{Site: 1, Change: siting.Change{Objective: 150}},
			},
		},
		Served: []int32{0, 0, 2, 2, 2, -1}, Unreachable: []int32{5}, UnreachableWeight: 7,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Travel to the existing site alone is 0, 20, 60, 120 and 200 hundred meters and
// weight, 400 in all. Nobody reaches a site from place 5: 7 times twice 400 m.
func TestExplainMedian(t *testing.T) {
	t.Parallel()
	p := explainStreet(siting.Median)
	got, err := siting.Explain(t.Context(), p, []int32{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	// With sites 2 and 3 it is 0, 2000, 3000, 0 and 0, and 5600.
	want := siting.Explanation{
		Sites: []siting.Reason{
			{
				// Of place 4 it is nearest but for site 3, of place 1 for the existing
				// one, and of place 0 as well.
				Site: 2, NewlyDemand: []int32{2, 3, 4}, Newly: 120, OnlyHere: 70, Shared: 80,
				// Place 2 has 200 to go, and 3 has 100: 3000 + 4000 more.
				Removed: &siting.Change{Objective: 17600, Loss: 7000},
				// Site 1 saves 2000 at place 1, costs nothing at 2, and 4000 at 3.
				Substitute: &siting.Substitute{Site: 1, Change: siting.Change{Objective: 12600, Loss: 2000}},
			},
			{
				// Place 2 is 200 from the existing site and from this one alike: the
				// existing one is the second nearest.
				Site: 3, NewlyDemand: []int32{4}, Newly: 50, OnlyHere: 50, Shared: 40,
				Removed: &siting.Change{Objective: 15600, Loss: 5000},
				// Site 1 saves 2000 at place 1.
				Substitute: &siting.Substitute{Site: 1, Change: siting.Change{Objective: 13600, Loss: 3000}},
			},
		},
		Served: []int32{0, 0, 2, 2, 3, -1}, Unreachable: []int32{5}, UnreachableWeight: 7,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// With site 3 alone, place 2 travels 200, as far as any: so do all without it.
// Place 4 then goes 400; site 1 leaves it 300, and site 2 brings all within 100.
func TestExplainCenter(t *testing.T) {
	t.Parallel()
	got, err := siting.Explain(t.Context(), explainStreet(siting.Center), []int32{3})
	if err != nil {
		t.Fatal(err)
	}
	r := got.Sites[0]
	if diff := cmp.Diff(&siting.Change{Objective: 400, Loss: 200}, r.Removed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&siting.Substitute{Site: 2, Change: siting.Change{Objective: 100, Loss: -100}}, r.Substitute); diff != "" {
		t.Error(diff)
	}
}

// A substitute is none that is barred, forbidden, too dear or over a limit, and
// a required site has none.
func TestExplainSubstituteKeepsToTheRules(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		edit func(*siting.Problem)
		want int32 // -1 for none
	}{
		{"free", func(*siting.Problem) {}, 2},
		{"forbidden", func(p *siting.Problem) { p.Sites[2].State = siting.Forbidden }, 1},
		{"required itself", func(p *siting.Problem) { p.Sites[3].State = siting.Required }, -1},
		{"too dear", func(p *siting.Problem) { p.Sites[3].Cost, p.Sites[2].Cost, p.Budget = 2, 4, 3 }, 1},
		{"no dearer than what it replaces", func(p *siting.Problem) { p.Sites[3].Cost, p.Sites[2].Cost, p.Budget = 3, 3, 3 }, 2},
		{"barred by the existing one", func(p *siting.Problem) { p.Apart = [][2]int32{{0, 2}} }, 1},
		{"too close to what it replaces", func(p *siting.Problem) { p.Apart = [][2]int32{{3, 2}} }, 2},
		{"over a limit", func(p *siting.Problem) {
			p.Limits = []siting.Limit{{Name: "a", Site: []int32{2, 3}, Use: []int64{2, 1}, Most: 1}}
		}, 1},
		{"as many of a limit", func(p *siting.Problem) { p.Limits = []siting.Limit{{Name: "a", Site: []int32{2, 3}, Most: 1}} }, 2},
	} {
		p := explainStreet(siting.Center)
		tc.edit(p)
		got, err := siting.Explain(t.Context(), p, []int32{3})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		site := int32(-1)
		if s := got.Sites[0].Substitute; s != nil {
			site = s.Site
		}
		if site != tc.want {
			t.Errorf("%s: site %d, want %d", tc.name, site, tc.want)
		}
	}
}

func TestExplainFaults(t *testing.T) {
	t.Parallel()
	p := explainStreet(siting.MaxCover)
	p.Sites[1].State = siting.Forbidden
	_, err := siting.Explain(t.Context(), p, []int32{2, 2, 0, 1, 4, -1})
	checkExplainIssues(t, err, 5)
	_, err = siting.Explain(t.Context(), &siting.Problem{Model: "wish"}, nil)
	checkExplainIssues(t, err, 1)
	p = explainStreet(siting.Median)
	p.Reach.Cost = nil
	_, err = siting.Explain(t.Context(), p, nil)
	checkExplainIssues(t, err, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := siting.Explain(ctx, explainStreet(siting.Center), []int32{2}); err != context.Canceled { //nolint:errorlint // told as it is
		t.Errorf("canceled: %v", err)
	}
}

// Of models with capacities it is told whom a site reaches, and no more.
func TestExplainWithCapacities(t *testing.T) {
	t.Parallel()
	for _, model := range []siting.Model{siting.Splittable, siting.SingleSource} {
		got, err := siting.Explain(t.Context(), explainStreet(model), []int32{2})
		if err != nil {
			t.Fatal(err)
		}
		if r := got.Sites[0]; r.Removed != nil || r.Substitute != nil || r.Newly != 120 || r.OnlyHere != 120 {
			t.Errorf("%s: %+v", model, r)
		}
	}
}

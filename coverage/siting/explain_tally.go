package siting

import (
	"context"
	"math"
)

// explainLadder tells how well a site serves demand by travel to it: in grades, 0 the
// best. The grade is what one unit of weight adds to what is to be made small.
type explainLadder struct {
	p        *Problem
	farthest int64 // the largest cost at which a site serves; -1 if none does
	far      bool  // nearer sites are better than farther ones
	none     int64 // the grade of not being served
}

func newExplainLadder(p *Problem) explainLadder {
	l := explainLadder{p: p, farthest: NoCutoff, far: explainUsesCosts(p.Model), none: 1}
	switch p.Model {
	case Decay:
		l.none, l.farthest = 1000, -1
		for _, step := range p.Steps {
			if step.Share > 0 {
				l.farthest = int64(step.Cutoff)
			}
		}
	case Median, SingleSource:
		l.none = int64(p.Beyond)
		if l.none == 0 {
			for _, cost := range p.Reach.Cost {
				l.none = max(l.none, 2*int64(cost))
			}
		}
	case Center:
		l.none = math.MaxInt64
	default:
		if p.Cutoff > 0 {
			l.farthest = int64(p.Cutoff)
		}
	}
	return l
}

// row is the sites that can serve demand i, nearest first.
func (l *explainLadder) row(i int) (sites []int32, costs []uint32) {
	if l.farthest < 0 {
		return nil, nil
	}
	sites = l.p.Reach.Within(i, uint32(l.farthest))
	_, costs = l.p.Reach.Row(i)
	if costs != nil {
		costs = costs[:len(sites)]
	}
	return sites, costs
}

// grade is that of the k-th site of a row.
func (l *explainLadder) grade(costs []uint32, k int) int64 {
	switch {
	case !l.far:
		return 0
	case l.p.Model != Decay:
		return int64(costs[k])
	}
	for _, step := range l.p.Steps {
		if costs[k] <= step.Cutoff {
			return 1000 - step.Share
		}
	}
	return l.none
}

// explainTally is who is served by whom.
type explainTally struct {
	explainLadder
	sites    []int32
	existing int32   // how many sites are there already
	rank     []int32 // by site: its place in the order, existing ones first; -1 for closed ones
	// By demand: the site that serves it, the one that would without that, -1 for
	// none; the grades of both; and how many open sites could, up to 3.
	near, next           []int32
	nearGrade, nextGrade []int64
	opens                []uint8

	reasons                                []Reason
	unreachable                            []int32
	unreachableWeight, uncovered, possible int64 // possible: weight that some site could serve
}

func newExplainTally(ctx context.Context, p *Problem, sites []int32) (*explainTally, error) {
	n := len(p.Demand)
	t := &explainTally{
		explainLadder: newExplainLadder(p), sites: sites, rank: make([]int32, len(p.Sites)),
		near: make([]int32, n), next: make([]int32, n), nearGrade: make([]int64, n), nextGrade: make([]int64, n), opens: make([]uint8, n),
		reasons: make([]Reason, len(sites)),
	}
	for j := range p.Sites {
		t.rank[j] = -1
		if p.Sites[j].State == Existing {
			t.rank[j] = t.existing
			t.existing++
		}
	}
	for k, site := range sites {
		t.rank[site] = t.existing + int32(k)
		t.reasons[k].Site = site
	}
	var open []int32 // of one row, places in it
	for i := range p.Demand {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row, costs := t.row(i)
		open = open[:0]
		possible := false
		for k, site := range row {
			possible = possible || p.Sites[site].State != Forbidden
			if t.rank[site] >= 0 {
				open = append(open, int32(k))
			}
		}
		t.nearest(i, row, costs, open)
		w := p.Demand[i].Weight
		switch {
		case w == 0:
			continue
		case !possible:
			t.unreachable = append(t.unreachable, int32(i))
			t.unreachableWeight += w
			continue
		case len(open) == 0:
			t.uncovered += w
		}
		t.possible += w
		t.newly(i, row, costs, open)
		t.share(i, row, open)
	}
	return t, nil
}

// nearest finds the two open sites that serve demand i best.
func (t *explainTally) nearest(i int, row []int32, costs []uint32, open []int32) {
	first, second := int32(-1), int32(-1) // places in the row
	before := func(a, b int32) bool {
		if t.far && costs[a] != costs[b] {
			return costs[a] < costs[b]
		}
		return t.rank[row[a]] < t.rank[row[b]]
	}
	for _, k := range open {
		switch {
		case first < 0 || before(k, first):
			first, second = k, first
		case second < 0 || before(k, second):
			second = k
		}
	}
	t.opens[i] = uint8(min(len(open), 3))
	t.near[i], t.next[i], t.nearGrade[i], t.nextGrade[i] = -1, -1, t.none, t.none
	if first >= 0 {
		t.near[i], t.nearGrade[i] = row[first], t.grade(costs, int(first))
	}
	if second >= 0 {
		t.next[i], t.nextGrade[i] = row[second], t.grade(costs, int(second))
	}
}

// newly counts demand i to every site that serves it better than all before it:
// of a row from the nearest on, those that come before all as near or nearer.
func (t *explainTally) newly(i int, row []int32, costs []uint32, open []int32) {
	first := int32(math.MaxInt32) // the least rank so far
	for k := 0; k < len(open); {
		alike := first
		grade := t.grade(costs, int(open[k]))
		for ; k < len(open) && t.grade(costs, int(open[k])) == grade; k++ {
			alike = min(alike, t.rank[row[open[k]]])
		}
		if alike == first {
			continue
		}
		if first = alike; first >= t.existing {
			r := &t.reasons[first-t.existing]
			r.Newly += t.p.Demand[i].Weight
			r.NewlyDemand = append(r.NewlyDemand, int32(i))
		}
	}
}

// share counts demand i to the site it needs, and to those it could do without.
func (t *explainTally) share(i int, row, open []int32) {
	w := t.p.Demand[i].Weight
	needs := t.near[i] >= 0 && (t.next[i] < 0 || t.nextGrade[i] > t.nearGrade[i])
	if needs {
		if r := t.reasonOf(t.near[i]); r != nil {
			r.OnlyHere += w
		}
	}
	if t.p.Model == Median || t.p.Model == Center || t.p.Model == SingleSource {
		if r := t.reasonOf(t.next[i]); r != nil {
			r.Shared += w
		}
		if r := t.reasonOf(t.near[i]); r != nil && !needs {
			r.Shared += w
		}
		return
	}
	for _, k := range open {
		if r := t.reasonOf(row[k]); r != nil && (!needs || row[k] != t.near[i]) {
			r.Shared += w
		}
	}
}

// reasonOf is the entry of a site of the plan; nil for others.
func (t *explainTally) reasonOf(site int32) *Reason {
	if site < 0 || t.rank[site] < t.existing {
		return nil
	}
	return &t.reasons[t.rank[site]-t.existing]
}

package siting

import (
	"context"
)

// backup covers all that can be covered and, of such plans, finds the one with
// the most demand within of two sites.
//
// Source: Hogan and ReVelle (1986), Concepts and applications of backup coverage
// (BACOP1, with the number of sites that covering takes).
func (b Best) backup(ctx context.Context, p *Problem) (Plan, error) {
	s := b.spend()
	q, sure := *p, true
	if p.Number == 0 {
		fewest, err := b.fewest(ctx, p, s)
		if err != nil {
			return Plan{}, err
		}
		q.Number, sure = len(fewest.Sites), fewest.Proven
	}
	if q.Number == 0 { // the existing sites cover all that can be covered
		got, _ := Value(p, nil)
		return Plan{Sites: []int32{}, Objective: got, Bound: got, Proven: true}, nil
	}
	h, err := newHunt(ctx, s.options(), &q)
	if err != nil {
		return Plan{}, err
	}
	h.options.Watch = b.Watch
	if h.best < h.must-1 {
		h.best = h.must - 1
		h.run()
	}
	if h.best < h.must {
		if h.ceiling >= h.must {
			return Plan{}, h.none()
		}
		fewest, err := b.fewest(ctx, p, s)
		if err != nil {
			return Plan{}, err
		}
		return Plan{}, infeasible("%d sites do not cover all that can be covered; it takes a number of %d", p.Number, len(fewest.Sites))
	}
	plan, err := h.plan()
	if !sure {
		plan.Proven, plan.With, plan.Without = false, nil, nil
		plan.Bound = float64(p.coverable())
	}
	plan.Work += s.plan.Work
	plan.Nodes += s.plan.Nodes
	return plan, err
}

// fewest covers all by as few sites as may be.
func (b Best) fewest(ctx context.Context, p *Problem, s *spend) (Plan, error) {
	q := *p
	q.Model, q.Number, q.Target, q.Budget = SetCover, 0, 0, NoBudget
	if p.Budget != NoBudget {
		limit := Limit{Name: "budget", Most: p.Budget}
		for i := range p.Sites {
			limit.Site, limit.Use = append(limit.Site, int32(i)), append(limit.Use, p.Sites[i].Cost)
		}
		q.Limits = append(q.Limits[:len(q.Limits):len(q.Limits)], limit)
	}
	q.Sites = evenSites(p.Sites)
	h, err := newHunt(ctx, s.options(), &q)
	if err != nil {
		return Plan{}, err
	}
	h.run()
	s.add(h)
	return h.plan()
}

package siting

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// explainCenter tells the largest travel for a swapper. It walks demand from the
// farthest on, when one site is closed: a site that is opened instead does as
// well as the first demand allows that it does not bring nearer.
type explainCenter struct {
	s         *explainSwapper
	farthest  []int32        // demand that counts, the farthest from its nearest site first
	mine      []int32        // of the closed site, the farthest from its next one first
	closed    explainOutcome // the plan without the site
	objective []int64        // by site: with it instead; math.MaxInt64 if somebody reaches none
	largest   []int64        // by site: the largest travel to it so far
	seen      []int32        // by site: how many demand it brought nearer
	alive     []int32        // sites that brought all demand so far nearer
}

func newExplainCenter(s *explainSwapper) *explainCenter {
	n := len(s.p.Sites)
	c := &explainCenter{s: s, objective: make([]int64, n), largest: make([]int64, n), seen: make([]int32, n)}
	skip := make([]bool, len(s.p.Demand))
	for _, i := range s.unreachable {
		skip[i] = true
	}
	for i := range s.p.Demand {
		if s.p.Demand[i].Weight > 0 && !skip[i] {
			c.farthest = append(c.farthest, int32(i))
		}
	}
	slices.SortStableFunc(c.farthest, func(a, b int32) int { return cmp.Compare(s.nearGrade[b], s.nearGrade[a]) })
	return c
}

func (c *explainCenter) now() explainOutcome {
	o := explainOutcome{site: -1}
	for _, i := range c.farthest {
		if grade := c.s.nearGrade[i]; grade != c.s.none {
			o.objective = float64(grade)
			break
		}
		o.short += c.s.p.Demand[i].Weight
	}
	return o
}

// remove takes the k-th site away, and tries all sites instead at once.
func (c *explainCenter) remove(ctx context.Context, k int) error {
	s := c.s
	c.mine = append(c.mine[:0], s.mine[s.start[k]:s.start[k+1]]...)
	slices.SortStableFunc(c.mine, func(a, b int32) int { return cmp.Compare(s.nextGrade[b], s.nextGrade[a]) })
	c.closed = explainOutcome{site: -1}
	c.alive = c.alive[:0]
	for site := range int32(len(s.p.Sites)) {
		c.objective[site], c.largest[site], c.seen[site] = 0, 0, 0
		if s.rules.closed(site) {
			c.alive = append(c.alive, site)
		}
	}
	told := false // of the plan without the site
	step := int32(0)
	for a, b := 0, 0; len(c.alive) > 0 || !told; step++ {
		if step%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for a < len(c.farthest) && s.near[c.farthest[a]] == s.sites[k] {
			a++
		}
		var i int32
		var travel int64
		switch {
		case a < len(c.farthest) && (b == len(c.mine) || s.nearGrade[c.farthest[a]] >= s.nextGrade[c.mine[b]]):
			i, travel = c.farthest[a], s.nearGrade[c.farthest[a]]
			a++
		case b < len(c.mine):
			i, travel = c.mine[b], s.nextGrade[c.mine[b]]
			b++
		default:
			for _, site := range c.alive { // they bring all demand nearer
				c.objective[site] = c.largest[site]
			}
			return nil
		}
		if !told && travel == s.none {
			c.closed.short += s.p.Demand[i].Weight
		} else if !told {
			c.closed.objective, told = float64(travel), true
		}
		c.narrow(i, travel, step)
	}
	return nil
}

// narrow settles sites that do not bring demand i nearer, which has so far to go
// without them, and those with as much travel to them: the rest has less to go.
func (c *explainCenter) narrow(i int32, travel int64, step int32) {
	row, costs := c.s.row(int(i))
	for k, site := range row {
		if int64(costs[k]) >= travel {
			break
		}
		if c.seen[site] == step {
			c.seen[site]++
			c.largest[site] = max(c.largest[site], int64(costs[k]))
		}
	}
	still := c.alive[:0]
	for _, site := range c.alive {
		if c.seen[site] == step+1 && c.largest[site] < travel {
			still = append(still, site)
			continue
		}
		c.objective[site] = max(c.largest[site], travel)
		c.seen[site] = math.MaxInt32
	}
	c.alive = still
}

func (c *explainCenter) without() explainOutcome { return c.closed }

func (c *explainCenter) with(site int32) (explainOutcome, bool) {
	return explainOutcome{site: site, objective: float64(c.objective[site])}, c.objective[site] != c.s.none
}

package siting

import (
	"fmt"
	"slices"
)

// This file writes out the models in which demand goes to a site.

// linearMedian lets demand go to sites of its row, or nowhere, which is a
// constant where there is no row.
func (p *Problem) linearMedian(l *linear) {
	beyond, constant := p.beyond(), int64(0)
	for i, d := range p.Demand {
		sites, costs := p.Reach.Row(i)
		if d.Weight == 0 || len(sites) == 0 {
			constant += d.Weight * beyond
			continue
		}
		u := l.add(column{name: fmt.Sprintf("u_%d", i), cost: float64(d.Weight * beyond), upper: 1})
		shares := []term{{u, 1}}
		for k, j := range sites {
			x := l.add(column{name: fmt.Sprintf("x_%d_%d", i, j), cost: float64(d.Weight * int64(costs[k])), upper: 1})
			shares = append(shares, term{x, 1})
			l.keep(fmt.Sprintf("open_%d_%d", i, j), '<', 0, term{x, 1}, term{int(j), -1})
		}
		l.keep(fmt.Sprintf("goes_%d", i), '=', 1, shares...)
	}
	l.constant(constant)
}

// constant adds to the objective what no choice changes; some programs read no
// bare number there.
func (l *linear) constant(c int64) {
	if c != 0 {
		l.add(column{name: "one", cost: float64(c), lower: 1, upper: 1})
	}
}

// linearCenter climbs the costs of travel: u_k is 1 if somebody travels the k-th
// least cost or more, as everybody does who has no open site nearer than that.
//
// Source: Elloumi, Labbé & Pochet (2004), A new formulation and resolution
// method for the p-center problem.
func (p *Problem) linearCenter(l *linear) {
	can := p.canOpen()
	var ladder []uint32
	counts := make([]bool, len(p.Demand))
	for i, d := range p.Demand {
		sites, costs := p.Reach.Row(i)
		if counts[i] = d.Weight > 0 && anyOf(can, sites); counts[i] {
			ladder = append(ladder, costs...)
		}
	}
	slices.Sort(ladder)
	ladder = slices.Compact(ladder)
	if len(ladder) == 0 {
		return
	}
	first := len(l.columns)
	for k := range ladder {
		step := ladder[k]
		if k > 0 {
			step -= ladder[k-1]
			l.keep(fmt.Sprintf("climb_%d", k), '>', 0, term{first + k - 1, 1}, term{first + k, -1})
		}
		l.add(column{name: fmt.Sprintf("u_%d", k), cost: float64(step), upper: 1, integer: true})
	}
	for i := range p.Demand {
		if !counts[i] {
			continue
		}
		sites, costs := p.Reach.Row(i)
		l.keep(fmt.Sprintf("goes_%d", i), '>', 1, opens(sites)...)
		for n := range sites {
			if n > 0 && costs[n] == costs[n-1] {
				continue
			}
			k, _ := slices.BinarySearch(ladder, costs[n])
			l.keep(fmt.Sprintf("nearer_%d_%d", i, k), '>', 1, append(opens(sites[:n]), term{first + k, 1})...)
		}
	}
}

// linearSplittable sends weight to sites, in all no more than their capacities.
func (p *Problem) linearSplittable(l *linear) {
	served := make([][]term, len(p.Sites))
	for i, d := range p.Demand {
		if d.Weight == 0 {
			continue
		}
		var sent []term
		for _, j := range p.Reach.Within(i, p.cutoff()) {
			x := l.add(column{name: fmt.Sprintf("x_%d_%d", i, j), cost: 1, upper: float64(d.Weight)})
			sent, served[j] = append(sent, term{x, 1}), append(served[j], term{x, 1})
			l.keep(fmt.Sprintf("open_%d_%d", i, j), '<', 0, term{x, 1}, term{int(j), -float64(d.Weight)})
		}
		if len(sent) > 0 {
			l.keep(fmt.Sprintf("goes_%d", i), '<', float64(d.Weight), sent...)
		}
	}
	p.linearCapacity(l, served)
}

// linearSingleSource sends each demand to one site, which may be any that can be
// open: one out of its reach counts Beyond.
func (p *Problem) linearSingleSource(l *linear) {
	can, beyond := p.canOpen(), p.beyond()
	served := make([][]term, len(p.Sites))
	travel := make([]int64, len(p.Sites))
	for i, d := range p.Demand {
		if d.Weight == 0 {
			continue
		}
		for j := range travel {
			travel[j] = beyond
		}
		sites, costs := p.Reach.Row(i)
		for k, j := range sites {
			travel[j] = int64(costs[k])
		}
		var sent []term
		for j := range p.Sites {
			if !can[j] {
				continue
			}
			x := l.add(column{name: fmt.Sprintf("x_%d_%d", i, j), cost: float64(d.Weight * travel[j]), upper: 1, integer: true})
			sent, served[j] = append(sent, term{x, 1}), append(served[j], term{x, float64(d.load())})
			l.keep(fmt.Sprintf("open_%d_%d", i, j), '<', 0, term{x, 1}, term{j, -1})
		}
		l.keep(fmt.Sprintf("goes_%d", i), '=', 1, sent...)
	}
	p.linearCapacity(l, served)
}

func (p *Problem) linearCapacity(l *linear, served [][]term) {
	for j, terms := range served {
		if len(terms) > 0 {
			l.keep(fmt.Sprintf("capacity_%d", j), '<', 0, append(terms, term{j, -float64(p.Sites[j].Capacity)})...)
		}
	}
}

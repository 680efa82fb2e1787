package siting

import (
	"fmt"
	"slices"

	"kaimen/coverage"
)

// linear is a problem as a mixed integer linear program, which both files are
// written from.
type linear struct {
	maximize bool
	columns  []column
	rows     []row
}

// column is a variable. Its name is legal in either format.
type column struct {
	name         string
	cost         float64 // in the objective
	lower, upper float64
	integer      bool
}

// row is a sum of terms that is at most, at least or just its right side.
type row struct {
	name  string
	terms []term
	sense byte // '<', '>' or '='
	right float64
}

type term struct {
	column int
	by     float64
}

// Columns are named by what they mean and by indices of sites, j, and demand, i:
//
//	y_j    site j is open
//	z_i    the share of demand i that is within; z_i_k within step k
//	b_i    demand i is within of two sites
//	x_i_j  the share of demand i that goes to site j, or how much of it
//	u_i    demand i goes nowhere; u_k at Center: somebody travels the k-th cost
//	rate   the rate of the area that is covered least
//	one    1, which constants are multiplied with
func (l *linear) add(c column) int {
	l.columns = append(l.columns, c)
	return len(l.columns) - 1
}

func (l *linear) keep(name string, sense byte, right float64, terms ...term) {
	terms = slices.DeleteFunc(terms, func(t term) bool { return t.by == 0 })
	l.rows = append(l.rows, row{name, terms, sense, right})
}

// linearize writes p out. Columns 0 and up are the sites, in their order.
func (p *Problem) linearize() (*linear, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	l := &linear{maximize: !p.Model.Minimizes()}
	for j, s := range p.Sites {
		c := column{name: fmt.Sprintf("y_%d", j), upper: 1, integer: true}
		switch s.State {
		case Existing, Required:
			c.lower = 1
		case Forbidden:
			c.upper = 0
		}
		l.add(c)
	}
	p.linearChoice(l)
	switch p.Model {
	case SetCover:
		p.linearSetCover(l)
	case MaxCover:
		p.linearMaxCover(l)
	case Decay:
		p.linearDecay(l)
	case Median:
		p.linearMedian(l)
	case Center:
		p.linearCenter(l)
	case Backup:
		if p.Number == 0 {
			return nil, coverage.Errorf(coverage.Unsupported,
				"%s without a number has two objectives, and a file holds one: solve %s with cost 1 for each site first, and give what it needs as the number", Backup, SetCover)
		}
		p.linearBackup(l)
	case Splittable:
		p.linearSplittable(l)
	case SingleSource:
		p.linearSingleSource(l)
	case MaxMin:
		p.linearMaxMin(l)
	}
	return l, nil
}

// linearChoice is what every model keeps: number, budget, limits and distances.
func (p *Problem) linearChoice(l *linear) {
	var all, costs []term
	for j, s := range p.Sites {
		if s.State == Existing {
			continue
		}
		all = append(all, term{j, 1})
		if s.Cost > 0 {
			costs = append(costs, term{j, float64(s.Cost)})
		}
	}
	if p.Number > 0 {
		l.keep("number", '<', float64(p.Number), all...)
	}
	if p.Budget < NoBudget && len(costs) > 0 {
		l.keep("budget", '<', float64(p.Budget), costs...)
	}
	for n, limit := range p.Limits {
		var uses []term
		for k, j := range limit.Site {
			if p.Sites[j].State != Existing && limit.use(k) > 0 {
				uses = append(uses, term{int(j), float64(limit.use(k))})
			}
		}
		if len(uses) > 0 {
			l.keep(fmt.Sprintf("limit_%d", n), '<', float64(limit.Most), uses...)
		}
	}
	for n, pair := range p.Apart {
		if p.Sites[pair[0]].State == Existing && p.Sites[pair[1]].State == Existing {
			continue
		}
		l.keep(fmt.Sprintf("apart_%d", n), '<', 1, term{int(pair[0]), 1}, term{int(pair[1]), 1})
	}
}

// opens is a term for each site.
func opens(sites []int32) []term {
	terms := make([]term, 0, len(sites)+1)
	for _, j := range sites {
		terms = append(terms, term{int(j), 1})
	}
	return terms
}

// linearWithin adds a column for demand with weight that some site is within of,
// at most 1 and at most its open sites: it need not be an integer, since it is
// one of its own where sites are. Other demand has column -1.
func (p *Problem) linearWithin(l *linear, cost func(Demand) float64) []int {
	within := make([]int, len(p.Demand))
	for i, d := range p.Demand {
		within[i] = -1
		sites := p.Reach.Within(i, p.cutoff())
		if d.Weight == 0 || len(sites) == 0 {
			continue
		}
		z := l.add(column{name: fmt.Sprintf("z_%d", i), cost: cost(d), upper: 1})
		l.keep(fmt.Sprintf("within_%d", i), '>', 0, append(opens(sites), term{z, -1})...)
		within[i] = z
	}
	return within
}

func nothing(Demand) float64 { return 0 }

func (p *Problem) linearSetCover(l *linear) {
	for j, s := range p.Sites {
		if s.State != Existing {
			l.columns[j].cost = float64(s.Cost)
		}
	}
	if p.Target == 0 {
		p.linearCoverAll(l)
		return
	}
	var covered []term
	for i, z := range p.linearWithin(l, nothing) {
		if z >= 0 {
			covered = append(covered, term{z, float64(p.Demand[i].Weight)})
		}
	}
	l.keep("target", '>', float64(p.Target), covered...)
}

// linearCoverAll has all demand within that can be.
func (p *Problem) linearCoverAll(l *linear) {
	can := p.canOpen()
	for i, d := range p.Demand {
		if sites := p.Reach.Within(i, p.cutoff()); d.Weight > 0 && anyOf(can, sites) {
			l.keep(fmt.Sprintf("cover_%d", i), '>', 1, opens(sites)...)
		}
	}
}

func (p *Problem) linearMaxCover(l *linear) {
	within := p.linearWithin(l, func(d Demand) float64 { return float64(d.Weight) })
	if p.Floor == 0 {
		return
	}
	weight, covered := p.linearAreas(within)
	for a := range weight {
		if least := floorWeight(p.Floor, weight[a]); least > 0 {
			l.keep(fmt.Sprintf("floor_%d", a), '>', float64(least), covered[a]...)
		}
	}
}

// linearAreas is, by area, all its weight and the terms of what is covered.
func (p *Problem) linearAreas(within []int) (weight []int64, covered [][]term) {
	weight, covered = make([]int64, p.areas()), make([][]term, p.areas())
	for i, d := range p.Demand {
		if d.Area < 0 {
			continue
		}
		weight[d.Area] += d.Weight
		if within[i] >= 0 {
			covered[d.Area] = append(covered[d.Area], term{within[i], float64(d.Weight)})
		}
	}
	return weight, covered
}

func (p *Problem) linearMaxMin(l *linear) {
	rate := l.add(column{name: "rate", cost: 1, upper: 1})
	weight, covered := p.linearAreas(p.linearWithin(l, nothing))
	for a := range weight {
		if weight[a] > 0 {
			l.keep(fmt.Sprintf("area_%d", a), '>', 0, append(covered[a], term{rate, -float64(weight[a])})...)
		}
	}
}

// linearDecay counts, for each step that demand is within, what its share has
// more than the next one's.
func (p *Problem) linearDecay(l *linear) {
	for i, d := range p.Demand {
		for k, s := range p.Steps {
			more := s.Share
			if k+1 < len(p.Steps) {
				more -= p.Steps[k+1].Share
			}
			sites := p.Reach.Within(i, s.Cutoff)
			if d.Weight == 0 || more == 0 || len(sites) == 0 {
				continue
			}
			z := l.add(column{name: fmt.Sprintf("z_%d_%d", i, k), cost: float64(d.Weight*more) / 1000, upper: 1})
			l.keep(fmt.Sprintf("step_%d_%d", i, k), '>', 0, append(opens(sites), term{z, -1})...)
		}
	}
}

func (p *Problem) linearBackup(l *linear) {
	p.linearCoverAll(l)
	can := p.canOpen()
	for i, d := range p.Demand {
		sites := p.Reach.Within(i, p.cutoff())
		if d.Weight == 0 || len(sites) < 2 || !anyOf(can, sites) {
			continue
		}
		b := l.add(column{name: fmt.Sprintf("b_%d", i), cost: float64(d.Weight), upper: 1})
		l.keep(fmt.Sprintf("twice_%d", i), '>', 1, append(opens(sites), term{b, -1})...)
	}
}

package siting

import (
	"math"
	"slices"

	"kaimen/coverage"
)

// sites are those of the problem that the best choice opens beside existing
// ones, by index.
func (h *hunt) sites() []int32 {
	sites := []int32{}
	for s, what := range h.settled {
		if what == in && h.problem.Sites[s].State != Existing {
			sites = append(sites, int32(s))
		}
	}
	for _, s := range h.kept {
		sites = append(sites, h.c.id[s])
	}
	slices.Sort(sites)
	return sites
}

// mustWin is what covering every row wins that has a site which may be open.
func (h *hunt) mustWin() (sum int64) {
	can := h.problem.canOpen()
	for r := range h.full.rows() {
		if anyOf(can, h.full.list[h.full.start[r]:h.full.start[r+1]]) {
			sum += h.full.weight[h.full.firsts[r]]
		}
	}
	return sum
}

// repaired adds what it takes to cover all to sites of c that leave something
// out: that is worth its cost, so the choice gets better.
func (h *hunt) repaired(value int64, sites []int32) (int64, []int32) {
	s := newSearch(h.ctx, h.c, 0)
	s.goTo(sites)
	s.greedy(everySite(h.c))
	if better := h.c.base + s.best; better > value {
		return better, s.kept
	}
	return value, sites
}

// objective is a value of the core, base counted, in the unit of the model.
func (h *hunt) objective(value int64) float64 {
	p := h.problem
	switch p.Model {
	case SetCover:
		return float64(h.must - value)
	case Backup:
		return float64((value - h.must) * h.full.unit)
	case Decay:
		return float64(value*h.full.unit) / 1000
	case Median:
		return float64(h.travel - value*h.full.unit)
	}
	return float64(value * h.full.unit)
}

// plan is what was found.
func (h *hunt) plan() (Plan, error) {
	if h.kept == nil || h.problem.Model == SetCover && h.objective(h.best) > float64(h.problem.costOf(h.sites())) {
		return Plan{}, h.none()
	}
	plan := Plan{
		Sites: h.sites(), Objective: h.objective(h.best), Bound: h.objective(h.ceiling),
		Proven: h.best >= h.ceiling, Work: h.work, Nodes: h.nodes,
	}
	plan.With, plan.Without = h.bySite()
	return plan, nil
}

// none tells why there is no plan.
func (h *hunt) none() error {
	if err := h.ctx.Err(); err != nil {
		return err
	}
	return infeasible("no choice of sites keeps to the budget, the limits and the distances between sites; raise a limit, or ask for less that is required")
}

func infeasible(message string, args ...any) error {
	return &coverage.Error{Code: coverage.Invalid, Message: "sites cannot be chosen", Issues: []coverage.Issue{fault("problem", message, args...)}}
}

// bySite are the bounds of plans that open a site, and of those that do not.
func (h *hunt) bySite() (with, without []float64) {
	worst := math.Inf(-1)
	if h.problem.Model.Minimizes() {
		worst = math.Inf(1)
	}
	n := len(h.problem.Sites)
	with, without = slices.Repeat([]float64{worst}, n), slices.Repeat([]float64{h.objective(h.ceiling)}, n)
	for s := range n {
		switch i := h.index[s]; {
		case i >= 0 && h.with == nil: // proven before anything was asked of single sites
			with[s] = h.objective(h.ceiling)
		case i >= 0:
			with[s] = h.objective(min(int64(math.Floor(h.with[i])), h.ceiling))
			without[s] = h.objective(min(int64(math.Floor(h.without[i])), h.ceiling))
		case h.settled[s] == in:
			with[s], without[s] = h.objective(h.ceiling), worst
		case h.settled[s] == open: // nothing is left that it could win
			with[s] = h.objective(h.ceiling)
		}
	}
	return with, without
}

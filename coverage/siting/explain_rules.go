package siting

// explainRules is what the choice of sites is bound by, and how much of it some
// open sites use up.
type explainRules struct {
	p        *Problem
	open     []bool         // by site, existing ones included
	limits   [][]explainUse // by site
	used     []int64        // by limit
	spent    int64
	opposite [][2]int32 // by site: two open sites too close to it, -1 for none
}

type explainUse struct {
	limit int32
	use   int64
}

func newExplainRules(p *Problem, sites []int32) *explainRules {
	r := &explainRules{
		p: p, open: make([]bool, len(p.Sites)), limits: make([][]explainUse, len(p.Sites)),
		used: make([]int64, len(p.Limits)), opposite: make([][2]int32, len(p.Sites)),
	}
	for j := range p.Sites {
		r.open[j] = p.Sites[j].State == Existing
		r.opposite[j] = [2]int32{-1, -1}
	}
	for l, limit := range p.Limits {
		for k, site := range limit.Site {
			use := int64(1)
			if limit.Use != nil {
				use = limit.Use[k]
			}
			r.limits[site] = append(r.limits[site], explainUse{int32(l), use})
		}
	}
	for _, site := range sites {
		r.open[site] = true
		r.spent += p.Sites[site].Cost
		for _, u := range r.limits[site] {
			r.used[u.limit] += u.use
		}
	}
	for _, pair := range p.Apart {
		r.oppose(pair[0], pair[1])
		r.oppose(pair[1], pair[0])
	}
	return r
}

// oppose notes that an open site bars another.
func (r *explainRules) oppose(site, by int32) {
	if o := &r.opposite[site]; r.open[by] && o[0] != by && o[1] != by {
		if o[0] < 0 {
			o[0] = by
		} else if o[1] < 0 {
			o[1] = by
		}
	}
}

// closed tells sites that could be opened for all that is known of them alone.
func (r *explainRules) closed(site int32) bool {
	state := r.p.Sites[site].State
	return !r.open[site] && (state == Free || state == Required)
}

// mayReplace tells whether a closed site may be opened when an open one closes.
func (r *explainRules) mayReplace(out, in int32) bool {
	if !r.closed(in) || r.p.Sites[out].State == Required {
		return false
	}
	if r.spent-r.p.Sites[out].Cost+r.p.Sites[in].Cost > r.p.Budget {
		return false
	}
	if o := r.opposite[in]; o[1] >= 0 || o[0] >= 0 && o[0] != out {
		return false
	}
	for _, u := range r.limits[in] {
		used := r.used[u.limit] + u.use
		for _, v := range r.limits[out] {
			if v.limit == u.limit {
				used -= v.use
			}
		}
		if used > r.p.Limits[u.limit].Most {
			return false
		}
	}
	return true
}

// broken names the first rule that sites break, as a planner would be told;
// empty if they keep all.
func (r *explainRules) broken(sites []int32) string {
	p := r.p
	for _, site := range sites {
		if p.Sites[site].State == Forbidden {
			return "a site is forbidden"
		}
		if r.opposite[site][0] >= 0 {
			return "two sites are too close"
		}
	}
	for j := range p.Sites {
		if p.Sites[j].State == Required && !r.open[j] {
			return "a required site is missing"
		}
	}
	if p.Number > 0 && len(sites) > p.Number {
		return "too many sites"
	}
	if r.spent > p.Budget {
		return "over budget"
	}
	for l := range p.Limits {
		if r.used[l] > p.Limits[l].Most {
			return "over the limit " + p.Limits[l].Name
		}
	}
	return ""
}

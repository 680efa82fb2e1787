package siting

// byGain puts sites in the order of Plan.Sites. What a model that counts all or
// nothing gains by one site is the weight that it newly covers.
func (p *Problem) byGain(sites []int32) []int32 {
	q := *p
	q.Floor, q.Limits, q.Apart, q.Budget = 0, nil, nil, NoBudget
	switch p.Model {
	case SetCover, Backup, MaxMin:
		q.Model = MaxCover
	case Center:
		q.Model = Median
	}
	c, _, err := coreOf(&q)
	if err != nil { // it was solved, so it was not too large
		return sites
	}
	t := newTally(c)
	for s := range p.Sites {
		if p.Sites[s].State == Existing {
			t.add(int32(s))
		}
	}
	left, ordered := append([]int32{}, sites...), make([]int32, 0, len(sites))
	for len(left) > 0 {
		best, most := 0, int64(-1)
		for k, s := range left {
			if g := t.weigh(s, nil); g > most || g == most && s < left[best] {
				best, most = k, g
			}
		}
		t.add(left[best])
		ordered = append(ordered, left[best])
		left = append(left[:best], left[best+1:]...)
	}
	return ordered
}

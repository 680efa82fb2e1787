package network

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/hours"
	"kaimen/geo"
	"kaimen/geo/index"
)

// gateMeters is how far from a road a gate may be drawn that does not say on
// which node it stands.
const gateMeters = 15

// GateReport says what became of the gates.
type GateReport struct {
	Open      int
	Closed    int      // cut: nobody passes
	Residents int      // people enter or leave by them, and do not pass through
	Compounds int      // what lies behind the gates of residents
	Aside     []string // ids of those that bind and stand on none of the roads
	Unread    []string // ids of those whose hours are not understood and count for nothing
}

// passage is whom a gate lets through.
type passage int

const (
	passable  passage = iota
	shut              // nobody
	residents         // those who enter or leave
)

// passage tells whom a gate lets through under the profile.
func (p *Profile) passage(g *coverage.Gate) passage {
	switch g.State {
	case "open":
		return passable
	case "closed":
		return shut
	case "residents":
		return residents
	}
	if !p.Gates.Tagged {
		return passable
	}
	for _, key := range p.Access.Keys {
		value := g.Tags[key]
		switch {
		case value == "":
		case value == "private":
			return residents
		case slices.Contains(p.Access.Deny[key], value):
			return shut
		case slices.Contains(p.Access.Permit[key], value), slices.Contains(p.Access.Permit[key], "*"):
			return passable
		}
	}
	switch {
	case g.Tags["locked"] == "yes":
		return residents
	case slices.Contains(p.Gates.Kerbs, g.Tags["kerb"]), slices.Contains(p.Gates.Closed, g.Kind):
		return shut
	}
	return passable
}

// passageAt is the passage of a gate at a moment: outside its hours nobody
// passes one that is open within them. unread are hours that are not understood
// and count for nothing.
func (p *Profile) passageAt(g *coverage.Gate, when *hours.Moment) (pass passage, unread bool) {
	pass = p.passage(g)
	if g.Hours == "" || when == nil || pass == shut || g.State == "" && !p.Gates.Tagged {
		return pass, false
	}
	opening, err := hours.Parse(g.Hours)
	switch {
	case err != nil:
		return pass, true
	case !opening.Open(*when):
		return shut, false
	}
	return pass, false
}

// passageAt is that of the profile; hours that are not understood are told.
func (b *builder) passageAt(g *coverage.Gate, when *hours.Moment) passage {
	pass, unread := b.profile.passageAt(g, when)
	if unread && !slices.Contains(b.gates.Unread, g.ID) {
		b.gates.Unread = append(b.gates.Unread, g.ID)
	}
	return pass
}

// standing is a gate that binds, on its node.
type standing struct {
	id      string
	node    int64
	passage passage
}

// standGates finds the gates that bind and the node of each. One that is drawn
// beside a road stands on the nearest place of it, which becomes a node: the
// road is then a copy.
func (b *builder) standGates(g Ground) (roads []coverage.Road, gates []standing) {
	var drawn []*coverage.Gate
	for i := range g.Gates {
		gate := &g.Gates[i]
		switch pass := b.passageAt(gate, g.When); {
		case pass == passable:
			b.gates.Open++
		case gate.Node != 0:
			gates = append(gates, standing{gate.ID, gate.Node, pass})
		default:
			drawn = append(drawn, gate)
		}
	}
	if len(drawn) == 0 {
		return g.Roads, gates
	}
	roads = slices.Clone(g.Roads)
	best := b.nearestRoads(roads, drawn)
	// From the last place to the first, so that those before it keep theirs.
	slices.SortStableFunc(best, func(a, b foot) int {
		return cmp.Or(cmp.Compare(a.road, b.road), cmp.Compare(b.place(), a.place()), cmp.Compare(a.gate.ID, b.gate.ID))
	})
	fresh := unusedIDs(roads)
	for _, f := range best {
		if f.road < 0 {
			b.gates.Aside = append(b.gates.Aside, f.gate.ID)
			continue
		}
		gates = append(gates, standing{f.gate.ID, f.stand(&roads[f.road], fresh), b.passageAt(f.gate, g.When)})
	}
	slices.Sort(b.gates.Aside)
	return roads, gates
}

// foot is the place on a road nearest to a gate.
type foot struct {
	gate    *coverage.Gate
	road    int // -1 if none is near
	segment int // from its node to the next
	share   float64
	meters  float64
}

func (f foot) place() float64 { return float64(f.segment) + f.share }

// nearestRoads finds for each gate the nearest place on a road that the profile
// uses; equally near roads go by their order.
func (b *builder) nearestRoads(roads []coverage.Road, gates []*coverage.Gate) []foot {
	best := make([]foot, len(gates))
	planes := make([]geo.Plane, len(gates))
	reachOf := index.NewBoxes(len(gates), func(i int) orb.Bound {
		planes[i] = geo.NewPlane(gates[i].At)
		return geo.Around(gates[i].At, gateMeters)
	})
	for i := range best {
		best[i] = foot{gate: gates[i], road: -1, meters: gateMeters}
	}
	var near []int
	for r := range roads {
		if ok, _ := b.profile.allows(&roads[r]); !ok {
			continue
		}
		line := roads[r].Line
		for k := 1; k < len(line); k++ {
			near = reachOf.Meeting(orb.MultiPoint{line[k-1], line[k]}.Bound(), near[:0])
			for _, i := range near {
				share, meters := planes[i].NearestOn(line[k-1], line[k])
				if meters < best[i].meters {
					best[i] = foot{gates[i], r, k - 1, share, meters}
				}
			}
		}
	}
	return best
}

// stand returns the node of a road at the foot, a new one between two of its
// nodes unless it is one of them.
func (f foot) stand(r *coverage.Road, fresh func() int64) int64 {
	switch k := f.segment; f.share {
	case 0:
		return r.Nodes[k]
	case 1:
		return r.Nodes[k+1]
	default:
		from, to := r.Line[k], r.Line[k+1]
		id := fresh()
		at := orb.Point{from[0] + f.share*(to[0]-from[0]), from[1] + f.share*(to[1]-from[1])}
		r.Nodes = slices.Insert(slices.Clone(r.Nodes), k+1, id)
		r.Line = slices.Insert(slices.Clone(r.Line), k+1, at)
		if r.Heights != nil {
			h := r.Heights[k] + f.share*(r.Heights[k+1]-r.Heights[k])
			r.Heights = slices.Insert(slices.Clone(r.Heights), k+1, h)
		}
		return id
	}
}

// unusedIDs gives node ids that no road has, one after another.
func unusedIDs(roads []coverage.Road) func() int64 {
	used := make(map[int64]bool)
	for i := range roads {
		for _, id := range roads[i].Nodes {
			used[id] = true
		}
	}
	next := int64(math.MinInt64)
	return func() int64 {
		for used[next] {
			next++
		}
		next++
		return next - 1
	}
}

// shutGates cuts the pairs at gates that nobody passes, so that each road ends
// there, and notes those of residents with what lies behind them.
func (b *builder) shutGates(gates []standing, pairs []pair) []pair {
	closed := make(map[int32]bool)
	b.gated = make(map[int32]bool)
	for _, g := range gates {
		raw, found := slices.BinarySearch(b.ids, g.node)
		switch {
		case !found:
			b.gates.Aside = append(b.gates.Aside, g.id)
		case g.passage == shut:
			b.gates.Closed++
			closed[int32(raw)] = true
		default:
			b.gates.Residents++
			b.gated[int32(raw)] = true
		}
	}
	slices.Sort(b.gates.Aside)
	if len(closed) > 0 {
		b.cuts = make(map[int32][]int32, len(closed))
		for i := range pairs {
			for _, end := range [2]*int32{&pairs[i].a, &pairs[i].b} {
				if closed[*end] {
					fresh := b.apart(*end)
					b.cuts[*end] = append(b.cuts[*end], fresh)
					*end = fresh
				}
			}
		}
	}
	for raw := range closed {
		delete(b.gated, raw)
	}
	if len(b.gated) > 0 {
		b.findCompounds(pairs)
	}
	return pairs
}

// apart makes a raw node of its own at the place of another.
func (b *builder) apart(raw int32) int32 {
	b.ids, b.at = append(b.ids, b.ids[raw]), append(b.at, b.at[raw])
	if b.heights != nil {
		b.heights = append(b.heights, b.heights[raw])
	}
	return int32(len(b.ids) - 1)
}

// cutsOf tells which nodes of the network gates cut apart, in order.
func (b *builder) cutsOf() []cut {
	var cuts []cut
	for _, raw := range slices.Sorted(maps.Keys(b.cuts)) {
		c := cut{node: -1}
		for _, end := range b.cuts[raw] {
			c.members = append(c.members, b.number[end])
		}
		slices.Sort(c.members)
		cuts = append(cuts, c)
	}
	return cuts
}

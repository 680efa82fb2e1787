package analysis

import (
	"context"
	"runtime"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// closing is a variant with the change of roads that it comes of; nil where
// there is nothing to close.
type closing struct {
	variant
	patch network.Patch
}

// closed makes the variants of closings, and counts those that close nothing.
// Each processor keeps the ways to the facilities in labels of its own, which it
// repairs and takes back: no variant depends on another.
func (s *standing) closed(ctx context.Context, list []closing) (variants []variant, leftOut int, err error) {
	found := make([]*variant, len(list))
	hands := min(len(list), runtime.GOMAXPROCS(0))
	err = each(hands, func(hand int) error {
		labels, err := reach.NewLabels(ctx, s.grounds.network, s.serving.points, s.Cutoff.Value,
			reach.Options{Metric: s.Cutoff.Metric, Direction: network.Toward})
		if err != nil {
			return err
		}
		for i := hand; i < len(list); i += hands {
			if found[i], err = s.close(ctx, labels, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	for _, v := range found {
		if v == nil {
			leftOut++
			continue
		}
		variants = append(variants, *v)
	}
	return variants, leftOut, nil
}

// close makes one variant and leaves the labels as they were; nil if there is
// nothing to close. Who was not covered is not looked at: closing covers nobody.
func (s *standing) close(ctx context.Context, labels *reach.Labels, c *closing) (*variant, error) {
	if err := ctx.Err(); err != nil || len(c.patch) == 0 {
		return nil, err
	}
	n, err := s.grounds.network.Patched(c.patch)
	if err != nil {
		if coverage.CodeOf(err) == coverage.Invalid {
			return nil, nil // the road ends there already
		}
		return nil, err
	}
	mark := labels.Mark()
	if err := labels.To(ctx, n); err != nil {
		return nil, err
	}
	defer labels.Undo(mark)
	v := s.weigh(c.variant, s.covered, func(i int32) bool {
		at := s.grounds.demand.Snap(i)
		var open bool
		if at.Position, open = n.Moved(at.Position); !open {
			return false
		}
		_, reached := labels.At(at)
		return reached
	})
	return &v, nil
}

// gateMeters is how far from its road a gate may be drawn, as where networks
// are built and scenarios applied.
const gateMeters = 15

// gates are those with one gate closed to everybody.
func (s *standing) gates() []closing {
	gates := s.base.Gates
	list := make([]closing, len(gates))
	on := s.roadsAt(gates)
	for i := range gates {
		g := &gates[i]
		list[i].variant = variant{family: VaryGate, id: g.ID, name: g.Name, shape: g.At}
		if g.State == "closed" {
			continue
		}
		if at, ok := s.standsAt(g, on[g.Node]); ok {
			list[i].patch = network.Patch{network.Cut{At: at}}
		}
	}
	return list
}

// segment is a piece of road that ends at a node.
type segment struct{ from, node orb.Point }

// roadsAt lists, for the nodes that gates stand on, the pieces of road that end
// there.
func (s *standing) roadsAt(gates []coverage.Gate) map[int64][]segment {
	on := make(map[int64][]segment)
	for i := range gates {
		if gates[i].Node != 0 {
			on[gates[i].Node] = nil
		}
	}
	for i := range s.base.Roads {
		road := &s.base.Roads[i]
		for k, node := range road.Nodes {
			if _, gated := on[node]; !gated {
				continue
			}
			for _, other := range [2]int{k - 1, k + 1} {
				if other >= 0 && other < len(road.Line) {
					on[node] = append(on[node], segment{road.Line[other], road.Line[k]})
				}
			}
		}
	}
	return on
}

// standsAt is where on the network a gate stands. One on a node stands at the
// end of a piece of road that leads there, not on another that lies above or
// below it.
func (s *standing) standsAt(g *coverage.Gate, pieces []segment) (network.Position, bool) {
	n := s.grounds.network
	if g.Node == 0 {
		snap := n.Nearest(g.At, gateMeters)
		return snap.Position, snap.OK()
	}
	const near = 0.1 // meters: more than coordinates and millimeters are rounded by
	for _, piece := range pieces {
		for _, part := range n.Along(orb.LineString{piece.from, piece.node}) {
			for _, along := range [2]uint32{part.From, part.To} {
				if at := (network.Position{Edge: part.Edge, Along: along}); geo.Distance(n.PointAt(at), piece.node) < near {
					return at, true
				}
			}
		}
	}
	return network.Position{}, false
}

// bridges are those with one bridge closed.
func (s *standing) bridges() []closing {
	var list []closing
	for _, roads := range bridgesOf(s.base.Roads) {
		c := closing{variant: variant{family: VaryBridge, id: roads[0].ID}}
		var shape orb.MultiLineString
		for _, road := range roads {
			shape = append(shape, road.Line)
			if c.name == "" {
				c.name = road.Name
			}
		}
		c.shape, c.patch = shape, s.closes(roads)
		list = append(list, c)
	}
	return list
}

// closes is the patch that closes roads; nil if there is nothing to close, or
// if one of them cannot be found by its line.
func (s *standing) closes(roads []*coverage.Road) (p network.Patch) {
	for _, road := range roads {
		if slices.Contains(s.profile.NoStop, road.Class) || s.profile.CrossPlazas && road.Tags["area"] == "yes" {
			return nil
		}
		for _, part := range s.grounds.network.Along(road.Line) {
			if part.From < part.To {
				p = append(p, network.Close{Stretch: part})
			}
		}
	}
	return p
}

// bridgesOf gathers the roads on bridges that hang together by nodes that they
// share, each bridge in the order of the roads and by its first.
func bridgesOf(roads []coverage.Road) (bridges [][]*coverage.Road) {
	at := make(map[int64][]int) // by node: roads on bridges, by their place
	for i := range roads {
		if onBridge(&roads[i]) {
			for _, node := range roads[i].Nodes {
				at[node] = append(at[node], i)
			}
		}
	}
	seen := make(map[int]bool)
	for i := range roads {
		if !onBridge(&roads[i]) || seen[i] {
			continue
		}
		seen[i] = true
		found := []int{i}
		for k := 0; k < len(found); k++ {
			for _, node := range roads[found[k]].Nodes {
				for _, next := range at[node] {
					if !seen[next] {
						seen[next] = true
						found = append(found, next)
					}
				}
			}
		}
		slices.Sort(found)
		var bridge []*coverage.Road
		for _, k := range found {
			bridge = append(bridge, &roads[k])
		}
		bridges = append(bridges, bridge)
	}
	return bridges
}

func onBridge(r *coverage.Road) bool {
	value := r.Tags["bridge"]
	return value != "" && value != "no"
}

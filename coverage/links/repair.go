package links

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// slack is more than a cost at a place may differ, in milliseconds or
// millimeters, by the road there being split: each of two parts is rounded.
const slack = 3

// idle tells that a road drawn changes nothing that counts: nobody's way becomes
// shorter by it, and no place is tied to another road.
//
// 1. Whoever goes along it comes to an end u, walks w to the other, v, and goes
// on from there; that is shorter than before for none if d(u) ≤ w + d(v), and the
// same the other way, d being the cost to the nearest facility. w is taken at the
// fastest speed that there is.
// 2. That is all, where the road is one more arc and no more: no compound opens
// by it, no turn is bound there, no piece of network is joined.
// 3. Places that it is nearer to than their own road would be tied to it.
// 4. Where it splits a road, costs of who lives there are rounded anew; that
// matters at the cutoff alone. A facility there has its costs to all rounded anew.
func (w *worker) idle(c *Candidate, d *network.Draw) bool {
	n := w.Network
	ends := [2]network.Position{d.From.Position, d.To.Position}
	if !n.Plain(ends[0].Edge) || !n.Plain(ends[1].Edge) || !n.Together(ends[0].Edge, ends[1].Edge) {
		return false
	}
	length := int64(lineMeters(c.Line) * 1000)
	along := length
	if w.Metric == network.Time {
		along = length * 3600 / int64(n.Profile().Fastest())
	}
	for k := range w.Kinds {
		var cost [2]int64
		for i, p := range ends {
			cost[i] = int64(costAt(w.labels[k], network.Snap{Position: p, State: coverage.ReasonSnapped}))
		}
		if max(cost[0]-cost[1], cost[1]-cost[0])+slack > along {
			return false
		}
	}
	for _, p := range ends {
		if p.Along == 0 || p.Along == n.Edge(p.Edge).Length {
			continue
		}
		if len(w.doorsOn[p.Edge]) > 0 {
			return false
		}
		for _, i := range w.points[p.Edge] {
			for k := range w.Kinds {
				if was := int64(w.was[k][i]); max(was-int64(w.Cutoff), int64(w.Cutoff)-was) <= slack {
					return false
				}
			}
		}
	}
	return !slices.ContainsFunc(w.meeting(c.Line), func(i int) bool { return w.comesNear(i, c.Line) })
}

// meeting lists the places whose ground a line may come into.
func (w *worker) meeting(line orb.LineString) []int {
	w.boxes = w.boxes[:0]
	if len(line) > 1 {
		w.boxes = w.near.Meeting(line.Bound(), w.boxes)
	}
	return w.boxes
}

// comesNear tells whether a line may come nearer to a place than the road that
// it is tied to.
func (w *worker) comesNear(i int, line orb.LineString) bool {
	return distance(w.place(i).At, line) <= w.radii[i]
}

// retied lists the places that may be tied elsewhere on a patched network, in
// order, each once.
func (w *worker) retied(n *network.Network, line orb.LineString) (list []int32) {
	fewer, more := n.IslandsSince(w.Network)
	if more {
		list = make([]int32, len(w.Demand)+len(w.doors))
		for i := range list {
			list[i] = int32(i)
		}
		return list
	}
	if fewer {
		list = append(list, w.loose...)
	}
	_, edges, _ := n.Since(w.Network)
	for _, e := range edges {
		list = append(append(list, w.points[e]...), w.doorsOn[e]...)
	}
	for _, i := range w.meeting(line) {
		if w.comesNear(i, line) {
			list = append(list, int32(i))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// repair tells what a patched network changes, from the labels of the one it was
// patched from, and leaves those as they were.
func (w *worker) repair(ctx context.Context, n *network.Network, line orb.LineString) (Gain, error) {
	g := Gain{Kinds: make([]KindGain, len(w.Kinds))}
	list := w.retied(n, line)
	snaps := make(map[int32]network.Snap, len(list))
	var demand, doors []int32
	for _, i := range list {
		snaps[i] = n.Snap(w.place(int(i)).At)
		if int(i) < len(w.Demand) {
			demand = append(demand, i)
		} else if !w.moved(n, int(i), snaps[i]) {
			doors = append(doors, i)
		}
	}
	for k, l := range w.labels {
		mark := l.Mark()
		if err := l.To(ctx, n); err != nil {
			return g, err
		}
		w.start(demand)
		for at := 0; at < len(doors); at++ {
			d := w.doors[int(doors[at])-len(w.Demand)]
			if d.kind != k || at > 0 && w.sameFacility(doors[at-1], doors[at]) {
				continue
			}
			entrances := w.entrances(n, d, snaps)
			w.besideDoors(d, entrances)
			if err := l.Move(ctx, int32(d.facility), entrances...); err != nil {
				return g, err
			}
		}
		w.nodes = l.Since(mark, w.nodes[:0])
		for _, node := range w.nodes {
			if int(node) < w.Network.NodeCount() {
				for _, e := range w.Network.EdgesAt(node) {
					w.touch(w.points[e])
				}
			}
		}
		slices.Sort(w.touched) // sums of seconds are made in one order
		for _, i := range w.touched {
			at := w.Demand[i].Snap
			if again, ok := snaps[i]; ok {
				at = again
			}
			w.tally(&g.Kinds[k], k, int(i), costAt(l, at))
		}
		l.Undo(mark)
		g.add(g.Kinds[k])
	}
	return g, nil
}

// moved tells whether the labels tie a door, on a network patched, to where a
// snap does.
func (w *worker) moved(n *network.Network, i int, to network.Snap) bool {
	was := w.place(i).Snap
	if !was.OK() || !to.OK() {
		return was.OK() == to.OK()
	}
	at, open := n.Moved(was.Position)
	return open && at == to.Position && was.Offset == to.Offset
}

func (w *worker) sameFacility(i, j int32) bool {
	a, b := w.doors[int(i)-len(w.Demand)], w.doors[int(j)-len(w.Demand)]
	return a.kind == b.kind && a.facility == b.facility
}

// entrances are those of a facility on a patched network.
func (w *worker) entrances(n *network.Network, d door, snaps map[int32]network.Snap) (list []network.Snap) {
	first := len(w.Demand) + d.first
	for e, p := range w.Kinds[d.kind].Facilities[d.facility] {
		at, ok := snaps[int32(first+e)]
		if !ok {
			at = p.Snap
			at.Position, _ = n.Moved(at.Position)
		}
		list = append(list, at)
	}
	return list
}

// besideDoors touches the demand on the roads that a facility is entered from,
// before and after: it may go there straight along the road.
func (w *worker) besideDoors(d door, after []network.Snap) {
	for e, p := range w.Kinds[d.kind].Facilities[d.facility] {
		for _, s := range [2]network.Snap{p.Snap, after[e]} {
			if s.OK() {
				w.touch(w.points[s.Edge])
			}
		}
	}
}

// start begins a round of looking at demand.
func (w *worker) start(demand []int32) {
	w.round++
	w.touched = w.touched[:0]
	w.touch(demand)
}

func (w *worker) touch(demand []int32) {
	for _, i := range demand {
		if w.seen[i] != w.round {
			w.seen[i] = w.round
			w.touched = append(w.touched, i)
		}
	}
}

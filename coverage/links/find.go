package links

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
	"kaimen/geo/index"
)

// Why a candidate is set aside, besides what Options.Blocked says.
const (
	AsideRoad    = "road"        // it crosses a road without meeting it
	AsideSame    = "same_place"  // a shorter one connects about the same two stretches
	AsideShort   = "too_short"   // shorter than a road that can be drawn
	AsideUnclear = "unclear_end" // another road lies as near to its end as the one meant
)

// Options say what counts as a missing link.
type Options struct {
	MaxMeters       float64 // longest link in a straight line
	MinDetourMeters float64 // the way between its ends, along the network, is longer
	SameMeters      float64 // of links whose ends lie so near each other along the network, on both sides, the shortest is kept
	DeadEnds, Links bool    // which sources to look at
	Class           string  // of the roads that would be drawn
	CrossRoads      bool    // whether a link may cross a road without meeting it

	// Closed are roads that are there and may not be used, to be drawn as they lie
	// where both ends meet the network. MaxMeters does not bind them.
	Closed []Closed
	// Blocked names what a line may not cross; empty if nothing. Nil blocks nothing.
	Blocked func(line orb.LineString) string
}

// Closed is a road that may not be used, or a stretch of one.
type Closed struct {
	Line  orb.LineString
	Class string
}

// Found is the candidates and what was set aside: Considered is their sum.
type Found struct {
	Candidates []Candidate // by length, then id
	Considered int
	Aside      []coverage.ReasonCount // by reason
}

// shortestMeters is the shortest road that can be drawn: see package scenario.
const shortestMeters = 0.2

// Find looks for missing links on a network.
//
// A dead end is a place that one open road ends at; a road that a closed gate
// ends is none: the gate is what could be opened. From each dead end it looks to
// the places of every edge within MaxMeters that are nearer than those beside
// them, and to junctions; junctions look to each other. Two places are candidates if the shorter of the two ways
// between them, there and back, is longer than MinDetourMeters, or there is none.
//
// Holds:  a larger MaxMeters, or a smaller MinDetourMeters, loses no two places;
// of a larger MaxMeters all candidates stay that were there.
// Errors: ctx.Err() if ctx ends first.
// Cost:   a search within MinDetourMeters of each place; all processors take their
// share.
func Find(ctx context.Context, n *network.Network, o Options) (*Found, error) {
	f, err := newFinder(n, o)
	if err != nil {
		return nil, err
	}
	lists := make([][]pair, len(f.ends))
	err = each(len(f.ends), func() (func(i int) error, error) {
		s, err := f.searches(ctx, o.MinDetourMeters)
		return func(i int) (err error) {
			lists[i], err = f.from(ctx, s, i)
			return err
		}, err
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(lists...)
	closed, err := f.closed(ctx)
	if err != nil {
		return nil, err
	}
	return f.sift(ctx, append(all, closed...))
}

// finder is a network with what is looked up in it.
type finder struct {
	n     *network.Network
	o     Options
	ends  []end              // in the order of their nodes
	cells map[[2]int32][]int // ends by cell of MaxMeters
	edges *index.Boxes
	lines []orb.LineString // by edge; nil for those not open
	plane geo.Plane
}

// end is a place that links may start from.
type end struct {
	node int32
	at   network.Position
	dead bool
	xy   [2]float64
}

// pair is two places that a link may join.
type pair struct {
	from, to network.Position
	source   string
	line     orb.LineString
	class    string // that of Options if empty
}

func newFinder(n *network.Network, o Options) (*finder, error) {
	f := &finder{n: n, o: o, cells: make(map[[2]int32][]int), lines: make([]orb.LineString, n.EdgeCount())}
	degree, meets := make(map[int32]int), make(map[int32]network.Position)
	box := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for e := range int32(n.EdgeCount()) {
		edge := n.Edge(e)
		if edge.Forward(network.Length) == network.Unreached && edge.Backward(network.Length) == network.Unreached {
			continue
		}
		f.lines[e] = n.LineOf(e)
		box = box.Union(f.lines[e].Bound())
		degree[edge.Tail]++
		degree[edge.Head]++
		meets[edge.Tail], meets[edge.Head] = network.Position{Edge: e}, network.Position{Edge: e, Along: edge.Length}
	}
	f.plane = geo.PlaneOf(box)
	f.edges = index.NewBoxes(len(f.lines), func(i int) orb.Bound { return f.lines[i].Bound() })
	at := make(map[orb.Point]int) // places by their point: a gate cuts one into several
	for node := range meets {
		at[n.NodeAt(node)]++
	}
	for node, position := range meets {
		if d := degree[node]; d != 2 && at[n.NodeAt(node)] == 1 {
			x, y := f.plane.ToXY(n.NodeAt(node))
			f.ends = append(f.ends, end{node, position, d == 1, [2]float64{x, y}})
		}
	}
	slices.SortFunc(f.ends, func(a, b end) int { return cmp.Compare(a.node, b.node) })
	for i := range f.ends {
		cell := f.cell(f.ends[i].xy)
		f.cells[cell] = append(f.cells[cell], i)
	}
	return f, nil
}

func (f *finder) cell(xy [2]float64) [2]int32 {
	// A plane far from its center stretches by less than a thousandth.
	size := f.o.MaxMeters*1.001 + 1
	return [2]int32{int32(math.Floor(xy[0] / size)), int32(math.Floor(xy[1] / size))}
}

// searches measure ways within a cutoff from one place after another, away from
// it and, where roads are one-way, toward it.
type searches []*reach.Labels

func (f *finder) searches(ctx context.Context, meters float64) (s searches, err error) {
	directions := []network.Direction{network.Away}
	if p := f.n.Profile(); len(p.OneWay) > 0 || p.Turns {
		directions = append(directions, network.Toward)
	}
	for _, d := range directions {
		l, err := reach.NewLabels(ctx, f.n, reach.NewPoints(f.n, nil), network.Cost(math.Floor(meters*1000)),
			reach.Options{Metric: network.Length, Direction: d})
		if err != nil {
			return nil, err
		}
		s = append(s, l)
	}
	return s, nil
}

func onRoad(p network.Position) network.Snap {
	return network.Snap{Position: p, State: coverage.ReasonSnapped}
}

// start goes to a place, from which ways are then measured.
func (s searches) start(ctx context.Context, p network.Position) error {
	for _, l := range s {
		l.Undo(0)
		if _, err := l.Add(ctx, onRoad(p)); err != nil {
			return err
		}
	}
	return nil
}

// to is the shorter of the ways to a place and back, Unreached beyond the cutoff.
func (s searches) to(p network.Position) network.Cost {
	best := network.Unreached
	for _, l := range s {
		best = min(best, costAt(l, onRoad(p)))
	}
	return best
}

// from lists the places that one end could be joined to; of two ends, the first
// lists both.
func (f *finder) from(ctx context.Context, s searches, i int) (list []pair, err error) {
	u := &f.ends[i]
	var near []pair
	here := f.n.NodeAt(u.node)
	cell := f.cell(u.xy)
	for x := cell[0] - 1; x <= cell[0]+1; x++ {
		for y := cell[1] - 1; y <= cell[1]+1; y++ {
			for _, k := range f.cells[[2]int32{x, y}] {
				v := &f.ends[k]
				source := f.source(u.dead || v.dead)
				if k > i && source != "" && geo.Distance(here, f.n.NodeAt(v.node)) <= f.o.MaxMeters {
					near = append(near, pair{from: u.at, to: v.at, source: source})
				}
			}
		}
	}
	if u.dead && f.o.DeadEnds {
		near = append(near, f.sides(here, u.at)...)
	}
	if len(near) == 0 {
		return nil, ctx.Err()
	}
	if err := s.start(ctx, u.at); err != nil {
		return nil, err
	}
	for _, p := range near {
		if s.to(p.to) == network.Unreached {
			p.line = orb.LineString{rounded(here), rounded(f.n.PointAt(p.to))}
			list = append(list, p)
		}
	}
	return list, nil
}

// source names a pair by whether one of its places is a dead end; empty if it is
// not looked for.
func (f *finder) source(dead bool) string {
	switch {
	case dead && f.o.DeadEnds:
		return DeadEnd
	case !dead && f.o.Links:
		return Link
	}
	return ""
}

// sides are the places of edges about a dead end that are nearer than those
// beside them, where they lie between the edge's ends. An edge that bends round
// has several, perhaps the one that ends here.
func (f *finder) sides(here orb.Point, at network.Position) (list []pair) {
	plane := geo.NewPlane(here)
	var meters, along []float64 // by piece of a line: of its nearest place
	for _, e := range f.edges.Meeting(geo.Around(here, f.o.MaxMeters), nil) {
		line, sum := f.lines[e], 0.0
		meters, along = meters[:0], along[:0]
		for k := 1; k < len(line); k++ {
			share, d := plane.NearestOn(line[k-1], line[k])
			length := geo.Distance(line[k-1], line[k])
			meters, along, sum = append(meters, d), append(along, sum+share*length), sum+length
		}
		length := f.n.Edge(int32(e)).Length
		for k, d := range meters {
			if d > f.o.MaxMeters || k > 0 && d >= meters[k-1] || k+1 < len(meters) && d > meters[k+1] {
				continue
			}
			to := network.Position{Edge: int32(e), Along: uint32(min(math.Round(along[k]*1000), float64(length)))}
			if to.Along > endMM && length-to.Along > endMM {
				list = append(list, pair{from: at, to: to, source: DeadEnd})
			}
		}
	}
	return list
}

// endMM is how near to its end a place of an edge is the end.
const endMM = 50

// closed lists the roads that may not be used and whose use would spare a detour.
func (f *finder) closed(ctx context.Context) (list []pair, err error) {
	if len(f.o.Closed) == 0 {
		return nil, nil
	}
	s, err := f.searches(ctx, f.o.MinDetourMeters)
	if err != nil {
		return nil, err
	}
	for _, road := range f.o.Closed {
		line := road.Line
		from, to := f.n.Nearest(line[0], joinMeters), f.n.Nearest(line[len(line)-1], joinMeters)
		if !from.OK() || !to.OK() {
			continue
		}
		if err := s.start(ctx, from.Position); err != nil {
			return nil, err
		}
		if s.to(to.Position) == network.Unreached {
			list = append(list, pair{from.Position, to.Position, ClosedRoad, line, road.Class})
		}
	}
	return list, nil
}

// sift sets aside what is no link, and of links at the same place all but the
// shortest.
func (f *finder) sift(ctx context.Context, all []pair) (*Found, error) {
	out := &Found{Considered: len(all)}
	tally := make(coverage.Tally)
	var kept []placed
	for _, p := range all {
		c := Candidate{ID: idOf(p.source, p.line), Source: p.source, Line: p.line, Class: cmp.Or(p.class, f.o.Class), Meters: lineMeters(p.line)}
		if reason := f.reason(&c, p); reason != "" {
			tally.Add(reason, 0)
			continue
		}
		kept = append(kept, placed{c, p})
	}
	slices.SortFunc(kept, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.Meters, b.Meters), cmp.Compare(a.ID, b.ID))
	})
	kept, same, err := f.apart(ctx, kept)
	if err != nil {
		return nil, err
	}
	for range same {
		tally.Add(AsideSame, 0)
	}
	for i := range kept {
		out.Candidates = append(out.Candidates, kept[i].Candidate)
	}
	out.Aside = tally.Counts()
	return out, nil
}

// idOf names a candidate by its places.
func idOf(source string, line orb.LineString) string {
	text := ""
	for _, p := range line {
		text += fmt.Sprintf("%.7f,%.7f;", p[0], p[1])
	}
	sum := sha256.Sum256([]byte(text))
	return source + "-" + hex.EncodeToString(sum[:5])
}

// reason is why a candidate is none; empty if it is one.
func (f *finder) reason(c *Candidate, p pair) string {
	if c.Meters < shortestMeters {
		return AsideShort
	}
	d, ok := c.draw(f.n)
	if !ok || !f.alike(d.From.Position, p.from) || !f.alike(d.To.Position, p.to) {
		return AsideUnclear
	}
	if p.source == ClosedRoad {
		return ""
	}
	if f.o.Blocked != nil {
		if reason := f.o.Blocked(c.Line); reason != "" {
			return reason
		}
	}
	if !f.o.CrossRoads && f.crosses(c.Line) {
		return AsideRoad
	}
	return ""
}

// alike tells whether two positions are one place of the network.
func (f *finder) alike(a, b network.Position) bool {
	nodeA, atA := f.nodeAt(a)
	nodeB, atB := f.nodeAt(b)
	if atA || atB {
		return atA && atB && nodeA == nodeB
	}
	return a.Edge == b.Edge && max(a.Along, b.Along)-min(a.Along, b.Along) <= endMM
}

// nodeAt is the node at a position; false if it lies between those of its edge.
func (f *finder) nodeAt(p network.Position) (node int32, ok bool) {
	e := f.n.Edge(p.Edge)
	switch left := e.Length - p.Along; {
	case p.Along <= min(left, endMM):
		return e.Tail, true
	case left <= endMM:
		return e.Head, true
	}
	return 0, false
}

// crosses tells whether a line crosses an open road other than at its ends.
func (f *finder) crosses(line orb.LineString) bool {
	for _, e := range f.edges.Meeting(line.Bound(), nil) {
		road := f.lines[e]
		for k := 1; k < len(road); k++ {
			if Crosses(line, road[k-1], road[k]) {
				return true
			}
		}
	}
	return false
}

// Crosses tells whether a line crosses the segment from a to b farther than half
// a meter from the line's own ends, where it touches what it joins.
func Crosses(line orb.LineString, a, b orb.Point) bool {
	const atEnd = 0.5 // meters
	for i := 1; i < len(line); i++ {
		p, q := line[i-1], line[i]
		pa, qa := geo.Side(a, b, p), geo.Side(a, b, q)
		pb, qb := geo.Side(p, q, a), geo.Side(p, q, b)
		if pa*qa > 0 || pb*qb > 0 || pa == 0 && qa == 0 {
			continue
		}
		plane := geo.NewPlane(p)
		ax, ay := plane.ToXY(a)
		bx, by := plane.ToXY(b)
		qx, qy := plane.ToXY(q)
		dx, dy := bx-ax, by-ay
		share := (ax*dy - ay*dx) / (qx*dy - qy*dx) // of the way from p, which lies at 0, 0
		at := orb.Point{p[0] + share*(q[0]-p[0]), p[1] + share*(q[1]-p[1])}
		if geo.Distance(at, line[0]) > atEnd && geo.Distance(at, line[len(line)-1]) > atEnd {
			return true
		}
	}
	return false
}

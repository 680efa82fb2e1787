package candidate

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// Steps along an outline, in meters. The distance to the nearest road changes by
// at most a meter a meter, so that from a place 40 m beyond what counts as
// frontage the next 40 m have none. Where that tells less, the step is shortStep:
// where frontage begins or ends is exact to that. On frontage it is at most
// longStep, so that the place nearest to the road is found.
const (
	shortStep = 0.25
	longStep  = 2.0
)

// front is where an outline comes to the roads of a network.
type front struct {
	meters float64 // of outline within the distance
	runs   []run
	// nearest is the place of the outline that is nearest to a road, and how far it
	// is from it: infinite where no road is near enough to be tied to.
	nearest orb.Point
	away    float64
}

// run is a piece of frontage on one side of an outline, along one edge of a
// network.
type run struct {
	edge   int32
	places []place
	meters float64
}

// place is a place on an outline.
type place struct {
	at     orb.Point // in degrees
	along  float64   // meters from where its run begins
	offset uint32    // millimeters to the road
}

// frontOf follows the outer rings of land. Roads on islands of the network are
// none: nobody comes there.
//
// Cost: a search for the nearest road every quarter of a meter to two along the
// frontage, and for some places elsewhere.
func frontOf(n *network.Network, l *land, within float64) front {
	f := front{away: math.Inf(1)}
	for _, polygon := range l.xy {
		f.follow(n, l, polygon[0], within)
	}
	return f
}

// follow walks round a ring.
func (f *front) follow(n *network.Network, l *land, ring orb.Ring, within float64) {
	open := -1 // the run that goes on, -1 for none
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		length := math.Hypot(b[0]-a[0], b[1]-a[1])
		if i > 1 && turns(ring[i-2], a, b) {
			open = -1
		}
		for gone := 0.0; gone < length; {
			share := gone / length
			at := l.plane.ToLL(a[0]+share*(b[0]-a[0]), a[1]+share*(b[1]-a[1]))
			snap := n.Snap(at)
			away := n.Profile().SnapMeters // or more
			if snap.State == coverage.ReasonSnapped {
				away = float64(snap.Offset) / 1000
				if away < f.away {
					f.away, f.nearest = away, at
				}
			}
			step := min(max(math.Abs(within-away), shortStep), length-gone)
			if away > within {
				open = -1
			} else {
				step = min(step, longStep)
				open = f.add(open, snap, at, step)
			}
			gone += step
		}
	}
}

// turns tells whether an outline turns by more than 45° at b: there another side
// begins, along the same road or not.
func turns(a, b, c orb.Point) bool {
	ux, uy, vx, vy := b[0]-a[0], b[1]-a[1], c[0]-b[0], c[1]-b[1]
	return math.Abs(ux*vy-uy*vx) > ux*vx+uy*vy
}

// add adds a step of frontage to the run that goes on, or begins one.
func (f *front) add(open int, snap network.Snap, at orb.Point, step float64) int {
	if open < 0 || f.runs[open].edge != snap.Edge {
		f.runs = append(f.runs, run{edge: snap.Edge})
		open = len(f.runs) - 1
	}
	r := &f.runs[open]
	r.places = append(r.places, place{at, r.meters, snap.Offset})
	r.meters += step
	f.meters += step
	return open
}

// entrance is a place where an outline may be entered.
type entrance struct {
	place
	side float64 // meters of the frontage it lies on
}

// everyMeters of frontage along one road is worth a further entrance: more than
// that far apart, people walk round to one.
const everyMeters = 100.0

// alike is a difference in millimeters that makes no place nearer to a road than
// another: what a drawn line is off by, along a road that it keeps to.
const alike = 100

// entrances are places to enter by: one on each side that has a road, and one
// more for every 100 m of it, each where the road is nearest, of equals the one
// nearest to the middle; those of the longest side first. They are at least apart
// meters from each other, and at most a number. Without frontage it is the place
// nearest to a road.
func (f *front) entrances(l *land, within, apart float64, most int) []orb.Point {
	longest := make(map[int32]float64)
	for i := range f.runs {
		r := &f.runs[i]
		longest[r.edge] = max(longest[r.edge], r.meters)
	}
	var list []entrance
	for i := range f.runs {
		// Where an outline turns away from a road, less than within meters of the
		// next side are near it too, and it is not entered from there.
		if r := &f.runs[i]; r.meters >= within || r.meters == longest[r.edge] {
			list = append(list, r.entrances()...)
		}
	}
	slices.SortStableFunc(list, func(a, b entrance) int {
		return cmp.Or(cmp.Compare(b.side, a.side), cmp.Compare(a.offset/alike, b.offset/alike))
	})
	var taken []orb.Point
	for _, e := range list {
		if len(taken) == most {
			break
		}
		near := slices.ContainsFunc(taken, func(p orb.Point) bool { return metersBetween(l, p, e.at) < apart })
		if !near {
			taken = append(taken, e.at)
		}
	}
	if len(taken) == 0 && !math.IsInf(f.away, 1) {
		taken = append(taken, f.nearest)
	}
	return taken
}

// entrances cuts a run into pieces of about everyMeters, and takes the best place
// of each.
func (r *run) entrances() []entrance {
	pieces := max(1, int(math.Round(r.meters/everyMeters)))
	list := make([]entrance, 0, pieces)
	next := 0
	for k := range pieces {
		from, to := r.meters*float64(k)/float64(pieces), r.meters*float64(k+1)/float64(pieces)
		middle := (from + to) / 2
		first := next
		for next < len(r.places) && (r.places[next].along < to || k == pieces-1) {
			next++
		}
		if first == next {
			continue
		}
		best := slices.MinFunc(r.places[first:next], func(a, b place) int {
			return cmp.Or(cmp.Compare(a.offset/alike, b.offset/alike), cmp.Compare(math.Abs(a.along-middle), math.Abs(b.along-middle)))
		})
		list = append(list, entrance{best, r.meters})
	}
	return list
}

// metersBetween is the distance of two places near land.
func metersBetween(l *land, p, q orb.Point) float64 {
	px, py := l.plane.ToXY(p)
	qx, qy := l.plane.ToXY(q)
	return math.Hypot(px-qx, py-qy)
}

package links

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
	"kaimen/geo/index"
)

// Scores are gains with how they were come by.
type Scores struct {
	Gains  []Gain // in the order of the candidates
	Pruned int    // known by the costs at their ends to change nothing
	Anew   int    // found on a network built anew

	was [][]network.Cost
}

// Gains tells what each candidate changes in a town if it is made alone.
//
// Holds:  a gain is that between the town and the one whose network has the road
// drawn, or the gate opened, and to which all places are tied anew. A gate that
// stands Alone is opened in the network where that is as sure as building it anew:
// but roads that meet there keep costs rounded apart, so that a way through it may
// be off by a millisecond or two, and of roads equally near to a place, such as
// those that end at one closed gate, another may be taken. Between is free of both.
// Errors: of anew; ctx.Err() if ctx ends first.
// Cost:   for a candidate that is not pruned, a patch of the network and a repair
// of the labels of each kind, over the nodes whose way changes. All processors
// take their share, each with labels of its own: 16 bytes a node and kind.
func Gains(ctx context.Context, town *Town, list []Candidate, anew Anew) (*Scores, error) {
	s, err := newScorer(ctx, town)
	if err != nil {
		return nil, err
	}
	return s.gains(ctx, list, anew)
}

// scorer is a town with what is looked up in it for each candidate.
type scorer struct {
	*Town
	was     [][]network.Cost // by kind, by demand: the way as it is; Unreached without one
	points  map[int32][]int32
	doors   []door
	doorsOn map[int32][]int32
	radii   []float64    // by demand, then by door: see lookUp
	near    *index.Boxes // the ground about each demand, then about each door, in which another road would be nearer
	// doubtful are the edges at gates that are not opened in the network. One may
	// stand inside a compound and bind nobody, but bind where the compound is opened.
	doubtful []int32
	loose    []int32 // as in near: those that an island lies nearer to
}

// door is where a facility is entered.
type door struct {
	kind, facility, entrance int
	first                    int // place in the list of the facility's first
}

func (s *scorer) place(i int) *Place {
	if i < len(s.Demand) {
		return &s.Demand[i].Place
	}
	d := s.doors[i-len(s.Demand)]
	return &s.Kinds[d.kind].Facilities[d.facility][d.entrance]
}

func newScorer(ctx context.Context, town *Town) (*scorer, error) {
	s := &scorer{Town: town, points: make(map[int32][]int32), doorsOn: make(map[int32][]int32)}
	for k := range town.Kinds {
		for f := range town.Kinds[k].Facilities {
			first := len(s.doors)
			for e := range town.Kinds[k].Facilities[f] {
				s.doors = append(s.doors, door{k, f, e, first})
			}
		}
	}
	s.radii = make([]float64, len(s.Demand)+len(s.doors))
	for i := range s.radii {
		s.radii[i] = s.lookUp(i)
	}
	s.near = index.NewBoxes(len(s.radii), func(i int) orb.Bound {
		if i < len(s.Demand) && s.Demand[i].Weight == 0 {
			return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}} // empty: it counts nowhere
		}
		return geo.Around(s.place(i).At, s.radii[i])
	})
	w, err := s.worker(ctx)
	if err != nil {
		return nil, err
	}
	s.was = make([][]network.Cost, len(s.Kinds))
	for k := range s.Kinds {
		s.was[k] = make([]network.Cost, len(s.Demand))
		for i := range s.Demand {
			s.was[k][i] = costAt(w.labels[k], s.Demand[i].Snap)
		}
	}
	return s, nil
}

// lookUp files a place and returns how near another road may have to come to be
// its own, in meters.
func (s *scorer) lookUp(i int) float64 {
	p, limit := s.place(i), s.Network.Profile().SnapMeters
	nearest := s.Network.Nearest(p.At, limit) // an island's, if one is
	if p.Snap.State == coverage.ReasonIsland || nearest.OK() && nearest.Position != p.Snap.Position {
		s.loose = append(s.loose, int32(i))
	}
	if p.Snap.OK() {
		on := s.points
		if i >= len(s.Demand) {
			on = s.doorsOn
		}
		on[p.Snap.Edge] = append(on[p.Snap.Edge], int32(i))
	}
	if p.Snap.State == coverage.ReasonSnapped {
		limit = float64(p.Snap.Offset) / 1000
	}
	return limit + touchMeters
}

func costAt(l *reach.Labels, s network.Snap) network.Cost {
	if hit, ok := l.At(s); ok {
		return hit.Cost
	}
	return network.Unreached
}

// worker is the labels of one goroutine.
type worker struct {
	*scorer
	labels  []*reach.Labels
	seen    []int // by demand: the round in which it was looked at last
	round   int
	nodes   []int32
	touched []int32
	boxes   []int
}

func (s *scorer) worker(ctx context.Context) (*worker, error) {
	w := &worker{scorer: s, seen: make([]int, len(s.Demand)), labels: make([]*reach.Labels, len(s.Kinds))}
	for k := range s.Kinds {
		var snaps []network.Snap
		var owners []int32
		for f, entrances := range s.Kinds[k].Facilities {
			for _, e := range entrances {
				snaps, owners = append(snaps, e.Snap), append(owners, int32(f))
			}
		}
		var err error
		w.labels[k], err = reach.NewLabels(ctx, s.Network, reach.NewOwned(s.Network, snaps, owners), network.Unreached,
			reach.Options{Metric: s.Metric, Direction: network.Toward})
		if err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (s *scorer) gains(ctx context.Context, list []Candidate, anew Anew) (*Scores, error) {
	for i := range list {
		if _, sure := list[i].change(s.Network); list[i].Source == Gate && !sure {
			s.doubtful = append(s.doubtful, s.Network.Nearest(list[i].Line[0], joinMeters).Edge)
		}
	}
	out := &Scores{Gains: make([]Gain, len(list)), was: s.was}
	how := make([]way, len(list))
	err := each(len(list), func() (func(i int) error, error) {
		w, err := s.worker(ctx)
		return func(i int) (err error) {
			if err = ctx.Err(); err == nil {
				out.Gains[i], how[i], err = w.gain(ctx, &list[i], anew)
				if s.Watch != nil {
					s.Watch()
				}
			}
			return err
		}, err
	})
	for _, h := range how {
		switch h {
		case pruned:
			out.Pruned++
		case builtAnew:
			out.Anew++
		}
	}
	return out, err
}

// way is how a gain was come by.
type way int

const (
	repaired way = iota
	pruned
	builtAnew
)

func (w *worker) gain(ctx context.Context, c *Candidate, anew Anew) (Gain, way, error) {
	change, ok := c.change(w.Network)
	if !ok {
		g, err := w.against(ctx, c, anew)
		return g, builtAnew, err
	}
	if d, drawn := change.(network.Draw); drawn && w.idle(c, &d) {
		return Gain{Kinds: make([]KindGain, len(w.Kinds))}, pruned, nil
	}
	n, err := w.Network.Patched(network.Patch{change})
	if err != nil || c.Source == Gate && w.doubts(n) {
		// Such as a gate at the end of a road: what a network built anew says holds.
		g, err := w.against(ctx, c, anew)
		return g, builtAnew, err
	}
	g, err := w.repair(ctx, n, c.Line)
	return g, repaired, err
}

// doubts tells whether a compound that a patch opens has a gate inside.
func (w *worker) doubts(n *network.Network) bool {
	_, edges, _ := n.Since(w.Network)
	return slices.ContainsFunc(w.doubtful, func(e int32) bool { return slices.Contains(edges, e) })
}

// against sets a town with the candidate made, built anew, beside this one.
func (w *worker) against(ctx context.Context, c *Candidate, anew Anew) (Gain, error) {
	town, err := anew(ctx, []Candidate{*c})
	if err != nil {
		return Gain{}, err
	}
	return w.to(ctx, town)
}

// Between is what changes from one town to another, of the same demand and kinds.
//
// Errors: ctx.Err() if ctx ends first.
func Between(ctx context.Context, before, after *Town) (Gain, error) {
	s, err := newScorer(ctx, before)
	if err != nil {
		return Gain{}, err
	}
	return s.to(ctx, after)
}

func (s *scorer) to(ctx context.Context, after *Town) (Gain, error) {
	w, err := (&scorer{Town: after}).worker(ctx)
	if err != nil {
		return Gain{}, err
	}
	g := Gain{Kinds: make([]KindGain, len(s.Kinds))}
	for k := range s.Kinds {
		for i := range s.Demand {
			s.tally(&g.Kinds[k], k, i, costAt(w.labels[k], after.Demand[i].Snap))
		}
		g.add(g.Kinds[k])
	}
	return g, nil
}

// Covered is the demand within the cutoff as it is, by kind.
func (s *Scores) Covered(town *Town) (list []coverage.Amount) {
	for k := range town.Kinds {
		sum := coverage.Amount(0)
		for i, c := range s.was[k] {
			if c <= town.Cutoff {
				sum += town.Demand[i].Weight
			}
		}
		list = append(list, sum)
	}
	return list
}

// tally counts what a demand point's new cost changes.
func (s *scorer) tally(g *KindGain, kind, i int, is network.Cost) {
	was, weight := s.was[kind][i], s.Demand[i].Weight
	if was == is || weight == 0 {
		return
	}
	if is <= s.Cutoff && was > s.Cutoff {
		g.NewlyCovered += weight
	}
	if was <= s.Cutoff && is > s.Cutoff {
		g.Lost += weight
	}
	switch {
	case is < was && was-is > Rounding:
		g.Nearer += weight
	case is > was && is-was > Rounding:
		g.Farther += weight
	default:
		return
	}
	if was != network.Unreached && is != network.Unreached {
		g.Saved += weight.Float() * (float64(was) - float64(is)) / 1000
	}
}

// each calls work for 0 to n-1, on all processors, each of which asks for its own
// first. The error is that of the least of those that failed.
func each(n int, workers func() (work func(i int) error, err error)) error {
	errs := make([]error, n)
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var busy sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		busy.Go(func() {
			work, err := workers()
			for i := range next {
				if errs[i] = err; err == nil {
					errs[i] = work(i)
				}
			}
		})
	}
	busy.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}

// lineMeters is the length of a line as the network counts it.
func lineMeters(line orb.LineString) (sum float64) {
	for i := 1; i < len(line); i++ {
		sum += geo.Distance(line[i-1], line[i])
	}
	return sum
}

// touchMeters is more than the distance to a road may be rounded.
const touchMeters = 0.02

// distance is how near a line comes to a point, in meters.
func distance(p orb.Point, line orb.LineString) float64 {
	plane, best := geo.NewPlane(p), math.Inf(1)
	for i := 1; i < len(line); i++ {
		_, meters := plane.NearestOn(line[i-1], line[i])
		best = min(best, meters)
	}
	return best
}

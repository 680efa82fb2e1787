package read

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// nodeTable holds the positions of the wanted nodes in two parallel arrays
// ordered by id: 24 bytes a node, and files that are ordered by id, as nearly
// all are, are joined to it by walking forward.
type nodeTable struct {
	ids    []int64
	points []orb.Point
	last   int // where the last search ended
}

var unknownPoint = orb.Point{math.NaN(), math.NaN()}

func known(p orb.Point) bool { return !math.IsNaN(p[0]) }

// newNodeTable wants every node that the roads name; none is known yet.
func newNodeTable(ids []int64) *nodeTable {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	t := &nodeTable{ids: ids, points: make([]orb.Point, len(ids))}
	for i := range t.points {
		t.points[i] = unknownPoint
	}
	return t
}

// find returns the place of id, looking near the last place first.
func (t *nodeTable) find(id int64) (int, bool) {
	lo := t.last
	if lo >= len(t.ids) || t.ids[lo] > id {
		lo = 0
	}
	step := 1
	hi := lo
	for hi < len(t.ids) && t.ids[hi] < id {
		lo, hi, step = hi, hi+step, step*2
	}
	hi = min(hi+1, len(t.ids))
	i, ok := slices.BinarySearch(t.ids[lo:hi], id)
	t.last = lo + i
	return lo + i, ok
}

// set notes a position if the node is wanted. A position off the earth is as
// good as none.
func (t *nodeTable) set(id int64, position func() orb.Point) {
	if i, ok := t.find(id); ok {
		if p := position(); geo.OnEarth(p) {
			t.points[i] = p
		}
	}
}

func (t *nodeTable) at(id int64) (orb.Point, bool) {
	i, ok := slices.BinarySearch(t.ids, id)
	if !ok {
		return unknownPoint, false
	}
	return t.points[i], known(t.points[i])
}

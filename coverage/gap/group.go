package gap

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// group is a set of uncovered points whose ground may hang together, and the
// covered points that may bound it. Both are in order of their place in the list.
type group struct {
	open, covered []int32
	grid          grid
}

// bucket is a box of a coarse grid of degrees.
type bucket struct{ row, column int32 }

// groupsOf puts points in groups so far apart that their ground cannot meet.
//
// Whoever is drawn with larger cells reaches farther by them. So the points are
// put in groups anew, by the largest cell that any group needs, until none needs
// a larger one.
//
// Errors: too_large.
func groupsOf(points []Point, o Options) ([]group, error) {
	largest := o.CellMeters
	for {
		groups := linked(points, largest, o.RadiusMeters)
		need := largest
		for i := range groups {
			if err := groups[i].fit(points, o); err != nil {
				return nil, err
			}
			need = max(need, groups[i].grid.cell)
		}
		if need <= largest {
			return groups, nil
		}
		largest = need
	}
}

// fit chooses the grid of a group: cells as asked for, or doubled until the grid
// is not too large.
func (g *group) fit(points []Point, o Options) error {
	box := orb.Bound{Min: points[g.open[0]].At, Max: points[g.open[0]].At}
	for _, i := range g.open {
		box = box.Extend(points[i].At)
	}
	for cell := o.CellMeters; ; cell *= 2 {
		grid, ok := newGrid(box, cell, o.RadiusMeters)
		if !ok {
			return coverage.Errorf(coverage.TooLarge, "the gaps about %v reach over %.0f by %.0f degrees, too much for a grid of %d cells; "+
				"ask for a part, or with a smaller radius", box.Center(), box.Max[0]-box.Min[0], box.Max[1]-box.Min[1], o.MaxCells)
		}
		if grid.columns*grid.rows <= int64(o.MaxCells) {
			g.grid = grid
			return nil
		}
	}
}

// linked groups points by buckets that touch. Ground reaches no farther than the
// radius and two cells from a point along either axis: two points with a bucket
// between them are so far apart that not even a cell is shared.
func linked(points []Point, cellMeters, radiusMeters float64) []group {
	h := newHash(points, 2*(radiusMeters+3*cellMeters))
	open, covered := make(map[bucket][]int32), make(map[bucket][]int32)
	for i := range points {
		p := &points[i]
		switch b := h.of(p.At); {
		case p.Weight == 0:
		case p.Covered:
			covered[b] = append(covered[b], int32(i))
		default:
			open[b] = append(open[b], int32(i))
		}
	}
	keys := make([]bucket, 0, len(open))
	for b := range open {
		keys = append(keys, b)
	}
	slices.SortFunc(keys, func(a, b bucket) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) })
	done := make(map[bucket]bool, len(keys))
	var groups []group
	for _, key := range keys {
		if done[key] {
			continue
		}
		var g group
		done[key] = true
		about := make(map[bucket]bool) // where covered points may matter
		for stack := []bucket{key}; len(stack) > 0; {
			b := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			g.open = append(g.open, open[b]...)
			for _, next := range b.around() {
				if !about[next] {
					about[next] = true
					g.covered = append(g.covered, covered[next]...)
				}
				if open[next] != nil && !done[next] {
					done[next] = true
					stack = append(stack, next)
				}
			}
		}
		slices.Sort(g.open)
		slices.Sort(g.covered)
		groups = append(groups, g)
	}
	return groups
}

// around lists a bucket and those that touch it.
func (b bucket) around() (list [9]bucket) {
	for i := range list {
		list[i] = bucket{b.row + int32(i/3) - 1, b.column + int32(i%3) - 1}
	}
	return list
}

// hash finds the bucket of a place.
type hash struct{ perLon, perLat float64 } // buckets a degree

// newHash makes buckets at least so wide, in the plane of any group: a degree of
// longitude is worth least at the point farthest from the equator.
func newHash(points []Point, meters float64) hash {
	lat := 0.0
	for i := range points {
		if points[i].Weight != 0 && !points[i].Covered {
			lat = max(lat, math.Abs(points[i].At[1]))
		}
	}
	east, north := geo.NewPlane(orb.Point{0, min(lat, nearestPole)}).ToXY(orb.Point{1, min(lat, nearestPole) + 1})
	return hash{east / meters, north / meters}
}

func (h hash) of(p orb.Point) bucket {
	return bucket{int32(math.Floor(p[1] * h.perLat)), int32(math.Floor(p[0] * h.perLon))}
}

// nearestPole is the last latitude at which a plane is anchored: at a pole
// degrees of longitude have no width.
const nearestPole = 89.9

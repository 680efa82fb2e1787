package shp

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo/index"
)

// nestingWork bounds the edges that are looked at to find which ring of a
// shape lies in which; a map's largest shapes need a thousandth of it.
const nestingWork = 500_000_000

// polygons makes areas of rings. The format says that outer rings run
// clockwise, but many writers do not keep to it, so what lies in what decides:
// a ring inside an even number of others is an outline, else a hole of the
// smallest ring around it. Outlines come out counterclockwise, holes clockwise.
func (s *Reader) polygons(parts [][]orb.Point) (orb.Geometry, error) {
	rings := make([]orb.Ring, len(parts))
	for i, p := range parts {
		ring := orb.Ring(p)
		if len(ring) > 0 && !ring.Closed() {
			ring = append(ring, ring[0])
			s.Closed++
		}
		if len(ring) < 4 {
			return nil, fmt.Errorf("ring %d has %d points; a ring has four or more, the last being the first", i+1, len(ring))
		}
		rings[i] = ring
	}
	around, err := nest(rings)
	if err != nil {
		return nil, err
	}
	var out orb.MultiPolygon
	place := make([]int, len(rings)) // of an outline in out
	for i, ring := range rings {
		if len(around[i])%2 == 0 {
			place[i] = len(out)
			out = append(out, orb.Polygon{turned(ring, orb.CCW)})
		}
	}
	for i, ring := range rings {
		if n := len(around[i]); n%2 == 1 {
			owner := place[around[i][n-1]]
			out[owner] = append(out[owner], turned(ring, orb.CW))
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func turned(ring orb.Ring, way orb.Orientation) orb.Ring {
	if o := ring.Orientation(); o != 0 && o != way {
		slices.Reverse(ring)
	}
	return ring
}

// nest lists for each ring those around it, the largest first.
func nest(rings []orb.Ring) ([][]int, error) {
	around := make([][]int, len(rings))
	if len(rings) < 2 {
		return around, nil
	}
	areas, bounds := make([]float64, len(rings)), make([]orb.Bound, len(rings))
	for i, ring := range rings {
		areas[i], bounds[i] = math.Abs(doubleArea(ring)), ring.Bound()
	}
	boxes := index.NewBoxes(len(rings), func(i int) orb.Bound { return bounds[i] })
	work := 0
	var near []int
	for i, ring := range rings {
		near = boxes.Meeting(bounds[i], near[:0])
		for _, j := range near {
			if j == i || areas[j] <= areas[i] || !bounds[j].Contains(bounds[i].Min) || !bounds[j].Contains(bounds[i].Max) {
				continue
			}
			if work += len(rings[j]); work > nestingWork {
				return nil, errors.New("its rings lie in each other too deeply to be told apart")
			}
			if inside(ring, rings[j], &work) {
				around[i] = append(around[i], j)
			}
		}
		// Rings of one area cannot lie in each other, so the order is settled.
		slices.SortFunc(around[i], func(a, b int) int {
			if areas[a] != areas[b] {
				return int(math.Copysign(1, areas[b]-areas[a]))
			}
			return a - b
		})
	}
	return around, nil
}

// doubleArea is twice the signed area, taken from the first point so that far
// coordinates cancel.
func doubleArea(ring orb.Ring) float64 {
	sum, o := 0.0, ring[0]
	for i := 1; i < len(ring); i++ {
		sum += (ring[i-1][0]-o[0])*(ring[i][1]-o[1]) - (ring[i][0]-o[0])*(ring[i-1][1]-o[1])
	}
	return sum
}

// inside tells whether ring lies in outer. The first point of ring that is not
// on outer decides, else the middle of an edge; rings that cross are not for
// here to find.
func inside(ring, outer orb.Ring, work *int) bool {
	for _, middle := range []bool{false, true} {
		for i := 1; i < len(ring); i++ {
			p := ring[i]
			if middle {
				p = orb.Point{(ring[i-1][0] + ring[i][0]) / 2, (ring[i-1][1] + ring[i][1]) / 2}
			}
			if side := sideOf(p, outer); side != 0 {
				return side > 0
			}
			if *work += len(outer); *work > nestingWork {
				return false // the caller sees the sum and gives up
			}
		}
	}
	return true // every place looked at is on the outline, and the area is smaller
}

// sideOf is 1 inside the ring, -1 outside, 0 on it.
func sideOf(p orb.Point, ring orb.Ring) int {
	side := -1
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		cross := (b[0]-a[0])*(p[1]-a[1]) - (p[0]-a[0])*(b[1]-a[1])
		if cross == 0 && min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1]) {
			return 0
		}
		if (a[1] > p[1]) != (b[1] > p[1]) && (cross > 0) == (b[1] > a[1]) {
			side = -side
		}
	}
	return side
}

package candidate

import (
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/index"
)

// What it takes for heights to tell a slope: roads are looked at up to slopeReach
// meters about a parcel, at least fewestHeights places of them, and these must
// spread leastSpread meters, as a standard deviation, in every direction. Along a
// single street heights tell nothing of the slope across it.
const (
	slopeReach    = 50.0
	fewestHeights = 4
	leastSpread   = 10.0
)

// slopes tells the slope of ground from the heights of roads about it.
type slopes struct {
	at     []orb.Point
	meters []float64
	boxes  *index.Boxes // of the places
}

// slopesOf takes the nodes of all roads that have heights, each once.
func slopesOf(roads []coverage.Road) *slopes {
	s := &slopes{}
	seen := make(map[int64]bool)
	for i := range roads {
		r := &roads[i]
		if len(r.Heights) != len(r.Line) || len(r.Nodes) != len(r.Line) {
			continue
		}
		for k, node := range r.Nodes {
			if !seen[node] {
				seen[node] = true
				s.at, s.meters = append(s.at, r.Line[k]), append(s.meters, r.Heights[k])
			}
		}
	}
	s.boxes = index.NewBoxes(len(s.at), func(i int) orb.Bound { return s.at[i].Bound() })
	return s
}

// of is the slope of land in percent: that of the plane which lies nearest to the
// heights about it, by least squares; nil where they do not tell.
//
// Cost: the heights within slopeReach of the land's box.
func (s *slopes) of(l *land) *float64 {
	box := l.xy.Bound().Pad(slopeReach)
	low, high := l.plane.ToLL(box.Min[0], box.Min[1]), l.plane.ToLL(box.Max[0], box.Max[1])
	near := s.boxes.Meeting(orb.Bound{Min: low, Max: high}, nil)
	if len(near) < fewestHeights {
		return nil
	}
	// Sums about the mean, of x, y and height z.
	var mx, my, mz float64
	for _, i := range near {
		x, y := l.plane.ToXY(s.at[i])
		mx, my, mz = mx+x, my+y, mz+s.meters[i]
	}
	n := float64(len(near))
	mx, my, mz = mx/n, my/n, mz/n
	var xx, xy, yy, xz, yz float64
	for _, i := range near {
		x, y := l.plane.ToXY(s.at[i])
		x, y = x-mx, y-my
		z := s.meters[i] - mz
		xx, xy, yy, xz, yz = xx+x*x, xy+x*y, yy+y*y, xz+x*z, yz+y*z
	}
	// The smaller root of the matrix of x and y is the spread where it is least.
	least := (xx+yy)/2 - math.Hypot((xx-yy)/2, xy)
	if least < n*leastSpread*leastSpread {
		return nil
	}
	det := xx*yy - xy*xy
	percent := 100 * math.Hypot((xz*yy-yz*xy)/det, (yz*xx-xz*xy)/det)
	return &percent
}

// known tells whether there are any heights.
func (s *slopes) known() bool { return len(s.at) > 0 }

package candidate

import (
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
	"kaimen/geo/index"
)

// Apart lists the pairs of candidates that lie nearer to each other than so many
// meters in a straight line between their At, by place in the list: the smaller
// first, in ascending order. Candidates of one site, at 0 m, are a pair.
//
// Input:  with 0 m or less, or NaN, there are no pairs.
// Cost:   O(n log n), and the pairs that lie in a box of so many meters about
// each: 50,000 candidates of which 400,000 pairs lie within 200 m take some 0.5 s.
func Apart(c []Candidate, meters float64) (pairs [][2]int32) {
	if !(meters > 0) {
		return nil
	}
	boxes := index.NewBoxes(len(c), func(i int) orb.Bound { return c[i].At.Bound() })
	var near []int
	for i := range c {
		near = near[:0]
		for _, box := range about(c[i].At, meters) {
			near = boxes.Meeting(box, near)
		}
		slices.Sort(near)
		for _, k := range near {
			if k > i && geo.Distance(c[i].At, c[k].At) < meters {
				pairs = append(pairs, [2]int32{int32(i), int32(k)})
			}
		}
	}
	return pairs
}

// about is boxes that hold every place within some meters of a point, the ground
// beyond the date line among them.
func about(at orb.Point, meters float64) []orb.Bound {
	box := geo.Around(at, meters*1.01) // a meridian's distance is a hair less on the side toward a pole
	list := []orb.Bound{box}
	for _, turn := range []float64{-360, 360} {
		turned := orb.Bound{Min: orb.Point{box.Min[0] + turn, box.Min[1]}, Max: orb.Point{box.Max[0] + turn, box.Max[1]}}
		if turned.Max[0] >= -180 && turned.Min[0] <= 180 {
			list = append(list, turned)
		}
	}
	return list
}

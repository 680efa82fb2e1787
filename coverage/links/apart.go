package links

import (
	"context"
	"math"

	"kaimen/coverage/network"
	"kaimen/geo"
)

// placed is a candidate with the places that it joins.
type placed struct {
	Candidate
	pair
}

// apart keeps, of candidates that connect about the same two stretches, the
// first: one is dropped if one kept before it has its ends within SameMeters,
// along the network, of this one's, each of another.
func (f *finder) apart(ctx context.Context, list []placed) (kept []placed, dropped int, err error) {
	if f.o.SameMeters <= 0 {
		return list, 0, nil
	}
	var from, to searches
	for _, s := range [2]*searches{&from, &to} {
		if *s, err = f.searches(ctx, f.o.SameMeters); err != nil {
			return nil, 0, err
		}
	}
	size := f.o.SameMeters*1.001 + 1
	cells := make(map[[2]int32][]int) // of the ends of those kept
	cell := func(p network.Position) [2]int32 {
		x, y := f.plane.ToXY(f.n.PointAt(p))
		return [2]int32{int32(math.Floor(x / size)), int32(math.Floor(y / size))}
	}
	for _, c := range list {
		same, err := f.same(ctx, &c, kept, cells, cell(c.from), from, to)
		if err != nil {
			return nil, 0, err
		}
		if same {
			dropped++
			continue
		}
		for _, p := range [2]network.Position{c.from, c.to} {
			cells[cell(p)] = append(cells[cell(p)], len(kept))
		}
		kept = append(kept, c)
	}
	return kept, dropped, nil
}

// same tells whether one of those kept connects what c does.
func (f *finder) same(ctx context.Context, c *placed, kept []placed, cells map[[2]int32][]int, cell [2]int32, from, to searches) (bool, error) {
	started := false
	a, b := f.n.PointAt(c.from), f.n.PointAt(c.to)
	near := func(p, q network.Position) bool {
		return geo.Distance(a, f.n.PointAt(p)) <= f.o.SameMeters && geo.Distance(b, f.n.PointAt(q)) <= f.o.SameMeters
	}
	for x := cell[0] - 1; x <= cell[0]+1; x++ {
		for y := cell[1] - 1; y <= cell[1]+1; y++ {
			for _, k := range cells[[2]int32{x, y}] {
				for _, ends := range [2][2]network.Position{{kept[k].from, kept[k].to}, {kept[k].to, kept[k].from}} {
					if !near(ends[0], ends[1]) {
						continue
					}
					if !started {
						if err := from.start(ctx, c.from); err != nil {
							return false, err
						}
						if err := to.start(ctx, c.to); err != nil {
							return false, err
						}
						started = true
					}
					if from.to(ends[0]) != network.Unreached && to.to(ends[1]) != network.Unreached {
						return true, nil
					}
				}
			}
		}
	}
	return false, nil
}

// Detours is the shorter of the two ways, there and back, between the ends of
// each candidate that is drawn, in meters along the network; nil if there is none.
//
// Errors: ctx.Err() if ctx ends first.
// Cost:   a search of the whole network each.
func Detours(ctx context.Context, n *network.Network, list []Candidate) ([]*float64, error) {
	f := &finder{n: n}
	out := make([]*float64, len(list))
	err := each(len(list), func() (func(i int) error, error) {
		s, err := f.searches(ctx, float64(network.Unreached)/1000)
		return func(i int) error {
			if list[i].Source == Gate {
				return nil
			}
			d, ok := list[i].draw(n)
			if !ok {
				return nil
			}
			if err := s.start(ctx, d.From.Position); err != nil {
				return err
			}
			if c := s.to(d.To.Position); c != network.Unreached {
				meters := float64(c) / 1000
				out[i] = &meters
			}
			return nil
		}, err
	})
	return out, err
}

package instance

import (
	"math"
	"math/rand/v2"
	"slices"

	"kaimen/coverage/siting"
)

// Town is how a town is drawn: its demand stands about centers, the denser the
// nearer to one, with some strewn all over. Sites are on the same spots, so that
// every one of them is of some use. A side or radius that is not above 0 and
// finite makes an empty town.
type Town struct {
	Sites, Demand int
	SideMeters    float64
	RadiusMeters  float64 // what a site covers
	Centers       int
	Seed          uint64
}

// District is 2,000 candidates among 20,000 places of 10 km by 10 km, where each
// covers 1,000 m.
func District() Town {
	return Town{Sites: 2_000, Demand: 20_000, SideMeters: 10_000, RadiusMeters: 1_000, Centers: 24, Seed: 1}
}

// City is a city of 25 km by 25 km, where each candidate covers 800 m: with
// 50,000 candidates and 100,000 places, some 19 million pairs are within.
func City(sites, demand int) Town {
	return Town{Sites: sites, Demand: demand, SideMeters: 25_000, RadiusMeters: 800, Centers: 48, Seed: 1}
}

// Problem is the town as a problem of maximal covering without limit: sites cost
// 1 each, and demand weighs 1 to 200. The caller sets a Number or a Budget.
//
// Cost: O(pairs) time, 4 bytes a pair.
func (t Town) Problem() *siting.Problem {
	if !(t.SideMeters > 0 && t.RadiusMeters > 0) || math.IsInf(t.SideMeters, 1) || math.IsInf(t.RadiusMeters, 1) {
		t.Sites, t.Demand, t.SideMeters, t.RadiusMeters = 0, 0, 1, 1
	}
	random := rand.New(rand.NewPCG(t.Seed, 3))
	spots := t.spots(random, max(t.Sites, t.Demand, 0))
	at, places := evenly(spots, t.Sites), evenly(spots, t.Demand)
	demand := alike(len(places))
	for i := range demand {
		demand[i].Weight = 1 + random.Int64N(200)
	}
	return &siting.Problem{
		Model: siting.MaxCover, Sites: equal(len(at)), Demand: demand, Budget: siting.NoBudget,
		Reach: near(places, at, t.SideMeters, t.RadiusMeters),
	}
}

// spots draws n places: one in five anywhere, the others about a center, of
// which each has its own pull and width.
func (t Town) spots(random *rand.Rand, n int) []point {
	type center struct {
		at    point
		width float64
		upTo  float64 // sum of the pulls so far
	}
	centers, sum := make([]center, max(t.Centers, 1)), 0.0
	for c := range centers {
		sum += 0.5 + random.Float64()
		centers[c] = center{t.anywhere(random), t.SideMeters * (0.04 + 0.08*random.Float64()), sum}
	}
	spots := make([]point, 0, n)
	for len(spots) < n {
		if random.IntN(5) == 0 {
			spots = append(spots, t.anywhere(random))
			continue
		}
		pull := sum * random.Float64()
		c := centers[slices.IndexFunc(centers, func(c center) bool { return pull < c.upTo })]
		spot := point{c.at.x + c.width*random.NormFloat64(), c.at.y + c.width*random.NormFloat64()}
		if min(spot.x, spot.y) >= 0 && max(spot.x, spot.y) <= t.SideMeters {
			spots = append(spots, spot)
		}
	}
	return spots
}

func (t Town) anywhere(random *rand.Rand) point {
	return point{t.SideMeters * random.Float64(), t.SideMeters * random.Float64()}
}

// evenly takes n of spots, from all along them.
func evenly(spots []point, n int) []point {
	taken := make([]point, max(n, 0))
	for i := range taken {
		taken[i] = spots[i*len(spots)/n]
	}
	return taken
}

// near is which sites are within radius of each place, by index. Sites stand in
// bins no smaller than the radius, so that a place looks at nine of them.
func near(places, at []point, side, radius float64) siting.Reach {
	const most = 1000 // bins a side
	size := max(radius, side/most)
	bins := int(math.Ceil(side / size))
	bin := func(x float64) int { return min(int(x/size), bins-1) }
	held := make([][]int32, bins*bins)
	for j, site := range at {
		b := bin(site.y)*bins + bin(site.x)
		held[b] = append(held[b], int32(j))
	}
	r := siting.Reach{Start: make([]int64, 1, len(places)+1)}
	for _, place := range places {
		from := len(r.Site)
		for line := max(bin(place.y)-1, 0); line <= min(bin(place.y)+1, bins-1); line++ {
			for column := max(bin(place.x)-1, 0); column <= min(bin(place.x)+1, bins-1); column++ {
				for _, j := range held[line*bins+column] {
					if place.squared(at[j]) <= radius*radius {
						r.Site = append(r.Site, j)
					}
				}
			}
		}
		slices.Sort(r.Site[from:])
		r.Start = append(r.Start, int64(len(r.Site)))
	}
	r.Site = slices.Clip(r.Site)
	return r
}

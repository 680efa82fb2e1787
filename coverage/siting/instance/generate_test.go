package instance_test

import (
	"math"
	"slices"
	"testing"

	"kaimen/coverage/siting/instance"
)

// drawn is what EachCordeau yields, kept.
type drawn struct {
	weight int64
	sites  []int32
}

func cordeau(sites, customers int, radius float64, seed uint64) (all []drawn) {
	instance.EachCordeau(sites, customers, radius, seed, func(weight int64, near []int32) {
		all = append(all, drawn{weight, slices.Clone(near)})
	})
	return all
}

// The recipe: costs 10..100 and demand 1..100, whole numbers, all of which occur
// among so many. On a square of side 30, a place away from the edge is within
// 3.25 of pi·3.25²/900 = 3.69 % of the sites; those near the edge have less, at
// the least a quarter: the mean lies between, near 3.4 %.
func TestCordeauRecipe(t *testing.T) {
	t.Parallel()
	const customers = 200_000
	sites := instance.CordeauSites(2000, 7)
	costs := map[int64]int{}
	for _, s := range sites {
		costs[s.Cost]++
	}
	if len(costs) != 91 || costs[10] == 0 || costs[100] == 0 {
		t.Errorf("%d costs, %d of 10, %d of 100; 91 are drawn", len(costs), costs[10], costs[100])
	}
	weights, pairs := map[int64]int{}, 0
	for _, c := range cordeau(100, customers, 3.25, 7) {
		weights[c.weight]++
		pairs += len(c.sites)
		for k := 1; k < len(c.sites); k++ {
			if c.sites[k] <= c.sites[k-1] {
				t.Fatalf("sites %v do not rise", c.sites)
			}
		}
	}
	if len(weights) != 100 || weights[1] == 0 || weights[100] == 0 {
		t.Errorf("%d weights, %d of 1, %d of 100; 100 are drawn", len(weights), weights[1], weights[100])
	}
	if share := float64(pairs) / customers / 100; share < 0.028 || share > 0.038 {
		t.Errorf("a customer is within reach of %.4f of the sites", share)
	}
}

// More customers leave the first ones alone, another seed does not; and the
// problem holds what is streamed.
func TestCordeauRepeats(t *testing.T) {
	t.Parallel()
	same := func(a, b drawn) bool { return a.weight == b.weight && slices.Equal(a.sites, b.sites) }
	few, many := cordeau(100, 500, 5.5, 3), cordeau(100, 2000, 5.5, 3)
	if !slices.EqualFunc(few, many[:500], same) {
		t.Error("the first customers change with their number")
	}
	if slices.EqualFunc(few, cordeau(100, 500, 5.5, 4), same) {
		t.Error("another seed draws the same")
	}
	p := instance.Cordeau(100, 2000, 5.5, 3)
	for i, c := range many {
		near, costs := p.Reach.Row(i)
		if p.Demand[i].Weight != c.weight || !slices.Equal(near, c.sites) || costs != nil {
			t.Fatalf("customer %d is another in the problem", i)
		}
	}
	if !slices.Equal(p.Sites, instance.CordeauSites(100, 3)) {
		t.Error("the problem has other sites")
	}
}

// Nothing is within reach of a radius of 0, everything of the diagonal, and
// what is between grows with the radius: a larger one keeps the sites of a
// smaller one.
func TestCordeauRadius(t *testing.T) {
	t.Parallel()
	last := cordeau(60, 300, 0, 1)
	for _, radius := range []float64{0.1, 0.3, 3.25, 5.5, 20, 30 * math.Sqrt2} {
		next := cordeau(60, 300, radius, 1)
		for i := range next {
			for _, j := range last[i].sites {
				if !slices.Contains(next[i].sites, j) {
					t.Fatalf("radius %g loses site %d of customer %d", radius, j, i)
				}
			}
		}
		last = next
	}
	for i, c := range last {
		if len(c.sites) != 60 {
			t.Fatalf("customer %d is within the diagonal of %d sites of 60", i, len(c.sites))
		}
	}
	if len(cordeau(60, -1, 5, 1)) != 0 || len(cordeau(-1, 3, 5, 1)) != 3 {
		t.Error("numbers below 0 are not as 0")
	}
}

// A town's pairs go by nothing but distance. Where sites and demand are equally
// many they stand on the same spots, so that to reach is mutual, and everybody
// reaches himself.
func TestTownIsMutual(t *testing.T) {
	t.Parallel()
	p := instance.Town{Sites: 3000, Demand: 3000, SideMeters: 5000, RadiusMeters: 300, Centers: 9, Seed: 2}.Problem()
	reaches := func(i, j int32) bool {
		row, _ := p.Reach.Row(int(i))
		_, found := slices.BinarySearch(row, j)
		return found
	}
	for i := range p.Demand {
		row, _ := p.Reach.Row(i)
		if !slices.IsSorted(row) || !reaches(int32(i), int32(i)) {
			t.Fatalf("row %d is out of order or lacks itself", i)
		}
		for _, j := range row {
			if !reaches(j, int32(i)) {
				t.Fatalf("%d reaches %d, which does not reach it", i, j)
			}
		}
	}
}

// All of the town is within its diagonal, and that needs no more than the bins
// beside a place; a town of no size is empty.
func TestTownBounds(t *testing.T) {
	t.Parallel()
	p := instance.Town{Sites: 50, Demand: 200, SideMeters: 1000, RadiusMeters: 1415, Centers: 3}.Problem()
	if len(p.Reach.Site) != 50*200 {
		t.Errorf("%d pairs within the diagonal; all are 10000", len(p.Reach.Site))
	}
	for _, size := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		for _, town := range []instance.Town{{Sites: 5, Demand: 5, SideMeters: size, RadiusMeters: 1}, {Sites: 5, Demand: 5, SideMeters: 1, RadiusMeters: size}} {
			if p := town.Problem(); len(p.Sites)+len(p.Demand) != 0 || len(p.Reach.Start) != 1 {
				t.Errorf("%+v is not empty", town)
			}
		}
	}
}

// The sizes that speed is promised for, and that people stand close together:
// of places evenly strewn over a square, the share of all pairs within a radius
// is at most pi·r²/side²; here it is more.
func TestTownSizes(t *testing.T) {
	t.Parallel()
	towns := []instance.Town{instance.District()}
	if !testing.Short() {
		towns = append(towns, instance.City(10_000, 100_000), instance.City(50_000, 100_000))
	}
	for _, town := range towns {
		p := town.Problem()
		if len(p.Sites) != town.Sites || len(p.Demand) != town.Demand {
			t.Errorf("%d sites, %d demands of %+v", len(p.Sites), len(p.Demand), town)
		}
		share := float64(len(p.Reach.Site)) / float64(town.Sites) / float64(town.Demand)
		even := math.Pi * town.RadiusMeters * town.RadiusMeters / town.SideMeters / town.SideMeters
		if len(p.Reach.Site) > 20_000_000 || share < 1.1*even {
			t.Errorf("%d pairs, %.4g of all; evenly %.4g", len(p.Reach.Site), share, even)
		}
		for i, d := range p.Demand {
			if d.Weight < 1 || d.Weight > 200 || d.Area != -1 {
				t.Fatalf("demand %d is %+v", i, d)
			}
		}
	}
}

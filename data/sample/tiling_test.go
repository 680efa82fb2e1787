package sample_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"
)

// twice returns double the area of a shape in squares of 1e-7 degrees: a whole
// number, so that sums can be compared exactly.
func twice(m orb.MultiPolygon) int64 {
	sum := int64(0)
	for _, p := range m {
		for _, r := range p {
			for i := 1; i < len(r); i++ {
				x0, y0 := ticks(r[i-1])
				x1, y1 := ticks(r[i])
				sum += x0*y1 - x1*y0
			}
		}
	}
	return sum
}

// ticks is a point in ten-millionths of a degree from the town's middle.
func ticks(p orb.Point) (x, y int64) {
	return int64(math.Round(p[0]*1e7)) - 1050700000, int64(math.Round(p[1]*1e7)) - 295900000
}

// Coordinates have at most seven decimals, so a reader loses nothing.
func TestSevenDecimals(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, g := range s.grids {
		for _, p := range g.shape[0][0] {
			x, y := ticks(p)
			if p[0] != float64(x+1050700000)/1e7 || p[1] != float64(y+295900000)/1e7 {
				t.Fatalf("%s: %v has more than seven decimals", g.id, p)
			}
		}
	}
}

// Areas of the parts add up to the whole exactly, level by level.
func TestAreasAddUp(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, level := range []struct {
		parts, wholes []area
		parent        string
	}{{s.grids, s.communities, "community"}, {s.communities, s.streets, "street"}} {
		sum := make(map[string]int64)
		for _, part := range level.parts {
			a := twice(part.shape)
			if a <= 0 {
				t.Errorf("%s has no area or runs clockwise", part.id)
			}
			sum[part.of.MustString(level.parent)] += a
		}
		for _, whole := range level.wholes {
			if twice(whole.shape) != sum[whole.id] {
				t.Errorf("%s %s: area %d, its parts have %d", whole.id, whole.name, twice(whole.shape), sum[whole.id])
			}
			if len(whole.shape) != 1 {
				t.Errorf("%s %s is in %d pieces", whole.id, whole.name, len(whole.shape))
			}
			delete(sum, whole.id)
		}
		if len(sum) > 0 {
			t.Errorf("parents that are not there: %v", sum)
		}
	}
}

// Each directed side belongs to one grid at most, and a side between two grids
// runs once each way: neighbors share vertices exactly and no sliver is left.
func TestSidesMatch(t *testing.T) {
	t.Parallel()
	s := load(t)
	sides := make(map[[2]orb.Point]string)
	ends := make(map[orb.Point][]orb.Point)
	for _, g := range s.grids {
		for _, r := range g.shape[0] {
			for i := 1; i < len(r); i++ {
				key := [2]orb.Point{r[i-1], r[i]}
				if other, ok := sides[key]; ok {
					t.Errorf("%s and %s lie on the same side of %v", g.id, other, key)
				}
				sides[key] = g.id
			}
		}
	}
	for key := range sides {
		if _, ok := sides[[2]orb.Point{key[1], key[0]}]; !ok {
			ends[key[0]] = append(ends[key[0]], key[1])
		}
	}
	// What is left has to be closed rings: one way in for each way out.
	for p, out := range ends {
		in := 0
		for _, from := range ends {
			for _, to := range from {
				if to == p {
					in++
				}
			}
		}
		if in != len(out) {
			t.Errorf("the outline breaks at %v", p)
		}
	}
}

// A point in the town lies in one grid, in that grid's community, and in that
// community's street.
func TestPointsLieInOneOfEach(t *testing.T) {
	t.Parallel()
	s := load(t)
	rng := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 3000 {
		p := orb.Point{105.07 + (rng.Float64()-0.5)*0.06, 29.59 + (rng.Float64()-0.5)*0.055}
		grid, community, street := holding(s.grids, p), holding(s.communities, p), holding(s.streets, p)
		if len(grid) > 1 || len(community) != len(grid) || len(street) != len(grid) {
			t.Errorf("%v lies in %d grids, %d communities, %d streets", p, len(grid), len(community), len(street))
			continue
		}
		if len(grid) == 0 {
			continue
		}
		found++
		if grid[0].of.MustString("community") != community[0].id || community[0].of.MustString("street") != street[0].id {
			t.Errorf("%v: grid %s, community %s, street %s do not belong together", p, grid[0].id, community[0].id, street[0].id)
		}
	}
	if found < 1000 {
		t.Errorf("only %d points hit the town", found)
	}
}

func holding(areas []area, p orb.Point) (out []area) {
	for _, a := range areas {
		if a.box.Contains(p) && planar.MultiPolygonContains(a.shape, p) {
			out = append(out, a)
		}
	}
	return out
}

// A community is what a geometry library makes of its grids.
func TestCommunityIsUnionOfGrids(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, c := range s.communities {
		union := geom.Geometry{}
		for _, g := range s.grids {
			if g.of.MustString("community") != c.id {
				continue
			}
			shape := toGeom(t, g)
			if union.IsEmpty() {
				union = shape
				continue
			}
			var err error
			if union, err = geom.Union(union, shape); err != nil {
				t.Fatalf("%s: %v", g.id, err)
			}
		}
		want := float64(twice(c.shape)) / 2e14
		if got := union.Area(); math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s %s: area %g, the union of its grids %g", c.id, c.name, want, got)
		}
	}
}

// toGeom also checks that the shape is valid.
func toGeom(t *testing.T, a area) geom.Geometry {
	t.Helper()
	var polygons []geom.Polygon
	for _, p := range a.shape {
		var rings []geom.LineString
		for _, r := range p {
			var flat []float64
			for _, q := range r {
				flat = append(flat, q[0], q[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
		}
		polygons = append(polygons, geom.NewPolygon(rings))
	}
	g := geom.NewMultiPolygon(polygons).AsGeometry()
	if err := g.Validate(); err != nil {
		t.Errorf("%s %s: %v", a.id, a.name, err)
	}
	return g
}

// Every shape of every layer is one a geometry library takes.
func TestShapesAreValid(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, layer := range [][]area{s.streets, s.communities, s.grids, s.buildings, s.estates, s.parcels, s.cover} {
		for _, a := range layer {
			toGeom(t, a)
			if squareMeters(a.shape) < 40 {
				t.Errorf("%s %s: %.0f m2", a.id, a.name, squareMeters(a.shape))
			}
		}
	}
}

package sample_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// ring is the only ring of a simple shape, in meters.
func ring(a area) []orb.Point {
	var out []orb.Point
	for _, p := range a.shape[0][0][1:] {
		out = append(out, xy(p))
	}
	return out
}

// meet tells whether two simple shapes share ground: sides that cross, or one
// in the other.
func meet(a, b area) bool {
	if !a.box.Intersects(b.box) {
		return false
	}
	r, s := ring(a), ring(b)
	for i := range r {
		for j := range s {
			if crossing(r[i], r[(i+1)%len(r)], s[j], s[(j+1)%len(s)]) {
				return true
			}
		}
	}
	return planar.MultiPolygonContains(a.shape, b.shape[0][0][0]) || planar.MultiPolygonContains(b.shape, a.shape[0][0][0])
}

func crossing(a, b, c, d orb.Point) bool {
	side := func(p, q, r orb.Point) float64 { return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0]) }
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

func waters(s study) (out []area) {
	for _, c := range s.cover {
		if c.of.MustString("kind") == "water" {
			out = append(out, c)
		}
	}
	return out
}

// A building stands in one grid with all its corners, on dry land, and on no
// other building's ground.
func TestBuildingsStandAlone(t *testing.T) {
	t.Parallel()
	s := load(t)
	for i, b := range s.buildings {
		home := holding(s.grids, b.shape[0][0][0])
		if len(home) != 1 {
			t.Errorf("%s lies in %d grids", b.id, len(home))
			continue
		}
		g := home[0]
		for _, p := range b.shape[0][0] {
			if !planar.MultiPolygonContains(g.shape, p) {
				t.Errorf("%s reaches out of its grid %s", b.id, g.id)
			}
		}
		if len(g.shape[0]) == 1 && sidesCross(g, b) {
			t.Errorf("%s crosses the edge of its grid %s", b.id, g.id)
		}
		for _, o := range s.buildings[i+1:] {
			if meet(b, o) {
				t.Errorf("%s and %s overlap", b.id, o.id)
			}
		}
		for _, w := range waters(s) {
			if meet(b, w) {
				t.Errorf("%s stands in the water", b.id)
			}
		}
	}
}

func sidesCross(a, b area) bool {
	r, s := ring(a), ring(b)
	for i := range r {
		for j := range s {
			if crossing(r[i], r[(i+1)%len(r)], s[j], s[(j+1)%len(s)]) {
				return true
			}
		}
	}
	return false
}

// Nobody lives in a dedicated grid, and residents live in residential buildings.
func TestWhereNobodyLives(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, b := range s.buildings {
		homes, use := b.of.MustInt("households"), b.of.MustString("use")
		if homes > 0 && use != "residential" {
			t.Errorf("%s: %d households in a building for %s", b.id, homes, use)
		}
		if g := holding(s.grids, b.shape[0][0][0]); homes > 0 && g[0].of.MustString("kind") == "dedicated" {
			t.Errorf("%s: homes in %s", b.id, g[0].name)
		}
	}
}

// Idle land is idle: of the right size, in the town, with nothing on it.
func TestParcelsAreIdle(t *testing.T) {
	t.Parallel()
	s := load(t)
	for i, p := range s.parcels {
		if a := squareMeters(p.shape); a < 100 || a > 10000 {
			t.Errorf("%s has %.0f m2, want 100 to 10,000", p.id, a)
		}
		if len(holding(s.grids, p.shape[0][0][0])) != 1 {
			t.Errorf("%s lies in no grid", p.id)
		}
		for _, b := range s.buildings {
			if meet(p, b) {
				t.Errorf("building %s stands on %s", b.id, p.id)
			}
		}
		for _, o := range s.parcels[i+1:] {
			if meet(p, o) {
				t.Errorf("%s and %s overlap", p.id, o.id)
			}
		}
		for _, w := range s.ways {
			for k := 1; k < len(w.nodes); k++ {
				if touches(p, s.nodes[w.nodes[k-1]], s.nodes[w.nodes[k]]) {
					t.Errorf("way %d runs over %s", w.id, p.id)
				}
			}
		}
	}
}

// touches tells whether the stretch from a to b meets a shape.
func touches(shape area, a, b orb.Point) bool {
	if !shape.box.Intersects(orb.MultiPoint{a, b}.Bound()) {
		return false
	}
	r := ring(shape)
	for i := range r {
		if crossing(r[i], r[(i+1)%len(r)], xy(a), xy(b)) {
			return true
		}
	}
	return planar.MultiPolygonContains(shape.shape, a)
}

// Every facility lies in the town, so that it counts for somebody.
func TestFacilitiesLieInTheTown(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, f := range s.facilities {
		if n := len(holding(s.grids, at(t, f, "lon", "lat"))); n != 1 {
			t.Errorf("%s %s lies in %d grids", f["id"], f["name"], n)
		}
	}
}

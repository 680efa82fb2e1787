package tile_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"kaimen/geo"
	"kaimen/geo/tile"
)

// quilt is n by n patches side by side in the tile 1/1/0. Neighbors share a
// wiggly seam, the same points in both; the corners where four patches meet are
// moved about a little.
func quilt(n, stitches int, random *rand.Rand) []feature {
	const first, side = 200.0, 3600.0
	patch := side / float64(n)
	corners := make(map[[2]int]orb.Point)
	for i := range n + 1 {
		for k := range n + 1 {
			corners[[2]int{i, k}] = orb.Point{first + patch*float64(i) + patch*0.1*(random.Float64()-0.5), first + patch*float64(k) + patch*0.1*(random.Float64()-0.5)}
		}
	}
	seams := make(map[[4]int][]orb.Point)
	seam := func(i, k, di, dk int) []orb.Point {
		key := [4]int{i, k, di, dk}
		if seams[key] == nil {
			a, b := corners[[2]int{i, k}], corners[[2]int{i + di, k + dk}]
			line := []orb.Point{a}
			for s := 1; s < stitches; s++ {
				along := float64(s) / float64(stitches)
				off := patch * 0.5 * min(along, 1-along) * (random.Float64() - 0.5) // seams that leave one corner stay apart
				line = append(line, orb.Point{a[0] + along*(b[0]-a[0]) + off*float64(dk), a[1] + along*(b[1]-a[1]) + off*float64(di)})
			}
			seams[key] = append(line, b)
		}
		return slices.Clone(seams[key])
	}
	var list []feature
	for i := range n {
		for k := range n {
			ring := seam(i, k, 1, 0)
			ring = append(ring, seam(i+1, k, 0, 1)...)
			back, up := seam(i, k+1, 1, 0), seam(i, k, 0, 1)
			slices.Reverse(back)
			slices.Reverse(up)
			ring = slices.Compact(append(append(ring, back...), up...))
			for j, p := range ring {
				ring[j] = at(p[0], p[1])
			}
			list = append(list, feature{Geometry: orb.Polygon{ring}})
		}
	}
	return list
}

// Neighbors keep one line between them however much simpler it gets: each piece
// of a border belongs to one patch on its left and one on its right, but for the
// outer border; no ring crosses itself; no patch is lost.
func TestNeighborsShareTheirBorder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(rt, "n")
		patches := quilt(n, rapid.IntRange(5, 60).Draw(rt, "stitches"), rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)))
		before := 0
		for _, p := range patches {
			before += len(p.Geometry.(orb.Polygon)[0])
		}
		drawn := decoded(t, bytesOf(t, false, patches...))
		if len(drawn) != len(patches) {
			rt.Fatalf("%d of %d patches", len(drawn), len(patches))
		}
		var rings []orb.Ring
		after := 0
		for _, f := range drawn {
			polygon, ok := f.Geometry.(orb.Polygon)
			if !ok || len(polygon) != 1 {
				rt.Fatalf("a patch became %v", f.Geometry)
			}
			if place, crosses := geo.SelfCrossing(polygon[0]); crosses {
				rt.Fatalf("a ring crosses itself at %v", place)
			}
			rings = append(rings, polygon[0])
			after += len(polygon[0])
		}
		if after > before {
			rt.Fatalf("%d points became %d", before, after)
		}
		if fault := unmatched(rings); fault != "" {
			rt.Fatal(fault)
		}
	})
}

// unmatched looks for a piece of a border that two rings run along in one
// direction, or that has a ring on one side alone and is not part of the one
// outer border.
func unmatched(rings []orb.Ring) string {
	var places []orb.Point
	for _, ring := range rings {
		places = append(places, ring...)
	}
	slices.SortFunc(places, func(a, b orb.Point) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	places = slices.Compact(places)
	sides := make(map[[2]orb.Point]int)
	for _, ring := range rings {
		for i := range ring[1:] {
			for _, piece := range pieces(ring[i], ring[i+1], places) {
				if sides[piece]++; sides[piece] > 1 {
					return fmt.Sprintf("two rings run along %v", piece)
				}
			}
		}
	}
	outer := make(map[orb.Point]orb.Point)
	for piece := range sides {
		if sides[[2]orb.Point{piece[1], piece[0]}] == 0 {
			if _, twice := outer[piece[0]]; twice {
				return fmt.Sprintf("a gap opens at %v", piece[0])
			}
			outer[piece[0]] = piece[1]
		}
	}
	for begin := range outer {
		steps := 1
		for p := outer[begin]; p != begin; p = outer[p] {
			if steps++; steps > len(outer) {
				return "the outer border does not close"
			}
		}
		if steps != len(outer) {
			return "there are gaps between the patches"
		}
		break
	}
	return ""
}

// pieces cuts a segment at the places on it.
func pieces(a, b orb.Point, places []orb.Point) (list [][2]orb.Point) {
	on := []orb.Point{a, b}
	for _, p := range places {
		cross := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
		if cross == 0 && p != a && p != b && (p[0]-a[0])*(p[0]-b[0])+(p[1]-a[1])*(p[1]-b[1]) < 0 {
			on = append(on, p)
		}
	}
	far := func(p orb.Point) float64 { return math.Hypot(p[0]-a[0], p[1]-a[1]) }
	slices.SortFunc(on, func(p, q orb.Point) int { return cmp.Compare(far(p), far(q)) })
	for i := range on[1:] {
		list = append(list, [2]orb.Point{on[i], on[i+1]})
	}
	return list
}

// A seam of many stitches is a line of few when the patches are small on the
// screen: what is less than a quarter of a pixel goes.
func TestSimplerFurtherOut(t *testing.T) {
	t.Parallel()
	// A zigzag of 2,000 teeth, each 2 units wide and 1.6 units high: 1.6 square units.
	line := orb.LineString{}
	for i := range 4000 {
		line = append(line, at(float64(i), 100+1.6*float64(i%2)))
	}
	got := decoded(t, bytesOf(t, false, feature{Geometry: line}))
	if n := len(got[0].Geometry.(orb.LineString)); n > 400 {
		t.Errorf("%d points are left of a zigzag too small to see", n)
	}
	for _, p := range got[0].Geometry.(orb.LineString) {
		if p[1] < 100 || p[1] > 102 {
			t.Errorf("%v is none of the line's points", p)
		}
	}
	// Teeth of 40 by 40 units are seen, all of them.
	line = line[:0]
	for i := range 100 {
		line = append(line, at(20*float64(i), 100+40*float64(i%2)))
	}
	if n := len(decoded(t, bytesOf(t, false, feature{Geometry: line}))[0].Geometry.(orb.LineString)); n != 100 {
		t.Errorf("%d points of 100", n)
	}
}

// What is too small to be seen is left out further out, and is all there at the
// last level, where it has at least a dot.
func TestTheLastLevelHasAll(t *testing.T) {
	t.Parallel()
	small := []feature{
		{Geometry: orb.Polygon{ring(10, 10, 10.5, 10.5)}},
		{Geometry: orb.LineString{at(50, 50), at(50.2, 50.2)}},
		{Geometry: orb.MultiPolygon{{ring(60, 60, 60.1, 60.1)}, {ring(70, 70, 70.1, 70.1)}}},
		{Geometry: at(80, 80)},
		{Geometry: at(81, 81)},
		{Geometry: at(80, 80)},
	}
	var ids []any
	for _, f := range decoded(t, bytesOf(t, true, small...)) {
		ids = append(ids, f.ID)
	}
	if !slices.Equal(ids, []any{1.0, 2.0, 3.0, 4.0, 5.0, 6.0}) {
		t.Errorf("ids %v", ids)
	}
	// Further out one dot stands for those within four pixels, the first.
	got := decoded(t, bytesOf(t, false, small...))
	if len(got) != 1 || got[0].ID != 4.0 {
		t.Errorf("%d features further out", len(got))
	}
}

// Whatever dots: one that is drawn is drawn at every zoom further in.
func TestDotsStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var dots []feature
		for range rapid.IntRange(1, 60).Draw(rt, "n") {
			dots = append(dots, feature{Geometry: at(rapid.Float64Range(0, 300).Draw(rt, "x"), rapid.Float64Range(0, 300).Draw(rt, "y"))})
		}
		set, err := setOf(dots...)
		if err != nil {
			rt.Fatal(err)
		}
		var before map[any]bool
		for z := range tile.MaxZoom + 1 {
			now := make(map[any]bool)
			level := set.Level(z, z == tile.MaxZoom)
			for _, a := range level.Tiles() {
				b, err := level.Encode("l", a.X, a.Y, tile.Properties{})
				if err != nil {
					rt.Fatal(err)
				}
				for _, f := range decoded(t, b) {
					now[f.ID] = true
				}
			}
			for id := range before {
				if !now[id] {
					rt.Fatalf("dot %v is drawn before zoom %d and not there", id, z)
				}
			}
			before = now
		}
		if len(before) != len(dots) {
			rt.Fatalf("%d of %d at the last zoom", len(before), len(dots))
		}
	})
}

// A ring whose neck closes becomes two rings, or one with a hole; never one that
// passes a point twice.
func TestNecksClose(t *testing.T) {
	t.Parallel()
	units := func(points ...orb.Point) orb.Ring {
		r := orb.Ring{}
		for _, p := range points {
			r = append(r, at(p[0], p[1]))
		}
		return append(r, r[0])
	}
	// Two squares of 100 joined by a neck 0.2 units wide at x = 200; a square of 300
	// with a bay of 100 whose mouth is 0.2 units wide.
	hourglass := units(orb.Point{100, 100}, orb.Point{200, 199.9}, orb.Point{300, 100}, orb.Point{300, 300}, orb.Point{200, 200.1}, orb.Point{100, 300})
	bay := units(orb.Point{0, 0}, orb.Point{300, 0}, orb.Point{300, 300}, orb.Point{150.1, 300}, orb.Point{200, 200}, orb.Point{150, 100}, orb.Point{100, 200}, orb.Point{149.9, 300}, orb.Point{0, 300})
	for name, tc := range map[string]struct {
		ring  orb.Ring
		rings []int // of each polygon
		area  float64
	}{
		"hourglass": {hourglass, []int{1, 1}, 20_000},
		"bay":       {bay, []int{2}, 80_000},
	} {
		got := encode(t, feature{Geometry: orb.Polygon{tc.ring}})
		drawn, ok := got[0].Geometry.(orb.MultiPolygon)
		if !ok {
			drawn = orb.MultiPolygon{got[0].Geometry.(orb.Polygon)}
		}
		var rings []int
		area := 0.0
		for _, polygon := range drawn {
			rings = append(rings, len(polygon))
			for i, ring := range polygon {
				if fault := ringFault(ring, i == 0); fault != "" {
					t.Errorf("%s: %s", name, fault)
				}
				if _, crosses := geo.SelfCrossing(ring); crosses {
					t.Errorf("%s: %v crosses or touches itself", name, ring)
				}
				for k := range ring[1:] {
					area += (ring[k][0]*ring[k+1][1] - ring[k+1][0]*ring[k][1]) / 2
				}
			}
		}
		if !slices.Equal(rings, tc.rings) || area != tc.area {
			t.Errorf("%s: rings %v with an area of %v", name, rings, area)
		}
	}
}

// Real boundaries: fewer points further out, and no ring that crosses itself,
// beyond one in a thousand that rounding may bend.
func TestRealBoundaries(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("KAIMEN_SHARED_DATA")
	if shared == "" {
		shared = "../../../shared/data"
	}
	for _, file := range []string{"liechtenstein/boundaries.geojson", "porto-alegre/poa_hexgrid.geojson", "cn-dongxing-511011/511000-districts-gcj02.geojson"} {
		text, err := os.ReadFile(filepath.Join(shared, file))
		if err != nil {
			t.Skip("KAIMEN_SHARED_DATA does not lead to the shared data: ", err)
		}
		collection, err := geojson.UnmarshalFeatureCollection(text)
		if err != nil {
			t.Fatal(err)
		}
		var shapes []feature
		for _, f := range collection.Features {
			shapes = append(shapes, feature{Geometry: f.Geometry})
		}
		set, err := setOf(shapes...)
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]int, tile.MaxZoom+1)
		rings, crossing := 0, 0
		for z := 4; z <= 12; z++ {
			level := set.Level(z, false)
			for _, a := range level.Tiles() {
				b, err := level.Encode("l", a.X, a.Y, tile.Properties{})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range decoded(t, b) {
					eachRing(f.Geometry, func(r orb.Ring) {
						rings++
						counts[z] += len(r)
						if onBorder(r) {
							return // cut, and closed along the border of its window
						}
						if _, crosses := geo.SelfCrossing(r); crosses {
							crossing++
						}
					})
				}
			}
		}
		t.Logf("%s: %d rings, %d crossing; points by zoom %v", file, rings, crossing, counts)
		if crossing*1000 > rings {
			t.Errorf("%s: %d of %d rings cross themselves", file, crossing, rings)
		}
		if counts[6]*4 > counts[12] && counts[12] > 5000 {
			t.Errorf("%s: points by zoom %v", file, counts)
		}
	}
}

func eachRing(g orb.Geometry, f func(orb.Ring)) {
	switch g := g.(type) {
	case orb.Polygon:
		for _, r := range g {
			f(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			eachRing(p, f)
		}
	}
}

func onBorder(r orb.Ring) bool {
	b := r.Bound()
	return b.Min[0] <= -80 || b.Min[1] <= -80 || b.Max[0] >= 4176 || b.Max[1] >= 4176
}

func BenchmarkNewSet(b *testing.B) {
	patches := quilt(20, 60, rand.New(rand.NewPCG(1, 1)))
	b.Run("points=96000", func(b *testing.B) {
		for b.Loop() {
			if _, err := setOf(patches...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	patches := quilt(20, 60, rand.New(rand.NewPCG(1, 1)))
	set, err := setOf(patches...)
	if err != nil {
		b.Fatal(err)
	}
	level := set.Level(1, false)
	b.Run("areas=400", func(b *testing.B) {
		for b.Loop() {
			if _, err := level.Encode("l", 1, 0, tile.Properties{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

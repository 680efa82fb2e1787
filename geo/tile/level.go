package tile

import (
	"cmp"
	"maps"
	"slices"
)

const (
	// minArea is twice the least area of a ring that is drawn, in square units: an
	// eighth of a pixel on a tile shown 512 pixels wide.
	minArea = 16
	// minLength is the least side of the box of a line, in units: half a pixel. At
	// the innermost level all lines are drawn.
	minLength = 4
	// crowdBits: of the dots in a square of 2^crowdBits units, 4 pixels, one is
	// drawn above the innermost level.
	crowdBits = 5
	// broad is the count of tiles from which a shape is looked at for every tile,
	// not kept in the list of each.
	broad = 64
)

// Level is what is seen of a Set at one zoom. It never changes; any number of
// goroutines may share it.
type Level struct {
	z       uint32
	figures []figure // by place
	parts   []part
	points  []point   // in units of the zoom
	kept    []inTile  // by tile, then figure
	broad   []int32   // figures of many tiles
	wide    []tileBox // of those
}

// figure is a shape as it is drawn. Rings stand outer ring first, each followed
// by its holes, and are open.
type figure struct {
	place    int32
	kind     kind
	min, max point
	first    int32 // of its parts
	end      int32
}

// inTile says that a figure may be seen in a tile.
type inTile struct {
	tile   uint64 // row and column
	figure int32
}

// tileBox is a range of tiles, its ends included.
type tileBox struct{ west, north, east, south int32 }

func tileKey(x, y uint32) uint64 { return uint64(y)<<32 | uint64(x) }

// Level draws the set for the tiles of zoom z. The last level has every point
// and every shape, the smallest as a dot of three units: nothing of a set is
// missing there. At others shapes have the points that are seen at that zoom;
// those too small to be seen, and those to show further in only, are left out.
//
// Errors: none; a zoom beyond MaxZoom is a bug in this program and panics.
// Cost:   O(n) over all points, and a sort of the shapes by tile.
func (s *Set) Level(z int, last bool) *Level {
	if z < 0 || z > MaxZoom {
		panic("tile: there is no such zoom")
	}
	b := builder{Level: &Level{z: uint32(z)}, set: s, last: last, crowds: make(map[point]struct{})}
	for place, at := range s.shapes {
		if (last || int(at.from) <= z) && at.kind != nothing {
			b.draw(place)
		}
	}
	l := b.Level
	l.parts, l.points, l.figures = slices.Clip(l.parts), slices.Clip(l.points), slices.Clip(l.figures)
	l.file()
	return l
}

// builder draws a level.
type builder struct {
	*Level
	set    *Set
	last   bool
	crowds map[point]struct{} // squares that have their dot
	line   []point            // for use within one part
}

// draw adds a shape, unless nothing is seen of it.
func (b *builder) draw(place int) {
	f := figure{place: int32(place), kind: b.set.shapes[place].kind, first: int32(len(b.parts))}
	first, end := b.set.partsOf(place)
	switch f.kind {
	case dots:
		b.dots(first)
	case lines:
		for i := first; i < end; i++ {
			b.polyline(b.seen(i))
		}
	case areas:
		b.polygons(first, end)
	}
	if b.last && len(b.parts) == int(f.first) {
		b.mark(f.kind, b.set.points[b.set.parts[first].begin].at(MaxZoom-b.z))
	}
	if f.end = int32(len(b.parts)); f.end == f.first {
		return
	}
	points := b.points[b.parts[f.first].begin:]
	f.min, f.max = bounds(points)
	b.figures = append(b.figures, f)
}

// seen are the points of a part that are drawn at this zoom, none twice in a row.
func (b *builder) seen(part int) []point {
	first, end := b.set.pointsOf(part)
	b.line = b.line[:0]
	for i := first; i < end; i++ {
		if !b.last && uint32(b.set.shows[i]) > b.z {
			continue
		}
		if p := b.set.points[i].at(MaxZoom - b.z); len(b.line) == 0 || b.line[len(b.line)-1] != p {
			b.line = append(b.line, p)
		}
	}
	return b.line
}

func (b *builder) add(points []point, hole bool) {
	b.parts = append(b.parts, part{int32(len(b.points)), hole})
	b.points = append(b.points, points...)
}

// dots adds those that have their square to themselves. Squares of a zoom are
// quarters of those of the zoom before, so that a dot once drawn stays.
func (b *builder) dots(part int) {
	first, end := b.set.pointsOf(part)
	out := MaxZoom - b.z
	b.line = b.line[:0]
	for _, p := range b.set.points[first:end] {
		if !b.last {
			square := point{p.x >> (out + crowdBits), p.y >> (out + crowdBits)}
			if _, taken := b.crowds[square]; taken {
				continue
			}
			b.crowds[square] = struct{}{}
		}
		b.line = append(b.line, p.at(out))
	}
	if len(b.line) > 0 {
		b.add(b.line, false)
	}
}

func (b *builder) polyline(points []point) {
	points = straight(points)
	if len(points) < 2 {
		return
	}
	low, high := bounds(points)
	if b.last || high.x-low.x >= minLength || high.y-low.y >= minLength {
		b.add(points, false)
	}
}

// polygons adds the rings of a shape, polygon after polygon.
func (b *builder) polygons(first, end int) {
	for first < end {
		next := first + 1
		for next < end && b.set.parts[next].hole {
			next++
		}
		outer, holes := loops(b.seen(first), true)
		for i := first + 1; i < next && len(outer) > 0; i++ {
			_, more := loops(b.seen(i), false)
			holes = append(holes, more...)
		}
		for _, ring := range outer {
			b.add(ring, false)
			for _, hole := range holes {
				if len(outer) == 1 || holds(ring, hole) {
					b.add(hole, true)
				}
			}
		}
		first = next
	}
}

// mark stands for a shape of which nothing else is drawn.
func (b *builder) mark(k kind, p point) {
	switch k {
	case lines:
		b.add([]point{p, {p.x + 1, p.y}}, false)
	case areas:
		b.add([]point{{p.x - 1, p.y - 1}, {p.x + 2, p.y - 1}, {p.x + 2, p.y + 2}, {p.x - 1, p.y + 2}}, false)
	}
}

// bounds is the box of some points.
func bounds(points []point) (low, high point) {
	box := stand{min: points[0], max: points[0]}
	for _, p := range points[1:] {
		box.join(stand{p, p, 0})
	}
	return box.min, box.max
}

// file sorts the figures by the tiles in which they may be seen.
func (l *Level) file() {
	for i := range l.figures {
		box := tilesOf(l.z, l.figures[i].min, l.figures[i].max)
		if int64(box.east-box.west+1)*int64(box.south-box.north+1) > broad {
			l.broad, l.wide = append(l.broad, int32(i)), append(l.wide, box)
			continue
		}
		for y := box.north; y <= box.south; y++ {
			for x := box.west; x <= box.east; x++ {
				l.kept = append(l.kept, inTile{tileKey(uint32(x), uint32(y)), int32(i)})
			}
		}
	}
	slices.SortFunc(l.kept, func(a, b inTile) int {
		return cmp.Or(cmp.Compare(a.tile, b.tile), cmp.Compare(a.figure, b.figure))
	})
	l.kept = slices.Clip(l.kept)
}

// tilesOf is the range of tiles in which something in a box may be seen.
func tilesOf(z uint32, low, high point) tileBox {
	last := int32(1)<<z - 1
	tile := func(v int32) int32 { return max(0, min(last, v>>extentBits)) }
	return tileBox{tile(low.x - buffer), tile(low.y - buffer), tile(high.x + buffer), tile(high.y + buffer)}
}

// Tile is the address of a tile within its zoom.
type Tile struct{ X, Y uint32 }

// Tiles lists the tiles in which anything may be seen, in the order of their IDs.
// Each figure counts with its box, so that some may be empty.
//
// Cost: O(t log t) for t tiles, and one step for each tile of a broad figure.
func (l *Level) Tiles() []Tile {
	seen := make(map[Tile]struct{})
	for _, k := range l.kept {
		seen[Tile{uint32(k.tile), uint32(k.tile >> 32)}] = struct{}{}
	}
	for _, box := range l.wide {
		for y := box.north; y <= box.south; y++ {
			for x := box.west; x <= box.east; x++ {
				seen[Tile{uint32(x), uint32(y)}] = struct{}{}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b Tile) int {
		return cmp.Compare(ID(l.z, a.X, a.Y), ID(l.z, b.X, b.Y))
	})
}

// meeting lists the figures that may be seen in a tile, in their order.
func (l *Level) meeting(x, y uint32) []int32 {
	key := tileKey(x, y)
	i, _ := slices.BinarySearchFunc(l.kept, key, func(k inTile, key uint64) int { return cmp.Compare(k.tile, key) })
	var found []int32
	for ; i < len(l.kept) && l.kept[i].tile == key; i++ {
		found = append(found, l.kept[i].figure)
	}
	narrow := len(found)
	for k, box := range l.wide {
		if int32(x) >= box.west && int32(x) <= box.east && int32(y) >= box.north && int32(y) <= box.south {
			found = append(found, l.broad[k])
		}
	}
	if narrow > 0 && narrow < len(found) {
		slices.Sort(found)
	}
	return found
}

// pointsOf are those of a part.
func (l *Level) pointsOf(i int) []point {
	end := int32(len(l.points))
	if i+1 < len(l.parts) {
		end = l.parts[i+1].begin
	}
	return l.points[l.parts[i].begin:end]
}

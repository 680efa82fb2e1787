package tile

import (
	"fmt"
	"iter"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// Shape is one shape of a Set, in degrees (WGS 84).
type Shape struct {
	Geometry orb.Geometry // nil for a place in the list that nothing is drawn of
	From     int          // the zoom from which it shows
}

// Set is shapes that tiles are cut from. It never changes; any number of
// goroutines may share it.
type Set struct {
	shapes []shape
	parts  []part
	points []point // in units of the innermost zoom, part after part
	shows  []uint8 // along points: the zoom from which each is drawn
}

// kind tells how the parts of a shape are drawn.
type kind uint8

const (
	nothing kind = iota
	dots
	lines
	areas // parts are open rings
)

// shape is a range of parts; part holds a range of points. Each range ends where
// the next one begins.
type (
	shape struct {
		begin int32
		kind  kind
		from  uint8
	}
	part struct {
		begin int32
		hole  bool // of the last ring before it that is none
	}
)

// NewSet prepares shapes for tiles of all zooms. Their places in the list, from
// 0, name them later on. What has no extent in units of the innermost zoom, and
// points off the earth, is left out; Placed tells of which shapes nothing is
// left.
//
// Holds:   the shapes given are not changed and not kept. Areas that share a
// vertex or a line share it at every zoom, and points of areas are dropped only
// where no other point of an area stands between the old line and the new.
// Errors:  a geometry collection, with its place.
// Cost:    O(n log n) over their points, 2 billion at most; 9 bytes a point and 16
// a shape are kept, some 60 a point of lines and areas needed meanwhile.
func NewSet(shapes iter.Seq[Shape]) (*Set, error) {
	s := &Set{}
	for given := range shapes {
		at := shape{begin: int32(len(s.parts)), from: uint8(max(0, given.From))}
		if err := s.add(&at, given.Geometry); err != nil {
			return nil, fmt.Errorf("shape %d: %w", len(s.shapes), err)
		}
		s.shapes = append(s.shapes, at)
	}
	s.shapes, s.parts, s.points = slices.Clip(s.shapes), slices.Clip(s.parts), slices.Clip(s.points)
	s.shows = make([]uint8, len(s.points))
	s.weighLines()
	s.weighAreas()
	return s, nil
}

// Len is how many shapes were given.
func (s *Set) Len() int { return len(s.shapes) }

// Placed tells whether there is anything to draw of a shape.
func (s *Set) Placed(place int) bool { return s.shapes[place].kind != nothing }

// Bytes is what the set takes, about.
func (s *Set) Bytes() int { return 9*cap(s.points) + 8*cap(s.parts) + 8*cap(s.shapes) }

// add takes the parts of a geometry.
func (s *Set) add(at *shape, g orb.Geometry) error {
	kept := len(s.parts)
	switch g := g.(type) {
	case nil:
	case orb.Point:
		at.kind = dots
		s.addPart(orb.MultiPoint{g}, 1, false)
	case orb.MultiPoint:
		at.kind = dots
		s.addPart(g, 1, false)
	case orb.LineString:
		at.kind = lines
		s.addPart(g, 2, false)
	case orb.MultiLineString:
		at.kind = lines
		for _, line := range g {
			s.addPart(line, 2, false)
		}
	case orb.Ring:
		at.kind = areas
		s.addPolygon(orb.Polygon{g})
	case orb.Bound:
		at.kind = areas
		s.addPolygon(g.ToPolygon())
	case orb.Polygon:
		at.kind = areas
		s.addPolygon(g)
	case orb.MultiPolygon:
		at.kind = areas
		for _, polygon := range g {
			s.addPolygon(polygon)
		}
	default:
		return fmt.Errorf("a %s has no form in a tile", g.GeoJSONType())
	}
	if len(s.parts) == kept {
		at.kind = nothing
	}
	return nil
}

// addPolygon takes a polygon that has an area, and those of its holes that do.
func (s *Set) addPolygon(polygon orb.Polygon) {
	for i, ring := range polygon {
		if !s.addRing(ring, i > 0) && i == 0 {
			return
		}
	}
}

func (s *Set) addRing(ring orb.Ring, hole bool) bool {
	if len(ring) > 1 && ring.Closed() {
		ring = ring[:len(ring)-1]
	}
	if !s.addPart(ring, 3, hole) {
		return false
	}
	begin := s.parts[len(s.parts)-1].begin
	if s.points[begin] == s.points[len(s.points)-1] {
		s.points = s.points[:len(s.points)-1]
	}
	if ringArea(s.points[begin:]) == 0 {
		s.parts, s.points = s.parts[:len(s.parts)-1], s.points[:begin]
		return false
	}
	return true
}

// addPart takes places that are on the earth, without those equal to the one
// before unless they are dots; false if fewer than least are left.
func (s *Set) addPart(lls []orb.Point, least int, hole bool) bool {
	begin := len(s.points)
	for _, ll := range lls {
		if !geo.OnEarth(ll) {
			continue
		}
		if p := project(ll); len(s.points) == begin || s.points[len(s.points)-1] != p {
			s.points = append(s.points, p)
		}
	}
	if len(s.points)-begin < least {
		s.points = s.points[:begin]
		return false
	}
	s.parts = append(s.parts, part{int32(begin), hole})
	return true
}

// TilesAtMost tells whether what the set holds may be seen in no more than most
// tiles of a zoom. Each shape counts with its box.
//
// Cost: O(n) over all points, less where there are more tiles.
func (s *Set) TilesAtMost(z uint32, most int) bool {
	seen := make(map[Tile]struct{})
	for place := range s.shapes {
		first, end := s.partsOf(place)
		if first == end {
			continue
		}
		from, _ := s.pointsOf(first)
		_, to := s.pointsOf(end - 1)
		low, high := bounds(s.points[from:to])
		box := tilesOf(z, low.at(MaxZoom-z), high.at(MaxZoom-z))
		for y := box.north; y <= box.south; y++ {
			for x := box.west; x <= box.east; x++ {
				if seen[Tile{uint32(x), uint32(y)}] = struct{}{}; len(seen) > most {
					return false
				}
			}
		}
	}
	return true
}

// partsOf is the range of parts of a shape.
func (s *Set) partsOf(place int) (first, end int) {
	end = len(s.parts)
	if place+1 < len(s.shapes) {
		end = int(s.shapes[place+1].begin)
	}
	return int(s.shapes[place].begin), end
}

// pointsOf is the range of points of a part.
func (s *Set) pointsOf(i int) (first, end int) {
	end = len(s.points)
	if i+1 < len(s.parts) {
		end = int(s.parts[i+1].begin)
	}
	return int(s.parts[i].begin), end
}

// eachPart goes through the parts of all shapes of a kind.
func (s *Set) eachPart(of kind) iter.Seq2[int, int] {
	return func(yield func(first, end int) bool) {
		for place := range s.shapes {
			if s.shapes[place].kind != of {
				continue
			}
			for i, end := s.partsOf(place); i < end; i++ {
				if !yield(s.pointsOf(i)) {
					return
				}
			}
		}
	}
}

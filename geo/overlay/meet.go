package overlay

import (
	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Meet tells whether a and b share at least a point. Areas hold their edges. An
// empty shape, or nil, meets nothing. Neither is changed.
//
// Cost: about O((v+w) log v) for v and w vertices; none of it where their boxes
// lie apart.
func Meet(a, b orb.Geometry) bool {
	if a == nil || b == nil || !a.Bound().Intersects(b.Bound()) {
		return false
	}
	return geom.Intersects(anyToGeom(a), anyToGeom(b))
}

// anyToGeom is toGeom for shapes of any kind.
func anyToGeom(g orb.Geometry) geom.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return pointToGeom(g).AsGeometry()
	case orb.MultiPoint:
		points := make([]geom.Point, len(g))
		for i, p := range g {
			points[i] = pointToGeom(p)
		}
		return geom.NewMultiPoint(points).AsGeometry()
	case orb.LineString:
		return lineToGeom(g).AsGeometry()
	case orb.MultiLineString:
		lines := make([]geom.LineString, len(g))
		for i, line := range g {
			lines[i] = lineToGeom(line)
		}
		return geom.NewMultiLineString(lines).AsGeometry()
	case orb.Ring:
		return toGeom(orb.MultiPolygon{{g}})
	case orb.Polygon:
		return toGeom(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return toGeom(g)
	case orb.Bound:
		return toGeom(orb.MultiPolygon{g.ToPolygon()})
	case orb.Collection:
		members := make([]geom.Geometry, len(g))
		for i, member := range g {
			members[i] = anyToGeom(member)
		}
		return geom.NewGeometryCollection(members).AsGeometry()
	}
	return geom.Geometry{}
}

func pointToGeom(p orb.Point) geom.Point {
	return geom.NewPoint(geom.Coordinates{XY: geom.XY{X: p[0], Y: p[1]}, Type: geom.DimXY})
}

func lineToGeom(line orb.LineString) geom.LineString {
	coordinates := make([]float64, 0, 2*len(line))
	for _, p := range line {
		coordinates = append(coordinates, p[0], p[1])
	}
	return geom.NewLineString(geom.NewSequence(coordinates, geom.DimXY))
}

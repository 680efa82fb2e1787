package geojson

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// parseGeometry reads a geometry object. The text is valid JSON of bounded
// depth; null gives nil.
func parseGeometry(raw json.RawMessage) (orb.Geometry, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	object, ok := membersOf(raw)
	if !ok {
		return nil, errors.New("an object with type and coordinates was expected")
	}
	kind := textOf(object["type"])
	if kind == "GeometryCollection" {
		return parseCollection(object["geometries"])
	}
	c := &cursor{text: object["coordinates"]}
	var g orb.Geometry
	switch kind {
	case "Point":
		g = c.position()
	case "MultiPoint":
		g = orb.MultiPoint(c.positions())
	case "LineString":
		g = c.line()
	case "MultiLineString":
		var lines orb.MultiLineString
		c.list(func() { lines = append(lines, c.line()) })
		g = lines
	case "Polygon":
		g = c.polygon()
	case "MultiPolygon":
		var polygons orb.MultiPolygon
		c.list(func() { polygons = append(polygons, c.polygon()) })
		g = polygons
	default:
		return nil, fmt.Errorf("type %q is not one of GeoJSON", kind)
	}
	if c.err != nil {
		return nil, fmt.Errorf("%s: %w", kind, c.err)
	}
	return g, nil
}

func parseCollection(list json.RawMessage) (orb.Geometry, error) {
	members, ok := elementsOf(list)
	if !ok {
		return nil, errors.New("GeometryCollection: a list of geometries was expected")
	}
	collection := make(orb.Collection, 0, len(members))
	for i, raw := range members {
		g, err := parseGeometry(raw)
		if err == nil && g == nil {
			err = errors.New("null is no geometry")
		}
		if err != nil {
			return nil, fmt.Errorf("member %d: %w", i+1, err)
		}
		collection = append(collection, g)
	}
	return collection, nil
}

// cursor walks over the text of coordinates. After the first fault it stands
// still and every read gives nothing.
type cursor struct {
	text []byte
	at   int
	err  error
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// next is the next byte that is not blank, 0 at the end.
func (c *cursor) next() byte {
	for c.at < len(c.text) {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\r', '\n':
			c.at++
		default:
			return b
		}
	}
	return 0
}

// list calls item before each element of an array.
func (c *cursor) list(item func()) {
	if c.err != nil {
		return
	}
	if c.next() != '[' {
		c.fail("a list was expected in the coordinates")
		return
	}
	c.at++
	for c.err == nil {
		switch c.next() {
		case ']':
			c.at++
			return
		case ',':
			c.at++
		case 0:
			c.fail("the coordinates end early")
		default:
			item()
		}
	}
}

func (c *cursor) number() float64 {
	c.next()
	start := c.at
	for c.at < len(c.text) {
		b := c.text[c.at]
		if b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E' {
			c.at++
			continue
		}
		break
	}
	x, err := strconv.ParseFloat(string(c.text[start:c.at]), 64)
	if err != nil {
		c.fail("a coordinate is not a number")
	}
	return x
}

// position reads [lon, lat, …]; what follows the second number is left out.
func (c *cursor) position() orb.Point {
	var p orb.Point
	n := 0
	c.list(func() {
		if x := c.number(); n < 2 {
			p[n] = x
		}
		n++
	})
	if n < 2 {
		c.fail("a position needs two numbers")
	}
	return p
}

func (c *cursor) positions() []orb.Point {
	var points []orb.Point
	c.list(func() { points = append(points, c.position()) })
	return points
}

func (c *cursor) line() orb.LineString {
	points := c.positions()
	if len(points) < 2 {
		c.fail("a line needs two positions")
	}
	return points
}

func (c *cursor) polygon() orb.Polygon {
	var polygon orb.Polygon
	c.list(func() {
		ring := orb.Ring(c.positions())
		switch {
		case len(ring) < 4:
			c.fail("a ring needs four positions")
		case ring[0] != ring[len(ring)-1]:
			c.fail("a ring is not closed at [%v, %v]", ring[0][0], ring[0][1])
		}
		polygon = append(polygon, ring)
	})
	if len(polygon) == 0 {
		c.fail("a polygon needs a ring")
	}
	return polygon
}

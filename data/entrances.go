package data

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/index"
)

const (
	// entranceMeters is how near a road must pass to the edge of a site to be a
	// way into it: sites are drawn along the wall, roads along their middle.
	entranceMeters = 15
	// entranceApartMeters is how far apart two entrances found by this are at least.
	entranceApartMeters = 25
)

// layerEntrances is where facilities are entered. It is no layer of a study:
// its rows become part of the facilities.
const layerEntrances coverage.LayerName = "entrances"

// door is one given entrance.
type door struct {
	kind string // of the facility; empty for all that stand at the site
	at   orb.Point
}

// addEntrance reads the entrance of a facility.
func addEntrance(r *row, _ *coverage.Layers) {
	r.name = r.text("facility")
	d := door{kind: r.kind(false), at: r.point()}
	switch {
	case r.name == "" && r.outcome == "" && r.has("facility"):
		r.aside(coverage.ReasonMissingValue, "%s: it is blank; it names the facility that is entered here", r.label("facility"))
	case r.outcome == "" && r.has("facility") && !slices.ContainsFunc(r.sites[r.name], func(kind string) bool { return d.kind == "" || d.kind == kind }):
		r.aside(coverage.ReasonUnknownFacility, "no facility of this id is among those that are used")
	}
	id := r.name
	r.name = "" // a facility may have many entrances: they have no ids of their own
	if r.keep("") {
		r.doors[id] = append(r.doors[id], d)
	}
}

// positions is a field of positions in the system of the source, as a JSON list
// or the text of one, in order and each once. A column that only happens to have
// the name of the field is passed over.
func (r *row) positions(name string) []orb.Point {
	value, bound := r.Fields[r.columns[name]], r.has(name)
	text, isText := value.(string)
	if !bound || value == nil || isText && strings.TrimSpace(text) == "" {
		return nil
	}
	var list [][]float64
	if !isText {
		if encoded, err := json.Marshal(value); err == nil {
			text = string(encoded)
		}
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		if _, listed := r.source.Fields[name]; !listed && !r.exact {
			r.passOver(name)
			return nil
		}
		r.fault(coverage.ReasonBadValue, "%s: a list of positions was expected, such as [[105.05, 29.58]]", r.label(name))
		return nil
	}
	var points []orb.Point
	for _, position := range list {
		if len(position) < 2 {
			r.fault(coverage.ReasonBadValue, "%s: a position has %d numbers; it needs two", r.label(name), len(position))
			return nil
		}
		if p, ok := r.toWGS84(orb.Point{position[0], position[1]}); ok {
			points = append(points, p)
		}
	}
	slices.SortFunc(points, func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(points)
}

// enter finds where each facility is entered: at the entrances given for it;
// else, if it is an area, where roads that people may walk on cross or nearly
// touch its edge; else at the place of its edge that is nearest to any such
// road. The layers are in canonical order.
//
// Errors: ctx.Err() if ctx ends first.
func (im *importer) enter(ctx context.Context) error {
	var finder *doorFinder
	given, met, places, nearest := 0, 0, 0, 0
	for i := range im.layers.Facilities {
		if err := im.pause(ctx, "entrances", i, len(im.layers.Facilities)); err != nil {
			return err
		}
		f := &im.layers.Facilities[i]
		if doors := im.givenDoors(f); len(doors) > 0 {
			f.Entrances = doors
		}
		if len(f.Entrances) > 0 {
			given++
			continue
		}
		ground := f.Outline
		if len(ground) == 0 || len(im.layers.Roads) == 0 {
			continue
		}
		if finder == nil {
			n, err := im.walking(ctx)
			if err != nil {
				return err
			}
			finder = newDoorFinder(n)
		}
		if f.Entrances = finder.meeting(ground); len(f.Entrances) > 0 {
			met, places = met+1, places+len(f.Entrances)
		} else if f.Entrances = finder.nearest(ground); len(f.Entrances) > 0 {
			nearest++
		}
	}
	for _, told := range []struct {
		count int
		text  string
	}{
		{given, "are entered at the entrances given for them"},
		{met, fmt.Sprintf("are areas entered where roads meet their edge, at %d places", places)},
		{nearest, "are areas entered at the place of their edge nearest to a road"},
	} {
		if told.count > 0 {
			im.report.Guesses = append(im.report.Guesses, fmt.Sprintf("%s: %d %s", coverage.LayerFacilities, told.count, told.text))
		}
	}
	return nil
}

// givenDoors are the entrances that a source gives for a facility, in order.
func (im *importer) givenDoors(f *coverage.Facility) []orb.Point {
	var points []orb.Point
	for _, d := range im.doors[f.ID] {
		if d.kind == "" || d.kind == f.Kind {
			points = append(points, d.at)
		}
	}
	slices.SortFunc(points, func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(points)
}

// doorFinder looks for ways into areas. It serves one goroutine.
type doorFinder struct {
	network *network.Network
	boxes   *index.Boxes // of the edges, in degrees
	near    []int
}

func newDoorFinder(n *network.Network) *doorFinder {
	return &doorFinder{network: n, boxes: index.NewBoxes(n.EdgeCount(), func(i int) orb.Bound { return n.LineOf(int32(i)).Bound() })}
}

// candidate is a place on the edge of a site, with the way to the road it
// was found by.
type candidate struct {
	x, y, meters float64
}

// meeting lists the entrances at which roads cross or nearly touch the edge of
// a site: where they cross first, then the nearest, none close to another.
func (d *doorFinder) meeting(ground orb.MultiPolygon) []orb.Point {
	plane := geo.PlaneOf(ground.Bound())
	rings := outerRings(plane, ground)
	lon := entranceMeters / (geo.EarthRadiusMeters * math.Pi / 180)
	box := ground.Bound()
	pad := lon / max(math.Cos(box.Center()[1]*math.Pi/180), 0.01)
	box.Min, box.Max = orb.Point{box.Min[0] - pad, box.Min[1] - lon}, orb.Point{box.Max[0] + pad, box.Max[1] + lon}
	d.near = d.boxes.Meeting(box, d.near[:0])
	var found []candidate
	for _, e := range d.near {
		found = append(found, meet(flat(plane, d.network.LineOf(int32(e))), rings)...)
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.meters, b.meters), cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y))
	})
	var kept []candidate
	var points []orb.Point
	for _, c := range found {
		if slices.ContainsFunc(kept, func(k candidate) bool { return math.Hypot(k.x-c.x, k.y-c.y) < entranceApartMeters }) {
			continue
		}
		p := rounded(plane.ToLL(c.x, c.y))
		if d.network.Snap(p).State != coverage.ReasonSnapped {
			continue // a cut-off piece of road leads nobody in
		}
		kept, points = append(kept, c), append(points, p)
	}
	slices.SortFunc(points, func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) })
	return points
}

// meet lists where a road crosses the rings; where it crosses none, the one
// place of the rings that it comes nearest to, if that is near enough.
func meet(line []orb.Point, rings [][]orb.Point) []candidate {
	var crossings []candidate
	best := candidate{meters: math.Inf(1)}
	near := orb.LineString(line).Bound().Pad(entranceMeters)
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			if !near.Intersects(orb.MultiPoint{ring[i-1], ring[i]}.Bound()) {
				continue
			}
			for k := 1; k < len(line); k++ {
				if x, y, ok := cross(ring[i-1], ring[i], line[k-1], line[k]); ok {
					crossings = append(crossings, candidate{x, y, 0})
					continue
				}
				for _, c := range []candidate{ // apart, two segments are nearest at an end of one of them
					onto(line[k-1], ring[i-1], ring[i]), onto(line[k], ring[i-1], ring[i]),
					from(ring[i-1], line[k-1], line[k]), from(ring[i], line[k-1], line[k]),
				} {
					if c.meters < best.meters {
						best = c
					}
				}
			}
		}
	}
	switch {
	case len(crossings) > 0:
		return crossings
	case best.meters <= entranceMeters:
		return []candidate{best}
	}
	return nil
}

// nearest is the one place of a site's edge that lies nearest to a road; none
// if no road is within reach of a snap. The edge is looked at every 10 m.
func (d *doorFinder) nearest(ground orb.MultiPolygon) []orb.Point {
	const step = 10
	plane := geo.PlaneOf(ground.Bound())
	var best orb.Point
	least := uint32(math.MaxUint32)
	try := func(x, y float64) {
		p := rounded(plane.ToLL(x, y))
		if s := d.network.Snap(p); s.State == coverage.ReasonSnapped && s.Offset < least {
			best, least = p, s.Offset
		}
	}
	for _, ring := range outerRings(plane, ground) {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			pieces := math.Ceil(max(math.Hypot(b[0]-a[0], b[1]-a[1]), step) / step)
			for k := range int(pieces) {
				f := float64(k) / pieces
				try(a[0]+f*(b[0]-a[0]), a[1]+f*(b[1]-a[1]))
			}
		}
	}
	if least == math.MaxUint32 {
		return nil
	}
	return []orb.Point{best}
}

func outerRings(plane geo.Plane, m orb.MultiPolygon) [][]orb.Point {
	var rings [][]orb.Point
	for _, polygon := range m {
		if len(polygon) > 0 {
			rings = append(rings, flat(plane, orb.LineString(polygon[0])))
		}
	}
	return rings
}

func flat(plane geo.Plane, line orb.LineString) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, ll := range line {
		out[i][0], out[i][1] = plane.ToXY(ll)
	}
	return out
}

// cross is where the segments ab and cd meet.
func cross(a, b, c, d orb.Point) (x, y float64, ok bool) {
	rx, ry, sx, sy := b[0]-a[0], b[1]-a[1], d[0]-c[0], d[1]-c[1]
	det := rx*sy - ry*sx
	if det == 0 {
		return 0, 0, false
	}
	f := ((c[0]-a[0])*sy - (c[1]-a[1])*sx) / det
	g := ((c[0]-a[0])*ry - (c[1]-a[1])*rx) / det
	if f < 0 || f > 1 || g < 0 || g > 1 {
		return 0, 0, false
	}
	return a[0] + f*rx, a[1] + f*ry, true
}

// onto is the place on segment ab that is nearest to p.
func onto(p, a, b orb.Point) candidate {
	dx, dy, share := b[0]-a[0], b[1]-a[1], 0.0
	if square := dx*dx + dy*dy; square > 0 {
		share = min(max(((p[0]-a[0])*dx+(p[1]-a[1])*dy)/square, 0), 1)
	}
	x, y := a[0]+share*dx, a[1]+share*dy
	return candidate{x, y, math.Hypot(x-p[0], y-p[1])}
}

// from is p itself, with its way to segment ab.
func from(p, a, b orb.Point) candidate { return candidate{p[0], p[1], onto(p, a, b).meters} }

package read

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// OSMOptions are wishes for OSM. The zero value is fine.
type OSMOptions struct {
	// Progress, if set, is told now and then how many bytes of how many have
	// been read. A PBF file is read twice and counts twice.
	Progress func(done, total int64)
}

// OSMRoads is what an OpenStreetMap file holds of roads. Ways is the sum of
// NotHighway, Unbuilt, NoNodes and the ways that became roads.
type OSMRoads struct {
	// Roads are in the order of the file. A way that refers to nodes the file
	// lacks is cut there: its parts of two nodes and more have the ids 123,
	// 123#2, 123#3 in the way's direction.
	Roads      []coverage.Road
	Ways       int         // all ways of the file
	NotHighway int         // ways without a highway tag that are no ferry
	Unbuilt    int         // ways whose highway value is no road one can use today, or no road at all
	NoNodes    int         // highways of which no two neighboring nodes are in the file
	Broken     []BrokenWay // highways that lack nodes or have but one, those of NoNodes too, in the order of the file
	// Gates are the barriers, kerbs and the like on nodes of Roads, ordered by
	// node; GateNodes says what became of all such nodes of the file.
	Gates     []coverage.Gate
	GateNodes Balance
	// Restrictions says what became of the turn restrictions: those used stand
	// under Turns of the roads that they bind.
	Restrictions Balance
}

// classFerry is the class of a ferry's way, which has no value of highway.
const classFerry = "ferry"

// BrokenWay is a highway that refers to nodes the file lacks.
type BrokenWay struct {
	ID      string
	Missing int // nodes the file lacks, counted each time they are named
	Parts   int // roads that are left of it
}

// Used is the number of ways that became at least one road.
func (r *OSMRoads) Used() int { return r.Ways - r.NotHighway - r.Unbuilt - r.NoNodes }

// SetAside counts the ways that became no road by reason, ordered by code:
// missing_node, not_road.
func (r *OSMRoads) SetAside() []coverage.ReasonCount {
	var out []coverage.ReasonCount
	for _, c := range []coverage.ReasonCount{
		{Code: coverage.ReasonMissingNode, Rows: r.NoNodes},
		{Code: coverage.ReasonNotRoad, Rows: r.NotHighway + r.Unbuilt},
	} {
		if c.Rows > 0 {
			out = append(out, c)
		}
	}
	return out
}

// roadTags are the keys kept in Road.Tags: those that say who may use a road,
// which way, and how well. Class and Name hold highway and name.
var roadTags = []string{
	"access", "access:conditional", "area", "barrier", "bicycle", "bicycle:backward", "bicycle:forward", "bridge",
	"conveying", "cycleway", "cycleway:both", "cycleway:left", "cycleway:right", "duration", "foot", "foot:backward",
	"foot:conditional", "foot:forward", "footway", "handrail", "incline", "junction", "kerb", "lanes", "layer", "lit",
	"maxspeed", "maxspeed:backward", "maxspeed:forward", "motor_vehicle", "motor_vehicle:backward",
	"motor_vehicle:conditional", "motor_vehicle:forward", "motorcar", "motorcycle", "oneway", "oneway:bicycle",
	"oneway:conditional", "oneway:foot", "opening_hours", "ramp", "ramp:bicycle", "ramp:stroller", "ramp:wheelchair",
	"service", "sidewalk", "smoothness", "step_count", "stroller", "surface", "tracktype", "tunnel", "vehicle",
	"wheelchair", "width",
}

// IsRoadTag tells whether a road keeps a tag of this key.
func IsRoadTag(key string) bool { return slices.Contains(roadTags, key) }

// unbuilt are values of highway that are no road one can use: planned ones,
// gone ones, and things beside a road.
var unbuilt = []string{
	"abandoned", "bus_stop", "construction", "demolished", "dismantled", "disused", "emergency_bay",
	"no", "planned", "platform", "proposed", "razed", "rest_area", "services", "street_lamp",
}

// OSM reads the roads of an OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or
// .osm.bz2. Every way with a highway tag is a road, but for those counted in
// Unbuilt, and so is every ferry; which of them people may walk or drive, and
// what gates and turns do to them, is for the network to say.
//
// Holds:   coordinates are exactly those of the file, to 1e-7 degrees.
// Errors:  the file's name and what is wrong with it: missing, of another
// format, cut, damaged, without any element; ctx.Err() if ctx ends first.
// Cost:    a PBF file is read twice, ways and relations first, so that only the
// nodes of roads and those that may be gates are kept; XML is read once and
// keeps all nodes, 24 bytes each.
func OSM(ctx context.Context, path string, o OSMOptions) (*OSMRoads, error) {
	var roads *OSMRoads
	var err error
	switch name := strings.ToLower(path); {
	case strings.HasSuffix(name, ".pbf"):
		roads, err = osmFromPBF(ctx, path, o)
	case strings.HasSuffix(name, ".osm"), strings.HasSuffix(name, ".osm.gz"), strings.HasSuffix(name, ".osm.bz2"):
		roads, err = osmFromXML(ctx, path, o)
	default:
		err = fmt.Errorf("%w: roads are read from .osm.pbf, .osm, .osm.gz and .osm.bz2", ErrFormat)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return roads, nil
}

// roadBuilder gathers ways first and gives them their line when the nodes are
// known.
type roadBuilder struct {
	out   OSMRoads
	ways  []coverage.Road // without Line
	gates gateNodes
	turns []restriction
	names map[string]string
}

// takes tells whether a way of these tags becomes a road, and counts it.
func (b *roadBuilder) takes(highway, route string) bool {
	b.out.Ways++
	switch {
	case highway == "" && route == classFerry:
		return true
	case highway == "":
		b.out.NotHighway++
		return false
	case slices.Contains(unbuilt, highway):
		b.out.Unbuilt++
		return false
	}
	return true
}

// tag notes one tag of a road if it is one that is kept.
func (b *roadBuilder) tag(road *coverage.Road, key, value string) {
	switch key {
	case "name":
		road.Name = value
		return
	case "highway":
		road.Class = b.shared(value)
		return
	}
	if _, ok := slices.BinarySearch(roadTags, key); ok {
		if road.Tags == nil {
			road.Tags = make(map[string]string)
		}
		road.Tags[b.shared(key)] = b.shared(value)
	}
}

// shared returns one copy of a string that many roads have.
func (b *roadBuilder) shared(s string) string {
	if b.names == nil {
		b.names = make(map[string]string)
	}
	if have, ok := b.names[s]; ok {
		return have
	}
	b.names[s] = s
	return s
}

// finish gives every way its line and cuts it where nodes are missing.
func (b *roadBuilder) finish(nodes *nodeTable) *OSMRoads {
	b.out.Roads = make([]coverage.Road, 0, len(b.ways))
	for _, way := range b.ways {
		points := make(orb.LineString, len(way.Nodes))
		missing := 0
		for i, id := range way.Nodes {
			var ok bool
			if points[i], ok = nodes.at(id); !ok {
				missing++
			}
		}
		if missing == 0 && len(points) >= 2 {
			way.Line = points
			b.out.Roads = append(b.out.Roads, way)
			continue
		}
		parts := b.cut(way, points)
		if parts == 0 {
			b.out.NoNodes++
		}
		b.out.Broken = append(b.out.Broken, BrokenWay{ID: way.ID, Missing: missing, Parts: parts})
	}
	b.out.Gates, b.out.GateNodes = b.gates.onRoads(b.out.Roads)
	b.out.Restrictions = turnsOf(b.out.Roads, b.turns)
	return &b.out
}

// cut adds the stretches of a way whose nodes are known, and returns how many.
func (b *roadBuilder) cut(way coverage.Road, points orb.LineString) (parts int) {
	start := 0
	for i := 0; i <= len(points); i++ {
		if i < len(points) && known(points[i]) {
			continue
		}
		if i-start >= 2 {
			parts++
			part := way
			if parts > 1 {
				part.ID = way.ID + "#" + strconv.Itoa(parts)
			}
			part.Nodes, part.Line = way.Nodes[start:i:i], points[start:i:i]
			b.out.Roads = append(b.out.Roads, part)
		}
		start = i + 1
	}
	return parts
}

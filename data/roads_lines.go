package data

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/noding"
)

// DefaultToleranceMeters is the gap up to which ends of centerlines are joined
// if the manifest says nothing of it. MaxToleranceMeters is the largest that it
// may say: two sides of a street are farther apart.
const (
	DefaultToleranceMeters = 1.0
	MaxToleranceMeters     = 10.0
)

// Where centerlines meet, as the manifest says it.
const (
	MeetCrossings = "crossings" // wherever they cross or touch on one level
	MeetVertices  = "vertices"  // where they share a vertex, whatever their levels, and nowhere else
)

const (
	defaultClass = "residential" // of a line of which no class is known
	minLine      = 0.01          // meters; shorter lines are slips of the pen
	maxStride    = 1.0           // degrees from vertex to vertex; no road goes straight for 100 km
	maxLevel     = 50
)

// plainTags are fields of centerlines that become the tag of the same name.
var plainTags = []string{
	"access", "area", "bicycle", "foot", "junction", "lanes", "lit", "maxspeed", "motor_vehicle", "motorcar",
	"service", "sidewalk", "smoothness", "surface", "vehicle", "wheelchair",
}

// roadFields are the fields of centerlines.
func roadFields() []field {
	return append(fields("id", "name", "class", "oneway", "level", "bridge", "tunnel", "width"), fields(plainTags...)...)
}

// roadClasses are the values that the class of a centerline may have.
func roadClasses() []string {
	walk := network.Walk().Access
	return append(slices.Concat(walk.Classes, slices.Sorted(maps.Keys(walk.OnlyWhere))), "busway", "escape", "ferry", "raceway")
}

// centerline is one row of roads without topology.
type centerline struct {
	road    coverage.Road // without Nodes and Line
	parts   []orb.LineString
	level   int
	sparing bool    // they meet at vertices alone
	meters  float64 // tolerance
	ordinal int     // of the source among all files
	report  int     // place of its source among the reports
	line    int     // the row
}

func addRoad(r *row, _ *coverage.Layers) {
	road := coverage.Road{ID: r.roadID(), Name: r.text("name"), Class: r.class(), Tags: map[string]string{}}
	for _, key := range plainTags {
		setTag(&road, key, r.text(key))
	}
	bridge, tunnel := r.structure("bridge"), r.structure("tunnel")
	setTag(&road, "bridge", bridge)
	setTag(&road, "tunnel", tunnel)
	setTag(&road, "oneway", r.oneway())
	setTag(&road, "width", r.width())
	level, given := r.roadLevel(bridge != "", tunnel != "")
	if given && level != 0 {
		setTag(&road, "layer", strconv.Itoa(level))
	}
	if len(road.Tags) == 0 {
		road.Tags = nil // as a store gives it back
	}
	parts := r.lines()
	if !r.keep(road.ID) {
		return
	}
	meters := DefaultToleranceMeters
	if r.source.ToleranceMeters != nil {
		meters = *r.source.ToleranceMeters
	}
	r.centerlines = append(r.centerlines, centerline{
		road: road, parts: parts, level: level, sparing: r.source.Meet == MeetVertices, meters: meters,
		ordinal: r.ordinal, report: len(r.importer.report.Sources), line: r.Line,
	})
}

// setTag notes a tag of a road unless it is blank.
func setTag(road *coverage.Road, key, value string) {
	if value != "" {
		road.Tags[key] = value
	}
}

// roadID is the id of a line; drawings often have none, so that a row without
// a column or member for it goes by its number.
func (r *row) roadID() string {
	if r.has("id") || r.ID != "" {
		return r.id()
	}
	r.once("the id of a line is its number in the file, as no column id is there; name it under fields if there is one")
	r.name = strconv.Itoa(r.Line)
	return r.name
}

// class is the road class in OpenStreetMap's words.
func (r *row) class() string {
	class := r.text("class")
	if class == "" {
		r.once("the class of lines of which none is known is " + defaultClass)
		return defaultClass
	}
	if mapped, ok := r.source.Classes[class]; ok {
		class = mapped
	}
	if !slices.Contains(roadClasses(), class) {
		r.aside(coverage.ReasonUnmappedKind,
			"%s: %q is no road class; write under classes in the manifest which one of OpenStreetMap's it is, such as primary, residential or footway",
			r.label("class"), class)
	}
	return class
}

// word is a value as OpenStreetMap writes them.
var word = regexp.MustCompile(`^[a-z][a-z_]*$`)

// structure is bridge or tunnel: "yes", another word, or blank for none.
func (r *row) structure(name string) string {
	switch text := strings.ToLower(r.text(name)); {
	case slices.Contains([]string{"", "no", "false", "0", "n", "f", "否"}, text):
		return ""
	case slices.Contains([]string{"yes", "true", "1", "y", "t", "是"}, text):
		return "yes"
	case word.MatchString(text):
		return text
	default:
		r.fault(coverage.ReasonBadValue, "%s: %q is neither yes nor no; write yes, true, 1, 是 or no, false, 0, 否", r.label(name), text)
		return ""
	}
}

// oneway is "yes" in the direction of the line, "-1" against it, or blank. A
// bare F or T is refused: it is "false" and "true" in some files, "forward" and
// "against" in others.
func (r *row) oneway() string {
	switch text := strings.ToLower(r.text("oneway")); text {
	case "", "no", "false", "0", "n", "b", "both", "否", "双向":
		return ""
	case "yes", "true", "1", "y", "ft", "forward", "是", "顺", "单向", "单行":
		return "yes"
	case "-1", "tf", "reverse", "backward", "逆":
		return "-1"
	default:
		r.fault(coverage.ReasonBadValue,
			"%s: %q is no direction; write yes, 是 along the line, -1, 逆 against it, no, 否 for both ways", r.label("oneway"), text)
		return ""
	}
}

// width is the width in meters as text; blank if it is not known. Many files
// write 0 for that.
func (r *row) width() string {
	meters, ok := r.number("width")
	switch {
	case ok && meters < 0:
		r.fault(coverage.ReasonBadValue, "%s: %v is negative", r.label("width"), meters)
		fallthrough
	case !ok || meters == 0:
		return ""
	}
	return strconv.FormatFloat(meters, 'f', -1, 64)
}

// roadLevel is the level of a line: its own, else 1 for a bridge and -1 for a
// tunnel. given tells that it is its own.
func (r *row) roadLevel(bridge, tunnel bool) (level int, given bool) {
	x, given := r.number("level")
	switch {
	case given && (x != math.Trunc(x) || math.Abs(x) > maxLevel):
		r.fault(coverage.ReasonBadValue, "%s: %v is not a whole number from -%d to %[3]d", r.label("level"), x, maxLevel)
	case given:
		return int(x), true
	case bridge && !tunnel:
		return 1, false
	case tunnel && !bridge:
		return -1, false
	}
	return 0, given
}

// lines is the geometry of a row as lines of WGS 84, those shorter than 1 cm
// left out; a row of which none is left is set aside.
func (r *row) lines() []orb.LineString {
	var given []orb.LineString
	switch g := r.Geometry.(type) {
	case nil:
		r.noPlace("the feature has no geometry")
		return nil
	case orb.LineString:
		given = []orb.LineString{g}
	case orb.MultiLineString:
		given = g
	default:
		r.fault(coverage.ReasonBadGeometry, "a LineString or MultiLineString was expected, not a %s", g.GeoJSONType())
		return nil
	}
	var out []orb.LineString
	for _, points := range given {
		line, ok := r.line(points)
		if !ok {
			return nil
		}
		meters := 0.0
		for i := 1; i < len(line); i++ {
			meters += geo.Distance(line[i-1], line[i])
		}
		if meters >= minLine || r.unplaced {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		r.aside(coverage.ReasonTooShort, "the line is shorter than %g m", minLine)
	}
	return out
}

// line converts one line.
func (r *row) line(given orb.LineString) (orb.LineString, bool) {
	out := make(orb.LineString, len(given))
	for i, p := range given {
		var ok bool
		if out[i], ok = r.toWGS84(p); !ok {
			return nil, false
		}
		if i == 0 && r.at == nil {
			r.show(out[0])
		}
		if i == 0 || r.unplaced {
			continue
		}
		if far := max(math.Abs(out[i][0]-out[i-1][0]), math.Abs(out[i][1]-out[i-1][1])); far > min(maxStride, noding.MaxSegmentDegrees) {
			r.fault(coverage.ReasonBadGeometry, "the line leaps %.0f° from one vertex to the next; look at its coordinates, and at crs", far)
			return nil, false
		}
	}
	return out, true
}

// once notes something taken for granted, once for the source.
func (in *intake) once(text string) {
	if !slices.Contains(in.passed, text) {
		in.passed = append(in.passed, text)
		in.guess("%s", text)
	}
}

// centerlines checks what is said of roads alone.
func (c *manifestCheck) centerlines(l layer, s *Source, bad func(string, ...any)) {
	if l.name != coverage.LayerRoads {
		if len(s.Classes) > 0 {
			bad("classes: it is for roads")
		}
		if s.ToleranceMeters != nil {
			bad("tolerance_m: it is for roads")
		}
		if s.Meet != "" {
			bad("meet: it is for roads")
		}
		return
	}
	classes := roadClasses()
	for _, name := range slices.Sorted(maps.Keys(s.Classes)) {
		if class := s.Classes[name]; !slices.Contains(classes, class) {
			bad("classes: %s: %q is not one of %s", name, class, strings.Join(classes, ", "))
		}
	}
	if s.Meet != "" && s.Meet != MeetCrossings && s.Meet != MeetVertices {
		bad("meet: %q is neither %s nor %s", s.Meet, MeetCrossings, MeetVertices)
	}
	if t := s.ToleranceMeters; t != nil && !(*t >= 0 && *t <= MaxToleranceMeters) { // NaN neither
		bad("tolerance_m: %v is not from 0 to %v meters", *t, MaxToleranceMeters)
	}
}

// oneKindOfRoads refuses OpenStreetMap files beside centerlines: the same
// street would stand there twice, side by side.
func (c *manifestCheck) oneKindOfRoads() {
	osm, lines := "", ""
	for i := range c.m.Sources.Roads {
		switch file := c.m.Sources.Roads[i].File; {
		case file == "":
		case isOSM(file):
			osm = file
		default:
			lines = file
		}
	}
	if osm != "" && lines != "" {
		c.fault(coverage.ReasonBadManifest, c.m.base,
			"sources: roads: %s is of OpenStreetMap, %s holds centerlines; give one kind or the other", osm, lines)
	}
}

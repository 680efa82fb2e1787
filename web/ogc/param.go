package ogc

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/crs"
	"kaimen/geo/overlay"
)

// How many features a page may have. The default is as large as the maximum:
// GIS programs read it from the API document as the size of their pages. A page
// in HTML shows fewer, since a person reads it.
const (
	maxLimit     = 10_000
	defaultLimit = 10_000
	htmlLimit    = 100
	maxHTMLLimit = 1000
)

// itemParameters are the parameters of items beside the properties.
func itemParameters() []string {
	return []string{"limit", "offset", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs"}
}

// opened is the collection that the path names.
func (s *server) opened(c *call) (*Info, Collection, error) {
	collection, err := s.Source.Open(c.Context(), c.version, mux.Vars(c.Request)["collection"])
	if err != nil {
		return nil, nil, err
	}
	return collection.Info(), collection, nil
}

// queryableColumns are the columns that may be parameters: those whose name is
// not taken.
func queryableColumns(info *Info) (list []coverage.Column) {
	taken := append(itemParameters(), "f")
	for _, column := range info.Columns {
		if !slices.Contains(taken, column.Name) {
			list = append(list, column)
		}
	}
	return list
}

// selection is what a request asks of a collection.
type selection struct {
	limit, offset int
	boxes         []orb.Bound // in WGS 84; nil for everywhere
	tests         []test      // all must be true
	system        system      // of the answer
}

// test tells what a filter says of a feature.
type test func(*Feature) truth

// readSelection reads the parameters of items; what is wrong goes to c.faults.
func (c *call) readSelection(info *Info) selection {
	sel := selection{limit: defaultLimit, system: crs84}
	most := maxLimit
	if c.form.name == htmlForm.name {
		sel.limit, most = htmlLimit, maxHTMLLimit
	}
	systems := systemsOf(info.Region)
	sel.limit = min(c.number("limit", 1, sel.limit), most)
	sel.offset = c.number("offset", 0, 0)
	sel.system = c.system("crs", systems)
	c.box(&sel, systems)
	if text, ok := c.given("datetime"); ok {
		// Features have no time, and those without one match any.
		if fault := momentsFault(text); fault != "" {
			c.bad("datetime", "%s", fault)
		}
	}
	for _, column := range queryableColumns(info) {
		if text, ok := c.given(column.Name); ok {
			c.equal(&sel, slices.Index(info.Columns, column), column, text)
		}
	}
	c.filter(&sel, info, systems)
	return sel
}

// given is the value of a parameter that is there.
func (c *call) given(name string) (string, bool) { return c.query.Get(name), c.query.Has(name) }

func (c *call) bad(name, format string, args ...any) {
	c.faults = append(c.faults, badValue(name, c.query.Get(name), format, args...))
}

// number reads a whole number of at least least. One too large for this machine
// is as good as the largest.
func (c *call) number(name string, least, otherwise int) int {
	text, ok := c.given(name)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if digits := strings.Trim(text, "0123456789") == "" && text != ""; err != nil && digits {
		return math.MaxInt
	}
	if err != nil || n < least {
		c.bad(name, "%q is no %s; give a whole number of at least %d", shown(text), name, least)
		return otherwise
	}
	return n
}

func (c *call) system(name string, among []system) system {
	uri, ok := c.given(name)
	if !ok {
		return crs84
	}
	s, fault := systemOf(uri, among)
	if fault != "" {
		c.bad(name, "%s", fault)
	}
	return s
}

// box reads bbox and bbox-crs.
func (c *call) box(sel *selection, systems []system) {
	in := c.system("bbox-crs", systems)
	text, ok := c.given("bbox")
	if !ok {
		return
	}
	var v []float64
	for word := range strings.SplitSeq(text, ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			c.bad("bbox", "bbox has %q, which is no number", shown(word))
			return
		}
		v = append(v, x)
	}
	boxes, fault := boxesOf(v, in)
	if fault != "" {
		c.bad("bbox", "%s", fault)
		return
	}
	for _, box := range boxes {
		sel.boxes = append(sel.boxes, in.around(box))
	}
	sel.tests = append(sel.tests, func(f *Feature) truth {
		g := f.Geometry
		if g == nil {
			return yes // as the standard says of features without a place
		}
		if !in.InDegrees() {
			g = crs.Mapped(g, in.FromWGS84)
		}
		return truthOf(slices.ContainsFunc(boxes, func(box orb.Bound) bool { return meets(box, g) }))
	})
}

// meets is overlay.Meet for a box: most shapes lie all in it or all beside it.
func meets(box orb.Bound, g orb.Geometry) bool {
	bound := g.Bound()
	if !box.Intersects(bound) {
		return false
	}
	if box.Contains(bound.Min) && box.Contains(bound.Max) {
		return true
	}
	return overlay.Meet(box, g)
}

// boxesOf reads the numbers of a bbox in the axis order of a system, with or
// without heights: one box in x and y, or two where it crosses the antimeridian.
// It says what is wrong, or nothing.
func boxesOf(v []float64, in system) ([]orb.Bound, string) {
	if len(v) == 6 {
		v = []float64{v[0], v[1], v[3], v[4]}
	}
	if len(v) != 4 {
		return nil, fmt.Sprintf("bbox has %d numbers; give four, or six with heights: the least of each axis, then the largest", len(v))
	}
	low, high := in.turn(orb.Point{v[0], v[1]}), in.turn(orb.Point{v[2], v[3]})
	if low[1] > high[1] {
		return nil, fmt.Sprintf("bbox has its south, %v, north of its north, %v; give the least of each axis first", low[1], high[1])
	}
	if in.InDegrees() {
		for _, p := range []orb.Point{low, high} {
			if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
				return nil, fmt.Sprintf("bbox has longitude %v, latitude %v, which is not on the earth; mind the order of the axes of %s", p[0], p[1], in.uri)
			}
		}
		if low[0] > high[0] {
			return []orb.Bound{{Min: low, Max: orb.Point{180, high[1]}}, {Min: orb.Point{-180, low[1]}, Max: high}}, ""
		}
	}
	if low[0] > high[0] {
		return nil, fmt.Sprintf("bbox has its west, %v, east of its east, %v; give the least of each axis first", low[0], high[0])
	}
	return []orb.Bound{{Min: low, Max: high}}, ""
}

// around is the WGS 84 box round a box of this system, with a margin for how
// its edges bend between the points looked at. A box that leaves what the system
// can hold is taken as the whole earth: the exact test follows.
func (s system) around(box orb.Bound) orb.Bound {
	if s.InDegrees() {
		return box
	}
	const steps = 16
	whole := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	out := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for i := range steps + 1 {
		for k := range steps + 1 {
			p := s.ToWGS84(orb.Point{
				box.Min[0] + (box.Max[0]-box.Min[0])*float64(i)/steps, box.Min[1] + (box.Max[1]-box.Min[1])*float64(k)/steps,
			})
			if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
				return whole
			}
			out = out.Extend(p)
		}
	}
	return out.Pad(0.05 * max(out.Max[0]-out.Min[0], out.Max[1]-out.Min[1]))
}

// equal adds the test that a property is what a parameter says.
func (c *call) equal(sel *selection, place int, column coverage.Column, text string) {
	wanted, err := valueOf(column.Type, text)
	if err != nil {
		c.bad(column.Name, "%s is %s: %s", column.Name, jsonType(column.Type), err)
		return
	}
	sel.tests = append(sel.tests, func(f *Feature) truth { return truthOf(f.Values[place] == wanted) })
}

// valueOf reads a value of a column.
func valueOf(t coverage.ColumnType, text string) (any, error) {
	switch t {
	case coverage.ColumnInteger:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no whole number", shown(text))
		}
		return n, nil
	case coverage.ColumnReal:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("%q is no number", shown(text))
		}
		return x, nil
	case coverage.ColumnBoolean:
		switch text {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, fmt.Errorf("%q is neither true nor false", shown(text))
	}
	return text, nil
}

// momentsFault says what is wrong with a datetime: a moment, or two with a slash
// between, of which either may be open (.. or nothing).
func momentsFault(text string) string {
	parts := strings.Split(text, "/")
	if len(parts) > 2 {
		return fmt.Sprintf("%q has more than one slash; give a moment, or from/to", shown(text))
	}
	var times []time.Time
	for _, part := range parts {
		if len(parts) == 2 && (part == "" || part == "..") {
			continue
		}
		at, err := time.Parse(time.RFC3339, part)
		if err != nil {
			at, err = time.Parse(time.DateOnly, part)
		}
		if err != nil {
			return fmt.Sprintf("%q is no moment; write 2026-11-23T08:00:00Z, or 2026-11-23", shown(part))
		}
		times = append(times, at)
	}
	if len(times) == 2 && times[1].Before(times[0]) {
		return "the interval ends before it begins; write from/to"
	}
	return ""
}

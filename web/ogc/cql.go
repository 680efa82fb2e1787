package ogc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/crs"
	"kaimen/geo/overlay"
)

// A filter is CQL2 (OGC 21-065r2): Basic CQL2, LIKE, BETWEEN, IN, and
// S_INTERSECTS. Both of its notations are read into the same tests. Logic has
// three values: what compares with a blank is unknown, and so is its negation.

// truth is what a test says.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// Limits on a filter, so that none takes the server long to read.
const (
	maxFilterBytes = 64 << 10
	maxFilterDepth = 100
)

// filter reads filter, filter-lang and filter-crs.
func (c *call) filter(sel *selection, info *Info, systems []system) {
	in := c.system("filter-crs", systems)
	language, given := c.given("filter-lang")
	text, ok := c.given("filter")
	if !given {
		language = "cql2-text"
		if strings.HasPrefix(strings.TrimSpace(text), "{") {
			language = "cql2-json"
		}
	}
	if language != "cql2-text" && language != "cql2-json" {
		c.bad("filter-lang", "%q is no language of filters here; there are cql2-text, cql2-json", shown(language))
		return
	}
	if !ok {
		return
	}
	if len(text) > maxFilterBytes {
		c.bad("filter", "the filter has %d bytes; give at most %d", len(text), maxFilterBytes)
		return
	}
	read := readCQLText
	if language == "cql2-json" {
		read = readCQLJSON
	}
	t, err := read(text, scope{info.Columns, info.Shape, in})
	if err != nil {
		c.bad("filter", "%s", err)
		return
	}
	sel.tests = append(sel.tests, t)
}

// scope is what a filter may name, and in what its coordinates are.
type scope struct {
	columns []coverage.Column
	shape   coverage.Shape // empty where there is no geometry to name
	system  system
}

// operand is a side of a comparison: a property or a constant.
type operand struct {
	kind string             // text, number or boolean
	of   func(*Feature) any // string, float64, int64, bool, or nil
	word string             // as an error shows it
}

func constant(v any) operand {
	kind := "number"
	switch v.(type) {
	case string:
		kind = "text"
	case bool:
		kind = "boolean"
	}
	return operand{kind, func(*Feature) any { return v }, fmt.Sprintf("%#v", v)}
}

// property finds a property by its name.
func (s scope) property(name string) (operand, error) {
	i := slices.IndexFunc(s.columns, func(c coverage.Column) bool { return c.Name == name })
	if i >= 0 {
		kind := map[string]string{"string": "text", "boolean": "boolean"}[jsonType(s.columns[i].Type)]
		return operand{cmp.Or(kind, "number"), func(f *Feature) any { return f.Values[i] }, name}, nil
	}
	if name == geometryProperty && s.shape != "" {
		return operand{}, fmt.Errorf("%s is compared by S_INTERSECTS alone", name)
	}
	var names []string
	for _, c := range s.columns {
		names = append(names, c.Name)
	}
	if s.shape != "" {
		names = append(names, geometryProperty)
	}
	return operand{}, fmt.Errorf("there is no property %q; there are %s", shown(name), strings.Join(names, ", "))
}

// geometry is the geometry of the feature.
func (s scope) geometry() (place, error) {
	if s.shape == "" {
		return place{}, fmt.Errorf("the features of this collection have no %s", geometryProperty)
	}
	return place{}, nil
}

// comparison compares a and b by one of = <> < <= > >=.
func comparison(op string, a, b operand) (test, error) {
	if a.kind != b.kind {
		return nil, fmt.Errorf("%s is %s and %s is %s; compare like with like", a.word, a.kind, b.word, b.kind)
	}
	if a.kind == "boolean" && op != "=" && op != "<>" {
		return nil, fmt.Errorf("%s is true or false and has no order; use = or <>", a.word)
	}
	holds := map[string]func(int) bool{
		"=":  func(n int) bool { return n == 0 },
		"<>": func(n int) bool { return n != 0 },
		"<":  func(n int) bool { return n < 0 },
		"<=": func(n int) bool { return n <= 0 },
		">":  func(n int) bool { return n > 0 },
		">=": func(n int) bool { return n >= 0 },
	}[op]
	if holds == nil {
		return nil, fmt.Errorf("%q is no comparison; there are = <> < <= > >=", shown(op))
	}
	return func(f *Feature) truth {
		x, y := a.of(f), b.of(f)
		if x == nil || y == nil {
			return unknown
		}
		return truthOf(holds(compare(x, y)))
	}, nil
}

// compare orders two values of one kind.
func compare(x, y any) int {
	switch x := x.(type) {
	case string:
		return cmp.Compare(x, y.(string))
	case bool:
		if x == y.(bool) {
			return 0
		}
		return 1
	case int64:
		if y, ok := y.(int64); ok {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(float(x), float(y))
}

func float(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v.(float64)
}

// isNull is true of a blank: no value, or an empty text, which is how blanks of
// text are kept.
func isNull(a operand) test {
	return func(f *Feature) truth {
		v := a.of(f)
		return truthOf(v == nil || v == "")
	}
}

// between includes both ends.
func between(a, low, high operand) (test, error) {
	if a.kind != "number" {
		return nil, fmt.Errorf("%s is %s; BETWEEN takes numbers", a.word, a.kind)
	}
	from, err := comparison(">=", a, low)
	if err != nil {
		return nil, err
	}
	to, err := comparison("<=", a, high)
	if err != nil {
		return nil, err
	}
	return all(from, to), nil
}

func among(a operand, list []operand) (test, error) {
	tests := make([]test, len(list))
	for i, item := range list {
		var err error
		if tests[i], err = comparison("=", a, item); err != nil {
			return nil, err
		}
	}
	return anyOf(tests...), nil
}

// like matches a whole text: % stands for any characters, _ for one, and a
// backslash takes the meaning from what follows it.
func like(a operand, pattern string) (test, error) {
	if a.kind != "text" {
		return nil, fmt.Errorf("%s is %s; LIKE takes text", a.word, a.kind)
	}
	signs := patternOf(pattern)
	return func(f *Feature) truth {
		text, ok := a.of(f).(string)
		if !ok {
			return unknown
		}
		return truthOf(matches(signs, []rune(text)))
	}, nil
}

// sign is a character of a pattern, or one of the two that stand for others.
type sign struct {
	r    rune
	wild rune // '%', '_' or 0
}

func patternOf(pattern string) (signs []sign) {
	escaped := false
	for _, r := range pattern {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && (r == '%' || r == '_'):
			signs = append(signs, sign{wild: r})
		default:
			signs = append(signs, sign{r: r})
		}
		escaped = false
	}
	return signs
}

// matches goes back to the last % alone, so that it takes at most the product
// of both lengths.
func matches(signs []sign, text []rune) bool {
	s, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case s < len(signs) && signs[s].wild == '%':
			star, mark = s, t
			s++
		case s < len(signs) && (signs[s].wild == '_' || signs[s].wild == 0 && signs[s].r == text[t]):
			s++
			t++
		case star >= 0:
			mark++
			s, t = star+1, mark
		default:
			return false
		}
	}
	for s < len(signs) && signs[s].wild == '%' {
		s++
	}
	return s == len(signs)
}

func all(tests ...test) test { return decided(no, yes, tests) }

func anyOf(tests ...test) test { return decided(yes, no, tests) }

// decided is what the first test to say so decides; else unknown if one of them
// is, else otherwise.
func decided(by, otherwise truth, tests []test) test {
	return func(f *Feature) truth {
		out := otherwise
		for _, t := range tests {
			switch t(f) {
			case by:
				return by
			case unknown:
				out = unknown
			}
		}
		return out
	}
}

func not(t test) test {
	return func(f *Feature) truth {
		switch t(f) {
		case yes:
			return no
		case no:
			return yes
		}
		return unknown
	}
}

// place is a side of S_INTERSECTS: the geometry of the feature, if shape is
// nil, or a shape in WGS 84.
type place struct{ shape orb.Geometry }

func intersects(a, b place) test {
	if a.shape != nil && b.shape == nil {
		a, b = b, a
	}
	if a.shape != nil {
		same := truthOf(overlay.Meet(a.shape, b.shape))
		return func(*Feature) truth { return same }
	}
	return func(f *Feature) truth {
		if f.Geometry == nil {
			return unknown
		}
		if b.shape == nil {
			return yes
		}
		return truthOf(overlay.Meet(b.shape, f.Geometry))
	}
}

// boxShape is the shape of a BBOX with these numbers.
func (s scope) boxShape(v []float64) (orb.Geometry, error) {
	boxes, fault := boxesOf(v, s.system)
	if fault != "" {
		return nil, fmt.Errorf("%s", fault)
	}
	var shape orb.MultiPolygon
	for _, box := range boxes {
		shape = append(shape, box.ToPolygon())
	}
	if s.system.InDegrees() {
		return shape, nil
	}
	return s.checked(crs.Mapped(shape, s.system.ToWGS84))
}

// literal is a shape given in the coordinates of a filter, in WGS 84.
func (s scope) literal(g orb.Geometry) (orb.Geometry, error) {
	return s.checked(s.system.read(g))
}

func (s scope) checked(g orb.Geometry) (orb.Geometry, error) {
	box := g.Bound()
	if !(box.Min[0] >= -180 && box.Min[1] >= -90 && box.Max[0] <= 180 && box.Max[1] <= 90) {
		return nil, fmt.Errorf("the shape is not on the earth; mind the order of the axes of %s", s.system.uri)
	}
	return g, nil
}

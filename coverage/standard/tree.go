package standard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"kaimen/coverage"
)

// The figures that are taken where 0 is not: what is beyond either end is a
// slip of the pen, and would let needs overflow.
const (
	leastFigure = 1e-6
	mostFigure  = 1e9
)

// table is a mapping of the text. Its members are taken one by one; done then
// tells of those that nobody took.
type table struct {
	r       *reader
	id      string // of the rule or circle it is of, for messages
	way     string // from there to its members: "ratio."
	line    int
	members []*member
	again   []*member // whose names stood before
}

type member struct {
	name  string
	value ast.Node
	line  int
	taken bool
	bad   bool
}

func (r *reader) table(n *ast.MappingNode, id, way string) *table {
	t := &table{r: r, id: id, way: way, line: lineOf(n)}
	for _, v := range n.Values {
		m := &member{name: v.Key.String(), value: v.Value, line: lineOf(v.Key)}
		if s, ok := v.Key.(*ast.StringNode); ok {
			m.name = s.Value
		}
		if t.member(m.name) != nil {
			t.again = append(t.again, m)
			continue
		}
		t.members = append(t.members, m)
	}
	return t
}

func (t *table) member(name string) *member {
	if i := slices.IndexFunc(t.members, func(m *member) bool { return m.name == name }); i >= 0 {
		return t.members[i]
	}
	return nil
}

// has tells whether the table has a member, well formed or not.
func (t *table) has(name string) bool { return t.member(name) != nil }

// take is a member that is read now; nil if there is none.
func (t *table) take(name string) *member {
	m := t.member(name)
	if m != nil {
		m.taken = true
	}
	return m
}

// fault tells of a member's value.
func (t *table) fault(m *member, code, format string, args ...any) {
	m.bad = true
	t.r.fault(m.line, t.id, code, t.way+m.name+": "+format, args...)
}

// missing tells of a member that must be there and is not.
func (t *table) missing(name, remedy string) {
	if !t.has(name) {
		t.r.fault(t.line, t.id, coverage.ReasonMissingValue, "%s%s is missing; %s", t.way, name, remedy)
	}
}

// done tells of the members that stand twice, and of those that are not known,
// with those that are.
func (t *table) done(known ...string) {
	for _, m := range t.again {
		t.r.fault(m.line, t.id, coverage.ReasonDuplicate, "%s%s stands twice; keep one", t.way, short(m.name))
	}
	for _, m := range t.members {
		if !m.taken {
			t.r.fault(m.line, t.id, coverage.ReasonUnknownParameter, "%s%s is not known here; give %s", t.way, short(m.name), strings.Join(known, ", "))
		}
	}
}

// text is a member's text, with blanks at its ends cut off.
func (t *table) text(name string) string {
	m := t.take(name)
	if m == nil {
		return ""
	}
	s, ok := textOf(m.value)
	switch {
	case !ok:
		t.fault(m, coverage.ReasonBadValue, "%s is no text; put text in quotes", show(m.value))
	case s == "":
		t.fault(m, coverage.ReasonMissingValue, "it is blank; write it, or leave the member out")
	}
	return s
}

// textOf is the text of a node; numbers count as they are written.
func textOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(n.Value), true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// word is a member's text that must be of a form.
func (t *table) word(name string, fits func(string) bool, form string) string {
	s := t.text(name)
	if m := t.member(name); m != nil && !m.bad && !fits(s) {
		t.fault(m, coverage.ReasonBadValue, "%s is not of the form; give %s", short(s), form)
	}
	return s
}

// name is a member that holds a name in both languages.
func (t *table) name(name string) (n coverage.Name) {
	if inner := t.table(name); inner != nil {
		n = coverage.Name{ZH: inner.text("zh"), EN: inner.text("en")}
		inner.missing("zh", "give the name in Chinese")
		inner.missing("en", "give the name in English")
		inner.done("zh", "en")
	}
	return n
}

// number is a member's number, from least up; nil if it is missing or none.
func (t *table) number(name string, least float64) *float64 {
	m := t.take(name)
	if m == nil {
		return nil
	}
	switch m.value.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
	case *ast.NanNode, *ast.InfinityNode:
		t.fault(m, coverage.ReasonBadNumber, "%s is not finite; give a number from %v to %v", show(m.value), least, mostFigure)
		return nil
	default:
		t.fault(m, coverage.ReasonBadNumber, "%s is no number; give decimal digits without quotes", show(m.value))
		return nil
	}
	x, err := strconv.ParseFloat(m.value.GetToken().Value, 64)
	switch {
	case err != nil:
		t.fault(m, coverage.ReasonBadNumber, "%s is no number; give decimal digits", show(m.value))
	case !(x >= least && x <= mostFigure):
		t.fault(m, coverage.ReasonBadNumber, "%v is out of range; give a number from %v to %v", x, least, mostFigure)
	default:
		return &x
	}
	return nil
}

// plain is number for a field that holds 0 where the member is missing.
func (t *table) plain(name string) float64 {
	if x := t.number(name, leastFigure); x != nil {
		return *x
	}
	return 0
}

// count is a member's whole number; 0 if it is missing or none.
func (t *table) count(name string) int {
	x := t.number(name, 1)
	if x == nil {
		return 0
	}
	if n := int(*x); float64(n) == *x {
		return n
	}
	t.fault(t.member(name), coverage.ReasonBadNumber, "%v is no whole number; give 1, 2, …", *x)
	return 0
}

// truth is a member's yes or no; false if it is missing.
func (t *table) truth(name string) bool {
	m := t.take(name)
	if m == nil {
		return false
	}
	b, ok := m.value.(*ast.BoolNode)
	if !ok {
		t.fault(m, coverage.ReasonBadValue, "%s is neither true nor false; give one of them", show(m.value))
		return false
	}
	return b.Value
}

// words is a member's list of lower_snake words, none of them twice.
func (t *table) words(name string) (list []string) {
	m := t.take(name)
	if m == nil {
		return nil
	}
	values, ok := m.value.(*ast.SequenceNode)
	if !ok || len(values.Values) == 0 {
		t.fault(m, coverage.ReasonBadValue, "%s is no list with words in it; give [a, b]", show(m.value))
		return nil
	}
	for _, v := range values.Values {
		word, _ := textOf(v)
		switch {
		case !isWord(word):
			t.fault(m, coverage.ReasonBadValue, "%s is no word; give %s", show(v), wordForm)
		case slices.Contains(list, word):
			t.fault(m, coverage.ReasonDuplicate, "%s stands twice; keep one", word)
		default:
			list = append(list, word)
		}
	}
	return list
}

// table is a member that is a mapping; nil if it is missing or none.
func (t *table) table(name string) *table {
	m := t.take(name)
	if m == nil {
		return nil
	}
	n, ok := m.value.(*ast.MappingNode)
	if !ok {
		t.fault(m, coverage.ReasonBadValue, "%s is no mapping; give {member: value, …}", show(m.value))
		return nil
	}
	return t.r.table(n, t.id, t.way+name+".")
}

// tables is a member that is a list of mappings. Each is told of by its place
// until its own id is known.
func (t *table) tables(name string) (list []*table) {
	m := t.take(name)
	if m == nil {
		return nil
	}
	values, ok := m.value.(*ast.SequenceNode)
	if !ok || len(values.Values) == 0 {
		t.fault(m, coverage.ReasonBadValue, "%s is no list with items in it; give one a line, each after a dash, or leave the member out", show(m.value))
		return nil
	}
	for i, v := range values.Values {
		way := t.way + name + "[" + strconv.Itoa(i+1) + "]"
		n, ok := v.(*ast.MappingNode)
		if !ok {
			m.bad = true
			t.r.fault(lineOf(v), t.id, coverage.ReasonBadValue, "%s: %s is no mapping; give {member: value, …}", way, show(v))
			continue
		}
		list = append(list, t.r.table(n, t.id, way+"."))
	}
	return list
}

const wordForm = "a word of lower-case letters, digits and underscores that begins with a letter"

// isWord tells whether a kind, a weight or a need can be called so.
func isWord(s string) bool {
	return s != "" && s[0] >= 'a' && s[0] <= 'z' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

const idForm = "lower-case letters, digits, dashes, dots and slashes, beginning with a letter or digit"

// isID tells whether a rule or a circle can be called so.
func isID(s string) bool {
	return s != "" && !strings.ContainsRune("-./", rune(s[0])) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-./") == ""
}

// lineOf is the line on which a node stands; 0 if it does not say.
func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// show is a value for a message.
func show(n ast.Node) string {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		if len(n.Values) == 0 {
			return "an empty list"
		}
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "an anchor, alias or tag"
	case *ast.StringNode:
		return short(n.Value)
	}
	return short(n.GetToken().Value)
}

// short puts a text in quotes and cuts it for a message.
func short(s string) string {
	const most = 40
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strconv.Quote(s)
}

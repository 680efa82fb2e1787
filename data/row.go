package data

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
)

// row is one record on its way to a value. Its methods read fields by our
// names and note what is wrong with them; they go on after a fault, so that
// all faults of a row are found.
type row struct {
	*intake
	read.Record
	name    string           // its id, for messages
	at      *orb.Point       // where it is, as soon as that is known
	outcome string           // reason code; empty while the row is sound
	faulty  bool             // an error, not only a warning
	repairs []string         // what was set right in its shape
	ground  orb.MultiPolygon // of a place that is drawn as an area
}

// fault notes an error of the row.
func (r *row) fault(code, format string, args ...any) {
	if r.outcome == "" || !r.faulty {
		r.outcome, r.faulty = code, true
	}
	r.note(coverage.SeverityError, code, format, args...)
}

// aside notes a warning that keeps the row out.
func (r *row) aside(code, format string, args ...any) {
	if r.outcome == "" {
		r.outcome = code
	}
	r.note(coverage.SeverityWarning, code, format, args...)
}

// note notes an issue and leaves the row in.
func (r *row) note(severity coverage.Severity, code, format string, args ...any) {
	r.issue(coverage.Issue{
		Severity: severity, Code: code, Line: r.Line, Feature: r.name, At: r.at, Message: fmt.Sprintf(format, args...),
	})
}

// label names a field for messages: by the file's column, and by ours if that
// is another.
func (r *row) label(name string) string {
	column := r.columns[name]
	if column == "" || column == name {
		return name
	}
	return fmt.Sprintf("%s (column %s)", name, column)
}

// has tells whether a field has a column. That a needed one has none is told
// once for the source, not for every row.
func (r *row) has(name string) bool {
	_, ok := r.columns[name]
	return ok
}

// text is a field as text without outer blanks; blank if there is no column.
func (r *row) text(name string) string {
	column, ok := r.columns[name]
	if !ok {
		return ""
	}
	switch v := r.Fields[column].(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return withoutPower(v.String())
	case bool:
		return strconv.FormatBool(v)
	}
	if _, listed := r.source.Fields[name]; !listed && !r.layer.needs(name) {
		r.passOver(name)
		return ""
	}
	r.fault(coverage.ReasonBadValue, "%s: a list or an object stands where one value was expected", r.label(name))
	return ""
}

// id is the field id, or the id member of a feature without such a column.
func (r *row) id() string {
	id := r.text("id")
	bound := r.has("id")
	if !bound {
		id = r.ID
	}
	r.name = id
	if id == "" && r.outcome == "" && (bound || r.unsound != coverage.ReasonMissingColumn) {
		r.fault(coverage.ReasonMissingValue, "the id is blank; every row needs one of its own")
	}
	return id
}

// numeral is what is read as a number: no hexadecimal, no separators, no NaN.
var numeral = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// wholeNumber is a whole number as some programs write it, 558.0: as an id it
// is 558, as the table beside it has it.
var wholeNumber = regexp.MustCompile(`^(-?[0-9]+)\.0+$`)

// withoutPower is a number as people write it: 849 for 849.0, and for 8.49e+02
// as it stands in shapefiles of some programs. Larger ones stay as they are.
func withoutPower(text string) string {
	const largest = 1e15 // up to here a float64 holds every whole number
	if strings.ContainsAny(text, "eE") {
		if x, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(x) < largest {
			return strconv.FormatFloat(x, 'f', -1, 64)
		}
	}
	return wholeNumber.ReplaceAllString(text, "$1")
}

// number is a field as a number; false for a blank or a fault.
func (r *row) number(name string) (float64, bool) {
	text := r.text(name)
	if text == "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !numeral.MatchString(text) {
		r.fault(coverage.ReasonBadNumber, "%s: %q is not a number", r.label(name), text)
		return 0, false
	}
	return x, true
}

// quantity is a field as a number from 0; nil for a blank or a fault.
func (r *row) quantity(name string) *float64 {
	x, ok := r.number(name)
	switch {
	case !ok:
		return nil
	case x < 0:
		r.fault(coverage.ReasonBadValue, "%s: %v is negative", r.label(name), x)
		return nil
	}
	return &x
}

// maxCount is the largest whole number of floors, households or years.
const maxCount = 1_000_000_000

// count is a field as a whole number from 0; 0 for a blank.
func (r *row) count(name string) int {
	x, ok := r.number(name)
	if ok && (x < 0 || x > maxCount || x != math.Trunc(x)) {
		r.fault(coverage.ReasonBadValue, "%s: %v is not a whole number from 0 to %d", r.label(name), x, maxCount)
		return 0
	}
	return int(x)
}

// boolean is a field as true or false; false for a blank.
func (r *row) boolean(name string) bool {
	switch text := r.text(name); strings.ToLower(text) {
	case "", "false", "0", "no", "否":
		return false
	case "true", "1", "yes", "是":
		return true
	default:
		r.fault(coverage.ReasonBadValue, "%s: %q is neither true nor false; write true, 1, yes, 是 or false, 0, no, 否",
			r.label(name), text)
		return false
	}
}

// list is a field of comma-joined values, or a JSON list of texts, ordered and
// each once.
func (r *row) list(name string) []string {
	var parts []string
	if items, ok := r.Fields[r.columns[name]].([]any); ok {
		for _, item := range items {
			text, isText := item.(string)
			if !isText || strings.Contains(text, ",") {
				r.fault(coverage.ReasonBadValue, "%s: a list of texts without commas was expected", r.label(name))
				return nil
			}
			parts = append(parts, text)
		}
	} else {
		parts = strings.FieldsFunc(r.text(name), func(c rune) bool { return c == ',' || c == '\uff0c' || c == '、' })
	}
	var out []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// level is the level of a boundary.
func (r *row) level() coverage.Level {
	if r.source.Level != "" {
		return r.source.Level
	}
	level := coverage.Level(r.text("level"))
	if level.Rank() <= 0 && r.outcome == "" && r.has("level") {
		r.fault(coverage.ReasonBadValue, "%s: %q is not one of street, community, grid, building", r.label("level"), level)
	}
	return level
}

// kind is the field kind, by the manifest's table if it has one. A needed one
// that is blank sets the row aside.
func (r *row) kind(needed bool) string {
	if r.source.Kind != "" {
		return r.source.Kind
	}
	kind := r.text("kind")
	if kind == "" {
		if needed && r.outcome == "" && r.has("kind") {
			r.aside(coverage.ReasonMissingValue, "%s: it is blank", r.label("kind"))
		}
		return ""
	}
	if len(r.source.Kinds) > 0 {
		mapped, ok := r.source.Kinds[kind]
		if !ok {
			r.aside(coverage.ReasonUnmappedKind, "%s: %q is not under kinds in the manifest", r.label("kind"), kind)
			return kind
		}
		kind = mapped
	}
	if allowed := r.layer.kinds; len(allowed) > 0 && !slices.Contains(allowed, kind) {
		r.fault(coverage.ReasonBadValue, "%s: %q is not one of %s", r.label("kind"), kind, strings.Join(allowed, ", "))
	}
	return kind
}

// weights reads the weights of demand. Blank people set the row aside: a count
// that is not known is not zero. Other blanks are left out.
func (r *row) weights() map[string]coverage.Amount {
	out := make(map[string]coverage.Amount, len(r.weightNames))
	for _, name := range r.weightNames {
		x, ok := r.number(name)
		if !ok {
			if name == coverage.WeightPeople && r.outcome == "" && r.has(name) {
				r.aside(coverage.ReasonMissingValue, "%s: it is blank; write 0 if nobody lives here", r.label(name))
			}
			continue
		}
		amount, err := coverage.AmountOf(x)
		if err != nil {
			r.fault(coverage.ReasonBadValue, "%s: %v", r.label(name), err)
			continue
		}
		out[name] = amount
	}
	return out
}

// keep ends the reading of a row: it tells whether the row is used, and counts
// it. key is what must differ in the layer.
func (r *row) keep(key string) bool {
	if r.name != "" && (r.outcome == "" || r.faulty) {
		r.claim(r, key)
	}
	if r.outcome == "" && r.unsound != "" {
		r.outcome = r.unsound
	}
	if r.outcome != "" {
		r.setAside(r.outcome)
		return false
	}
	r.report.Used++
	slices.Sort(r.repairs)
	for _, done := range slices.Compact(r.repairs) {
		r.repaired.Add(done, 0)
	}
	return true
}

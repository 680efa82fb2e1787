package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// maxBytes is the largest scenario read: a thousand roads of some dozens of
// points each.
const maxBytes = 4 << 20

// Read reads a scenario from JSON and checks it.
//
// Errors: too_large beyond 4 MiB; invalid, with every fault of every change: a
// member that is not known, stands twice or is of another type, and what Check
// finds; what r returns.
func Read(r io.Reader) (*Scenario, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxBytes {
		return nil, coverage.Errorf(coverage.TooLarge, "the scenario has more than %d MiB", maxBytes>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, refused(coverage.ReasonUnreadable, "the text is not UTF-8; save it as UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			before := text[:min(int(syntax.Offset), len(text))]
			return nil, refused(coverage.ReasonUnreadable, "line %d: %v", 1+bytes.Count(before, []byte("\n")), err)
		}
		return nil, refused(coverage.ReasonUnreadable, "%v", err)
	}
	var d decoder
	s := d.scenario(whole)
	// A change that could not be read in full would be told of a second time.
	for _, issue := range s.Check() {
		if !slices.Contains(d.unread, issue.Line) {
			d.issues = append(d.issues, issue)
		}
	}
	if len(d.issues) > 0 {
		slices.SortStableFunc(d.issues, func(a, b coverage.Issue) int { return a.Line - b.Line })
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the scenario cannot be used", Issues: d.issues}
	}
	return s, nil
}

func refused(code, format string, args ...any) *coverage.Error {
	return &coverage.Error{Code: coverage.Invalid, Message: "the scenario cannot be read", Issues: []coverage.Issue{{
		Severity: coverage.SeverityError, Code: code, Source: "scenario", Message: fmt.Sprintf(format, args...),
	}}}
}

// decoder takes JSON that is well formed apart and gathers its faults.
type decoder struct {
	issues []coverage.Issue
	unread []int // numbers of changes that have faults
}

func (d *decoder) fault(source string, number int, format string, args ...any) {
	d.issues = append(d.issues, coverage.Issue{
		Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: source, Line: number, Message: fmt.Sprintf(format, args...),
	})
}

func (d *decoder) scenario(text json.RawMessage) *Scenario {
	s := &Scenario{}
	changes := false
	fields, err := fieldsOf(text)
	if err != nil {
		d.fault("scenario", 0, "%v", err)
		return s
	}
	for _, f := range fields {
		var err error
		switch f.name {
		case "name":
			d.name(&s.Name, f.value)
		case "crs":
			err = decode(f.value, &s.CRS)
		case "changes":
			var list []json.RawMessage
			err = decode(f.value, &list)
			changes, s.Changes = list != nil, []Change{}
			for i := range list[:min(len(list), maxChanges+1)] { // one too many is enough to be told
				s.Changes = append(s.Changes, d.change(i, list[i]))
			}
		default:
			err = errors.New("it takes name, crs and changes")
		}
		if err != nil {
			d.fault("scenario."+short(f.name), 0, "%v", err)
		}
	}
	if !changes {
		d.fault("scenario.changes", 0, "changes is missing; give a list, which may be empty")
	}
	return s
}

func (d *decoder) name(into *coverage.Name, text json.RawMessage) {
	fields, err := fieldsOf(text)
	if err != nil {
		d.fault("scenario.name", 0, "%v", err)
	}
	for _, f := range fields {
		switch f.name {
		case "zh":
			err = decode(f.value, &into.ZH)
		case "en":
			err = decode(f.value, &into.EN)
		default:
			err = errors.New("it takes zh and en")
		}
		if err != nil {
			d.fault("scenario.name."+short(f.name), 0, "%v", err)
		}
	}
}

// change reads change i, counted from 0.
func (d *decoder) change(i int, text json.RawMessage) (c Change) {
	fields, err := fieldsOf(text)
	var faults []string
	if err != nil {
		faults = append(faults, err.Error())
	}
	for _, f := range fields {
		if err := c.set(f); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", short(f.name), err))
		}
	}
	for _, text := range faults {
		d.fault(sourceName, i+1, "%s: %s", c.label(i), text)
	}
	if len(faults) > 0 {
		d.unread = append(d.unread, i+1)
	}
	return c
}

// set reads one member of a change.
func (c *Change) set(f field) error {
	switch f.name {
	case "change":
		return decode(f.value, &c.Verb)
	case "kind":
		return decode(f.value, &c.Kind)
	case "id":
		return decode(f.value, &c.ID)
	case "name":
		return decode(f.value, &c.Name)
	case "at":
		return decodePlace(f.value, &c.At)
	case "entrances":
		return decodePlaces(f.value, &c.Entrances)
	case "capacity":
		return decode(f.value, &c.Capacity)
	case "road":
		return decode(f.value, &c.Road)
	case "from":
		return decodePlace(f.value, &c.From)
	case "to":
		return decodePlace(f.value, &c.To)
	case "line":
		return decodePlaces(f.value, &c.Line)
	case "class":
		return decode(f.value, &c.Class)
	case "tags":
		return c.setTags(f.value)
	case "gate":
		return decode(f.value, &c.Gate)
	case "state":
		return decode(f.value, &c.State)
	}
	return errors.New("no change has such a member")
}

func (c *Change) setTags(text json.RawMessage) error {
	fields, err := fieldsOf(text)
	for _, f := range fields {
		var value string
		if err := decode(f.value, &value); err != nil {
			return fmt.Errorf("%s: %w", short(f.name), err)
		}
		if c.Tags == nil {
			c.Tags = make(map[string]string)
		}
		c.Tags[f.name] = value
	}
	return err
}

// field is one member of an object.
type field struct {
	name  string
	value json.RawMessage
}

// fieldsOf lists the members of an object in their order; none of null.
func fieldsOf(text json.RawMessage) (list []field, err error) {
	if bytes.Equal(text, []byte("null")) {
		return nil, nil
	}
	if len(text) == 0 || text[0] != '{' {
		return nil, fmt.Errorf("%s is no object; give {…}", short(string(text)))
	}
	walk := json.NewDecoder(bytes.NewReader(text))
	if _, err := walk.Token(); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for walk.More() {
		key, err := walk.Token()
		if err != nil {
			return nil, err
		}
		f := field{name: fmt.Sprint(key)}
		if err := walk.Decode(&f.value); err != nil {
			return nil, err
		}
		if seen[f.name] {
			return list, fmt.Errorf("%s stands twice", short(f.name))
		}
		seen[f.name] = true
		list = append(list, f)
	}
	return list, nil
}

// decode reads a value of one type and says in plain words what is wrong.
func decode[T any](text json.RawMessage, into *T) error {
	if err := json.Unmarshal(text, into); err != nil {
		kind := "text"
		switch any(into).(type) {
		case **float64:
			kind = "number"
		case *[]json.RawMessage:
			kind = "list"
		}
		return fmt.Errorf("%s is no %s", short(string(text)), kind)
	}
	return nil
}

func decodePlace(text json.RawMessage, into **orb.Point) error {
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	p, err := placeOf(text)
	if err == nil {
		*into = &p
	}
	return err
}

func decodePlaces(text json.RawMessage, into *[]orb.Point) error {
	var list []json.RawMessage
	if err := decode(text, &list); err != nil {
		return err
	}
	for i, item := range list[:min(len(list), maxPoints+1)] {
		p, err := placeOf(item)
		if err != nil {
			return fmt.Errorf("point %d: %w", i+1, err)
		}
		*into = append(*into, p)
	}
	return nil
}

func placeOf(text json.RawMessage) (p orb.Point, err error) {
	var numbers []*float64
	err = json.Unmarshal(text, &numbers)
	if err != nil || len(numbers) != 2 || numbers[0] == nil || numbers[1] == nil {
		return p, fmt.Errorf("%s is no place; give [longitude, latitude]", short(string(text)))
	}
	return orb.Point{*numbers[0], *numbers[1]}, nil
}

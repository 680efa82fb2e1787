package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/data/read"
)

// fieldsFlag tells what columns are called in the files at hand.
type fieldsFlag struct {
	Fields map[string]string `mapsep:"," help:"What columns are called: ours=theirs,…" placeholder:"NAME=COLUMN,…"`
}

// column is what the column of a name is called, and whether somebody said so.
func (f fieldsFlag) column(name string) (column string, given bool) {
	if column, given = f.Fields[name]; given {
		return column, true
	}
	return name, false
}

// check finds names that no file has.
func (f fieldsFlag) check(names ...string) error {
	var t trouble
	for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
		if !slices.Contains(names, name) {
			t.add(coverage.Issue{
				Code: coverage.ReasonUnknownParameter, Source: "fields",
				Message: fmt.Sprintf("%q is no column of ours; there are %s", name, strings.Join(names, ", ")),
			})
		}
	}
	return t.err("the fields cannot be used")
}

// mostFaults is how many faults of a file are gathered before its reading
// stops; more would only tell that it is another file.
const mostFaults = 10_000

var errTooManyFaults = errors.New("too many faults")

// trouble gathers the faults of one file.
type trouble struct {
	source string
	issues []coverage.Issue
}

func (t *trouble) add(i coverage.Issue) {
	i.Severity = coverage.SeverityError
	if i.Source == "" {
		i.Source = t.source
	}
	t.issues = append(t.issues, i)
}

func (t *trouble) row(line int, feature, code, format string, args ...any) {
	t.add(coverage.Issue{Line: line, Feature: feature, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (t *trouble) err(message string) error {
	if len(t.issues) == 0 {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: message, Issues: t.issues}
}

// number reads a cell that must be a number from 0 up.
func (t *trouble) number(line int, id, name, text string) float64 {
	if text == "" {
		t.row(line, id, coverage.ReasonMissingValue, "%s is blank; give a number from 0 up, or leave the row out", name)
		return 0
	}
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		t.row(line, id, coverage.ReasonBadNumber, "%s %q is not a number", name, text)
	case !(x >= 0) || math.IsInf(x, 1):
		t.row(line, id, coverage.ReasonBadValue, "%s is %s; give a number from 0 up", name, text)
	default:
		return x
	}
	return 0
}

// open opens a table; nil with its fault told.
func (t *trouble) open(path string) read.Source {
	t.source = filepath.Base(path)
	source, err := read.Open(path, read.Options{})
	if err != nil {
		t.row(0, "", coverage.ReasonUnreadable, "%v", err)
		return nil
	}
	return source
}

// eachRow hands over the cells of columns, all of which must be there, and closes
// the table. It tells whether the table was read to its end.
func (t *trouble) eachRow(source read.Source, columns []string, f func(line int, cells []string)) (ok bool) {
	if source == nil {
		return false
	}
	defer func() { _ = source.Close() }() // it was only read
	if there := source.Columns(); len(there) > 0 {
		for _, c := range columns {
			if !slices.Contains(there, c) {
				t.row(0, "", coverage.ReasonMissingColumn, "there is no column %q; there are %s; say with --fields what it is called", c, strings.Join(there, ", "))
			}
		}
	}
	if len(t.issues) > 0 {
		return false
	}
	err := read.EachCells(source, columns, func(line int, cells []string, fault error) error {
		if fault != nil {
			t.row(line, "", coverage.ReasonUnreadable, "%v", fault)
		} else {
			f(line, cells)
		}
		if len(t.issues) >= mostFaults {
			return errTooManyFaults
		}
		return nil
	})
	switch {
	case errors.Is(err, errTooManyFaults):
		t.row(0, "", coverage.ReasonUnreadable, "reading stopped after %d faults", mostFaults)
	case err != nil:
		t.row(0, "", coverage.ReasonUnreadable, "%v", err)
	}
	return err == nil
}

// amounts is a table of ids, each with an amount.
type amounts struct {
	what   string // the table, as people know it; empty for demand and supply
	ids    []string
	index  map[string]int32 // of an id in ids; -1 if it is of another kind
	amount []float64        // nil if the table has no such column, and none is needed
}

func (a *amounts) sum() float64 {
	sum := 0.0
	for _, x := range a.amount {
		sum += x
	}
	return sum
}

// readAmounts reads the columns id, the one of name, and kind. With a kind, rows
// of others are known and not kept. An amount that is not needed is read if its
// column is there. The answer is nil if the table could not be read to its end.
func readAmounts(path, name, kind string, needed bool, fields fieldsFlag) (*amounts, error) {
	var t trouble
	source := t.open(path)
	id, _ := fields.column("id")
	column, given := fields.column(name)
	columns := []string{id}
	a := &amounts{index: make(map[string]int32)}
	if source != nil && (needed || given || slices.Contains(source.Columns(), column)) {
		columns, a.amount = append(columns, column), []float64{}
	}
	if kind != "" {
		kindColumn, _ := fields.column("kind")
		columns = append(columns, kindColumn)
	}
	ok := t.eachRow(source, columns, func(line int, cells []string) {
		id := cells[0]
		if id == "" {
			t.row(line, "", coverage.ReasonMissingValue, "the id is blank")
			return
		}
		i, known := a.index[id]
		switch {
		case kind != "" && cells[len(cells)-1] != kind:
			if !known {
				a.index[strings.Clone(id)] = -1 // without its row's other cells
			}
			return
		case known && i >= 0:
			t.row(line, id, coverage.ReasonDuplicateID, "the id stands twice; give it once%s", hint(kind))
			return
		}
		id = strings.Clone(id)
		a.index[id] = int32(len(a.ids))
		a.ids = append(a.ids, id)
		if a.amount != nil {
			a.amount = append(a.amount, t.number(line, id, name, cells[1]))
		}
	})
	if !ok {
		return nil, t.err("the tables cannot be used")
	}
	if len(a.ids) == 0 && len(t.issues) == 0 {
		t.row(0, "", coverage.ReasonMissingValue, "there is no row%s", ofKind(kind))
	}
	return a, t.err("the tables cannot be used")
}

// hint is what more helps where an id stands twice.
func hint(kind string) string {
	if kind == "" {
		return ", or choose one kind with --kind"
	}
	return ""
}

func ofKind(kind string) string {
	if kind == "" {
		return ""
	}
	return fmt.Sprintf(" of kind %q", kind)
}

// readMatrix reads pairs of the columns origin, destination, cost. A pair that
// is missing is out of reach; one to supply of another kind is passed over.
// Without demand or supply, which then have faults of their own, ids are not
// looked up.
func readMatrix(path string, demand, supply *amounts, fields fieldsFlag) (accessibility.Matrix, error) {
	var t trouble
	var columns []string
	for _, name := range []string{"origin", "destination", "cost"} {
		column, _ := fields.column(name)
		columns = append(columns, column)
	}
	var pairs []accessibility.Pair
	var lines []int32
	unknown := make(map[string]bool)
	find := func(line int, of *amounts, what, file, id string) int32 {
		switch {
		case of == nil:
			return -1
		case id == "":
			t.row(line, "", coverage.ReasonMissingValue, "the %s is blank", what)
			return -1
		}
		i, ok := of.index[id]
		if !ok {
			i = -1
			if key := what + id; !unknown[key] {
				unknown[key] = true
				t.row(line, id, coverage.ReasonBadValue, "the %s is not in the table of %s; add it there, or leave its pairs out", what, cmp.Or(of.what, file))
			}
		}
		return i
	}
	t.eachRow(t.open(path), columns, func(line int, cells []string) {
		i := find(line, demand, "origin", "demand", cells[0])
		j := find(line, supply, "destination", "supply", cells[1])
		faults := len(t.issues)
		cost := t.number(line, "", "cost", cells[2])
		if i < 0 || j < 0 || len(t.issues) > faults {
			return
		}
		pairs = append(pairs, accessibility.Pair{Demand: i, Supply: j, Cost: cost})
		lines = append(lines, int32(line))
	})
	if demand == nil || supply == nil {
		return accessibility.Matrix{}, t.err("the tables cannot be used")
	}
	m, repeated := accessibility.Rows(len(demand.ids), len(supply.ids), pairs)
	slices.Sort(repeated)
	for _, k := range repeated[:min(len(repeated), mostFaults)] {
		p := pairs[k]
		t.row(int(lines[k]), "", coverage.ReasonDuplicate, "the pair from %s to %s stands twice; give it once", demand.ids[p.Demand], supply.ids[p.Supply])
	}
	return m, t.err("the tables cannot be used")
}

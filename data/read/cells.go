package read

import (
	"fmt"
	"slices"
	"strings"
)

// EachCells hands over the cells of some columns, row by row: what Each of s
// does, without a map for every row, for tables of millions. It is the one pass
// over s.
//
// Input:  a column that the source lacks gives blank cells; Columns tells which
// there are.
// Output: cells are text without outer blanks, in the order of columns; the slice
// is good until f returns. fault is what is wrong with the row alone, and the
// cells are then blank.
// Errors: as Each.
func EachCells(s Source, columns []string, f func(line int, cells []string, fault error) error) error {
	inner := s
	if held, ok := s.(*heldSource); ok {
		inner = held.Source
	}
	if t, ok := inner.(*table); ok {
		return t.eachCells(columns, f)
	}
	out := make([]string, len(columns))
	return s.Each(func(r Record) error {
		for k, name := range columns {
			out[k] = ""
			if value := r.Fields[name]; value != nil && r.Err == nil {
				out[k] = strings.TrimSpace(fmt.Sprint(value))
			}
		}
		return f(r.Line, out, r.Err)
	})
}

func (t *table) eachCells(columns []string, f func(line int, cells []string, fault error) error) error {
	places := make([]int, len(columns))
	for k, name := range columns {
		places[k] = slices.Index(t.header, name)
	}
	out := make([]string, len(columns))
	return t.eachRow(func(cells []string, fault error) error {
		for k, i := range places {
			out[k] = ""
			if fault == nil && i >= 0 {
				out[k] = strings.TrimSpace(cells[i])
			}
		}
		return f(t.row, out, fault)
	})
}

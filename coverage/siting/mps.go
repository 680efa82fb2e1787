package siting

import (
	"bufio"
	"fmt"
	"io"
)

// WriteMPS writes p in the free MPS format; all else is as WriteLP. Not every
// program reads there that an objective is to be the largest, so that such a one
// is written as its negative, to be the least.
func WriteMPS(w io.Writer, p *Problem, name func(site int) string) error {
	l, err := p.linearize()
	if err != nil {
		return fmt.Errorf("write MPS: %w", err)
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "* %s\n", p.Model)
	if l.maximize {
		fmt.Fprint(b, "* The objective is the negative of what is to be the largest.\n")
	}
	writeNames(b, "*", p, name)
	fmt.Fprintf(b, "NAME %s\nROWS\n N obj\n", p.Model)
	for _, r := range l.rows {
		fmt.Fprintf(b, " %s %s\n", map[byte]string{'<': "L", '>': "G", '=': "E"}[r.sense], r.name)
	}
	l.writeColumns(b)
	fmt.Fprint(b, "RHS\n")
	for _, r := range l.rows {
		if r.right != 0 {
			fmt.Fprintf(b, " rhs %s %s\n", r.name, digits(r.right))
		}
	}
	fmt.Fprint(b, "BOUNDS\n")
	for _, c := range l.columns {
		if c.lower == c.upper {
			fmt.Fprintf(b, " FX bnd %s %s\n", c.name, digits(c.lower))
			continue
		}
		fmt.Fprintf(b, " LO bnd %s %s\n UP bnd %s %s\n", c.name, digits(c.lower), c.name, digits(c.upper))
	}
	fmt.Fprint(b, "ENDATA\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write MPS: %w", err)
	}
	return nil
}

// writeColumns writes the rows column by column, with marks around those that
// are integers.
func (l *linear) writeColumns(b *bufio.Writer) {
	in := make([][]term, len(l.columns)) // by column, rows instead of columns
	for k, r := range l.rows {
		for _, t := range r.terms {
			in[t.column] = append(in[t.column], term{k, t.by})
		}
	}
	fmt.Fprint(b, "COLUMNS\n")
	marks, integer := 0, false
	mark := func(to bool) {
		if to == integer {
			return
		}
		integer = to
		fmt.Fprintf(b, " mark_%d 'MARKER' '%s'\n", marks, map[bool]string{true: "INTORG", false: "INTEND"}[to])
		marks++
	}
	for k, c := range l.columns {
		mark(c.integer)
		cost := c.cost
		if l.maximize && cost != 0 {
			cost = -cost
		}
		// Every column is named once at least, with a cost of 0 if need be.
		if cost != 0 || len(in[k]) == 0 {
			fmt.Fprintf(b, " %s obj %s\n", c.name, digits(cost))
		}
		for _, t := range in[k] {
			fmt.Fprintf(b, " %s %s %s\n", c.name, l.rows[t.column].name, digits(t.by))
		}
	}
	mark(false)
}

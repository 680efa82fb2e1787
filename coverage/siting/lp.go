package siting

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// lineTerms is how many terms stand in a line of an LP file: readers take lines
// of 255 characters, and a term has some 30 at most.
const lineTerms = 6

// WriteLP writes p in the LP format of CPLEX, so that it can be checked with any
// program that solves mixed integer models, such as CBC, GLPK, HiGHS or SCIP.
// Comments tell the sites by name, which may be nil. Objective is that of
// Plan.Objective, but a program may keep weights above 2^53 less exactly.
//
// Errors: invalid if p has Faults; unsupported for Backup without a number.
// Cost:   a column and two rows for each pair of Reach where demand goes to
// sites; Center has rows of pairs squared by demand, and SingleSource a column
// for all demand at all sites.
func WriteLP(w io.Writer, p *Problem, name func(site int) string) error {
	l, err := p.linearize()
	if err != nil {
		return fmt.Errorf("write LP: %w", err)
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "\\ %s\n", p.Model)
	writeNames(b, "\\", p, name)
	sense := "Minimize"
	if l.maximize {
		sense = "Maximize"
	}
	fmt.Fprintf(b, "%s\n obj:", sense)
	l.writeTerms(b, l.objective())
	fmt.Fprint(b, "\nSubject To\n")
	for _, r := range l.rows {
		fmt.Fprintf(b, " %s:", r.name)
		l.writeTerms(b, r.terms)
		sense := string(r.sense)
		if r.sense != '=' {
			sense += "="
		}
		fmt.Fprintf(b, " %s %s\n", sense, digits(r.right))
	}
	if len(l.rows) == 0 {
		fmt.Fprintf(b, " any: %s >= 0\n", l.columns[0].name) // a file has to have a row
	}
	fmt.Fprint(b, "Bounds\n")
	for _, c := range l.columns {
		fmt.Fprintf(b, " %s <= %s <= %s\n", digits(c.lower), c.name, digits(c.upper))
	}
	fmt.Fprint(b, "Generals\n")
	for _, c := range l.columns {
		if c.integer {
			fmt.Fprintf(b, " %s\n", c.name)
		}
	}
	fmt.Fprint(b, "End\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write LP: %w", err)
	}
	return nil
}

// objective is the terms of it; one of 0 if there is none, since it must not be
// empty.
func (l *linear) objective() (terms []term) {
	for k, c := range l.columns {
		if c.cost != 0 {
			terms = append(terms, term{k, c.cost})
		}
	}
	if len(terms) == 0 {
		terms = []term{{0, 0}}
	}
	return terms
}

func (l *linear) writeTerms(b *bufio.Writer, terms []term) {
	for k, t := range terms {
		if k > 0 && k%lineTerms == 0 {
			fmt.Fprint(b, "\n  ")
		}
		sign := "+"
		if t.by < 0 {
			sign, t.by = "-", -t.by
		}
		fmt.Fprintf(b, " %s %s %s", sign, digits(t.by), l.columns[t.column].name)
	}
}

// writeNames tells, in comments, what the sites are called.
func writeNames(b *bufio.Writer, comment string, p *Problem, name func(site int) string) {
	if name == nil {
		return
	}
	for j := range p.Sites {
		fmt.Fprintf(b, "%s y_%d = %s\n", comment, j, oneLine(name(j)))
	}
}

// oneLine keeps a name within its comment.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, name)
}

// digits is x without an exponent, and none the less exact.
func digits(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

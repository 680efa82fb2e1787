package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaimen/coverage"
	"kaimen/data/read"
)

const (
	sampledValues = 4       // of a column are shown
	listedValues  = 60      // of a column at most are listed with their rows
	alikeValues   = 200_000 // of a column are compared to see whether any two are alike
	longestSample = 80      // runes of a value
)

// glance is what a look through a file shows before it is known what it is for.
type glance struct {
	columns []*columnGlance // in the order of the file
	byName  map[string]*columnGlance
	shapes  []string
	rows    int
	named   bool   // some feature has an id member
	crs     string // that the file itself names
	odd     bool   // some text is not of the encoding that it was read in
	cells   bool   // it is a raster
	encoded coverage.Understood
}

// columnGlance is one column.
type columnGlance struct {
	name     string
	types    map[string]int
	filled   int
	samples  []string
	rowsOf   map[string]int // nil once there are too many values
	met      map[string]struct{}
	repeated bool
}

// glanceAt looks through a file and notes what it shows. A file that cannot be
// read shows nothing: why, the import itself says.
//
// Errors: ctx.Err() if ctx ends first.
func glanceAt(ctx context.Context, path string, out *coverage.Inspection) (*glance, error) {
	settings := &out.Settings
	if g := glanceAtCells(path, settings.Table); g != nil {
		out.Table, out.Encoding = coverage.Understood{Value: settings.Table, How: coverage.KnownUsual}, g.encoded
		return g, nil
	}
	out.Table = coverage.Understood{Value: settings.Table, How: coverage.KnownGiven}
	tables, err := read.Layers(path)
	if err == nil {
		out.Tables = tables
	}
	if settings.Table == "" {
		out.Table = coverage.Understood{How: coverage.KnownUsual}
		switch len(tables) {
		case 0:
		case 1:
			out.Table.Value = tables[0]
		default:
			out.Table = coverage.Understood{Value: tables[0], How: coverage.KnownGuess, Why: "the first of several"}
			settings.Table = tables[0]
		}
	}
	g, err := glanceIn(ctx, path, read.Options{Encoding: settings.Encoding, Layer: settings.Table})
	if err != nil && errors.Is(err, read.ErrNotUTF8) && settings.Encoding == "" {
		settings.Encoding = "gb18030"
		g, _ = glanceIn(ctx, path, read.Options{Encoding: settings.Encoding, Layer: settings.Table}) // what it saw is there
		g.encoded.How, g.encoded.Why = coverage.KnownBytes, "the text is not UTF-8, and all of it is GB18030, of which GBK and GB2312 are parts"
		if g.odd {
			g.encoded.How, g.encoded.Why = coverage.KnownGuess, "the text is not UTF-8; as GB18030 most of it can be read, but not all"
		}
	} else if settings.Encoding != "" {
		g.encoded.How, g.encoded.Why = coverage.KnownGiven, ""
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	out.Encoding, out.Shapes = g.encoded, g.shapes
	for _, c := range g.columns {
		out.Columns = append(out.Columns, c.seen(g.rows))
	}
	return g, nil
}

// glanceAtCells looks at a raster, be it in an archive; nil for all else.
func glanceAtCells(path, member string) *glance {
	if !holdsRaster(path, member) {
		return nil
	}
	g := &glance{cells: true, encoded: coverage.Understood{How: coverage.KnownUsual, Why: "cells hold no text"}}
	if grid, err := read.Raster(path, read.Options{Layer: member}); err == nil {
		if g.crs = grid.CRS; g.crs == read.Undeclared {
			g.crs = ""
		}
		_ = grid.Close() // it was only read
	}
	return g
}

// glanceIn looks through a file that is read in one way. What it saw before an
// error is there.
func glanceIn(ctx context.Context, path string, o read.Options) (*glance, error) {
	g := &glance{byName: make(map[string]*columnGlance), encoded: coverage.Understood{How: coverage.KnownNot}}
	file, err := read.Open(path, o)
	if err != nil {
		return g, err
	}
	defer func() { _ = file.Close() }() // it was only read
	for _, name := range file.Columns() {
		g.column(name)
	}
	err = file.Each(func(r read.Record) error {
		const pause = 4096
		if g.rows%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		g.see(r)
		return nil
	})
	for _, name := range file.Columns() { // of features they are known now, in their order
		g.column(name)
	}
	slices.SortStableFunc(g.columns, func(a, b *columnGlance) int {
		return slices.Index(file.Columns(), a.name) - slices.Index(file.Columns(), b.name)
	})
	if g.crs = file.CRS(); g.crs == read.Undeclared {
		g.crs = ""
	}
	name, why := file.Encoding()
	g.encoded = coverage.Understood{Value: name, How: coverage.KnownBytes, Why: why}
	switch {
	case name == "":
		g.encoded = coverage.Understood{How: coverage.KnownUsual, Why: "the format has an encoding of its own"}
	case strings.HasSuffix(why, "says"): // a .cpg, byte 29, a byte order mark
		g.encoded.How = coverage.KnownFile
	}
	return g, err
}

func (g *glance) column(name string) *columnGlance {
	c := g.byName[name]
	if c == nil {
		c = &columnGlance{name: name, types: make(map[string]int), rowsOf: make(map[string]int), met: make(map[string]struct{})}
		g.byName[name], g.columns = c, append(g.columns, c)
	}
	return c
}

func (g *glance) see(r read.Record) {
	g.rows++
	g.named = g.named || r.ID != ""
	if r.Geometry != nil {
		if kind := r.Geometry.GeoJSONType(); !slices.Contains(g.shapes, kind) {
			g.shapes = append(g.shapes, kind)
		}
	}
	for name, v := range r.Fields {
		text, kind := shown(v)
		g.odd = g.odd || strings.ContainsRune(text, '\uFFFD')
		g.column(name).see(text, kind)
	}
}

func (c *columnGlance) see(text, kind string) {
	if text == "" {
		return
	}
	c.filled++
	c.types[kind]++
	if len(c.samples) < sampledValues && !slices.Contains(c.samples, text) {
		c.samples = append(c.samples, text)
	}
	if c.rowsOf != nil {
		if c.rowsOf[text]++; len(c.rowsOf) > listedValues {
			c.rowsOf = nil
		}
	}
	if _, again := c.met[text]; again {
		c.met, c.repeated = nil, true
	} else if c.met != nil && len(c.met) < alikeValues {
		c.met[text] = struct{}{}
	}
}

// seen is the column in the form of an answer.
func (c *columnGlance) seen(rows int) coverage.ColumnSeen {
	out := coverage.ColumnSeen{Name: c.name, Type: "blank", Blank: rows - c.filled, Samples: []string{}}
	out.Unique = rows > 0 && c.filled == rows && !c.repeated
	for _, kind := range []string{"number", "date", "boolean", "text", "other"} {
		if c.types[kind] > 0 {
			out.Type = mixed(out.Type, kind)
		}
	}
	for _, s := range c.samples {
		if runes := []rune(s); len(runes) > longestSample {
			s = string(runes[:longestSample]) + "…"
		}
		out.Samples = append(out.Samples, s)
	}
	if c.rowsOf != nil {
		for value, n := range c.rowsOf {
			out.Values = append(out.Values, coverage.ValueSeen{Value: value, Rows: n})
		}
		slices.SortFunc(out.Values, func(a, b coverage.ValueSeen) int {
			if a.Rows != b.Rows {
				return b.Rows - a.Rows
			}
			return strings.Compare(a.Value, b.Value)
		})
	}
	return out
}

// mixed is the type of a column that holds two types.
func mixed(a, b string) string {
	switch {
	case a == "blank":
		return b
	case b == "other":
		return b
	}
	return "text"
}

// shown is a value as text, and of which type it is.
func shown(v any) (text, kind string) {
	switch v := v.(type) {
	case nil:
		return "", ""
	case string:
		text = strings.TrimSpace(v)
		return text, typeOf(text)
	case json.Number:
		return withoutPower(v.String()), "number"
	case bool:
		return strconv.FormatBool(v), "boolean"
	}
	return fmt.Sprint(v), "other"
}

func typeOf(text string) string {
	if numeral.MatchString(text) {
		return "number"
	}
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		for _, form := range slices.Concat(days, clocks, []string{time.RFC3339}) {
			if _, err := time.Parse(form, text); err == nil {
				return "date"
			}
		}
	}
	return "text"
}

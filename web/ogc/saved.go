package ogc

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/data/export"
)

// Answer says what rows are an answer to. Its zero values stand for what was not
// asked.
type Answer struct {
	Kind     string // of question, as jobs name it, such as coverage
	Study    coverage.Study
	Region   orb.Bound // of the study, WGS 84 degrees
	Snapshot coverage.SnapshotID
	Key      string // of the question with all that its answer stands on
	Asked    Asked
}

// Asked is a question in the words of its title and description.
type Asked struct {
	Facility   coverage.Name  `json:"facility,omitzero"` // kind
	Level      coverage.Level `json:"level,omitempty"`   // told of answers about zones
	CutoffsS   []float64      `json:"cutoffs_s,omitempty"`
	CutoffsM   []float64      `json:"cutoffs_m,omitempty"`
	Profile    string         `json:"profile,omitempty"`
	Cohort     coverage.Name  `json:"cohort,omitzero"`
	When       string         `json:"when,omitempty"`
	Changes    int            `json:"changes,omitempty"`    // of the scenario
	Scenario   coverage.Name  `json:"scenario,omitzero"`    // its name
	Options    string         `json:"options,omitempty"`    // name=value, with spaces between
	Unfinished bool           `json:"unfinished,omitempty"` // the best that was found until the search was cut short
}

// about describes saved rows: all of Info but the time of the answer.
type about struct {
	Name        coverage.Name     `json:"name"` // of the study
	Synthetic   bool              `json:"synthetic,omitempty"`
	Attribution []string          `json:"attribution,omitempty"`
	Region      *[4]float64       `json:"region,omitempty"`
	Key         string            `json:"key"`
	Asked       Asked             `json:"asked"`
	Part        string            `json:"part,omitempty"` // of an answer whose rows have several types of geometry
	Shape       coverage.Shape    `json:"shape,omitempty"`
	Extent      *[4]float64       `json:"extent,omitempty"`
	Len         int               `json:"len"`
	Columns     []coverage.Column `json:"columns"`
	Sparse      []string          `json:"sparse,omitempty"`
}

// The types of geometry that rows may have, and the names of the parts into
// which rows of several types are put.
const (
	partPoints = "points"
	partLines  = "lines"
	partAreas  = "areas"
	partNone   = "others"
)

// Save puts the rows of an answer in the form in which Results reads them: a
// list for each type of geometry. Rows without one stand among the others where
// there is one type, and are a list of their own where there are several.
// Polygons become lists of one; so do lines, where a row has several.
//
// The id of a feature is that of its row in the table, else what stands in the
// column id, where all rows have one and no two the same; else its number from 1.
// A table without a column id gets one. Lists of places become JSON text.
//
// Errors: numbers that are not finite, shapes of other types. No rows are no list.
func Save(a Answer, t export.Table) ([]job.Rows, error) {
	p := newSorter(t)
	if p.strange != nil {
		return nil, p.strange
	}
	var list []job.Rows
	for _, part := range []string{partPoints, partLines, partAreas, partNone} {
		if p.rows[part] == 0 {
			continue
		}
		name := part
		if p.types <= 1 {
			if p.types == 1 && part == partNone {
				continue // they stand among the others
			}
			name = ""
		}
		rows, err := p.pack(a, part, name)
		if err != nil {
			return nil, fmt.Errorf("save the rows of %s: %w", a.Kind, err)
		}
		list = append(list, rows)
	}
	return list, nil
}

// sorter has gone through the rows of a table once.
type sorter struct {
	table   export.Table
	columns []coverage.Column
	value   []func(export.Row) any // by column
	ids     []string               // of features, by row
	rows    map[string]int         // by part
	types   int                    // of geometry, beside none
	several bool                   // there are multilines
	strange error                  // a shape that is of no part
	ownID   bool                   // the first column is the id of the feature
}

func newSorter(t export.Table) *sorter {
	p := &sorter{table: t, rows: make(map[string]int)}
	idColumn := -1
	for i, c := range t.Columns {
		if c.Name == "id" {
			idColumn = i
		}
		p.column(i, c)
	}
	if p.ownID = idColumn < 0; p.ownID {
		p.columns = append([]coverage.Column{{Name: "id", Type: coverage.ColumnText}}, p.columns...)
	}
	var own, named []string
	for row := range t.Rows {
		g := shapeOf(row)
		part := partOf(g)
		if p.rows[part]++; p.rows[part] == 1 && part != partNone {
			p.types++
		}
		if part == partNone && g != nil {
			p.strange = fmt.Errorf("save the rows of %s: no collection takes a %T", t.Name, g)
		}
		_, lines := g.(orb.MultiLineString)
		p.several = p.several || lines
		own = append(own, row.ID)
		if idColumn >= 0 {
			text, _ := row.Values[idColumn].(string)
			named = append(named, text)
		}
	}
	switch {
	case distinct(own):
		p.ids = own
	case idColumn >= 0 && distinct(named):
		p.ids = named
	default:
		for i := range own {
			p.ids = append(p.ids, strconv.Itoa(i+1))
		}
	}
	return p
}

// column adds what a column of the table becomes.
func (p *sorter) column(at int, c coverage.Column) {
	switch {
	case c.Type == coverage.ColumnBlob, c.Type == export.ColumnPlace && p.table.Shape == coverage.ShapePoint:
		return
	case c.Type == export.ColumnPlace:
		for axis, name := range []string{"lon", "lat"} {
			p.columns = append(p.columns, coverage.Column{Name: name, Type: coverage.ColumnReal})
			p.value = append(p.value, func(r export.Row) any { return r.Values[at].(orb.Point)[axis] })
		}
		return
	case c.Type == export.ColumnLine:
		c.Type = coverage.ColumnText
	}
	p.columns = append(p.columns, c)
	p.value = append(p.value, func(r export.Row) any { return plain(r.Values[at]) })
}

// plain is a cell as a feature has it.
func plain(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case coverage.Amount:
		return v.Float()
	case [][2]float64:
		if v == nil {
			return nil
		}
		text, err := json.Marshal(v)
		if err != nil {
			panic("ogc: places have a JSON form: " + err.Error()) // they come from shapes
		}
		return string(text)
	}
	return v
}

// distinct tells whether all of a list are there and differ.
func distinct(list []string) bool {
	seen := make(map[string]bool, len(list))
	for _, text := range list {
		if text == "" || seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}

// shapeOf is the shape of a row; nil where it is empty.
func shapeOf(r export.Row) orb.Geometry {
	if r.Geometry == nil || r.Geometry.Bound().IsEmpty() {
		return nil
	}
	return export.Multi(r.Geometry)
}

func partOf(g orb.Geometry) string {
	switch g.(type) {
	case orb.Point:
		return partPoints
	case orb.LineString, orb.MultiLineString:
		return partLines
	case orb.MultiPolygon:
		return partAreas
	}
	return partNone
}

// pack writes the rows of a part, and with them those without a shape where the
// part has no name and is all there is.
func (p *sorter) pack(a Answer, part, name string) (job.Rows, error) {
	of := about{
		Name: a.Study.Name, Synthetic: a.Study.Synthetic, Attribution: a.Study.Attribution, Region: cornersOf(a.Region),
		Key: a.Key, Asked: a.Asked, Part: name, Columns: p.columns,
		Shape: map[string]coverage.Shape{partPoints: coverage.ShapePoint, partLines: coverage.ShapeLineString, partAreas: coverage.ShapeMultiPolygon}[part],
	}
	if part == partLines && p.several {
		of.Shape = export.ShapeMultiLineString
	}
	values := make([]any, len(p.columns))
	blank, large := make([]bool, len(values)), make([]bool, len(values))
	extent := emptyBound
	body := []byte{packing}
	i := -1
	for row := range p.table.Rows {
		i++
		g := shapeOf(row)
		if in := partOf(g); in != part && (name != "" || in != partNone) {
			continue
		}
		if line, ok := g.(orb.LineString); ok && p.several {
			g = orb.MultiLineString{line}
		}
		cells := values
		if p.ownID {
			values[0], cells = p.ids[i], values[1:]
		}
		for k, of := range p.value {
			cells[k] = of(row)
		}
		var err error
		if body, err = appendRow(body, Feature{p.ids[i], g, values}, p.columns); err != nil {
			return job.Rows{}, fmt.Errorf("row %d: %w", i+1, err)
		}
		of.Len++
		for k, v := range values {
			n, whole := v.(int64)
			blank[k] = blank[k] || v == nil
			large[k] = large[k] || whole && int64(int32(n)) != n
		}
		switch {
		case g == nil:
		case extent.IsEmpty():
			extent = g.Bound()
		default:
			extent = extent.Union(g.Bound())
		}
	}
	for k, c := range p.columns {
		if c.Type == coverage.ColumnInteger && blank[k] && !large[k] {
			of.Sparse = append(of.Sparse, c.Name)
		}
	}
	of.Extent = cornersOf(extent)
	text, err := json.Marshal(of)
	return job.Rows{Kind: a.Kind, Study: a.Study.ID, Basis: string(a.Snapshot), About: text, Body: body}, err
}

// cornersOf is a box in the decimals in which coordinates are written; nil for an
// empty one.
func cornersOf(b orb.Bound) *[4]float64 {
	if b.IsEmpty() {
		return nil
	}
	corners := [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	for i, x := range corners {
		corners[i] = degrees(steps(x))
	}
	return &corners
}

// boundOf is the box that cornersOf wrote.
func boundOf(corners *[4]float64) orb.Bound {
	if corners == nil {
		return emptyBound
	}
	return orb.Bound{Min: orb.Point{corners[0], corners[1]}, Max: orb.Point{corners[2], corners[3]}}
}

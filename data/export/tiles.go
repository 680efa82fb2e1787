package export

import (
	"slices"

	"kaimen/coverage"
	"kaimen/geo/tile"
)

// TileRule says which rows of a table show in its vector tiles from which zoom
// on, and what is told of them. The zero value shows all rows with all columns
// at every zoom.
type TileRule struct {
	Layer   coverage.LayerName
	MinZoom int          // the first zoom at which a row shows
	Columns []TileColumn // what a map of the layer needs
	by      string       // column that decides the zoom of a row; empty if none
	zooms   map[string]int
	other   int // for a value that zooms does not name
}

// TileColumn is a column with the zoom from which it is told.
type TileColumn struct {
	Name string
	From int
}

// TileRules lists the layers that are drawn as a map, in the order in which a
// map draws them. Few rows are drawn where they would fill the tile with ink.
func TileRules() []TileRule {
	return []TileRule{
		{
			Layer: coverage.LayerBoundaries, Columns: []TileColumn{{"id", 0}, {"level", 0}, {"name", 0}, {"parent", 10}, {"kind", 10}}, by: "level",
			zooms: map[string]int{string(coverage.LevelStreet): 0, string(coverage.LevelCommunity): 8, string(coverage.LevelGrid): 10}, other: 13,
		},
		{Layer: coverage.LayerLandCover, MinZoom: 6, Columns: []TileColumn{{"id", 14}, {"kind", 6}, {"name", 12}}},
		{Layer: coverage.LayerEstates, MinZoom: 12, Columns: []TileColumn{{"id", 12}, {"name", 12}, {"old", 12}, {"gated", 12}}},
		{Layer: coverage.LayerParcels, MinZoom: 12, Columns: []TileColumn{{"id", 12}, {"name", 12}, {"kinds", 12}}},
		{Layer: coverage.LayerBuildings, MinZoom: 13, Columns: []TileColumn{{"id", 15}, {"use", 13}, {"name", 15}}},
		{
			Layer: coverage.LayerRoads, MinZoom: 6, Columns: []TileColumn{{"id", 13}, {"class", 6}, {"name", 12}}, by: "class",
			zooms: map[string]int{
				"motorway": 6, "motorway_link": 6, "trunk": 6, "trunk_link": 6, "primary": 6, "primary_link": 6,
				"secondary": 9, "secondary_link": 9, "tertiary": 10, "tertiary_link": 10,
				"residential": 12, "unclassified": 12, "road": 12,
			}, other: 13,
		},
	}
}

// TileRuleOf is the rule of the table with this name; the zero rule for one that
// has none.
func TileRuleOf(table string) (rule TileRule, ok bool) {
	rules := TileRules()
	i := slices.IndexFunc(rules, func(r TileRule) bool { return string(r.Layer) == table })
	if i < 0 {
		return TileRule{}, false
	}
	return rules[i], true
}

// From gives the zoom from which a row shows, by its values along columns.
func (r TileRule) From(columns []coverage.Column) func(values []any) int {
	at := slices.IndexFunc(columns, func(c coverage.Column) bool { return c.Name == r.by })
	if r.by == "" || at < 0 {
		return func([]any) int { return r.MinZoom }
	}
	return func(values []any) int {
		value, _ := values[at].(string)
		return r.fromOf(value)
	}
}

// Level is the rule of the boundaries of one level.
func (r TileRule) Level(level coverage.Level) TileRule {
	r.MinZoom = r.fromOf(string(level))
	return r
}

func (r TileRule) fromOf(value string) int {
	if zoom, ok := r.zooms[value]; ok {
		return zoom
	}
	return r.other
}

// TellsFrom is the zoom from which a column is told: columns that a map does not
// need come with the innermost tiles.
func (r TileRule) TellsFrom(column string) int {
	if len(r.Columns) == 0 {
		return 0
	}
	i := slices.IndexFunc(r.Columns, func(c TileColumn) bool { return c.Name == column })
	if i < 0 {
		return tile.MaxZoom
	}
	return r.Columns[i].From
}

// TileFieldType is a type of column as TileJSON has it.
func TileFieldType(t coverage.ColumnType) string {
	switch t {
	case coverage.ColumnInteger, coverage.ColumnReal:
		return "Number"
	case coverage.ColumnBoolean:
		return "Boolean"
	}
	return "String"
}

// Package pmtiles writes a table as a PMTiles archive: vector tiles of all zooms
// that its extent asks for in one file, which map libraries read from any server
// of files.
//
// Source: PMTiles specification 3 (version 3.4 of the text).
package pmtiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/geo"
	"kaimen/geo/tile"
)

const (
	// mostTiles is the most tiles of the last zoom: zoom 16 for a city of 60 km by
	// 60 km, zoom 12 for a province.
	mostTiles = 1 << 14
	// whole is how many tiles an extent may touch to be seen whole, and farOut how
	// many zooms before that one the archive begins: the extent is as large as a
	// thumb there.
	whole  = 4
	farOut = 4
	// mostNamed is how many of the rows without a place are named one by one.
	mostNamed = 1000
)

// Write writes t as an archive with one layer of its name, by way of a temporary
// file. Rows show from the zoom that export.TileRules gives their layer, others
// at every zoom; at the last zoom all are drawn with all points and columns. The
// id of a feature is the place of its row, from 1. Rows without a place are
// counted and named in the metadata, under "kaimen".
//
// Errors: unsupported for a table of which no row has a place; what w returns; a
// disk without room; ctx.Err() if ctx ends first.
// Cost:   the shapes in units of the innermost zoom (10 bytes a point), the
// values as bytes, and one zoom at a time; tiles go to the disk.
func Write(ctx context.Context, w io.Writer, t export.Table) (err error) {
	l, err := prepare(ctx, t)
	if err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	file, err := os.CreateTemp("", "kaimen-export-*.tiles")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	a := newArchive(file)
	if err := l.cut(ctx, a); err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	metadata, err := json.Marshal(l.metadata(t))
	if err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	if err := a.writeHead(w, l.about(), metadata); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return err
}

// layer is a table ready to be cut into tiles.
type layer struct {
	name     string
	rule     export.TileRule
	columns  []coverage.Column
	set      *tile.Set
	values   values
	bounds   orb.Bound // of what has a place
	min, max int
	nowhere  []string // ids of rows without a place, the first ones
	absent   int      // how many there are
}

func prepare(ctx context.Context, t export.Table) (*layer, error) {
	cells := t.Cells(true)
	l := &layer{name: t.Name, columns: cells.Columns}
	l.rule, _ = export.TileRuleOf(t.Name)
	var ids []string // of rows without a geometry that can be drawn, by place
	set, err := tile.NewSet(l.shapes(ctx, cells))
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	l.set = set
	place := 0
	for row := range cells.Rows {
		if place < set.Len() && !set.Placed(place) {
			if l.absent++; l.absent <= mostNamed {
				ids = append(ids, row.ID)
			}
		}
		place++
	}
	l.nowhere = ids
	if l.absent == set.Len() {
		return nil, coverage.Errorf(coverage.Unsupported, "no row has a place to be drawn at, and a PMTiles archive holds nothing else: take .csv or .gpkg")
	}
	l.zooms()
	return l, ctx.Err()
}

// shapes are those of the rows, whose values are kept as they pass.
func (l *layer) shapes(ctx context.Context, cells export.Table) iter.Seq[tile.Shape] {
	from := l.rule.From(cells.Columns)
	return func(yield func(tile.Shape) bool) {
		first := true
		for row := range cells.Rows {
			if len(l.values.ends)%1024 == 0 && ctx.Err() != nil {
				return
			}
			l.values.add(row.Values)
			if row.Geometry != nil {
				if b := row.Geometry.Bound(); geo.OnEarth(b.Min) && geo.OnEarth(b.Max) {
					if first {
						l.bounds, first = b, false
					}
					l.bounds = l.bounds.Union(b)
				}
			}
			if !yield(tile.Shape{Geometry: row.Geometry, From: from(row.Values)}) {
				return
			}
		}
	}
}

// zooms chooses the last zoom by the count of its tiles, and the first by the
// extent.
func (l *layer) zooms() {
	for l.max = tile.MaxZoom; !l.set.TilesAtMost(uint32(l.max), mostTiles); {
		l.max--
	}
	for z := l.max; z >= 0; z-- {
		west, north := tile.At(uint32(z), orb.Point{l.bounds.Min[0], l.bounds.Max[1]})
		east, south := tile.At(uint32(z), orb.Point{l.bounds.Max[0], l.bounds.Min[1]})
		if l.min = z; (east-west+1)*(south-north+1) <= whole {
			break
		}
	}
	l.min = min(max(l.min-farOut, l.rule.MinZoom, 0), l.max)
}

// cut makes all tiles in the order of their IDs.
func (l *layer) cut(ctx context.Context, a *archive) error {
	for z := l.min; z <= l.max; z++ {
		level, told := l.set.Level(z, z == l.max), l.told(z)
		for _, at := range level.Tiles() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			data, err := level.Encode(l.name, at.X, at.Y, told)
			if err != nil {
				return err
			}
			if err := a.add(tile.ID(uint32(z), at.X, at.Y), data); err != nil {
				return err
			}
		}
	}
	return nil
}

// told is what is told of rows at a zoom.
func (l *layer) told(z int) tile.Properties {
	var told tile.Properties
	var places []int
	for i, c := range l.columns {
		if z == l.max || l.rule.TellsFrom(c.Name) <= z {
			told.Keys, places = append(told.Keys, c.Name), append(places, i)
		}
	}
	all, values := make([]any, len(l.columns)), make([]any, len(places))
	told.Values = func(row int) []any {
		l.values.read(row, all)
		for k, place := range places {
			values[k] = all[place]
		}
		return values
	}
	return told
}

// vectorLayer describes the one layer, as TileJSON does.
type vectorLayer struct {
	ID      string            `json:"id"`
	Fields  map[string]string `json:"fields"`
	MinZoom int               `json:"minzoom"`
	MaxZoom int               `json:"maxzoom"`
}

// metadata is the JSON document of an archive.
type metadata struct {
	Name         string        `json:"name"`
	Type         string        `json:"type"`
	Generator    string        `json:"generator"`
	Attribution  string        `json:"attribution,omitempty"`
	VectorLayers []vectorLayer `json:"vector_layers"`
	Kaimen       about         `json:"kaimen"`
}

// about says what the table is an answer to, and what of it is not drawn.
type about struct {
	Table        any      `json:"table,omitempty"`
	Rows         int      `json:"rows"`
	WithoutPlace int      `json:"rows_without_place"`
	Nowhere      []string `json:"without_place,omitempty"` // their ids, the first thousand
}

func (l *layer) metadata(t export.Table) metadata {
	fields := make(map[string]string, len(l.columns))
	for _, c := range l.columns {
		fields[c.Name] = export.TileFieldType(c.Type)
	}
	m := metadata{
		Name: l.name, Type: "overlay", Generator: "kaimen",
		VectorLayers: []vectorLayer{{l.name, fields, l.min, l.max}},
		Kaimen:       about{t.Head, l.set.Len(), l.absent, l.nowhere},
	}
	if head, ok := t.Head.(export.LayerHead); ok {
		m.Attribution = strings.Join(head.Attribution, "; ")
	}
	return m
}

func (l *layer) about() extent { return extent{l.bounds, l.min, l.max} }

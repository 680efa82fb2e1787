// Package form lists the file formats that tables are written in: what each is
// called, how its files end, its media type, and what writes it.
package form

import (
	"context"
	"fmt"
	"io"
	"strings"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/export/gpkg"
	"kaimen/data/export/parquet"
	"kaimen/data/export/pmtiles"
	"kaimen/data/export/shp"
	"kaimen/data/export/xlsx"
	"kaimen/geo/crs"
)

// Form is a file format.
type Form struct {
	Name      string // as ?f= has it
	Endings   []string
	MediaType string
	Text      string // what it is, in a sentence
	Shapes    bool   // it has a place for shapes
	Several   bool   // it takes several tables
	Binary    bool   // it is made whole before its first byte can be sent
	Positions Positions
	write     func(ctx context.Context, w io.Writer, tables []export.Table, o export.CSVOptions) error
}

// Write writes tables, one unless the form takes several.
//
// Errors: what w returns, ctx.Err() if ctx ends first, and those of the writer.
func (f Form) Write(ctx context.Context, w io.Writer, o export.CSVOptions, tables ...export.Table) error {
	for _, t := range tables {
		if why := f.Refuses(t.System); why != "" {
			return coverage.Errorf(coverage.Unsupported, "%s", why)
		}
	}
	if err := f.write(ctx, w, tables, o); err != nil {
		return err
	}
	return ctx.Err() // rows may have ended with it
}

// Positions says in what systems the positions of a form may be.
type Positions int

// Zero is any system.
const (
	InDegrees   Positions = iota + 1 // in any whose coordinates are degrees
	InMapSquare                      // in the square of web maps, to which WGS 84 is brought
)

// Refuses says why positions in s are not written in this form, and what to do;
// nothing if they are.
func (f Form) Refuses(s crs.System) string {
	switch {
	case f.Positions == InDegrees && !s.InDegrees():
		return fmt.Sprintf("%s holds degrees alone, and %s is in meters; take gpkg, shp, parquet or csv, or coord=cgcs2000", f.Name, s.Name())
	case f.Positions == InMapSquare && s != crs.WGS84:
		return fmt.Sprintf("%s is for web maps, which draw WGS 84, and not %s; leave coord out, or take another form, such as gpkg", f.Name, s.Name())
	}
	return ""
}

// All lists the forms in the order in which they are told.
func All() []Form {
	return []Form{
		{
			Name: "geojson", Endings: []string{".geojson"}, MediaType: "application/geo+json", Shapes: true, Positions: InDegrees,
			Text:  "GeoJSON (RFC 7946).",
			write: one(func(w io.Writer, t export.Table, _ export.CSVOptions) error { return export.WriteGeoJSON(w, t) }),
		},
		{
			Name: "csv", Endings: []string{".csv"}, MediaType: "text/csv; charset=utf-8",
			Text: "CSV in UTF-8.", write: one(export.WriteCSV),
		},
		{
			Name: "xlsx", Endings: []string{".xlsx"}, MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Text: "A workbook; text is typed as text. Without lines and areas.", Several: true, Binary: true,
			write: func(_ context.Context, w io.Writer, tables []export.Table, _ export.CSVOptions) error {
				return xlsx.Write(w, tables...)
			},
		},
		{
			Name: "gpkg", Endings: []string{".gpkg"}, MediaType: "application/geopackage+sqlite3",
			Text: "GeoPackage 1.3 with a spatial index.", Shapes: true, Several: true, Binary: true,
			write: func(ctx context.Context, w io.Writer, tables []export.Table, _ export.CSVOptions) error {
				return gpkg.Write(ctx, w, tables...)
			},
		},
		{
			Name: "shp", Endings: []string{".shp.zip"}, MediaType: "application/x-shapefile+zip",
			Text: "A zipped shapefile in UTF-8; names of fields are cut to ten bytes, and NAME_fields.csv has them whole.", Shapes: true, Binary: true,
			write: lone(shp.Write),
		},
		{
			Name: "parquet", Endings: []string{".parquet"}, MediaType: "application/vnd.apache.parquet",
			Text: "GeoParquet 1.1.", Shapes: true, Binary: true, write: lone(parquet.Write),
		},
		{
			Name: "pmtiles", Endings: []string{".pmtiles"}, MediaType: "application/vnd.pmtiles", Positions: InMapSquare,
			Text: "Vector tiles of all zooms in one archive (PMTiles 3), simpler further out.", Shapes: true, Binary: true, write: lone(pmtiles.Write),
		},
		{
			Name: "geojsonseq", Endings: []string{".geojsons"}, MediaType: "application/geo+json-seq", Shapes: true, Positions: InDegrees,
			Text: "A feature to a line, each after a record separator (RFC 8142).",
			write: one(func(w io.Writer, t export.Table, _ export.CSVOptions) error {
				return export.WriteGeoJSONSeq(w, t, true)
			}),
		},
		{
			Name: "geojsonl", Endings: []string{".geojsonl", ".ndjson"}, MediaType: "application/x-ndjson", Shapes: true, Positions: InDegrees,
			Text: "A feature to a line, without separators.",
			write: one(func(w io.Writer, t export.Table, _ export.CSVOptions) error {
				return export.WriteGeoJSONSeq(w, t, false)
			}),
		},
	}
}

type several = func(context.Context, io.Writer, []export.Table, export.CSVOptions) error

// one adapts a writer of a single table that needs no context.
func one(write func(io.Writer, export.Table, export.CSVOptions) error) several {
	return func(_ context.Context, w io.Writer, tables []export.Table, o export.CSVOptions) error {
		if len(tables) != 1 {
			return coverage.Errorf(coverage.Unsupported, "this format holds one table, not %d; take .gpkg or .xlsx", len(tables))
		}
		return write(w, tables[0], o)
	}
}

// lone adapts one that takes a context and no options.
func lone(write func(context.Context, io.Writer, export.Table) error) several {
	return func(ctx context.Context, w io.Writer, tables []export.Table, o export.CSVOptions) error {
		return one(func(w io.Writer, t export.Table, _ export.CSVOptions) error { return write(ctx, w, t) })(ctx, w, tables, o)
	}
}

// ByName finds the form that ?f= names.
func ByName(name string) (Form, bool) {
	for _, f := range All() {
		if f.Name == name {
			return f, true
		}
	}
	return Form{}, false
}

// ByFile finds the form of a file by its ending, whatever its case.
func ByFile(path string) (Form, bool) {
	path = strings.ToLower(path)
	for _, f := range All() {
		for _, e := range f.Endings {
			if strings.HasSuffix(path, e) {
				return f, true
			}
		}
	}
	return Form{}, false
}

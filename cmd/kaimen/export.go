package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/export/form"
	"kaimen/geo/crs"
)

// fileFlags say to which file an answer goes, and in what its positions are.
type fileFlags struct {
	coordFlag
	bomFlag
	Output string `short:"o" help:"Write to this file, in the format of its ending: .csv .geojson .json .xlsx .gpkg .shp.zip .parquet .pmtiles .geojsons .geojsonl." placeholder:"FILE"`
}

// bomFlag is for CSV alone.
type bomFlag struct {
	BOM bool `name:"bom" help:"CSV for a spreadsheet: a byte order mark first, and an apostrophe before text that would run as a formula."`
}

func (f bomFlag) csv() export.CSVOptions { return export.CSVOptions{BOM: f.BOM, Guard: f.BOM} }

type coordFlag struct {
	Coord string `help:"Coordinate system of the file: wgs84, cgcs2000, a zone of it such as EPSG:4544, gcj02 or bd09; the name of a file in the last two says so." placeholder:"SYSTEM" default:"wgs84"`
}

// system is the system asked for, for a file of this name.
//
// Errors: invalid for one that there is not, and for a file in GCJ-02 or BD-09
// whose name does not tell.
func (f coordFlag) system(path string) (crs.System, error) {
	s, err := export.ParseCoord(f.Coord)
	if err != nil || s.Defined() {
		return s, err
	}
	dir, base := filepath.Split(path)
	stem, ending, _ := strings.Cut(base, ".")
	if want := export.CoordFile("", s); !strings.HasSuffix(strings.ToLower(stem), want) {
		return s, &coverage.Error{Code: coverage.Invalid, Message: "the question cannot be answered", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "output",
			Message: fmt.Sprintf("-o %s: %s has no definition that programs could go by, so the name of the file has to tell: write to %s",
				path, s.Name(), filepath.Join(dir, stem+want+"."+ending)),
		}}}
	}
	return s, nil
}

// tableFile writes an answer with rows: table makes its rows, with shapes where
// the form of the file has a place for them.
func (f fileFlags) tableFile(ctx context.Context, asJSON writer, table func(shapes bool) (export.Table, error)) error {
	system, err := f.system(f.Output)
	if err != nil {
		return err
	}
	if system != crs.WGS84 && asJSON != nil {
		asJSON = func(io.Writer) error {
			return coverage.Errorf(coverage.Unsupported, "--coord: .json is WGS 84 alone; take another ending")
		}
	}
	formats := make(map[string]writer)
	var endings []string
	for _, known := range form.All() {
		for _, ending := range known.Endings {
			endings = append(endings, ending)
			formats[ending] = func(w io.Writer) error {
				t, err := table(known.Shapes)
				if err != nil {
					return err
				}
				return known.Write(ctx, w, f.csv(), t.In(system))
			}
		}
	}
	if asJSON != nil {
		formats[".json"] = asJSON
		endings = append(endings, ".json")
	}
	return writeFile(f.Output, formats, endings...)
}

type exportCommand struct {
	storeFlag
	coordFlag
	bomFlag
	Study  string `arg:"" help:"Id of the study."`
	Layer  string `help:"Layer to write; default all, which .gpkg and .xlsx take." placeholder:"LAYER"`
	Output string `short:"o" required:"" help:"Write to this file, in the format of its ending: .geojson .csv .xlsx .gpkg .shp.zip .parquet .pmtiles .geojsons .geojsonl." placeholder:"FILE"`
}

// Run writes one layer, or all that are not empty.
func (k exportCommand) Run(ctx context.Context, c console) error {
	return k.withSnapshots(ctx, func(store coverage.Snapshots) error {
		current, err := store.Current(ctx, k.Study)
		if err != nil {
			return err
		}
		snapshot, err := store.Get(ctx, current.ID)
		if err != nil {
			return err
		}
		tables, err := layerTables(snapshot, coverage.LayerName(k.Layer))
		if err != nil {
			return err
		}
		if k.Layer != "" {
			return fileFlags{k.coordFlag, k.bomFlag, k.Output}.tableFile(ctx, nil, func(bool) (export.Table, error) { return tables[0], nil })
		}
		system, err := k.system(k.Output)
		if err != nil {
			return err
		}
		for i := range tables {
			tables[i] = tables[i].In(system)
		}
		formats := make(map[string]writer)
		var endings []string
		for _, f := range form.All() {
			if f.Several {
				formats[f.Endings[0]] = func(w io.Writer) error { return f.Write(ctx, w, export.CSVOptions{}, tables...) }
				endings = append(endings, f.Endings[0])
			}
		}
		if err := writeFile(k.Output, formats, endings...); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "layers=%d\n", len(tables))
		return nil
	})
}

// layerTables is the layer of that name; without a name, all that have rows.
//
// Errors: not_found with the names there are.
func layerTables(s *coverage.Snapshot, name coverage.LayerName) (tables []export.Table, err error) {
	if name != "" && !slices.Contains(coverage.LayerNames(), name) {
		return nil, coverage.Errorf(coverage.NotFound, "--layer: no layer is named %q; there are %v", name, coverage.LayerNames())
	}
	for _, t := range s.Tables() {
		if t.Layer == name || name == "" && t.Len > 0 {
			tables = append(tables, export.LayerTable(export.LayerHeadOf(s, t.Layer), t))
		}
	}
	if len(tables) == 0 {
		return nil, coverage.Errorf(coverage.NotFound, "study %s has no layer with rows; import one first", s.Study.ID)
	}
	return tables, nil
}

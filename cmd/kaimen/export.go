package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/export/form"
)

// tableFile is an answer with rows as files have it: table makes its rows, with
// shapes where the form of the file has a place for them.
func tableFile(ctx context.Context, path string, asJSON writer, table func(shapes bool) (export.Table, error)) error {
	formats := make(map[string]writer)
	var endings []string
	for _, f := range form.All() {
		for _, ending := range f.Endings {
			endings = append(endings, ending)
			formats[ending] = func(w io.Writer) error {
				t, err := table(f.Shapes)
				if err != nil {
					return err
				}
				return f.Write(ctx, w, export.CSVOptions{}, t)
			}
		}
	}
	if asJSON != nil {
		formats[".json"] = asJSON
		endings = append(endings, ".json")
	}
	return writeFile(path, formats, endings...)
}

type exportCommand struct {
	storeFlag
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
			return tableFile(ctx, k.Output, nil, func(bool) (export.Table, error) { return tables[0], nil })
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

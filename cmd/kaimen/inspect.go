package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"kaimen/coverage"
	"kaimen/data"
)

type inspectCommand struct {
	storeFlag
	File     string            `arg:"" type:"existingfile" help:"The file; of a shapefile in several parts, a zip of them." placeholder:"FILE"`
	Study    string            `help:"A study of the store that the file is for: its roads or boundaries tell the coordinate system." placeholder:"ID"`
	Layer    string            `help:"Layer that the file is for. Default: the likely one." placeholder:"LAYER"`
	CRS      string            `name:"crs" help:"Coordinate system of the file." placeholder:"NAME"`
	Encoding string            `help:"Encoding of its text." placeholder:"NAME"`
	Table    string            `help:"Which table, sheet or member of several." placeholder:"NAME"`
	Level    string            `help:"Level of all rows; boundaries only." placeholder:"LEVEL"`
	Zone     string            `help:"Level of the zones that rows, or the cells of a raster, are counted by; demand only. Default: for a raster the finest that the study has, for a table those that it names." placeholder:"LEVEL"`
	Kind     string            `help:"Kind of all rows." placeholder:"KIND"`
	Where    string            `help:"Which rows to take." placeholder:"CONDITION"`
	Fields   map[string]string `help:"Our names of columns to the file's: id=编号;name=名称." placeholder:"OURS=THEIRS;…"`
	Kinds    map[string]string `help:"The file's kinds to ours: 小学=school." placeholder:"THEIRS=OURS;…"`
	JSON     bool              `help:"Print all of it as JSON: columns with their values, and every issue."`
	Trouble  string            `help:"Write every issue that has a place to this GeoJSON file." placeholder:"FILE"`
}

// Run says how an import would understand a file, and stores nothing.
func (n inspectCommand) Run(ctx context.Context, c console) error {
	if n.Layer != "" && !coverage.IsLayer(coverage.LayerName(n.Layer)) {
		return coverage.Errorf(coverage.Invalid, "--layer %s: there are %v", n.Layer, coverage.LayerNames())
	}
	base, err := n.base(ctx)
	if err != nil {
		return err
	}
	body, err := os.ReadFile(n.File)
	if err != nil {
		return err
	}
	found, err := data.Inspect(ctx, base, coverage.LayerFile{
		Layer: coverage.LayerName(n.Layer), Name: filepath.Base(n.File), Body: body, CRS: n.CRS, Encoding: n.Encoding, Table: n.Table,
		Level: coverage.Level(n.Level), Zone: coverage.Level(n.Zone), Kind: n.Kind, Where: n.Where, Fields: n.Fields, Kinds: n.Kinds,
	}, 1, data.Options{Now: time.Now()})
	if err != nil {
		return err
	}
	if n.Trouble != "" {
		if err := writeTrouble(n.Trouble, found.Report.Issues); err != nil {
			return err
		}
	}
	if n.JSON {
		out := json.NewEncoder(c.stdout)
		out.SetIndent("", "  ")
		return out.Encode(found)
	}
	c.printInspection(found)
	return nil
}

// base is the study that the file is for; nil for none.
func (n inspectCommand) base(ctx context.Context) (_ *coverage.Snapshot, err error) {
	if n.Study == "" {
		return nil, nil
	}
	store, err := n.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	info, err := store.Current(ctx, n.Study)
	if err != nil {
		return nil, err
	}
	return store.Get(ctx, info.ID)
}

// forAllRows is what all rows have as a field in place of a column; empty if
// nothing.
func forAllRows(s coverage.LayerFile, field string) string {
	switch field {
	case "zone":
		return string(s.Zone)
	case "level":
		return string(s.Level)
	case "kind":
		return s.Kind
	}
	return ""
}

func (c console) printInspection(i coverage.Inspection) {
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	for _, of := range []struct {
		name string
		coverage.Understood
	}{{"layer", i.Layer}, {"encoding", i.Encoding}, {"table", i.Table}, {"crs", i.CRS}} {
		if of.Value != "" || of.How == coverage.KnownNot {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", of.name, of.Value, of.How, of.Why)
		}
	}
	for _, s := range i.Systems {
		if s.Miss != nil {
			fmt.Fprintf(w, "\t%s\t\t%.1f %s\n", s.CRS, *s.Miss, s.Unit)
		}
	}
	for _, f := range i.Fields {
		fmt.Fprintf(w, "field %s\t%s\t%s\t\n", f.Field, cmp.Or(f.Column, forAllRows(i.Settings, f.Field)), f.How)
	}
	for _, col := range i.Columns {
		fmt.Fprintf(w, "column %s\t%s\t\t%s\n", col.Name, col.Type, strings.Join(col.Samples, " | "))
	}
	_ = w.Flush()
	c.printReport(i.Report)
	c.issues(slices.DeleteFunc(slices.Clone(i.Report.Issues), func(i coverage.Issue) bool { return i.Severity != coverage.SeverityError }))
}

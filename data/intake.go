package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
	"kaimen/geo/crs"
)

// intake reads one source of one layer.
type intake struct {
	*importer
	layer   layer
	source  *Source
	ordinal int // of the source among all files
	report  coverage.SourceReport
	aside   coverage.Tally
	// repaired counts the used rows by what was set right in their shapes.
	repaired coverage.Tally
	unsound  string // reason code why no row can be used; empty if they can
	// further are the other layers that the file fills, each with a balance of its own.
	further []*intake

	features    bool // shapes with columns, not a table
	exact       bool // columns are our own names, and any other is a fault
	unplaced    bool // the coordinate system is not known
	system      crs.System
	columns     map[string]string // our field to the file's column
	weightNames []string          // of demand, ordered
	passed      []string          // fields that were passed over
	loose       []orb.Point       // positions as they stand, where the system is not declared
}

// issue notes an issue of this source.
func (in *intake) issue(i coverage.Issue) {
	i.Layer, i.Source = in.layer.name, in.source.File
	in.log.add(in.ordinal, i)
}

// fail notes an error of the source as a whole: its rows are looked at, if
// they can be, but not used.
func (in *intake) fail(code, format string, args ...any) {
	if in.unsound == "" {
		in.unsound = code
	}
	in.issue(coverage.Issue{Severity: coverage.SeverityError, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (in *intake) setAside(code string) { in.aside.Add(code, 0) }

// run reads the source into the layers of the import.
//
// Errors: only ctx.Err(); all else is noted.
func (in *intake) run(ctx context.Context) error {
	in.unsound, in.system = in.source.unsound, in.source.system
	in.unplaced = in.unsound == coverage.ReasonUnknownCRS
	if in.source.File == "" {
		return nil
	}
	var err error
	switch {
	case in.layer.name == coverage.LayerRoads && isOSM(in.source.File):
		err = in.roads(ctx)
	case in.layer.name == layerElevation:
		err = in.elevation(ctx)
	case in.holdsRaster():
		err = in.raster(ctx)
	default:
		err = in.records(ctx)
	}
	switch in.unsound {
	case "", coverage.ReasonMissingColumn, coverage.ReasonUnknownCRS: // every row was looked at
	default:
		in.incomplete[in.layer.name] = true
	}
	in.close()
	for _, more := range in.further {
		more.close()
	}
	return err
}

// close adds the balance of the source to the report.
func (in *intake) close() {
	if len(in.aside) > 0 {
		in.report.SetAside = in.aside.Counts()
	}
	if len(in.repaired) > 0 {
		in.report.Repairs = in.repaired.Counts()
	}
	in.importer.report.Sources = append(in.importer.report.Sources, in.report)
}

// shapeFormats are the formats that hold shapes, in words.
const shapeFormats = "GeoJSON, a shapefile (.shp), GeoPackage (.gpkg) or GeoParquet (.parquet), " +
	"each also in a .zip, or through GDAL's ogr2ogr from .dxf, .gdb, .kml and others"

// undeclare marks the positions as those of a system that nothing names. It is
// told when all layers are read, with the system that fits.
func (in *intake) undeclare() {
	in.unplaced, in.unsound = true, coverage.ReasonUnknownCRS
	in.undeclared = append(in.undeclared, in)
}

// notesOf tells what the reader took for granted. A file of several layers, or
// of several sources of one, says it once.
func (in *intake) notesOf(file read.Source) {
	guesses := &in.importer.report.Guesses
	for _, note := range file.Notes() {
		note = in.source.File + ": " + note
		if !slices.Contains(*guesses, note) {
			*guesses = append(*guesses, note)
		}
	}
}

// records reads a table or features.
func (in *intake) records(ctx context.Context) error {
	file, err := read.Open(in.manifest.path(in.source), read.Options{Encoding: in.source.Encoding, Layer: in.source.Layer})
	if err != nil {
		in.unreadable(err)
		return nil
	}
	defer func() { _ = file.Close() }() // it was only read
	defer in.notesOf(file)
	columns := file.Columns()
	if in.features = len(columns) == 0; in.features { // a table knows its columns from the start
		return in.collection(ctx, file)
	}
	if in.layer.shape == inArea || in.layer.shape == alongLine {
		in.fail(coverage.ReasonUnknownFormat, "a table has no shapes; %s come from %s", in.layer.name, shapeFormats)
		return nil
	}
	if !in.source.declared && in.layer.shape != nowhere {
		in.undeclare()
	}
	in.bind(columns, true)
	return in.each(ctx, file, in.take)
}

// collection reads features. Their columns and coordinate system are known
// only at the end, so they are kept until then.
func (in *intake) collection(ctx context.Context, file read.Source) error {
	var records []read.Record
	named := false // some feature has an id member
	err := in.each(ctx, file, func(r read.Record) {
		records = append(records, r)
		named = named || r.ID != ""
	})
	if err != nil {
		return err
	}
	if in.layer.shape != nowhere {
		in.placeFeatures(file.CRS())
	}
	if len(records) > 0 {
		in.bind(file.Columns(), named)
	}
	for _, r := range records {
		in.take(r)
	}
	return nil
}

// each hands over the records of a file. What ends the reading is noted.
func (in *intake) each(ctx context.Context, file read.Source, f func(read.Record)) error {
	const pause = 4096
	rows := int64(0)
	err := file.Each(func(r read.Record) error {
		if rows%pause == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			in.progress(in.source.File, rows, 0)
		}
		rows++
		f(r)
		return nil
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		in.unreadable(err)
	}
	in.progress(in.source.File, rows, rows)
	return nil
}

// unreadable notes why a file cannot be read, or not to its end.
func (in *intake) unreadable(err error) {
	in.incomplete[in.layer.name] = true // even if a column was missing before
	message := strings.TrimPrefix(err.Error(), "read "+filepath.Base(in.source.File)+": ")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		in.fail(coverage.ReasonMissingFile, "there is no such file; names start from the folder of %s", in.manifest.base)
	case errors.Is(err, read.ErrFormat):
		in.fail(coverage.ReasonUnknownFormat, "%s", message)
	default:
		in.fail(coverage.ReasonUnreadable, "%s", message)
	}
}

// placeFeatures settles the coordinate system of features or cells: the
// manifest's word, else the file's own, else, in GeoJSON, that of RFC 7946.
func (in *intake) placeFeatures(own string) {
	system, err := crs.WGS84, error(nil)
	if own != "" {
		system, err = crs.Parse(own)
	}
	switch {
	case in.source.declared:
		if own == "" || own == read.Undeclared || err == nil && system == in.system || in.unplaced {
			return
		}
		if err == nil {
			own = system.String()
		}
		in.issue(coverage.Issue{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonBadValue,
			Message: fmt.Sprintf("crs: the file names %s, the manifest %s; the manifest's is taken", own, in.system),
		})
	case own == read.Undeclared:
		in.undeclare()
	case err != nil:
		in.unplaced = true
		in.fail(coverage.ReasonUnknownCRS, "the file names a %v", err)
	case own != "":
		in.system = system
		in.guess("crs is %s, as the file itself says", system.Name())
	default:
		in.system = system
		in.guess("crs is EPSG:4326, as in every GeoJSON file that says nothing else (RFC 7946)")
	}
}

// guess notes what was taken because the manifest did not say.
func (in *intake) guess(format string, args ...any) {
	in.importer.report.Guesses = append(in.importer.report.Guesses,
		fmt.Sprintf("%s: %s: ", in.layer.name, in.source.File)+fmt.Sprintf(format, args...))
}

// passOver notes, once, that a column which only happens to have the name of a
// field holds something else: the parent of many a district is an object.
func (in *intake) passOver(field string) {
	if !slices.Contains(in.passed, field) {
		in.passed = append(in.passed, field)
		in.guess("%s is not read, as its column holds lists or objects", field)
	}
}

// bind finds the column of every field. named tells that ids can do without.
func (in *intake) bind(columns []string, named bool) {
	in.columns = make(map[string]string)
	columns = in.withoutPersonal(columns)
	for _, name := range slices.Sorted(maps.Keys(in.source.Fields)) {
		column := in.source.Fields[name]
		switch {
		case slices.Contains(columns, column):
			in.columns[name] = column
		case column != "" && column != noColumn:
			in.missing(columns, "fields: %s: there is no column %q", name, column)
		}
	}
	for _, f := range in.layer.fields {
		in.bindOwn(f, columns, named)
	}
	if in.layer.name == coverage.LayerDemand {
		in.bindWeights(columns)
	}
	if in.source.where != nil {
		if absent := in.source.where.missing(columns); len(absent) > 0 {
			in.fail(coverage.ReasonBadManifest, "where: %q: there is no column %s; there are: %s",
				in.source.Where, strings.Join(absent, ", "), strings.Join(columns, ", "))
			in.unsound = coverage.ReasonBadManifest
		}
	}
}

// missing notes that a column is not there.
func (in *intake) missing(columns []string, format string, args ...any) {
	in.fail(coverage.ReasonMissingColumn, "%s; there are: %s", fmt.Sprintf(format, args...), strings.Join(columns, ", "))
	in.unsound = coverage.ReasonMissingColumn
}

// bindOwn finds the column of a field that the manifest does not list: the one
// of its own name, and for positions one of the usual names.
func (in *intake) bindOwn(f field, columns []string, named bool) {
	if _, listed := in.source.Fields[f.name]; listed {
		return
	}
	position := slices.Contains(positionFields, f.name)
	switch {
	case position && in.features: // it has a geometry
		return
	case f.name == "level" && in.source.Level != "", f.name == "kind" && in.source.Kind != "":
		return
	case slices.Contains(columns, f.name):
		in.columns[f.name] = f.name
		return
	case f.name == "id" && in.features && named:
		in.guess("id is the id member of each feature")
		return
	}
	if in.guessColumn(f.name, columns) {
		return
	}
	if f.needed || position {
		in.missing(columns, "there is no column %q; name the one to take under fields", f.name)
	}
}

// bindWeights settles which weights the demand of this source carries.
func (in *intake) bindWeights(columns []string) {
	for _, name := range usualWeights {
		_, listed := in.source.Fields[name]
		switch {
		case listed || in.columns[name] != "":
		case slices.Contains(columns, name):
			in.columns[name] = name
		default:
			in.guessColumn(name, columns)
		}
	}
	for name := range in.columns {
		if name == coverage.WeightPeople || !in.layer.has(name) {
			in.weightNames = append(in.weightNames, name)
		}
	}
	slices.Sort(in.weightNames)
}

// take makes a value of a record, or sets it aside.
func (in *intake) take(record read.Record) {
	in.report.Read++
	if in.unsound == coverage.ReasonBadManifest {
		in.setAside(in.unsound) // which rows are meant is not known
		return
	}
	r := &row{intake: in, Record: record}
	if r.broken() {
		// the rest of its faults is looked for all the same
	} else if in.source.where != nil {
		taken, err := in.source.where.takes(record.Fields)
		if err != nil {
			r.fault(coverage.ReasonBadValue, "where: %v", err)
		} else if !taken {
			in.setAside(coverage.ReasonFiltered)
			return
		}
	}
	before := len(in.log.issues)
	in.layer.add(r, &in.layers)
	if r.at != nil {
		in.log.place(before, r.at)
	}
}

// broken notes what the reader found wrong with a record, and tells whether it
// found anything.
func (r *row) broken() bool {
	if r.Err == nil {
		return false
	}
	code := coverage.ReasonUnreadable
	if r.features && r.Geometry == nil {
		code = coverage.ReasonBadGeometry
	}
	r.name = r.ID
	r.fault(code, "%s", strings.ReplaceAll(r.Err.Error(), "\n", "; "))
	return true
}

// Package read opens the files that a study is made of: one file here per
// format. What comes out is raw: columns by the names of the source, positions
// in the source's coordinate system. What a column means, and where a point
// lies on the earth, is for the importer to say.
package read

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
)

// ErrFormat is in the chain of an error about a file whose ending has no reader.
var ErrFormat = errors.New("this format is not known")

// Record is one row of a table or one feature.
type Record struct {
	// Line is where a user finds it: the row of a table, the header being row 1
	// (as a spreadsheet counts, cells of several lines being one row), or the
	// number of a feature, from 1.
	Line int
	// ID is the id member of a feature; a table has its id in a column.
	ID string
	// Geometry is that of a feature; nil in tables and for null.
	Geometry orb.Geometry
	// Fields holds the columns by name. In a table of text every value is a
	// string, its outer blanks cut off, or nil for a blank cell. Elsewhere it is
	// string, json.Number, bool, nil, or, in a feature, a list or object of these.
	Fields map[string]any
	// Err says what is wrong with this record alone; what could be read of it
	// is there. The records after it are sound.
	Err error
}

// Source is an open file of records. It serves one goroutine and one pass.
type Source interface {
	// Columns lists the columns in the order of the file: of a table from the
	// start, of features those met so far.
	Columns() []string
	// CRS is the coordinate system that the file itself names, once Each has
	// ended: a name for crs.Parse, or the file's own words for one that is not
	// known there; Undeclared if it should name one and does not; empty in
	// tables, and in GeoJSON, where that means WGS 84.
	CRS() string
	// Each hands over every record in order, and returns f's error if it has
	// one. Records may be kept. Errors name the file and the place in it.
	Each(f func(Record) error) error
	// Encoding is the name of the encoding of its text, for Options, and what that
	// stands on; both blank in a format that has one of its own. It is settled
	// when the file is opened.
	Encoding() (name, why string)
	// Notes says, once Each has ended, what was taken because the file does not
	// say it, such as the encoding, and what of it was passed over.
	Notes() []string
	io.Closer
}

// Undeclared is the CRS of a file with positions of which nothing says in which
// coordinate system they are. crs.Parse does not know it.
const Undeclared = "undeclared"

// Options say what a file does not say itself.
type Options struct {
	// Encoding of the text: empty or utf-8; gbk, gb2312 and gb18030 are all read
	// as GB18030, which holds the other two; utf-16, big5, latin1. A byte order
	// mark has precedence. In a shapefile it has precedence over what the file
	// says; empty leaves it to the file, or to its bytes.
	Encoding string
	// Layer chooses one of several: a file in a .zip, a table of a GeoPackage, a
	// sheet of a workbook. It may be empty if there is only one; of a workbook
	// it then is the first.
	Layer string
}

// opener reads one format from a stream of text. name is for messages.
type opener func(name string, r io.Reader) (Source, error)

// fileOpener reads one format that is not read from front to back. The errors
// do not name the file yet.
type fileOpener func(path string, o Options) (Source, error)

// format is one ending; one of stream and file is set.
type format struct {
	ending string
	stream opener
	file   fileOpener
}

// formats is every ending that Open knows.
func formats() []format {
	return []format{
		{ending: ".csv", stream: openTable},
		{ending: ".dbf", file: openDBF},
		{ending: ".geojson", stream: openGeoJSON},
		{ending: ".geojsonl", stream: openGeoJSON},
		{ending: ".geojsons", stream: openGeoJSON},
		{ending: ".gpkg", file: openGeoPackage},
		{ending: ".json", stream: openGeoJSON},
		{ending: ".ndjson", stream: openGeoJSON},
		{ending: ".parquet", file: openParquet},
		{ending: ".shp", file: openShapefile},
		{ending: ".tsv", stream: openTabs},
		{ending: ".txt", stream: openTable},
		{ending: ".xlsx", file: openWorkbook},
		{ending: ".zip", file: openArchive},
	}
}

// formatOf finds the format of a name, and whether .gz follows its ending.
func formatOf(name string) (f format, zipped, ok bool) {
	plain, zipped := strings.CutSuffix(strings.ToLower(name), ".gz")
	if convertible(plain) { // .gdb.zip is more than a .zip
		return format{}, zipped, false
	}
	for _, f := range formats() {
		if strings.HasSuffix(plain, f.ending) {
			return f, zipped, true
		}
	}
	return format{}, zipped, false
}

// Formats lists the endings that Open knows, in order.
func Formats() []string {
	var out []string
	for _, f := range formats() {
		out = append(out, f.ending)
	}
	return out
}

// Open opens a file by its ending, which may be followed by .gz if the format
// is text. The endings of Converted are read through GDAL's ogr2ogr.
//
// Errors: ErrFormat with the endings that are known; a file that is not there;
// an encoding that is not known; a table without a header or with a column
// name that stands twice; a layer that is not there, or is not chosen where
// there are several. All name the file.
func Open(path string, o Options) (Source, error) {
	name := filepath.Base(path)
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, errors.Unwrap(err))
	}
	f, zipped, ok := formatOf(name)
	if ok && f.file != nil && !zipped {
		s, err := f.file(path, o)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		return s, nil
	}
	if !ok && convertible(name) {
		s, err := openConverted(path, o)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		return s, nil
	}
	s, err := From(file, name, o)
	if err != nil {
		_ = file.Close() // it was only read; the first error is the one to tell
		return nil, err
	}
	return &heldSource{s, file.Close}, nil
}

// From is Open on bytes that are there already, such as the body of a request.
// The ending of name chooses the format; Close does not close r. Formats that
// are not read from front to back go through a temporary file.
func From(r io.Reader, name string, o Options) (Source, error) {
	s, err := from(r, name, o)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return s, nil
}

func from(r io.Reader, name string, o Options) (Source, error) {
	f, zipped, ok := formatOf(name)
	if !ok {
		return nil, fmt.Errorf("%w; known endings are %s", ErrFormat, strings.Join(Formats(), " "))
	}
	if f.file != nil {
		if zipped {
			return nil, fmt.Errorf("%w: %s is not read from .gz; unpack it first", ErrFormat, f.ending)
		}
		return spooled(r, filepath.Base(name), f.file, o)
	}
	if zipped {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = unzipped
	}
	text, encoding, err := decode(r, o.Encoding)
	if err != nil {
		return nil, err
	}
	s, err := f.stream(name, text)
	if err != nil {
		return nil, err
	}
	return &textSource{s, encoding}, nil
}

// textSource is a source of text in an encoding.
type textSource struct {
	Source
	encoding decoded
}

func (s *textSource) Encoding() (name, why string) { return s.encoding.name, s.encoding.why }

// spooled opens bytes by way of a file in a folder of its own, which goes away
// with the source.
func spooled(r io.Reader, name string, open fileOpener, o Options) (_ Source, err error) {
	dir, err := os.MkdirTemp("", "kaimen-read-")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			err = errors.Join(err, remove())
		}
	}()
	path := filepath.Join(dir, name)
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, r)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	s, err := open(path, o)
	if err != nil {
		return nil, err
	}
	return &heldSource{s, remove}, nil
}

// heldSource lets go of what a source stands on, a file or a folder, when the
// source is closed.
type heldSource struct {
	Source
	release func() error
}

func (s *heldSource) Close() error { return errors.Join(s.Source.Close(), s.release()) }

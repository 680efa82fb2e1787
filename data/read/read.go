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
	"slices"
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
	// Fields holds the columns by name. In a table every value is a string, its
	// outer blanks cut off, or nil for a blank cell. In a feature it is string,
	// json.Number, bool, nil, or a list or object of these.
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
	// CRS is the coordinate system that the file itself names, as it names it,
	// once Each has ended; empty if it does not.
	CRS() string
	// Each hands over every record in order, and returns f's error if it has
	// one. Records may be kept. Errors name the file and the place in it.
	Each(f func(Record) error) error
	io.Closer
}

// Options say what a file does not say itself.
type Options struct {
	// Encoding of the text: empty or utf-8; gbk, gb2312 and gb18030 are all read
	// as GB18030, which holds the other two; utf-16. A byte order mark has
	// precedence.
	Encoding string
}

// opener reads one format. name is for messages.
type opener func(name string, r io.Reader) (Source, error)

// formats is every ending that Open knows.
var formats = []struct {
	ending string
	open   opener
}{
	{".csv", openTable},
	{".geojson", openGeoJSON},
	{".geojsonl", openGeoJSON},
	{".geojsons", openGeoJSON},
	{".json", openGeoJSON},
	{".ndjson", openGeoJSON},
	{".tsv", openTabs},
	{".txt", openTable},
}

// Formats lists the endings that Open knows, in order.
func Formats() []string {
	out := make([]string, len(formats))
	for i, f := range formats {
		out[i] = f.ending
	}
	return out
}

// Open opens a file by its ending, which may be followed by .gz.
//
// Errors: ErrFormat with the endings that are known; a file that is not there;
// an encoding that is not known; a table without a header or with a column
// name that stands twice. All name the file.
func Open(path string, o Options) (Source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), errors.Unwrap(err))
	}
	s, err := From(file, filepath.Base(path), o)
	if err != nil {
		_ = file.Close() // it was only read; the first error is the one to tell
		return nil, err
	}
	return &fileSource{s, file}, nil
}

// From is Open on text that is there already, such as the body of a request.
// The ending of name chooses the format; Close does not close r.
func From(r io.Reader, name string, o Options) (Source, error) {
	s, err := from(r, name, o)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return s, nil
}

func from(r io.Reader, name string, o Options) (Source, error) {
	lower := strings.ToLower(name)
	plain, zipped := strings.CutSuffix(lower, ".gz")
	i := slices.IndexFunc(formats, func(f struct {
		ending string
		open   opener
	}) bool {
		return strings.HasSuffix(plain, f.ending)
	})
	if i < 0 {
		return nil, fmt.Errorf("%w; known endings are %s", ErrFormat, strings.Join(Formats(), " "))
	}
	if zipped {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = unzipped
	}
	text, err := decode(r, o.Encoding)
	if err != nil {
		return nil, err
	}
	return formats[i].open(name, text)
}

// fileSource closes the file with the source.
type fileSource struct {
	Source
	file *os.File
}

func (s *fileSource) Close() error { return errors.Join(s.Source.Close(), s.file.Close()) }

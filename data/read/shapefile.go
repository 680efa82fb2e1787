package read

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kaimen/data/read/internal/dbf"
	"kaimen/data/read/internal/prj"
	"kaimen/data/read/internal/shp"
)

// shapefile is a .shp with the .dbf beside it, or a .dbf alone, which is a
// table.
type shapefile struct {
	name    string
	shapes  *shp.Reader // nil for a .dbf alone
	table   *dbf.Table  // nil if there is no .dbf
	text    *dbfText
	columns []string
	met     bool // Each has begun
	crs     string
	notes   []string
	deleted int
	files   []*os.File
}

// beside finds the file with another ending beside path, in any letter case;
// blank if there is none.
func beside(path, ending string) string {
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	for _, e := range []string{ending, strings.ToUpper(ending)} {
		if _, err := os.Stat(stem + e); err == nil {
			return stem + e
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), filepath.Base(stem)+ending) {
			return filepath.Join(filepath.Dir(path), e.Name())
		}
	}
	return ""
}

func openShapefile(path string, o Options) (_ Source, err error) {
	s := &shapefile{name: filepath.Base(path), crs: Undeclared}
	defer s.closeOn(&err)
	file, size, err := s.open(path)
	if err != nil {
		return nil, err
	}
	if s.shapes, err = shp.NewReader(file, size); err != nil {
		return nil, err
	}
	table := beside(path, ".dbf")
	if table == "" {
		s.notes = append(s.notes, "there is no .dbf beside it, so the shapes have no columns")
	} else if err := s.openTable(table, path, o); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(table), err)
	}
	if text, err := readSmall(beside(path, ".prj")); err != nil {
		return nil, err
	} else if len(text) > 0 {
		s.crs = prj.Name(string(text))
	}
	return s, nil
}

func openDBF(path string, o Options) (_ Source, err error) {
	s := &shapefile{name: filepath.Base(path), met: true} // a table's columns are known from the start
	defer s.closeOn(&err)
	return s, s.openTable(path, path, o)
}

// closeOn closes the files of a source that could not be opened.
func (s *shapefile) closeOn(err *error) {
	if *err != nil {
		_ = s.Close() // the first error is the one to tell
	}
}

func (s *shapefile) open(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	s.files = append(s.files, file)
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

func (s *shapefile) openTable(path, main string, o Options) error {
	file, size, err := s.open(path)
	if err != nil {
		return err
	}
	if s.table, err = dbf.Open(file, size); err != nil {
		return err
	}
	page, err := readSmall(beside(main, ".cpg"))
	if err != nil {
		return err
	}
	s.text, err = chooseText(s.table, string(page), o.Encoding)
	if err != nil {
		return err
	}
	s.nameColumns()
	return nil
}

// nameColumns gives every field a name of its own: ten bytes leave many with
// the same.
func (s *shapefile) nameColumns() {
	for i, f := range s.table.Fields {
		name, _ := s.text.decode(f.Name)
		if name == "" {
			name = fmt.Sprintf("column%d", i+1)
		}
		for n, plain := 2, name; slices.Contains(s.columns, name); n++ {
			name = fmt.Sprintf("%s_%d", plain, n)
		}
		if !readable(f) {
			s.notes = append(s.notes, fmt.Sprintf("column %s is of type %c and is not read", name, f.Type))
		}
		s.columns = append(s.columns, name)
	}
}

// readSmall reads a file that is a line or a page; nil for no path.
func readSmall(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	const most = 1 << 16
	text, err := io.ReadAll(io.LimitReader(file, most))
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	return bytes.TrimSpace(text), errors.Join(err, file.Close())
}

func (s *shapefile) Columns() []string {
	if !s.met {
		return nil
	}
	return slices.Clone(s.columns)
}

func (s *shapefile) CRS() string { return s.crs }

func (s *shapefile) Close() error {
	var all error
	for _, f := range s.files {
		all = errors.Join(all, f.Close())
	}
	return all
}

func (s *shapefile) Each(f func(Record) error) error {
	s.met = true
	var stopped error
	hand := func(r Record) error {
		stopped = f(r)
		return stopped
	}
	var err error
	if s.table == nil {
		err = s.eachShape(0, hand)
	} else if err = s.eachRow(hand); err == nil && s.shapes != nil {
		err = s.eachShape(s.table.Rows, hand)
	}
	if err != nil && stopped == nil {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	return stopped
}

// eachRow hands over the rows, each with its shape.
func (s *shapefile) eachRow(f func(Record) error) error {
	return s.table.Each(func(i int, row dbf.Row) error {
		r := Record{Line: i + 1}
		if s.shapes == nil {
			r.Line++ // a table's header is row 1
		} else if err := s.shape(&r); err == io.EOF {
			r.Err = errors.New("the row has no shape in the .shp, which ends before")
		} else if err != nil {
			return err
		}
		if row.Deleted() {
			s.deleted++
			return nil
		}
		r.Fields = make(map[string]any, len(s.columns))
		for k, field := range s.table.Fields {
			value, err := s.text.value(field, row.Cell(field))
			if err != nil {
				r.Err = errors.Join(r.Err, fmt.Errorf("%s: %w", s.columns[k], err))
			}
			r.Fields[s.columns[k]] = value
		}
		return f(r)
	})
}

// shape reads the next shape into a record; a fault of the shape is one of the
// record.
func (s *shapefile) shape(r *Record) error {
	g, err := s.shapes.Next()
	if fault, ok := errors.AsType[shp.Fault](err); ok {
		r.Err = fault
		return nil
	}
	r.Geometry = g
	return err
}

// eachShape hands over the shapes from the first-th on, which have no row.
func (s *shapefile) eachShape(first int, f func(Record) error) error {
	for line := first + 1; ; line++ {
		r := Record{Line: line, Fields: map[string]any{}}
		err := s.shape(&r)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if s.table != nil && r.Err == nil {
			r.Err = fmt.Errorf("the shape has no row in the .dbf, which has %d", s.table.Rows)
		}
		if err := f(r); err != nil {
			return err
		}
	}
}

func (s *shapefile) Encoding() (name, why string) {
	if s.text == nil {
		return "", ""
	}
	return s.text.name, s.text.why
}

func (s *shapefile) Notes() []string {
	out := slices.Clone(s.notes)
	if s.text != nil {
		out = append(out, s.text.notes()...)
	}
	if s.deleted > 0 {
		out = append(out, fmt.Sprintf("%d rows are marked as deleted and were passed over", s.deleted))
	}
	if s.shapes != nil && s.shapes.Closed > 0 {
		out = append(out, fmt.Sprintf("%d rings did not end where they began and were closed", s.shapes.Closed))
	}
	return out
}

package read

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"kaimen/data/read/internal/prj"
	"kaimen/data/read/internal/wkb"
	"kaimen/geo/crs"
)

// geopackage is a table of a GeoPackage (OGC 12-128r17), opened for reading
// alone: the file stays as it is to the last byte.
type geopackage struct {
	ownEncoding
	name     string
	db       *sql.DB
	table    string
	geometry string // its column; blank in a table of attributes
	id       string // the integer key; blank if there is none
	crs      string
	columns  []string
	bools    map[string]bool
	dates    map[string]bool
	met      bool
	skipped  map[string]bool // columns of bytes
}

func openGeoPackage(path string, o Options) (_ Source, err error) {
	db, err := openSQLite(path)
	if err != nil {
		return nil, err
	}
	s := &geopackage{
		name: filepath.Base(path), db: db,
		bools: make(map[string]bool), dates: make(map[string]bool), skipped: make(map[string]bool),
	}
	if err = s.open(o.Layer); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// openSQLite opens the database that a GeoPackage is, for reading alone.
func openSQLite(path string) (*sql.DB, error) {
	if err := looksLikeSQLite(path); err != nil {
		return nil, err
	}
	// An immutable file needs no lock and no right to write in its folder. What
	// another program has not merged into it yet lies in a -wal beside it, and
	// would not be seen.
	mode := "mode=ro&immutable=1"
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		mode = "mode=ro"
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	u := url.URL{Path: filepath.ToSlash(full)}
	db, err := sql.Open("sqlite", "file:"+u.EscapedPath()+"?"+mode+"&_pragma=query_only(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func looksLikeSQLite(path string) error {
	const mark = "SQLite format 3\x00"
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	head := make([]byte, len(mark))
	n, _ := file.Read(head) // a short file is none either
	if err := file.Close(); err != nil {
		return err
	}
	if string(head[:n]) != mark {
		return errors.New("this is no GeoPackage: it does not begin as an SQLite file does")
	}
	return nil
}

func (s *geopackage) open(layer string) error {
	if err := s.choose(layer); err != nil {
		return err
	}
	kind := ""
	err := s.db.QueryRow(`SELECT type FROM sqlite_master WHERE name = ?`, s.table).Scan(&kind)
	if err != nil || kind != "table" {
		return fmt.Errorf("the layer %s is no table of the file (it is %q); save it as a layer of its own", s.table, kind)
	}
	if err := s.readColumns(); err != nil {
		return err
	}
	return s.readGeometryColumn()
}

// choose finds the table: the one asked for, else the only one of features,
// else the only one.
func (s *geopackage) choose(layer string) error {
	all, features, err := contentsOf(s.db)
	if err != nil {
		return err
	}
	switch {
	case layer != "" && slices.Contains(all, layer):
		s.table = layer
	case layer != "":
		return fmt.Errorf("the GeoPackage has no layer %q; there are: %s", layer, strings.Join(all, ", "))
	case len(features) == 1:
		s.table = features[0]
	case len(all) == 1:
		s.table = all[0]
	case len(all) == 0:
		return errors.New("the GeoPackage has no layer of features or attributes")
	default:
		return fmt.Errorf("the GeoPackage holds %d layers; choose one with layer: %s", len(all), strings.Join(all, ", "))
	}
	return nil
}

// contentsOf lists the tables of a GeoPackage that can be layers, and those of
// them that have geometries.
func contentsOf(db *sql.DB) (all, features []string, err error) {
	rows, err := db.Query(`SELECT table_name, data_type FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY table_name`)
	if err != nil {
		return nil, nil, fmt.Errorf("this is no GeoPackage, or a damaged one: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to its end
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, nil, err
		}
		all = append(all, name)
		if kind == "features" {
			features = append(features, name)
		}
	}
	return all, features, rows.Err()
}

func (s *geopackage) readColumns() error {
	rows, err := s.db.Query(`SELECT name, type, pk FROM pragma_table_info(?)`, s.table)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // read to its end
	for rows.Next() {
		var name, kind string
		var key int
		if err := rows.Scan(&name, &kind, &key); err != nil {
			return err
		}
		kind = strings.ToUpper(kind)
		s.columns = append(s.columns, name)
		s.bools[name] = kind == "BOOLEAN"
		s.dates[name] = kind == "DATE"
		if key == 1 && kind == "INTEGER" {
			s.id = name
		}
	}
	return rows.Err()
}

// readGeometryColumn finds the column of geometry and its coordinate system.
func (s *geopackage) readGeometryColumn() error {
	var there int
	err := s.db.QueryRow(`SELECT count(*) FROM sqlite_master WHERE name = 'gpkg_geometry_columns'`).Scan(&there)
	if err != nil || there == 0 {
		return err
	}
	var id int
	var organization, definition sql.NullString
	var code sql.NullInt64
	err = s.db.QueryRow(`SELECT g.column_name, g.srs_id, r.organization, r.organization_coordsys_id, r.definition
		FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys r ON r.srs_id = g.srs_id
		WHERE g.table_name = ?`, s.table).Scan(&s.geometry, &id, &organization, &code, &definition)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // attributes
	}
	if err != nil {
		return err
	}
	s.columns = slices.DeleteFunc(s.columns, func(c string) bool { return c == s.geometry })
	s.crs = systemOf(id, organization.String, code.Int64, definition.String)
	return nil
}

// systemOf names the coordinate system of a row of gpkg_spatial_ref_sys. The
// ids -1 and 0 stand for systems that are not known.
func systemOf(id int, organization string, code int64, definition string) string {
	if id <= 0 {
		return Undeclared
	}
	name := fmt.Sprintf("%s:%d", strings.ToUpper(organization), code)
	if _, err := crs.Parse(name); err == nil || definition == "" || definition == "undefined" {
		return name
	}
	return prj.Name(definition)
}

func (s *geopackage) Columns() []string {
	if s.geometry != "" && !s.met {
		return nil
	}
	return slices.Clone(s.columns)
}

func (s *geopackage) CRS() string { return s.crs }

func (s *geopackage) Close() error { return s.db.Close() }

func (s *geopackage) Notes() []string {
	out := []string{"the layer is " + s.table}
	for _, c := range s.columns {
		if s.skipped[c] {
			out = append(out, "column "+c+" holds bytes and is not read")
		}
	}
	return out
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (s *geopackage) Each(f func(Record) error) error {
	s.met = true
	names := slices.Clone(s.columns)
	if s.geometry != "" {
		names = append(names, s.geometry)
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quoteName(n)
	}
	order := ""
	if s.id != "" {
		order = " ORDER BY " + quoteName(s.id)
	}
	rows, err := s.db.Query("SELECT " + strings.Join(quoted, ", ") + " FROM " + quoteName(s.table) + order)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	defer func() { _ = rows.Close() }() // it was only read
	cells, into := make([]any, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	line := 1
	for ; rows.Next(); line++ {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read %s: row %d: %w", s.name, line, err)
		}
		if err := f(s.record(line, cells)); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: row %d: %w", s.name, line, err)
	}
	return nil
}

func (s *geopackage) record(line int, cells []any) Record {
	r := Record{Line: line, Fields: make(map[string]any, len(s.columns))}
	if s.geometry == "" {
		r.Line++ // a table's header is row 1
	} else if blob, ok := cells[len(s.columns)].([]byte); ok {
		r.Geometry, r.Err = wkb.ParseBlob(blob)
	} else if cells[len(s.columns)] != nil {
		r.Err = errors.New("the geometry is no blob")
	}
	for i, name := range s.columns {
		value := s.value(name, cells[i])
		r.Fields[name] = value
		if name == s.id {
			r.ID = fmt.Sprint(value)
		}
	}
	return r
}

// value is a cell as the readers of text give it.
func (s *geopackage) value(column string, cell any) any {
	switch v := cell.(type) {
	case int64:
		if s.bools[column] {
			return v != 0
		}
		return json.Number(strconv.FormatInt(v, 10))
	case float64:
		return json.Number(strconv.FormatFloat(v, 'f', -1, 64))
	case string:
		return strings.ToValidUTF8(v, "\uFFFD")
	case bool:
		return v
	case time.Time: // the driver's view of a column of dates
		if s.dates[column] {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	case []byte:
		s.skipped[column] = true
	}
	return nil
}

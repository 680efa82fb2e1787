package form_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/export/form"
	"kaimen/data/read"
	"kaimen/geo/crs"
)

// In every system, a form says in what it is, and read back through that system
// the shapes are where they were: in GeoJSON to seven decimals.
func TestReadBackInSystems(t *testing.T) {
	t.Parallel()
	for _, coord := range []string{"gcj02", "bd09", "cgcs2000", "EPSG:4544", "EPSG:4523"} {
		system, err := export.ParseCoord(coord)
		if err != nil {
			t.Fatal(err)
		}
		for shape, want := range tables() {
			for _, f := range form.All() {
				beyond := !system.InDegrees() && (shape == "points" || shape == "multi") // of what a zone is made for
				if !f.Shapes || want.Shape == "" || beyond {
					continue
				}
				t.Run(strings.Join([]string{coord, shape, f.Name}, "/"), func(t *testing.T) {
					t.Parallel()
					var b bytes.Buffer
					err := f.Write(t.Context(), &b, export.CSVOptions{}, want.In(system))
					if f.Refuses(system) != "" {
						if known, ok := errors.AsType[*coverage.Error](err); !ok || known.Code != coverage.Unsupported || b.Len() > 0 {
							t.Errorf("meters in degrees: %v", err)
						}
						return
					}
					if err != nil {
						t.Fatal(err)
					}
					comesHome(t, f, system, want, &b)
				})
			}
		}
	}
}

func comesHome(t *testing.T, f form.Form, system crs.System, want export.Table, file io.Reader) {
	t.Helper()
	s, err := read.From(file, "things"+f.Endings[0], read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var got []orb.Geometry
	if err := s.Each(func(r read.Record) error { got = append(got, r.Geometry); return r.Err }); err != nil {
		t.Fatal(err)
	}
	sequence := f.Name == "geojsonseq" || f.Name == "geojsonl" // a line is all there is; see the test of their property
	if name := s.CRS(); name != system.Name() && !sequence {
		t.Errorf("the coordinate system is %q, want %q", name, system.Name())
	}
	i := 0
	for row := range want.Rows {
		if row.Geometry == nil {
			if got[i] != nil {
				t.Errorf("row %d has a shape", i+1)
			}
		} else if away := farthest(row.Geometry, system.Geometry(got[i])); away > 2e-7 { // 2 cm, of GeoJSON; 0.1 mm of others
			t.Errorf("row %d is off by %v degrees", i+1, away)
		}
		i++
	}
}

// farthest is how far apart two shapes of the same points are, in degrees.
func farthest(a, b orb.Geometry) float64 {
	var points [2][]orb.Point
	for i, g := range []orb.Geometry{a, b} {
		crs.Mapped(export.Multi(g), func(p orb.Point) orb.Point { points[i] = append(points[i], p); return p })
	}
	if len(points[0]) != len(points[1]) {
		return math.Inf(1)
	}
	worst := 0.0
	for i, p := range points[0] {
		worst = max(worst, math.Abs(p[0]-points[1][i][0]), math.Abs(p[1]-points[1][i][1]))
	}
	return worst
}

// Where there are cells, columns are named after the system; of a sequence, each
// line tells it. What files are not written in is refused.
func TestCellsNameTheirSystem(t *testing.T) {
	t.Parallel()
	places := table(coverage.ShapePoint, orb.Point{105.07, 29.59}, orb.Point{105.08, 29.6})
	places.Columns = append(places.Columns, coverage.Column{Name: "at", Type: export.ColumnPlace})
	rows := places.Rows
	places.Rows = func(yield func(export.Row) bool) {
		for row := range rows {
			row.Values = append(row.Values, row.Geometry)
			if row.Geometry == nil {
				row.Values[len(row.Values)-1] = nil
			}
			if !yield(row) {
				return
			}
		}
	}
	places.WKT = true
	for coord, want := range map[string]string{
		"wgs84": ",lon,lat,synthetic,wkt", "gcj02": ",lon_gcj02,lat_gcj02,synthetic,wkt_gcj02", "cgcs2000": ",lon_cgcs2000,lat_cgcs2000,synthetic,wkt_cgcs2000",
		"EPSG:4544": ",x_epsg4544,y_epsg4544,synthetic,wkt_epsg4544",
	} {
		system, err := export.ParseCoord(coord)
		if err != nil {
			t.Fatal(err)
		}
		file := string(written(t, "csv", places.In(system)))
		if head, _, _ := strings.Cut(file, "\n"); !strings.HasSuffix(head, want) {
			t.Errorf("%s: columns %s, want %s at the end", coord, head, want)
		}
		lines := string(written(t, "geojsonl", places.In(crs.WGS84)))
		if coord == "gcj02" {
			lines = string(written(t, "geojsonl", places.In(system)))
		}
		if told := strings.Count(lines, `"coord":"gcj02"`); told != map[bool]int{true: 3}[coord == "gcj02"] {
			t.Errorf("%s: %d lines tell their system", coord, told)
		}
	}
	if _, err := export.ParseCoord("EPSG:32648"); err == nil {
		t.Error("UTM is taken")
	}
}

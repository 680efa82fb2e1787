package read_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"kaimen/data/read"
)

// parquetRow has a column of every type that tools write.
type parquetRow struct {
	Name     *string   `parquet:"名称,optional"`
	ID       int64     `parquet:"id"`
	Share    float64   `parquet:"share"`
	Height   float32   `parquet:"height"`
	Open     bool      `parquet:"open"`
	Day      int32     `parquet:"day,date"`
	At       time.Time `parquet:"at,timestamp(millisecond)"`
	Area     int64     `parquet:"area,decimal(2:10)"`
	Big      uint64    `parquet:"big"`
	Tags     []string  `parquet:"tags,list"`
	Geometry []byte    `parquet:"geometry,optional"`
}

func drawParquet(t testing.TB, geo string, rows ...parquetRow) string {
	t.Helper()
	var out bytes.Buffer
	var options []parquet.WriterOption
	if geo != "" {
		options = append(options, parquet.KeyValueMetadata("geo", geo))
	}
	w := parquet.NewGenericWriter[parquetRow](&out, options...)
	_, err := w.Write(rows)
	must(t, err)
	must(t, w.Close())
	return out.String()
}

func geoOf(crs string) string {
	return `{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":[]` + crs + `}}}`
}

func TestParquet(t *testing.T) {
	t.Parallel()
	name := "东兴"
	point, err := wkb.Marshal(orb.Point{105, 29})
	must(t, err)
	rows := []parquetRow{
		{&name, 511011001001, 0.25, 1.5, true, 20780, time.UnixMilli(1795415400000), 12345, math.MaxUint64, []string{"a"}, point},
		{nil, -1, math.NaN(), -0.1, false, 0, time.UnixMilli(0), -5, 0, nil, nil},
		{nil, 2, 1e20, 0, false, 0, time.UnixMilli(0), 0, 0, nil, []byte{9}},
	}
	text := drawParquet(t, geoOf(`,"crs":{"name":"CGCS2000 / 3-degree Gauss-Kruger CM 105E","id":{"authority":"EPSG","code":4544}}`), rows...)
	s, err := read.From(strings.NewReader(text), "a.parquet", read.Options{})
	must(t, err)
	var got []string
	must(t, s.Each(func(r read.Record) error {
		f := r.Fields
		got = append(got, fmt.Sprint(r.Line, " ", r.Geometry, " ", r.Err, " ", f["名称"], " ", f["id"], " ", f["share"], " ", f["height"], " ",
			f["open"], " ", f["day"], " ", f["at"], " ", f["area"], " ", f["big"]))
		return nil
	}))
	want := []string{
		"1 [105 29] <nil> 东兴 511011001001 0.25 1.5 true 2026-11-23 2026-11-23T06:30:00Z 123.45 18446744073709551615",
		"2 <nil> <nil> <nil> -1 <nil> -0.1 false 1970-01-01 1970-01-01T00:00:00Z -0.05 0",
		"3 <nil> no order of bytes is 9 <nil> 2 100000000000000000000 0 false 1970-01-01 1970-01-01T00:00:00Z 0 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s.CRS() != "EPSG:4544" || fmt.Sprint(s.Notes()) != "[column tags holds several values in one and is not read]" || len(s.Columns()) != 9 {
		t.Errorf("%s %q %q", s.CRS(), s.Notes(), s.Columns())
	}
	must(t, s.Close())
}

func TestParquetSystems(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ geo, want string }{
		{geoOf(""), "EPSG:4326"},
		{geoOf(`,"crs":null`), read.Undeclared},
		{geoOf(`,"crs":{"name":"x","id":{"authority":"OGC","code":"CRS84"}}`), "OGC:CRS84"},
		{geoOf(`,"crs":{"name":"Xian 1980"}`), "Xian 1980"},
		{"", ""},
	} {
		s, err := read.From(strings.NewReader(drawParquet(t, tc.geo)), "a.parquet", read.Options{})
		must(t, err)
		if s.CRS() != tc.want {
			t.Errorf("%s: %s, want %s", tc.geo, s.CRS(), tc.want)
		}
		must(t, s.Close())
	}
	for _, tc := range []struct{ text, want string }{
		{"PAR1", "read a.parquet: this is no Parquet file: it does not end with PAR1"},
		{strings.Repeat("x", 100) + "\xff\xff\xff\x7fPAR1", "it states 2147483647 bytes of metadata and has 108 in all"},
		{drawParquet(t, "{"), "its metadata geo: "},
		{drawParquet(t, strings.ReplaceAll(geoOf(""), `"geometry"`, `"shape"`)), `there is no geometry column "shape"`},
		{drawParquet(t, strings.ReplaceAll(geoOf(""), `WKB`, `point`)), `its geometry is encoded as "point"; read is WKB`},
	} {
		if _, err := read.From(strings.NewReader(tc.text), "a.parquet", read.Options{}); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v, want %s", err, tc.want)
		}
	}
}

func FuzzParquet(f *testing.F) {
	f.Add(drawParquet(f, geoOf(""), parquetRow{ID: 1, Geometry: []byte{1, 2}}))
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = records(t, "a.parquet", text, read.Options{})
	})
}

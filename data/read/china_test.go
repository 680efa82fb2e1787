package read_test

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/data/read"
	"kaimen/geo"
	"kaimen/geo/crs"
)

// A table as a bureau hands it over, in GBK and GCJ-02, is within a meter of
// the truth once it is decoded and shifted.
func TestBureauTable(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-osm-samples/derived-gbk-gcj02")
	type place struct {
		name, kind any
		at         orb.Point
	}
	load := func(file, encoding string, system crs.System) map[any]place {
		s, err := read.Open(filepath.Join(dir, file), read.Options{Encoding: encoding})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		out := make(map[any]place)
		if err := s.Each(func(r read.Record) error {
			lon, err := strconv.ParseFloat(r.Fields["经度"].(string), 64)
			if err != nil {
				return err
			}
			lat, err := strconv.ParseFloat(r.Fields["纬度"].(string), 64)
			out[r.Fields["编号"]] = place{r.Fields["名称"], r.Fields["类型"], system.ToWGS84(orb.Point{lon, lat})}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := load("poi-gbk-gcj02.csv", "gbk", crs.MustParse("GCJ-02"))
	want := load("truth-poi-wgs84.csv", "", crs.WGS84)
	if len(got) != 55 || len(want) != 55 {
		t.Fatalf("%d and %d places, want 55", len(got), len(want))
	}
	for id, w := range want {
		g := got[id]
		if d := geo.Distance(g.at, w.at); d > 1 || g.name != w.name || g.kind != w.kind {
			t.Errorf("%v: %v, want %v, %.2f m off", id, g, w, d)
		}
	}
	if _, err := read.Open(filepath.Join(dir, "poi-gbk-gcj02.csv"), read.Options{}); err == nil {
		t.Error("GBK was taken for UTF-8")
	}
}

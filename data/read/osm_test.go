package read_test

import (
	"context"
	"errors"
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
)

// sharedData is a folder of the shared test data; the test is skipped without it.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("shared test data is not there: %v", err)
	}
	return path
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Node 9 is not in the file. Way 1 is whole, way 2 loses its middle, way 3 has
// no two neighboring nodes, way 4 is planned, way 5 is a building.
const small = `<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="105.0500001" lat="29.58"/><node id="2" lon="105.051" lat="29.58"/>
<node id="3" lon="105.052" lat="29.58"/><node id="4" lon="105.053" lat="29.58"/>
<node id="5" lon="105.054" lat="95"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="1"/><tag k="highway" v="footway"/><tag k="name" v="滨江路"/><tag k="width" v="2"/><tag k="source" v="survey"/></way>
<way id="2"><nd ref="1"/><nd ref="2"/><nd ref="9"/><nd ref="3"/><nd ref="9"/><nd ref="3"/><nd ref="4"/><tag k="highway" v="service"/></way>
<way id="3"><nd ref="1"/><nd ref="9"/><nd ref="2"/><nd ref="5"/><tag k="highway" v="path"/></way>
<way id="4"><nd ref="1"/><nd ref="2"/><tag k="highway" v="proposed"/></way>
<way id="5"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way>
</osm>`

func TestOSMFromXML(t *testing.T) {
	t.Parallel()
	got, err := read.OSM(context.Background(), write(t, "a.osm", small), read.OSMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := map[int64]orb.Point{1: {105.0500001, 29.58}, 2: {105.051, 29.58}, 3: {105.052, 29.58}, 4: {105.053, 29.58}}
	want := &read.OSMRoads{
		Roads: []coverage.Road{
			{ID: "1", Name: "滨江路", Class: "footway", Nodes: []int64{1, 2, 1}, Line: orb.LineString{n[1], n[2], n[1]}, Tags: map[string]string{"width": "2"}},
			{ID: "2", Class: "service", Nodes: []int64{1, 2}, Line: orb.LineString{n[1], n[2]}},
			{ID: "2#2", Class: "service", Nodes: []int64{3, 4}, Line: orb.LineString{n[3], n[4]}},
		},
		Ways: 5, NotHighway: 1, Unbuilt: 1, NoNodes: 1,
		Broken: []read.BrokenWay{{ID: "2", Missing: 2, Parts: 2}, {ID: "3", Missing: 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]coverage.ReasonCount{
		{Code: coverage.ReasonMissingNode, Rows: 1}, {Code: coverage.ReasonNotRoad, Rows: 2},
	}, got.SetAside()); diff != "" || got.Used() != 2 {
		t.Errorf("%d used, %s", got.Used(), diff)
	}
}

var chineseSamples = []string{
	"beijing-bupt-2025", "jiangxi-guixi-2024", "nantong-dieshiqiao-2026", "shanghai-jingan-2026", "shanghai-university-2021",
}

// The same extract as XML and as PBF gives the same roads to the last bit.
func TestXMLAndPBFAgree(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-osm-samples")
	for _, name := range chineseSamples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, err := read.OSM(context.Background(), filepath.Join(dir, name+".osm.gz"), read.OSMOptions{})
			if err != nil {
				t.Fatal(err)
			}
			p, err := read.OSM(context.Background(), filepath.Join(dir, name+".osm.pbf"), read.OSMOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(x, p); diff != "" {
				t.Error(diff)
			}
			if len(p.Roads) < 30 {
				t.Errorf("only %d roads", len(p.Roads))
			}
		})
	}
}

// delaware is an extract that comes with a module we use; the test is skipped
// without it.
func delaware(t testing.TB) string {
	t.Helper()
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(filepath.SplitList(build.Default.GOPATH)[0], "pkg", "mod")
	}
	path := filepath.Join(cache, "github.com", "paulmach", "osm@v0.8.0", "testdata", "delaware-latest.osm.pbf")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the Delaware extract is not in the module cache: %v", err)
	}
	return path
}

// Delaware has 73,144 ways. Every way is accounted for, and the last call of
// Progress says that all is done.
func TestDelaware(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads an extract of 8 MB")
	}
	var done, total int64
	got, err := read.OSM(context.Background(), delaware(t), read.OSMOptions{Progress: func(d, n int64) { done, total = d, n }})
	if err != nil {
		t.Fatal(err)
	}
	if got.Ways != 73144 || done != total || total != 2*7812234 {
		t.Errorf("%d ways, %d of %d bytes", got.Ways, done, total)
	}
	whole := 0
	for _, r := range got.Roads {
		if !strings.Contains(r.ID, "#") {
			whole++
		}
		if len(r.Nodes) != len(r.Line) || len(r.Nodes) < 2 || r.Class == "" {
			t.Fatalf("%+v", r)
		}
		for _, p := range r.Line {
			if p[0] < -76 || p[0] > -74.5 || p[1] < 38 || p[1] > 40.5 {
				t.Fatalf("%s: %v is not near Delaware", r.ID, p)
			}
		}
	}
	if whole != got.Used() {
		t.Errorf("%d ways used, %d by their roads", got.Used(), whole)
	}
}

func TestOSMFaults(t *testing.T) {
	t.Parallel()
	cut := func(name string, n int) string {
		b, err := os.ReadFile(filepath.Join(sharedData(t, "cn-osm-samples"), name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:len(b)*n/100])
	}
	for _, tc := range []struct{ file, text, want string }{
		{"a.osm", "", "a.osm: the file holds no nodes and no ways"},
		{"a.osm", "<html><p>moved</p></html>", "no nodes and no ways"},
		{"a.osm", small[:600], "XML syntax error"},
		{"a.osm.gz", "x", "a.osm.gz: "},
		{"a.osm.gz", cut("nantong-dieshiqiao-2026.osm.gz", 50), "unexpected EOF"},
		{"a.osm.bz2", "no bzip at all", "bzip2"},
		{"a.osm.pbf", "", "a.osm.pbf: the file is empty"},
		{"a.osm.pbf", small, "block at byte 0: a block header is too long"},
		{"a.osm.pbf", cut("nantong-dieshiqiao-2026.osm.pbf", 50), "ends in the middle of a block"},
		{"a.shp", "", "this format is not known"},
	} {
		_, err := read.OSM(context.Background(), write(t, tc.file, tc.text), read.OSMOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), "read "+tc.file+": ") || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s %.20q: %v, want %q", tc.file, tc.text, err, tc.want)
		}
	}
	if _, err := read.OSM(context.Background(), "none.osm.pbf", read.OSMOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, path := range []string{write(t, "a.osm", small), filepath.Join(sharedData(t, "cn-osm-samples"), "beijing-bupt-2025.osm.pbf")} {
		if _, err := read.OSM(ctx, path, read.OSMOptions{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func FuzzOSMXML(f *testing.F) {
	f.Add(small)
	f.Add("<osm><way id='1'><nd ref='1'/><tag k='highway' v='x'/></way></osm>")
	f.Add(strings.Replace(gated, "RELATIONS", relation("restriction=no_left_turn", "from:way:11 via:node:2 to:way:12"), 1))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := read.OSM(context.Background(), write(t, "a.osm", text), read.OSMOptions{})
		if err != nil {
			return
		}
		for _, r := range got.Roads {
			if len(r.Nodes) < 2 || len(r.Nodes) != len(r.Line) {
				t.Errorf("%+v", r)
			}
		}
		if got.Used() < 0 {
			t.Errorf("%d ways used", got.Used())
		}
	})
}

func BenchmarkOSM(b *testing.B) {
	path := delaware(b)
	b.Run("delaware", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := read.OSM(context.Background(), path, read.OSMOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

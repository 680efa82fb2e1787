package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"kaimen/data/sample"
)

// clientCase is a result as its own answer tells it.
type clientCase struct {
	name, id, geometry string
	want               []featureRead
}

// results asks what clients are to read, as jobs that answer in tables without
// shapes, and at once in GeoJSON to know what they must find.
func (o *office) results() (list []clientCase) {
	o.t.Helper()
	const of = "/api/v1/studies/" + sample.Study + "/"
	for _, tc := range []struct {
		questionAsked
		geometry string
	}{
		{questionAsked{"coverage", http.MethodGet, of + "coverage?kind=pocket_park&level=grid", ""}, "MultiPolygon"},
		{questionAsked{"gaps", http.MethodGet, of + "gaps?kind=pocket_park&cutoff_m=500", ""}, "Point"},
		{questionAsked{"plans", http.MethodPost, of + "plans", `{"kind":"pocket_park","p":3,"effort":10,"sources":["parcel"],"deadline_s":600}`}, "Point"},
		{questionAsked{"isochrones", http.MethodGet, of + "isochrones?kind=pocket_park", ""}, "MultiPolygon"},
		{questionAsked{"isochrones", http.MethodGet, of + "isochrones?kind=pocket_park&as=lines", ""}, "MultiLineString"},
	} {
		j := o.until(o.job(tc.method, tc.in("csv"), tc.body).ID, (*jobShown).over)
		answer, text := o.send(tc.method, tc.in("geojson"), tc.body)
		var page struct{ Features []featureRead }
		if err := json.Unmarshal(text, &page); err != nil || answer.StatusCode != http.StatusOK || len(page.Features) == 0 || j.link("collection") == "" {
			o.t.Fatalf("%s: %v, job %+v, at once %d %.300s", tc.path, err, j, answer.StatusCode, text)
		}
		list = append(list, clientCase{tc.kind + " as " + tc.geometry, strings.TrimPrefix(j.link("collection"), "/ogc/collections/"), tc.geometry, page.Features})
	}
	return list
}

// extent is the box of all features, and fields their properties that are no
// lists, with the id that every collection has.
func (c *clientCase) extent() orb.Bound {
	box := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	var visit func(v any)
	visit = func(v any) {
		list := v.([]any)
		if x, ok := list[0].(float64); ok {
			box = box.Extend(orb.Point{x, list[1].(float64)})
			return
		}
		for _, item := range list {
			visit(item)
		}
	}
	for i := range c.want {
		if g := c.want[i].Geometry; g != nil {
			visit(g.Coordinates)
		}
	}
	return box
}

func (c *clientCase) fields() map[string]bool {
	fields := map[string]bool{"id": true}
	for name := range c.want[0].Properties {
		fields[name] = true
	}
	return fields
}

func nearly(a, b orb.Bound) bool {
	for i := range 2 {
		if math.Abs(a.Min[i]-b.Min[i]) > 1.1e-6 || math.Abs(a.Max[i]-b.Max[i]) > 1.1e-6 {
			return false
		}
	}
	return true
}

func runs(t *testing.T, name string, environment []string, arguments ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Env = append(os.Environ(), environment...)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%.2000s", name, strings.Join(arguments, " "), err, out)
	}
	return out
}

// asGDALWrites rounds numbers to the fifteen digits that GDAL writes.
func (f *featureRead) asGDALWrites() {
	for name, v := range f.Properties {
		if x, ok := v.(float64); ok {
			f.Properties[name] = strconv.FormatFloat(x, 'g', 15, 64)
		}
	}
}

var extentTold = regexp.MustCompile(`(?m)^Extent: \((.+), (.+)\) - \((.+), (.+)\)$`)

// GDAL finds every feature of a result with its shape and all its properties, as
// the answer itself has them, and is told its extent.
func TestGDALReadsResults(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: the short run, under the race detector, learns nothing from clients in other processes")
	}
	t.Parallel()
	for _, tool := range []string{"ogrinfo", "ogr2ogr"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed (Debian package gdal-bin); GDAL does not read the results", tool)
		}
	}
	o := openDistrict(t).office
	source := "OAPIF:" + o.server.URL + "/ogc"
	for _, c := range o.results() {
		file := filepath.Join(t.TempDir(), "copy.geojson")
		runs(t, "ogr2ogr", nil, "-q", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=7", "-oo", "PAGE_SIZE=100", file, source, c.id)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var copied struct{ Features []featureRead }
		if err := json.Unmarshal(text, &copied); err != nil || len(copied.Features) != len(c.want) {
			t.Errorf("%s: %v, %d features, want %d", c.name, err, len(copied.Features), len(c.want))
			continue
		}
		for i := range copied.Features {
			got, want := &copied.Features[i], &c.want[i]
			if _, there := want.Properties["id"]; !there {
				delete(got.Properties, "id")
			}
			got.asGDALWrites()
			want.asGDALWrites()
			if got.Geometry != nil && got.Geometry.Type != c.geometry || got.alike() != want.alike() {
				t.Errorf("%s: feature %d is\n%.1500s, want\n%.1500s", c.name, i, got.alike(), want.alike())
				break
			}
		}
		told := extentTold.FindStringSubmatch(string(runs(t, "ogrinfo", nil, "-ro", "-so", source, c.id)))
		if told == nil {
			t.Errorf("%s: no extent", c.name)
			continue
		}
		var box [4]float64
		for i := range box {
			box[i], _ = strconv.ParseFloat(told[i+1], 64)
		}
		if got := (orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}); !nearly(got, c.extent()) {
			t.Errorf("%s: extent %v, want %v", c.name, got, c.extent())
		}
	}
}

// QGIS opens a result, counts and reads it, and finds its fields and extent.
func TestQGISReadsResults(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: the short run, under the race detector, learns nothing from clients in other processes")
	}
	t.Parallel()
	const python = "/usr/bin/python3" // the one that the package is for
	if err := exec.CommandContext(t.Context(), python, "-c", "import qgis.core").Run(); err != nil {
		t.Skip("QGIS for Python is not installed (Debian package python3-qgis); QGIS does not open the results")
	}
	o := openDistrict(t).office
	cases := o.results()
	arguments := []string{filepath.Join("ogc", "testdata", "readwithqgis.py"), o.server.URL + "/ogc"}
	for _, c := range cases {
		arguments = append(arguments, c.id)
	}
	home := t.TempDir()
	var seen map[string]struct {
		Valid            bool
		Error            string
		Count, Read, IDs int
		Geometry         string
		Fields           map[string]string
		Extent           [4]float64
	}
	out := runs(t, python, []string{"QT_QPA_PLATFORM=offscreen", "HOME=" + home, "XDG_RUNTIME_DIR=" + home}, arguments...)
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	for _, c := range cases {
		got := seen[c.id]
		if n := len(c.want); !got.Valid || got.Count != n || got.Read != n || got.Geometry != c.geometry {
			t.Errorf("%s: valid %v %s, counts %d, reads %d of %s, want %d of %s", c.name, got.Valid, got.Error, got.Count, got.Read, got.Geometry, n, c.geometry)
		}
		for name := range c.fields() {
			if got.Fields[name] == "" {
				t.Errorf("%s has no field %s", c.name, name)
			}
		}
		if box := (orb.Bound{Min: orb.Point{got.Extent[0], got.Extent[1]}, Max: orb.Point{got.Extent[2], got.Extent[3]}}); len(got.Fields) != len(c.fields()) || !nearly(box, c.extent()) {
			t.Errorf("%s: %d fields within %v, want %d within %v", c.name, len(got.Fields), box, len(c.fields()), c.extent())
		}
	}
	if len(seen) != len(cases) {
		t.Error(fmt.Sprint(len(seen), " layers"))
	}
}

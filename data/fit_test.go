package data_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
	"kaimen/data"
	"kaimen/geo"
)

// TestFit: what zones have against each other is told with the row that it is
// about; a missing grid of a community is a gap of a quarter of it.
func TestFit(t *testing.T) {
	t.Parallel()
	square := func(west, south, side float64) string {
		return fmt.Sprintf("[[[%[1]g,%[2]g],[%[3]g,%[2]g],[%[3]g,%[4]g],[%[1]g,%[4]g],[%[1]g,%[2]g]]]", west, south, west+side, south+side)
	}
	s, report := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study("  boundaries: [{file: zones.geojson}]"),
		"zones.geojson": collection(
			feature(`"id":"c","level":"community"`, "Polygon", square(0, 0, 0.02)),
			feature(`"id":"g1","level":"grid"`, "Polygon", square(0, 0, 0.01)),
			feature(`"id":"g2","level":"grid","parent":"c","kind":"dedicated"`, "Polygon", square(0.01, 0, 0.01)),
			feature(`"id":"g3","level":"grid"`, "Polygon", square(0, 0.01, 0.01)),
			feature(`"id":"far","level":"grid"`, "Polygon", square(0.1, 0.1, 0.01)),
		),
	}))
	var told []string
	for _, i := range report.Issues {
		if i.Layer == coverage.LayerBoundaries {
			told = append(told, brief(i))
		}
	}
	wantLines(t, "told", told, []string{"orphan zones.geojson 5 far", "gap zones.geojson 1 c"})
	grids := report.Levels[1]
	quarter := geo.PlaneOf(s.Bounds()).MultiArea(s.Boundaries[1].Area)
	if math.Abs(grids.GapM2-quarter) > quarter/1e6 {
		t.Errorf("the gap is %v m², a grid %v", grids.GapM2, quarter)
	}
	equal(t, "found", fmt.Sprint(grids.Zones, grids.Dedicated, grids.ByID, grids.ByPlace, grids.Orphans), "4 1 1 2 1")
}

// shenzhen is a study of the 491 traffic zones of Shenzhen, a shapefile in
// EPSG:3857, and of 681 charging stations whose zone the source names.
func shenzhen(t *testing.T, crs string) (dir, manifest string) {
	t.Helper()
	dir = sharedData(t, "cn-shenzhen-charging")
	return dir, manifestBeside(t, dir, `
study: shenzhen
sources:
  boundaries: [{file: "$DIR/SZ_districts.shp", level: grid, fields: {id: TAZID}}]
  demand: [{file: "$DIR/stations-2023-with-zone.csv", fields: {id: station_id, people: charge_count}`+crs+`}]
`)
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// TestShenzhenJoin: every station that lies in a zone lies in the one that the
// source names. Its author found none different among all of them, and 4 % in
// no zone.
func TestShenzhenJoin(t *testing.T) {
	t.Parallel()
	dir, path := shenzhen(t, `, crs: "EPSG:4326"`)
	s, _ := mustImport(t, path)
	file, err := os.Open(filepath.Join(dir, "stations-2023-with-zone.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, row := range rows[1:] {
		want[row[0]] = row[slices.Index(rows[0], "TAZID")]
	}
	zones := zonal.Divide(s)
	inside := 0
	for i := range s.Demand {
		if zone, ok := zones.HoldingDemand(coverage.LevelGrid, i); ok {
			inside++
			equal(t, s.Demand[i].ID, zone.ID, want[s.Demand[i].ID])
		}
	}
	if equal(t, "zones", len(s.Boundaries), 491); inside < 640 || inside > 681 {
		t.Errorf("%d of %d stations lie in a zone", inside, len(s.Demand))
	}
}

// TestShenzhenSystem: taken as they stand 4.6 % of the stations lie in no
// zone, as GCJ-02 hardly one, as the data's own readme says: it is suggested.
func TestShenzhenSystem(t *testing.T) {
	t.Parallel()
	_, path := shenzhen(t, "")
	_, report, err := data.Import(t.Context(), path, data.Options{Now: noon})
	equal(t, "error", coverage.CodeOf(err), coverage.Invalid)
	if !strings.HasSuffix(report.Issues[0].Message, "write crs: GCJ-02") {
		t.Error(report.Issues[0].Message)
	}
}

// TestOverlapsAgainstGEOS: the zones overlap each other by the area that GDAL
// finds with GEOS, on the same equirectangular plane: by the area that two
// zones lose when they are joined, as GDAL takes no area of an intersection
// that also holds lines.
func TestOverlapsAgainstGEOS(t *testing.T) {
	t.Parallel()
	dir, path := shenzhen(t, `, crs: "EPSG:4326"`)
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed (Debian: gdal-bin)")
	}
	s, _ := mustImport(t, path)
	center := geo.PlaneOf(s.Bounds()).Center()
	flat := filepath.Join(t.TempDir(), "flat.gpkg")
	run(t, "ogr2ogr", "-f", "GPKG", "-nln", "z", "-t_srs",
		fmt.Sprintf("+proj=eqc +R=%v +lat_ts=%v +lon_0=%v +units=m +no_defs", geo.EarthRadiusMeters, center[1], center[0]), flat, filepath.Join(dir, "SZ_districts.shp"))
	out := run(t, "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", flat, "-dialect", "sqlite", "-sql",
		"SELECT SUM(ST_Area(a.geom) + ST_Area(b.geom) - ST_Area(ST_Union(a.geom, b.geom))) AS m2 FROM z a JOIN z b ON a.TAZID < b.TAZID AND ST_Intersects(a.geom, b.geom)")
	var answer struct {
		Features []struct{ Properties struct{ M2 float64 } }
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || len(answer.Features) != 1 || answer.Features[0].Properties.M2 == 0 {
		t.Skipf("this GDAL has no spatial SQL: %v %s", err, out)
	}
	want := answer.Features[0].Properties.M2
	levels, _, err := zonal.Audit(t.Context(), zonal.Arrange(s.Boundaries, s.Buildings), zonal.Tolerance{})
	if err != nil {
		t.Fatal(err)
	}
	if have := levels[0].OverlapM2; math.Abs(have-want) > 1e-3*want {
		t.Errorf("overlaps of %v m², GEOS finds %v", have, want)
	}
	t.Logf("overlaps %v m², GEOS %v", levels[0].OverlapM2, want)
}

// FuzzTables: no counts, entrances or requests panic, and all rows are
// accounted for.
func FuzzTables(f *testing.F) {
	f.Add("id,people\ng,12.5\n", "facility,lon,lat\nf,0.001,0.001\n", requestTable)
	f.Add("网格编号,人口,elderly\ng,8e9,8e9\ng,1,1\nx,1,1\n", "facility;kind;x;y\n;;;\nf;park;1e400;0\n", "id,kind,lon,lat,opened_at\na,b,0,0,20269999\n")
	f.Fuzz(func(t *testing.T, counts, gates, requests string) {
		s, report, err := data.Import(t.Context(), writeStudy(t, map[string]string{
			"study.yaml": study("  boundaries: [{file: z.geojson, level: grid}]\n  demand: [{file: c.csv, zone: grid}]\n" +
				"  facilities: [{file: z.geojson, kind: park}]\n  entrances: [{file: g.csv}]\n  requests: [{file: r.csv}]"),
			"z.geojson": collection(feature(`"id":"g"`, "Polygon", "["+square(0)+"]")), "c.csv": counts, "g.csv": gates, "r.csv": requests,
		}), data.Options{Now: noon})
		equal(t, "a snapshot comes without an error", s != nil, err == nil)
		equal(t, "the report adds up", report.Reconciles(), true)
		if err != nil {
			equal(t, "code", coverage.CodeOf(err), coverage.Invalid)
		}
	})
}

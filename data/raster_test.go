package data_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
)

// cells is a raster of 4 by 3 cells of half the width of a drawn grid. The
// upper row lies north of all zones; two cells have no value.
const cells = `ncols 4
nrows 3
xllcorner 0
yllcorner 0
cellsize %s
NODATA_value -9999
1.5 2 -9999 0
10.1 20.2 5 -9999
0.1 0.2 3 4
`

// rasterTown is two grids of 0.01° side by side, one far away, and a source of
// demand.
func rasterTown(source string) map[string]string {
	var grids []string
	for id, west := range map[string]float64{"A": 0, "B": 0.01, "far": 0.5} {
		grids = append(grids, feature(fmt.Sprintf(`"id":%q,"level":"grid"`, id), "Polygon", "["+square(west)+"]"))
	}
	return map[string]string{
		"study.yaml":    "study: s\nsources:\n  boundaries: [{file: grids.geojson}]\n  demand: [" + source + "]\n",
		"grids.geojson": collection(grids...),
	}
}

// rasterStudy writes a study whose pop.tif GDAL makes of cells of a size.
func rasterStudy(t *testing.T, files map[string]string, size string, args ...string) string {
	t.Helper()
	translate, err := exec.LookPath("gdal_translate")
	if err != nil {
		t.Skip("gdal_translate is not installed (Debian: gdal-bin)")
	}
	files = maps.Clone(files)
	if files["pop.asc"] == "" {
		files["pop.asc"] = fmt.Sprintf(cells, size)
	}
	path := writeStudy(t, files)
	dir := filepath.Dir(path)
	args = append([]string{"-q", "-oo", "DATATYPE=Float64", "-ot", "Float64"}, args...)
	run(t, translate, append(args, filepath.Join(dir, "pop.asc"), filepath.Join(dir, "pop.tif"))...)
	return path
}

// Added up by hand: A has 10.1 + 20.2 + 0.1 + 0.2 people in 4 cells, B has
// 5 + 3 + 4 in 3; 3 cells with 1.5 + 2 + 0 people lie in no zone, 2 have no
// value. The same in degrees and in meters of EPSG:3857, by the file's word and
// by the manifest's, plain and in packed tiles.
func TestRasterByZone(t *testing.T) {
	t.Parallel()
	const degrees, meters = "0.005", "556.5974539663679"
	for _, tc := range []struct {
		name, crs, size string
		args            []string
	}{
		{"file says degrees", "", degrees, []string{"-a_srs", "EPSG:4326"}},
		{"file says meters", "", meters, []string{"-a_srs", "EPSG:3857", "-co", "COMPRESS=LZW"}},
		{"manifest says meters", `, crs: "EPSG:3857"`, meters, []string{"-co", "TILED=YES", "-co", "COMPRESS=DEFLATE"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := rasterStudy(t, rasterTown("{file: pop.tif, zone: grid"+tc.crs+"}"), tc.size, tc.args...)
			s, report := mustImport(t, path)
			sums := map[string]coverage.Amount{}
			for _, d := range s.Demand {
				zone, _, _ := strings.Cut(d.ID, "/")
				sums[zone] += d.Weights[coverage.WeightPeople]
			}
			equal(t, "zones with people", len(sums), 2)
			equal(t, "A", sums["A"], 30_600_000)
			equal(t, "B", sums["B"], 12_000_000)
			source := report.Sources[1]
			equal(t, "cells", source.Read, 12)
			equal(t, "cells used", source.Used, 7)
			equal(t, "set aside", fmt.Sprint(source.SetAside), "[{missing_value 2 0} {outside 3 3.5}]")
			wantIssue(t, report.Issues, coverage.Issue{
				Severity: coverage.SeverityWarning, Code: coverage.ReasonNoCell, Source: "pop.tif", Feature: "far",
			})
			wantIssue(t, report.Issues, coverage.Issue{
				Severity: coverage.SeverityWarning, Code: coverage.ReasonOutside, Source: "pop.tif",
			})
			again, _ := mustImport(t, path)
			equal(t, "id of a second import", again.ID, s.ID)
		})
	}
}

// A raster that is looked into says by which zones it would be summed, and gives
// the zones that have people; taken with these settings it gives them the same
// people as an import. By other zones than it guesses, by those.
func TestInspectRaster(t *testing.T) {
	t.Parallel()
	path := rasterStudy(t, rasterTown("{file: pop.tif, zone: grid}"), "0.005", wgs84...)
	imported, _ := mustImport(t, path)
	body, err := os.ReadFile(filepath.Join(filepath.Dir(path), "pop.tif"))
	if err != nil {
		t.Fatal(err)
	}
	base := *imported
	base.Demand = nil
	f := coverage.LayerFile{Name: "pop.tif", Body: body}
	i := inspect(t, &base, f)
	equal(t, "layer", i.Layer.Value+" "+i.Layer.How, "demand guess")
	equal(t, "crs", i.CRS.Value+" "+i.CRS.How, "EPSG:4326 file")
	equal(t, "zone", i.Settings.Zone, coverage.LevelGrid)
	equal(t, "zone as a field", field(i, "zone"), coverage.FieldBound{Field: "zone", Needed: true, How: coverage.KnownGuess})
	equal(t, "people", field(i, "people"), coverage.FieldBound{Field: "people", Needed: true, How: coverage.KnownUsual})
	equal(t, "fields", len(i.Fields), 2)
	equal(t, "cells", fmt.Sprint(i.Rows, i.Report.Sources[0].Used, i.Report.Sources[0].SetAside), "12 7 [{missing_value 2 0} {outside 3 3.5}]")
	var drawn []string
	for _, row := range i.Preview {
		drawn = append(drawn, row.ID)
	}
	equal(t, "zones drawn", fmt.Sprint(i.Drawn, drawn), "2 [A B]")
	equal(t, "bounds", i.Bounds.Max[0], 0.02)

	i.Settings.Body = body
	equal(t, "snapshot", replace(t, &base, i.Settings).ID, imported.ID)

	f.Zone = coverage.LevelStreet
	i = inspect(t, &base, f)
	equal(t, "how street", field(i, "zone").How, coverage.KnownGiven)
	equal(t, "drawn by street", i.Drawn, 0)
	wantIssue(t, i.Report.Issues, coverage.Issue{Severity: coverage.SeverityError, Code: coverage.ReasonUnknownZone, Source: "pop.tif"})

	// Of another layer it cannot be, and has its fields, of which none is people.
	i = inspect(t, &base, coverage.LayerFile{Name: "pop.tif", Body: body, Layer: coverage.LayerBoundaries})
	wantIssue(t, i.Report.Issues, coverage.Issue{Severity: coverage.SeverityError, Code: coverage.ReasonBadManifest, Source: "pop.tif"})
	equal(t, "a zone of boundaries", i.Settings.Zone, "")
	equal(t, "id", field(i, "id"), coverage.FieldBound{Field: "id", Needed: true, How: coverage.KnownNot})
	equal(t, "people of boundaries", slices.ContainsFunc(i.Fields, func(f coverage.FieldBound) bool { return f.Field == "people" }), false)
}

// Of people counted by zones in a table the zones are drawn; which ones they are
// is told by the ids that stand in it. Few of them do not tell, and positions
// are believed first.
func TestInspectCounts(t *testing.T) {
	t.Parallel()
	base := studyOf(t, map[string]string{
		"study.yaml":    "study: s\nsources:\n  boundaries: [{file: grids.geojson}]\n",
		"grids.geojson": rasterTown("")["grids.geojson"],
	})
	counts := func(text string) coverage.LayerFile {
		return coverage.LayerFile{Name: "people.csv", Layer: coverage.LayerDemand, Body: []byte(text)}
	}
	guessed := inspect(t, base, counts("网格编号,人口\nfar,3\nB,4\nnowhere,5\n"))
	equal(t, "guessed", guessed.Settings.Zone, coverage.LevelGrid)
	equal(t, "how it is known", field(guessed, "zone").How, coverage.KnownGuess)
	equal(t, "guessed drawn", guessed.Drawn, 2)
	equal(t, "few", inspect(t, base, counts("id,people\nfar,3\nC,4\nnowhere,5\n")).Settings.Zone, "")
	equal(t, "places", inspect(t, base, counts("id,people,x,y\nfar,3,0.5,0\nB,4,0.01,0\n")).Settings.Zone, "")

	f := counts("id,people\nfar,3\nB,4\nnowhere,5\n")
	f.Zone = coverage.LevelGrid
	i := inspect(t, base, f)
	equal(t, "drawn", fmt.Sprint(i.Drawn, []string{i.Preview[0].ID, i.Preview[1].ID}), "2 [B far]")
	equal(t, "how", field(i, "zone").How, coverage.KnownGiven)
	equal(t, "crs", i.CRS.Why, "counts of zones have no positions")
}

// The same raster in a .zip, beside another one of which it is told apart by
// name, gives the same people.
func TestRasterInArchive(t *testing.T) {
	t.Parallel()
	path := rasterStudy(t, rasterTown("{file: pop.tif, zone: grid}"), "0.005", wgs84...)
	plain, _ := mustImport(t, path)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(path), "pop.tif"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ source, archive string }{
		{"{file: pop.zip, zone: grid}", zipped(t, "grid/pop.tif", string(text), "readme.txt", "people")},
		{"{file: pop.zip, zone: grid, layer: pop}", zipped(t, "pop.tif", string(text), "old.tif", "", "pop.csv", "id\n")},
	} {
		files := rasterTown(tc.source)
		files["pop.zip"] = tc.archive
		s, report := mustImport(t, writeStudy(t, files))
		equal(t, "snapshot", s.ID, plain.ID)
		equal(t, "cells", report.Sources[1].Read, 12)
	}
	files := rasterTown(`{file: pop.zip, zone: grid, fields: {id: code}}`)
	files["pop.zip"] = zipped(t, "pop.tif", string(text))
	faults := faultsOf(t, files)
	equal(t, "faults of columns", len(faults), 1)
	equal(t, "fault", brief(faults[0]), "bad_manifest pop.zip 0 ")
}

func TestRasterFaults(t *testing.T) {
	t.Parallel()
	const source = "{file: pop.tif, zone: grid}"
	bare := rasterTown(source)
	bare["pop.asc"] = strings.Replace(fmt.Sprintf(cells, "0.005"), "NODATA_value -9999\n", "", 1)
	twice := rasterTown(source + ", {file: counts.csv, zone: grid}")
	twice["counts.csv"] = "id,people\nA,1\n"
	for _, tc := range []struct {
		name  string
		files map[string]string
		args  []string
		want  string // code, source, row and feature of the only fault
		words string
	}{
		{"no system", rasterTown(source), nil, "unknown_crs pop.tif 0 ", "no coordinate system is declared; the points lie "},
		{"no zones", rasterTown("{file: pop.tif, zone: community}"), wgs84, "unknown_zone pop.tif 0 ", "no zone of level community"},
		{
			"unmarked blanks", bare, append([]string{"-a_nodata", "none"}, wgs84...), "bad_value pop.tif 0 ",
			"2 cells hold no number of people, the first in column 3, row 1: -9999",
		},
		{"zone counted twice", twice, wgs84, "duplicate_id counts.csv 2 A", "the id stands already in pop.tif"},
		{"points", rasterTown("{file: pop.tif}"), wgs84, "bad_manifest pop.tif 0 ", "zone: grid"},
		{"buildings", rasterTown("{file: pop.tif, zone: building}"), wgs84, "bad_manifest pop.tif 0 ", "building"},
		{"fields", rasterTown("{file: pop.tif, zone: grid, fields: {people: x}}"), wgs84, "bad_manifest pop.tif 0 ", "nothing else"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			faults := faultsAt(t, rasterStudy(t, tc.files, "0.005", tc.args...))
			if len(faults) != 1 {
				t.Fatalf("have %s", list(faults))
			}
			if equal(t, "fault", brief(faults[0]), tc.want); !strings.Contains(faults[0].Message, tc.words) {
				t.Errorf("%q does not say %q", faults[0].Message, tc.words)
			}
		})
	}
}

var wgs84 = []string{"-a_srs", "EPSG:4326"}

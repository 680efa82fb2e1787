package data_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data"
)

// osmOf draws roads through points; a node is as often there as it is named.
func osmOf(lines ...orb.LineString) string {
	var nodes, ways strings.Builder
	id := 0
	for i, line := range lines {
		fmt.Fprintf(&ways, `<way id="%d">`, i+1)
		for _, p := range line {
			id++
			fmt.Fprintf(&nodes, `<node id="%d" lon="%.9f" lat="%.9f"/>`, id, p[0], p[1])
			fmt.Fprintf(&ways, `<nd ref="%d"/>`, id)
		}
		ways.WriteString(`<tag k="highway" v="path"/></way>`)
	}
	return `<osm version="0.6">` + nodes.String() + ways.String() + `</osm>`
}

// tif makes a GeoTIFF in degrees of the text of an ASCII grid.
func tif(t *testing.T, grid string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("gdal_translate"); err != nil {
		t.Skip("gdal_translate is not installed (Debian: gdal-bin)")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.asc"), []byte(grid), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"-q", "-oo", "DATATYPE=Float64", "-ot", "Float32"}, args...)
	run(t, "gdal_translate", append(args, filepath.Join(dir, "a.asc"), filepath.Join(dir, "a.tif"))...)
	bytes, err := os.ReadFile(filepath.Join(dir, "a.tif"))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

// hill has the middles of its four cells at lon 0 and 0.01, lat 0.01 and 0.
const hill = "ncols 2\nnrows 2\nxllcorner -0.005\nyllcorner -0.005\ncellsize 0.01\nNODATA_value -9999\n10 20\n30 %s\n"

func heightsStudy(t *testing.T, sources string, files map[string]string) string {
	t.Helper()
	files = maps.Clone(files)
	files["study.yaml"] = "study: s\nsources:\n  roads: [{file: roads.osm}]\n  elevation: " + sources + "\n"
	return writeStudy(t, files)
}

func heightsOf(s *coverage.Snapshot) []string {
	var out []string
	for i := range s.Roads {
		out = append(out, fmt.Sprint(s.Roads[i].Heights))
	}
	return out
}

// Worked out by hand: at the middles the cells' own numbers; between them, a
// quarter across and half down, (10 + 10/4 + 30 + 20/4) / 2 = 23.75; between an
// edge and the outermost middles the number of the cell.
func TestHeightsBetweenFourCells(t *testing.T) {
	t.Parallel()
	roads := osmOf(
		orb.LineString{{0, 0.01}, {0.01, 0.01}, {0, 0}, {0.01, 0}},
		orb.LineString{{0.005, 0.005}, {0.0025, 0.005}, {0.005, 0.01}},
		orb.LineString{{-0.004, 0.012}, {0.005, -0.0049}},
		orb.LineString{{0, 0}, {-0.006, 0}}, // leaves the raster
	)
	want := []string{"[10 20 30 50]", "[27.5 23.75 15]", "[10 40]", "[]"}
	path := heightsStudy(t, "[{file: a.tif}]", map[string]string{"roads.osm": roads, "a.tif": tif(t, fmt.Sprintf(hill, "50"), wgs84...)})
	s, report := mustImport(t, path)
	wantLines(t, "heights", heightsOf(s), want)
	source := report.Sources[1]
	equal(t, "balance", fmt.Sprint(source), "{elevation a.tif 4 3 [{outside 1 0}] []}")
	wantIssue(t, report.Issues, coverage.Issue{
		Severity: coverage.SeverityWarning, Code: coverage.ReasonMissingValue, Source: "study.yaml",
	})
	if guesses := strings.Join(report.Guesses, "\n"); !strings.Contains(guesses, "3 roads have heights from here, from 10.00 to 50.00 m") {
		t.Error(guesses)
	}

	// In another system, and in a .zip beside a note.
	zipPath := heightsStudy(t, `[{file: dem.zip, crs: "EPSG:4490"}]`, map[string]string{
		"roads.osm": roads, "dem.zip": zipped(t, "dem/a.tif", tif(t, fmt.Sprintf(hill, "50")), "read me.txt", "of 2026"),
	})
	again, _ := mustImport(t, zipPath)
	wantLines(t, "heights", heightsOf(again), want)
	equal(t, "snapshot", again.ID, s.ID)
}

// A road keeps no heights if one of its nodes has none: where a cell that
// counts has no value. A second raster fills what the first leaves.
func TestHeightsMissing(t *testing.T) {
	t.Parallel()
	roads := osmOf(
		orb.LineString{{0, 0.01}, {0.01, 0.01}},
		orb.LineString{{0, 0.01}, {0.005, 0.005}}, // between all four
		orb.LineString{{0.01, 0.01}, {0.01, 0}},
	)
	files := map[string]string{
		"roads.osm": roads, "a.tif": tif(t, fmt.Sprintf(hill, "-9999"), wgs84...), "b.tif": tif(t, fmt.Sprintf(hill, "90"), wgs84...),
	}
	s, report := mustImport(t, heightsStudy(t, "[{file: a.tif}]", files))
	wantLines(t, "heights", heightsOf(s), []string{"[10 20]", "[]", "[]"})
	equal(t, "balance", fmt.Sprint(report.Sources[1]), "{elevation a.tif 3 1 [{missing_value 2 0}] []}")

	s, report = mustImport(t, heightsStudy(t, "[{file: a.tif}, {file: b.tif}]", files))
	wantLines(t, "heights", heightsOf(s), []string{"[10 20]", "[10 37.5]", "[20 90]"})
	equal(t, "balance", fmt.Sprint(report.Sources[2]), "{elevation b.tif 2 2 [] []}")
	equal(t, "roads without heights are told", strings.Contains(list(report.Issues), "no height"), false)
}

func TestElevationFaults(t *testing.T) {
	t.Parallel()
	roads := osmOf(orb.LineString{{0, 0.01}, {0.01, 0}})
	marked := strings.Replace(hill, "NODATA_value -9999\n", "", 1)
	for _, tc := range []struct {
		name, sources, tif, want, words string
	}{
		{"a table", "[{file: a.csv}]", "", "bad_manifest a.csv 0 ", "GeoTIFF"},
		{"fields", "[{file: a.tif, fields: {id: x}}]", tif(t, fmt.Sprintf(hill, "1"), wgs84...), "bad_manifest a.tif 0 ", "nothing else"},
		{"missing", "[{file: b.tif}]", "", "missing_file b.tif 0 ", "no such file"},
		{"no raster", "[{file: a.tif}]", "II*\x00", "unreadable a.tif 0 ", ""},
		{"no system", "[{file: a.tif}]", tif(t, fmt.Sprintf(hill, "1")), "unknown_crs a.tif 0 ", "EPSG:4326"},
		{"no mark of no value", "[{file: a.tif}]", tif(t, fmt.Sprintf(marked, "-32768"), wgs84...), "bad_value a.tif 0 ", "[0.01000, 0.00000]: -32768"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			faults := faultsAt(t, heightsStudy(t, tc.sources, map[string]string{"roads.osm": roads, "a.tif": tc.tif, "a.csv": "id\n"}))
			if len(faults) != 1 || brief(faults[0]) != tc.want || !strings.Contains(faults[0].Message, tc.words) {
				t.Errorf("have %s", list(faults))
			}
		})
	}
}

// At the middles of cells of a real raster the heights are those that GDAL
// reads there; anywhere else those that GDAL warps to.
func TestHeightsAgainstGDAL(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gdallocationinfo"); err != nil {
		t.Skip("gdallocationinfo is not installed (Debian: gdal-bin)")
	}
	source := filepath.Join(sharedData(t, "porto-alegre"), "poa_elevation.tif")
	const width, height = 413, 403
	west, north, dx, dy := -51.254861110999997, -29.997638889000001, 0.000277777777240, -0.000277777779156
	random := rand.New(rand.NewPCG(1, 2))
	var line orb.LineString
	var places strings.Builder
	for range 400 {
		column, row := float64(random.IntN(width)), float64(random.IntN(height))
		p := orb.Point{west + (column+0.5)*dx, north + (row+0.5)*dy}
		line = append(line, p)
		fmt.Fprintf(&places, "%.9f %.9f\n", p[0], p[1])
	}
	command := exec.CommandContext(t.Context(), "gdallocationinfo", "-wgs84", "-valonly", source)
	command.Stdin = strings.NewReader(places.String())
	text, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Fields(string(text))
	equal(t, "answers of GDAL", len(wanted), len(line))
	for i, h := range sampled(t, source, line) {
		if want, err := strconv.ParseFloat(wanted[i], 64); err != nil || h != want {
			t.Fatalf("at %v %v m, in GDAL %s", line[i], h, wanted[i])
		}
	}

	// The same cells, moved by 0.3 of their width and 0.6 of their height.
	raw := filepath.Join(t.TempDir(), "raw")
	x, y := west+10.3*dx, north+20.6*dy
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	run(t, "gdalwarp", "-q", "-r", "bilinear", "-of", "ENVI", "-ot", "Float64", "-et", "0",
		"-te", number(x), number(y+300*dy), number(x+300*dx), number(y), "-ts", "300", "300", source, raw)
	warped, err := os.ReadFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "cells", len(warped), 300*300*8)
	line = line[:0]
	var want []float64
	for range 400 {
		column, row := random.IntN(300), random.IntN(300)
		line = append(line, orb.Point{x + (float64(column)+0.5)*dx, y + (float64(row)+0.5)*dy})
		want = append(want, math.Float64frombits(binary.LittleEndian.Uint64(warped[8*(300*row+column):])))
	}
	for i, h := range sampled(t, source, line) {
		if math.Abs(h-want[i]) > 0.006 { // half a centimeter, and the rounding of coordinates
			t.Fatalf("at %v %v m, in GDAL %v", line[i], h, want[i])
		}
	}
}

// sampled are the heights that a road through the points has.
func sampled(t *testing.T, raster string, line orb.LineString) []float64 {
	t.Helper()
	s, _ := mustImport(t, heightsStudy(t, "[{file: "+filepath.ToSlash(raster)+"}]", map[string]string{"roads.osm": osmOf(line)}))
	return s.Roads[0].Heights
}

// A whole city gets heights; roads that leave the raster are told.
func TestPortoAlegreHeights(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "porto-alegre")
	s, report, err := data.Import(context.Background(), manifestBeside(t, dir, `
study: porto-alegre
sources:
  roads: [{file: "$DIR/poa.osm.pbf"}]
  elevation: [{file: "$DIR/poa_elevation.tif"}]
`), data.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	with := 0
	for i := range s.Roads {
		if h := s.Roads[i].Heights; h != nil {
			with++
			if len(h) != len(s.Roads[i].Nodes) || slices.Min(h) < -10 || slices.Max(h) > 320 {
				t.Fatalf("%s: %v", s.Roads[i].ID, h)
			}
		}
	}
	rows := report.Sources[slices.IndexFunc(report.Sources, func(r coverage.SourceReport) bool { return r.Layer == "elevation" })]
	equal(t, "roads", rows.Read, len(s.Roads))
	equal(t, "roads with heights", rows.Used, with)
	equal(t, "reconciles", report.Reconciles(), true)
	if with < len(s.Roads)*9/10 {
		t.Errorf("only %d of %d", with, len(s.Roads))
	}
	logReport(t, s, report)
}

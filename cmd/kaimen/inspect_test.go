package main

import (
	"strings"
	"testing"
)

// A table that says little of itself: each column is found by its usual name, and
// one row of two has no place.
func TestInspect(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "学校.csv", "编号,类别,经度,纬度\na,school,105.07,29.59\nb,school,,\n")
	text := strings.Join(strings.Fields(must(t, "inspect", file, "--crs", "GCJ-02")), " ")
	for _, want := range []string{"layer facilities guess", "encoding utf-8 bytes", "crs GCJ-02 given", "field id 编号 guess", "facilities 学校.csv 2 1 no_coordinates 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if _, stderr, code := kaimen(t, "inspect", file, "--layer", "nothing"); code == exitDone || !strings.Contains(stderr, "--layer nothing") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// What all rows have alike stands in place of a column.
func TestInspectCountsByZone(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "people.csv", "id,people\ng1,20\ng2,30\n")
	text := strings.Join(strings.Fields(must(t, "inspect", file, "--layer", "demand", "--zone", "grid")), " ")
	for _, want := range []string{"field zone grid given", "field people people", "demand people.csv 2 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// Beside a study its roads tell the coordinate system of a file that does not.
func TestInspectForStudy(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	store := write(t, t.TempDir(), "none", "") + ".gpkg"
	must(t, "import", manifest, "--store", store)
	file := write(t, t.TempDir(), "p.csv", "id,kind,x,y\na,school,105.0005,29.5\nb,school,105.001,29.5\n")
	text := strings.Join(strings.Fields(must(t, "inspect", file, "--study", "small", "--store", store)), " ")
	if !strings.Contains(text, "crs EPSG:4326 guess") {
		t.Error(text)
	}
}

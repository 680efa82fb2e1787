package crs_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"kaimen/geo/crs"
)

// defined are codes whose definitions can be written, one or two of every kind.
var defined = []int{4326, 4490, 4491, 4512, 4523, 4544, 32648, 32760}

// PROJ, which has the registry of EPSG, finds the same datum, projection and
// parameters in each definition as under its code.
func TestDefinitionsAreThoseOfTheRegistry(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gdalsrsinfo"); err != nil {
		t.Skip("gdalsrsinfo of gdal-bin is not installed")
	}
	for _, code := range defined {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			s := crs.MustParse(fmt.Sprintf("EPSG:%d", code))
			text, err := json.Marshal(s.PROJJSON())
			if err != nil {
				t.Fatal(err)
			}
			want := srs(t, fmt.Sprintf("EPSG:%d", code))
			for name, definition := range map[string]string{"WKT": s.WKT(), "ESRI": s.ESRI(), "PROJJSON": string(text)} {
				if got := srs(t, definition); got != want {
					t.Errorf("%s is %q, want %q:\n%s", name, got, want, definition)
				}
			}
		})
	}
}

// srs is a definition in the words of PROJ.
func srs(t *testing.T, definition string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "gdalsrsinfo", "-o", "proj4", definition).Output()
	if err != nil {
		t.Fatalf("gdalsrsinfo: %v: %s", err, definition)
	}
	return strings.TrimSpace(string(out))
}

// What has no published definition is a local system of its name, for which
// PROJ knows no way to any other.
func TestUndefined(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gdalsrsinfo"); err != nil {
		t.Skip("gdalsrsinfo of gdal-bin is not installed")
	}
	for _, name := range []string{"GCJ-02", "BD-09"} {
		s := crs.MustParse(name)
		text, err := json.Marshal(s.PROJJSON())
		if err != nil || s.Defined() {
			t.Fatal(name, err)
		}
		for _, definition := range []string{s.WKT(), s.ESRI(), string(text)} {
			if got := srs(t, definition); got != "" {
				t.Errorf("%s is %q to PROJ: %s", name, got, definition)
			}
			out, err := exec.CommandContext(t.Context(), "gdalsrsinfo", "-o", "wkt2", definition).Output()
			if err != nil || !strings.HasPrefix(strings.TrimSpace(string(out)), `ENGCRS["`+name+`"`) {
				t.Errorf("%s: %v: %s", definition, err, out)
			}
		}
	}
}

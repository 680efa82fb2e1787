package data_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/data"
)

// archived is an archive of files, given as name, text, name, text…
func archived(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	archivedRoads = `<?xml version="1.0"?><osm version="0.6"><node id="1" lon="105.000" lat="29.500"/><node id="2" lon="105.001" lat="29.500"/>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`
	archivedStudy = "study: small\ncrs: EPSG:4326\nsources:\n  roads: [{file: ROADS}]\n"
)

// A study reads the same from an archive as from its folder, wherever in the
// archive the folder is.
func TestImportArchive(t *testing.T) {
	t.Parallel()
	study := strings.Replace(archivedStudy, "ROADS", "osm/roads.osm", 1)
	dir := t.TempDir()
	for name, text := range map[string]string{"study.yaml": study, "osm/roads.osm": archivedRoads} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, _, err := data.Import(t.Context(), filepath.Join(dir, "study.yaml"), data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"", "my study/"} {
		got, report, err := data.ImportArchive(t.Context(), archived(t, folder+"study.yaml", study, folder+"osm/roads.osm", archivedRoads), data.Options{})
		if err != nil || got.ID != want.ID || len(report.Sources) != 1 {
			t.Errorf("in %q: %v", folder, err)
		}
	}
}

func TestImportArchiveFaults(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "roads.osm")
	if err := os.WriteFile(secret, []byte(archivedRoads), 0o644); err != nil {
		t.Fatal(err)
	}
	with := func(file string) []byte {
		return archived(t, "study.yaml", strings.Replace(archivedStudy, "ROADS", file, 1))
	}
	for _, tc := range []struct {
		name    string
		archive []byte
		part    string
	}{
		{"no zip", []byte("PK is not enough"), "no zip"},
		{"nothing", nil, "no zip"},
		{"no manifest", archived(t, "roads.osm", archivedRoads), "no study.yaml"},
		{"two manifests", archived(t, "a/study.yaml", "", "b/study.yaml", ""), "several"},
		{"a file of the server", with(secret), "does not lie"},
		{"a file further up", with("../../etc/roads.osm"), "does not lie"},
		{"a file that is not there", with("roads.osm"), "roads.osm"},
		{"a bad manifest", archived(t, "study.yaml", "study: [\n"), "study.yaml"},
		{"a member that leads out", archived(t, "study.yaml", "", "../x", "y"), ""},
	} {
		snapshot, _, err := data.ImportArchive(t.Context(), tc.archive, data.Options{})
		if coverage.CodeOf(err) != coverage.Invalid || snapshot != nil || !strings.Contains(err.Error(), tc.part) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

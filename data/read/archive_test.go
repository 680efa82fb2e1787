package read_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/data/read"
)

// zipped makes an archive of name, text, name, text, …
func zipped(t testing.TB, pairs ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: zip.Deflate, NonUTF8: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestArchive(t *testing.T) {
	t.Parallel()
	point := `{"type":"Feature","id":"p","geometry":{"type":"Point","coordinates":[105,29]},"properties":{}}`
	shape, table := shpFile(content(5, square(0, 0, 9))), dbfFile(0, []string{"id C 4"}, []string{"s1"})
	for _, tc := range []struct{ name, archive, layer, want string }{
		{"one shapefile", zipped(t, "data/a.shp", shape, "data/A.DBF", table, "readme.txt", "hello", "__MACOSX/data/._a.shp", "?"), "", "s1"},
		{"name in gbk", zipped(t, gbk(t, "数据/地块.shp"), shape, gbk(t, "数据/地块.dbf"), table, "b.geojson", point), "地块", "s1"},
		{"by layer", zipped(t, "a.shp", shape, "a.dbf", table, "b.geojson", point), "b", "p"},
		{"by file", zipped(t, "a.shp", shape, "a.dbf", table, "b.geojson", point), "b.geojson", "p"},
		{"same name in two folders", zipped(t, "x/a.shp", shape, "x/a.dbf", table, "y/a.geojson", point), "y/a.geojson", "p"},
		{"climbing out", zipped(t, "../../a.shp", shape, "../../a.dbf", table), "", "s1"},
	} {
		_, got, err := records(t, "town.shp.zip", tc.archive, read.Options{Layer: tc.layer})
		if err != nil || len(got) != 1 || got[0].ID != tc.want && got[0].Fields["id"] != tc.want {
			t.Errorf("%s: %v %v, want %s", tc.name, got, err, tc.want)
		}
	}
	for _, tc := range []struct{ name, archive, layer, want string }{
		{"two layers", zipped(t, "a.shp", shape, "b.geojson", point), "", "read a.zip: the archive holds 2 layers; choose one with layer: a.shp, b.geojson"},
		{"no such layer", zipped(t, "a.shp", shape, "b.geojson", point), "c", `has no layer "c"; there are: a.shp, b.geojson`},
		{"nothing", zipped(t, "a.docx", "x"), "", "the archive holds no file that can be read"},
		{"zip in zip", zipped(t, "a.zip", zipped(t, "a.shp", shape)), "", "the archive holds no file that can be read"},
		{"bomb", zipped(t, "a.geojson", strings.Repeat("\x00", 80<<20)), "", "a.geojson: the archive unpacks to far more than any data does"},
		{"bomb in parts", zipped(t, "a.geojson", strings.Repeat(" ", 40<<20), "b.geojson", strings.Repeat(" ", 40<<20)), "", "b.geojson: the archive unpacks to far more"},
		{"no zip", "hello", "", "zip: not a valid zip file"},
	} {
		_, _, err := records(t, "a.zip", tc.archive, read.Options{Layer: tc.layer})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
	}
}

// Nothing stays behind in the folder for temporary files.
func TestArchiveLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, archive := range []string{zipped(t, "a.shp", shpFile()), zipped(t, "a.shp", "?"), "no zip"} {
		_, _, err := records(t, "a.zip", archive, read.Options{})
		left, errDir := os.ReadDir(dir)
		if errDir != nil || len(left) > 0 {
			t.Errorf("%v (%v) is left, %v", left, errDir, err)
		}
	}
	if _, err := read.Open(filepath.Join(dir, "a.shp.zip"), read.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzArchive(f *testing.F) {
	f.Add(zipped(f, "a.csv", "id\n1\n"))
	f.Add(zipped(f, "a.shp", shpFile(content(5, square(0, 0, 9))), "a.dbf", dbfFile(0, []string{"id C 4"}, []string{"s1"})))
	f.Fuzz(func(t *testing.T, archive string) {
		_, _, _ = records(t, "a.zip", archive, read.Options{})
	})
}

// Which member of an archive is the raster, by its name alone; all of them are
// too short to be one.
func TestRasterInArchive(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, archive, layer string
		holds                bool
		want                 string
	}{
		{"one", zipped(t, "a/dem.TIFF", "II", "a/dem.tfw", "1", "read.txt", "me"), "", true, "this is no TIFF"},
		{"beside a table", zipped(t, "dem.tif", "II", "a.csv", "id"), "", false, "this is no TIFF"},
		{"beside a table, named", zipped(t, "dem.tif", "II", "a.csv", "id"), "dem", true, "this is no TIFF"},
		{"two", zipped(t, "a.tif", "II", "b.tif", "II"), "", true, "holds 2 layers; choose one with layer: a.tif, b.tif"},
		{"another name", zipped(t, "a.tif", "II"), "b", false, `has no layer "b"; there are: a.tif`},
		{"none", zipped(t, "a.csv", "id"), "", false, "this format is not known: the archive holds no .tif"},
		{"no archive", "PK", "", false, "zip: not a valid zip file"},
	} {
		path := write(t, "dem.zip", tc.archive)
		if read.HoldsRaster(path, tc.layer) != tc.holds {
			t.Errorf("%s: holds a raster: %t", tc.name, !tc.holds)
		}
		_, err := read.Raster(path, read.Options{Layer: tc.layer})
		if err == nil || !strings.HasPrefix(err.Error(), "read dem.zip: ") || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}

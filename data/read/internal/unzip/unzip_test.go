package unzip_test

import (
	"archive/zip"
	"bytes"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaimen/data/read/internal/unzip"
)

// archive holds empty files of the names.
func archive(t testing.TB, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, n := range names {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: n, NonUTF8: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func entries(b []byte) ([]unzip.Entry, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return unzip.Entries(z)
}

func TestEntries(t *testing.T) {
	t.Parallel()
	// The folder is 数据 in GBK.
	got, err := entries(archive(t, "a.csv", "x/", "x/b.csv", ".hidden", "__MACOSX/a.csv", "../../c.csv", `x\d.csv`, "\xca\xfd\xbe\xdd/e.csv"))
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		Name   string
		Folder int
	}
	var have []entry
	for _, e := range got {
		have = append(have, entry{e.Name, e.Folder})
	}
	want := []entry{{"a.csv", 0}, {"x/b.csv", 1}, {"c.csv", 0}, {"x/d.csv", 1}, {"数据/e.csv", 2}}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
	for _, tc := range []struct {
		names []string
		want  string
	}{
		{[]string{"a:b.csv"}, `a name that cannot be used: "a:b.csv"`},
		{[]string{strings.Repeat("a", 201)}, "a name that cannot be used"},
		{[]string{"a.csv", "x/../a.csv"}, `holds the file "a.csv" twice`},
		{make([]string, 10_001), "holds 10001 files; at most 10000 are read"},
	} {
		if _, err := entries(archive(t, tc.names...)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v, want %s", err, tc.want)
		}
	}
}

// FuzzEntries: whatever an archive holds, its files are written below the folder
// they are unpacked to, each to a place of its own.
func FuzzEntries(f *testing.F) {
	f.Add(archive(f, "a.csv", "x/b.csv"))
	f.Add(archive(f, `..\..\a.shp`, "a:b", ".a", "\xca\xfd/e.csv"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := entries(b)
		if err != nil {
			return
		}
		places := make(map[string]bool)
		for i, e := range got {
			base := path.Base(e.Name)
			if !filepath.IsLocal(base) || strings.ContainsAny(base, `/\`) || e.Folder < 0 || e.Folder > i {
				t.Errorf("%q goes to folder %d", e.Name, e.Folder)
			}
			place := filepath.Join(string(rune('a'+e.Folder)), base)
			if places[place] {
				t.Errorf("%q is written twice", place)
			}
			places[place] = true
		}
	})
}

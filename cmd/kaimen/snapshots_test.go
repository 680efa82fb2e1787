package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/coverage"
)

// threeVersions imports the small study three times: as it is, with a pharmacy
// more, and with fewer people in one home and the school gone. It returns the
// store and the ids in that order.
func threeVersions(t *testing.T) (store string, ids []string) {
	t.Helper()
	store = filepath.Join(t.TempDir(), "s.gpkg")
	pharmacy := smallSchools + "p1,药店,pharmacy,105.001,29.5\n"
	for _, files := range []map[string]string{
		{},
		{"schools.csv": pharmacy},
		{
			"schools.csv": strings.Replace(pharmacy, "s1,小学,school,105.002,29.5\n", "", 1),
			"people.csv":  strings.Replace(smallPeople, ",12\n", ",11\n", 1),
		},
	} {
		out := must(t, "import", small(t, files), "--store", store)
		_, id, _ := strings.Cut(out, "snapshot ")
		ids = append(ids, strings.Fields(id)[0])
	}
	return store, ids
}

// inOrder fails unless text has the words one after the other.
func inOrder(t *testing.T, text string, words ...string) {
	t.Helper()
	rest := text
	for _, word := range words {
		i := strings.Index(rest, word)
		if i < 0 {
			t.Fatalf("%q is missing, or not in its place:\n%s", word, text)
		}
		rest = rest[i+len(word):]
	}
}

func TestSnapshotsList(t *testing.T) {
	t.Parallel()
	store, ids := threeVersions(t)
	inOrder(t, must(t, "snapshots", "list", "--store", store),
		"small", ids[2], "current", "facilities 1, demand 2", ids[1], "boundaries 1, roads 1, facilities 2", ids[0])
	if out := must(t, "snapshots", "list", "small", "--store", store); strings.Count(out, "\n") != 4 || strings.Count(out, "current") != 2 {
		t.Errorf("a header and three lines are wanted, one of them current:\n%s", out)
	}
}

func TestSnapshotsCompare(t *testing.T) {
	t.Parallel()
	store, ids := threeVersions(t)
	inOrder(t, must(t, "snapshots", "compare", "small", "--store", store),
		"from="+ids[1]+" to="+ids[2]+" layers=2",
		"facilities: rows=1 was=2 added=0 removed=1 changed=0", "- school s1",
		"demand: rows=2 was=2 added=0 removed=0 changed=1", "~ h2: people")
	inOrder(t, must(t, "snapshots", "compare", ids[0], ids[1], "--store", store), "layers=1", "added=1", "+ pharmacy p1")
	inOrder(t, must(t, "snapshots", "compare", ids[0], ids[0], "--store", store), "layers=0", "the same")
	file := filepath.Join(t.TempDir(), "d.json")
	must(t, "snapshots", "compare", ids[2], ids[0], "--store", store, "-o", file)
	text, err := os.ReadFile(file)
	var d coverage.Difference
	if err != nil || json.Unmarshal(text, &d) != nil || len(d.Layers) != 2 || d.Layers[1].Changed[0].ID != "h2" {
		t.Errorf("%v: %s", err, text)
	}
}

func TestSnapshotsPrune(t *testing.T) {
	t.Parallel()
	store, ids := threeVersions(t)
	before := must(t, "snapshots", "list", "--store", store)
	inOrder(t, must(t, "snapshots", "prune", "small", "--keep", "1", "--dry-run", "--store", store),
		"would delete "+ids[0], "would delete "+ids[1], "would delete 2, kept 1")
	inOrder(t, must(t, "snapshots", "prune", "small", "--keep", "3", "--store", store), "deleted 0, kept 3")
	if after := must(t, "snapshots", "list", "--store", store); after != before {
		t.Errorf("the store has changed:\n%s\nwas\n%s", after, before)
	}
	inOrder(t, must(t, "snapshots", "prune", "small", "--keep", "2", "--store", store), "deleted "+ids[0], "deleted 1, kept 2")
	inOrder(t, must(t, "snapshots", "prune", "small", "--keep", "1", "--store", store), "deleted "+ids[1], "deleted 1, kept 1")
	if out := must(t, "snapshots", "list", "--store", store); strings.Count(out, "\n") != 2 || !strings.Contains(out, ids[2]) {
		t.Errorf("the current snapshot alone is wanted:\n%s", out)
	}
	// What is left answers as before.
	must(t, "analyze", "coverage", "small", "--store", store, "--kind", "pharmacy")
}

func TestSnapshotsWrongUsage(t *testing.T) {
	t.Parallel()
	store, ids := threeVersions(t)
	alone := filepath.Join(t.TempDir(), "alone.gpkg")
	must(t, "import", small(t, nil), "--store", alone)
	nowhere := filepath.Join(t.TempDir(), "nowhere.gpkg")
	for _, tc := range []struct {
		says string
		args []string
	}{
		{"there are: small", []string{"list", "smal", "--store", store}},
		{"no snapshot", []string{"compare", ids[0], "0123456789abcdef0123", "--store", store}},
		{"nothing to compare", []string{"compare", "small", "--store", alone}},
		{"there are: small", []string{"compare", ids[0], "--store", store}},
		{".json", []string{"compare", "small", "--store", store, "-o", "d.docx"}},
		{"at least 1", []string{"prune", "small", "--keep", "0", "--store", store}},
		{"--keep", []string{"prune", "small", "--store", store}},
		{"there are: small", []string{"prune", "smal", "--keep", "1", "--store", store}},
		{"no store", []string{"list", "--store", nowhere}},
	} {
		stdout, stderr, code := kaimen(t, append([]string{"snapshots"}, tc.args...)...)
		if code != exitUsage || !strings.Contains(stderr, tc.says) {
			t.Errorf("%v: exit code %d, want 2 and %q\n%s%s", tc.args, code, tc.says, stdout, stderr)
		}
	}
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("list has made a store")
	}
}

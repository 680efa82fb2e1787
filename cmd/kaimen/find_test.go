package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"kaimen/coverage/analysis"
)

// The small study has one school, in one zone.
func TestFindFromTheCommandLine(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)

	inOrder(t, must(t, "find", "small", "xx", "--store", store), "found=2 listed=2", "kind", "school", "facility", "school/s1", "小学", "pinyin", "一区", "105.00200")

	file := filepath.Join(dir, "found.json")
	inOrder(t, must(t, "find", "small", "29.5,", "105.001", "--store", store, "-o", file), "place", "105.00100,29.50000", "一区")
	text, err := os.ReadFile(file)
	var found analysis.Found
	if err != nil || json.Unmarshal(text, &found) != nil || len(found.Rows) != 1 || found.Rows[0].Group != analysis.GroupPlace {
		t.Errorf("the file: %v\n%s", err, text)
	}

	if stdout, stderr, code := kaimen(t, "find", "small", "x", "--store", store, "--limit", "0"); code != exitUsage {
		t.Errorf("--limit 0: exit %d, want %d\n%s%s", code, exitUsage, stdout, stderr)
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A scenario that is saved answers as its file does; it is listed, shown, changed
// by who has seen it last, and deleted.
func TestScenariosFromTheCommandLine(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	plan := write(t, dir, "plan.json", nearHome)
	closed := write(t, dir, "closed.json", `{"changes":[{"change":"remove_facility","kind":"school","id":"s1"}]}`)

	out := must(t, "scenarios", "save", "small", plan, "--id", "near-home", "--store", store)
	inOrder(t, out, "scenario near-home of study small: saved, changes=1 hash=")
	hash := strings.TrimSpace(out[strings.Index(out, "hash=")+5:])
	if again := must(t, "scenarios", "save", "small", plan, "--id", "near-home", "--store", store); !strings.Contains(again, "was there already") {
		t.Errorf("saved again: %s", again)
	}
	if named := must(t, "scenarios", "save", "small", plan, "--store", store); !strings.Contains(named, "scenario s-"+hash[:12]+" of study small: saved") {
		t.Errorf("saved under its content: %s", named)
	}
	inOrder(t, must(t, "scenarios", "list", "small", "--store", store), "scenario", "near-home", "1", "yes", hash, "加一所小学", "s-"+hash[:12])

	ask := func(scenario string, args ...string) string {
		return must(t, append([]string{"analyze", "coverage", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "--scenario", scenario}, args...)...)
	}
	byFile, byID := filepath.Join(dir, "file.json"), filepath.Join(dir, "id.json")
	if a, b := ask(plan, "-o", byFile), ask("near-home", "-o", byID); a != b || total(t, b, "covered") != 42 {
		t.Errorf("by file:\n%s\nby id:\n%s", a, b)
	}
	a, errA := os.ReadFile(byFile)
	b, errB := os.ReadFile(byID)
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Errorf("the files differ (%v, %v)", errA, errB)
	}

	// From the study with no school to the one with both: all 42 are gained, and
	// 12 of them were covered by the school that is there.
	must(t, "scenarios", "save", "small", closed, "--id", "closed", "--store", store)
	out = must(t, "analyze", "compare", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "--scenario", "near-home", "--from", "closed")
	if total(t, out, "covered_before") != 0 || total(t, out, "covered_after") != 42 || !strings.Contains(out, "\nfrom=") {
		t.Errorf("from one to the other: %s", out)
	}

	shown := filepath.Join(dir, "shown.json")
	must(t, "scenarios", "show", "small", "near-home", "-o", shown, "--store", store)
	text, err := os.ReadFile(shown)
	if err != nil || ask(shown) != ask(plan) || must(t, "scenarios", "show", "small", "near-home", "--store", store) != string(text) {
		t.Error("what is shown is another scenario")
	}
	for _, args := range [][]string{
		{"save", "small", closed, "--id", "near-home", "--new"},
		{"save", "small", closed, "--id", "near-home", "--match", "0"},
		{"delete", "small", "near-home", "--match", "0"},
		{"show", "small", "none"},
		{"show", "nowhere", "near-home"},
		{"save", "small", closed, "--id", "Near Home"},
		{"delete", "small", "none"},
	} {
		if _, stderr, code := kaimen(t, append(append([]string{"scenarios"}, args...), "--store", store)...); code != exitUsage || stderr == "" {
			t.Errorf("%v: exit %d\n%s", args, code, stderr)
		}
	}
	must(t, "scenarios", "save", "small", closed, "--id", "near-home", "--match", hash, "--store", store)
	must(t, "scenarios", "delete", "small", "near-home", "--store", store)
	if _, stderr, code := kaimen(t, "analyze", "coverage", "small", "--store", store, "--kind", "school", "--scenario", "near-home"); code != exitUsage ||
		!strings.Contains(stderr, "there is no file near-home") || !strings.Contains(stderr, "it has closed") {
		t.Errorf("deleted, and asked under: exit %d\n%s", code, stderr)
	}
}

// What an import takes away shows in the list, with the change that it was in.
func TestScenariosThatFitNoLonger(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	closed := write(t, dir, "closed.json", `{"changes":[{"change":"remove_facility","kind":"school","id":"s1"}]}`)
	must(t, "scenarios", "save", "small", closed, "--id", "closed", "--store", store)
	must(t, "import", small(t, map[string]string{"schools.csv": strings.Replace(smallSchools, "s1,", "s9,", 1)}), "--store", store)
	stdout, stderr, code := kaimen(t, "scenarios", "list", "small", "--store", store)
	if code != exitDone || !strings.Contains(stdout, "no") || !strings.Contains(stderr, "closed: change 1 (remove_facility)") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if _, stderr, code := kaimen(t, "scenarios", "save", "small", closed, "--store", store); code != exitUsage || !strings.Contains(stderr, "closed.json: change 1") {
		t.Errorf("saved although it does not fit: exit %d\n%s", code, stderr)
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
)

// h1 walks 193 m to the school, h2 48 m. In 3 minutes, 200 m at 4 km/h, both
// arrive; at nine tenths of the speed, in 180 m, h1 does not; nor does anybody
// with the school shut.
func TestAnalyzeSensitivity(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", small(t, nil), "--store", store)
	ask := func(more ...string) []string {
		return append([]string{"analyze", "sensitivity", "small", "--store", store, "--kind", "school", "--cutoff-min", "3"}, more...)
	}
	csv := filepath.Join(dir, "s.csv")
	stdout := must(t, ask("--target", "0.2", "-o", csv)...)
	for _, line := range []string{
		"variants=3",
		"families: family=speed variants=2 left_out=0 worst_change=-30 mean_change=-15 best_change=0",
		"families: family=facility variants=1 left_out=0 worst_change=-42",
		"families: family=gate variants=0 left_out=0 worst_change= mean_change= best_change=",
		"conclusions: conclusion=study_meets_target subject=small stands=false broken=1 broken_by=facility:s1 variants=3",
	} {
		if !strings.Contains(stdout, line) {
			t.Errorf("it does not say %q:\n%s", line, stdout)
		}
	}
	rows := readTable(t, csv)
	var got []string
	for _, row := range rows.rows {
		got = append(got, fmt.Sprint(rows.text(row, "family"), " ", rows.text(row, "id"), " ", rows.number(row, "change"), " ", rows.text(row, "loses_most_name")))
	}
	if want := "speed slower -30 一区,speed faster 0 ,facility s1 -42 一区"; strings.Join(got, ",") != want {
		t.Errorf("rows %v, want %s", got, want)
	}
	_, stderr, code := kaimen(t, ask("--vary", "gate,luck", "--speed-share", "1", "--limit=-2", "--target", "7")...)
	if code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	for _, word := range []string{"luck", "speed_share is 1", "limit is -2", "target is 7"} {
		if !strings.Contains(stderr, word) {
			t.Errorf("the faults do not say %q: %s", word, stderr)
		}
	}
}

// On the sample, shutting each market and closing each bridge is what a scenario
// that does so answers. So is closing each of the gates that cost most, where its
// estate has another. Behind an only gate people are cut off: a scenario ties
// them to the street across the wall, and may cover more.
func TestSensitivityOfTheSampleIsAsScenarios(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, out, plan := filepath.Join(dir, "s.gpkg"), filepath.Join(dir, "s.json"), filepath.Join(dir, "plan.json")
	must(t, "sample", filepath.Join(dir, "sample"))
	must(t, "import", filepath.Join(dir, "sample", "study.yaml"), "--store", store)
	must(t, "analyze", "sensitivity", "dongxing-sample", "--store", store, "--kind", "market", "--limit", "10", "-o", out)
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var a analysis.SensitivityAnswer
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	gates := readTable(t, filepath.Join(dir, "sample", "gates.csv"))
	estate, others := make(map[string]string), make(map[string]int)
	for _, row := range gates.rows {
		estate[gates.text(row, "id")] = gates.text(row, "estate")
		others[gates.text(row, "estate")]++
	}
	compared := make(map[string]int)
	for _, row := range a.Rows {
		change := map[string]any{"change": "close_gate", "gate": row.ID}
		switch row.Family {
		case analysis.VarySpeed:
			continue
		case analysis.VaryFacility:
			change = map[string]any{"change": "remove_facility", "kind": "market", "id": row.ID}
		case analysis.VaryBridge:
			change = map[string]any{"change": "close_road", "road": row.ID}
		}
		text, err := json.Marshal(map[string]any{"changes": []any{change}})
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, "plan.json", string(text))
		stdout := must(t, "analyze", "coverage", "dongxing-sample", "--store", store, "--kind", "market", "--scenario", plan)
		covered, want := row.Covered.Float(), total(t, stdout, "covered")
		alone := row.Family == analysis.VaryGate && others[estate[row.ID]] == 1
		if covered > want || covered < want && !alone {
			t.Errorf("%s %s: %v covered, by a scenario %v", row.Family, row.ID, covered, want)
		}
		if !alone {
			compared[row.Family]++
		}
	}
	if compared[analysis.VaryFacility] != 9 || compared[analysis.VaryBridge] != 3 || compared[analysis.VaryGate] == 0 {
		t.Errorf("compared %v; the sample has 9 markets and 3 bridges", compared)
	}
}

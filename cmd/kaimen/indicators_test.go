package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smallStore imports the small study into a store beside it.
func smallStore(t *testing.T) (manifest, dir, store string) {
	t.Helper()
	manifest = small(t, nil)
	dir = filepath.Dir(manifest)
	store = filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	return manifest, dir, store
}

// Every indicator answers on the small study, in each form it is written in:
// 30 people live 200 m from the school, 12 live 50 m from it.
func TestIndicatorCommands(t *testing.T) {
	t.Parallel()
	_, dir, store := smallStore(t)
	for _, tc := range []struct {
		name   string
		args   []string
		totals string // in the first line
		header string // the CSV begins so
	}{
		{"overview", []string{"--cutoff-m", "100", "--other-min", "15"}, "rows=1 demand=42", "id,name,level,parent,kind,demand,"},
		{"disagreements", []string{"--kind", "school", "--cutoff-m", "100", "--other-min", "15"}, "time_only=30 distance_only=0 points=1", "id,lon,lat,"},
		{"nearest", []string{"--needs", "school"}, "rows=1", "need,id,"},
		// Steps of 100 m: 12 in the first, 30 in the second.
		{"distribution", []string{"--kind", "school", "--cutoff-m", "100", "--step-m", "100", "--steps", "3"}, "totals rows=3", "id,name,level,parent,cutoff_s,cutoff_m,demand,within,"},
		{"catchments", []string{"--kind", "school"}, "demand=42 allotted=42", "id,kind,name,lon,lat,"},
		{"completeness", []string{"--needs", "school", "--cutoff-m", "100"}, "complete=12", "id,name,level,parent,demand,complete,"},
		{"place", []string{"--level", "study", "--zone", "small", "--kind", "school", "--cutoff-m", "100"}, "rows=12 demand=42", "need,name_zh,name_en,kinds,"},
		{"per-capita", []string{"--rules", "staffing/community-workers"}, "rows=1", "id,name,level,parent,rule,"},
		{"accessibility", []string{"--kind", "school", "--method", "cumulative", "--cutoff-m", "100"}, "unserved=30 facilities=1", "id,name,level,parent,demand,unserved,"},
		{"equity", []string{"--kind", "school", "--cutoff-m", "100", "--floor", "0.5"}, "below_floor=1", "id,name,level,parent,demand,covered,coverage_rate,rank,"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ask := func(out string) string {
				return must(t, append([]string{"analyze", tc.name, "small", "--store", store, "-o", filepath.Join(dir, tc.name+out)}, tc.args...)...)
			}
			first, _, _ := strings.Cut(ask(".csv"), "\n")
			if !strings.HasPrefix(first, "totals ") || !strings.Contains(first, tc.totals) {
				t.Errorf("the first line is %q, want %q in it", first, tc.totals)
			}
			text, err := os.ReadFile(filepath.Join(dir, tc.name+".csv"))
			if err != nil || !strings.HasPrefix(string(text), tc.header) {
				t.Errorf("%v: %.200s", err, text)
			}
			ask(".json")
			ask(".geojson")
			for _, ending := range []string{".json", ".geojson"} {
				text, err := os.ReadFile(filepath.Join(dir, tc.name+ending))
				var v map[string]any
				if err != nil || json.Unmarshal(text, &v) != nil {
					t.Errorf("%s: %v %.200s", ending, err, text)
				}
			}
		})
	}
}

// What cannot be answered ends with exit code 2 and every fault, none of which
// leaves a file behind.
func TestIndicatorUsage(t *testing.T) {
	t.Parallel()
	manifest, dir, store := smallStore(t)
	out := filepath.Join(dir, "out.csv")
	for name, tc := range map[string]struct {
		args  []string
		parts []string
	}{
		"several at once":     {[]string{"catchments", "small", "--kind", "zoo", "--level", "grid", "--cohort", "ghosts"}, []string{"zoo", "school", "grid", "community", "ghosts", "people"}},
		"cutoff":              {[]string{"overview", "small", "--cutoff-min=-3"}, []string{"-3", "above 0"}},
		"cutoff of nothing":   {[]string{"overview", "small", "--cutoff-m", "0"}, []string{"cutoff_m is 0", "above 0"}},
		"cutoff and the rest": {[]string{"overview", "small", "--cutoff-m", "0", "--kinds", "yeti", "--levels", "moon"}, []string{"above 0", "yeti", "moon", "community"}},
		"cutoff not finite":   {[]string{"overview", "small", "--cutoff-m", "NaN"}, []string{"NaN", "above 0"}},
		"method":              {[]string{"accessibility", "small", "--kind", "school", "--method", "magic"}, []string{"magic", "2sfca"}},
		"capacity":            {[]string{"accessibility", "small", "--kind", "school", "--method", "2sfca"}, []string{"capacity", "s1"}},
		"tables and study":    {[]string{"accessibility", "small", "--kind", "school", "--method", "2sfca", "--matrix", manifest}, []string{"--matrix", "leave one"}},
		"neither":             {[]string{"accessibility", "--method", "2sfca"}, []string{"--matrix", "--demand", "--supply", "id of a study"}},
		"scores and study":    {[]string{"equity", "small", "--kind", "school", "--scores", manifest, "--order", "x"}, []string{"--scores", "--order"}},
		"no such need":        {[]string{"nearest", "small", "--needs", "school:99"}, []string{"99", "from 1 to"}},
		"no such rule":        {[]string{"per-capita", "small", "--rules", "x/y"}, []string{"x/y", "staffing/community-workers"}},
		"no such circle":      {[]string{"completeness", "small", "--circle", "square"}, []string{"square", "circle-15"}},
		"no such ending":      {[]string{"overview", "small", "-o", filepath.Join(dir, "x.pdf")}, []string{".csv"}},
		"faulty scenario":     {[]string{"overview", "small", "--scenario", write(t, dir, "plan.json", `{"changes":[{"change":"remove_facility","kind":"school","id":"zz"}]}`)}, []string{"plan.json", "change 1", "zz"}},
		"faulty standards":    {[]string{"overview", "small", "--standards", write(t, dir, "local.yaml", "standard: X\nname: {zh: x, en: x}\nrules:\n  - {id: a/b, bound: some, value: -1}\n")}, []string{"local.yaml", "bound", "least"}},
		"unknown parameter":   {[]string{"overview", "small", "--method", "x"}, []string{"--method"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"analyze"}, tc.args...)
			if name != "neither" {
				args = append(args, "--store", store)
			}
			if name != "no such ending" {
				args = append(args, "-o", out)
			}
			_, stderr, code := kaimen(t, args...)
			if code != exitUsage {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			for _, part := range tc.parts {
				if !strings.Contains(stderr, part) {
					t.Errorf("%q is not told: %s", part, stderr)
				}
			}
		})
	}
	t.Cleanup(func() {
		if _, err := os.Stat(out); err == nil {
			t.Error("a file was left behind")
		}
	})
}

// A local file of standards goes before the library: with 100 workers for
// 10,000 the 42 residents need 0.42.
func TestLocalStandards(t *testing.T) {
	t.Parallel()
	_, dir, store := smallStore(t)
	local := write(t, dir, "local.yaml", `
standard: 本地标准
name: {zh: 本地标准, en: Local standard}
rules:
  - {id: staffing/community-workers, value: 100, source: "town plan", verified: true}
`)
	if listed := must(t, "standards", "--standards", local); !strings.Contains(listed, "least 100") || !strings.Contains(listed, "circle-15") {
		t.Errorf("the list is %.500s", listed)
	}
	out := must(t, "analyze", "per-capita", "small", "--store", store, "--rules", "staffing/community-workers", "--standards", local)
	for _, part := range []string{"standard=本地标准", "local=true", "verified=true", "need=0.42", "shortfall=0.42"} {
		if !strings.Contains(out, part) {
			t.Errorf("%s is not in %s", part, out)
		}
	}
}

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
)

// sampled imports the sample and returns its store.
func sampled(t *testing.T) (store string) {
	t.Helper()
	dir := t.TempDir()
	store = filepath.Join(dir, "s.gpkg")
	must(t, "sample", dir)
	must(t, "import", filepath.Join(dir, "study.yaml"), "--store", store)
	return store
}

func readJSON[T any](t *testing.T, path string) (v T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// Three pocket parks from idle parcels, four car parks with room for so many cars,
// sixteen charging posts in old estates; then all under one budget.
func TestSitesOfTheSample(t *testing.T) {
	t.Parallel()
	store := sampled(t)
	dir := t.TempDir()
	ask := func(args ...string) (string, *analysis.SitesAnswer) {
		out := filepath.Join(dir, "plan.json")
		stdout := must(t, append([]string{"analyze", "sites", "dongxing-sample", "--store", store, "--cutoff-m", "500", "-o", out}, args...)...)
		return stdout, readJSON[*analysis.SitesAnswer](t, out)
	}
	stdout, parks := ask("--kind", "pocket_park", "--p", "3", "--sources", "parcel")
	before := total(t, must(t, "analyze", "coverage", "dongxing-sample", "--store", store, "--kind", "pocket_park", "--cutoff-m", "500"), "covered")
	if s := parks.Summary; total(t, stdout, "sites") != 3 || s.Before.Float() != before || s.Objective != s.After.Float() || s.After <= s.Before || !s.Proven {
		t.Errorf("%s", stdout)
	}
	for i, row := range parks.Rows {
		if row.Rank != i+1 || row.Source != "parcel" || row.AreaM2 == nil || *row.AreaM2 < 400 || *row.AreaM2 > 10_000 || row.Newly == 0 {
			t.Errorf("%+v", row)
		}
	}
	if n := len(parks.Summary.Candidates) + len(parks.Summary.Rejected); n != 98 || parks.Summary.RejectedCount != len(parks.Summary.Rejected) {
		t.Errorf("of 98 parcels %d are told", n)
	}
	for _, r := range parks.Summary.Rejected {
		if len(r.Reasons) == 0 {
			t.Errorf("%s is rejected without a reason", r.ID)
		}
	}

	_, stalls := ask("--kind", "parking", "--model", "capacitated", "--p", "4", "--sources", "parcel", "--cohort", "vehicles", "--per-unit", "3")
	if s := stalls.Summary; len(stalls.Rows) != 4 || s.Unit != "vehicles" || s.Objective > s.After.Float() || s.Bound < s.Objective {
		t.Errorf("%+v", s)
	}
	for _, row := range stalls.Rows {
		if row.Capacity == nil || *row.Capacity < 10 {
			t.Errorf("%+v", row)
		}
	}

	_, posts := ask("--kind", "charging_post", "--p", "16", "--sources", "estate", "--only-old", "--cohort", "vehicles")
	if len(posts.Rows) != 16 || !posts.Summary.Proven {
		t.Errorf("%+v", posts.Summary)
	}

	_, all := ask("--kinds", "pocket_park:3,parking:4,charging_post:16", "--sources", "parcel,estate", "--only-old", "--budget", "1500000", "--figures",
		"pocket_park.cost=300000,parking.cost_per_unit=5000,parking.cohort=vehicles,charging_post.cost=20000,charging_post.cohort=vehicles,charging_post.cutoff_m=300")
	s, spent := all.Summary, int64(0)
	for i, most := range []int{3, 4, 16} {
		spent += s.Kinds[i].Spent
		if s.Kinds[i].Sites > most {
			t.Errorf("%+v", s.Kinds[i])
		}
	}
	if s.Spent > 1_500_000 || s.Spent != spent || s.Sites != len(all.Rows) || s.Bound < s.Objective {
		t.Errorf("%+v", s)
	}
	places := make(map[string]bool)
	for _, row := range all.Rows {
		if row.Source == "parcel" && places[row.Of] {
			t.Errorf("parcel %s takes two kinds", row.Of)
		}
		places[row.Of] = true
	}
}

// All forms, the model files, and options from a file.
func TestSitesFiles(t *testing.T) {
	t.Parallel()
	store := sampled(t)
	dir := t.TempDir()
	options := write(t, dir, "options.json", `{"number":2,"points":[{"id":"here","name":"中心","at":[105.06,29.59]}],"sources":["parcel","point"],"forbidden":["point:here"]}`)
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"plan.csv", "plan.geojson", "plan.json"} {
		must(t, "analyze", "sites", "dongxing-sample", "--store", store, "--kind", "pocket_park", "--options", options,
			"--curve", "2", "--alternatives", "1", "--deadline", "5m", "--lp", in("plan.lp"), "--mps", in("plan.mps"), "-o", in(name))
	}
	rows := readTable(t, in("plan.csv"))
	if len(rows.rows) != 2 || rows.text(rows.rows[0], "rank") != "1" || rows.number(rows.rows[0], "lon") < 104 {
		t.Errorf("%v", rows.rows)
	}
	collection := readJSON[struct{ Features []json.RawMessage }](t, in("plan.geojson"))
	plan := readJSON[*analysis.SitesAnswer](t, in("plan.json"))
	if len(collection.Features) != 2 || len(plan.Summary.Curve) != 2 || plan.Options.Points[0].Name != "中心" {
		t.Errorf("%d features, %+v", len(collection.Features), plan.Options)
	}
	for _, c := range plan.Summary.Candidates {
		if c.ID == "point:here" && c.Mark != "out" {
			t.Errorf("%+v", c)
		}
	}
	for name, part := range map[string]string{"plan.lp": "parcel:L0", "plan.mps": "ROWS"} {
		if text, err := os.ReadFile(in(name)); err != nil || !strings.Contains(string(text), part) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, tc := range []struct {
		args  []string
		parts []string
	}{
		{[]string{"--kind", "zoo", "--model", "best", "--figures", "cost", "--cutoff", "5", "--budget", "1.5"}, []string{"zoo", "best", "figures", "cutoff", "whole number"}},
		{[]string{"--kind", "pocket_park", "--p", "500"}, []string{"500 sites", "give at most"}},
		{[]string{"--kind", "pocket_park", "--options", write(t, dir, "bad.json", `{"color":1}`)}, []string{"bad.json", "color"}},
		{[]string{"--kind", "pocket_park", "--p", "1", "--candidates", options}, []string{"beside a study"}},
	} {
		_, stderr, code := kaimen(t, append([]string{"analyze", "sites", "dongxing-sample", "--store", store}, tc.args...)...)
		for _, part := range tc.parts {
			if code != exitUsage || !strings.Contains(stderr, part) {
				t.Errorf("%v: code %d, %q is not told: %s", tc.args, code, part, stderr)
			}
		}
	}
}

// A search that is stopped hands over the best it has, if it has any, and else
// says that it was stopped.
func TestSitesAreStopped(t *testing.T) {
	t.Parallel()
	store := sampled(t)
	out := filepath.Join(t.TempDir(), "plan.json")
	stdout, stderr, code := kaimen(t, "analyze", "sites", "dongxing-sample", "--store", store, "--kind", "pocket_park", "--p", "20",
		"--sources", "edge", "--every-m", "50", "--curve", "60", "--stability", "--deadline", "1500ms", "-o", out)
	if code == exitDone {
		plan := readJSON[*analysis.SitesAnswer](t, out)
		if s := plan.Summary; s.Complete || len(plan.Rows) == 0 || s.Bound < s.Objective || !strings.Contains(stderr, "best so far") {
			t.Errorf("%s%s", stdout, stderr)
		}
	} else if _, err := os.Stat(out); err == nil {
		t.Errorf("code %d, and a plan is written: %s", code, stderr)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var text strings.Builder
	if code := run(ended, []string{"analyze", "sites", "dongxing-sample", "--store", store, "--kind", "pocket_park", "--p", "1"}, &text, &text); code != exitFailed {
		t.Errorf("code %d: %s", code, text.String())
	}
}

// Three sites and four homes; see the tables of package analysis. d is 9 from x
// and beyond 5 of all.
func sitesTables(t *testing.T) (dir string, args []string) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, "m.csv", "from,to,min\na,x,1.5\na,y,2\nb,y,1.25\nc,z,3\nd,x,9\n")
	write(t, dir, "d.csv", "id,people,area\na,10,n\nb,20.5,n\nc,7,s\nd,100,s\n")
	write(t, dir, "c.csv", "id,cost,fixed,capacity\nx,1.5,,20\ny,2,,150.5\nz,1,,5\n")
	return dir, []string{
		"analyze", "sites", "--matrix", filepath.Join(dir, "m.csv"), "--demand", filepath.Join(dir, "d.csv"),
		"--fields", "origin=from,destination=to,cost=min,weight=people", "-o", filepath.Join(dir, "plan.json"),
	}
}

func TestSitesFromTables(t *testing.T) {
	t.Parallel()
	dir, args := sitesTables(t)
	type plan struct {
		Model     string   `json:"model"`
		Objective float64  `json:"objective"`
		Bound     float64  `json:"bound"`
		Gap       float64  `json:"gap"`
		Proven    bool     `json:"proven"`
		Sites     []string `json:"sites"`
		Curve     []struct {
			Number    int     `json:"number"`
			Objective float64 `json:"objective"`
		} `json:"gain_curve"`
	}
	for _, tc := range []struct {
		name      string
		flags     []string
		objective float64
		sites     string
		curve     []float64
	}{
		{"every destination", []string{"--model", "mclp", "--p", "2", "--cutoff", "5"}, 37.5, "y z", []float64{30.5, 37.5}},
		{"a curve", []string{"--p", "1", "--cutoff", "5", "--curve", "3"}, 30.5, "y", []float64{30.5, 37.5, 37.5}},
		{"decay", []string{"--model", "decay", "--p", "1", "--steps", "2=1,9=0.25"}, 35, "x", []float64{35}},
		{"median", []string{"--model", "pmedian", "--p", "2"}, 1066.625, "x y", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			own := append(slices.Clone(args[:len(args)-1]), filepath.Join(dir, strings.ReplaceAll(tc.name, " ", "-")+".json"))
			stdout := must(t, append(own, tc.flags...)...)
			got := readJSON[plan](t, own[len(own)-1])
			slices.Sort(got.Sites)
			if got.Objective != tc.objective || got.Bound != tc.objective || got.Gap != 0 || !got.Proven || strings.Join(got.Sites, " ") != tc.sites || total(t, stdout, "objective") != tc.objective {
				t.Errorf("%+v\n%s", got, stdout)
			}
			for i, want := range tc.curve {
				if got.Curve[i].Number != i+1 || got.Curve[i].Objective != want {
					t.Errorf("%+v", got.Curve)
				}
			}
		})
	}
	// Costs of 1.5, 2 and 1: 2.5 is enough for y alone.
	stdout := must(t, append(args, "--candidates", filepath.Join(dir, "c.csv"), "--budget", "2.5", "--cutoff", "5", "--lp", filepath.Join(dir, "m.lp"))...)
	if total(t, stdout, "covered") != 30.5 {
		t.Errorf("%s", stdout)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "m.lp")); err != nil || !strings.Contains(string(text), "Maximize") {
		t.Errorf("%v", err)
	}
}

// Candidates may have costs of their own, be there already or be fixed.
func TestSitesFromTablesWithCandidates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := write(t, dir, "m.csv", "origin,destination,cost\na,x,1.5\na,y,2\nb,y,1.25\nc,z,3\n")
	d := write(t, dir, "d.csv", "id,weight\na,10\nb,20.5\nc,7\n")
	args := []string{"analyze", "sites", "--matrix", m, "--demand", d, "--cutoff", "5"}
	for _, tc := range []struct {
		table, flag, value string
		covered            float64
	}{
		{"id,cost,fixed\nx,1.5,\ny,2,\nz,1,\n", "--budget", "2.5", 30.5},
		{"id,cost,fixed\nx,1.5,required\ny,2,\nz,1,\n", "--budget", "2.5", 17},
		{"id,fixed\nx,\ny,existing\nz,0\n", "--p", "1", 37.5},
		{"id,fixed\nx,\ny,forbidden\nz,no\n", "--p", "1", 10},
	} {
		c := write(t, dir, "c.csv", tc.table)
		if stdout := must(t, append(slices.Clone(args), "--candidates", c, tc.flag, tc.value)...); total(t, stdout, "covered") != tc.covered {
			t.Errorf("%q: %s", tc.table, stdout)
		}
	}
	bad := write(t, dir, "bad.csv", "id,cost,fixed\nx,-1,perhaps\nx,1,\n,2,\n")
	_, stderr, code := kaimen(t, append(slices.Clone(args), "--candidates", bad, "--p", "9", "--steps", "x", "--kind", "park")...)
	for _, part := range []string{"-1", "twice", "blank", "steps", "--kind"} {
		if code != exitUsage || !strings.Contains(stderr, part) {
			t.Errorf("code %d, %q is not told: %s", code, part, stderr)
		}
	}
	_, stderr, code = kaimen(t, "analyze", "sites", "--matrix", m, "--cutoff-m", "5", "--p", "1")
	if code != exitUsage || !strings.Contains(stderr, "--demand is missing") || !strings.Contains(stderr, "--cutoff") {
		t.Errorf("code %d: %s", code, stderr)
	}
}

// The city: candidates every 100 m of its walking network, its 117 cells with
// health care as facilities that are there. Each site more covers more, and none
// more than its bound; phased plans are no better than the best of their number.
func TestSitesOfPortoAlegre(t *testing.T) {
	t.Parallel()
	store := portoAlegre(t)
	out := filepath.Join(t.TempDir(), "plan.json")
	for _, kind := range []string{"healthcare", "school"} {
		must(t, "analyze", "sites", "porto-alegre", "--store", store, "--kind", kind, "--cutoff-m", "833.333", "--sources", "edge", "--every-m", "100",
			"--p", "20", "--curve", "20", "-o", out)
		a := readJSON[*analysis.SitesAnswer](t, out)
		s := a.Summary
		if len(s.Curve) != 20 || s.CandidateCount < 10_000 || s.Gap > 0.01 || s.Before.Float() >= s.Curve[0].Objective {
			t.Fatalf("%s: %d points of the curve, %d candidates, gap %v", kind, len(s.Curve), s.CandidateCount, s.Gap)
		}
		last := s.Before.Float()
		for _, c := range s.Curve {
			if c.Objective < last || c.Bound < c.Objective || c.Phased != nil && *c.Phased > c.Bound {
				t.Errorf("%s: %+v after %v", kind, c, last)
			}
			last = c.Objective
		}
		t.Logf("%s: %.2f %% of the people before, %.2f %% with 20 more, bound %.2f %%, proven %t", kind,
			100**s.BeforeRate, 100**s.AfterRate, 100*s.Bound/s.Demand.Float(), s.Proven)
	}
}

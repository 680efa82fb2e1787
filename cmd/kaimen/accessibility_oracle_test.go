package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// beloHorizonte is a command line on the cells of Belo Horizonte, and the
// answers that Ipea's R package accessibility gives on them.
func beloHorizonte(t *testing.T) (args []string, dir string) {
	t.Helper()
	dir = shared(t, "belo-horizonte-access")
	return []string{
		"analyze", "accessibility", "--matrix", filepath.Join(dir, "travel_matrix.csv.gz"),
		"--demand", filepath.Join(dir, "land_use_data.csv"), "--supply", filepath.Join(dir, "land_use_data.csv"),
	}, dir
}

const beloHorizonteFields = "origin=from_id,destination=to_id,cost=travel_time,weight=population,capacity="

// All 898 cells by every measure. Six digits are asked for; the table has
// fifteen, and sums in another order differ in the last one or two.
func TestBeloHorizonte(t *testing.T) {
	t.Parallel()
	common, dir := beloHorizonte(t)
	want := readTable(t, filepath.Join(dir, "expected_by_package.csv"))
	for _, tc := range []struct {
		column, capacity string
		flags            string
	}{
		{"jobs_cum30", "jobs", "--method cumulative --cutoff 30"},
		{"schools_cum60", "schools", "--method cumulative --cutoff 60"},
		{"min_to_nearest_school", "schools", "--method nearest"},
		{"jobs_2sfca_bin50", "jobs", "--method 2sfca --cutoff 50"},
		{"schools_2sfca_bin30", "schools", "--method 2sfca --cutoff 30"},
		{"jobs_bfca_exp005", "jobs", "--method bfca --decay exponential --beta 0.05"},
		{"schools_gravity_exp005", "schools", "--method gravity --decay exponential --beta 0.05"},
		{"jobs_gravity_exp02", "jobs", "--method gravity --decay exponential --beta 0.2"},
	} {
		t.Run(tc.column, func(t *testing.T) {
			t.Parallel()
			scores := scoresOf(t, common, tc.capacity, tc.flags)
			worst := 0.0
			for _, row := range want.rows {
				id, text := want.text(row, "id"), want.text(row, tc.column)
				got, ok := scores[id]
				if text == "Inf" {
					if ok {
						t.Errorf("%s: %v, and nothing is within reach", id, got)
					}
					continue
				}
				x, err := strconv.ParseFloat(text, 64)
				if err != nil || !ok {
					t.Fatalf("%s: %v, score %v %v", id, err, got, ok)
				}
				if x != got {
					worst = max(worst, math.Abs(got-x)/x)
				}
			}
			if len(want.rows) != 898 || worst > 1e-13 {
				t.Errorf("%d cells, up to %g apart", len(want.rows), worst)
			}
			t.Logf("%d cells, at most %g of the value apart", len(want.rows), worst)
		})
	}
}

// scoresOf scores the cells; a blank score is left out.
func scoresOf(t *testing.T, common []string, capacity, flags string) map[string]float64 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "scores.csv")
	args := append(append([]string(nil), common...), "--fields", beloHorizonteFields+capacity, "-o", out)
	stdout := must(t, append(args, strings.Fields(flags)...)...)
	if total(t, stdout, "pairs") != 748_437 || total(t, stdout, "weight") != 941_160 {
		t.Errorf("totals: %s", stdout)
	}
	got := readTable(t, out)
	scores := make(map[string]float64)
	for _, row := range got.rows {
		if got.text(row, "score") != "" {
			scores[got.text(row, "id")] = got.number(row, "score")
		}
	}
	return scores
}

// What the package's own pages show: gravity of schools, two-step jobs, and how
// unevenly the jobs within 30 minutes are spread. There, whole cells belong to
// the poorest and the richest by the income at which four and nine tenths of the
// people end; so they do here. Cells without people have no income.
func TestBeloHorizontePublished(t *testing.T) {
	t.Parallel()
	common, dir := beloHorizonte(t)
	for _, tc := range []struct {
		capacity, flags string
		want            map[string]float64
		digits          float64
	}{
		{"schools", "--method gravity --decay exponential --beta 0.2", map[string]float64{"89a88cdb57bffff": 0.03041853, "89a88cdb597ffff": 1.15549493}, 5e-9},
		{"jobs", "--method 2sfca --cutoff 50", map[string]float64{"89a88cdb57bffff": 0.4278111, "89a88cdb597ffff": 0.3863614, "89a88cdb5b3ffff": 0.4501725}, 5e-8},
	} {
		scores := scoresOf(t, common, tc.capacity, tc.flags)
		for id, want := range tc.want {
			if math.Abs(scores[id]-want) > tc.digits {
				t.Errorf("%s: %v, want %v", id, scores[id], want)
			}
		}
	}
	out := filepath.Join(t.TempDir(), "scores.csv")
	must(t, append(common, "--fields", beloHorizonteFields+"jobs", "--method", "cumulative", "--cutoff", "30", "-o", out)...)
	stdout := must(t, "analyze", "equity", "--scores", out, "--demand", filepath.Join(dir, "land_use_data.csv"),
		"--fields", "weight=population", "--order", "income_per_capita", "--line", "95368")
	for name, want := range map[string]float64{"palma": 3.800465, "fgt0": 0.5745378, "fgt1": 0.3277383, "fgt2": 0.2218769, "gini": 0.4715251} {
		if got := total(t, stdout, name); math.Abs(got-want) > 5e-7*want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

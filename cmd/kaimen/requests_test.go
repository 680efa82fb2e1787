package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Three calls near the homes of the small study, 42 people; the caller's name is
// dropped on import and stands in no file.
func TestRequestsFromTheCommandLine(t *testing.T) {
	t.Parallel()
	manifest := small(t, map[string]string{"study.yaml": smallStudy + "  requests:   [{file: calls.csv}]\n"})
	write(t, filepath.Dir(manifest), "calls.csv", "id,kind,state,opened_at,closed_at,lon,lat,姓名\n"+
		"1,路灯,已办结,2026-03-01,2026-03-05,105.0001,29.5,王五\n2,路灯,已派单,2026-03-02,,105.0001,29.5,赵六\n3,停车,,2026-03-09,,105.0001,29.5,赵六\n")
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	csv := filepath.Join(dir, "r.csv")
	out := must(t, "analyze", "requests", "small", "--store", store, "-o", csv)
	for name, want := range map[string]float64{"total": 3, "open": 1, "doing": 1, "done": 1, "median_days": 4, "residents": 42} {
		if got := total(t, out, name); got != want {
			t.Errorf("%s is %v, want %v\n%s", name, got, want, out)
		}
	}
	inOrder(t, out, "oldest_open=2026-03-02", "kinds: kind=停车", "kinds: kind=路灯", "states: state=已办结 stage=done known=true requests=1")
	rows := readTable(t, csv)
	if len(rows.rows) != 1 || rows.number(rows.rows[0], "by_kind_路灯") != 2 {
		t.Errorf("%v", rows)
	}
	if strings.Contains(out, "王五") {
		t.Errorf("somebody is told:\n%s", out)
	}
	if out := must(t, "analyze", "requests", "small", "--store", store, "--kinds", "路灯", "--states", "open,doing", "--since", "2026-03-02"); total(t, out, "total") != 1 {
		t.Errorf("chosen: %s", out)
	}
}

package data_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
)

const requestTable = "工单编号,诉求类别,姓名,联系电话,经度,纬度,状态,受理时间,办结时间,内容\n" +
	"r1,停车难,张三,13800138000,0.001,0.002,已办结,2026/3/1 8:05,2026-03-04,车位不够\n" +
	"r2,断头路,李四,13900139000,0.003,0.002,处理中,2026年3月2日,,路不通\n"

// TestRequests: kind, state, time and place are kept, the columns found by
// their Chinese names; who asked is dropped, said so, and stands nowhere.
func TestRequests(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study("  requests: [{file: orders.csv}]"), "orders.csv": requestTable,
	}))
	want := []coverage.Request{
		{ID: "r1", Kind: "停车难", State: "已办结", OpenedAt: "2026-03-01T08:05:00", ClosedAt: "2026-03-04", At: orb.Point{0.001, 0.002}},
		{ID: "r2", Kind: "断头路", State: "处理中", OpenedAt: "2026-03-02", At: orb.Point{0.003, 0.002}},
	}
	if diff := cmp.Diff(want, s.Requests); diff != "" {
		t.Error(diff)
	}
	text, err := json.Marshal([]any{s.Layers, report})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"张三", "13800138000", "李四", "13900139000"} {
		if strings.Contains(string(text), who) {
			t.Errorf("%s is kept", who)
		}
	}
	i := slices.IndexFunc(report.Issues, func(i coverage.Issue) bool { return i.Code == coverage.ReasonPersonal })
	if i < 0 || !strings.Contains(report.Issues[i].Message, "姓名, 联系电话") {
		t.Errorf("what was dropped is not told: %v", report.Issues)
	}
	guess := "requests: orders.csv: opened_at is column 受理时间"
	if !slices.Contains(report.Guesses, guess) {
		t.Errorf("%q is not among %q", guess, report.Guesses)
	}
}

func TestRequestFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, source, table, want string }{
		{"personal column as a field", "fields: {kind: 姓名}", requestTable, "bad_manifest orders.csv 0 "},
		{"personal column in where", "where: \"姓名 == '张三'\"", requestTable, "bad_manifest orders.csv 0 "},
		{"phone number as an id", "", "id,kind,lon,lat\n13800138000,停车难,1,1\n", "personal orders.csv 2 "},
		{"no time", "", "id,kind,lon,lat,opened_at\na,停车难,1,1,昨天\n", "bad_value orders.csv 2 a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := "{file: orders.csv"
			if tc.source != "" {
				source += ", " + tc.source
			}
			faults := faultsOf(t, map[string]string{"study.yaml": study("  requests: [" + source + "}]"), "orders.csv": tc.table})
			equal(t, "fault", brief(faults[0]), tc.want)
			for _, f := range faults {
				if strings.Contains(f.Message, "13800138000") {
					t.Errorf("the number is told: %s", f)
				}
			}
		})
	}
}

// A table by its Chinese names alone, as an office keeps it; of two that fit,
// the likelier is taken and the other named. A dash says that there is none.
func TestColumnsFound(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"study.yaml": study("  demand: [{file: a.csv, fields: {vehicles: \"-\"}}]"),
		"a.csv":      "楼栋编号,经度,纬度,人口,常住人口,户数,车辆数\nb1,0.1,0.2,9,7,3,2\n",
	}
	s, report := mustImport(t, writeStudy(t, files))
	equal(t, "weights", fmt.Sprint(s.Demand[0].Weights), "map[households:3 people:7]")
	equal(t, "id", s.Demand[0].ID, "b1")
	wantLines(t, "guesses", report.Guesses, []string{
		"demand: a.csv: id is column 楼栋编号", "demand: a.csv: x is column 经度", "demand: a.csv: y is column 纬度",
		"demand: a.csv: people is column 常住人口; 人口 would fit as well", "demand: a.csv: households is column 户数",
	})
}

package main

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Two homes and two schools; h2 is 20 min from s2, which is in reach only if the
// limit counts itself.
//
//	         s1 (10)   s2 (40)
//	h1 30         5         –
//	h2 20        10        20
const (
	pairsCSV  = "from,to,min\nh2,s2,20\nh1,s1,5\nh2,s1,10\n"
	homesCSV  = "id,people,income\nh1,30,100\nh2,20,900\n"
	placesCSV = "id,seats,kind\ns1,10,school\ns2,40,school\np1,7,park\n"
)

// scoring writes the three tables and returns a command line on them; some
// tables may be replaced.
func scoring(t *testing.T, replaced map[string]string) (dir string, args []string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"pairs.csv": pairsCSV, "homes.csv": homesCSV, "places.csv": placesCSV} {
		if other, ok := replaced[name]; ok {
			text = other
		}
		write(t, dir, name, text)
	}
	return dir, []string{
		"analyze", "accessibility",
		"--matrix", filepath.Join(dir, "pairs.csv"), "--demand", filepath.Join(dir, "homes.csv"), "--supply", filepath.Join(dir, "places.csv"),
		"--fields", "origin=from,destination=to,cost=min,weight=people,capacity=seats", "-o", filepath.Join(dir, "scores.csv"),
	}
}

func TestScoresFromTables(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		flags  []string
		ids    string
		scores []float64 // NaN for a blank one
	}{
		{"cumulative", []string{"--method", "cumulative", "--cutoff", "20"}, "h1 h2", []float64{10, 50}},
		// s1: 10 seats for 50, 0.2; s2: 40 for 20, 2.
		{"2sfca", []string{"--method", "2sfca", "--cutoff", "20"}, "h1 h2", []float64{0.2, 2.2}},
		// s1: 30·1 + 20·0.5 = 40, 0.25; s2: 20·0.1 = 2, 20. h2: 0.5·0.25 + 0.1·20.
		{"e2sfca", []string{"--method", "e2sfca", "--zones", "5=1,10=0.5,20=0.1"}, "h1 h2", []float64{0.25, 2.125}},
		{"gravity", []string{"--method", "gravity", "--decay", "linear", "--cutoff", "20"}, "h1 h2", []float64{7.5, 5}},
		{"nearest", []string{"--method", "nearest", "--cutoff", "5"}, "h1 h2", []float64{5, math.NaN()}},
		{"ratio", []string{"--method", "ratio", "--cutoff", "10"}, "s1 s2 p1", []float64{0.2, math.NaN(), math.NaN()}},
		{"ratio of a kind", []string{"--method", "ratio", "--cutoff", "20", "--kind", "school"}, "s1 s2", []float64{0.2, 2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir, args := scoring(t, nil)
			stdout := must(t, append(args, tc.flags...)...)
			if total(t, stdout, "demands") != 2 || total(t, stdout, "pairs") != 3 || total(t, stdout, "weight") != 50 {
				t.Errorf("totals: %s", stdout)
			}
			rows := readTable(t, filepath.Join(dir, "scores.csv"))
			var ids []string
			for i, row := range rows.rows {
				ids = append(ids, rows.text(row, "id"))
				text, want := rows.text(row, "score"), tc.scores[i]
				if got, err := strconv.ParseFloat(text, 64); math.IsNaN(want) != (text == "") || err == nil && math.Abs(got-want) > 1e-12 {
					t.Errorf("%s: score %q, want %v", ids[i], text, want)
				}
			}
			if got := strings.Join(ids, " "); got != tc.ids {
				t.Errorf("ids %s, want %s", got, tc.ids)
			}
		})
	}
}

// JSON has the supply as well, and null for what there is not.
func TestScoresAsJSON(t *testing.T) {
	t.Parallel()
	dir, args := scoring(t, nil)
	out := filepath.Join(dir, "s.json")
	must(t, append(args, "--method", "2sfca", "--cutoff", "10", "-o", out)...)
	got, err := os.ReadFile(out)
	want := `{"method":"2sfca","decay":"step","cutoff":10,"scores":[{"id":"h1","score":0.2},{"id":"h2","score":0.2}],` +
		`"supplies":[{"id":"s1","capacity":10,"demand":50,"ratio":0.2},{"id":"s2","capacity":40,"demand":0,"ratio":null},{"id":"p1","capacity":7,"demand":0,"ratio":null}]}` + "\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

// Pairs in another order, and a table with the same pairs in quotes, give the
// same bytes.
func TestOrderOfPairsChangesNothing(t *testing.T) {
	t.Parallel()
	var first string
	for _, pairs := range []string{pairsCSV, "min,to,from\n5,s1,h1\n10,s1,h2\n20,s2,h2\n", "from;to;min\n\"h2\";\"s1\";10\nh1;s1;5.0\nh2;s2;2e1\n"} {
		dir, args := scoring(t, map[string]string{"pairs.csv": pairs})
		stdout := must(t, append(args, "--method", "bfca", "--decay", "exponential", "--beta", "0.1")...)
		file, err := os.ReadFile(filepath.Join(dir, "scores.csv"))
		if err != nil {
			t.Fatal(err)
		}
		if got := stdout + string(file); first == "" {
			first = got
		} else if got != first {
			t.Errorf("%s\nwant\n%s", got, first)
		}
	}
}

// Bad input: exit code 2, and every fault with its file, row and value.
func TestTablesThatCannotBeScored(t *testing.T) {
	t.Parallel()
	step := []string{"--method", "2sfca", "--cutoff", "20"}
	for _, tc := range []struct {
		name     string
		flags    []string
		replaced map[string]string
		says     []string
	}{
		{"an unknown method", []string{"--method", "huff"}, nil, []string{`"huff" is no method`, "cumulative, gravity, nearest, ratio, 2sfca, e2sfca, 3sfca, bfca"}},
		{"an unknown decay", append(step, "--decay", "cosine"), nil, []string{`"cosine" is no decay`, "step, exponential, power, gaussian, gaussian_to_zero, logistic, linear, zones"}},
		{"a cutoff of 0", []string{"--method", "2sfca", "--cutoff", "0"}, nil, []string{"cutoff is 0; give a number above 0"}},
		{"a cutoff below 0", []string{"--method", "2sfca", "--cutoff=-5"}, nil, []string{"cutoff is -5"}},
		{"a cutoff of NaN", []string{"--method", "2sfca", "--cutoff", "NaN"}, nil, []string{"cutoff is NaN"}},
		{"zones that are none", []string{"--method", "e2sfca", "--zones", "5:1"}, nil, []string{`"5:1" is no zone`}},
		{"flags and tables at once", []string{"--method", "2sfca"}, map[string]string{"homes.csv": "id,people\nh1,x\nh2,-1\n"}, []string{
			"cutoff is missing", "homes.csv: row 2: h1: weight \"x\" is not a number", "homes.csv: row 3: h2: weight is -1",
		}},
		{"weights", step, map[string]string{"homes.csv": "id,people\nh1,NaN\nh2,\n,3\nh1,4\n"}, []string{
			"row 2: h1: weight is NaN", "row 3: h2: weight is blank", "row 4: the id is blank", "row 5: h1: the id stands twice",
		}},
		{"capacity", step, map[string]string{"places.csv": "id,seats,kind\ns1,,school\ns2,Inf,school\n"}, []string{
			"places.csv: row 2: s1: capacity is blank", "row 3: s2: capacity is Inf",
		}},
		{"no capacity", step, map[string]string{"places.csv": "id,kind\ns1,school\ns2,school\n"}, []string{`places.csv: there is no column "seats"; there are id, kind`, "--fields"}},
		{"a kind that is not there", append(step, "--kind", "library"), nil, []string{`places.csv: there is no row of kind "library"`}},
		{"one id of two kinds", step, map[string]string{"places.csv": placesCSV + "s1,3,park\n"}, []string{"s1: the id stands twice", "--kind"}},
		{"pairs", step, map[string]string{"pairs.csv": "from,to,min\nh1,s1,5\nh9,s1,5\nh9,s2,6\nh1,s9,1\nh1,s1,7\nh2,s2,-3\nh2,s1,soon\nh2,s2,\n,s1,1\nh1\n"}, []string{
			"pairs.csv: row 3: h9: the origin is not in the table of demand", "row 5: s9: the destination is not in the table of supply",
			"row 6: the pair from h1 to s1 stands twice", "row 7: cost is -3", `row 8: cost "soon"`, "row 9: cost is blank", "row 10: the origin is blank", "row 11: the row has 1 cells",
		}},
		{"no matrix", step, map[string]string{"pairs.csv": ""}, []string{"pairs.csv", "the file is empty"}},
		{"fields that are not ours", append(step, "--fields", "who=people"), nil, []string{`"who" is no column of ours; there are origin`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir, args := scoring(t, tc.replaced)
			stdout, stderr, code := kaimen(t, append(args, tc.flags...)...)
			if code != exitUsage || stdout != "" {
				t.Errorf("exit code %d, printed %q", code, stdout)
			}
			for _, s := range tc.says {
				if !strings.Contains(stderr, s) {
					t.Errorf("it does not say %q:\n%s", s, stderr)
				}
			}
			if strings.Count(stderr, "h9") > 1 {
				t.Errorf("an unknown id is told more than once:\n%s", stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, "scores.csv")); err == nil {
				t.Error("scores were written")
			}
		})
	}
}

// Of 10 people, 5 have 0, 4 have 2 and 1 has 12: 20 in all. The curve goes
// through (0.5, 0), (0.9, 0.4); twice its area is 0.4·0.4 + 0.1·1.4 = 0.3. By
// income the poorest four tenths are a, with 2, and the richest tenth is d.
func TestEquityFromTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demand := write(t, dir, "d.csv", "id,weight,income\na,4,1\nb,4,2\nc,1,3\nd,1,4\nnobody,0,\nunknown,3,5\n")
	scores := write(t, dir, "s.csv", "id,score\nb,0\na,2\nc,0\nd,12\nnobody,99\nunknown,\n")
	out := filepath.Join(dir, "e.csv")
	args := []string{"analyze", "equity", "--scores", scores, "--demand", demand, "--order", "income", "--line", "2", "-o", out}
	stdout, stderr, code := kaimen(t, args...)
	if code != exitDone || !strings.Contains(stderr, "places without a score are left out: 1, with 3 people") {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for name, want := range map[string]float64{
		"places": 5, "people": 10, "unscored_people": 3, "gini": 0.7, "palma": 12. / 2,
		"fgt0": 0.5, "fgt1": 0.5, "fgt2": 0.5, "theil": 0.4*math.Log(1) + 0.6*math.Log(6),
	} {
		if got := total(t, stdout, name); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != "people_share,value_share\n0,0\n0.5,0\n0.9,0.4\n1,1\n" {
		t.Errorf("%v: %s", err, got)
	}
	must(t, append(args[:len(args)-1], filepath.Join(dir, "e.json"))...)
}

func TestTablesThatCannotBeMeasured(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demand := write(t, dir, "d.csv", "id,weight,income\na,4,1\nb,4,rich\na,1,3\n")
	scores := write(t, dir, "s.csv", "id,score\na,-2\nc,1\nb,1\nb,2\n")
	_, stderr, code := kaimen(t, "analyze", "equity", "--scores", scores, "--demand", demand, "--order", "income", "--line", "0")
	if code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	for _, s := range []string{
		"line is 0; give a score above 0", "d.csv: row 4: a: the id stands twice", `d.csv: row 3: b: income is "rich"`,
		"s.csv: row 2: a: score is -2", "s.csv: row 3: c: the id is not in the table of demand", "s.csv: row 5: b: the id stands twice",
	} {
		if !strings.Contains(stderr, s) {
			t.Errorf("it does not say %q:\n%s", s, stderr)
		}
	}
	// All of the scores 0: there is nothing to have a share of.
	_, stderr, code = kaimen(t, "analyze", "equity", "--scores", write(t, dir, "z.csv", "id,score\na,0\n"), "--demand", write(t, dir, "o.csv", "id,weight\na,1\n"))
	if code != exitUsage || !strings.Contains(stderr, "add up to 0") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

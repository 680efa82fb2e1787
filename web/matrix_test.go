package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaimen/coverage/analysis"
)

const matrixAddress = "/api/v1/studies/town/matrix"

// a and b stand on the street, one step and four steps from p; z is far from
// any road. Within 500 m only a reaches p.
const places = `"origins":[{"id":"a","lon":105.052,"lat":29.58},{"id":"=b","lon":105.058,"lat":29.58}],` +
	`"destinations":[{"id":"p","lon":105.05,"lat":29.58},{"id":"z","lon":106,"lat":30}]`

func TestMatrix(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	w := b.send(t, http.MethodPost, matrixAddress, `{`+places+`,"max_m":500}`)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d\n%s", w.Code, w.Body)
	}
	c.check(t, http.MethodPost, matrixAddress, w)
	var answer struct {
		Rows     []analysis.Pair
		Pairs    int
		Warnings []analysis.Warning
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	// 0.002° at 29.58° north are 193.4 m: 174 s at 4 km/h.
	if len(answer.Rows) != 1 || answer.Pairs != 1 || answer.Rows[0].Origin != "a" ||
		answer.Rows[0].CostM < 193 || answer.Rows[0].CostM > 194 || answer.Rows[0].CostS < 173.5 || answer.Rows[0].CostS > 175 {
		t.Errorf("rows: %+v", answer.Rows)
	}
	if len(answer.Warnings) == 0 {
		t.Error("nothing is said of z, which no road reaches")
	}
}

func TestMatrixAsCSV(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tc := range []struct{ query, accept, first string }{
		{"?f=csv", "", "=b"}, {"", "text/csv", "=b"}, {"?f=csv&bom=1", "", "'=b"},
	} {
		w := b.send(t, http.MethodPost, matrixAddress+tc.query, `{`+places+`,"max_min":15}`, "Accept", tc.accept)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 3 || strings.Join(rows[0], ",") != "origin,destination,cost_s,cost_m,synthetic" || rows[2][0] != tc.first {
			t.Errorf("%s: status %d, %v\n%s", tc.query, w.Code, err, w.Body)
		}
	}
}

// The way of 193.4 m and 174 s must keep both limits.
func TestMatrixWithinBothLimits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for limits, pairs := range map[string]int{
		`"max_min":3,"max_m":194`: 1, `"max_min":3,"max_m":193`: 0, `"max_min":2.8,"max_m":194`: 0,
	} {
		w := b.send(t, http.MethodPost, matrixAddress, `{`+places+`,`+limits+`}`)
		if want := fmt.Sprintf(`"pairs":%d,`, pairs); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, want %s\n%s", limits, w.Code, want, w.Body)
		}
	}
}

// Of two destinations one is kept, the nearer; of two at one place the first.
func TestMatrixOfTheNearest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := `{"origins":[{"id":"a","lon":105.052,"lat":29.58}],"destinations":[{"id":"far","lon":105.05,"lat":29.58},` +
		`{"id":"near","lon":105.0515,"lat":29.58},{"id":"twin","lon":105.0515,"lat":29.58}],"max_m":5000,"nearest":`
	for k, want := range map[int][]string{0: {"far", "near", "twin"}, 1: {"near"}, 2: {"near", "twin"}, 9: {"far", "near", "twin"}} {
		w := b.send(t, http.MethodPost, matrixAddress, fmt.Sprintf("%s%d}", body, k))
		var answer struct{ Rows []analysis.Pair }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range answer.Rows {
			got = append(got, p.Destination)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("nearest %d: %s", k, diff)
		}
	}
}

// Nothing within reach is an answer, not an error.
func TestEmptyMatrix(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.send(t, http.MethodPost, matrixAddress, `{`+places+`,"max_m":1}`)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"rows":[]`) {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
	readContract(t).check(t, http.MethodPost, matrixAddress, w)
	w = b.send(t, http.MethodPost, matrixAddress+"?f=csv", `{`+places+`,"max_m":1}`)
	if w.Code != http.StatusOK || w.Body.String() != "origin,destination,cost_s,cost_m,synthetic\n" {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
}

func TestMatrixErrors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	many := func(n int) string {
		points := make([]string, n)
		for i := range points {
			points[i] = fmt.Sprintf(`{"id":"%d","lon":105,"lat":29}`, i)
		}
		return "[" + strings.Join(points, ",") + "]"
	}
	for _, tc := range []struct {
		name, body, kind string
		status           int
		code             string
		parts            []string
	}{
		{name: "no body", status: 422, code: "invalid", parts: []string{"body is required"}},
		{name: "no JSON", body: `{"origins":`, status: 422, code: "invalid", parts: []string{"body"}},
		{name: "other type", body: `a=b`, kind: "application/x-www-form-urlencoded", status: 415, code: "unsupported"},
		{name: "members missing", body: `{"max_m":5}`, status: 422, code: "invalid", parts: []string{"origins", "destinations"}},
		{name: "member unknown", body: `{` + places + `,"max_km":5}`, status: 422, code: "invalid", parts: []string{"max_km"}},
		{name: "no latitude", body: `{"origins":[{"id":"a","lon":1}],"destinations":[],"max_m":5}`, status: 422, code: "invalid", parts: []string{"body.origins[0]"}},
		{name: "no cutoff", body: `{` + places + `}`, status: 422, code: "invalid", parts: []string{`"body.max_m"`}},
		{name: "one cutoff of two below zero", body: `{` + places + `,"max_m":-5,"max_min":5}`, status: 422, code: "invalid", parts: []string{"body.max_m", "max_m is -5"}},
		{name: "cutoff below zero", body: `{` + places + `,"max_min":-5}`, status: 422, code: "invalid", parts: []string{"body.max_min", "max_min is -5"}},
		{
			name: "all faults of places", body: `{"origins":[{"id":"a","lon":181,"lat":0},{"id":"b","lon":0,"lat":0},{"id":"b","lon":0,"lat":91}],"destinations":[],"profile":"fly","max_m":5}`,
			status: 422, code: "invalid", parts: []string{"body.origins[0]", "body.origins[2]", "more than once", "body.destinations", "body.profile"},
		},
		{name: "too many places", body: `{"origins":` + many(100_001) + `,"destinations":[],"max_m":5}`, status: 413, code: "too_large", parts: []string{"at most 100000"}},
		{name: "too many pairs", body: `{"origins":` + many(5001) + `,"destinations":` + many(5001) + `,"max_m":5}`, status: 413, code: "too_large", parts: []string{"at most 25000000"}},
		{name: "too many bytes", body: `{"profile":"` + strings.Repeat("x", 32<<20) + `"}`, status: 413, code: "too_large", parts: []string{"32 MiB"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var headers []string
			if tc.kind != "" {
				headers = []string{"Content-Type", tc.kind}
			}
			w := b.send(t, http.MethodPost, matrixAddress, tc.body, headers...)
			var p problemBody
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != tc.status || p.Code != tc.code || p.Status != tc.status {
				t.Fatalf("status %d, want %d %s: %v\n%.600s", w.Code, tc.status, tc.code, err, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%q is not told\n%.900s", part, w.Body)
				}
			}
			if w.Body.Len() > 5000 {
				t.Errorf("the problem has %d bytes: it sends the request back", w.Body.Len())
			}
			c.check(t, http.MethodPost, matrixAddress, w)
		})
	}
}

// patient notes the deadlines that are set on its connection.
type patient struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (p *patient) SetReadDeadline(at time.Time) error {
	p.deadlines = append(p.deadlines, at)
	return nil
}

// The time allowed for sending the request must not cut a long answer: when the
// work begins, no deadline stands.
func TestMatrixHasNoDeadlineWhileAnswering(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, matrixAddress, strings.NewReader(`{`+places+`,"max_m":500}`))
	w := &patient{ResponseRecorder: httptest.NewRecorder()}
	b.ServeHTTP(w, r)
	if w.Code != http.StatusOK || len(w.deadlines) != 2 || w.deadlines[0].IsZero() || !w.deadlines[1].IsZero() {
		t.Errorf("status %d, deadlines %v; want one for the body, then none", w.Code, w.deadlines)
	}
}

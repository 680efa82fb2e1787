package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kaimen/coverage/analysis"
	"kaimen/geo/geojson"
	"kaimen/web"
)

// All GeoJSON that is served can be read by a strict reader.
func TestGeoJSONReadsBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for target, want := range map[string]int{
		coverageAddress: 2,
		"/api/v1/studies/town/coverage?kind=pocket_park&level=study": 1,
		"/api/v1/studies/town/gaps?kind=pocket_park":                 2,
		"/api/v1/studies/town/isochrones?at=105.05,29.58":            3,
		"/api/v1/studies/town/layers/boundaries":                     3,
		"/api/v1/studies/town/layers/roads":                          2,
		"/api/v1/studies/town/layers/facilities":                     2,
		"/api/v1/studies/town/layers/demand":                         4,
		"/api/v1/studies/town/layers/buildings":                      1,
		"/api/v1/studies/town/layers/gates":                          0,
	} {
		seen := make(map[string]bool)
		w := b.get(t, target)
		err := geojson.Read(w.Body, func(f geojson.Feature) error {
			if f.Err != nil || f.ID == "" || seen[f.ID] || f.Properties["id"] == nil {
				t.Errorf("%s: feature %q: %v", target, f.ID, f.Err)
			}
			seen[f.ID] = true
			return nil
		})
		if err != nil || len(seen) != want {
			t.Errorf("%s: %d features, want %d: %v", target, len(seen), want, err)
		}
	}
}

// Many at once get the same bytes; run with -race.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	targets := []string{coverageAddress, fill(b, "/tiles/town/{S}/boundaries/11/1621/847.mvt"), "/api/v1/studies/town/layers/roads", "/openapi.json"}
	want := make([]string, len(targets))
	for i, target := range targets {
		want[i] = b.get(t, target).Body.String()
	}
	fresh := setup(t)
	var wait sync.WaitGroup
	for i := range 32 {
		wait.Go(func() {
			if got := fresh.get(t, targets[i%len(targets)]).Body.String(); got != want[i%len(targets)] {
				t.Errorf("%s: other bytes", targets[i%len(targets)])
			}
		})
	}
	wait.Wait()
}

// A server without the page says how to get it, and answers the API.
func TestPageNotBuilt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Handler = web.New(web.Options{Engine: analysis.New(b.store, nil), Store: b.store})
	w := b.get(t, "/")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
	if w := b.get(t, "/icon.svg"); w.Code != http.StatusNotFound {
		t.Errorf("a file of it: status %d", w.Code)
	}
	if w := b.get(t, "/api/v1/studies"); w.Code != http.StatusOK {
		t.Errorf("the API: status %d", w.Code)
	}
}

// The page's addresses never reach outside of it.
func TestPageStaysInside(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, target := range []string{"/assets/..%2f..%2fgo.mod", "/..%2f..%2fetc/passwd.txt", "/assets%2f.%2fplain.js", "/%00.js"} {
		if w := b.get(t, target); w.Code == http.StatusOK && !strings.Contains(w.Body.String(), "let y") {
			t.Errorf("%s: status %d\n%.200s", target, w.Code, w.Body)
		}
	}
}

// Every request leaves a line with what it took.
func TestRequestsAreLogged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.get(t, "/api/v1/studies/nowhere")
	if text := b.log.String(); !strings.Contains(text, "status=404") || !strings.Contains(text, "path=/api/v1/studies/nowhere") {
		t.Error(text)
	}
}

func ExampleNew() {
	// A server without snapshots: the list of studies is empty.
	store := &shelf{}
	handler := web.New(web.Options{Engine: analysis.New(store, nil), Store: store})
	fmt.Println(answerOf(handler, "/api/v1/studies"))
	// Output: {"studies":[]}
}

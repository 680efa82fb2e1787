package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/standard"
	"kaimen/web"
)

// shelf is a store in memory whose troubles a test can choose: study
// "troubled" cannot be looked up, and List does what broken says, if set.
type shelf struct {
	coveragetest.Memory
	broken func() error
}

func (s *shelf) Current(ctx context.Context, study string) (coverage.SnapshotInfo, error) {
	if study == "troubled" {
		return coverage.SnapshotInfo{}, errors.New("dial tcp secret-host: connection refused")
	}
	return s.Memory.Current(ctx, study)
}

func (s *shelf) List(ctx context.Context) ([]coverage.SnapshotInfo, error) {
	if s.broken != nil {
		return nil, s.broken()
	}
	return s.Memory.List(ctx)
}

// One step of the town's only street is 0.002° of longitude at 29.58° north:
// 193.4 m, or 174 s on foot. The pocket park P stands at its west end, homes
// h1 and h2 one and four steps east of it (193 m, 774 m), h3 eight steps (1,547
// m). h4 stands on the next street, which meets no other and is too short to be
// more than an island. West and east are communities that tile the street.
//
//	P--h1--+--+--h2--+--+--+--h3--+--+        h4--
//	|------ west ------|-------- east ---------|
//
// Within 1,000 m of the park live h1 and h2: 100 + 50.5 of 100 + 50.5 + 30 + 5.
func town(t testing.TB) *coverage.Snapshot {
	t.Helper()
	const lat = 29.58
	road := coverage.Road{ID: "w1", Name: "汉安大道", Class: "residential", Tags: map[string]string{"surface": "asphalt"}}
	for i := range 11 {
		road.Nodes = append(road.Nodes, int64(i+1))
		road.Line = append(road.Line, orb.Point{105.05 + 0.002*float64(i), lat})
	}
	island := coverage.Road{
		ID: "w2", Class: "footway", Nodes: []int64{101, 102},
		Line: orb.LineString{{105.066, lat + 0.01}, {105.0662, lat + 0.01}},
	}
	people := func(n float64) map[string]coverage.Amount {
		amount, err := coverage.AmountOf(n)
		if err != nil {
			t.Fatal(err)
		}
		return map[string]coverage.Amount{"people": amount}
	}
	layers := coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "s", Level: coverage.LevelStreet, Name: "东兴街道", Area: box(105.045, 29.57, 105.075, 29.60)},
			{ID: "c-east", Level: coverage.LevelCommunity, Name: "East", Parent: "s", Area: box(105.06, 29.57, 105.075, 29.60)},
			{ID: "c-west", Level: coverage.LevelCommunity, Name: "=West", Parent: "s", Area: box(105.045, 29.57, 105.06, 29.60)},
		},
		Roads: []coverage.Road{road, island},
		Facilities: []coverage.Facility{
			{ID: "1", Kind: "pocket_park", Name: "P", At: orb.Point{105.05, lat}},
			{ID: "1", Kind: "school", Name: "第一小学", At: orb.Point{105.07, lat}},
		},
		Demand: []coverage.Demand{
			{ID: "h1", At: orb.Point{105.052, lat}, Weights: people(100)},
			{ID: "h2", At: orb.Point{105.058, lat}, Weights: people(50.5)},
			{ID: "h3", At: orb.Point{105.066, lat}, Weights: people(30)},
			{ID: "h4", At: orb.Point{105.0661, lat + 0.01}, Weights: people(5)},
		},
		Buildings: []coverage.Building{{ID: "b1", Name: "1栋", Use: "residential", Floors: 6, Area: box(105.0519, 29.5801, 105.0521, 29.5803)}},
	}
	report := coverage.Report{
		Sources: []coverage.SourceReport{{
			Layer: coverage.LayerDemand, Source: "homes.csv", Read: 5, Used: 4,
			SetAside: []coverage.ReasonCount{{Code: coverage.ReasonNoCoordinates, Rows: 1}},
		}},
		Issues: []coverage.Issue{{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonNoCoordinates,
			Layer: coverage.LayerDemand, Source: "homes.csv", Line: 6, Message: "lon is blank",
		}},
	}
	return snapshot(t, coverage.Study{
		ID: "town", Name: coverage.Name{ZH: "小镇", EN: "Town"}, Synthetic: true, Attribution: []string{"© Nobody"},
	}, layers, report)
}

// wood is a real study with roads alone, so that most questions lack a layer.
func wood(t testing.TB) *coverage.Snapshot {
	t.Helper()
	return snapshot(t, coverage.Study{ID: "wood"}, coverage.Layers{Roads: []coverage.Road{
		{ID: "w1", Class: "track", Nodes: []int64{1, 2}, Line: orb.LineString{{10, 50}, {10.01, 50}}},
	}}, coverage.Report{})
}

func snapshot(t testing.TB, study coverage.Study, layers coverage.Layers, report coverage.Report) *coverage.Snapshot {
	t.Helper()
	s, err := coverage.NewSnapshot(study, layers, report, day)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func box(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

// bench is a server over town and wood, with its log.
type bench struct {
	http.Handler
	town, wood *coverage.Snapshot
	store      *shelf
	log        *journal
	options    web.Options
}

// journal takes log lines from any goroutine.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func setup(t testing.TB) *bench {
	t.Helper()
	b := &bench{town: town(t), wood: wood(t), store: &shelf{}, log: &journal{}}
	for _, s := range []*coverage.Snapshot{b.town, b.wood} {
		if err := b.store.Put(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	b.options = web.Options{
		Engine: analysis.New(b.store, library), Store: b.store, Version: "test", Scenarios: &coveragetest.MemoryScenarios{}, Manage: true,
		Logger: slog.New(slog.NewTextHandler(b.log, nil)),
		Page: fstest.MapFS{
			"index.html":                {Data: []byte("<title>the page</title>")},
			"icon.svg":                  {Data: []byte("<svg/>")},
			"assets/index-Bq3x_9Zk.js":  {Data: []byte("let x = 1")},
			"assets/index-Bq3x_9Zk.css": {Data: []byte("a{}")},
			"assets/plain.js":           {Data: []byte("let y = 2")},
		},
	}
	b.Handler = web.New(b.options)
	return b
}

// get answers a GET with headers given as name, value, name, value…
func (b *bench) get(t testing.TB, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return b.send(t, http.MethodGet, target, "", headers...)
}

func (b *bench) send(t testing.TB, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.do(r)
}

func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// answerOf is the body that a handler answers a GET with.
func answerOf(h http.Handler, target string) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return strings.TrimSpace(w.Body.String())
}

// day is when all snapshots of these tests were imported.
var day = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

package ogc_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/web/ogc"
)

// many is a collection of half a million buildings that are made when they are
// asked for, so that what is left in memory is the handler's.
type many struct{ info ogc.Info }

const (
	manyFeatures = 500_000
	linesAround  = 2 // of a collection: the first, and the one behind the last feature
)

func newMany() *many {
	whole := orb.Bound{Min: orb.Point{100, 20}, Max: orb.Point{110, 30}}
	return &many{ogc.Info{
		ID: "many.buildings", Shape: coverage.ShapeMultiPolygon, Extent: whole, Region: whole, Len: manyFeatures, Hash: "h",
		Columns: []coverage.Column{{Name: "id", Type: coverage.ColumnText}, {Name: "floors", Type: coverage.ColumnInteger}, {Name: "height", Type: coverage.ColumnReal}},
	}}
}

func (m *many) List(context.Context, string) ([]ogc.Info, error)             { return []ogc.Info{m.info}, nil }
func (m *many) Open(context.Context, string, string) (ogc.Collection, error) { return m, nil }
func (m *many) Info() *ogc.Info                                              { return &m.info }
func (m *many) Meeting(orb.Bound) []int                                      { return nil }
func (m *many) Find(string) (int, bool)                                      { return 0, false }
func (m *many) At(i int, _ []any) ogc.Feature {
	west, south := 100+float64(i%1000)/100, 20+float64(i/1000)/100
	return ogc.Feature{ID: fmt.Sprint("b", i), Geometry: box(west, south, west+0.005, south+0.005), Values: []any{fmt.Sprint("b", i), int64(i % 30), float64(i % 90)}}
}

// gauge is a client that counts lines, a feature being one, and looks at the
// memory meanwhile.
type gauge struct {
	header http.Header
	status int
	lines  int
	peak   uint64
	writes int
}

func (g *gauge) Header() http.Header    { return g.header }
func (g *gauge) WriteHeader(status int) { g.status = status }

func (g *gauge) Write(b []byte) (int, error) {
	g.lines += bytes.Count(b, []byte("\n"))
	if g.writes++; g.writes%16 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		g.peak = max(g.peak, m.HeapAlloc)
	}
	return len(b), nil
}

// Half a million features are read page by page, and once over for a filter,
// without the memory growing: it stays within 24 MiB of what it was, most of it
// waste between two collections, while the features are 130 MB of text.
func TestHalfAMillionFeatures(t *testing.T) {
	if testing.Short() {
		t.Skip("half a million features take some seconds")
	}
	h := ogc.New(ogc.Options{Source: newMany()})
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	read, peak := 0, uint64(0)
	target := "/ogc/collections/many.buildings/items"
	for target != "" {
		g := &gauge{header: make(http.Header)}
		h.ServeHTTP(g, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
		if g.status != http.StatusOK {
			t.Fatalf("%s: status %d", target, g.status)
		}
		read, peak = read+g.lines-linesAround, max(peak, g.peak)
		target = nextOf(g.header.Get("Link"))
	}
	if read != manyFeatures {
		t.Errorf("%d features", read)
	}
	g := &gauge{header: make(http.Header)}
	h.ServeHTTP(g, httptest.NewRequestWithContext(t.Context(), http.MethodGet, query("/ogc/collections/many.buildings/items", "filter", "floors = 29", "limit", "10"), nil))
	if g.lines != 10+linesAround || g.header.Get("OGC-NumberMatched") != fmt.Sprint(manyFeatures/30) {
		t.Errorf("filtered: %d features of %s", g.lines-linesAround, g.header.Get("OGC-NumberMatched"))
	}
	if peak > before.HeapAlloc+24<<20 {
		t.Errorf("memory went from %d to %d bytes", before.HeapAlloc, peak)
	}
	t.Logf("%d features, memory from %.1f to %.1f MiB", read, float64(before.HeapAlloc)/(1<<20), float64(peak)/(1<<20))
}

// nextOf is the address of the next page in a Link header.
func nextOf(header string) string {
	for part := range strings.SplitSeq(header, ", ") {
		if address, ok := strings.CutSuffix(part, `>; rel="next"; type="application/geo+json"`); ok {
			return strings.TrimPrefix(strings.TrimPrefix(address, "<"), "http://example.com")
		}
	}
	return ""
}

// An answer that breaks off breaks the transfer, and a request that ended stops
// the search.
func TestCutShort(t *testing.T) {
	t.Parallel()
	h := ogc.New(ogc.Options{Source: newMany()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, query("/ogc/collections/many.buildings/items", "filter", "floors = 1"), nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("a request that ended: status %d", w.Code)
	}
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler {
			t.Errorf("the transfer went on: %v", cause)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/ogc/collections/many.buildings/items", nil))
}

package ogc_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/web/ogc"
)

// The town has two communities side by side in one street, west from 105.00 to
// 105.01 and east from 105.01 to 105.02, between 29.50 and 29.51. Its facilities
// stand on the line 29.505, at 105.001, 105.002 … 105.012; every third is a
// school, the others are shops. One school has an outline too, which reaches 0.002°
// to the west of its point. The isles lie on both sides of the antimeridian.
type bench struct {
	http.Handler
	store       *coveragetest.Memory
	town, isles *coverage.Snapshot
	troubles    []error
	shelf       *shelf
	lines       string // id of the collection of saved rows
}

const (
	shops      = "/ogc/collections/town.facilities"
	items      = shops + "/items"
	uriCRS84   = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	uriEPSG    = "http://www.opengis.net/def/crs/EPSG/0/"
	facilities = 12
)

func box(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

func townLayers() coverage.Layers {
	layers := coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "s", Level: coverage.LevelStreet, Name: "东兴街道", Area: box(105, 29.5, 105.02, 29.51)},
			{ID: "w", Level: coverage.LevelCommunity, Name: "West", Parent: "s", Area: box(105, 29.5, 105.01, 29.51)},
			{ID: "e", Level: coverage.LevelCommunity, Name: "East", Parent: "s", Area: box(105.01, 29.5, 105.02, 29.51)},
		},
		Roads: []coverage.Road{{ID: "way/1", Class: "residential", Nodes: []int64{1, 2}, Line: orb.LineString{{105, 29.5}, {105.02, 29.51}}}},
		Gates: []coverage.Gate{{ID: "g", Kind: "gate", Node: 12_345_678_901, At: orb.Point{105.005, 29.505}}},
	}
	for i := range facilities {
		f := coverage.Facility{ID: string(rune('a' + i)), Kind: "shop", Name: "Shop", At: orb.Point{(105_001 + float64(i)) / 1000, 29.505}}
		if i%3 == 0 {
			capacity := float64(100 * (i + 1))
			f.Kind, f.Name, f.Capacity = "school", "小学 'Nr' "+f.ID, &capacity
		}
		if i == 3 {
			f.Outline = box(105.002, 29.504, 105.004, 29.506)
		}
		layers.Facilities = append(layers.Facilities, f)
	}
	layers.Facilities = append(layers.Facilities, coverage.Facility{ID: "a", Kind: "clinic", At: orb.Point{105.019, 29.509}})
	return layers
}

func snapshotOf(t testing.TB, study coverage.Study, layers coverage.Layers) *coverage.Snapshot {
	t.Helper()
	s, err := coverage.NewSnapshot(study, layers, coverage.Report{}, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func setup(t testing.TB) *bench {
	t.Helper()
	b := &bench{store: &coveragetest.Memory{}}
	b.town = snapshotOf(t, coverage.Study{ID: "town", Name: coverage.Name{ZH: "小镇", EN: "Town"}, Synthetic: true, Attribution: []string{"© Nobody"}}, townLayers())
	b.isles = snapshotOf(t, coverage.Study{ID: "isles"}, coverage.Layers{Facilities: []coverage.Facility{
		{ID: "east", Kind: "port", At: orb.Point{-179.9, -17}}, {ID: "far", Kind: "port", At: orb.Point{170, -17}}, {ID: "west", Kind: "port", At: orb.Point{179.9, -17}},
	}})
	for _, s := range []*coverage.Snapshot{b.town, b.isles} {
		if err := b.store.Put(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	b.shelf = &shelf{}
	b.lines = b.shelf.put(t, answer(b.town, "isochrones"), linesTable())[0]
	b.Handler = ogc.New(ogc.Options{Source: ogc.NewResults(b.shelf).Beside(ogc.NewSnapshots(b.store, nil)), Trouble: func(err error) string {
		b.troubles = append(b.troubles, err)
		return "r1"
	}})
	return b
}

// get answers a GET with headers given as name, value, name, value…
func (b *bench) get(t testing.TB, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// read answers a GET that must succeed, as JSON.
func (b *bench) read(t testing.TB, target string) map[string]any {
	t.Helper()
	w := b.get(t, target)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d\n%s", target, w.Code, w.Body)
	}
	var doc map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatalf("%s: %v\n%s", target, err, w.Body)
	}
	return doc
}

// ids are the ids of the features of an answer, in order.
func (b *bench) ids(t testing.TB, target string) []string {
	t.Helper()
	list := []string{}
	for _, f := range b.read(t, target)["features"].([]any) {
		list = append(list, f.(map[string]any)["id"].(string))
	}
	return list
}

// refused answers a GET that must fail with this status, as a problem.
func (b *bench) refused(t testing.TB, target string, status int) map[string]any {
	t.Helper()
	w := b.get(t, target)
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("ETag") != "" {
		t.Fatalf("%s: status %d of %s, want a problem with %d\n%s", target, w.Code, w.Header().Get("Content-Type"), status, w.Body)
	}
	var p map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// query is an address with parameters given as name, value, name, value…
func query(address string, parameters ...string) string {
	values := make(url.Values)
	for i := 0; i < len(parameters); i += 2 {
		values.Set(parameters[i], parameters[i+1])
	}
	return address + "?" + values.Encode()
}

// linksOf are the links of a document by relation, then by type.
func linksOf(t testing.TB, doc map[string]any) map[string]map[string]string {
	t.Helper()
	out := make(map[string]map[string]string)
	for _, l := range doc["links"].([]any) {
		link := l.(map[string]any)
		rel, kind, href := link["rel"].(string), link["type"].(string), link["href"].(string)
		if kind == "" || href == "" {
			t.Errorf("link %v has no type or no address", link)
		}
		if out[rel] == nil {
			out[rel] = make(map[string]string)
		}
		out[rel][kind] = href
	}
	return out
}

// local is the path of an absolute address.
func local(t testing.TB, href string) string {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil || !u.IsAbs() {
		t.Fatalf("%q is no absolute address: %v", href, err)
	}
	return u.RequestURI()
}

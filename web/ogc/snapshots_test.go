package ogc_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/geo/overlay"
	"kaimen/web/ogc"
)

// A fixed version has the same tree of its own study alone, to be kept for
// good; what is current is asked for again.
func TestVersions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	before := b.town
	layers := townLayers()
	layers.Facilities = layers.Facilities[:4]
	after := snapshotOf(t, before.Study, layers)
	if err := b.store.Put(t.Context(), after); err != nil {
		t.Fatal(err)
	}
	if got := b.ids(t, items); len(got) != 4 {
		t.Errorf("the current version has %v", got)
	}
	at := "/ogc/at/" + string(before.ID)
	if got := b.ids(t, at+"/collections/town.facilities/items"); len(got) != facilities+1 {
		t.Errorf("the version before has %v", got)
	}
	for _, c := range b.read(t, at+"/collections")["collections"].([]any) {
		if id := c.(map[string]any)["id"].(string); !strings.HasPrefix(id, "town.") {
			t.Errorf("a snapshot of town has a collection %s", id)
		}
	}
	if server := fmt.Sprint(b.read(t, at+"/api")["servers"]); !strings.Contains(server, at) {
		t.Errorf("its document is of %s", server)
	}
	for rel, of := range linksOf(t, b.read(t, at+"/collections/town.facilities/items?limit=2")) {
		for _, href := range of {
			if !strings.HasPrefix(local(t, href), at) {
				t.Errorf("%s leads out of the version: %s", rel, href)
			}
		}
	}
	lines := "/collections/" + b.lines
	for _, below := range []string{
		"", "/api", "/conformance", "/collections", "/collections/town.facilities", "/collections/town.facilities/items", "/collections/town.facilities/items/shop/b",
		lines, lines + "/items", lines + "/items/a", lines + "/schema", lines + "/queryables",
	} {
		want := "public, max-age=31536000, immutable"
		if below == "/api" || below == "/collections" { // where results are added and removed
			want = "no-cache"
		}
		if got := b.get(t, at+below).Header().Get("Cache-Control"); got != want {
			t.Errorf("%s at a version: %s", below, got)
		}
		if got := b.get(t, "/ogc"+below).Header().Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: %s", below, got)
		}
	}
	for _, wrong := range []string{
		"/ogc/at/zz", "/ogc/at/zz/collections", "/ogc/at/zz/api", "/ogc/at/zz/collections/town.roads", at + "/collections/isles.facilities",
		"/ogc/at/zz/collections/" + b.lines, "/ogc/at/" + string(after.ID) + "/collections/" + b.lines,
	} {
		b.refused(t, wrong, http.StatusNotFound)
	}
}

// A tag names what was asked of which rows: it stays while they stay, also over
// another import, and 304 is the answer to it.
func TestTags(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seen := make(map[string]string)
	for _, target := range append(pages(), items+"?limit=2", items+"?limit=2&offset=2", items+"?kind=shop", items+"?f=html", "/ogc/collections/town.roads/items") {
		w := b.get(t, target)
		tag := w.Header().Get("ETag")
		if other, ok := seen[tag]; ok || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s has the tag %s, as %s", target, tag, other)
		}
		seen[tag] = target
		if again := b.get(t, target, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: status %d for its own tag", target, again.Code)
		}
		if !slices.Contains(w.Header().Values("Vary"), "Accept") {
			t.Errorf("%s does not say that Accept matters", target)
		}
	}
	tag := b.get(t, items).Header().Get("ETag")
	layers := townLayers()
	layers.Roads = nil
	if err := b.store.Put(t.Context(), snapshotOf(t, b.town.Study, layers)); err != nil {
		t.Fatal(err)
	}
	if got := b.get(t, items).Header().Get("ETag"); got != tag {
		t.Error("other roads changed the tag of facilities")
	}
	layers = townLayers()
	layers.Facilities[5].Name = "Other"
	if err := b.store.Put(t.Context(), snapshotOf(t, b.town.Study, layers)); err != nil {
		t.Fatal(err)
	}
	if got := b.get(t, items).Header().Get("ETag"); got == tag {
		t.Error("another name left the tag of facilities")
	}
}

// The id of a facility without its kind leads to the facility, if one has it.
func TestShortIDs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.get(t, items+"/b?crs="+uriCRS84)
	if got := w.Header().Get("Location"); w.Code != http.StatusTemporaryRedirect || !strings.HasSuffix(got, "/items/shop%2Fb?crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FOGC%2F1.3%2FCRS84") {
		t.Errorf("status %d to %s", w.Code, got)
	}
	b.refused(t, items+"/a", http.StatusNotFound) // a clinic and a school
}

// A facility with an outline is in both collections, and nowhere else is one.
func TestOutlines(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const outlines = "/ogc/collections/town.facilities.outlines/items"
	if got := b.ids(t, outlines); !slices.Equal(got, []string{"school/d"}) {
		t.Error(got)
	}
	// Its point lies at its east edge, the box in its west half.
	if got := b.ids(t, outlines+"?bbox=105.0021,29.5045,105.0022,29.5046"); len(got) != 1 {
		t.Errorf("a box inside the outline: %v", got)
	}
	if got := b.ids(t, items+"?bbox=105.0021,29.5045,105.0022,29.5046"); len(got) != 0 {
		t.Errorf("the same box of points: %v", got)
	}
}

// Whatever the box, the page and the filter: what the index finds is what a look
// at every point finds.
func TestBoxesAgainstALookAtAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := &bench{store: &coveragetest.Memory{}}
		coordinate := rapid.Map(rapid.IntRange(0, 40), func(n int) float64 { return float64(n) / 4 })
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{coordinate.Draw(t, "lon"), coordinate.Draw(t, "lat")}
		}), 1, 60).Draw(rt, "points")
		var layers coverage.Layers
		for i, p := range points {
			shape := box(p[0], p[1], p[0]+1, p[1]+0.5)
			layers.Buildings = append(layers.Buildings, coverage.Building{ID: fmt.Sprintf("b%03d", i), Floors: i % 7, Area: shape})
		}
		if err := b.store.Put(t.Context(), snapshotOf(t, coverage.Study{ID: "s"}, layers)); err != nil {
			rt.Fatal(err)
		}
		b.Handler = ogc.New(ogc.Options{Source: ogc.NewSnapshots(b.store, nil)})
		west, south := coordinate.Draw(rt, "west"), coordinate.Draw(rt, "south")
		asked := orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + coordinate.Draw(rt, "wide"), south + coordinate.Draw(rt, "high")}}
		floors := rapid.IntRange(0, 7).Draw(rt, "floors")
		var want []string
		for _, building := range layers.Buildings {
			if building.Floors >= floors && overlay.Meet(asked, building.Area) {
				want = append(want, building.ID)
			}
		}
		limit, offset := rapid.IntRange(1, 20).Draw(rt, "limit"), rapid.IntRange(0, 30).Draw(rt, "offset")
		doc := b.read(t, query("/ogc/collections/s.buildings/items", "limit", fmt.Sprint(limit), "offset", fmt.Sprint(offset),
			"bbox", fmt.Sprintf("%v,%v,%v,%v", asked.Min[0], asked.Min[1], asked.Max[0], asked.Max[1]), "filter", fmt.Sprintf("floors >= %d", floors)))
		var got []string
		for _, f := range doc["features"].([]any) {
			got = append(got, f.(map[string]any)["id"].(string))
		}
		first := min(offset, len(want))
		page := want[first:min(first+limit, len(want))]
		if doc["numberMatched"] != float64(len(want)) || !slices.Equal(got, page) {
			rt.Fatalf("%v of %v, want %v of %d", got, doc["numberMatched"], page, len(want))
		}
	})
}

// broken is a source that fails.
type broken struct{ err error }

func (s broken) List(context.Context, string) ([]ogc.Info, error)             { return nil, s.err }
func (s broken) Open(context.Context, string, string) (ogc.Collection, error) { return nil, s.err }

// Trouble of the server shows a reference; its text is kept apart.
func TestTroubleIsHidden(t *testing.T) {
	t.Parallel()
	var kept error
	h := ogc.New(ogc.Options{Source: broken{errors.New("password=hunter2")}, Trouble: func(err error) string { kept = err; return "r77" }})
	for _, target := range []string{"/ogc/collections", "/ogc/api", items, shops, items + "/a", shops + "/schema"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(w.Body.String(), "urn:kaimen:reference:r77") || kept == nil {
			t.Errorf("%s: status %d\n%s", target, w.Code, w.Body)
		}
	}
	h = ogc.New(ogc.Options{Source: broken{context.Canceled}})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, items, nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("a request that ended: status %d", w.Code)
	}
}

// A filter of kilobytes makes no header that proxies refuse.
func TestLongFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	short := b.get(t, query(items, "filter", "kind = 'shop'"))
	long := b.get(t, query(items, "filter", "kind = 'shop' OR kind = '"+strings.Repeat("x", 5000)+"'"))
	if short.Header().Get("Link") == "" || long.Header().Get("Link") != "" || long.Body.Len() < short.Body.Len() {
		t.Errorf("Link of %d and %d bytes", len(short.Header().Get("Link")), len(long.Header().Get("Link")))
	}
}

// Many at once get the same bytes from a handler that nobody asked before; run
// with -race.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	targets := []string{"/ogc/collections", items + "?bbox=105,29,105.005,30", query(items, "filter", "S_INTERSECTS(geometry,BBOX(105,29,105.005,30))"), items + "?f=html", "/ogc/api"}
	want := make([]string, len(targets))
	for i, target := range targets {
		want[i] = b.get(t, target).Body.String()
	}
	fresh := setup(t)
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() {
			if got := fresh.get(t, targets[i%len(targets)]).Body.String(); got != want[i%len(targets)] {
				t.Errorf("%s: other bytes", targets[i%len(targets)])
			}
		})
	}
	wait.Wait()
}

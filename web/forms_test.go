package web_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/data/export/form"
	"kaimen/geo/crs"
)

// Every answer that has rows, and every layer, comes in every form, by ?f= and
// by Accept alike, under a name to save it by.
func TestEveryForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, address := range map[string]string{
		"coverage":            coverageAddress,
		"gaps":                "/api/v1/studies/town/gaps?kind=pocket_park",
		"gap-areas":           "/api/v1/studies/town/gap-areas?kind=pocket_park",
		"place":               "/api/v1/studies/town/place?kind=pocket_park&at=105.05,29.58",
		"links":               "/api/v1/studies/town/links?kind=pocket_park&max_m=1200",
		"overview":            "/api/v1/studies/town/overview?level=community",
		"isochrones of lines": "/api/v1/studies/town/isochrones?kind=pocket_park&as=lines",
		"facilities":          "/api/v1/studies/town/layers/facilities?limit=100",
		"roads":               "/api/v1/studies/town/layers/roads?limit=100",
		"boundaries":          "/api/v1/studies/town/layers/boundaries?limit=100",
	} {
		for _, f := range form.All() {
			asked := b.get(t, address+"&f="+f.Name)
			if got := asked.Header().Get("Content-Type"); asked.Code != 200 || got != f.MediaType || asked.Body.Len() == 0 {
				t.Errorf("%s as %s: %d, %s: %s", name, f.Name, asked.Code, got, asked.Body)
				continue
			}
			if saved := asked.Header().Get("Content-Disposition"); f.Name != "geojson" && !strings.HasSuffix(saved, f.Endings[0]+`"`) {
				t.Errorf("%s as %s is saved as %s", name, f.Name, saved)
			}
			media, _, _ := strings.Cut(f.MediaType, ";")
			if byAccept := b.get(t, address, "Accept", media); byAccept.Header().Get("ETag") != asked.Header().Get("ETag") || byAccept.Header().Get("Vary") == "" {
				t.Errorf("%s by Accept: %s has another ETag", name, media)
			}
			if again := b.get(t, address+"&f="+f.Name, "If-None-Match", asked.Header().Get("ETag")); again.Code != 304 {
				t.Errorf("%s as %s again: %d", name, f.Name, again.Code)
			}
		}
	}
}

// A file in another system is named after it, has an ETag of its own, and the
// coordinates of that system; what cannot be in it is refused with a remedy.
func TestCoord(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const layer, gaps = "/api/v1/studies/town/layers/facilities?limit=1", "/api/v1/studies/town/gaps?kind=pocket_park&cutoff_m=1"
	first := func(address string) orb.Point {
		t.Helper()
		var list struct {
			Features []struct {
				Geometry struct{ Coordinates orb.Point }
			}
		}
		r := b.get(t, address)
		if err := json.Unmarshal(r.Body.Bytes(), &list); err != nil || len(list.Features) == 0 {
			t.Fatalf("%s: %d: %s", address, r.Code, r.Body)
		}
		return list.Features[0].Geometry.Coordinates
	}
	for _, address := range []string{layer, gaps} {
		plain, shifted := first(address+"&f=geojson"), first(address+"&f=geojson&coord=GCJ-02")
		want := crs.MustParse("GCJ-02").FromWGS84(plain)
		if d := max(math.Abs(shifted[0]-want[0]), math.Abs(shifted[1]-want[1])); d > 2e-7 || plain == shifted {
			t.Errorf("%s: %v in GCJ-02 is %v, want %v", address, plain, shifted, want)
		}
		for query, ending := range map[string]string{
			"f=geojson&coord=gcj02": `_gcj02.geojson"`, "f=csv&coord=bd09": `_bd09.csv"`, "f=gpkg&coord=EPSG:4544": `_epsg4544.gpkg"`, "f=shp&coord=cgcs2000": `_cgcs2000.shp.zip"`,
			"f=csv&coord=wgs84": `.csv"`,
		} {
			r := b.get(t, address+"&"+query)
			if saved := r.Header().Get("Content-Disposition"); r.Code != 200 || !strings.HasSuffix(saved, ending) {
				t.Errorf("%s&%s: %d, saved as %s, want …%s", address, query, r.Code, saved, ending)
			}
		}
		if a, b := b.get(t, address+"&f=gpkg").Header().Get("ETag"), b.get(t, address+"&f=gpkg&coord=cgcs2000").Header().Get("ETag"); a == b || a == "" {
			t.Errorf("%s: one ETag %s for two systems", address, a)
		}
	}
	for address, want := range map[string]string{
		layer + "&coord=EPSG:27700": "EPSG:4490", layer + "&f=geojson&coord=EPSG:4544": "take gpkg", layer + "&f=pmtiles&coord=gcj02": "web maps", gaps + "&f=json&coord=gcj02": "f=geojson",
	} {
		if r := b.get(t, address); r.Code != 422 || !strings.Contains(r.Body.String(), want) || !strings.Contains(r.Body.String(), "query.coord") {
			t.Errorf("%s: %d: %s", address, r.Code, r.Body)
		}
	}
}

// CSV is for a spreadsheet where a browser follows a link to it, unless bom
// says otherwise; programs name no text/html.
func TestMarkByReader(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, tc := range []struct {
		query, accept string
		marked        bool
	}{
		{"", browser, true}, {"&bom=0", browser, false}, {"&bom=1", "", true}, {"", "", false}, {"", "*/*", false},
	} {
		for _, address := range []string{coverageAddress, "/api/v1/studies/town/layers/facilities?limit=9"} {
			r := b.get(t, address+"&f=csv"+tc.query, "Accept", tc.accept)
			if got := strings.HasPrefix(r.Body.String(), "\ufeff"); got != tc.marked {
				t.Errorf("%s%s for %q: marked %v, want %v", address, tc.query, tc.accept, got, tc.marked)
			}
			if got := strings.Contains(r.Header().Get("ETag"), "-bom"); got != tc.marked {
				t.Errorf("ETag %s", r.Header().Get("ETag"))
			}
		}
	}
}

// The document lists the media types of every form.
func TestDocumentListsForms(t *testing.T) {
	t.Parallel()
	text := setup(t).get(t, "/openapi.json").Body.String()
	for _, f := range form.All() {
		media, _, _ := strings.Cut(f.MediaType, ";")
		if n := strings.Count(text, `"`+media+`"`); n < 10 {
			t.Errorf("%s stands %d times", media, n)
		}
	}
}

package web_test

import (
	"strings"
	"testing"

	"kaimen/data/export/form"
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

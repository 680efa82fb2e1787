package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// OGC API – Features is reached under its address, behind the same headers,
// compression and log as everything else.
func TestFeaturesAreMounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for target, part := range map[string]string{
		"/ogc": `"rel":"service-desc"`, "/ogc/collections": `"town.boundaries.community"`,
		"/ogc/collections/town.demand/items": `"numberMatched":4`, fill(b, "/ogc/at/{W}/collections/wood.roads/items"): `"numberMatched":1`,
	} {
		w := b.get(t, target, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "maps.example.org")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) || !strings.Contains(w.Body.String(), `"https://maps.example.org/ogc`) || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: status %d\n%.500s", target, w.Code, w.Body)
		}
	}
	const target = "/ogc/collections/town.demand/items"
	packed := b.get(t, target, "Accept-Encoding", "gzip")
	tag := packed.Header().Get("ETag")
	if packed.Header().Get("Content-Encoding") != "gzip" || tag == b.get(t, target).Header().Get("ETag") {
		t.Errorf("not compressed under a tag of its own: %v", packed.Header())
	}
	if w := b.get(t, target, "Accept-Encoding", "gzip", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("the compressed tag is not known: status %d", w.Code)
	}
	if w := b.send(t, http.MethodHead, target, ""); w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("HEAD: status %d with %d bytes", w.Code, w.Body.Len())
	}
	if w := b.get(t, "/ogcx"); !strings.Contains(w.Body.String(), "the page") {
		t.Errorf("/ogcx is the page's address: %s", w.Body)
	}
	b.store.broken = func() error { return errors.New("password=hunter2") }
	if w := b.get(t, "/ogc/collections"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(b.log.String(), "hunter2") {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
}

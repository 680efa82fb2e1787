package web_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An answer with an ETag is not sent twice, in either of its forms, and each
// form of a result has a tag of its own.
func TestNotModified(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seen := make(map[string]string)
	for _, target := range []string{
		coverageAddress + "&f=json", coverageAddress + "&f=geojson", coverageAddress + "&f=csv", coverageAddress + "&f=csv&bom=1",
		coverageAddress + "&f=json&cutoff_m=1000", coverageAddress + "&f=json&level=street",
		"/api/v1/studies/town/gaps?kind=pocket_park&f=json", "/api/v1/studies/town/gaps?kind=pocket_park&f=json&limit=1",
		"/api/v1/studies/town/isochrones?at=105.05,29.58", "/api/v1/studies/town/isochrones?at=105.05,29.58&f=json",
		"/api/v1/studies/town/isochrones?at=105.05,29.58&as=lines", "/api/v1/studies/town/isochrones?at=105.05,29.58&cutoffs_min=5",
		"/api/v1/studies/town/layers/roads", "/api/v1/studies/town/layers/roads?limit=1", "/api/v1/studies/town/layers/roads?bbox=1,2,3,4",
		"/api/v1/studies/wood/layers/roads", "/openapi.json", "/openapi-3.0.json", "/docs", "/docs/search.js", "/", "/assets/index-Bq3x_9Zk.js",
	} {
		first := b.get(t, target)
		tag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || !strings.HasPrefix(tag, `"`) || len(tag) < 10 {
			t.Fatalf("%s: status %d, ETag %q is not strong", target, first.Code, tag)
		}
		if other, ok := seen[tag]; ok {
			t.Errorf("%s and %s have one ETag", target, other)
		}
		seen[tag] = target
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, strings.TrimSuffix(tag, `"`) + `-gzip"`, "*"} {
			w := b.get(t, target, "If-None-Match", header)
			if w.Code != http.StatusNotModified || w.Body.Len() > 0 || w.Header().Get("ETag") != tag {
				t.Errorf("%s with If-None-Match %s: status %d, %d bytes, ETag %s", target, header, w.Code, w.Body.Len(), w.Header().Get("ETag"))
			}
		}
		if w := b.get(t, target, "If-None-Match", `"other"`); w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) {
			t.Errorf("%s with another tag: status %d, or other bytes than before", target, w.Code)
		}
	}
}

// A compressed body is the same body, under a tag of its own.
func TestCompressed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const target = coverageAddress + "&f=geojson"
	plain, packed := b.get(t, target), b.get(t, target, "Accept-Encoding", "gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(packed.Header().Values("Vary"), ","), "Accept-Encoding") {
		t.Fatalf("not compressed: %v", packed.Header())
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
		t.Errorf("unpacked, the body differs: %v", err)
	}
	tag := packed.Header().Get("ETag")
	if tag == plain.Header().Get("ETag") {
		t.Error("two sequences of bytes have one strong tag")
	}
	if w := b.get(t, target, "Accept-Encoding", "gzip", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("the compressed tag is not known: status %d", w.Code)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, target := range []string{coverageAddress, "/healthz", "/", "/openapi.json", "/api/v1/studies/nowhere"} {
		get, head := b.get(t, target), b.send(t, http.MethodHead, target, "")
		if head.Code != get.Code || head.Body.Len() > 0 || head.Header().Get("Content-Type") != get.Header().Get("Content-Type") {
			t.Errorf("%s: HEAD gives %d with %d bytes of %s, GET %d", target, head.Code, head.Body.Len(), head.Header().Get("Content-Type"), get.Code)
		}
	}
}

// What is named by its content may be kept for ever, the rest is asked for.
func TestPageCaching(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for target, forever := range map[string]bool{
		"/": false, "/icon.svg": false, "/assets/plain.js": false, "/town?kind=park": false,
		"/assets/index-Bq3x_9Zk.js": true, "/assets/index-Bq3x_9Zk.css": true,
	} {
		w := b.get(t, target)
		if got := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); w.Code != http.StatusOK || got != forever {
			t.Errorf("%s: status %d, Cache-Control %s", target, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

// Internal trouble shows a reference; its text is in the log alone.
func TestInternalErrorsAreHidden(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func() error{
		"error": func() error { return errors.New("password=hunter2") },
		"panic": func() error { panic("password=hunter2") },
	} {
		for _, target := range []string{"/api/v1/studies", "/readyz"} {
			b := setup(t)
			b.store.broken = broken
			w := b.get(t, target)
			if w.Code < 500 || strings.Contains(w.Body.String(), "hunter2") || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%s at %s: status %d, type %s\n%s", name, target, w.Code, w.Header().Get("Content-Type"), w.Body)
			}
			_, reference, ok := strings.Cut(w.Body.String(), "urn:kaimen:reference:")
			if !ok || !strings.Contains(b.log.String(), reference[:12]) || !strings.Contains(b.log.String(), "hunter2") {
				t.Errorf("%s at %s: the reference is not in the log with the cause\n%s\n%s", name, target, w.Body, b.log)
			}
			if w.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%s at %s: the security headers are gone", name, target)
			}
		}
	}
}

// brittle breaks after some bytes, as a connection does.
type brittle struct {
	*httptest.ResponseRecorder
	left int
}

func (w *brittle) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errors.New("broken pipe")
	}
	return w.ResponseRecorder.Write(b)
}

// A body that breaks off must break the transfer, so that no client takes half
// an answer for a whole one.
func TestHalfAnAnswerIsNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler {
			t.Errorf("the transfer went on: %v", cause)
		}
	}()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, coverageAddress+"&f=csv", nil)
	b.ServeHTTP(&brittle{httptest.NewRecorder(), 10}, r)
}

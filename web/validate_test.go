package web_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// judge holds exchanges against a document by a validator that we did not write.
type judge struct {
	version string
	doc     *openapi3.T
	router  routers.Router
	options *openapi3filter.Options
}

func newJudge(t *testing.T, document []byte) *judge {
	t.Helper()
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableMultiError()); err != nil && !*update {
		t.Fatalf("the document of version %s is not valid: %v", doc.OpenAPI, err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &judge{doc.OpenAPI, doc, router, &openapi3filter.Options{
		IncludeResponseStatus: true, RejectWhenRequestBodyNotSpecified: true, MultiError: true, SkipSettingDefaults: true,
	}}
}

// opaque are the forms whose bodies are looked at as bytes: what stands in them
// is the matter of other tests.
func opaque(kind string) bool { return !strings.HasSuffix(kind, "json") }

// general are headers that no operation declares: they belong to the connection
// or are the same on every answer of the server.
var general = []string{
	"Content-Type", "Content-Length", "Content-Encoding", "Date", "Server", "Content-Security-Policy", "X-Content-Type-Options",
	"Referrer-Policy", "X-Accel-Buffering",
}

// check holds one exchange against the document; a request that is meant to be
// wrong is not held itself.
func (j *judge) check(t *testing.T, s *sent, wrong bool) {
	t.Helper()
	name := j.version + ": " + s.request.Method + " " + s.request.URL.RequestURI()
	r := s.request.Clone(t.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "", "", ""
	r.Body = io.NopCloser(strings.NewReader(s.body))
	if s.body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	route, values, err := j.router.FindRoute(r)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: values, Route: route, Options: j.options}
	if !wrong {
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s: the request: %v", name, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: s.answer.StatusCode, Header: s.answer.Header, Options: j.options,
	}
	if opaque(mediaType(s.answer.Header)) {
		bytesOnly := *j.options
		bytesOnly.ExcludeResponseBody = true
		out.Options = &bytesOnly
	}
	out.SetBodyBytes(bytes.Clone(s.text))
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s: status %d: %v", name, s.answer.StatusCode, err)
	}
	declared := route.Operation.Responses.Status(s.answer.StatusCode)
	if declared == nil {
		return // told above
	}
	if kind := mediaType(s.answer.Header); len(s.text) > 0 && declared.Value.Content.Get(kind) == nil {
		t.Errorf("%s: status %d: no %s is declared", name, s.answer.StatusCode, kind)
	}
	for header := range s.answer.Header {
		if slices.Contains(general, header) || header == "Vary" && s.answer.Header.Get(header) == "Accept-Encoding" {
			continue
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(declared.Value.Headers)), func(name string) bool { return strings.EqualFold(name, header) }) {
			t.Errorf("%s: status %d: the header %s is not declared", name, s.answer.StatusCode, header)
		}
	}
}

func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return kind
}

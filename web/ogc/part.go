package ogc

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"kaimen/coverage"
	"kaimen/web/fail"
)

// Part is a further standard that is kept under the same landing page, of the
// current state alone. Its zero value is empty. All addresses are below Root,
// with a slash first.
type Part struct {
	Conformance    []string
	Links          []Link         // of the landing page
	Pages          [][2]string    // address and text: what the landing page shows of it
	Rows           [][2]string    // address and text: its lines on the page of the API
	Paths, Schemas map[string]any // of the OpenAPI document; its own schemas have names of their own
	Routes         []Route
}

// Route is one operation of a Part: a GET that answers with a document, or any
// that Serve answers by itself.
type Route struct {
	Method, Path string
	Document     Resource
	// Serve writes the whole answer, or nothing and returns an error.
	Serve func(http.ResponseWriter, *Call) error
}

// What a Part is written with. Their fields and methods say what they are.
type (
	Call     = call
	Link     = link
	Page     = page
	Table    = table
	Cell     = cell
	Reply    = reply
	Resource = resource
)

// Allow refuses every parameter but f and those named, and takes the form of the
// answer, JSON or a page. Errors: 406.
func (c *call) Allow(names ...string) error { return c.allow(names, jsonForm(typeJSON), htmlForm) }

// AllowAs is Allow for an answer of this media type, which is given also to who
// accepts neither it nor a page: it was chosen when it was asked for.
func (c *call) AllowAs(mediaType string, names ...string) {
	name, _, _ := strings.Cut(mediaType, ";")
	if c.allow(names, jsonForm(name), htmlForm) != nil {
		c.form = jsonForm(name)
	}
}

// HTML tells whether a page is asked for.
func (c *call) HTML() bool { return c.form.name == htmlForm.name }

// Base is the absolute address of the landing page.
func (c *call) Base() string { return c.base }

// Var is a part of the path.
func (c *call) Var(name string) string { return mux.Vars(c.Request)[name] }

// Given is the value of a parameter that is there.
func (c *call) Given(name string) (string, bool) { return c.given(name) }

// Bad notes what is wrong with a parameter.
func (c *call) Bad(name, format string, args ...any) { c.bad(name, format, args...) }

// Number reads a whole number of at least least.
func (c *call) Number(name string, least, otherwise int) int { return c.number(name, least, otherwise) }

// MomentsFault says what is wrong with a datetime; nothing if it is well formed.
func MomentsFault(text string) string { return momentsFault(text) }

// Faults is the problem that all faults noted make; nil for none.
func (c *call) Faults() error {
	if len(c.faults) == 0 {
		return nil
	}
	return c.refuse()
}

// Selves are the links of a document to itself and to its page.
func (c *call) Selves(address string) []Link { return c.selves(address, typeJSON) }

// With is an address with the parameters of the request, some of them changed.
func (c *call) With(address string, changed url.Values) string { return c.with(address, changed) }

// Home is the first step of what a page shows above itself.
func (c *call) Home() [2]string { return c.trail()[0] }

// Document answers with JSON, or with the page.
func (c *call) Document(v any, p Page) (*Reply, error) { return c.document(v, p) }

// Bytes answers with a body as it is. tag names it, among all of its address.
func (c *call) Bytes(tag, mediaType string, headers map[string]string, body []byte) *Reply {
	return &reply{
		tag: `"` + hashOf(tag) + `"`, kind: mediaType, headers: headers,
		write: func(w io.Writer) error { _, err := w.Write(body); return err },
	}
}

// Both is a name in both languages, in one line.
func Both(n coverage.Name) string { return both(n) }

// parts are those of a request: what never changes has none.
func (s *server) parts(c *call) []Part {
	if c.version != "" {
		return nil
	}
	return s.Parts
}

// land adds the parts to the landing page.
func (s *server) land(c *call, doc *landingDocument, p *page) {
	for _, part := range s.parts(c) {
		for _, l := range part.Links {
			l.Href = c.base + l.Href
			doc.Links = append(doc.Links, l)
		}
		for _, shown := range part.Pages {
			p.Links = append(p.Links, [2]string{c.base + shown[0] + "?f=html", shown[1]})
		}
	}
}

// classes lists what is kept, by the parts too.
func (s *server) classes(c *call) []string {
	list := conformanceClasses()
	for _, part := range s.parts(c) {
		for _, class := range part.Conformance {
			if !slices.Contains(list, class) {
				list = append(list, class)
			}
		}
	}
	return list
}

// documentParts adds the parts to the OpenAPI document and its page.
func (s *server) documentParts(c *call, paths, schemas object, p *page) {
	for _, part := range s.parts(c) {
		maps.Copy(paths, part.Paths)
		maps.Copy(schemas, part.Schemas)
		for _, row := range part.Rows {
			p.Table.Rows = append(p.Table.Rows, []cell{{Text: row[0], Href: c.base + row[0] + "?f=html"}, {Text: row[1]}})
		}
	}
}

// route mounts the parts.
func (s *server) route(router *mux.Router) {
	for _, part := range s.Parts {
		for _, r := range part.Routes {
			handler := s.answer(r.Document)
			if r.Serve != nil {
				handler = s.serve(r.Serve)
			}
			router.Path(Root + r.Path).Methods(r.Method).Handler(handler)
		}
	}
}

func (s *server) serve(of func(http.ResponseWriter, *Call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, base: s.Origin(r) + Root}
		c.readQuery()
		if err := of(w, c); err != nil {
			fail.Write(w, problemOf(err, s.Trouble))
		}
	})
}

// allowed lists the methods of an address, HEAD beside GET.
func allowed(router *mux.Router, r *http.Request) (methods []string) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = method
		var match mux.RouteMatch
		if !router.Match(probe, &match) || match.MatchErr != nil {
			continue
		}
		if methods = append(methods, method); method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	return methods
}

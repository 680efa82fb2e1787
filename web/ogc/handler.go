package ogc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"kaimen/coverage"
	"kaimen/web/fail"
	"kaimen/web/lru"
)

// Options is what a handler is made of.
type Options struct {
	Source Source
	// Tiles is where vector tiles come from; nil for none.
	Tiles Tiles
	// Origin is the scheme and host under which the client reached this server;
	// nil goes by the Host header.
	Origin func(*http.Request) string
	// Trouble keeps an error that is not the client's and gives a reference to
	// it; nil forgets it.
	Trouble func(error) string
	// Known tells whether an If-None-Match header names a tag; nil compares them
	// as they are.
	Known func(header, tag string) bool
	// Parts are further standards under the same landing page.
	Parts []Part
}

// Root is the address under which a handler expects to be reached.
const Root = "/ogc"

// edition goes into every tag. It changes with the form of the answers, so that
// what was kept of an older program is asked for anew.
const edition = "1"

// New returns the handler of all addresses under Root. Any number of goroutines
// may share it.
func New(o Options) http.Handler {
	if o.Origin == nil {
		o.Origin = func(r *http.Request) string { return "http://" + r.Host }
	}
	if o.Trouble == nil {
		o.Trouble = func(error) string { return "none" }
	}
	if o.Known == nil {
		o.Known = func(header, tag string) bool { return header == tag }
	}
	s := &server{Options: o, paths: newPathCache()}
	router := mux.NewRouter()
	for _, root := range []string{Root, Root + "/at/{version}"} {
		for path, of := range s.tileRoutes() {
			router.Path(root + path).Methods(http.MethodGet).Handler(s.answer(of))
		}
		for path, of := range map[string]resource{
			"":                                     s.landing,
			"/":                                    s.landing,
			"/api":                                 s.api,
			"/conformance":                         s.conformance,
			"/collections":                         s.collections,
			"/collections/{collection}":            s.collection,
			"/collections/{collection}/items":      s.items,
			"/collections/{collection}/schema":     s.schema,
			"/collections/{collection}/queryables": s.queryables,
			"/collections/{collection}/geojson-schema": s.featureSchema,
			"/collections/{collection}/items/{id:.+}":  s.item,
		} {
			router.Path(root + path).Methods(http.MethodGet).Handler(s.answer(of))
		}
	}
	s.route(router)
	router.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail.Write(w, fail.New(http.StatusNotFound, coverage.NotFound, "there is nothing at this address; "+Root+"/api lists what there is"))
	})
	router.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		methods := allowed(router, r)
		w.Header().Set("Allow", strings.Join(methods, ", "))
		fail.Write(w, fail.New(http.StatusMethodNotAllowed, coverage.Unsupported, r.Method+" is not offered at this address; use "+methods[0]))
	})
	return router
}

type server struct {
	Options
	paths *lru.Cache[string, pathsKept]
}

// resource answers one kind of address.
type resource func(c *call) (*reply, error)

// call is a request with what every resource asks of it.
type call struct {
	*http.Request
	version string     // of the path; empty for what is current
	origin  string     // scheme and host
	base    string     // absolute address of the landing page
	query   url.Values // each parameter at most once
	form    form
	faults  []fault
	lists   bool // collections, of which there may be others later
}

// reply is a body with its headers, written as it is made.
type reply struct {
	tag     string // strong ETag with its quotes
	kind    string // Content-Type
	headers map[string]string
	empty   bool // there is no body
	write   func(io.Writer) error
}

func (s *server) answer(of resource) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := s.Origin(r)
		c := &call{Request: r, version: mux.Vars(r)["version"], origin: origin, base: origin + Root}
		if c.version != "" {
			c.base += "/at/" + url.PathEscape(c.version)
		}
		c.readQuery()
		a, err := of(c)
		if err == nil && len(c.faults) > 0 {
			err = c.refuse()
		}
		if to, ok := errors.AsType[*moved](err); ok {
			http.Redirect(w, r, to.to, http.StatusTemporaryRedirect)
			return
		}
		if err != nil {
			w.Header().Add("Vary", "Accept")
			fail.Write(w, problemOf(err, s.Trouble))
			return
		}
		s.send(w, c, a)
	})
}

// readQuery takes the parameters of the address apart.
func (c *call) readQuery() {
	values, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		c.faults = append(c.faults, fault{Code: coverage.ReasonBadValue, Location: "query", Message: "the query is not well formed: " + err.Error()})
	}
	c.query = values
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if n := len(values[name]); n > 1 {
			c.faults = append(c.faults, badValue(name, values.Get(name), "%s stands %d times; give it once", shown(name), n))
		}
	}
}

// allow refuses every parameter but f and those named, and takes the form of the
// answer among those offered.
//
// Errors: 406.
func (c *call) allow(names []string, offered ...form) (err error) {
	names = append([]string{"f"}, names...)
	for _, name := range slices.Sorted(maps.Keys(c.query)) {
		if !slices.Contains(names, name) {
			c.faults = append(c.faults, fault{
				Code: coverage.ReasonUnknownParameter, Location: "query." + shown(name), Value: given(c.query.Get(name)),
				Message: fmt.Sprintf("%q is no parameter of this address; it takes %s", shown(name), strings.Join(names, ", ")),
			})
		}
	}
	chosen, bad, err := choose(c.query.Get("f"), strings.Join(c.Header.Values("Accept"), ","), offered...)
	if bad != nil {
		c.faults = append(c.faults, *bad)
	}
	c.form = chosen
	return err
}

// refuse is the problem that all faults found make.
func (c *call) refuse() error {
	return fail.New(http.StatusBadRequest, coverage.Invalid, "the request cannot be answered", c.faults...)
}

// send writes a reply, or 304 when the client has it.
func (s *server) send(w http.ResponseWriter, c *call, a *reply) {
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "no-cache")
	if c.version != "" && !c.lists && c.form.name != htmlForm.name {
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // its address names its content
	}
	h.Set("ETag", a.tag)
	for name, value := range a.headers {
		if value != "" {
			h.Set(name, value)
		}
	}
	if known := c.Header.Get("If-None-Match"); known != "" && s.Known(known, a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if a.empty {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Content-Type", a.kind)
	w.WriteHeader(http.StatusOK)
	if err := a.write(w); err != nil {
		if c.Context().Err() == nil {
			s.Trouble(fmt.Errorf("%s cut short: %w", c.URL.Path, err))
		}
		panic(http.ErrAbortHandler) // only a broken transfer tells that the rest is missing
	}
}

// document answers with JSON, or with the page that fill makes of it.
func (c *call) document(v any, p page) (*reply, error) {
	var text bytes.Buffer
	if c.form.name == htmlForm.name {
		if err := writePage(&text, c, p); err != nil {
			return nil, err
		}
	} else {
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(v); err != nil {
			return nil, err
		}
	}
	return &reply{
		tag: `"` + hashOfText(text.Bytes()) + `"`, kind: c.form.mediaType,
		write: func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err },
	}, nil
}

// hashOf is a short hash of the JSON form of some values.
func hashOf(values ...any) string {
	text, err := json.Marshal(values)
	if err != nil {
		panic("ogc: what is hashed has a JSON form: " + err.Error())
	}
	return hashOfText(text)
}

func hashOfText(text []byte) string {
	sum := sha256.Sum256(append([]byte(edition), text...))
	return hex.EncodeToString(sum[:16])
}

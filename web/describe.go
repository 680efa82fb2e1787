package web

import (
	"context"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kaimen/web/ogc"
	"kaimen/web/openapi"
	"kaimen/web/reference"
)

// Where the API is described.
const (
	apiPath  = "/api/v1"
	spec31   = "/openapi.json"
	spec30   = "/openapi-3.0.json"
	docsPath = "/docs"
)

// Document is the OpenAPI 3.1 document of the API, in JSON. It is the same for
// every server of this version of the API.
func Document() []byte { return described().latest }

// Document30 is Document in OpenAPI 3.0.3, for tools that do not read 3.1.
func Document30() []byte { return described().older }

// descriptions are the API in words.
type descriptions struct {
	latest, older []byte // OpenAPI 3.1 and 3.0
	commands      []reference.Command
}

// described are the descriptions, made once: they are the same for every server.
//
// Errors: none; what cannot be described is a bug of this program and panics.
var described = sync.OnceValue(func() descriptions {
	document := (&server{}).operations(mux.NewRouter())
	d := descriptions{latest: finish(document), commands: commandsOf(document)}
	var err error
	if d.older, err = openapi.Downgrade(d.latest); err != nil {
		panic("web: the document has a form in OpenAPI 3.0: " + err.Error())
	}
	return d
})

// shownDescriptions is the page of the descriptions, made when somebody reads it.
var shownDescriptions = sync.OnceValue(func() *reference.Page {
	d := described()
	page, err := reference.New(d.latest, d.commands)
	if err != nil {
		panic("web: the document can be shown: " + err.Error())
	}
	return page
})

// mountDescriptions puts the documents and the page at their addresses.
func mountDescriptions(router *mux.Router) {
	const older, latest, page = "<" + spec30 + `>; rel="alternate"; type="` + openapi.Type30 + `"`,
		"<" + spec31 + `>; rel="alternate"; type="` + openapi.Type31 + `"`,
		"<" + docsPath + `>; rel="service-doc"; type="text/html"`
	get := func(path, kind string, text func(r *http.Request) []byte, links ...string) {
		router.Path(path).Methods(http.MethodGet).HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			give(w, r, kind, text(r), links...)
		})
	}
	get(spec31, openapi.Type31, func(*http.Request) []byte { return Document() }, older, page)
	get(spec30, openapi.Type30, func(*http.Request) []byte { return Document30() }, latest, page)
	get(reference.ScriptPath, "text/javascript; charset=utf-8", func(*http.Request) []byte { return reference.Script() })
	get(docsPath, "text/html; charset=utf-8", func(r *http.Request) []byte { return shownDescriptions().At(origin(r)) }, descLink)
}

// descLink is the Link header (RFC 8631) from what is described to the document.
const descLink = "<" + spec31 + `>; rel="service-desc"; type="` + openapi.Type31 + `"`

// give answers with a text that is there already.
func give(w http.ResponseWriter, r *http.Request, kind string, text []byte, links ...string) {
	h, tag := w.Header(), tagOf(text)
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", cacheRevalidate)
	h.Set("ETag", tag)
	for _, link := range links {
		h.Add("Link", link)
	}
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(text) // a client that went away is no error of ours
}

// startLink is a place of the API that others are found from.
type startLink struct {
	Rel   string `json:"rel" enum:"self,service-desc,service-doc,item" doc:"What it is: described formally, described for people, or a part of the API." example:"service-desc"`
	Href  string `json:"href" example:"/openapi.json"`
	Type  string `json:"type" example:"application/openapi+json"`
	Title string `json:"title" example:"This API, OpenAPI 3.1"`
}

// startTakes is what a server takes from clients.
type startTakes struct {
	Changes bool  `json:"changes" doc:"Whether files of layers are taken, inspected and imported, and rows changed; if not, the server was not started with --manage on."`
	Studies bool  `json:"studies" doc:"Whether new studies are taken."`
	Bytes   int64 `json:"bytes" doc:"How large a file, or the zip of a study, may be." example:"268435456"`
}

type startOutput struct {
	CacheControl string `header:"Cache-Control"`
	Link         string `header:"Link" doc:"The description, as rel=service-desc and rel=service-doc."`
	Body         struct {
		Title   string      `json:"title" example:"Kaimen"`
		Version string      `json:"version" doc:"Of the API." example:"1.0.0"`
		Links   []startLink `json:"links" nullable:"false"`
		Takes   startTakes  `json:"takes"`
	} `nameHint:"Start"`
}

func (s *server) registerStart(api huma.API) {
	register(api, huma.Operation{
		OperationID: "get-api", Method: http.MethodGet, Path: apiPath, Tags: []string{tagServer},
		Summary:     "Where to begin?",
		Description: "Links to the parts of this API and to its descriptions, for people and for programs.",
	}, nil, func(context.Context, *noInput) (*startOutput, error) {
		out := &startOutput{CacheControl: cacheRevalidate, Link: descLink + ", <" + docsPath + `>; rel="service-doc"; type="text/html"`}
		out.Body.Title, out.Body.Version = apiTitle, apiVersion
		out.Body.Links = []startLink{
			{"self", apiPath, "application/json", "This document"},
			{"service-desc", spec31, openapi.Type31, "This API, OpenAPI 3.1"},
			{"service-desc", spec30, openapi.Type30, "This API, OpenAPI 3.0"},
			{"service-doc", docsPath, "text/html", "This API, to be read"},
			{"item", studiesPath, "application/json", "The studies"},
			{"item", jobsPath, "application/json", "The jobs"},
			{"item", apiPath + "/standards", "application/json", "The rules that answers are held against"},
			{"item", ogc.Root, "application/json", "OGC API – Features over all layers"},
		}
		out.Body.Takes = startTakes{s.editor != nil && s.inspector != nil && s.jobs != nil, s.importer != nil && s.jobs != nil, maxArchiveBytes}
		return out, nil
	})
}

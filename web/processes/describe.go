package processes

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/web/ogc"
)

// document is what is read in the OpenAPI document of the API.
type document struct {
	Info  struct{ Version string }
	Paths map[string]struct{ Get, Post *operation }

	Components struct{ Schemas map[string]schema }
}

type operation struct {
	Parameters []struct {
		Name, In, Description string
		Required              bool
		Schema                schema
	}
	RequestBody *struct{ Content map[string]content }
	Responses   map[string]struct{ Content map[string]content }
}

type content struct{ Schema schema }

// process is a question under the name and in the forms of the standard.
type process struct {
	id, kind string
	title    coverage.Name
	about    coverage.Name
	method   string   // by which the API is asked
	path     string   // with {study} in it; empty for echo
	query    []string // inputs that are parameters of the address; others are members of the body
	inputs   map[string]input
	outputs  map[string]output
}

// input describes an input, as the standard writes it.
type input struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	MinOccurs   int    `json:"minOccurs"`
	MaxOccurs   int    `json:"maxOccurs"`
	Schema      schema `json:"schema"`
}

// output describes an output, as the standard writes it.
type output struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Schema      schema `json:"schema"`

	formats []format // the first is the default
}

// format is a form of an output.
type format struct {
	mediaType string // without parameters
	binary    bool   // bytes, which JSON has in base64
	object    bool   // JSON
	about     string
	ref       string // where in the document of the API its schema is; empty for none
}

// theOutput is the one output of every process but echo.
const theOutput = "result"

const studyInput = "study"

// process makes a process of a question; nil where the API does not have it. By
// POST more can be asked than by GET.
func (d *document) process(o offer) *process {
	path := "/api/v1/studies/{study}/" + o.question
	item := d.Paths[path]
	p := &process{id: o.id, kind: o.question, title: o.title, about: o.about, path: path, inputs: make(map[string]input)}
	asked := item.Post
	switch {
	case asked != nil:
		p.method = http.MethodPost
		if asked.RequestBody != nil {
			d.bodyInputs(p, asked.RequestBody.Content[typeJSON].Schema)
		}
	case item.Get != nil:
		asked, p.method = item.Get, http.MethodGet
	default:
		return nil
	}
	for _, parameter := range asked.Parameters {
		inQuery := parameter.In == "query" && parameter.Name != "f" && parameter.Name != "bom" // outputs tell these
		if inQuery {
			p.query = append(p.query, parameter.Name)
		}
		if inQuery || parameter.In == "path" {
			p.inputs[parameter.Name] = inputOf(parameter.Name, parameter.Description, d.plain(parameter.Schema), parameter.Required)
		}
	}
	formats := d.formats(asked.Responses["200"].Content)
	p.outputs = map[string]output{theOutput: {
		Title: theOutput, Description: "The answer. / 结果。", Schema: schemaOf(formats), formats: formats,
	}}
	return p
}

func (d *document) bodyInputs(p *process, body schema) {
	body = d.plain(body)
	required, _ := body["required"].([]any)
	members, _ := body["properties"].(schema)
	for member, of := range members {
		of, _ := of.(schema)
		about, _ := of["description"].(string)
		p.inputs[member] = inputOf(member, about, of, slices.Contains(required, any(member)))
	}
}

func inputOf(title, about string, of schema, required bool) input {
	in := input{Title: title, Description: about, MaxOccurs: 1, Schema: of}
	if required {
		in.MinOccurs = 1
	}
	return in
}

// formats are those of an answer: GeoJSON first, since GIS programs draw what
// they get, then JSON, then CSV, then the others by name. A stream of events is
// no result.
func (d *document) formats(contents map[string]content) (list []format) {
	first := []string{typeGeoJSON, typeJSON, "text/csv"}
	names := slices.Sorted(maps.Keys(contents))
	slices.SortStableFunc(names, func(a, b string) int { return rank(first, a) - rank(first, b) })
	for _, name := range names {
		if name == "text/event-stream" {
			continue
		}
		of := contents[name].Schema
		f := format{mediaType: name, binary: of["format"] == "binary", object: of["type"] != "string"}
		f.about, _ = of["description"].(string)
		if ref, ok := of["$ref"].(string); ok {
			f.ref = "/openapi.json" + ref
			f.about, _ = d.Components.Schemas[strings.TrimPrefix(ref, schemaRoot)]["description"].(string)
		}
		list = append(list, f)
	}
	return list
}

func rank(first []string, name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

// schemaOf describes an output of several formats. The first of them is the
// default (/req/ogc-process-description/output-mixed-type).
func schemaOf(formats []format) schema {
	var choices []any
	for _, f := range formats {
		of := schema{"type": "string", "contentMediaType": f.mediaType}
		switch {
		case f.object:
			of["type"] = "object"
		case f.binary:
			of["contentEncoding"], of["format"] = "base64", "byte"
		}
		if f.about != "" {
			of["description"] = f.about
		}
		if f.ref != "" {
			of["contentSchema"] = f.ref
		}
		choices = append(choices, of)
	}
	return schema{"oneOf": choices}
}

// summary is a process as the list of processes shows it.
type summary struct {
	ID           string     `json:"id"`
	Title        string     `json:"title"`
	Description  string     `json:"description"`
	Version      string     `json:"version"`
	Control      []string   `json:"jobControlOptions"`
	Transmission []string   `json:"outputTransmission"`
	Links        []ogc.Link `json:"links"`
}

// description is a process with all that is said of it.
type description struct {
	summary
	Inputs  map[string]input  `json:"inputs"`
	Outputs map[string]output `json:"outputs"`
}

func (s *server) summaryOf(c *ogc.Call, p *process, links []ogc.Link) summary {
	self := c.Base() + "/processes/" + p.id
	links = append(links, ogc.Link{Href: self + "/execution", Rel: relations + "execute", Type: typeJSON, Title: "Run it by POST / 执行"})
	if s.Jobs != nil {
		links = append(links, ogc.Link{Href: c.Base() + "/jobs?processID=" + p.id, Rel: relations + "job-list", Type: typeJSON, Title: "Its jobs / 任务"})
	}
	return summary{
		ID: p.id, Title: ogc.Both(p.title), Description: ogc.Both(p.about), Version: s.version,
		Control: s.control(), Transmission: []string{"value"}, Links: links,
	}
}

func (s *server) process(c *ogc.Call) (*ogc.Reply, error) {
	if err := c.Allow(); err != nil {
		return nil, err
	}
	p, err := s.named(c)
	if err != nil {
		return nil, err
	}
	doc := description{s.summaryOf(c, p, c.Selves(c.Base()+"/processes/"+p.id)), p.inputs, p.outputs}
	return c.Document(doc, processPage(c, p))
}

// mostProcesses is more than there are: without a limit all are listed.
const mostProcesses = 1000

func (s *server) processes(c *ogc.Call) (*ogc.Reply, error) {
	if err := c.Allow("limit", "offset"); err != nil {
		return nil, err
	}
	limit, offset := min(c.Number("limit", 1, mostProcesses), mostProcesses), c.Number("offset", 0, 0)
	doc := struct {
		Processes []summary  `json:"processes"`
		Links     []ogc.Link `json:"links"`
	}{Processes: []summary{}, Links: c.Selves(c.Base() + "/processes")}
	from := min(offset, len(s.list))
	shown := s.list[from:min(from+limit, len(s.list))]
	for _, p := range shown {
		doc.Processes = append(doc.Processes, s.summaryOf(c, p, []ogc.Link{
			{Href: c.Base() + "/processes/" + p.id, Rel: "self", Type: typeJSON, Title: "Its inputs and outputs / 输入与输出"},
			{Href: c.Base() + "/processes/" + p.id + "?f=html", Rel: "alternate", Type: typeHTML, Title: "As a page / 网页"},
		}))
	}
	doc.Links = append(doc.Links, turns(c, "/processes", from, limit, len(s.list))...)
	return c.Document(doc, processesPage(c, shown, doc.Links))
}

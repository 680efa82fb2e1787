// Package reference shows an OpenAPI document as a page to be read: operations
// by group, with parameters, bodies, answers and commands that run. The page is
// made of the document alone, so that it cannot be out of date.
package reference

import (
	"bytes"
	"cmp"
	_ "embed" // the template and the script
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Origin stands in commands for the scheme and host of the server.
const Origin = "http://origin.invalid"

// Command is a command of a shell that sends an example.
type Command struct {
	Operation, Title string
	Text             string // addresses begin with Origin
	Status           int    // of the answer
}

// Page is the page of a document. It may be shared by goroutines.
type Page struct{ text []byte }

//go:embed search.js
var script []byte

// ScriptPath is where the page looks for its script.
const ScriptPath = "/docs/search.js"

// Script returns the page's own script: it narrows the page to what is searched
// for. The page is whole without it.
func Script() []byte { return bytes.Clone(script) }

//go:embed page.html
var pageText string

// New makes the page of an OpenAPI 3.1 document in JSON, with commands. The
// operations of a group stand in the order of the commands.
//
// Errors: of a document that is none, or that refers to what it has not.
func New(document []byte, commands []Command) (*Page, error) {
	doc, err := read(document)
	if err != nil {
		return nil, err
	}
	view := doc.view(commands)
	if len(doc.lost) > 0 {
		return nil, fmt.Errorf("the document has no %s", strings.Join(doc.lost, ", "))
	}
	shown, err := template.New("page").Funcs(template.FuncMap{
		"halves": func(s string) []string { return strings.SplitN(s, " / ", 2) },
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := shown.Execute(&out, view); err != nil {
		return nil, err
	}
	return &Page{out.Bytes()}, nil
}

// At is the page, in HTML, of a server that is reached under origin, such as
// http://127.0.0.1:8080.
func (p *Page) At(origin string) []byte {
	return bytes.ReplaceAll(p.text, []byte(Origin), []byte(template.HTMLEscapeString(origin)))
}

// view is what the template shows.
type view struct {
	Title, Version, Description string
	Groups                      []group
	Schemas                     []schemaView
}

type group struct {
	Name, Text string
	Operations []operationView
}

type operationView struct {
	ID, Method, Path, Summary, Text string
	Parameters                      []part // groups of parameters: of the path, the query, headers
	Bodies                          []bodyView
	Commands                        []commandView
	Answers, Errors                 []answerView
}

// part is some members under one heading.
type part struct {
	Title   string // Chinese / English
	Members []member
}

type bodyView struct {
	Type, Text string
	Schema     phrase
	Members    []member
}

type commandView struct {
	Title, Text, Open string // Open is an address that a link may lead to, if any
	Status            int
}

type answerView struct {
	Status  string
	Text    string
	Headers []member
	Forms   []formView
}

type formView struct {
	Type     string
	Schema   phrase
	Text     string
	Examples []exampleView
}

type exampleView struct{ Title, Text string }

type schemaView struct {
	Name, Text string
	Schema     phrase
	Members    []member
}

func (d *document) view(commands []Command) view {
	v := view{Title: d.Info.Title, Version: d.Info.Version, Description: d.Info.Description}
	for _, t := range d.Tags {
		g := group{Name: t.Name, Text: t.Description}
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			for _, method := range []string{"get", "post", "put", "patch", "delete"} {
				if op := d.Paths[path][method]; op != nil && slices.Contains(op.Tags, t.Name) {
					g.Operations = append(g.Operations, d.operation(op, method, path, commands))
				}
			}
		}
		place := func(v operationView) int {
			at := slices.IndexFunc(commands, func(c Command) bool { return c.Operation == v.ID })
			return cmp.Or(at+1, len(commands)+1)
		}
		slices.SortStableFunc(g.Operations, func(a, b operationView) int { return cmp.Compare(place(a), place(b)) })
		v.Groups = append(v.Groups, g)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		s := d.Components.Schemas[name]
		v.Schemas = append(v.Schemas, schemaView{name, s.Description, d.phrase(s), d.members(s)})
	}
	return v
}

func (d *document) operation(op *operation, method, path string, commands []Command) operationView {
	v := operationView{ID: op.OperationID, Method: strings.ToUpper(method), Path: path, Summary: op.Summary, Text: op.Description}
	for _, in := range []struct{ where, title string }{{"path", "路径 / In the path"}, {"query", "查询参数 / In the query"}, {"header", "请求头 / Headers"}} {
		p := part{Title: in.title}
		for _, x := range op.Parameters {
			if x.In == in.where {
				p.Members = append(p.Members, d.parameter(x))
			}
		}
		if len(p.Members) > 0 {
			v.Parameters = append(v.Parameters, p)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(op.RequestBody.Content)) {
		m := op.RequestBody.Content[kind]
		v.Bodies = append(v.Bodies, bodyView{kind, m.Schema.text(), d.phrase(m.Schema), d.members(d.resolve(m.Schema))})
	}
	for _, c := range commands {
		if c.Operation != op.OperationID {
			continue
		}
		shown := commandView{Title: c.Title, Text: c.Text, Status: c.Status}
		if address, simple := strings.CutPrefix(c.Text, "curl '"+Origin); simple && method == "get" && strings.HasSuffix(address, "'") {
			shown.Open = strings.TrimSuffix(address, "'")
		}
		v.Commands = append(v.Commands, shown)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		a := d.answer(status, op.Responses[status])
		if n, err := strconv.Atoi(status); err == nil && n < 400 {
			v.Answers = append(v.Answers, a)
		} else {
			v.Errors = append(v.Errors, a)
		}
	}
	return v
}

func (d *document) answer(status string, r response) answerView {
	v := answerView{Status: status, Text: r.Description}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		h := r.Headers[name]
		h.Name = name
		v.Headers = append(v.Headers, d.parameter(h))
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Content)) {
		m := r.Content[kind]
		form := formView{Type: kind, Schema: d.phrase(m.Schema), Text: m.Schema.text()}
		for _, name := range slices.Sorted(maps.Keys(m.Examples)) {
			e := m.Examples[name]
			form.Examples = append(form.Examples, exampleView{e.Summary, pretty(e.Value)})
		}
		v.Forms = append(v.Forms, form)
	}
	return v
}

// numberList is a list of numbers, as it is indented.
var numberList = regexp.MustCompile(`\[\n\s+[-+.0-9eE]+(,\n\s+[-+.0-9eE]+)*\n\s+\]`)

// pretty is a value as it is read best: a text as it is, JSON in lines, places
// and other lists of numbers in one line each.
func pretty(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var out bytes.Buffer
	if json.Indent(&out, value, "", "  ") != nil {
		return ""
	}
	return numberList.ReplaceAllStringFunc(out.String(), func(list string) string {
		words := strings.Fields(strings.Trim(list, "[]"))
		return "[" + strings.Join(words, " ") + "]"
	})
}

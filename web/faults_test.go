package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"kaimen/web"
)

// wrong is a way to spoil a request, and what is said of it.
type wrong struct {
	name    string
	status  int
	faults  int    // at least so many
	part    string // of the problem
	target  string
	body    string
	headers []string
}

// faulty spoils the first example of every operation in every way that it can be
// spoilt: the answer is a problem that the document declares and that names all
// faults. Which ways there are, is seen from the document, so that an operation
// that is added is spoilt, too.
func (d *district) faulty(judges []*judge) {
	first := make(map[string]web.Example)
	for _, e := range web.Examples() {
		if _, ok := first[e.Operation]; !ok {
			first[e.Operation] = e
		}
	}
	operations, sent := d.operations(), 0
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		method := d.method(id)
		for _, w := range d.spoilt(operations[id], first[id]) {
			s := d.ask(method, w.target, w.body, w.headers...)
			sent++
			for _, j := range judges {
				j.check(d.t, s, true)
			}
			var p problemBody
			if err := json.Unmarshal(s.text, &p); err != nil || mediaType(s.answer.Header) != "application/problem+json" || s.answer.StatusCode != w.status || p.Status != w.status {
				d.t.Errorf("%s, %s: status %d, want %d: %v\n%.500s", id, w.name, s.answer.StatusCode, w.status, err, s.text)
				continue
			}
			if len(p.Errors) < w.faults || !strings.Contains(string(s.text), w.part) {
				d.t.Errorf("%s, %s: %d faults, want %d at least and %q\n%.800s", id, w.name, len(p.Errors), w.faults, w.part, s.text)
			}
		}
	}
	if sent < 5*len(operations) {
		d.t.Errorf("only %d wrong requests were sent to %d operations", sent, len(operations))
	}
}

// spoilt are the ways in which an example can be spoilt.
func (d *district) spoilt(op map[string]any, e web.Example) (list []wrong) {
	target := strings.NewReplacer("{job}", "none", "{result}", "none", "{newest}", "none", "{oldest}", "none").Replace(e.Target)
	path, query, _ := strings.Cut(target, "?")
	join := "?"
	if query != "" {
		join = "&"
	}
	headers := func(kind string, more ...string) []string {
		if e.Body == "" && e.File == "" {
			return more
		}
		return append([]string{"Content-Type", kind}, more...)
	}
	body, kind := e.Body, e.BodyType()
	if e.File != "" {
		body, kind = string(archive(d.t)), "application/zip"
	}
	add := func(w wrong) {
		if w.target == "" {
			w.target = target
		}
		if w.headers == nil {
			w.headers = headers(kind)
		}
		list = append(list, w)
	}
	add(wrong{name: "two unknown parameters", status: 422, faults: 2, part: `"query.colour"`, target: target + join + "colour=red&color=red", body: body})
	add(wrong{name: "a query that is not well formed", status: 422, faults: 1, part: "not well formed", target: target + join + "a=%zz", body: body})
	responses := op["responses"].(map[string]any)
	has := func(status string) bool { return responses[status] != nil }
	for _, p := range parametersOf(op) {
		name := p["name"].(string)
		schema := p["schema"].(map[string]any)
		switch {
		case p["in"] == "path" && name == "study" && has("404") && strings.Contains(path, "dongxing-sample") && e.First.As != web.AsSearch:
			add(wrong{name: "no such study", status: 404, part: "nowhere", target: strings.Replace(target, "dongxing-sample", "nowhere", 1), body: body})
		case p["in"] == "path" && slices.Contains([]string{"z", "x", "y"}, name):
			parts := []string{"14", "12973", "6782"}
			parts[slices.Index([]string{"z", "x", "y"}, name)] = "a"
			add(wrong{name: "a word for " + name, status: 422, faults: 1, part: "path." + name, target: strings.Replace(target, "14/12973/6782", strings.Join(parts, "/"), 1)})
		case p["in"] == "query" && (schema["enum"] != nil || slices.ContainsFunc(typesOf(schema["type"]), func(t string) bool { return t == "integer" || t == "number" || t == "boolean" })):
			add(wrong{name: "a wrong " + name, status: 422, faults: 1, part: `"query.` + name + `"`, target: with(path, query, name, "a-word"), body: body})
			if schema["enum"] == nil {
				add(wrong{name: name + " twice", status: 422, faults: 1, target: with(path, query, name, "1") + "&" + name + "=1", part: `"query.` + name + `"`, body: body})
			}
		}
	}
	if has("406") && !strings.HasSuffix(path, "/model") {
		add(wrong{name: "no form fits", status: 406, part: "Accept", target: without(path, query, "f"), body: body, headers: headers(kind, "Accept", "image/png")})
	}
	if e.Type != "" && !strings.Contains(query, "name=") { // a name tells the form of a file, whatever its type
		add(wrong{name: "a body of XML", status: 415, part: "type", body: "<a/>", headers: headers("application/xml")})
	} else if e.Type == "" && e.Body != "" {
		add(wrong{name: "a body that is none", status: 422, part: "cannot be read", body: "{"})
		add(wrong{name: "an unknown member", status: 422, faults: 1, part: "colour", body: strings.Replace(body, "{", `{"colour": "red", `, 1)})
		add(wrong{name: "a body of XML", status: 415, part: "application/json", body: "<a/>", headers: headers("application/xml")})
	}
	if e.File != "" {
		add(wrong{name: "a body of JSON", status: 415, part: "application/zip", body: "{}", headers: headers("application/json")})
		add(wrong{name: "a zip that is none", status: 415, part: "no zip", body: "{}"})
	}
	if strings.Contains(e.Target, "{job}") || strings.Contains(e.Target, "{result}") || strings.Contains(path, "my-plan-1") {
		add(wrong{name: "none of this id", status: http.StatusNotFound})
	}
	return list
}

func parametersOf(op map[string]any) (list []map[string]any) {
	parameters, _ := op["parameters"].([]any)
	for _, p := range parameters {
		list = append(list, p.(map[string]any))
	}
	return list
}

// without is an address without a parameter.
func without(path, query, name string) string {
	var rest []string
	for part := range strings.SplitSeq(query, "&") {
		if part != "" && !strings.HasPrefix(part, name+"=") {
			rest = append(rest, part)
		}
	}
	if len(rest) == 0 {
		return path
	}
	return path + "?" + strings.Join(rest, "&")
}

// with is an address with a parameter of this value in place of any it has.
func with(path, query, name, value string) string {
	address := without(path, query, name)
	if strings.Contains(address, "?") {
		return address + "&" + name + "=" + value
	}
	return address + "?" + name + "=" + value
}

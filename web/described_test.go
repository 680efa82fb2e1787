package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaimen/web"
)

// operations are those of the document, by id.
func (c contract) operations() map[string]map[string]any {
	list := make(map[string]map[string]any)
	for _, methods := range c.doc["paths"].(map[string]any) {
		for _, op := range methods.(map[string]any) {
			list[op.(map[string]any)["operationId"].(string)] = op.(map[string]any)
		}
	}
	return list
}

// Every operation has an example for each good answer that it declares, and the
// document shows what the example is answered with.
func TestEveryOperationHasExamples(t *testing.T) {
	t.Parallel()
	c := readContract(t)
	asked := make(map[string]bool)
	titles := make(map[string]bool)
	for _, e := range web.Examples() {
		asked[fmt.Sprint(e.Operation, " ", e.Status)] = true
		if name := e.Operation + "/" + e.Title; titles[name] {
			t.Errorf("two examples of %s are called %q", e.Operation, e.Title)
		} else {
			titles[name] = true
		}
	}
	operations := c.operations()
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		op := operations[id]
		for status, r := range op["responses"].(map[string]any) {
			if !strings.HasPrefix(status, "2") {
				continue
			}
			if !asked[id+" "+status] {
				t.Errorf("%s declares status %s, and no example is answered so: add a line to exampleTable in web/exampletable.go, run go test ./web -update twice", id, status)
				continue
			}
			content, _ := r.(map[string]any)["content"].(map[string]any)
			shown := 0
			for _, media := range content {
				if media.(map[string]any)["schema"].(map[string]any)["format"] == "binary" && len(content) == 1 {
					shown++ // nothing that could be read
				}
				examples, _ := media.(map[string]any)["examples"].(map[string]any)
				shown += len(examples)
			}
			if len(content) > 0 && shown == 0 {
				t.Errorf("%s: the answer %s shows no example: run go test ./web -update twice", id, status)
			}
		}
		if body, ok := op["requestBody"].(map[string]any); ok {
			shown := 0
			for kind, media := range body["content"].(map[string]any) {
				if media.(map[string]any)["examples"] != nil || kind == "application/zip" { // of which nothing could be read
					shown++
				}
			}
			if shown == 0 {
				t.Errorf("%s: the body shows no example: give one of its examples a Body", id)
			}
		}
	}
}

// Every parameter, and every member of a body, says what a value looks like, by
// an example or because only some values are allowed.
func TestEveryParameterHasAnExample(t *testing.T) {
	t.Parallel()
	c := readContract(t)
	operations := c.operations()
	seen := make(map[string]bool)
	tell := func(name string) {
		if !seen[name] {
			seen[name] = true
			t.Errorf("%s has no example: add the tag example to its field", name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		op := operations[id]
		parameters, _ := op["parameters"].([]any)
		for _, p := range parameters {
			p := p.(map[string]any)
			if p["example"] == nil && !c.telling(p["schema"].(map[string]any)) {
				tell(fmt.Sprintf("the parameter %v", p["name"]))
			}
		}
		if body, ok := op["requestBody"].(map[string]any); ok {
			for _, media := range body["content"].(map[string]any) {
				c.members(media.(map[string]any)["schema"].(map[string]any), make(map[string]bool), tell)
			}
		}
	}
}

// telling tells whether a schema says what values look like.
func (c contract) telling(schema map[string]any) bool {
	if schema["examples"] != nil || schema["enum"] != nil || schema["$ref"] != nil || schema["format"] == "binary" {
		return true
	}
	if items, ok := schema["items"].(map[string]any); ok {
		return items["$ref"] != nil || items["enum"] != nil
	}
	return schema["default"] != nil || slices.Contains(typesOf(schema["type"]), "boolean")
}

// members looks at all members of a body.
func (c contract) members(schema map[string]any, seen map[string]bool, tell func(string)) {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		if seen[name] {
			return
		}
		seen[name] = true
		schema = c.doc["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)
		for member, s := range schema["properties"].(map[string]any) {
			if s := s.(map[string]any); !c.telling(s) {
				tell("the member " + name + "." + member)
			} else {
				c.members(s, seen, tell)
			}
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		c.members(items, seen, tell)
	}
}

// Both documents lead to each other and to the page, and the API to all three.
func TestDescriptionsAreLinked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for target, want := range map[string]struct {
		kind  string
		links []string
	}{
		"/openapi.json":     {"application/openapi+json", []string{`</openapi-3.0.json>; rel="alternate"`, `</docs>; rel="service-doc"`}},
		"/openapi-3.0.json": {"application/vnd.oai.openapi+json;version=3.0", []string{`</openapi.json>; rel="alternate"`, `</docs>; rel="service-doc"`}},
		"/docs":             {"text/html; charset=utf-8", []string{`</openapi.json>; rel="service-desc"`}},
		"/api/v1":           {"application/json", []string{`</openapi.json>; rel="service-desc"`, `</docs>; rel="service-doc"`}},
		"/docs/search.js":   {"text/javascript; charset=utf-8", nil},
	} {
		w := b.get(t, target)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != want.kind {
			t.Errorf("%s: status %d, type %s", target, w.Code, w.Header().Get("Content-Type"))
		}
		for _, link := range want.links {
			if !strings.Contains(strings.Join(w.Header().Values("Link"), ", "), link) {
				t.Errorf("%s: %s is not in %v", target, link, w.Header().Values("Link"))
			}
		}
	}
	var start struct {
		Links []struct{ Rel, Href, Type string }
	}
	if err := json.Unmarshal(b.get(t, "/api/v1").Body.Bytes(), &start); err != nil {
		t.Fatal(err)
	}
	for _, link := range start.Links {
		if link.Href == "/api/v1/jobs" { // this server keeps none
			continue
		}
		if w := b.get(t, link.Href, "Accept", link.Type); w.Code != http.StatusOK || w.Header().Get("Content-Type") != link.Type && !strings.HasPrefix(w.Header().Get("Content-Type"), link.Type+";") {
			t.Errorf("%s: status %d, type %s, linked as %s", link.Href, w.Code, w.Header().Get("Content-Type"), link.Type)
		}
	}
}

// Package openapi works on OpenAPI documents in their JSON form: it knows the
// specification, and nothing of this API.
package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The media types of documents, and the version that Downgrade writes.
const (
	Type31    = "application/openapi+json"
	Type30    = "application/vnd.oai.openapi+json;version=3.0"
	Version30 = "3.0.3"
)

// methods are the members of a path item that are operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// Downgrade returns an OpenAPI 3.1 document as one of version 3.0.3, which says
// the same of every request and answer, for tools that do not read 3.1.
//
// Holds:    values of examples and defaults, and names of properties, are never
// taken for keywords; members stand in alphabetical order.
// Errors:   what has no form in 3.0 is named with its place, all of it.
// Source:   OpenAPI 3.0.3 and 3.1.0, section 4.7.24 (Schema Object) and 4.8.24;
// proposal 2019-10-31 on nullable.
func Downgrade(document []byte) ([]byte, error) {
	in := json.NewDecoder(bytes.NewReader(document))
	in.UseNumber()
	var doc map[string]any
	if err := in.Decode(&doc); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	version, _ := doc["openapi"].(string)
	if !strings.HasPrefix(version, "3.1.") {
		return nil, fmt.Errorf("the document is of version %q, not 3.1", version)
	}
	doc["openapi"] = Version30
	d := &downgrade{}
	d.only(doc, "", "openapi", "info", "servers", "tags", "paths", "components", "security", "externalDocs")
	d.components(object(doc["components"]))
	for path, item := range object(doc["paths"]) {
		d.path(object(item), "/paths/"+strings.ReplaceAll(path, "/", "~1"))
	}
	if len(d.faults) > 0 {
		slices.Sort(d.faults)
		return nil, errors.New("no form in OpenAPI 3.0: " + strings.Join(d.faults, "; "))
	}
	return write(doc)
}

func write(doc any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(doc)
	return out.Bytes(), err
}

// downgrade walks a document along its structure and gathers what cannot be
// said in 3.0.
type downgrade struct{ faults []string }

// only notes the members of m that are not known.
func (d *downgrade) only(m map[string]any, at string, known ...string) {
	for name := range m {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, "x-") {
			d.faults = append(d.faults, at+"/"+name)
		}
	}
}

func (d *downgrade) components(c map[string]any) {
	d.only(c, "/components", "schemas", "responses", "parameters", "headers")
	for name, s := range object(c["schemas"]) {
		d.schema(object(s), "/components/schemas/"+name)
	}
	for name, r := range object(c["responses"]) {
		d.response(object(r), "/components/responses/"+name)
	}
	for _, list := range []string{"parameters", "headers"} {
		for name, p := range object(c[list]) {
			d.holder(object(p), "/components/"+list+"/"+name)
		}
	}
}

func (d *downgrade) path(item map[string]any, at string) {
	d.only(item, at, append([]string{"summary", "description", "servers", "parameters"}, methods...)...)
	d.holders(item["parameters"], at)
	for _, method := range methods {
		op := object(item[method])
		if op == nil {
			continue
		}
		at := at + "/" + method
		d.holders(op["parameters"], at)
		if body := object(op["requestBody"]); body != nil {
			d.content(body["content"], at+"/requestBody")
		}
		for status, r := range object(op["responses"]) {
			d.response(object(r), at+"/responses/"+status)
		}
	}
}

func (d *downgrade) response(r map[string]any, at string) {
	for name, h := range object(r["headers"]) {
		d.holder(object(h), at+"/headers/"+name)
	}
	d.content(r["content"], at)
}

func (d *downgrade) holders(list any, at string) {
	for i, p := range array(list) {
		d.holder(object(p), fmt.Sprintf("%s/parameters/%d", at, i))
	}
}

// holder is a parameter, a header or a media type.
func (d *downgrade) holder(h map[string]any, at string) {
	d.schema(object(h["schema"]), at+"/schema")
	d.content(h["content"], at)
}

func (d *downgrade) content(content any, at string) {
	for name, media := range object(content) {
		d.holder(object(media), at+"/content/"+name)
	}
}

// kept are the keywords of a schema that mean the same in both versions.
var kept = []string{
	"title", "description", "format", "default", "example", "enum", "required", "pattern", "multipleOf", "uniqueItems", "deprecated",
	"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "readOnly", "writeOnly",
	"discriminator", "externalDocs", "xml", "$ref", "type", "nullable", "exclusiveMinimum", "exclusiveMaximum",
	"properties", "items", "additionalProperties", "allOf", "anyOf", "oneOf", "not",
}

// deciding are the keywords that decide whether null fits.
var deciding = []string{"$ref", "type", "enum", "allOf", "anyOf", "oneOf", "not"}

// schema turns s into its form in 3.0, in place.
func (d *downgrade) schema(s map[string]any, at string) {
	if s == nil {
		return
	}
	delete(s, "nullable") // has no meaning in 3.1
	if v, ok := s["const"]; ok {
		if s["enum"] = []any{v}; v == nil {
			s["type"] = "null"
		}
		delete(s, "const")
	}
	if list := array(s["examples"]); list != nil {
		delete(s, "examples")
		if len(list) > 0 {
			s["example"] = list[0]
		}
	}
	if s["contentEncoding"] == "base64" {
		s["format"] = "byte"
		delete(s, "contentEncoding")
	}
	if s["format"] == "binary" {
		delete(s, "contentMediaType") // 3.0 says it by the format alone
	}
	exclusive(s, "minimum", "exclusiveMinimum", func(a, b float64) bool { return a >= b })
	exclusive(s, "maximum", "exclusiveMaximum", func(a, b float64) bool { return a <= b })
	d.inner(s, at)
	typed(s)
	if !slices.ContainsFunc(deciding, func(name string) bool { _, ok := s[name]; return ok }) {
		s["nullable"] = true // there are readers of 3.0 that take no null where nothing is said of it
	}
	if _, ok := s["$ref"]; ok && len(s) > 1 { // what stands beside a reference is not heeded in 3.0
		s["allOf"] = append([]any{map[string]any{"$ref": s["$ref"]}}, array(s["allOf"])...)
		delete(s, "$ref")
	}
	d.only(s, at, kept...)
}

// inner does the schemas within s.
func (d *downgrade) inner(s map[string]any, at string) {
	for name, member := range object(s["properties"]) {
		d.schema(object(member), at+"/properties/"+name)
	}
	for _, name := range []string{"items", "additionalProperties", "not"} {
		d.schema(object(s[name]), at+"/"+name)
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf"} {
		for i, member := range array(s[name]) {
			d.schema(object(member), fmt.Sprintf("%s/%s/%d", at, name, i))
		}
	}
	if s["type"] == "array" && s["items"] == nil {
		s["items"] = map[string]any{"nullable": true} // 3.0 asks for it
	}
}

// exclusive writes a bound that is not part of the range, a number in 3.1, as
// the mark of a bound.
func exclusive(s map[string]any, bound, mark string, covers func(a, b float64) bool) {
	limit, ok := s[mark].(json.Number)
	if !ok {
		return
	}
	delete(s, mark)
	if with, ok := s[bound].(json.Number); ok {
		a, _ := limit.Float64() // both were read as numbers
		b, _ := with.Float64()
		if !covers(a, b) {
			return // the other bound is the narrower one
		}
	}
	s[bound], s[mark] = limit, true
}

// typed writes a list of types, and null, which is no type in 3.0.
func typed(s map[string]any) {
	if s["type"] == "null" {
		nothing(s)
		return
	}
	types := array(s["type"])
	if types == nil {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(types), func(t any) bool { return t == "null" })
	null := len(rest) < len(types)
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, nil) {
		null = false // the values that are allowed leave no null
	}
	switch len(rest) {
	case 0:
		nothing(s)
		return
	case 1:
		s["type"] = rest[0]
	default:
		// Keywords of one type say nothing of values of another, so that each
		// choice may be its type alone and the others stay where they are.
		delete(s, "type")
		var choices []any
		for _, t := range rest {
			choice := map[string]any{"type": t}
			if t == "array" {
				choice["items"] = map[string]any{"nullable": true}
			}
			if null {
				choice["nullable"] = true
			}
			choices = append(choices, choice)
		}
		s["allOf"] = append(array(s["allOf"]), map[string]any{"anyOf": choices})
		return
	}
	if null {
		s["nullable"] = true
	}
}

// nothing has s take null alone. A type has to be there for nullable to count;
// the list of values leaves nothing of it.
func nothing(s map[string]any) {
	s["type"], s["nullable"], s["enum"] = "object", true, []any{nil}
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func array(v any) []any {
	list, _ := v.([]any)
	return list
}

// Operations lists the operations of a document in the order of its paths and
// of methods, each with its path and method.
func Operations(doc map[string]any) []Operation {
	var list []Operation
	paths := object(doc["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for _, method := range methods {
			if op := object(object(paths[path])[method]); op != nil {
				list = append(list, Operation{Path: path, Method: strings.ToUpper(method), Members: op})
			}
		}
	}
	return list
}

// Operation is an operation of a document.
type Operation struct {
	Path, Method string
	Members      map[string]any
}

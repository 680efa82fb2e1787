package web_test

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kaimen/web"
)

// contract is the OpenAPI document as a client sees it: plain JSON, checked by
// a reader of our own so that the library is not its own witness.
type contract struct{ doc map[string]any }

func readContract(t testing.TB) contract {
	t.Helper()
	var c contract
	if err := json.Unmarshal(web.Document(), &c.doc); err != nil {
		t.Fatal(err)
	}
	return c
}

var parameter = regexp.MustCompile(`\\\{[^}]+\\\}`)

// operation finds the operation that a request goes to, nil if none.
func (c contract) operation(method, path string) map[string]any {
	for template, methods := range c.doc["paths"].(map[string]any) {
		pattern := "^" + parameter.ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$"
		if regexp.MustCompile(pattern).MatchString(path) {
			if op, ok := methods.(map[string]any)[strings.ToLower(method)]; ok {
				return op.(map[string]any)
			}
		}
	}
	return nil
}

// check holds an answer against the document: its status, its type, its body.
func (c contract) check(t testing.TB, method, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	op := c.operation(method, path)
	if op == nil {
		return
	}
	response, ok := op["responses"].(map[string]any)[strconv.Itoa(w.Code)].(map[string]any)
	if !ok {
		t.Errorf("%s %s: status %d is not in the document", method, path, w.Code)
		return
	}
	content, _ := response["content"].(map[string]any)
	if content == nil {
		if w.Body.Len() > 0 {
			t.Errorf("%s %s: status %d has a body, against the document", method, path, w.Code)
		}
		return
	}
	kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if err != nil {
		t.Errorf("%s %s: Content-Type: %v", method, path, err)
		return
	}
	media, ok := content[kind].(map[string]any)
	if !ok {
		t.Errorf("%s %s: status %d: type %s is not in the document", method, path, w.Code, kind)
		return
	}
	if !strings.HasSuffix(kind, "json") {
		return
	}
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Errorf("%s %s: %v in %.200s", method, path, err, w.Body)
		return
	}
	for _, fault := range c.faults(media["schema"].(map[string]any), body, "body") {
		t.Errorf("%s %s: status %d: %s", method, path, w.Code, fault)
	}
}

// faults lists where value breaks schema.
func (c contract) faults(schema map[string]any, value any, at string) (list []string) {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		target, ok := c.doc["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)
		if !ok {
			return []string{at + ": no schema " + ref}
		}
		return c.faults(target, value, at)
	}
	if choices, ok := schema["anyOf"].([]any); ok {
		for _, s := range choices {
			if len(c.faults(s.(map[string]any), value, at)) == 0 {
				return nil
			}
		}
		return []string{at + ": fits none of anyOf"}
	}
	if types := typesOf(schema["type"]); len(types) > 0 && !slices.Contains(types, typeName(value)) &&
		!(typeName(value) == "integer" && slices.Contains(types, "number")) {
		return []string{fmt.Sprintf("%s: is of type %s, not %v", at, typeName(value), types)}
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.ContainsFunc(enum, func(e any) bool { return reflect.DeepEqual(e, value) }) {
		list = append(list, fmt.Sprintf("%s: %v is not one of %v", at, value, enum))
	}
	switch v := value.(type) {
	case map[string]any:
		return append(list, c.objectFaults(schema, v, at)...)
	case []any:
		if n, ok := schema["maxItems"].(float64); ok && len(v) > int(n) {
			list = append(list, fmt.Sprintf("%s: %d items, at most %v", at, len(v), n))
		}
		if n, ok := schema["minItems"].(float64); ok && len(v) < int(n) {
			list = append(list, fmt.Sprintf("%s: %d items, at least %v", at, len(v), n))
		}
		if items, ok := schema["items"].(map[string]any); ok {
			for i, item := range v {
				list = append(list, c.faults(items, item, fmt.Sprintf("%s[%d]", at, i))...)
			}
		}
	}
	return list
}

func (c contract) objectFaults(schema, v map[string]any, at string) (list []string) {
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			list = append(list, fmt.Sprintf("%s: %v is missing", at, name))
		}
	}
	for name, member := range v {
		s, ok := properties[name].(map[string]any)
		if !ok {
			if more, ok := schema["additionalProperties"].(map[string]any); ok {
				list = append(list, c.faults(more, member, at+"."+name)...)
			} else if schema["additionalProperties"] == false {
				list = append(list, fmt.Sprintf("%s: %s is not in the document", at, name))
			}
			continue
		}
		list = append(list, c.faults(s, member, at+"."+name)...)
	}
	return list
}

func typesOf(t any) []string {
	switch t := t.(type) {
	case string:
		return []string{t}
	case []any:
		var list []string
		for _, s := range t {
			list = append(list, s.(string))
		}
		return list
	}
	return nil
}

func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
	}
	return "number"
}

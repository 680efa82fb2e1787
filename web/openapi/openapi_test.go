package openapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"kaimen/web/openapi"
)

// document wraps a schema, with a component to refer to.
func document(schema string) string {
	return `{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get": {"operationId": "x", "parameters": [
 {"name": "p", "in": "query", "schema": ` + schema + `}], "responses": {"200": {"description": "d", "content": {"application/json": {
 "schema": ` + schema + `, "examples": {"e": {"value": {"type": ["string", "null"], "const": 1}}}}}}}}}},
 "components": {"schemas": {"Part": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}, "S": ` + schema + `}}}`
}

// schemaOf is the schema S of a document, as a validator that we did not write
// reads it.
func schemaOf(t *testing.T, text []byte) *openapi3.Schema {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := doc.Validate(t.Context(), openapi3.DisableExamplesValidation()); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return doc.Components.Schemas["S"].Value
}

// A value fits a schema in 3.0 if and only if it does in 3.1.
func TestTheSameValuesFit(t *testing.T) {
	t.Parallel()
	values := []string{`null`, `true`, `0`, `1`, `1.5`, `2`, `3`, `"a"`, `"1"`, `""`, `[]`, `["a"]`, `[null]`, `{}`, `{"n": 1}`, `{"n": null}`, `{"m": "a"}`, `[{"n": 2}]`}
	for _, schema := range []string{
		`{}`, `{"type": "string"}`, `{"type": ["string", "null"]}`, `{"type": ["null", "integer"], "minimum": 1}`, `{"type": "null"}`, `{"type": ["null"]}`,
		`{"type": ["string", "integer"]}`, `{"type": ["string", "integer", "null"], "maxLength": 0}`, `{"type": ["array", "null"], "items": {"type": ["string", "null"]}}`,
		`{"type": ["array", "string"]}`, `{"const": 1}`, `{"const": "a"}`, `{"type": "integer", "exclusiveMinimum": 1}`,
		`{"type": "integer", "exclusiveMinimum": 1, "minimum": 2}`, `{"type": "integer", "exclusiveMinimum": 2, "minimum": 1}`,
		`{"type": "number", "exclusiveMaximum": 2, "maximum": 2}`, `{"type": "number", "exclusiveMaximum": 3, "maximum": 1}`,
		`{"$ref": "#/components/schemas/Part"}`, `{"$ref": "#/components/schemas/Part", "description": "beside"}`,
		`{"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}`, `{"anyOf": [{"type": "string"}, {"type": ["array", "null"], "items": {}}]}`,
		`{"type": "object", "properties": {"n": {"type": ["integer", "null"]}, "m": {"const": "a"}}, "additionalProperties": false}`,
		`{"type": "object", "additionalProperties": {"type": ["string", "null"]}}`, `{"type": ["object", "null"], "required": ["n"], "properties": {"n": {}}}`,
		`{"type": ["string", "null"], "enum": ["a", null]}`, `{"type": ["string", "null"], "enum": ["a"]}`, `{"not": {"type": ["string", "null"]}}`,
		`{"type": "array", "items": {"$ref": "#/components/schemas/Part", "title": "beside"}, "minItems": 1}`,
		`{"type": ["string", "null"], "nullable": false}`, `{"type": "string", "nullable": true}`, `{"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]}`,
	} {
		t.Run(schema, func(t *testing.T) {
			t.Parallel()
			before := []byte(document(schema))
			after, err := openapi.Downgrade(before)
			if err != nil {
				t.Fatal(err)
			}
			latest, older := schemaOf(t, before), schemaOf(t, after)
			for _, text := range values {
				var value any
				if err := json.Unmarshal([]byte(text), &value); err != nil {
					t.Fatal(err)
				}
				want := latest.VisitJSON(value, openapi3.EnableJSONSchema2020()) == nil
				if got := older.VisitJSON(value) == nil; got != want {
					s, _ := json.Marshal(older)
					t.Errorf("%s fits %v in 3.1 and %v in 3.0: %s", text, want, got, s)
				}
			}
		})
	}
}

// What only looks like a keyword stays as it is.
func TestValuesAreNoSchemas(t *testing.T) {
	t.Parallel()
	text, err := openapi.Downgrade([]byte(document(`{"type": "object", "default": {"type": ["a", "null"]}, "examples": [{"const": 9007199254740993}, 2],
  "properties": {"const": {"type": "string"}, "type": {"type": ["string", "null"]}, "examples": {"type": "array"}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI    string
		Components struct {
			Schemas struct{ S map[string]any }
		}
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct {
					Examples map[string]struct{ Value any }
				}
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		doc.OpenAPI: "3.0.3",
		fmt.Sprint(doc.Components.Schemas.S["default"]):                                                     "map[type:[a null]]",
		fmt.Sprint(doc.Components.Schemas.S["properties"]):                                                  "map[const:map[type:string] examples:map[items:map[nullable:true] type:array] type:map[nullable:true type:string]]",
		fmt.Sprint(doc.Paths["/x"]["get"].Responses["200"].Content["application/json"].Examples["e"].Value): "map[const:1 type:[string null]]",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if !strings.Contains(string(text), "9007199254740993") {
		t.Error("a large number lost its last digit")
	}
}

// What cannot be said in 3.0 is told, all of it, and never left out.
func TestNoForm(t *testing.T) {
	t.Parallel()
	_, err := openapi.Downgrade([]byte(document(`{"type": "object", "patternProperties": {"^x": {}}, "properties": {"a": {"contentEncoding": "base32"}}}`)))
	for _, place := range []string{"/components/schemas/S/patternProperties", "/components/schemas/S/properties/a/contentEncoding", "/paths/~1x/get/parameters/0/schema/patternProperties"} {
		if err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("%s is not in %v", place, err)
		}
	}
	for _, bad := range []string{"", "[]", `{"openapi": "3.0.3"}`, `{"openapi": "3.1.0", "webhooks": {}}`} {
		if _, err := openapi.Downgrade([]byte(bad)); err == nil {
			t.Errorf("%q has a form", bad)
		}
	}
}

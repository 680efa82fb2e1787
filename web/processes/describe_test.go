package processes_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaimen/coverage/coveragetest"
	"kaimen/web/ogc"
	"kaimen/web/openapi"
	"kaimen/web/processes"
)

// described31 is a document with whatever OpenAPI 3.1 writes otherwise than 3.0.
const described31 = `{
  "openapi": "3.1.0",
  "info": {"version": "7.1.0"},
  "paths": {
    "/api/v1/studies/{study}/links": {"post": {
      "parameters": [{"name": "study", "in": "path", "required": true, "description": "Which study.", "schema": {"type": "string"}}, {"name": "f", "in": "query", "schema": {"type": "string"}}, {"name": "digits", "in": "query", "schema": {"type": "integer"}}],
      "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Members"}}}},
      "responses": {"200": {"content": {
        "text/event-stream": {"schema": {"type": "string"}},
        "text/csv": {"schema": {"type": "string", "description": "Lines."}},
        "application/zip": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}
      }}}
    }},
    "/api/v1/studies/{study}/isochrones": {"get": {
      "parameters": [{"name": "study", "in": "path", "required": true, "schema": {"type": "string"}}, {"name": "bom", "in": "query", "schema": {"type": "boolean"}}, {"name": "at", "in": "query", "description": "Where.", "schema": {"type": ["array", "null"], "items": {"type": "number"}}}],
      "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    }}
  },
  "components": {"schemas": {
    "Answer": {"type": "object", "description": "All of it."},
    "Tree": {"type": "object", "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}},
    "Members": {"type": "object", "required": ["share"], "additionalProperties": false, "properties": {
      "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "How much.", "examples": [0.50]},
      "mode": {"const": "all"},
      "tree": {"$ref": "#/components/schemas/Tree", "description": "As one likes."}
    }}
  }}
}`

// document30 is that document as the API gives it.
func document30(t *testing.T) []byte {
	t.Helper()
	document, err := openapi.Downgrade([]byte(described31))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// Descriptions are made of the document alone: what it has is a process, in the
// words of the standard, and what it does not have is none.
func TestDescriptionsAreTheDocuments(t *testing.T) {
	t.Parallel()
	part := processes.New(processes.Options{Document: document30(t)})
	handler := ogc.New(ogc.Options{Source: ogc.NewSnapshots(&coveragetest.Memory{}, nil), Parts: []ogc.Part{part}})
	read := func(path string, into any) {
		t.Helper()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: status %d %v", path, w.Code, err)
		}
	}
	var list struct {
		Processes []struct{ ID, Version string }
	}
	read("/ogc/processes", &list)
	if len(list.Processes) != 3 || list.Processes[0].ID != "isochrones" || list.Processes[1].ID != "links" || list.Processes[2].ID != "echo" || list.Processes[0].Version != "7.1.0" {
		t.Errorf("%+v", list)
	}
	for path, want := range map[string][2]string{
		"/ogc/processes/links": {
			`{"digits":{"title":"digits","minOccurs":0,"maxOccurs":1,"schema":{"type":"integer"}},"mode":{"title":"mode","minOccurs":0,"maxOccurs":1,"schema":{"enum":["all"]}},` +
				`"share":{"title":"share","description":"How much.","minOccurs":1,"maxOccurs":1,"schema":{"description":"How much.","example":0.50,"exclusiveMinimum":true,"maximum":1,"minimum":0,"type":"number"}},` +
				`"study":{"title":"study","description":"Which study.","minOccurs":1,"maxOccurs":1,"schema":{"type":"string"}},` +
				`"tree":{"title":"tree","description":"As one likes.","minOccurs":0,"maxOccurs":1,"schema":{"description":"As one likes.","properties":{"below":{"items":{"type":"object"},"type":"array"}},"type":"object"}}}`,
			`{"oneOf":[{"contentMediaType":"application/json","contentSchema":"/openapi.json#/components/schemas/Answer","description":"All of it.","type":"object"},` +
				`{"contentMediaType":"text/csv","description":"Lines.","type":"string"},` +
				`{"contentEncoding":"base64","contentMediaType":"application/zip","format":"byte","type":"string"}]}`,
		},
		"/ogc/processes/isochrones": {
			`{"at":{"title":"at","description":"Where.","minOccurs":0,"maxOccurs":1,"schema":{"items":{"type":"number"},"nullable":true,"type":"array"}},` +
				`"study":{"title":"study","minOccurs":1,"maxOccurs":1,"schema":{"type":"string"}}}`,
			`{"oneOf":[{"contentMediaType":"application/json","type":"object"}]}`,
		},
	} {
		var doc struct {
			Inputs  json.RawMessage
			Outputs struct {
				Result struct{ Schema json.RawMessage }
			}
		}
		read(path, &doc)
		same(t, path+" inputs", doc.Inputs, []byte(want[0]))
		same(t, path+" output", doc.Outputs.Result.Schema, []byte(want[1]))
	}
}

// An execution is asked as the question is: what stands in its address there, and
// what in its body.
func TestAnExecutionIsTheQuestion(t *testing.T) {
	t.Parallel()
	var asked []string
	part := processes.New(processes.Options{Document: document30(t), Ask: func(r *http.Request) (processes.Answer, error) {
		body, err := io.ReadAll(r.Body)
		asked = append(asked, r.Method+" "+r.URL.String()+" "+r.Header.Get("Accept")+" "+strings.TrimSpace(string(body)))
		return processes.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{}`)}, err
	}})
	handler := ogc.New(ogc.Options{Source: ogc.NewSnapshots(&coveragetest.Memory{}, nil), Parts: []ogc.Part{part}})
	for _, tc := range []struct{ process, inputs, want string }{
		{"links", `{"study":"a","share":0.50,"digits":3}`, `POST /api/v1/studies/a/links?digits=3 application/json {"share":0.50}`},
		{"links", `{"study":"a","share":1}`, `POST /api/v1/studies/a/links application/json {"share":1}`},
		{"isochrones", `{"study":"a-b","at":[105.0700,29.5]}`, `GET /api/v1/studies/a-b/isochrones?at=105.0700%2C29.5 application/json `},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/ogc/processes/"+tc.process+"/execution", strings.NewReader(`{"inputs":`+tc.inputs+`}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || asked[len(asked)-1] != tc.want {
			t.Errorf("%s: status %d, asked %q, want %q", tc.process, w.Code, asked, tc.want)
		}
	}
}

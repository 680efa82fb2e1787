package processes_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kaimen/web"
)

// schemaWords are all words of a schema of an input or output (schema.yaml of OGC
// 18-062r2), which allows no others.
const schemaWords = " title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems " +
	"maxProperties minProperties required enum type not allOf oneOf anyOf items properties additionalProperties description format default nullable " +
	"readOnly writeOnly example deprecated contentMediaType contentEncoding contentSchema "

// checkSchema wants a schema to be one by the standard.
func checkSchema(t *testing.T, at string, of map[string]any) {
	t.Helper()
	for word, v := range of {
		if !strings.Contains(schemaWords, " "+word+" ") {
			t.Errorf("%s: %s is no word of a schema", at, word)
		}
		switch word {
		case "type":
			if !slices.Contains([]any{"array", "boolean", "integer", "number", "object", "string"}, v) {
				t.Errorf("%s: type %v", at, v)
			}
		case "exclusiveMinimum", "exclusiveMaximum", "nullable":
			if _, ok := v.(bool); !ok {
				t.Errorf("%s: %s is %v", at, word, v)
			}
		case "items", "not":
			checkSchema(t, at+"."+word, v.(map[string]any))
		case "additionalProperties":
			if of, ok := v.(map[string]any); ok {
				checkSchema(t, at+"."+word, of)
			}
		case "properties":
			for name, of := range v.(map[string]any) {
				checkSchema(t, at+"."+name, of.(map[string]any))
			}
		case "oneOf", "anyOf", "allOf":
			for i, of := range v.([]any) {
				checkSchema(t, fmt.Sprintf("%s.%s[%d]", at, word, i), of.(map[string]any))
			}
		}
	}
}

// described goes through the descriptions of all processes.
func described(t *testing.T, o *office, each func(id string, doc map[string]any)) {
	t.Helper()
	for _, p := range o.get(t, "/ogc/processes").json(t, http.StatusOK)["processes"].([]any) {
		id := p.(map[string]any)["id"].(string)
		each(id, o.get(t, "/ogc/processes/"+id).json(t, http.StatusOK))
	}
}

func formRequirements() []requirement {
	return []requirement{
		{"/req/json/definition", func(t *testing.T, o *office) {
			for _, at := range []string{"/ogc/processes", "/ogc/processes/echo", "/ogc/jobs"} {
				if a := o.get(t, at, "Accept", "application/json"); a.header.Get("Content-Type") != "application/json" || !json.Valid(a.text) {
					t.Errorf("%s: %s", at, a.header.Get("Content-Type"))
				}
			}
		}},
		{"/req/html/definition", func(t *testing.T, o *office) {
			job := o.job(t, "coverage", coverageOf(""))
			o.until(t, job, "successful")
			for at, want := range map[string]string{
				"/ogc": "分析过程", "/ogc/api": "/processes/siting", "/ogc/conformance": conf + "core",
				"/ogc/processes": "等时圈与服务区", "/ogc/processes/siting": "min_households", "/ogc/processes/echo": "bbox",
				"/ogc/jobs": job[strings.LastIndexByte(job, '/')+1:], job: "完成", job + "/results": "application/geo+json",
			} {
				for _, a := range []answer{o.get(t, at, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), o.get(t, at+"?f=html")} {
					if kind := a.header.Get("Content-Type"); a.status != http.StatusOK || !strings.HasPrefix(kind, "text/html") || !strings.Contains(html.UnescapeString(string(a.text)), want) {
						t.Errorf("%s: status %d of %s without %q", at, a.status, kind, want)
					}
					for _, href := range anchors(t, a.text) {
						if target := o.get(t, href); target.status != http.StatusOK {
							t.Errorf("%s leads to %s: status %d", at, href, target.status)
						}
					}
				}
			}
		}},
		{"/req/oas30/oas-definition-2", func(t *testing.T, o *office) {
			o.contract(t) // read and held against OpenAPI 3.0 by another program
			paths := o.get(t, "/ogc/api").json(t, http.StatusOK)["paths"].(map[string]any)
			for _, path := range []string{"/processes", "/processes/{processID}", "/processes/{processID}/execution", "/jobs", "/jobs/{jobID}", "/jobs/{jobID}/results"} {
				if paths[path] == nil {
					t.Errorf("%s is not in the document", path)
				}
			}
		}},
		{"/req/ogc-process-description/inputs-def", func(t *testing.T, o *office) {
			// What a question takes, and what of it has to be there, is what the API says.
			var api struct {
				Components struct {
					Schemas map[string]struct {
						Properties map[string]any
						Required   []string
					}
				}
			}
			if err := json.Unmarshal(web.Document(), &api); err != nil {
				t.Fatal(err)
			}
			for id, name := range map[string]string{"coverage": "CoverageMembers", "siting": "PlanMembers", "accessibility": "AccessibilityMembers"} {
				members := api.Components.Schemas[name]
				inputs := o.get(t, "/ogc/processes/"+id).json(t, http.StatusOK)["inputs"].(map[string]any)
				if len(members.Properties) == 0 || inputs["study"] == nil {
					t.Errorf("%s: inputs %v", id, inputs)
				}
				for member := range members.Properties {
					in, _ := inputs[member].(map[string]any)
					if in == nil || (in["minOccurs"] == 1.0) != slices.Contains(members.Required, member) {
						t.Errorf("%s: %s: %v", id, member, in)
					}
				}
			}
		}},
		{"/req/ogc-process-description/input-def", func(t *testing.T, o *office) {
			described(t, o, func(id string, doc map[string]any) {
				for name, in := range doc["inputs"].(map[string]any) {
					of := in.(map[string]any)
					if of["title"] != name || of["minOccurs"].(float64) > 1 || of["maxOccurs"].(float64) < 1 {
						t.Errorf("%s.%s: %v", id, name, of)
					}
					checkSchema(t, id+"."+name, of["schema"].(map[string]any))
				}
			})
		}},
		{"/req/ogc-process-description/output-def", func(t *testing.T, o *office) {
			described(t, o, func(id string, doc map[string]any) {
				outputs := doc["outputs"].(map[string]any)
				if id != "echo" && (len(outputs) != 1 || outputs["result"] == nil) {
					t.Errorf("%s: outputs %v", id, outputs)
				}
				for name, out := range outputs {
					checkSchema(t, id+"."+name, out.(map[string]any)["schema"].(map[string]any))
				}
			})
		}},
		{"/req/ogc-process-description/output-mixed-type", func(t *testing.T, o *office) {
			// The first is the default, and each is given where it is asked for.
			outputs := o.get(t, "/ogc/processes/coverage").json(t, http.StatusOK)["outputs"].(map[string]any)
			choices := outputs["result"].(map[string]any)["schema"].(map[string]any)["oneOf"].([]any)
			if first := choices[0].(map[string]any)["contentMediaType"]; first != "application/geo+json" || o.run(t, "coverage", coverageOf("")).header.Get("Content-Type") != first {
				t.Errorf("the first is %v", first)
			}
			for _, choice := range choices {
				want := choice.(map[string]any)["contentMediaType"].(string)
				a := o.run(t, "coverage", coverageOf(`,"outputs":{"result":{"format":{"mediaType":"`+want+`"}}}`))
				if got, _, _ := strings.Cut(a.header.Get("Content-Type"), ";"); a.status != http.StatusOK || got != want || len(a.text) == 0 {
					t.Errorf("%s: status %d of %s", want, a.status, got)
				}
			}
		}},
		{"/req/ogc-process-description/input-mixed-type", func(t *testing.T, o *office) {
			inputs := o.get(t, "/ogc/processes/echo").json(t, http.StatusOK)["inputs"].(map[string]any)
			if list, _ := inputs["complex"].(map[string]any)["schema"].(map[string]any)["oneOf"].([]any); len(list) != 3 {
				t.Error(inputs["complex"])
			}
		}},
	}
}

// anchor is where a page leads to.
var anchor = regexp.MustCompile(`<a href="([^"]+)"`)

// anchors are the addresses that a page leads to, without those of layers.
func anchors(t *testing.T, text []byte) (list []string) {
	t.Helper()
	for _, found := range anchor.FindAllSubmatch(text, -1) {
		if href := html.UnescapeString(string(found[1])); strings.Contains(href, "/ogc") && !strings.Contains(href, "/collections/") && !slices.Contains(list, href) {
			list = append(list, href)
		}
	}
	return list
}

func listRequirements() []requirement {
	return []requirement{
		{"/req/job-list/job-list-success", func(t *testing.T, o *office) {
			o.job(t, "echo", `{"inputs":{"literal":"listed"}}`)
			doc := o.get(t, "/ogc/jobs").json(t, http.StatusOK)
			links := linksOf(t, doc)
			if links["self application/json"] != o.URL+"/ogc/jobs" || links["alternate text/html"] == "" || len(doc["jobs"].([]any)) == 0 {
				t.Error(doc)
			}
		}},
	}
}

package processes_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// requirement is one of OGC 18-062r2 by its id, and what must be true for it.
type requirement struct {
	id   string
	hold func(t *testing.T, o *office)
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	o := open(t, true, true)
	for _, list := range [][]requirement{coreRequirements(), executeRequirements(), resultRequirements(), jobRequirements(), formRequirements(), listRequirements()} {
		for _, r := range list {
			t.Run(strings.TrimPrefix(r.id, "/"), func(t *testing.T) {
				t.Parallel()
				r.hold(t, o)
			})
		}
	}
}

func coreRequirements() []requirement {
	return []requirement{
		{"/req/core/landingpage-success", func(t *testing.T, o *office) {
			links := linksOf(t, o.get(t, "/ogc").json(t, http.StatusOK))
			for _, want := range []string{
				"service-desc application/vnd.oai.openapi+json;version=3.0", "conformance application/json", rel + "conformance application/json",
				rel + "processes application/json", rel + "job-list application/json",
			} {
				if links[want] == "" {
					t.Errorf("no link %s", want)
				} else if a := o.get(t, links[want]); a.status != http.StatusOK {
					t.Errorf("%s: status %d", want, a.status)
				}
			}
		}},
		{"/req/core/conformance-success", func(t *testing.T, o *office) {
			got := fmt.Sprint(o.get(t, "/ogc/conformance").json(t, http.StatusOK)["conformsTo"])
			for _, class := range []string{"core", "ogc-process-description", "json", "html", "oas30", "job-list", "dismiss"} {
				if !strings.Contains(got+" ", conf+class) {
					t.Errorf("%s is not among %s", class, got)
				}
			}
			if strings.Contains(got, "callback") {
				t.Error("callback is not kept and declared")
			}
		}},
		{"/req/core/http", func(t *testing.T, o *office) {
			for _, tc := range []struct{ method, path, allow string }{
				{"DELETE", "/ogc/processes", "GET, HEAD"},
				{"GET", "/ogc/processes/echo/execution", "POST"},
				{"POST", "/ogc/jobs", "GET, HEAD"},
				{"PUT", "/ogc/jobs/1", "GET, HEAD, DELETE"},
			} {
				if a := o.send(t, tc.method, tc.path, ""); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != tc.allow {
					t.Errorf("%s %s: status %d, Allow %q", tc.method, tc.path, a.status, a.header.Get("Allow"))
				}
			}
		}},
		{"/req/core/process-list-success", func(t *testing.T, o *office) {
			var ids []string
			for _, p := range o.get(t, "/ogc/processes").json(t, http.StatusOK)["processes"].([]any) {
				of := p.(map[string]any)
				ids = append(ids, of["id"].(string))
				if fmt.Sprint(of["jobControlOptions"], of["outputTransmission"]) != "[sync-execute async-execute dismiss] [value]" || of["version"] == "" {
					t.Error(of)
				}
				if title := of["title"].(string); !strings.Contains(title, " / ") {
					t.Errorf("the title %q is in one language", title)
				}
				if a := o.get(t, linksOf(t, of)["self application/json"]); a.json(t, http.StatusOK)["id"] != of["id"] {
					t.Errorf("self of %v leads to %s", of["id"], a.text)
				}
			}
			for _, want := range []string{"coverage", "gaps", "isochrones", "siting", "accessibility", "echo"} {
				if !slices.Contains(ids, want) {
					t.Errorf("%s is not among %v", want, ids)
				}
			}
		}},
		{"/req/core/pl-links", func(t *testing.T, o *office) {
			links := linksOf(t, o.get(t, "/ogc/processes").json(t, http.StatusOK))
			if links["self application/json"] != o.URL+"/ogc/processes" || links["alternate text/html"] != o.URL+"/ogc/processes?f=html" {
				t.Error(links)
			}
		}},
		{"/req/core/pl-limit-response", func(t *testing.T, o *office) {
			all := o.get(t, "/ogc/processes").json(t, http.StatusOK)["processes"].([]any)
			var paged []any
			for at := "/ogc/processes?limit=4"; at != ""; {
				doc := o.get(t, at).json(t, http.StatusOK)
				page := doc["processes"].([]any)
				if len(page) > 4 {
					t.Fatalf("%d processes on a page of 4", len(page))
				}
				paged, at = append(paged, page...), linksOf(t, doc)["next application/json"]
			}
			if fmt.Sprint(paged) != fmt.Sprint(all) {
				t.Errorf("page by page %d, at once %d", len(paged), len(all))
			}
			o.get(t, "/ogc/processes?limit=0").refused(t, http.StatusBadRequest, "about:blank", "query.limit")
			o.get(t, "/ogc/processes?zoo=0").refused(t, http.StatusBadRequest, "about:blank", "query.zoo")
		}},
		{"/req/core/process-success", func(t *testing.T, o *office) {
			doc := o.get(t, "/ogc/processes/coverage").json(t, http.StatusOK)
			if links := linksOf(t, doc); links[rel+"execute application/json"] != o.URL+"/ogc/processes/coverage/execution" {
				t.Error(links)
			}
		}},
		{"/req/core/process-exception-no-such-process", func(t *testing.T, o *office) {
			o.get(t, "/ogc/processes/zoo").refused(t, http.StatusNotFound, noOne)
			o.run(t, "zoo", `{}`).refused(t, http.StatusNotFound, noOne)
			o.get(t, "/ogc/processes/plans").refused(t, http.StatusNotFound, noOne) // it is siting
		}},
	}
}

func executeRequirements() []requirement {
	return []requirement{
		{"/req/core/process-execute-op", func(t *testing.T, o *office) {
			o.run(t, "echo", `{"inputs":{"literal":"x"},"outputs":{"literal":{}}}`).is(t, "text/plain; charset=utf-8", "x")
		}},
		{"/req/core/process-execute-request", func(t *testing.T, o *office) {
			const bad = "InvalidParameterValue"
			o.run(t, "echo", `{`).refused(t, http.StatusBadRequest, bad, "body")
			o.run(t, "echo", `[]`).refused(t, http.StatusBadRequest, bad, "body")
			o.run(t, "echo", `{"inputs":[],"outputs":3,"response":"x","subscriber":{},"mode":"async","zoo":1}`).refused(t, http.StatusBadRequest, bad,
				"body.inputs", "body.mode", "body.outputs", "body.response", "body.subscriber", "body.zoo")
			o.run(t, "echo", `{"inputs":{"literal":"x"},"outputs":{"zoo":{},"literal":{"transmissionMode":"reference","format":{"mediaType":"image/png"}}}}`).
				refused(t, http.StatusBadRequest, bad, "body.outputs.literal.transmissionMode", "body.outputs.literal.format.mediaType", "body.outputs.zoo")
			o.run(t, "echo", `{}`, "Content-Type", "text/xml").refused(t, http.StatusUnsupportedMediaType, "about:blank")
			o.send(t, http.MethodPost, "/ogc/processes/echo/execution?x=1", `{}`).refused(t, http.StatusBadRequest, bad, "query")
		}},
		{"/req/core/process-execute-inputs", func(t *testing.T, o *office) {
			for _, in := range []string{ // in line, qualified, and by reference
				`"hello"`, `{"value":"hello"}`, `{"value":"hello","mediaType":"text/plain"}`,
				`{"href":"data:text/plain,hello"}`, `{"href":"data:;base64,aGVsbG8=","type":"text/plain"}`,
			} {
				o.run(t, "echo", `{"inputs":{"complex":`+in+`},"outputs":{"complex":{}}}`).is(t, "text/plain; charset=utf-8", "hello")
			}
			want := o.get(t, "/ogc/processes/echo").text
			got := o.run(t, "echo", `{"inputs":{"complex":{"href":"`+o.URL+`/ogc/processes/echo"}},"outputs":{"complex":{}}}`)
			same(t, "a document of this server", append(got.text, '\n'), want)
			// A server inside an office must not fetch for others.
			for _, href := range []string{"http://127.0.0.1:1/x", "file:///etc/passwd", o.URL + "/healthz", o.URL + ".example.com/ogc/processes", o.URL + "/ogc/processes/zoo", "data:x", ""} {
				o.run(t, "echo", `{"inputs":{"complex":{"href":"`+href+`"}}}`).refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.complex")
			}
			// A whole question, each input by reference.
			by := `{"inputs":{"study":{"href":"data:,` + district + `"},"kind":{"value":"pocket_park"},"level":{"href":"data:application/json,%22street%22"}}}`
			same(t, "coverage by reference", o.run(t, "coverage", by).text, o.run(t, "coverage", coverageOf("")).text)
		}},
		{"/req/core/process-execute-input-array", func(t *testing.T, o *office) {
			numbers := func(text string) answer {
				return o.run(t, "echo", `{"inputs":{"numbers":`+text+`},"outputs":{"numbers":{}}}`)
			}
			numbers(`[1, 2.50]`).is(t, "application/json", `[1,2.50]`)
			numbers(`[7]`).is(t, "application/json", `[7]`)
			numbers(`7`).is(t, "application/json", `[7]`)
			for _, text := range []string{`["1"]`, `[]`, `[1,null]`, `{}`, `[` + strings.Repeat("1,", 100) + `1]`} {
				numbers(text).refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.numbers")
			}
		}},
		{"/req/core/process-execute-input-inline-object", func(t *testing.T, o *office) {
			for _, in := range []string{`{"value":{"a":[1,{"b":null}]}}`, `{"value":{"a":[1,{"b":null}]},"mediaType":"application/json"}`, `{"a":[1,{"b":null}]}`} {
				o.run(t, "echo", `{"inputs":{"complex":`+in+`},"outputs":{"complex":{}}}`).is(t, "application/json", `{"a":[1,{"b":null}]}`)
			}
			// A scenario that changes nothing is the question without one, as an object and qualified.
			want := o.send(t, http.MethodPost, "/api/v1/studies/"+district+"/coverage?f=geojson", `{"kind":"pocket_park","level":"street","scenario":{"changes":[]}}`)
			for _, in := range []string{`{"changes":[]}`, `{"value":{"changes":[]}}`} {
				got := o.run(t, "coverage", `{"inputs":{"study":"`+district+`","kind":"pocket_park","level":"street","scenario":`+in+`}}`)
				same(t, in, got.text, want.text)
			}
		}},
		{"/req/core/process-execute-input-inline-mixed", func(t *testing.T, o *office) {
			o.run(t, "echo", `{"inputs":{"complex":{"value":"a,b","mediaType":"text/csv"}},"outputs":{"complex":{}}}`).is(t, "text/csv; charset=utf-8", "a,b")
			o.run(t, "echo", `{"inputs":{"complex":{"value":"<b>","mediaType":"text/html"}}}`).refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.complex")
		}},
		{"/req/core/process-execute-input-inline-binary", func(t *testing.T, o *office) {
			bytes := base64.StdEncoding.EncodeToString([]byte{0, 255, 10})
			in := `{"value":"` + bytes + `","encoding":"base64","mediaType":"image/tiff"}`
			o.run(t, "echo", `{"inputs":{"complex":`+in+`},"outputs":{"complex":{}}}`).is(t, "image/tiff", "\x00\xff\n")
			o.run(t, "echo", `{"inputs":{"complex":{"value":"?","encoding":"base64"}}}`).refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.complex")
		}},
		{"/req/core/process-execute-input-inline-bbox", func(t *testing.T, o *office) {
			for _, box := range []string{`{"bbox":[1,2,3,4]}`, `{"bbox":[1,2,3,4,5,6],"crs":"http://www.opengis.net/def/crs/OGC/0/CRS84h"}`} {
				o.run(t, "echo", `{"inputs":{"bbox":`+box+`},"outputs":{"bbox":{}}}`).is(t, "application/json", box)
			}
			for _, box := range []string{`[1,2,3,4]`, `{"bbox":[1,2,3]}`, `{"bbox":"1,2,3,4"}`, `{}`} {
				o.run(t, "echo", `{"inputs":{"bbox":`+box+`}}`).refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.bbox")
			}
		}},
		{"/req/core/process-execute-input-validation", func(t *testing.T, o *office) {
			const bad = "InvalidParameterValue"
			run := func(process, inputs string) answer { return o.run(t, process, `{"inputs":`+inputs+`}`) }
			run("coverage", `{}`).refused(t, http.StatusBadRequest, bad, "body.inputs.kind", "body.inputs.study")
			run("coverage", `{"study":"`+district+`","kind":"zoo"}`).refused(t, http.StatusBadRequest, bad, "body.inputs.kind")
			run("coverage", `{"study":"nowhere","kind":"school"}`).refused(t, http.StatusBadRequest, bad, "body.inputs.study")
			run("coverage", `{"study":"`+district+`/plans","kind":"school"}`).refused(t, http.StatusBadRequest, bad, "body.inputs.study")
			run("coverage", `{"study":"..","kind":null}`).refused(t, http.StatusBadRequest, bad, "body.inputs.kind")
			run("coverage", `{"study":7,"kind":"school"}`).refused(t, http.StatusBadRequest, bad, "body.inputs.study")
			run("coverage", `{"study":"`+district+`","kind":7,"cutoff_min":"x"}`).refused(t, http.StatusBadRequest, bad, "body.inputs.cutoff_min", "body.inputs.kind")
			run("coverage", `{"study":"`+district+`","kind":"school","cutoff_min":1,"cutoff_m":1}`).refused(t, http.StatusBadRequest, bad, "body.inputs.cutoff_m")
			run("coverage", `{"study":"`+district+`","kind":"school","zoo":1}`).refused(t, http.StatusBadRequest, bad, "body.inputs.zoo")
			run("isochrones", `{"study":"`+district+`","at":["x"]}`).refused(t, http.StatusBadRequest, bad, "body.inputs.at[0]")
			run("isochrones", `{"study":"`+district+`","at":[1]}`).refused(t, http.StatusBadRequest, bad, "body.inputs.at")
			run("siting", `{"study":"`+district+`","kind":"school","p":-1}`).refused(t, http.StatusBadRequest, bad, "body.inputs.p")
			run("echo", `{"literal":1,"bbox":{},"numbers":[]}`).refused(t, http.StatusBadRequest, bad, "body.inputs.bbox", "body.inputs.literal", "body.inputs.numbers")
			run("echo", `{}`).refused(t, http.StatusBadRequest, bad, "body.inputs")
		}},
	}
}

func resultRequirements() []requirement {
	return []requirement{
		{"/req/core/process-execute-default-outputs", func(t *testing.T, o *office) {
			same(t, "outputs left out", o.run(t, "coverage", coverageOf("")).text, o.run(t, "coverage", coverageOf(`,"outputs":{"result":{}}`)).text)
		}},
		{"/req/core/process-execute-default-execution-mode", func(t *testing.T, o *office) {
			if a := o.run(t, "coverage", coverageOf("")); a.status != http.StatusOK || a.header.Get("Location") != "" {
				t.Errorf("status %d", a.status)
			}
		}},
		{"/req/core/process-execute-auto-execution-mode", func(t *testing.T, o *office) {
			for _, prefer := range []string{"respond-async", "wait=5, Respond-Async", "respond-async; x=1"} {
				a := o.run(t, "echo", `{"inputs":{"literal":"x"}}`, "Prefer", prefer)
				if a.json(t, http.StatusCreated); a.header.Get("Preference-Applied") != "respond-async" {
					t.Errorf("%s: applied %q", prefer, a.header.Get("Preference-Applied"))
				}
			}
			o.run(t, "echo", `{"inputs":{"literal":"x"},"outputs":{"literal":{}}}`, "Prefer", "wait=5").is(t, "text/plain; charset=utf-8", "x")
		}},
		{"/req/core/process-execute-sync-raw-value-one", func(t *testing.T, o *office) {
			for _, tc := range sameQuestions() {
				want := o.send(t, tc.method, tc.path, tc.body, "Accept", tc.mediaType)
				got := o.run(t, tc.process, tc.execute(""))
				got.is(t, want.header.Get("Content-Type"), string(want.text))
				if want.status != http.StatusOK || got.header.Get("Content-Disposition") != want.header.Get("Content-Disposition") {
					t.Errorf("%s: status %d, %q and %q", tc.process, want.status, got.header.Get("Content-Disposition"), want.header.Get("Content-Disposition"))
				}
			}
		}},
		{"/req/core/process-execute-sync-raw-value-multi", func(t *testing.T, o *office) {
			a := o.run(t, "echo", `{"inputs":{"literal":"teststring","numbers":[1]},"response":"raw"}`)
			if a.status != http.StatusOK {
				t.Fatalf("status %d: %s", a.status, a.text)
			}
			parts(t, a, map[string]string{"literal": "teststring", "numbers": "[1]"})
		}},
		{"/req/core/process-execute-sync-document", func(t *testing.T, o *office) {
			for _, tc := range sameQuestions() {
				doc := o.run(t, tc.process, tc.execute("document"))
				if doc.status != http.StatusOK || doc.header.Get("Content-Type") != "application/json" {
					t.Fatalf("%s: status %d of %s: %s", tc.process, doc.status, doc.header.Get("Content-Type"), doc.text)
				}
				inDocument(t, doc.text, tc.mediaType, o.run(t, tc.process, tc.execute("raw")).text)
			}
			o.run(t, "echo", `{"inputs":{"literal":"a<b","numbers":[1],"complex":{"value":{"x":1}}},"outputs":{"literal":{},"complex":{}},"response":"document"}`).
				is(t, "application/json", `{"complex":{"mediaType":"application/json","value":{"x":1}},"literal":"a<b"}`+"\n")
		}},
		{"/req/core/process-execute-success-async", func(t *testing.T, o *office) {
			job := o.job(t, "coverage", coverageOf(""))
			if id := strings.TrimPrefix(job, o.URL+"/ogc/jobs/"); id == job || o.get(t, job).json(t, http.StatusOK)["jobID"] != id {
				t.Error(job)
			}
			// What is wrong with the form is told at once, and makes no job.
			o.run(t, "coverage", `{"inputs":{"study":"`+district+`","kind":7}}`, "Prefer", "respond-async").
				refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.kind")
			o.run(t, "echo", `{"inputs":{"literal":7}}`, "Prefer", "respond-async").refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.literal")
		}},
		{"/req/core/job-results-async-raw-value-one", func(t *testing.T, o *office) {
			for _, tc := range sameQuestions() {
				got, want := o.done(t, tc.process, tc.execute("")), o.run(t, tc.process, tc.execute(""))
				got.is(t, want.header.Get("Content-Type"), string(want.text))
			}
		}},
		{"/req/core/job-results-async-raw-value-multi", func(t *testing.T, o *office) {
			const body = `{"inputs":{"literal":"teststring","numbers":[1]}}`
			got, want := o.done(t, "echo", body), o.run(t, "echo", body)
			got.is(t, want.header.Get("Content-Type"), string(want.text))
		}},
		{"/req/core/job-results-async-document", func(t *testing.T, o *office) {
			for _, tc := range sameQuestions() {
				got, want := o.done(t, tc.process, tc.execute("document")), o.run(t, tc.process, tc.execute("document"))
				got.is(t, "application/json", string(want.text))
			}
			const echo = `{"inputs":{"bbox":{"bbox":[1,2,3,4]}},"response":"document"}`
			o.done(t, "echo", echo).is(t, "application/json", string(o.run(t, "echo", echo).text))
		}},
	}
}

// parts wants these parts of a message, by their Content-ID.
func parts(t *testing.T, a answer, want map[string]string) {
	t.Helper()
	kind, with, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil || kind != "multipart/related" {
		t.Fatalf("%s: %v", a.header.Get("Content-Type"), err)
	}
	in, got := multipart.NewReader(strings.NewReader(string(a.text)), with["boundary"]), make(map[string]string)
	for {
		part, err := in.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		got[part.Header.Get("Content-Id")] = string(text)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("parts %q, want %q", got, want)
	}
}

// inDocument wants the output of a document to be raw.
func inDocument(t *testing.T, document []byte, mediaType string, raw []byte) {
	t.Helper()
	var doc struct {
		Result struct {
			Value               json.RawMessage
			MediaType, Encoding string
		}
	}
	if err := json.Unmarshal(document, &doc); err != nil || doc.Result.MediaType != mediaType {
		t.Fatalf("%v: %.300s", err, document)
	}
	got := append([]byte(doc.Result.Value), '\n')
	if !strings.HasSuffix(mediaType, "json") {
		var text string
		if err := json.Unmarshal(doc.Result.Value, &text); err != nil {
			t.Fatal(err)
		}
		if got = []byte(text); doc.Result.Encoding == "base64" {
			var err error
			if got, err = base64.StdEncoding.DecodeString(text); err != nil {
				t.Fatal(err)
			}
		}
		same(t, mediaType, got, raw)
		return
	}
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal(raw, &b) != nil || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("%s: %.300s, raw %.300s", mediaType, got, raw)
	}
}

// question is one that both surfaces are asked.
type question struct{ process, method, path, body, inputs, mediaType string }

func (q question) execute(response string) string {
	body := `{"inputs":{"study":"` + district + `",` + q.inputs + `},"outputs":{"result":{"format":{"mediaType":"` + q.mediaType + `"}}}`
	if response != "" {
		body += `,"response":"` + response + `"`
	}
	return body + `}`
}

func sameQuestions() (list []question) {
	const api = "/api/v1/studies/" + district
	for _, q := range []question{
		{"coverage", "POST", api + "/coverage", "", `"kind":"pocket_park","level":"street"`, "application/geo+json"},
		{"coverage", "POST", api + "/coverage", "", `"kind":"pocket_park","level":"street"`, "application/json"},
		{"coverage", "POST", api + "/coverage", "", `"kind":"pocket_park","level":"street","cutoff_m":800`, "text/csv"},
		{"coverage", "POST", api + "/coverage", "", `"kind":"pocket_park","level":"street"`, "application/vnd.apache.parquet"},
		{"gaps", "POST", api + "/gaps", "", `"kind":"school","limit":5`, "application/geo+json"},
		{"siting", "POST", api + "/plans", "", `"kind":"pocket_park","p":2,"details":false`, "application/json"},
		{"accessibility", "POST", api + "/accessibility", "", `"kind":"school","method":"2sfca"`, "text/csv"},
	} {
		q.body = `{` + q.inputs + `}`
		list = append(list, q)
	}
	return append(list, question{
		"isochrones", "GET", api + "/isochrones?at=105.07,29.59&cutoffs_min=5,10&as=lines", "",
		`"at":[105.07,29.59],"cutoffs_min":[5,10],"as":"lines"`, "application/geo+json",
	})
}

package processes_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func jobRequirements() []requirement {
	return []requirement{
		{"/req/core/job-success", func(t *testing.T, o *office) {
			info := o.until(t, o.job(t, "gaps", `{"inputs":{"study":"`+district+`","kind":"school","limit":3}}`), "successful")
			if info["type"] != "process" || info["processID"] != "gaps" || info["progress"] != 100.0 || info["message"] == "" {
				t.Error(info)
			}
			var at []time.Time
			for _, name := range []string{"created", "started", "finished", "updated"} {
				moment, err := time.Parse(time.RFC3339, fmt.Sprint(info[name]))
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				at = append(at, moment)
			}
			if !slices.IsSortedFunc(at, time.Time.Compare) || !at[3].Equal(at[2]) {
				t.Errorf("created, started, finished, updated: %v", at)
			}
			if links := linksOf(t, info); links["self application/json"] == "" || links[rel+"results application/json"] != links["self application/json"]+"/results" {
				t.Error(links)
			}
		}},
		{"/req/core/job-exception-no-such-job", func(t *testing.T, o *office) {
			o.get(t, "/ogc/jobs/zoo").refused(t, http.StatusNotFound, noJob)
		}},
		{"/req/core/job-results-exception-no-such-job", func(t *testing.T, o *office) {
			o.get(t, "/ogc/jobs/zoo/results").refused(t, http.StatusNotFound, noJob)
		}},
		{"/req/core/job-results-failed", func(t *testing.T, o *office) {
			// Only the data can tell that there is no such kind: at once it is a 400, and so
			// it is later.
			const body = `{"inputs":{"study":"` + district + `","kind":"zoo"}}`
			job := o.job(t, "coverage", body)
			info := o.until(t, job, "failed")
			if !strings.Contains(fmt.Sprint(info["message"]), "zoo") {
				t.Error(info["message"])
			}
			a := o.get(t, job+"/results")
			a.refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.kind")
			same(t, "the problem", a.text, o.run(t, "coverage", body).text)
		}},
		{"/rec/core/job-results-cached", func(t *testing.T, o *office) {
			job := o.job(t, "coverage", coverageOf(`,"response":"document"`))
			o.until(t, job, "successful")
			first := o.get(t, job+"/results")
			tag := first.header.Get("ETag")
			if strings.HasPrefix(tag, "W/") || tag == "" {
				t.Fatalf("ETag %q", tag)
			}
			if again := o.get(t, job+"/results", "If-None-Match", tag); again.status != http.StatusNotModified || len(again.text) > 0 {
				t.Errorf("asked again: status %d", again.status)
			}
		}},
		{"/req/dismiss/job-dismiss-success", func(t *testing.T, o *office) {
			job := o.job(t, "echo", `{"inputs":{"literal":"dismissed"}}`)
			o.until(t, job, "successful")
			id := job[strings.LastIndexByte(job, '/')+1:]
			for _, want := range []int{http.StatusOK, http.StatusNotFound} {
				a := o.send(t, http.MethodDelete, job, "")
				if want == http.StatusNotFound {
					a.refused(t, want, noJob)
				} else if info := a.json(t, want); info["status"] != "dismissed" || info["jobID"] != id {
					t.Error(info)
				}
			}
			o.get(t, job).refused(t, http.StatusNotFound, noJob)
		}},
	}
}

// A search that is dismissed is dismissed from then on, and what it had found is
// its result.
func TestASearchIsDismissed(t *testing.T) {
	t.Parallel()
	o := open(t, true, true)
	job := o.job(t, "siting", longPlan)
	id := job[len(o.URL+"/ogc/jobs/"):]
	o.get(t, job+"/results").refused(t, http.StatusNotFound, notReady)
	if other := o.job(t, "siting", strings.ReplaceAll(longPlan, `,`, ` , `)); other != job {
		t.Errorf("the same search, otherwise written: %s beside %s", other, job)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		var j struct{ Best json.RawMessage }
		if err := json.Unmarshal(o.get(t, "/api/v1/jobs/"+id).text, &j); err != nil {
			t.Fatal(err)
		}
		if j.Best != nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nothing was found in time")
		}
	}
	if info := o.get(t, job).json(t, http.StatusOK); info["status"] != "running" || info["started"] == nil || info["finished"] != nil {
		t.Error(info)
	}
	if info := o.send(t, http.MethodDelete, job, "").json(t, http.StatusOK); info["status"] != "dismissed" {
		t.Error(info)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		info := o.get(t, job).json(t, http.StatusOK)
		if info["status"] != "dismissed" {
			t.Fatal(info)
		}
		if info["finished"] != nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it did not end in time")
		}
	}
	var plan struct {
		Features []json.RawMessage
	}
	if a := o.get(t, job+"/results"); json.Unmarshal(a.text, &plan) != nil || len(plan.Features) == 0 || a.header.Get("Content-Type") != "application/geo+json" {
		t.Errorf("status %d: %.300s", a.status, a.text)
	}
}

// What waits can be dismissed before it begins, and has no result then.
func TestWhatWaitsIsDismissed(t *testing.T) {
	t.Parallel()
	o := open(t, true, false)
	job := o.job(t, "siting", longPlan)
	if info := o.get(t, job).json(t, http.StatusOK); info["status"] != "accepted" || info["progress"] != 0.0 {
		t.Error(info)
	}
	o.get(t, job+"/results").refused(t, http.StatusNotFound, notReady)
	if info := o.send(t, http.MethodDelete, job, "").json(t, http.StatusOK); info["status"] != "dismissed" {
		t.Error(info)
	}
	o.get(t, job+"/results").refused(t, http.StatusNotFound, "about:blank")
	if list := idsOf(t, o.get(t, "/ogc/jobs?status=accepted")); len(list) != 0 {
		t.Errorf("waiting: %v", list)
	}
}

// Both surfaces have the same jobs: where a question is asked in the same form,
// one job answers both.
func TestJobsAreOfBothSurfaces(t *testing.T) {
	t.Parallel()
	o := open(t, true, false)
	const inputs = `"kind":"pocket_park","p":12`
	asked := o.send(t, http.MethodPost, "/api/v1/studies/"+district+"/plans", `{`+inputs+`}`, "Prefer", "respond-async", "Accept", "application/geo+json").json(t, http.StatusAccepted)
	job := o.job(t, "siting", `{"inputs":{"study":"`+district+`",`+inputs+`}}`)
	if !strings.HasSuffix(job, asked["id"].(string)) {
		t.Errorf("job %v by the API, %s by the process", asked["id"], job)
	}
	// In a document it is another, as is one of another client's order.
	document := o.job(t, "siting", `{"inputs":{"study":"`+district+`",`+inputs+`},"response":"document"}`)
	if document == job {
		t.Error("a document is the same job as its output")
	}
	ids := idsOf(t, o.get(t, "/ogc/jobs"))
	if len(ids) != 2 || ids[0] != document[strings.LastIndexByte(document, '/')+1:] || ids[1] != asked["id"] {
		t.Errorf("jobs %v", ids)
	}
	var list struct{ Jobs []struct{ ID, Kind string } }
	if err := json.Unmarshal(o.get(t, "/api/v1/jobs").text, &list); err != nil || len(list.Jobs) != 2 || list.Jobs[0].ID != ids[0] || list.Jobs[0].Kind != "plans" {
		t.Errorf("%v %+v", err, list)
	}
	// A key names an order on both.
	key := []string{"Idempotency-Key", "mine"}
	first := o.job(t, "echo", `{"inputs":{"literal":"a"}}`, key...)
	if again := o.job(t, "echo", `{"inputs":{"literal":"a"}}`, key...); again != first {
		t.Errorf("the same order again: %s, %s", first, again)
	}
	o.run(t, "echo", `{"inputs":{"literal":"b"}}`, "Prefer", "respond-async", key[0], key[1]).refused(t, http.StatusConflict, "about:blank")
	o.run(t, "coverage", coverageOf(""), "Prefer", "respond-async", key[0], key[1]).refused(t, http.StatusConflict, "about:blank")
	for _, process := range []string{"echo", "coverage"} {
		body := map[string]string{"echo": `{"inputs":{"literal":"b"}}`, "coverage": coverageOf("")}[process]
		o.run(t, process, body, "Prefer", "respond-async", key[0], strings.Repeat("k", 256)).
			refused(t, http.StatusBadRequest, "InvalidParameterValue", "header.Idempotency-Key")
	}
}

// Behind a proxy, addresses are those that the client knows.
func TestAddressesBehindAProxy(t *testing.T) {
	t.Parallel()
	o := open(t, true, false)
	proxy := []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "kaimen.example"}
	a := o.run(t, "coverage", coverageOf(""), append(proxy, "Prefer", "respond-async")...)
	info := a.json(t, http.StatusCreated)
	want := "https://kaimen.example/ogc/jobs/" + info["jobID"].(string)
	if a.header.Get("Location") != want || linksOf(t, info)["self application/json"] != want {
		t.Errorf("Location %q of %s", a.header.Get("Location"), a.text)
	}
	own := o.run(t, "echo", `{"inputs":{"complex":{"href":"https://kaimen.example/ogc/processes/echo"}},"outputs":{"complex":{}}}`, proxy...)
	if links := linksOf(t, own.json(t, http.StatusOK)); links["self application/json"] != "https://kaimen.example/ogc/processes/echo" {
		t.Error(links)
	}
	o.run(t, "echo", `{"inputs":{"complex":{"href":"`+o.URL+`/ogc/processes/echo"}}}`, proxy...).
		refused(t, http.StatusBadRequest, "InvalidParameterValue", "body.inputs.complex")
}

// The same question of many clients at once is one job, with one answer.
func TestTheSameQuestionAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t, true, false)
	locations := make([]string, 8)
	var all sync.WaitGroup
	for i := range locations {
		all.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.URL+"/ogc/processes/coverage/execution", strings.NewReader(coverageOf("")))
			if err != nil {
				return
			}
			r.Header = http.Header{"Content-Type": {"application/json"}, "Prefer": {"respond-async"}}
			if w, err := http.DefaultClient.Do(r); err == nil {
				locations[i] = w.Header.Get("Location")
				_ = w.Body.Close()
			}
		})
	}
	all.Wait()
	for _, location := range locations {
		if location == "" || location != locations[0] {
			t.Fatalf("jobs %v", locations)
		}
	}
	// At once, each gets the same bytes.
	want := o.run(t, "gaps", `{"inputs":{"study":"`+district+`","kind":"school"}}`).text
	answers := make([][]byte, 4)
	for i := range answers {
		all.Go(func() { answers[i] = o.run(t, "gaps", `{"inputs":{"study":"`+district+`","kind":"school"}}`).text })
	}
	all.Wait()
	for _, got := range answers {
		same(t, "at once", got, want)
	}
}

// idsOf are the ids of a list of jobs, in its order.
func idsOf(t *testing.T, a answer) []string {
	t.Helper()
	var list struct{ Jobs []struct{ JobID string } }
	if err := json.Unmarshal(a.text, &list); err != nil || a.status != http.StatusOK {
		t.Fatalf("status %d %v: %s", a.status, err, a.text)
	}
	ids := []string{}
	for _, j := range list.Jobs {
		ids = append(ids, j.JobID)
	}
	return ids
}

// listed is a list of four echoes that are over and one of coverage, and the ids
// of each, the newest first.
func listed(t *testing.T) (o *office, echoes []string, coverage string) {
	t.Helper()
	o = open(t, true, true)
	for i := range 4 {
		job := o.job(t, "echo", fmt.Sprintf(`{"inputs":{"numbers":[%d]}}`, i))
		o.until(t, job, "successful")
		echoes = append([]string{job[len(o.URL+"/ogc/jobs/"):]}, echoes...)
	}
	job := o.job(t, "coverage", coverageOf(""))
	o.until(t, job, "successful")
	return o, echoes, job[len(o.URL+"/ogc/jobs/"):]
}

// The requirements of the list of jobs (/req/job-list), over jobs that no other
// test makes more of.
func TestTheListOfJobs(t *testing.T) {
	t.Parallel()
	o, echoes, coverage := listed(t)
	all := append([]string{coverage}, echoes...)
	list := func(query string) []string { return idsOf(t, o.get(t, "/ogc/jobs?"+query)) }
	created := func(id string) string { return o.get(t, "/ogc/jobs/"+id).json(t, http.StatusOK)["created"].(string) }
	second, third := url.QueryEscape(created(all[1])), url.QueryEscape(created(all[2]))
	for _, tc := range []struct {
		id, query string
		want      []string
	}{
		{"job-list-success", "", all},
		{"type-response", "type=process", all},
		{"processid-response", "processID=coverage", all[:1]},
		{"processid-response", "processID=echo", echoes},
		{"processid-response", "processID=coverage,echo", all},
		{"processid-response", "processID=gaps", nil},
		{"status-response", "status=successful", all},
		{"status-response", "status=successful,failed", all},
		{"status-response", "status=failed", nil},
		{"datetime-response", "datetime=" + second, all[1:2]},
		{"datetime-response", "datetime=" + third + "/" + second, all[1:3]},
		{"datetime-response", "datetime=../" + third, all[2:]},
		{"datetime-response", "datetime=" + third + "/", all[:3]},
		{"datetime-response", "datetime=2001-01-01", nil},
		{"datetime-response", "datetime=2001-01-01/..", all},
		{"duration-response", "minDuration=0", all},
		{"duration-response", "minDuration=100000", nil},
		{"duration-response", "maxDuration=100000", all},
		{"duration-response", "minDuration=0&maxDuration=100000&processID=coverage", all[:1]},
		{"limit-response", "limit=2", all[:2]},
		{"limit-response", "limit=5000", all},
		{"limit-response", "limit=1&processID=echo&before=" + echoes[0], echoes[1:2]},
	} {
		if got := list(tc.query); fmt.Sprint(got) != fmt.Sprint(append([]string{}, tc.want...)) {
			t.Errorf("/req/job-list/%s: %s: %v, want %v", tc.id, tc.query, got, tc.want)
		}
	}
	var paged []string
	for at := "/ogc/jobs?limit=2&type=process"; at != ""; {
		a := o.get(t, at)
		paged, at = append(paged, idsOf(t, a)...), linksOf(t, a.json(t, http.StatusOK))["next application/json"]
	}
	if !slices.Equal(paged, all) {
		t.Errorf("/req/job-list/links: page by page %v", paged)
	}
	o.get(t, "/ogc/jobs?type=x&processID=zoo&status=done&datetime=now&minDuration=-1&maxDuration=x&limit=0&zoo=1").refused(t, http.StatusBadRequest, "about:blank",
		"query.zoo", "query.type", "query.status", "query.processID", "query.datetime", "query.minDuration", "query.maxDuration", "query.limit")
}

// Without a queue there are no jobs, and none are offered.
func TestWithoutJobs(t *testing.T) {
	t.Parallel()
	o := open(t, false, false)
	classes := fmt.Sprint(o.get(t, "/ogc/conformance").json(t, http.StatusOK)["conformsTo"])
	if !strings.Contains(classes, conf+"core") || strings.Contains(classes, conf+"job-list") || strings.Contains(classes, conf+"dismiss") {
		t.Error(classes)
	}
	if links := linksOf(t, o.get(t, "/ogc").json(t, http.StatusOK)); links[rel+"processes application/json"] == "" || links[rel+"job-list application/json"] != "" {
		t.Error(links)
	}
	if doc := o.get(t, "/ogc/processes/siting").json(t, http.StatusOK); fmt.Sprint(doc["jobControlOptions"]) != "[sync-execute]" {
		t.Error(doc["jobControlOptions"])
	}
	// Who prefers a job is answered at once all the same.
	a := o.run(t, "coverage", coverageOf(""), "Prefer", "respond-async")
	if a.header.Get("Preference-Applied") != "" {
		t.Error(a.header)
	}
	same(t, "coverage", a.text, o.run(t, "coverage", coverageOf("")).text)
	o.get(t, "/ogc/jobs/x").refused(t, http.StatusNotFound, noJob)
	if a := o.get(t, "/ogc/jobs"); a.status != http.StatusNotFound {
		t.Errorf("the list of jobs: status %d", a.status)
	}
}

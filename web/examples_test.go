package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kaimen/web"
)

const keptAnswers = "spec/examples.json"

// answersFile is the file of answers to the examples.
type answersFile struct {
	Snapshot string                           `json:"snapshot"`
	Answers  map[string]map[string]answerFile `json:"answers"`
}

type answerFile struct {
	Type string `json:"type"`
	Body any    `json:"body,omitempty"`
}

// Everything that the document says to send is sent to the sample district as it
// stands there, and what comes back is what the document says comes back.
func TestOnTheSample(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: one request after the other, which the short run, under the race detector, learns nothing from")
	}
	t.Parallel()
	d := openDistrict(t)
	judges := []*judge{newJudge(t, web.Document30()), newJudge(t, web.Document())}
	t.Run("examples", func(t *testing.T) {
		d.t = t
		d.examples(judges)
	})
	t.Run("faults", func(t *testing.T) {
		d.t = t
		d.faulty(judges)
	})
	t.Run("documents", func(t *testing.T) {
		d.t = t
		d.commands()
	})
}

func (d *district) examples(judges []*judge) {
	got := answersFile{Snapshot: string(d.snapshot), Answers: make(map[string]map[string]answerFile)}
	for _, e := range web.Examples() {
		method := d.method(e.Operation)
		if method == "" {
			d.t.Errorf("an example is of the operation %s, which is not there", e.Operation)
			continue
		}
		s, job, result := d.run(method, e)
		if s.answer.StatusCode != e.Status {
			d.t.Errorf("%s, %s: status %d, want %d\n%.800s", e.Operation, e.Title, s.answer.StatusCode, e.Status, s.text)
			continue
		}
		for _, j := range judges {
			j.check(d.t, s, false)
		}
		if e.Status == http.StatusNoContent {
			continue
		}
		if got.Answers[e.Operation] == nil {
			got.Answers[e.Operation] = make(map[string]answerFile)
		}
		text := s.text
		for made, shown := range map[string]string{
			job: "0006450c2e7b1ff2a94c1d03", result: "9f86d081884c7d659a2feaa0c55ad015", d.server.URL: "http://127.0.0.1:8080",
		} {
			if made != "" {
				text = bytes.ReplaceAll(text, []byte(made), []byte(shown))
			}
		}
		got.Answers[e.Operation][e.Title] = answerFile{mediaType(s.answer.Header), shortened(d.t, mediaType(s.answer.Header), text)}
	}
	d.compare(got)
}

// run sends an example, with what must be asked before it.
func (d *district) run(method string, e web.Example) (s *sent, job, result string) {
	target := e.Target
	switch e.First.As {
	case web.AsFinishedJob, web.AsJob:
		j := d.job(http.MethodGet, e.First.Target, "")
		if e.First.As == web.AsFinishedJob {
			j = d.until(j.ID, (*jobShown).over)
		} else {
			j = d.until(j.ID, func(j *jobShown) bool { return j.State == "running" })
		}
		job, result = j.ID, strings.TrimPrefix(j.link("result"), "/api/v1/results/")
		target = strings.NewReplacer("{job}", job, "{result}", result).Replace(target)
	case web.AsSnapshots:
		var list struct{ Snapshots []struct{ Snapshot string } }
		if s := d.ask(http.MethodGet, e.First.Target, ""); json.Unmarshal(s.text, &list) != nil || len(list.Snapshots) < 2 {
			d.t.Fatalf("%s has no two snapshots: %s", e.First.Target, s.text)
		}
		newest, oldest := list.Snapshots[0].Snapshot, list.Snapshots[len(list.Snapshots)-1].Snapshot
		target = strings.NewReplacer("{newest}", newest, "{oldest}", oldest).Replace(target)
	case web.AsSearch:
		ctx, cancel := context.WithCancel(d.t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.URL+e.First.Target, nil)
			if err != nil {
				return
			}
			if answer, err := http.DefaultClient.Do(r); err == nil {
				_ = answer.Body.Close()
			}
		}()
		defer func() { cancel(); <-done }()
	}
	var headers []string
	body := e.Body
	if body != "" {
		headers = append(headers, "Content-Type", e.BodyType())
	}
	if e.File != "" {
		body, headers = string(archive(d.t)), append(headers, "Content-Type", "application/zip")
	}
	if e.Prefer != "" {
		headers = append(headers, "Prefer", e.Prefer)
	}
	s = d.ask(method, target, body, headers...)
	for e.First.As == web.AsSearch && s.answer.StatusCode == http.StatusNotFound { // it has not begun
		s = d.ask(method, target, body, headers...)
	}
	if e.Status == http.StatusAccepted {
		_, job, _ = strings.Cut(s.answer.Header.Get("Location"), "/api/v1/jobs/")
		d.until(job, (*jobShown).over)
	}
	return s, job, result
}

// method is the method of an operation of the document.
func (d *district) method(operation string) string {
	for _, methods := range d.doc["paths"].(map[string]any) {
		for method, op := range methods.(map[string]any) {
			if op.(map[string]any)["operationId"] == operation {
				return strings.ToUpper(method)
			}
		}
	}
	return ""
}

// compare holds the answers against those that are kept, number by number, since
// the last digit of a float may differ from one processor to the next.
func (d *district) compare(got answersFile) {
	text, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		d.t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(keptAnswers, text, 0o644); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(keptAnswers)
	if err != nil {
		d.t.Fatal(err)
	}
	var now, before any
	if err := json.Unmarshal(text, &now); err != nil {
		d.t.Fatal(err)
	}
	if err := json.Unmarshal(kept, &before); err != nil {
		d.t.Fatal(err)
	}
	if at := differs(before, now, ""); at != "" {
		d.t.Errorf("%s is not what the server answers: %s; run go test ./web -update twice, once for the answers and once for the document that shows them, and look at the difference", keptAnswers, at)
	}
}

// differs tells where two values first differ, or nothing.
func differs(a, b any, at string) string {
	switch a := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return fmt.Sprintf("%s: %.200v, now %.200v", at, a, b)
		}
		for name, v := range a {
			if where := differs(v, other[name], at+"/"+name); where != "" {
				return where
			}
		}
		return ""
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return fmt.Sprintf("%s: %.200v, now %.200v", at, a, b)
		}
		for i, v := range a {
			if where := differs(v, other[i], fmt.Sprintf("%s/%d", at, i)); where != "" {
				return where
			}
		}
		return ""
	case float64:
		if other, ok := b.(float64); ok && math.Abs(a-other) <= 1e-9*math.Max(math.Abs(a), math.Abs(other)) {
			return ""
		}
	}
	if a != b {
		return fmt.Sprintf("%s: %v, now %v", at, a, b)
	}
	return ""
}

// shortened is an answer as the document shows it: two of each list, the first
// lines of a text, nothing of what is binary; what differs each time is the same.
func shortened(t *testing.T, kind string, text []byte) any {
	t.Helper()
	if strings.HasSuffix(kind, "json") {
		var v any
		in := json.NewDecoder(bytes.NewReader(text))
		in.UseNumber()
		if err := in.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return steady(v)
	}
	if !utf8.Valid(text) || kind == "application/vnd.mapbox-vector-tile" {
		return nil
	}
	if kind == "text/event-stream" {
		event, data, ok := strings.Cut(string(text), "\ndata: ")
		if !ok {
			t.Fatalf("no event: %.200s", text)
		}
		short, err := json.Marshal(shortened(t, "application/json", []byte(strings.TrimSpace(data))))
		if err != nil {
			t.Fatal(err)
		}
		return event + "\ndata: " + string(short) + "\n\n"
	}
	lines := strings.SplitAfterN(string(text), "\n", 4)
	return strings.Join(lines[:min(3, len(lines))], "")
}

// steady shortens lists and gives what differs each time a fixed value.
func steady(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = steady(member)
		}
		for name, time := range map[string]string{"created_at": "2026-11-23T08:00:00Z", "started_at": "2026-11-23T08:00:01Z", "finished_at": "2026-11-23T08:00:02Z", "made_at": "2026-11-23T08:00:00Z", "changed_at": "2026-11-23T08:00:00Z"} {
			if v[name] != nil {
				v[name] = time
			}
		}
		if v["stopping"] == true { // a search is somewhere
			v["progress"] = json.Number("1")
			delete(v, "best")
			delete(v, "doing")
		}
		return v
	case []any:
		isNumber := func(x any) bool { _, ok := x.(json.Number); return ok }
		isPlace := func(x any) bool {
			list, ok := x.([]any)
			return ok && len(list) > 0 && !slices.ContainsFunc(list, func(x any) bool { return !isNumber(x) })
		}
		switch {
		case len(v) <= 4 && !slices.ContainsFunc(v, func(x any) bool { return !isNumber(x) }):
			return v // a place or a box
		case len(v) > 4 && !slices.ContainsFunc(v, func(x any) bool { return !isPlace(x) }):
			return append(v[:3:3], v[len(v)-1]) // a line, or a ring that ends where it began
		}
		v = v[:min(2, len(v))]
		for i := range v {
			v[i] = steady(v[i])
		}
		return v
	}
	return v
}

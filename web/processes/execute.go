package processes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kaimen/coverage/job"
	"kaimen/web/accept"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// execute runs a process: at once, or as a job where the client prefers so and
// the server keeps jobs (/req/core/process-execute-auto-execution-mode).
func (s *server) execute(w http.ResponseWriter, c *ogc.Call) error {
	p, err := s.named(c)
	if err != nil {
		return err
	}
	if c.URL.RawQuery != "" {
		return invalid(unknownName("query", "an execution has no parameters; all is in its body"))
	}
	e, err := s.readExecution(w, c, p)
	if err != nil {
		return err
	}
	if s.Jobs != nil && accept.Prefers(c.Header, "respond-async") {
		j, err := s.order(c, e)
		if err != nil {
			return err
		}
		return s.created(w, c, j)
	}
	results, err := s.run(c, e)
	if err != nil {
		return err
	}
	return results.send(w)
}

// run answers at once.
func (s *server) run(c *ogc.Call, e *execution) (*delivery, error) {
	if e.process.path == "" {
		return echoed(e)
	}
	a, err := s.ask(c, e, nil)
	if err != nil {
		return nil, err
	}
	return e.packed(a.Header.Get("Content-Type"), a.Header.Get("Content-Disposition"), a.Body)
}

// order asks for a job.
func (s *server) order(c *ogc.Call, e *execution) (job.Job, error) {
	if e.process.path == "" {
		return s.orderEcho(c, e)
	}
	a, err := s.ask(c, e, http.Header{"Prefer": {"respond-async"}, "Idempotency-Key": c.Header.Values("Idempotency-Key")})
	if err != nil {
		return job.Job{}, err
	}
	var made struct{ ID string }
	if err := json.Unmarshal(a.Body, &made); err != nil || a.Status != http.StatusAccepted {
		return job.Job{}, fmt.Errorf("the API answered the order of a job with status %d", a.Status)
	}
	return s.Jobs.Get(c.Context(), made.ID)
}

// responseKey is where the context of a request has how its result is wanted.
type responseKey struct{}

// ResponseOf is how the result of a process is wanted, where the context is that
// of a request of one: document, or nothing for raw. The API keeps it with the
// question of a job.
func ResponseOf(ctx context.Context) string {
	response, _ := ctx.Value(responseKey{}).(string)
	return response
}

// ask hands a question to the API.
//
// Errors: the API's own, as a problem of this standard.
func (s *server) ask(c *ogc.Call, e *execution, headers http.Header) (Answer, error) {
	r, err := e.request(c)
	if err != nil {
		return Answer{}, err
	}
	maps.Copy(r.Header, headers)
	a, err := s.Ask(r)
	if err != nil {
		return Answer{}, err
	}
	if a.Status >= http.StatusBadRequest {
		return Answer{}, problemOf(a.Body)
	}
	return a, nil
}

// request is an execution as the API is asked.
func (e *execution) request(c *ogc.Call) (*http.Request, error) {
	var study string
	if err := json.Unmarshal(e.inputs[studyInput].text, &study); err != nil || !maybeStudy(study) {
		return nil, invalid(badValue(inputsAt+studyInput, "%s is no study; /api/v1/studies lists them", fail.Shown(string(e.inputs[studyInput].text))))
	}
	target := strings.Replace(e.process.path, "{study}", study, 1)
	members, query := make(map[string]json.RawMessage), make(url.Values)
	var faults []fail.Fault
	for _, name := range slices.Sorted(maps.Keys(e.inputs)) {
		switch text := e.inputs[name].text; {
		case name == studyInput:
		case slices.Contains(e.process.query, name):
			word, err := parameterOf(text)
			if err != nil {
				faults = append(faults, badValue(inputsAt+name, "%v", err))
			}
			query.Set(name, word)
		default:
			members[name] = text
		}
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	var body bytes.Buffer
	if e.process.method == http.MethodPost {
		if err := json.NewEncoder(&body).Encode(members); err != nil {
			return nil, err
		}
	}
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	ctx := c.Context()
	if e.document {
		ctx = context.WithValue(ctx, responseKey{}, responseDocument)
	}
	r, err := http.NewRequestWithContext(ctx, e.process.method, target, &body)
	if err != nil {
		return nil, err
	}
	likewise(r, c)
	r.Header.Set("Accept", e.outputs[theOutput].mediaType)
	if e.process.method == http.MethodPost {
		r.Header.Set("Content-Type", typeJSON)
	}
	return r, nil
}

// likewise has a request within this process reach it as the client's did, so that
// addresses in its answer are right.
func likewise(r *http.Request, c *ogc.Call) {
	r.Host = c.Host
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto"} {
		r.Header[name] = c.Header[name]
	}
}

// maybeStudy tells whether a text may be an id of a study, so that it leads to no
// other address of the API.
func maybeStudy(id string) bool {
	return id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// parameterOf is a value as a parameter of an address: a list with commas.
func parameterOf(text json.RawMessage) (string, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	var v any
	if err := in.Decode(&v); err != nil {
		return "", err
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	words := make([]string, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case string:
			if words[i] = v; len(list) > 1 && strings.Contains(v, ",") {
				return "", fmt.Errorf("%q has a comma in it", fail.Shown(v))
			}
		case json.Number, bool:
			words[i] = fmt.Sprint(v)
		default:
			return "", errors.New("give a value, or a list of values")
		}
	}
	return strings.Join(words, ","), nil
}

// created answers with a job that was made.
func (s *server) created(w http.ResponseWriter, c *ogc.Call, j job.Job) error {
	w.Header().Set("Location", c.Base()+"/jobs/"+j.ID)
	w.Header().Set("Preference-Applied", "respond-async")
	return sendJSON(w, http.StatusCreated, s.status(c, j))
}

// sendJSON answers with a document that may be another the next moment.
func sendJSON(w http.ResponseWriter, status int, v any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", typeJSON)
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // a client that went away is no error of ours
	return nil
}

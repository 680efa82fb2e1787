package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/scenario"
	"kaimen/web/fail"
)

const scenariosPath = "/api/v1/studies/{study}/scenarios"

// scenarioItem is a saved scenario without its changes.
type scenarioItem struct {
	ID        string              `json:"id" example:"south-gate-open"`
	Name      coverage.Name       `json:"name"`
	Changes   int                 `json:"changes" doc:"How many it has."`
	Hash      string              `json:"hash" doc:"Of its content, whatever its id: the ETag." example:"9f86d081884c7d659a2feaa0c55ad015"`
	MadeAt    time.Time           `json:"made_at"`
	ChangedAt time.Time           `json:"changed_at"`
	Snapshot  coverage.SnapshotID `json:"snapshot" doc:"The current snapshot of the study, which fits is about."`
	Fits      bool                `json:"fits" doc:"All that it names is there still. One that does not fit answers no question; change it, or delete it."`
	Faults    []fault             `json:"faults" nullable:"false" doc:"Why it does not fit, change by change."`
}

// scenariosInput chooses saved scenarios.
type scenariosInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most."`
	After  string `query:"after" maxLength:"64" doc:"Only those whose ids come after this one; next has it." example:"one-park"`
	Strict strictQuery
}

type scenariosOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Scenarios []scenarioItem `json:"scenarios" nullable:"false" doc:"By id."`
		Next      string         `json:"next,omitempty" doc:"Where further ones are; absent where there are none." example:"/api/v1/studies/dongxing-sample/scenarios?after=south-gate-open&limit=100"`
	} `nameHint:"Scenarios"`
}

// scenarioInput names a saved scenario.
type scenarioInput struct {
	Study    string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Scenario string `path:"scenario" doc:"Id of the scenario: up to 64 lower case letters, digits and dashes." example:"south-gate-open"`
	Strict   strictQuery
}

// newScenarioInput saves one under an id made of its content.
type newScenarioInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Type   string `header:"Content-Type" hidden:"true"`
	Strict strictQuery
	Body   scenario.Scenario
}

// putScenarioInput saves one under an id of the client's.
type putScenarioInput struct {
	ScenarioHead
	Type   string `header:"Content-Type" hidden:"true"`
	Strict strictQuery
	Body   scenario.Scenario
}

// dropScenarioInput removes one.
type dropScenarioInput struct {
	ScenarioHead
	Strict strictQuery
}

// ScenarioHead names a saved scenario, and what of it a change relies on. Its
// name is exported only because parameters are looked for in exported fields.
type ScenarioHead struct {
	Study       string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Scenario    string `path:"scenario" doc:"Id of the scenario: up to 64 lower case letters, digits and dashes." example:"south-gate-open"`
	IfMatch     string `header:"If-Match" doc:"The ETag that the scenario must have, or * for any, so that nobody's work is lost." example:"*"`
	IfNoneMatch string `header:"If-None-Match" doc:"* for a scenario that must not be there yet." example:"*"`
}

// expected reads the headers (RFC 9110, sections 13.1.1 and 13.1.2).
func (h *ScenarioHead) expected() (e coverage.Expected, err error) {
	switch strings.TrimSpace(h.IfNoneMatch) {
	case "":
	case "*":
		e.Absent = true
	default:
		return e, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultBadValue, Location: "header.If-None-Match", Message: "give *, for a scenario that must not be there yet; If-Match takes an ETag", Value: fail.Shown(h.IfNoneMatch),
		})
	}
	if h.IfMatch == "" {
		return e, nil
	}
	if strings.TrimSpace(h.IfMatch) == "*" {
		e.Present = true
		return e, nil
	}
	e.Hashes = append([]string{}, condition(h.IfMatch).tags()...)
	return e, nil
}

func (s *server) registerScenarios(api huma.API) {
	registry := api.OpenAPI().Components.Schemas
	json := func(t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(t, true, "")}}
	}
	item := reflect.TypeFor[scenarioItem]()
	saved := func(existing string) map[string]*huma.Response {
		headers := map[string]*huma.Param{
			"ETag":     {Description: "Strong: the hash of the content.", Schema: &huma.Schema{Type: huma.TypeString}},
			"Location": {Description: "Where it is.", Schema: &huma.Schema{Type: huma.TypeString}},
		}
		return map[string]*huma.Response{
			"200": {Description: existing, Headers: headers, Content: json(item)},
			"201": {Description: "It is saved under a new id.", Headers: headers, Content: json(item)},
		}
	}
	const checked = " Every fault of every change is told; what does not fit the study as it is now is not saved. Needs a server that is managed."
	changing := []int{http.StatusNotFound, http.StatusPreconditionFailed, http.StatusServiceUnavailable}
	sending := []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}
	register(api, huma.Operation{
		OperationID: "list-scenarios", Method: http.MethodGet, Path: scenariosPath, Tags: []string{tagScenarios},
		Summary: "List the saved scenarios", Description: "By id, each with whether it fits the study as it is now.",
	}, []int{http.StatusNotFound, http.StatusServiceUnavailable}, ofScenarios(s, s.listScenarios))
	register(api, huma.Operation{
		OperationID: "save-scenario", Method: http.MethodPost, Path: scenariosPath, Tags: []string{tagScenarios},
		Summary: "Save a scenario", Description: "Under an id made of its content: the same scenario has the same id." + checked,
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: saved("This very scenario was there already."),
	}, append(sending, http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable), ofScenarios(s, s.newScenario))
	register(api, huma.Operation{
		OperationID: "get-scenario", Method: http.MethodGet, Path: scenariosPath + "/{scenario}", Tags: []string{tagScenarios},
		Summary: "Read a saved scenario", Description: "Its name and changes, as scenario in bodies of questions and --scenario FILE on the command line take it.",
		Responses: cached(good("The scenario.", json(reflect.TypeFor[scenario.Scenario]()))),
	}, []int{http.StatusNotFound, http.StatusServiceUnavailable}, ofScenarios(s, s.getScenario))
	register(api, huma.Operation{
		OperationID: "put-scenario", Method: http.MethodPut, Path: scenariosPath + "/{scenario}", Tags: []string{tagScenarios},
		Summary: "Save a scenario under an id", Description: "Makes it, or changes it." + checked,
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: saved("It was there, and is as sent now."),
	}, append(sending, changing...), ofScenarios(s, s.putScenario))
	register(api, huma.Operation{
		OperationID: "drop-scenario", Method: http.MethodDelete, Path: scenariosPath + "/{scenario}", Tags: []string{tagScenarios},
		Summary: "Delete a saved scenario", Description: "Answers that were given under it stay what they are. Needs a server that is managed.", DefaultStatus: http.StatusNoContent,
	}, changing, ofScenarios(s, s.dropScenario))
}

// ofScenarios is handler, for a server that keeps scenarios.
func ofScenarios[I, O any](s *server, handler operation[I, O]) operation[I, O] {
	return func(ctx context.Context, in *I) (*O, error) {
		if s.scenarios == nil {
			return nil, fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server keeps no scenarios; send the changes with each question, by POST")
		}
		return handler(ctx, in)
	}
}

// mayChange refuses changes where the server is not managed.
func (s *server) mayChange() error {
	if s.manage {
		return nil
	}
	return fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server saves no scenarios; use kaimen scenarios save, or serve with --manage on")
}

func (s *server) listScenarios(ctx context.Context, in *scenariosInput) (*scenariosOutput, error) {
	base, err := s.engine.Snapshot(ctx, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	kept, err := s.scenarios.List(ctx, in.Study, in.After, in.Limit+1)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	out := &scenariosOutput{CacheControl: cacheRevalidate}
	if len(kept) > in.Limit {
		kept = kept[:in.Limit]
		next := url.Values{"after": {kept[in.Limit-1].ID}, "limit": {strconv.Itoa(in.Limit)}}
		out.Body.Next = scenariosOf(in.Study) + "?" + next.Encode()
	}
	out.Body.Scenarios = make([]scenarioItem, len(kept))
	for i := range kept {
		if out.Body.Scenarios[i], err = itemOfScenario(base, &kept[i]); err != nil {
			return nil, s.internal(err)
		}
	}
	return out, nil
}

// scenariosOf is the address of a study's scenarios.
func scenariosOf(study string) string {
	return "/api/v1/studies/" + url.PathEscape(study) + "/scenarios"
}

// itemOfScenario tells what is saved, and whether it fits base.
func itemOfScenario(base *coverage.Snapshot, kept *coverage.SavedScenario) (scenarioItem, error) {
	sc, err := scenario.Load(*kept)
	if err != nil {
		return scenarioItem{}, err
	}
	_, issues := sc.Resolve(base)
	item := scenarioItem{
		ID: kept.ID, Name: sc.Name, Changes: len(sc.Changes), Hash: kept.Hash(), MadeAt: kept.MadeAt, ChangedAt: kept.ChangedAt,
		Snapshot: base.ID, Fits: len(issues) == 0, Faults: []fault{},
	}
	for _, i := range issues {
		f := faultOf(i, "scenario")
		f.Location = strings.TrimPrefix(f.Location, "scenario.scenario.")
		item.Faults = append(item.Faults, f)
	}
	return item, nil
}

func (s *server) getScenario(ctx context.Context, in *scenarioInput) (*huma.StreamResponse, error) {
	if _, err := s.store.Current(ctx, in.Study); err != nil {
		return nil, s.fail(err, "path")
	}
	kept, err := s.savedUnder(ctx, in.Study, in.Scenario)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return s.stream(answer{
		tag: quoted(kept.Hash()), contentType: "application/json", cache: cacheRevalidate, write: writing(kept.Text),
	}), nil
}

// savedUnder is what is saved under an id, be it one or not.
func (s *server) savedUnder(ctx context.Context, study, id string) (coverage.SavedScenario, error) {
	if coverage.CheckScenarioID(id) != nil {
		return coverage.SavedScenario{}, coverage.Errorf(coverage.NotFound, "study %s has no saved scenario %s", study, fail.Shown(id))
	}
	return s.scenarios.Get(ctx, study, id)
}

func (s *server) putScenario(ctx context.Context, in *putScenarioInput) (*huma.StreamResponse, error) {
	expected, err := in.expected()
	if err != nil {
		return nil, err
	}
	base, kept, err := s.saveable(ctx, in.Study, in.Scenario, in.Type, &in.Body)
	if err != nil {
		return nil, err
	}
	kept, made, err := s.scenarios.Put(ctx, kept, expected)
	if err != nil {
		return nil, s.unexpected(err)
	}
	return s.tellScenario(base, &kept, made)
}

// saveable is a scenario as it is to be saved, an empty id standing for one made
// of its content, and the snapshot that it fits.
func (s *server) saveable(ctx context.Context, study, id, contentType string, sc *scenario.Scenario) (*coverage.Snapshot, coverage.SavedScenario, error) {
	none := coverage.SavedScenario{}
	if err := s.mayChange(); err != nil {
		return nil, none, err
	}
	if err := taken(contentType, "application/json"); err != nil {
		return nil, none, err
	}
	base, err := s.engine.Snapshot(ctx, study)
	if err != nil {
		return nil, none, s.fail(err, "path")
	}
	kept, err := sc.Save(base, id, time.Now())
	if err != nil {
		p := s.fail(err, "body")
		for i := range p.Errors {
			p.Errors[i].Location = strings.Replace(p.Errors[i].Location, "body.scenario.", "body.", 1)
		}
		return nil, none, p
	}
	return base, kept, nil
}

func (s *server) newScenario(ctx context.Context, in *newScenarioInput) (*huma.StreamResponse, error) {
	base, kept, err := s.saveable(ctx, in.Study, "", in.Type, &in.Body)
	if err != nil {
		return nil, err
	}
	saved, made, err := scenario.Keep(ctx, s.scenarios, kept)
	if err != nil {
		return nil, s.fail(err, "body")
	}
	return s.tellScenario(base, &saved, made)
}

// unexpected is fail for a change whose conditions may not have been met.
func (s *server) unexpected(err error) *problem {
	p := s.fail(err, "path")
	if p.Code == coverage.Conflict {
		return fail.New(http.StatusPreconditionFailed, coverage.Conflict, p.Detail)
	}
	return p
}

// tellScenario answers with what was saved.
func (s *server) tellScenario(base *coverage.Snapshot, kept *coverage.SavedScenario, made bool) (*huma.StreamResponse, error) {
	item, err := itemOfScenario(base, kept)
	if err != nil {
		return nil, s.internal(err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("ETag", quoted(item.Hash))
		h.SetHeader("Cache-Control", cacheNever)
		h.SetHeader("Content-Type", "application/json")
		h.SetHeader("Location", fmt.Sprintf("%s/%s", scenariosOf(kept.Study), kept.ID))
		if made {
			h.SetStatus(http.StatusCreated)
		} else {
			h.SetStatus(http.StatusOK)
		}
		if err := writeJSON(h.BodyWriter(), item); err != nil {
			s.abort(h, err)
		}
	}}, nil
}

func (s *server) dropScenario(ctx context.Context, in *dropScenarioInput) (*struct{}, error) {
	if err := s.mayChange(); err != nil {
		return nil, err
	}
	expected, err := in.expected()
	if err != nil {
		return nil, err
	}
	if _, err := s.store.Current(ctx, in.Study); err != nil {
		return nil, s.fail(err, "path")
	}
	if coverage.CheckScenarioID(in.Scenario) != nil {
		_, err := s.savedUnder(ctx, in.Study, in.Scenario)
		return nil, s.fail(err, "path")
	}
	if err := s.scenarios.Delete(ctx, in.Study, in.Scenario, expected); err != nil {
		return nil, s.unexpected(err)
	}
	return nil, nil
}

package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// CompareMembers is the parameters of a comparison; of its scenario, which has
// to be there, the question's own is the one.
type CompareMembers struct {
	QuestionMembers
	KindMember
	FromID string             `query:"from" json:"from_id,omitempty" doc:"Id of a saved scenario to compare from. Default: the study as it is." example:"south-gate-open"`
	From   *scenario.Scenario `json:"from,omitempty" doc:"The same as changes, in its place."`
}

func (s *server) registerCompare(api huma.API) {
	registerMapped(s, api, mapped[CompareMembers]{
		path: "compare", summary: "What if?",
		description: "Coverage before and after the changes of a scenario: totals, a row for each zone, and the demand points that gain, " +
			"lose or get another nearest facility. With from, before is the answer under another scenario. The study itself stays as it is. " +
			"Every fault of every change is told, with its place in the list.",
		responses: compareResponses, serve: s.serveCompare,
	})
}

func compareResponses(registry huma.Registry) map[string]*huma.Response {
	result := registry.Schema(reflect.TypeFor[analysis.CompareResult](), true, "")
	return cached(good("The answer, zone by zone.", rowContent(map[string]*huma.MediaType{
		"application/json": {Schema: result},
		"application/geo+json": {Schema: collection(
			"The zones; figures as properties by their names with _before, _after and _change. The other members of the JSON form stand under kaimen.",
			&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})},
		"text/csv": csvContent("A line per zone; a column for each figure with _before, _after and _change; a column synthetic follows when the study is made up."),
	})))
}

func (s *server) serveCompare(ctx context.Context, p *CompareMembers, in *AskHead, part string) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatJSON, formatGeoJSON, formatCSV)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	if p.Scenario == nil && p.ScenarioID == "" {
		return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultMissingValue, Location: part + ".scenario", Message: "the scenario is missing; give the changes to compare with, or the id of a saved scenario",
		})
	}
	request, unfit := s.request(ctx, &p.QuestionMembers, in.Study, p.Kind)
	from := ScenarioMembers{ScenarioID: p.FromID, Scenario: p.From}
	against, errFrom := s.whatIf(ctx, in.Study, &from)
	request.Unfit = coverage.AllFaults(unfit, namedFrom(errFrom))
	result, err := s.engine.CompareFrom(ctx, against, request)
	if err != nil {
		told := s.explain(err, part, p.Kind, &p.QuestionMembers)
		from.placeUnder(told, part, "from")
		return nil, told
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(ctx context.Context) (ogc.Asked, export.Table, error) {
		zones, err := s.engine.Zones(ctx, result.Snapshot, result.Question.Level)
		if err != nil {
			return ogc.Asked{}, export.Table{}, err
		}
		t, err := export.CompareTable(result, zones)
		return s.asked(&result.Question, nil), t, err
	}); err != nil {
		return nil, s.fail(err, part)
	}
	a := in.answer(string(result.Key), f)
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
		return s.stream(a), nil
	}
	var zones []zonal.Zone
	if f.shaped() {
		if zones, err = s.engine.Zones(ctx, result.Snapshot, result.Question.Level); err != nil {
			return nil, s.fail(err, part)
		}
	}
	table, err := export.CompareTable(result, zones)
	if err != nil {
		return nil, s.fail(err, part)
	}
	in.tabled(ctx, &a, f, fmt.Sprintf("%s-compare-%s", result.Study, fileWord(result.Question.Kind)), table)
	return s.stream(a), nil
}

// namedFrom puts the faults of looking for a saved scenario where the one to
// compare from is given.
func namedFrom(err error) error {
	return renamed(renamed(err, "scenario_id", "from_id"), "scenario", "from")
}

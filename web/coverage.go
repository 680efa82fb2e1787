package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// CoverageMembers is the parameters of coverage.
type CoverageMembers struct {
	QuestionMembers
	KindMember
}

// GapsMembers is the parameters of gaps.
type GapsMembers struct {
	QuestionMembers
	KindMember
	Limit int    `query:"limit" json:"limit,omitempty" minimum:"1" doc:"Give only the largest so many gaps. Default: all." example:"500"`
	After string `query:"after" json:"after,omitempty" doc:"Give only the gaps behind the one of this id. With limit, the header Link of GET has the next page." example:"P03836"`
}

// mapped is an answer that is asked for by GET or, with a scenario, by POST.
type mapped[P any] struct {
	path, summary, description string
	responses                  func(huma.Registry) map[string]*huma.Response
	serve                      func(ctx context.Context, p *P, in *AskHead, part string) (*huma.StreamResponse, error)
}

func (s *server) registerCoverage(api huma.API) {
	registerMapped(s, api, mapped[CoverageMembers]{
		path: "coverage", summary: "Who reaches a facility?",
		description: "For each zone of a level: the demand, how much of it has a facility of the kind within the cutoff, and how " +
			"far it is to the nearest. The same question on the same snapshot gives the same bytes; ask again with If-None-Match.",
		responses: coverageResponses, serve: s.serveCoverage,
	})
	registerMapped(s, api, mapped[GapsMembers]{
		path: "gaps", summary: "Who does not?",
		description: "The demand points beyond the cutoff, the largest first, each with its nearest facility and the reason. " +
			"Without a limit, their demand adds up to the uncovered of the same question's coverage.",
		responses: gapsResponses, serve: s.serveGaps,
	})
}

func registerMapped[P any](s *server, api huma.API, m mapped[P]) {
	path, registry := "/api/v1/studies/{study}/"+m.path, api.OpenAPI().Components.Schemas
	registerLong(s, api, huma.Operation{
		OperationID: "get-" + m.path, Method: http.MethodGet, Path: path, Tags: []string{tagAnswers},
		Summary: m.summary, Description: m.description, Responses: m.responses(registry),
	}, readFailures(), func(ctx context.Context, p *P) (*huma.StreamResponse, error) {
		return m.serve(ctx, p, &membersOf(p).AskHead, "query")
	})
	registerLong(s, api, huma.Operation{
		OperationID: "post-" + m.path, Method: http.MethodPost, Path: path, Tags: []string{tagAnswers},
		Summary: m.summary + " What if?", Description: m.description + " By POST a scenario can be sent with the question.",
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: m.responses(registry),
	}, bodyFailures(), func(ctx context.Context, in *tellInput[P]) (*huma.StreamResponse, error) {
		return m.serve(ctx, &in.Body, &in.AskHead, "body")
	})
}

func (s *server) serveCoverage(ctx context.Context, p *CoverageMembers, in *AskHead, part string) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatGeoJSON, formatJSON, formatCSV)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, unfit := s.request(ctx, &p.QuestionMembers, in.Study, p.Kind)
	request.Unfit = unfit
	result, zones, err := s.ask(ctx, request, f.shaped())
	if err != nil {
		return nil, s.explain(err, part, p.Kind, &p.QuestionMembers)
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(ctx context.Context) (ogc.Asked, export.Table, error) {
		outlined, err := s.engine.Zones(ctx, result.Snapshot, result.Question.Level)
		if err != nil {
			return ogc.Asked{}, export.Table{}, err
		}
		t, err := export.CoverageTable(result, outlined)
		return s.asked(&result.Question, nil), t, err
	}); err != nil {
		return nil, s.fail(err, part)
	}
	a := in.answer(string(result.Key), f)
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
		return s.stream(a), nil
	}
	table, err := export.CoverageTable(result, zones)
	if err != nil {
		return nil, s.fail(err, part)
	}
	in.tabled(ctx, &a, f, fmt.Sprintf("%s-coverage-%s", result.Study, fileWord(result.Question.Kind)), table)
	return s.stream(a), nil
}

// ask gets the coverage and, if wanted, the zones of the same snapshot.
func (s *server) ask(ctx context.Context, r analysis.CoverageRequest, outlines bool) (*analysis.CoverageResult, []zonal.Zone, error) {
	result, err := s.engine.Coverage(ctx, r)
	if err != nil || !outlines {
		return result, nil, err
	}
	zones, err := s.engine.Zones(ctx, result.Snapshot, result.Question.Level)
	return result, zones, err
}

func (s *server) serveGaps(ctx context.Context, p *GapsMembers, in *AskHead, part string) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatGeoJSON, formatJSON, formatCSV)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, unfit := s.request(ctx, &p.QuestionMembers, in.Study, p.Kind)
	request.Unfit = unfit
	result, err := s.engine.Gaps(ctx, request)
	if err != nil {
		return nil, s.explain(err, part, p.Kind, &p.QuestionMembers)
	}
	name := string(result.Key)
	page, more, known := p.page(result)
	if !known {
		return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", afterUnknown(part, p.After))
	}
	if len(page.Gaps) < len(result.Gaps) {
		name += strings.Trim(tagOf([]byte(strconv.Itoa(p.Limit)+" "+p.After)), `"`)
		result = page
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(context.Context) (ogc.Asked, export.Table, error) {
		return s.asked(&result.Question, nil), export.GapsTable(result), nil
	}); err != nil {
		return nil, s.fail(err, part)
	}
	a := in.answer(name, f)
	if more && part == "query" {
		a.next = nextPage("/api/v1/studies/"+url.PathEscape(in.Study)+"/gaps", in.Strict.asked, "after", page.Gaps[p.Limit-1].ID)
	}
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	} else {
		in.tabled(ctx, &a, f, fmt.Sprintf("%s-gaps-%s", result.Study, fileWord(result.Question.Kind)), export.GapsTable(result))
	}
	return s.stream(a), nil
}

// page is what of r stands behind the gap that After names, up to the limit, and
// whether more follow; known is false if there is no such gap.
func (p *GapsMembers) page(r *analysis.GapsResult) (page *analysis.GapsResult, more, known bool) {
	cut := *r
	if p.After != "" {
		at := slices.IndexFunc(cut.Gaps, func(g analysis.Gap) bool { return g.ID == p.After })
		if at < 0 {
			return nil, false, false
		}
		cut.Gaps = cut.Gaps[at+1:]
	}
	if more = p.Limit > 0 && p.Limit < len(cut.Gaps); more {
		cut.Gaps = cut.Gaps[:p.Limit]
	}
	return &cut, more, true
}

// fileWord keeps of a word what is safe in a file name on any system.
func fileWord(word string) string {
	safe := []byte(word)
	for i, c := range safe {
		if plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'; !plain {
			safe[i] = '_'
		}
	}
	return string(safe)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

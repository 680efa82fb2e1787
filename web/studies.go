package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

const studiesPath = "/api/v1/studies"

// studyItem is a study in the list of studies.
type studyItem struct {
	ID         string              `json:"id" doc:"Names the study in addresses." example:"dongxing-sample"`
	Name       coverage.Name       `json:"name"`
	Snapshot   coverage.SnapshotID `json:"snapshot" doc:"Id of the current snapshot, a hash of its contents." example:"41784fadbc00994f2d02"`
	ImportedAt time.Time           `json:"imported_at"`
	Synthetic  bool                `json:"synthetic" doc:"The data is made up and describes no real place."`
	Bounds     [4]float64          `json:"bounds" doc:"West, south, east, north in degrees (WGS 84)."`
}

// studiesInput is a page of the studies.
type studiesInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"1000" doc:"How many at most."`
	After  string `query:"after" maxLength:"200" doc:"Only studies whose ids come after this one; next has it." example:"a-study"`
	Strict strictQuery
}

type studiesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Link         string `header:"Link" doc:"The next page, as rel=next; absent on the last."`
	Body         struct {
		Studies []studyItem `json:"studies" nullable:"false" doc:"By id."`
		Next    string      `json:"next,omitempty" doc:"Where the next ones are; absent where there are none." example:"/api/v1/studies?after=dongxing-sample&limit=1"`
	} `nameHint:"Studies"`
}

type studyInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Strict strictQuery
}

type studyOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         *analysis.StudySummary
}

// importReport is the report of an import with all its issues.
type importReport struct {
	Sources []coverage.SourceReport  `json:"sources" nullable:"false" doc:"The balance of each source: read = used + set aside."`
	Network []coverage.NetworkReport `json:"network" nullable:"false" doc:"How the rows of each layer sit on the network."`
	Levels  []coverage.LevelReport   `json:"levels" nullable:"false" doc:"How the zones of each level fit together."`
	Issues  []coverage.Issue         `json:"issues" nullable:"false"`
	Edits   []coverage.EditReport    `json:"edits" nullable:"false" doc:"Rows that were changed one by one since, by layer."`
	Guesses []string                 `json:"guesses" nullable:"false" doc:"What was assumed where the manifest did not say."`
}

type reportOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         importReport
}

func (s *server) registerStudies(api huma.API) {
	register(api, huma.Operation{
		OperationID: "list-studies", Method: http.MethodGet, Path: studiesPath, Tags: []string{tagStudies},
		Summary:     "List the studies",
		Description: "Every study with its current snapshot, by id; the next page by next, or by the header Link.",
	}, nil, s.listStudies)
	register(api, huma.Operation{
		OperationID: "get-study", Method: http.MethodGet, Path: "/api/v1/studies/{study}", Tags: []string{tagStudies},
		Summary: "Describe a study",
		Description: "What the study holds and what may be asked about it: levels, facility kinds, cohorts and " +
			"profiles, each in the order in which they are shown, with a short form of the import report.",
	}, []int{http.StatusNotFound}, s.getStudy)
	register(api, huma.Operation{
		OperationID: "get-report", Method: http.MethodGet, Path: "/api/v1/studies/{study}/report", Tags: []string{tagStudies},
		Summary:     "Read the import report",
		Description: "What became of every row of the import: counts by source and reason, and every issue with its place in the source.",
	}, []int{http.StatusNotFound}, s.getReport)
}

func (s *server) listStudies(ctx context.Context, in *studiesInput) (*studiesOutput, error) {
	infos, err := s.store.List(ctx)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	out := &studiesOutput{CacheControl: cacheRevalidate}
	out.Body.Studies = []studyItem{}
	for _, info := range infos {
		if !info.Current || info.Study.ID <= in.After {
			continue
		}
		if list := out.Body.Studies; len(list) == in.Limit {
			out.Body.Next = nextPage(studiesPath, url.Values{"limit": {strconv.Itoa(in.Limit)}}, "after", list[in.Limit-1].ID)
			break
		}
		out.Body.Studies = append(out.Body.Studies, studyItem{
			ID: info.Study.ID, Name: info.Study.Name, Snapshot: info.ID, ImportedAt: info.ImportedAt.UTC(),
			Synthetic: info.Study.Synthetic,
			Bounds:    [4]float64{info.Bounds.Min[0], info.Bounds.Min[1], info.Bounds.Max[0], info.Bounds.Max[1]},
		})
	}
	out.Link = linkNext(out.Body.Next)
	return out, nil
}

func (s *server) getStudy(ctx context.Context, in *studyInput) (*studyOutput, error) {
	summary, err := s.engine.Study(ctx, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &studyOutput{cacheRevalidate, summary}, nil
}

func (s *server) getReport(ctx context.Context, in *studyInput) (*reportOutput, error) {
	snapshot, err := s.engine.Snapshot(ctx, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &reportOutput{cacheRevalidate, reportOf(snapshot.Report)}, nil
}

// reportOf is a report whose lists are there, be they empty.
func reportOf(r coverage.Report) importReport {
	return importReport{
		Sources: append([]coverage.SourceReport{}, r.Sources...),
		Network: append([]coverage.NetworkReport{}, r.Network...),
		Levels:  append([]coverage.LevelReport{}, r.Levels...),
		Issues:  append([]coverage.Issue{}, r.Issues...),
		Edits:   append([]coverage.EditReport{}, r.Edits...),
		Guesses: append([]string{}, r.Guesses...),
	}
}

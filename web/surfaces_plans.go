package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/candidate"
	"kaimen/coverage/siting"
	"kaimen/data/export"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// PlanMembers: see OverviewMembers. What is a list of objects stands in the body
// alone.
type PlanMembers struct {
	QuestionMembers
	Kind      string              `query:"kind" json:"kind,omitempty" doc:"Facility kind; with kinds, not needed." example:"pocket_park"`
	Model     string              `query:"model" json:"model,omitempty" doc:"What to achieve: lscp, mclp, decay, pmedian, pcenter, backup, capacitated, single_source or maxmin. Default: mclp." example:"mclp"`
	P         int                 `query:"p" json:"p,omitempty" minimum:"0" doc:"How many sites to open at most, beside existing ones." example:"3"`
	Budget    optional[int64]     `query:"budget" json:"budget,omitempty" doc:"What they may cost at most, in the unit of costs. Default: any." example:"3"`
	Share     optional[float64]   `query:"share" json:"share,omitempty" doc:"Of lscp: the share of all demand to cover. Default: all that can be." example:"0.9"`
	Floor     optional[float64]   `query:"floor" json:"floor,omitempty" doc:"Of mclp: the least rate of coverage of any zone of area_level." example:"0.5"`
	AreaLevel string              `query:"area_level" json:"area_level,omitempty" doc:"Level of the zones that a floor, or maxmin, looks at. Default: that of level." example:"community"`
	Steps     string              `query:"steps" json:"steps,omitempty" doc:"Of decay: cutoffs, in the unit of the question's, and what demand counts up to them. Default: 5=1,10=0.6,15=0.3 minutes, or 300, 500 and 1,000 m." example:"5=1,10=0.6,15=0.3"`
	Kinds     []string            `query:"kinds" json:"kinds,omitempty" nullable:"false" doc:"Several kinds under one budget, each with its number." example:"[\"pocket_park:3\",\"parking:4\"]"`
	Figures   []string            `query:"figures" json:"figures,omitempty" nullable:"false" doc:"Figures of single kinds, as KIND.NAME=VALUE with the names of per_kind." example:"[\"parking.cost=50000\"]"`
	PerKind   []analysis.SiteKind `json:"per_kind,omitempty" nullable:"false" doc:"The same as kinds and figures, as objects, in their place."`

	Sources       []string             `query:"sources" json:"sources,omitempty" nullable:"false" doc:"Where sites come from: parcel, estate, edge, point. Default: parcels and points, and estates if a kind goes there." example:"[\"parcel\"]"`
	EveryM        float64              `query:"every_m" json:"every_m,omitempty" doc:"Of edge: meters between places along roads. Default: 100." example:"100"`
	OnlyOld       bool                 `query:"only_old" json:"only_old,omitempty" doc:"Of estates: old ones alone."`
	MinHouseholds int                  `query:"min_households" json:"min_households,omitempty" doc:"Of estates: of so many households at least." example:"200"`
	SpacingM      float64              `query:"spacing_m" json:"spacing_m,omitempty" doc:"Least distance between new sites of a kind." example:"300"`
	SpacingAll    bool                 `query:"spacing_existing" json:"spacing_existing,omitempty" doc:"Keep it from existing facilities, too."`
	Excluded      orb.MultiPolygon     `json:"excluded,omitempty" nullable:"false" doc:"Ground to be kept free: the coordinates of a GeoJSON MultiPolygon." example:"[[[[105.07,29.59],[105.071,29.59],[105.071,29.591],[105.07,29.59]]]]"`
	Points        []analysis.SitePoint `json:"points,omitempty" nullable:"false" doc:"Places that the planner has in mind."`
	Required      []string             `query:"required" json:"required,omitempty" nullable:"false" doc:"Candidates that must be opened, by id; of one of several kinds as KIND/ID." example:"[\"parcel:L074\"]"`
	Forbidden     []string             `query:"forbidden" json:"forbidden,omitempty" nullable:"false" doc:"Candidates that must not be opened." example:"[\"parcel:L001\"]"`
	Links         []analysis.SiteLink  `json:"links,omitempty" nullable:"false" doc:"Gates and roads to open that compete for the budget: each wins what existing facilities newly serve with it alone."`
	Requests      bool                 `query:"requests" json:"requests,omitempty" doc:"Count open requests of residents in place of the cohort."`
	RequestKinds  []string             `query:"request_kinds" json:"request_kinds,omitempty" nullable:"false" doc:"Requests of these kinds alone." example:"[\"pocket_park\"]"`
	PerUnit       float64              `query:"per_unit" json:"per_unit,omitempty" doc:"Of capacitated and single_source: demand that a unit of capacity serves. Default: 1." example:"20"`
	Capacity      optional[float64]    `query:"capacity" json:"capacity,omitempty" doc:"Capacity of sites whose own is not known." example:"60"`
	SearchTimes   float64              `query:"search_times" json:"search_times,omitempty" doc:"How far models of travel look, in cutoffs. Default: 3." example:"3"`

	Curve        int               `query:"curve" json:"curve,omitempty" doc:"The best plans for 1 to so many sites, too." example:"5"`
	Alternatives int               `query:"alternatives" json:"alternatives,omitempty" doc:"How many other plans about as good to list." example:"3"`
	Within       optional[float64] `query:"within" json:"within,omitempty" doc:"How much worse passes for as good, as a share of the objective. Default: 0.01." example:"0.01"`
	Stability    bool              `query:"stability" json:"stability,omitempty" doc:"Put the plan to the test: demand by 10 percent, cutoffs by a minute, closed roads."`
	ClosedRoads  []string          `query:"closed_roads" json:"closed_roads,omitempty" nullable:"false" doc:"Of stability: ids of roads to close." example:"[\"900000000001\"]"`
	Effort       int               `query:"effort" json:"effort,omitempty" doc:"How hard to search, in millions of pairs of demand and site. Default: 20,000." example:"20000"`
	Seed         uint64            `query:"seed" json:"seed,omitempty" doc:"Of random choice." example:"1"`
	Details      optional[bool]    `query:"details" json:"details,omitempty" doc:"List all candidates, and what was rejected. Default: true."`
	DeadlineS    optional[float64] `query:"deadline_s" json:"deadline_s,omitempty" doc:"Seconds until the search ends with the best plan so far; up to 600. Default: 20, or 600 for a stream." example:"20"`
	Ticket       string            `query:"ticket" json:"ticket,omitempty" maxLength:"64" pattern:"^[A-Za-z0-9_-]*$" doc:"A name of the client's own for this search, by which it can be stopped." example:"my-plan-1"`
}

// How long a search goes on unless it is told, and at most.
const (
	planSeconds     = 20
	mostPlanSeconds = 600
)

// options puts the members in the Engine's words.
func (p *PlanMembers) options(streamed bool) (o analysis.SitesOptions, err error) {
	o = analysis.SitesOptions{
		Model: siting.Model(p.Model), Number: p.P, Budget: p.Budget.pointer(), Share: p.Share.pointer(), Floor: p.Floor.pointer(),
		AreaLevel: coverage.Level(p.AreaLevel), EveryM: p.EveryM, OnlyOld: p.OnlyOld, MinHouseholds: p.MinHouseholds,
		SpacingM: p.SpacingM, SpacingAll: p.SpacingAll, Excluded: p.Excluded, Points: p.Points, Required: p.Required, Forbidden: p.Forbidden,
		Links: p.Links, Requests: p.Requests, RequestKinds: p.RequestKinds, PerUnit: p.PerUnit, Capacity: p.Capacity.pointer(),
		SearchTimes: p.SearchTimes, Curve: p.Curve, Alternatives: p.Alternatives, Within: p.Within.pointer(), Stability: p.Stability,
		ClosedRoads: p.ClosedRoads, Effort: p.Effort, Seed: p.Seed, Details: p.Details.pointer(),
	}
	for _, s := range p.Sources {
		o.Sources = append(o.Sources, candidate.Source(s))
	}
	var errKinds, errSteps, errDeadline error
	if o.Kinds = p.PerKind; len(o.Kinds) == 0 {
		o.Kinds, errKinds = analysis.ParseSiteKinds(p.Kinds, p.Figures)
	}
	o.Steps, errSteps = analysis.ParseSiteSteps(p.Steps)
	seconds := float64(planSeconds)
	if streamed {
		seconds = mostPlanSeconds
	}
	o.Deadline, errDeadline = planDeadline(p.DeadlineS, seconds)
	return o, coverage.AllFaults(errKinds, errSteps, errDeadline)
}

// planRequest puts the whole question in the Engine's words.
func (s *server) planRequest(ctx context.Context, p *PlanMembers, study string, streamed bool) analysis.SitesRequest {
	question, err := s.request(ctx, &p.QuestionMembers, study, p.Kind)
	options, unfit := p.options(streamed)
	question.Unfit = coverage.AllFaults(err, unfit)
	return analysis.SitesRequest{CoverageRequest: question, Options: options}
}

// modelInput asks for a model file by GET.
type modelInput struct {
	PlanMembers
	Form string `query:"format" enum:"lp,mps" default:"lp" doc:"Format of the file: LP or MPS."`
}

// modelBody asks for it by POST.
type modelBody struct {
	AskHead
	Form string `query:"format" enum:"lp,mps" default:"lp" doc:"Format of the file: LP or MPS."`
	Body PlanMembers
}

// ticketInput names a search that goes on.
type ticketInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Ticket string `path:"ticket" doc:"The name that the client gave the search." example:"my-plan-1"`
	Strict strictQuery
}

const plansPath = "/api/v1/studies/{study}/plans"

func (s *server) registerPlans(api huma.API) {
	result := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[analysis.SitesAnswer](), true, "")
	responses := func() map[string]*huma.Response {
		return cached(good("The plan. One that was cut short by its deadline has no ETag.", rowContent(map[string]*huma.MediaType{
			"application/json":     {Schema: result},
			"application/geo+json": {Schema: collection("The sites as points; the other members of the JSON form stand under kaimen.", &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})},
			"text/csv":             csvContent("A line per site, with its members as columns; a column synthetic follows when the study is made up."),
			eventStream:            {Schema: &huma.Schema{Type: huma.TypeString, Description: "Server-sent events: progress (objective, bound, gap, done, sites) again and again, then result, which is the JSON form, or problem."}},
		})))
	}
	const text = "Sites for new facilities, from idle parcels, estates, places along roads or points, chosen for the most demand or whatever the model says, " +
		"with a bound that no plan can pass, and the reason of each. Accept: text/event-stream streams the search while it goes on."
	registerLong(s, api, huma.Operation{
		OperationID: "get-plans", Method: http.MethodGet, Path: plansPath, Tags: []string{tagIndicators},
		Summary: "Where next?", Description: text, Responses: responses(),
	}, readFailures(), func(ctx context.Context, p *PlanMembers) (*huma.StreamResponse, error) {
		return s.servePlan(ctx, p, &p.AskHead, "query")
	})
	registerLong(s, api, huma.Operation{
		OperationID: "post-plans", Method: http.MethodPost, Path: plansPath, Tags: []string{tagIndicators},
		Summary: "Where next? What if?", Description: text + " By POST a scenario, points, links and areas to keep free can be sent with the question.",
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: responses(),
	}, bodyFailures(), func(ctx context.Context, in *tellInput[PlanMembers]) (*huma.StreamResponse, error) {
		return s.servePlan(ctx, &in.Body, &in.AskHead, "body")
	})
	register(api, huma.Operation{
		OperationID: "stop-plan", Method: http.MethodDelete, Path: plansPath + "/{ticket}", Tags: []string{tagIndicators},
		Summary:       "Stop a search",
		Description:   "Ends a search that was asked with this ticket: whoever asked is answered with the best plan so far.",
		DefaultStatus: http.StatusNoContent,
	}, []int{http.StatusNotFound}, func(_ context.Context, in *ticketInput) (*struct{}, error) {
		if !s.tickets.stop(in.Study, in.Ticket) {
			return nil, fail.New(http.StatusNotFound, coverage.NotFound, "no search of this study goes on under the ticket "+fail.Shown(in.Ticket))
		}
		return nil, nil
	})
	s.registerModels(api)
}

// registerModels offers the problem that a plan solves as a file.
func (s *server) registerModels(api huma.API) {
	responses := func() map[string]*huma.Response {
		return good("The model.", map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}})
	}
	const text = "The model behind a plan, for any program that solves mixed integer models, such as CBC, GLPK, HiGHS or SCIP."
	register(api, huma.Operation{
		OperationID: "get-plan-model", Method: http.MethodGet, Path: plansPath + "/model", Tags: []string{tagIndicators},
		Summary: "The model of a plan", Description: text, Responses: responses(),
	}, append(readFailures(), http.StatusServiceUnavailable), func(ctx context.Context, in *modelInput) (*huma.StreamResponse, error) {
		return s.serveModel(ctx, &in.PlanMembers, &in.AskHead, in.Form, "query")
	})
	register(api, huma.Operation{
		OperationID: "post-plan-model", Method: http.MethodPost, Path: plansPath + "/model", Tags: []string{tagIndicators},
		Summary: "The model of a plan. What if?", Description: text, MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: responses(),
	}, append(bodyFailures(), http.StatusServiceUnavailable), func(ctx context.Context, in *modelBody) (*huma.StreamResponse, error) {
		return s.serveModel(ctx, &in.Body, &in.AskHead, in.Form, "body")
	})
}

func (s *server) serveModel(ctx context.Context, p *PlanMembers, in *AskHead, form, part string) (*huma.StreamResponse, error) {
	write, err := s.engine.SitesModel(ctx, s.planRequest(ctx, p, in.Study, false), form)
	if err != nil {
		return nil, s.explainPlan(err, part, p)
	}
	return s.stream(answer{contentType: "text/plain; charset=utf-8", filename: in.Study + "-plan." + form, cache: cacheRevalidate, write: write}), nil
}

// explainPlan is explain for a plan, whose number of sites is the parameter p.
func (s *server) explainPlan(err error, part string, p *PlanMembers) *problem {
	told := s.explain(err, part, p.Kind, &p.QuestionMembers)
	for i := range told.Errors {
		if told.Errors[i].Location == part+".number" {
			told.Errors[i].Location = part + ".p"
		}
	}
	return told
}

// servePlan answers with a plan, or with a stream of what the search finds.
func (s *server) servePlan(ctx context.Context, p *PlanMembers, in *AskHead, part string) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatJSON, formatGeoJSON, formatCSV, formatEvents)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	tell := tellOf(ctx)
	request := s.planRequest(ctx, p, in.Study, f == formatEvents || tell != nil)
	if tell != nil {
		request.Options.Watch = planProgress(tell)
	}
	ctx, done, err := s.tickets.start(ctx, in.Study, p.Ticket)
	if err != nil {
		return nil, s.fail(err, part)
	}
	if f == formatEvents {
		return s.streamPlan(ctx, done, request, func(err error) *problem { return s.explainPlan(err, part, p) }), nil
	}
	defer done()
	result, err := s.engine.Sites(ctx, request)
	if err != nil {
		return nil, s.explainPlan(err, part, p)
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(context.Context) (ogc.Asked, export.Table, error) {
		asked := s.asked(&result.Question, result.Options)
		asked.Unfinished = !result.Summary.Complete
		return asked, export.AnswerTable("plan", result, nil), nil
	}); err != nil {
		return nil, s.fail(err, part)
	}
	a := in.answer(string(result.Key), f)
	if !result.Summary.Complete { // the same question may have a better answer
		a.tag, a.cache = "", cacheNever
	}
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	} else {
		// Who stops a search ends its context, and wants what was found all the same.
		in.tabled(context.WithoutCancel(ctx), &a, f, result.Study+"-plan", export.AnswerTable("plan", result, nil))
	}
	return s.stream(a), nil
}

// event writes a server-sent event. Its data is JSON, which has no line break.
func event(w io.Writer, name string, data func(io.Writer) error) error {
	var text bytes.Buffer
	if err := data(&text); err != nil {
		return err
	}
	_, err := io.WriteString(w, "event: "+name+"\ndata: "+string(bytes.TrimSpace(text.Bytes()))+"\n\n")
	return err
}

package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
)

// CompletenessMembers: see OverviewMembers.
type CompletenessMembers struct {
	QuestionMembers
	Circle  string   `query:"circle" json:"circle,omitempty" doc:"Which circle of the standards library. Default: circle-15, unless needs are given." example:"circle-15"`
	Needs   []string `query:"needs" json:"needs,omitempty" nullable:"false" doc:"What must be reached instead of a circle: kinds with how many of them, each within the cutoff." example:"[\"market\",\"park+pocket_park\"]"`
	Rule    string   `query:"rule" json:"rule,omitempty" doc:"Which limit of a need counts: time, distance or both. Default: time." example:"distance"`
	Uniform bool     `query:"uniform" json:"uniform,omitempty" doc:"Hold every need of the circle to the cutoff, instead of its own limit."`
}

// PerCapitaMembers: see OverviewMembers.
type PerCapitaMembers struct {
	QuestionMembers
	Rules []string `query:"rules" json:"rules,omitempty" nullable:"false" doc:"Ids of rules of the standards library. Default: those of supply for demand that hold everywhere." example:"[\"staffing/community-workers\"]"`
}

// AccessibilityMembers: see OverviewMembers.
type AccessibilityMembers struct {
	QuestionMembers
	KindMember
	Method string            `query:"method" json:"method" required:"true" doc:"cumulative, gravity, nearest, ratio, 2sfca, e2sfca, 3sfca or bfca." example:"2sfca"`
	Decay  string            `query:"decay" json:"decay,omitempty" doc:"step, exponential, power, gaussian, gaussian_to_zero, logistic, linear or zones. Default: the method's own." example:"gaussian_to_zero"`
	Beta   optional[float64] `query:"beta" json:"beta,omitempty" doc:"Of exponential and power. Costs are seconds, or meters where the cutoff is in meters." example:"0.002"`
	Sigma  optional[float64] `query:"sigma" json:"sigma,omitempty" doc:"Of gaussian, in seconds or meters." example:"300"`
	Center optional[float64] `query:"center" json:"center,omitempty" doc:"Of logistic, in seconds or meters." example:"600"`
	Spread optional[float64] `query:"spread" json:"spread,omitempty" doc:"Of logistic, in seconds or meters." example:"120"`
	Zones  string            `query:"zones" json:"zones,omitempty" doc:"Ends, in seconds or meters, and weights." example:"300=1,600=0.68,900=0.22"`
	Supply string            `query:"supply" json:"supply,omitempty" doc:"What facilities offer: capacity, facilities (each counts 1), area_m2 or staff. Default: capacity for methods that share it out, else facilities." example:"capacity"`
}

// EquityMembers: see OverviewMembers.
type EquityMembers struct {
	QuestionMembers
	KindMember
	Of      string            `query:"of" json:"of,omitempty" doc:"What is spread over people: reach, how many facilities are within the cutoff, or cost, that to the nearest. Default: reach." example:"reach"`
	Cohorts []string          `query:"cohorts" json:"cohorts,omitempty" nullable:"false" doc:"Cohorts to set side by side. Default: all." example:"[\"people\",\"elderly\"]"`
	Floor   optional[float64] `query:"floor" json:"floor,omitempty" doc:"The coverage rate that no zone should be below, above 0 and up to 1." example:"0.6"`
}

// pointer is the value of a parameter, nil where it is absent.
func (o *optional[T]) pointer() *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

func (s *server) registerCircle(api huma.API) {
	registerSurface(s, api, surface[CompletenessMembers, analysis.CompletenessOptions, analysis.CompletenessSummary, analysis.CompletenessRow]{
		path: "completeness", summary: "How complete is the service circle?",
		description: "For each zone: how many of the required kinds its people reach, which are missing, and which some do not reach. A score " +
			"is given only by weights with a source.",
		options: func(p *CompletenessMembers) (string, analysis.CompletenessOptions, error) {
			needs, err := analysis.ParseNeeds(p.Needs)
			return "", analysis.CompletenessOptions{Circle: p.Circle, Needs: needs, Rule: p.Rule, Uniform: p.Uniform}, err
		},
		ask: (*analysis.Engine).Completeness,
	})
	registerSurface(s, api, surface[PerCapitaMembers, analysis.PerCapitaOptions, analysis.PerCapitaSummary, analysis.PerCapitaRow]{
		path: "per-capita", summary: "Is there enough for so many?",
		description: "What each zone has against rules of supply for demand: need, have, shortfall. Only facilities within the zone count.",
		options: func(p *PerCapitaMembers) (string, analysis.PerCapitaOptions, error) {
			return "", analysis.PerCapitaOptions{Rules: p.Rules}, nil
		},
		ask: (*analysis.Engine).PerCapita,
	})
	registerSurface(s, api, surface[AccessibilityMembers, analysis.AccessibilityOptions, analysis.AccessibilitySummary, analysis.AccessibilityRow]{
		path: "accessibility", summary: "How well is everybody served?",
		description: "Scores of the demand by cumulative opportunities, gravity or floating catchments, their means by zone, and the supply of each facility beside the demand in its catchment.",
		options:     accessibilityOptions,
		ask:         (*analysis.Engine).Accessibility,
	})
	registerSurface(s, api, surface[EquityMembers, analysis.EquityOptions, analysis.EquitySummary, analysis.EquityRow]{
		path: "equity", summary: "How even is it?",
		description: "Gini, Theil, Palma and the Lorenz curve of what people have, the coverage of cohorts side by side, and zones ranked, with those below a floor.",
		options: func(p *EquityMembers) (string, analysis.EquityOptions, error) {
			return p.Kind, analysis.EquityOptions{Of: p.Of, Cohorts: p.Cohorts, Floor: p.Floor.pointer()}, nil
		},
		ask: (*analysis.Engine).Equity,
	})
	register(api, huma.Operation{
		OperationID: "get-standards", Method: http.MethodGet, Path: "/api/v1/standards", Tags: []string{tagIndicators},
		Summary:     "What do the standards say?",
		Description: "Every rule with its figure, clause and source; verified tells whether the figure was read in that source. And the circles: what a service circle should hold.",
	}, nil, func(context.Context, *struct{ Strict strictQuery }) (*standardsOutput, error) {
		out := &standardsOutput{}
		library := s.engine.Library()
		out.Body.Rules, out.Body.Circles, out.Body.Kinds = library.Rules(), library.Circles(), library.Kinds()
		return out, nil
	})
}

func accessibilityOptions(p *AccessibilityMembers) (string, analysis.AccessibilityOptions, error) {
	zones, err := accessibility.ParseZones(p.Zones)
	return p.Kind, analysis.AccessibilityOptions{Supply: p.Supply, Options: accessibility.Options{
		Method: accessibility.Method(p.Method), Decay: p.Decay, Zones: zones,
		Beta: p.Beta.pointer(), Sigma: p.Sigma.pointer(), Center: p.Center.pointer(), Spread: p.Spread.pointer(),
	}}, coverage.AllFaults(err)
}

type standardsOutput struct {
	Body struct {
		Rules   []standard.Rule   `json:"rules" nullable:"false"`
		Circles []standard.Circle `json:"circles" nullable:"false"`
		Kinds   []standard.Kind   `json:"kinds" nullable:"false" doc:"The kinds of facilities that are known, as they are shown."`
	}
}

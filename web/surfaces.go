package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// RulesMembers give the cutoff of the rule that the question's own cutoff is
// not of.
type RulesMembers struct {
	OtherMin optional[float64] `query:"other_min" json:"other_min,omitempty" doc:"Minutes of the time rule, where the cutoff is in meters. Default: those of the same tier of the service circle." example:"15"`
	OtherM   optional[float64] `query:"other_m" json:"other_m,omitempty" doc:"Meters of the distance rule, where the cutoff is in minutes. Default: those of the same tier of the service circle." example:"1000"`
}

// rules puts the members in the Engine's words.
func (r *RulesMembers) rules() (rules analysis.Rules, err error) {
	if r.OtherMin.Set {
		c, unfit := analysis.Minutes(r.OtherMin.Value)
		rules.CutoffS, err = c.Seconds(), renamed(unfit, "cutoff_min", "other_min")
	}
	if r.OtherM.Set {
		c, unfit := analysis.Meters(r.OtherM.Value)
		rules.CutoffM, err = c.Meters(), coverage.AllFaults(err, renamed(unfit, "cutoff_m", "other_m"))
	}
	return rules, err
}

// OverviewMembers, and the types of such names below, are the parameters of one
// indicator each.
type OverviewMembers struct {
	QuestionMembers
	RulesMembers
	Kinds  []string `query:"kinds" json:"kinds,omitempty" nullable:"false" doc:"Facility kinds. Default: all the study has." example:"[\"school\",\"clinic\"]"`
	Levels []string `query:"levels" json:"levels,omitempty" nullable:"false" doc:"Levels to give rows for. Default: that of level." example:"[\"street\",\"community\"]"`
}

// DisagreementMembers: see OverviewMembers.
type DisagreementMembers struct {
	QuestionMembers
	KindMember
	RulesMembers
}

// NearestMembers: see OverviewMembers.
type NearestMembers struct {
	QuestionMembers
	Needs []string `query:"needs" json:"needs" required:"true" nullable:"false" doc:"What must be reached: kinds, joined by + where any of them will do, with how many of them." example:"[\"market:3\",\"clinic:1\"]"`
}

// CatchmentMembers: see OverviewMembers.
type CatchmentMembers struct {
	QuestionMembers
	KindMember
}

// DistributionMembers: see OverviewMembers.
type DistributionMembers struct {
	QuestionMembers
	KindMember
	StepMin optional[float64] `query:"step_min" json:"step_min,omitempty" doc:"How wide a step is, in minutes, where the cutoff is. Default: 1." example:"5"`
	StepM   optional[float64] `query:"step_m" json:"step_m,omitempty" doc:"How wide a step is, in meters, where the cutoff is. Default: 100." example:"100"`
	Steps   int               `query:"steps" json:"steps,omitempty" doc:"How many, up to 1,000. Default: up to twice the cutoff, but at least 30." example:"6"`
	Zones   []string          `query:"zones" json:"zones,omitempty" nullable:"false" doc:"Ids of zones of the level that are told beside the study." example:"[\"510000000001\"]"`
}

func (p *DistributionMembers) options() (o analysis.DistributionOptions, err error) {
	o.Steps, o.Zones = p.Steps, p.Zones
	if p.StepMin.Set {
		c, unfit := analysis.Minutes(p.StepMin.Value)
		o.StepS, err = c.Seconds(), renamed(unfit, "cutoff_min", "step_min")
	}
	if p.StepM.Set {
		c, unfit := analysis.Meters(p.StepM.Value)
		o.StepM, err = c.Meters(), coverage.AllFaults(err, renamed(unfit, "cutoff_m", "step_m"))
	}
	return o, err
}

func (s *server) registerIndicators(api huma.API) {
	registerSurface(s, api, surface[OverviewMembers, analysis.OverviewOptions, analysis.OverviewSummary, analysis.OverviewRow]{
		path: "overview", summary: "Who reaches what?",
		description: "The coverage of many facility kinds at many levels under the time rule and the distance rule, side by side; and for " +
			"each kind, the demand whose own zone holds a facility beside that which reaches one.",
		options: func(p *OverviewMembers) (string, analysis.OverviewOptions, error) {
			rules, err := p.rules()
			o := analysis.OverviewOptions{Kinds: p.Kinds, Rules: rules}
			for _, level := range p.Levels {
				o.Levels = append(o.Levels, coverage.Level(level))
			}
			return "", o, err
		},
		ask: (*analysis.Engine).Overview,
	})
	registerSurface(s, api, surface[DisagreementMembers, analysis.DisagreementOptions, analysis.DisagreementSummary, analysis.DisagreementRow]{
		path: "disagreements", summary: "Where do the rules disagree?",
		description: "The buildings that are covered under one of the two rules alone: within the minutes but not the meters, or the other way round.",
		options: func(p *DisagreementMembers) (string, analysis.DisagreementOptions, error) {
			rules, err := p.rules()
			return p.Kind, analysis.DisagreementOptions{Rules: rules}, err
		},
		ask: (*analysis.Engine).Disagreements,
	})
	registerSurface(s, api, surface[NearestMembers, analysis.NearestOptions, analysis.NearestSummary, analysis.NearestRow]{
		path: "nearest", summary: "How far to the nearest?",
		description: "Mean, median, nine-tenths and largest cost to the nearest or k-th nearest facility of each need, and until all needs are met.",
		options: func(p *NearestMembers) (string, analysis.NearestOptions, error) {
			needs, err := analysis.ParseNeeds(p.Needs)
			return "", analysis.NearestOptions{Needs: needs}, err
		},
		ask: (*analysis.Engine).Nearest,
	})
	registerSurface(s, api, surface[DistributionMembers, analysis.DistributionOptions, analysis.DistributionSummary, analysis.DistributionRow]{
		path: "distribution", summary: "How many within how much?",
		description: "The demand by what its way to the nearest facility costs, in equal steps of time or distance, and added up: the share within each " +
			"cutoff, for the study and for zones.",
		options: func(p *DistributionMembers) (string, analysis.DistributionOptions, error) {
			o, err := p.options()
			return p.Kind, o, err
		},
		ask: (*analysis.Engine).Distribution,
	})
	registerSurface(s, api, surface[CatchmentMembers, analysis.CatchmentOptions, analysis.CatchmentSummary, analysis.CatchmentRow]{
		path: "catchments", summary: "Whom does each facility serve?",
		description: "All demand allotted to its nearest facility of a kind: the load of each beside its capacity.",
		options: func(p *CatchmentMembers) (string, analysis.CatchmentOptions, error) {
			return p.Kind, analysis.CatchmentOptions{}, nil
		},
		ask: (*analysis.Engine).Catchments,
	})
	s.registerCircle(api)
	s.registerSensitivity(api)
	s.registerReadyMade(api)
	s.registerGapAreas(api)
	s.registerPlace(api)
	s.registerLinks(api)
	s.registerEstates(api)
	s.registerAudit(api)
	s.registerRequests(api)
	s.registerPlans(api)
}

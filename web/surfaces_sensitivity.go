package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
)

// SensitivityMembers: see OverviewMembers.
type SensitivityMembers struct {
	QuestionMembers
	KindMember
	Vary       []string          `query:"vary" json:"vary,omitempty" nullable:"false" doc:"What is moved, one at a time: speed, facility, gate, bridge. Default: all." example:"[\"facility\",\"bridge\"]"`
	SpeedShare optional[float64] `query:"speed_share" json:"speed_share,omitempty" doc:"Share by which all go slower, and faster; above 0 and below 1. Default: 0.1." example:"0.1"`
	Limit      optional[int]     `query:"limit" json:"limit,omitempty" doc:"How many variants of each are told as rows, the worst first; all are computed. Default: 20." example:"20"`
	Target     optional[float64] `query:"target" json:"target,omitempty" doc:"Coverage rate, 0 to 1, that zones and study should reach: which of them do is then held against all variants. Default: none." example:"0.9"`
}

func (s *server) registerSensitivity(api huma.API) {
	registerSurface(s, api, surface[SensitivityMembers, analysis.SensitivityOptions, analysis.SensitivitySummary, analysis.SensitivityRow]{
		path: "sensitivity", summary: "Which conclusions stand?",
		description: "Coverage when one assumption moves a little: people go slower or faster, one facility is shut, one gate or one bridge is closed, " +
			"each in turn. Demand stays tied to the road where it is; on a closed road it reaches nothing. The summary tells which conclusions of the " +
			"answer hold under all variants, and what breaks the others.",
		options: func(p *SensitivityMembers) (string, analysis.SensitivityOptions, error) {
			return p.Kind, analysis.SensitivityOptions{
				Vary: p.Vary, SpeedShare: p.SpeedShare.pointer(), Limit: p.Limit.pointer(), Target: p.Target.pointer(),
			}, nil
		},
		ask: (*analysis.Engine).Sensitivity,
	})
}

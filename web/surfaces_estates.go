package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
)

// EstateMembers: see OverviewMembers.
type EstateMembers struct {
	QuestionMembers
	All         bool     `query:"all" json:"all,omitempty" doc:"List all estates rather than the old ones alone."`
	Needs       []string `query:"needs" json:"needs,omitempty" nullable:"false" doc:"What residents must reach: kinds, joined by + where any of them will do, with how many of them. Default: those of elder_care, clinic, pharmacy, market, park+pocket_park, kindergarten, school and community_center that the study has." example:"[\"clinic:1\",\"park+pocket_park:1\"]"`
	StepProfile string   `query:"step_profile" json:"step_profile,omitempty" doc:"Who cannot take steps: wheelchair or stroller. Default: wheelchair." example:"wheelchair"`
}

func (s *server) registerEstates(api huma.API) {
	registerSurface(s, api, surface[EstateMembers, analysis.EstateOptions, analysis.EstateSummary, analysis.EstateRow]{
		path: "estates", summary: "Which old estates lack most?",
		description: "The old estates of a study, ranked for renewal: who lives in each, which needs its residents lack, whom steps hold up, and whether " +
			"there is charging. Under a scenario each tells the same figures before.",
		options: func(p *EstateMembers) (string, analysis.EstateOptions, error) {
			needs, err := analysis.ParseNeeds(p.Needs)
			return "", analysis.EstateOptions{All: p.All, Needs: needs, StepProfile: p.StepProfile}, err
		},
		ask: (*analysis.Engine).Estates,
	})
}

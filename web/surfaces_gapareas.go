package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
)

// GapAreaMembers: see OverviewMembers.
type GapAreaMembers struct {
	QuestionMembers
	KindMember
	CellM   optional[float64] `query:"cell_m" json:"cell_m,omitempty" doc:"Cells of the grid that areas are drawn on, 1 to 1000 m. Default: 20." example:"20"`
	RadiusM optional[float64] `query:"radius_m" json:"radius_m,omitempty" doc:"How far about a point that is not served its ground goes, from the size of a cell to 2000 m. Default: 120, or more where the demand stands in cells." example:"120"`
	Limit   int               `query:"limit" json:"limit,omitempty" doc:"How many areas, those of most demand. Default: 0, all." example:"20"`
	Causes  optional[bool]    `query:"causes" json:"causes,omitempty" doc:"Whether causes are looked for. Default: true." example:"true"`
}

func (s *server) registerGapAreas(api huma.API) {
	registerSurface(s, api, surface[GapAreaMembers, analysis.GapAreaOptions, analysis.GapAreaSummary, analysis.GapAreaRow]{
		path: "gap-areas", summary: "Which areas are not served, and why?",
		description: "The ground that a kind does not serve within the cutoff, as areas that hang together, ranked: the people of each by cohort, " +
			"the way from where most of them live to the nearest facility, and the cause: no_road, closed_gate, steps, river, detour or no_facility.",
		options: func(p *GapAreaMembers) (string, analysis.GapAreaOptions, error) {
			return p.Kind, analysis.GapAreaOptions{
				CellM: p.CellM.pointer(), RadiusM: p.RadiusM.pointer(), Limit: p.Limit, Causes: p.Causes.pointer(),
			}, nil
		},
		ask: (*analysis.Engine).GapAreas,
	})
}

package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
)

// LinkMembers: see OverviewMembers.
type LinkMembers struct {
	QuestionMembers
	Kind       string            `query:"kind" json:"kind,omitempty" doc:"Facility kind that people lack; the study's summary lists those it has. One is needed here or in kinds." example:"pocket_park"`
	Kinds      []string          `query:"kinds" json:"kinds,omitempty" nullable:"false" doc:"More facility kinds: gains are added up, so that who gains in two kinds counts twice." example:"[\"school\",\"clinic\"]"`
	MaxM       optional[float64] `query:"max_m" json:"max_m,omitempty" doc:"Longest link in a straight line, 1 to 2000 m. Default: 150." example:"150"`
	MinDetourM optional[float64] `query:"min_detour_m" json:"min_detour_m,omitempty" doc:"The way between the ends of a link, as it is, is longer than this, 1 to 20000 m. Default: 800." example:"800"`
	SameM      optional[float64] `query:"same_m" json:"same_m,omitempty" doc:"Of links whose ends lie so near each other along the network, on both sides, the shortest is kept; 0 keeps all. Default: 100." example:"100"`
	Sources    []string          `query:"sources" json:"sources,omitempty" nullable:"false" doc:"Where links come from: gate, dead_end, link, closed_road. Default: all." example:"[\"gate\",\"dead_end\"]"`
	Obstacles  []string          `query:"obstacles" json:"obstacles,omitempty" nullable:"false" doc:"What a link may not cross: water, building, estate (the wall of a gated one), road (without meeting it); or none. Default: all four." example:"[\"water\",\"building\"]"`
	Class      string            `query:"class" json:"class,omitempty" doc:"OpenStreetMap highway value of the roads drawn. Default: footway, or what the profile uses instead." example:"footway"`
	P          optional[int]     `query:"p" json:"p,omitempty" doc:"How many are chosen together, one after another; 0 to 50. Default: 3." example:"3"`
	Limit      optional[int]     `query:"limit" json:"limit,omitempty" doc:"How many rows, the best; 0 for all. Those chosen are always told. Default: 50." example:"20"`
}

// kinds are kind, if it is given, and those of kinds.
func (p *LinkMembers) kinds() []string {
	if p.Kind == "" {
		return p.Kinds
	}
	return append([]string{p.Kind}, p.Kinds...)
}

func (s *server) registerLinks(api huma.API) {
	registerSurface(s, api, surface[LinkMembers, analysis.LinkOptions, analysis.LinkSummary, analysis.LinkRow]{
		path: "links", summary: "Which missing link helps most?",
		description: "Gates that could be opened and short roads that could be drawn, ranked by whom each alone brings within the cutoff of what they lack: " +
			"dead ends near other road, junctions near each other and far apart on foot, roads that may not be used. Each comes with the change that makes it, " +
			"as compare and plans take it; and so many are chosen for what they do together, greedily. What is set aside is counted by reason.",
		options: func(p *LinkMembers) (string, analysis.LinkOptions, error) {
			return "", analysis.LinkOptions{
				Kinds: p.kinds(), MaxM: p.MaxM.pointer(), MinDetourM: p.MinDetourM.pointer(), SameM: p.SameM.pointer(), Sources: p.Sources,
				Obstacles: p.Obstacles, Class: p.Class, P: p.P.pointer(), Limit: p.Limit.pointer(),
			}, nil
		},
		watch: func(o *analysis.LinkOptions, tell func(float64)) { o.Watch = tell },
		ask:   (*analysis.Engine).Links,
	})
}

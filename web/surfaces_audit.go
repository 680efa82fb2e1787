package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
)

// AuditMembers are the parameters of an audit. It has no QuestionMembers: neither
// ways nor people play a part in what is measured in a straight line.
type AuditMembers struct {
	AskHead
	Level   string                 `query:"level" json:"level,omitempty" doc:"Level of the zones: study, street, community, grid or building. Default: community, or the outermost level the study has." example:"community"`
	Rule    string                 `query:"rule" json:"rule,omitempty" doc:"Id of a rule of the standards library with radii by the area of facilities. Default: park-audit-2021/park-radius, unless radius_m or classes are given." example:"park-audit-2021/park-radius"`
	RadiusM optional[float64]      `query:"radius_m" json:"radius_m,omitempty" doc:"Meters in a straight line from a facility of any size; above 0." example:"500"`
	Kinds   []string               `query:"kinds" json:"kinds,omitempty" nullable:"false" doc:"Facility kinds. Default: those of the rule, else park and pocket_park." example:"[\"park\",\"pocket_park\"]"`
	Land    string                 `query:"land" json:"land,omitempty" doc:"What is to be covered: estates, the areas of estates; buildings, the footprints of homes; or landcover, built ground. Default: the first that the study has." example:"estates"`
	Classes []standard.RadiusClass `json:"classes,omitempty" nullable:"false" doc:"How far facilities of an area serve, from min_area_m2 to below max_area_m2, instead of a rule."`
	ScenarioMembers
}

func (m *AuditMembers) members() *QuestionMembers {
	return &QuestionMembers{AskHead: m.AskHead, Level: m.Level, ScenarioMembers: m.ScenarioMembers}
}

func (s *server) registerAudit(api huma.API) {
	registerSurface(s, api, surface[AuditMembers, analysis.AuditOptions, analysis.AuditSummary, analysis.AuditRow]{
		path: "audit", summary: "How much land lies within a radius of parks?",
		description: "The share of residential land within a radius of parks, in a straight line, for audits that are scored that way. It is no walking " +
			"distance. A radius is measured from the edge of a facility whose outline the study has, and from its place and entrances; from_points tells how many have no outline.",
		options: func(p *AuditMembers) (string, analysis.AuditOptions, error) {
			o := analysis.AuditOptions{Rule: p.Rule, Classes: p.Classes, Kinds: p.Kinds, Land: p.Land}
			if p.RadiusM.Set {
				o.RadiusM = &p.RadiusM.Value
			}
			return "", o, nil
		},
		ask: (*analysis.Engine).Audit,
	})
}

package web

import (
	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
)

// RequestCountMembers are the parameters of figures on requests of residents.
// They have no QuestionMembers: no ways play a part, and no scenario.
type RequestCountMembers struct {
	AskHead
	Level  string   `query:"level" json:"level,omitempty" doc:"Level of the zones: study, street, community, grid or building. Default: community, or the outermost level the study has." example:"community"`
	Cohort string   `query:"cohort" json:"cohort,omitempty" doc:"Whom per_1000 is for: a weight of the study's demand, or dwellings or area of its buildings. Default: people." example:"people"`
	Kinds  []string `query:"kinds" json:"kinds,omitempty" nullable:"false" doc:"Requests of these kinds alone. Default: all." example:"[\"parking\"]"`
	States []string `query:"states" json:"states,omitempty" nullable:"false" doc:"Requests in these states alone: open, doing, done, dropped, or states in the words of the study. Default: all." example:"[\"open\",\"doing\"]"`
	Since  string   `query:"since" json:"since,omitempty" doc:"Opened on this day or later." example:"2026-01-01"`
	Until  string   `query:"until" json:"until,omitempty" doc:"Opened on this day or earlier." example:"2026-06-30"`
}

func (m *RequestCountMembers) members() *QuestionMembers {
	return &QuestionMembers{AskHead: m.AskHead, Level: m.Level, Cohort: m.Cohort}
}

func (s *server) registerRequests(api huma.API) {
	registerSurface(s, api, surface[RequestCountMembers, analysis.RequestCountOptions, analysis.RequestCountSummary, analysis.RequestCountRow]{
		path: "requests", summary: "What do residents ask for, and what becomes of it?",
		description: "Requests of residents by zone and by kind: how many wait, are being done, were done or dropped, how long it took, how old the oldest is, " +
			"and how many there are for 1,000 residents. Nothing tells who asked.",
		options: func(p *RequestCountMembers) (string, analysis.RequestCountOptions, error) {
			return "", analysis.RequestCountOptions{Kinds: p.Kinds, States: p.States, Since: p.Since, Until: p.Until}, nil
		},
		ask: (*analysis.Engine).RequestCounts,
	})
}

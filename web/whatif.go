package web

import (
	"context"
	"fmt"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/scenario"
	"kaimen/web/fail"
)

// ScenarioMembers are how a question is asked under a scenario: by GET under a
// saved one, by its id; in a body, under a saved one by scenario_id or under
// changes that are sent along, scenario. Its name is exported only because
// parameters are looked for in exported fields.
type ScenarioMembers struct {
	ScenarioID string             `query:"scenario" json:"scenario_id,omitempty" doc:"What if: id of a scenario that the study keeps. The answer is the same as with its changes sent by POST." example:"south-gate-open"`
	Scenario   *scenario.Scenario `json:"scenario,omitempty" doc:"What if: changes of facilities, roads and gates, in their order. Not together with scenario_id."`
}

// whatIf is the scenario that members give; nil for none.
//
// Errors: invalid for both ways at once, and for an id that is not there.
func (s *server) whatIf(ctx context.Context, study string, m *ScenarioMembers) (*scenario.Scenario, error) {
	unfit := func(source, format string, args ...any) error {
		return &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: source, Message: fmt.Sprintf(format, args...),
		}}}
	}
	switch {
	case m.ScenarioID == "":
		return m.Scenario, nil
	case m.Scenario != nil:
		return m.Scenario, unfit("scenario_id", "give scenario_id or scenario, not both")
	case s.scenarios == nil:
		return nil, unfit("scenario", "this server keeps no scenarios; send the changes by POST")
	case coverage.CheckScenarioID(m.ScenarioID) != nil:
		return nil, unfit("scenario", "%v", coverage.CheckScenarioID(m.ScenarioID))
	}
	kept, err := s.scenarios.Get(ctx, study, m.ScenarioID)
	if coverage.CodeOf(err) == coverage.NotFound {
		return nil, unfit("scenario", "%v", err)
	}
	if err != nil {
		return nil, err
	}
	return scenario.Load(kept)
}

// place puts the faults of a saved scenario where the request has it: a body
// names it by scenario_id.
func (m *ScenarioMembers) place(p *problem, part string) { m.placeUnder(p, part, "scenario") }

// placeUnder is place for a scenario under another name.
func (m *ScenarioMembers) placeUnder(p *problem, part, name string) {
	if m.ScenarioID == "" || m.Scenario != nil {
		return
	}
	at, id := part+"."+name, name
	if part == "body" {
		id += "_id"
	}
	for i := range p.Errors {
		f := &p.Errors[i]
		rest, ok := strings.CutPrefix(f.Location, at)
		if !ok || rest != "" && rest[0] != '.' {
			continue
		}
		f.Location = part + "." + id + rest
		if rest == "" {
			f.Value = fail.Shown(m.ScenarioID)
		}
	}
}

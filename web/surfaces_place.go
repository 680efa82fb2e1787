package web

import (
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// PlaceMembers: see OverviewMembers.
type PlaceMembers struct {
	QuestionMembers
	Zone   string    `query:"zone" json:"zone,omitempty" doc:"Id of the zone asked about, of the level asked for. Give this or at." example:"511011001001"`
	At     []float64 `query:"at" json:"at,omitempty" nullable:"false" doc:"The place asked about: longitude, latitude in degrees (WGS 84). People are then those of the zone that holds it." example:"[105.07,29.59]"`
	Kind   string    `query:"kind" json:"kind,omitempty" doc:"A facility kind asked about beside the circle, within the cutoff: the first row." example:"pocket_park"`
	Circle string    `query:"circle" json:"circle,omitempty" doc:"Which circle of the standards library. Default: circle-15." example:"circle-15"`
	Rule   string    `query:"rule" json:"rule,omitempty" doc:"Which limit of a need counts where people are told to reach it: time, distance or both. Default: time. Each row has both." example:"both"`
}

func (s *server) registerPlace(api huma.API) {
	registerSurface(s, api, surface[PlaceMembers, analysis.PlaceOptions, analysis.PlaceSummary, analysis.PlaceRow]{
		path: "place", summary: "What does this place reach, and what is missing?",
		description: "One zone, or the zone about a point: its people by cohort; and for every need of a service circle who reaches it under the time " +
			"rule and the distance rule, the nearest facilities from the point or from where most of the zone live, the way to the first, and the " +
			"facilities that serve the zone with their load.",
		options: func(p *PlaceMembers) (string, analysis.PlaceOptions, error) {
			o := analysis.PlaceOptions{Zone: p.Zone, Kind: p.Kind, Circle: p.Circle, Rule: p.Rule}
			switch len(p.At) {
			case 0:
			case 2:
				o.At = &orb.Point{p.At[0], p.At[1]}
			default:
				return "", o, &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
					Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "at",
					Message: fmt.Sprintf("at has %d numbers; give two: longitude, latitude", len(p.At)),
				}}}
			}
			return "", o, nil
		},
		ask: (*analysis.Engine).Place,
	})
}

package main

import (
	"context"

	"github.com/paulmach/orb"

	"kaimen/coverage/analysis"
)

type placeCommand struct {
	indicatorFlags
	Zone   string `xor:"place" required:"" help:"Id of the zone, of the level asked for." placeholder:"ID"`
	At     lonLat `xor:"place" required:"" help:"A place, in degrees; people are those of the zone that holds it." placeholder:"LON,LAT"`
	Kind   string `help:"Facility kind asked about beside the circle, within the cutoff." placeholder:"KIND"`
	Circle string `help:"Which circle of the standards library; default circle-15." placeholder:"ID"`
	Rule   string `help:"Which limit of a need counts: time, distance or both; default time." placeholder:"RULE"`
}

// Run tells what one zone, or one place, reaches and lacks.
func (k placeCommand) Run(ctx context.Context, c console) error {
	options := analysis.PlaceOptions{Zone: k.Zone, Kind: k.Kind, Circle: k.Circle, Rule: k.Rule}
	if k.At.given {
		options.At = &orb.Point{k.At.at[0], k.At.at[1]}
	}
	return tell(ctx, c, k.indicatorFlags, "", options, nil, (*analysis.Engine).Place)
}

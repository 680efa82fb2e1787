package main

import (
	"context"

	"kaimen/coverage/analysis"
)

type estatesCommand struct {
	indicatorFlags
	All         bool     `help:"List all estates rather than the old ones alone."`
	Needs       []string `help:"What residents must reach, as for nearest: clinic,park+pocket_park:1; default everyday kinds that the study has." placeholder:"KIND:N"`
	StepProfile string   `name:"step-profile" help:"Who cannot take steps: wheelchair or stroller." default:"wheelchair"`
}

// Run ranks the old estates by what their residents lack.
func (k estatesCommand) Run(ctx context.Context, c console) error {
	needs, err := analysis.ParseNeeds(k.Needs)
	options := analysis.EstateOptions{All: k.All, Needs: needs, StepProfile: k.StepProfile}
	return tell(ctx, c, k.indicatorFlags, "", options, err, (*analysis.Engine).Estates)
}

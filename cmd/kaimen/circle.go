package main

import (
	"context"

	"kaimen/coverage/analysis"
)

type completenessCommand struct {
	indicatorFlags
	Circle  string   `help:"Which circle of the standards library; default circle-15, unless --needs are given." placeholder:"CIRCLE"`
	Needs   []string `help:"What must be reached instead of a circle, each within the cutoff: market,park+pocket_park,clinic:2." placeholder:"KIND:N"`
	Rule    string   `help:"Which limit of a need counts: time, distance or both; default time." placeholder:"RULE"`
	Uniform bool     `help:"Hold every need of the circle to the cutoff, instead of its own limit."`
}

// Run tells how much of a service circle zones reach.
func (k completenessCommand) Run(ctx context.Context, c console) error {
	needs, err := analysis.ParseNeeds(k.Needs)
	options := analysis.CompletenessOptions{Circle: k.Circle, Needs: needs, Rule: k.Rule, Uniform: k.Uniform}
	return tell(ctx, c, k.indicatorFlags, "", options, err, (*analysis.Engine).Completeness)
}

type perCapitaCommand struct {
	indicatorFlags
	Rules []string `help:"Ids of rules of the standards library, joined by commas; default those of supply for demand that hold everywhere." placeholder:"RULE"`
}

// Run holds what zones have against rules of so much for so many.
func (k perCapitaCommand) Run(ctx context.Context, c console) error {
	return tell(ctx, c, k.indicatorFlags, "", analysis.PerCapitaOptions{Rules: k.Rules}, nil, (*analysis.Engine).PerCapita)
}

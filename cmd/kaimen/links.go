package main

import (
	"context"

	"kaimen/coverage/analysis"
)

type linksCommand struct {
	indicatorFlags
	Kind       string   `help:"Facility kind, such as school or pocket_park." placeholder:"KIND"`
	Kinds      []string `help:"More kinds, joined by commas: gains are added up." placeholder:"KIND"`
	MaxM       *float64 `name:"max-m" help:"Longest link in a straight line, in meters; default 150." placeholder:"M"`
	MinDetourM *float64 `name:"min-detour-m" help:"The way between its ends, as it is, is longer than this; default 800." placeholder:"M"`
	SameM      *float64 `name:"same-m" help:"Links whose ends lie so near each other along the network are one, and the shortest stays; default 100." placeholder:"M"`
	Source     []string `help:"Where links come from, joined by commas: gate, dead_end, link, closed_road; default all." placeholder:"SOURCE"`
	Obstacles  []string `help:"What a link may not cross, joined by commas: water, building, estate, road, or none; default all." placeholder:"WHAT"`
	Class      string   `help:"OpenStreetMap highway value of the roads drawn; default footway, or what the profile uses." placeholder:"CLASS"`
	Top        *int     `help:"How many rows, the best; 0 for all; default 50." placeholder:"N"`
	P          *int     `help:"How many are chosen together; default 3." placeholder:"P"`
}

// Run tells which openings bring most demand within reach.
func (k linksCommand) Run(ctx context.Context, c console) error {
	kinds := k.Kinds
	if k.Kind != "" {
		kinds = append([]string{k.Kind}, kinds...)
	}
	options := analysis.LinkOptions{
		Kinds: kinds, MaxM: k.MaxM, MinDetourM: k.MinDetourM, SameM: k.SameM, Sources: k.Source, Obstacles: k.Obstacles,
		Class: k.Class, Limit: k.Top, P: k.P,
	}
	return tell(ctx, c, k.indicatorFlags, "", options, nil, (*analysis.Engine).Links)
}

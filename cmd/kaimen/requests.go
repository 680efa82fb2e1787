package main

import (
	"context"

	"kaimen/coverage/analysis"
)

// requestsCommand asks by level and cohort alone: no ways play a part, and no
// scenario.
type requestsCommand struct {
	engineFlags
	fileFlags
	Study  string   `arg:"" help:"Id of the study."`
	Level  string   `help:"study, street, community, grid or building; default community, or the outermost there is." placeholder:"LEVEL"`
	Cohort string   `help:"Whom per_1000 is for: people, elderly, children, households …, or dwellings or area of buildings." default:"people"`
	Kinds  []string `help:"Requests of these kinds alone, joined by commas; default all." placeholder:"KIND"`
	States []string `help:"Requests in these states alone, joined by commas: open, doing, done, dropped, or states in the words of the study; default all." placeholder:"STATE"`
	Since  string   `help:"Opened on this day or later." placeholder:"DAY"`
	Until  string   `help:"Opened on this day or earlier." placeholder:"DAY"`
}

// Run tells what residents asked for, and what became of it.
func (k requestsCommand) Run(ctx context.Context, c console) error {
	question := indicatorFlags{Study: k.Study, askFlags: askFlags{
		engineFlags: k.engineFlags, fileFlags: k.fileFlags, Level: k.Level, Cohort: k.Cohort,
	}}
	options := analysis.RequestCountOptions{Kinds: k.Kinds, States: k.States, Since: k.Since, Until: k.Until}
	return tell(ctx, c, question, "", options, nil, (*analysis.Engine).RequestCounts)
}

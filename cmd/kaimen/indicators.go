package main

import (
	"context"
	"fmt"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
)

// indicatorFlags is what all indicators are asked by.
type indicatorFlags struct {
	Study string `arg:"" help:"Id of the study."`
	askFlags
}

// askFlags is the same but for the study.
type askFlags struct {
	engineFlags
	scenarioFlag
	fileFlags
	Level     string   `help:"study, street, community, grid or building; default community, or the outermost there is." placeholder:"LEVEL"`
	Profile   string   `help:"Who travels how: walk, walk_detailed, elder, child, stroller, wheelchair, bike, ebike, car." default:"walk"`
	When      string   `help:"A moment of the week, such as \"Mo 14:30\": gates that are shut then are not passed." placeholder:"MOMENT"`
	Cohort    string   `help:"Whom or what to count: people, elderly, children, households …, or dwellings or area of buildings." default:"people"`
	CutoffMin *float64 `name:"cutoff-min" xor:"cutoff" help:"Largest travel time in minutes (15 if no cutoff is given)." placeholder:"MIN"`
	CutoffM   *float64 `name:"cutoff-m" xor:"cutoff" help:"Largest distance along the network in meters." placeholder:"M"`
}

// kindFlag is for indicators of one facility kind.
type kindFlag struct {
	Kind string `required:"" help:"Facility kind, such as school or pocket_park." placeholder:"KIND"`
}

// rulesFlags give the cutoff of the rule that the question's own is not of.
type rulesFlags struct {
	OtherMin *float64 `name:"other-min" help:"Minutes of the time rule beside --cutoff-m; default: those of the same tier." placeholder:"MIN"`
	OtherM   *float64 `name:"other-m" help:"Meters of the distance rule beside --cutoff-min; default: those of the same tier." placeholder:"M"`
}

func (f rulesFlags) rules() (analysis.Rules, error) {
	byTime, errTime := cutoff(f.OtherMin, nil)
	byDistance, errDistance := cutoff(nil, f.OtherM)
	rules := analysis.Rules{}
	if f.OtherMin != nil {
		rules.CutoffS = byTime.Seconds()
	}
	if f.OtherM != nil {
		rules.CutoffM = byDistance.Meters()
	}
	return rules, coverage.AllFaults(errTime, errDistance)
}

func (f askFlags) request(ctx context.Context, study, kind string) analysis.CoverageRequest {
	r := analysis.CoverageRequest{
		Study: study, Kind: kind, Level: coverage.Level(f.Level), Profile: f.Profile, Cohort: f.Cohort, When: f.When,
	}
	var errs [3]error
	r.Cutoff, errs[0] = cutoff(f.CutoffMin, f.CutoffM)
	if f.Output != "" {
		_, errs[2] = f.system(f.Output) // told before the work, not after it
	}
	r.Scenario, errs[1] = f.read(ctx, f.storeFlag, study)
	r.Unfit = coverage.AllFaults(errs[:]...)
	return r
}

// tell asks for an indicator, prints its summary and writes its rows to the
// file named. unfit are faults of its options, told with those of the question.
func tell[O, S, R any](
	ctx context.Context, c console, f indicatorFlags, kind string, options O, unfit error,
	ask func(*analysis.Engine, context.Context, analysis.Request[O]) (*analysis.Answer[O, S, R], error),
) error {
	request := f.request(ctx, f.Study, kind)
	request.Unfit = coverage.AllFaults(request.Unfit, unfit)
	return f.withEngine(ctx, func(engine *analysis.Engine) error {
		a, err := ask(engine, ctx, analysis.Request[O]{CoverageRequest: request, Options: options})
		if err != nil {
			return f.named(err)
		}
		fmt.Fprintf(c.stdout, "totals rows=%d %s\n", len(a.Rows), export.Words(a.Summary))
		for _, line := range export.Lists(a.Summary) {
			fmt.Fprintln(c.stdout, line)
		}
		fmt.Fprintf(c.stdout, "study=%s snapshot=%s kind=%s level=%s profile=%s cohort=%s cutoff_s=%s cutoff_m=%s key=%s\n",
			a.Study, a.Snapshot, a.Question.Kind, a.Question.Level, a.Question.Profile, a.Question.Cohort,
			number(a.Question.CutoffS), number(a.Question.CutoffM), a.Key)
		c.printScenario(a.Question.Scenario)
		c.warnings(a.Warnings)
		if f.Output == "" {
			return nil
		}
		return f.tableFile(ctx, asJSON(a), func(shaped bool) (export.Table, error) {
			if !shaped {
				return export.AnswerTable("answer", a, nil), nil
			}
			shapes, err := engine.Shapes(ctx, a.Snapshot)
			if err != nil {
				return export.Table{}, err
			}
			return export.AnswerTable("answer", a, shapes), nil
		})
	})
}

type overviewCommand struct {
	indicatorFlags
	rulesFlags
	Kinds  []string `help:"Facility kinds, joined by commas; default all the study has." placeholder:"KIND"`
	Levels []string `help:"Levels to give rows for, joined by commas; default that of --level." placeholder:"LEVEL"`
}

// Run tells the coverage of many kinds under both rules.
func (k overviewCommand) Run(ctx context.Context, c console) error {
	rules, err := k.rules()
	options := analysis.OverviewOptions{Kinds: k.Kinds, Rules: rules}
	for _, level := range k.Levels {
		options.Levels = append(options.Levels, coverage.Level(level))
	}
	return tell(ctx, c, k.indicatorFlags, "", options, err, (*analysis.Engine).Overview)
}

type disagreementsCommand struct {
	indicatorFlags
	kindFlag
	rulesFlags
}

// Run lists the buildings on which the two rules disagree.
func (k disagreementsCommand) Run(ctx context.Context, c console) error {
	rules, err := k.rules()
	return tell(ctx, c, k.indicatorFlags, k.Kind, analysis.DisagreementOptions{Rules: rules}, err, (*analysis.Engine).Disagreements)
}

type nearestCommand struct {
	indicatorFlags
	Needs []string `required:"" help:"Kinds with how many of them, joined by commas: market:3,clinic:1; kinds of which any will do by +: park+pocket_park." placeholder:"KIND:N"`
}

// Run tells how far it is to the nearest facilities.
func (k nearestCommand) Run(ctx context.Context, c console) error {
	needs, err := analysis.ParseNeeds(k.Needs)
	return tell(ctx, c, k.indicatorFlags, "", analysis.NearestOptions{Needs: needs}, err, (*analysis.Engine).Nearest)
}

type distributionCommand struct {
	indicatorFlags
	kindFlag
	StepMin *float64 `name:"step-min" help:"How wide a step is in minutes; default 1." placeholder:"MIN"`
	StepM   *float64 `name:"step-m" help:"How wide a step is in meters, beside --cutoff-m; default 100." placeholder:"M"`
	Steps   int      `help:"How many, up to 1,000; default up to twice the cutoff, but at least 30." placeholder:"N"`
	Zones   []string `help:"Ids of zones of the level, joined by commas, that are told beside the study." placeholder:"ID"`
}

// Run tells how many have a facility within how much.
func (k distributionCommand) Run(ctx context.Context, c console) error {
	byTime, errTime := cutoff(k.StepMin, nil)
	byDistance, errDistance := cutoff(nil, k.StepM)
	options := analysis.DistributionOptions{Steps: k.Steps, Zones: k.Zones}
	if k.StepMin != nil {
		options.StepS = byTime.Seconds()
	}
	if k.StepM != nil {
		options.StepM = byDistance.Meters()
	}
	return tell(ctx, c, k.indicatorFlags, k.Kind, options, coverage.AllFaults(errTime, errDistance), (*analysis.Engine).Distribution)
}

type catchmentsCommand struct {
	indicatorFlags
	kindFlag
}

// Run allots the demand to its nearest facility.
func (k catchmentsCommand) Run(ctx context.Context, c console) error {
	return tell(ctx, c, k.indicatorFlags, k.Kind, analysis.CatchmentOptions{}, nil, (*analysis.Engine).Catchments)
}

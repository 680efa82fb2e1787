package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/analysis"
)

// accessibilityFlags is how to score, wherever the costs come from; numbers are
// in their unit.
type accessibilityFlags struct {
	Method string   `required:"" help:"cumulative, gravity, nearest, ratio, 2sfca, e2sfca, 3sfca or bfca." placeholder:"METHOD"`
	Decay  string   `help:"step, exponential, power, gaussian, gaussian_to_zero, logistic, linear or zones; default step, or zones of e2sfca." placeholder:"DECAY"`
	Cutoff *float64 `help:"The largest cost that counts." placeholder:"COST"`
	Beta   *float64 `help:"Of the decays exponential and power." placeholder:"X"`
	Sigma  *float64 `help:"Of the decay gaussian." placeholder:"COST"`
	Center *float64 `help:"Of the decay logistic." placeholder:"COST"`
	Spread *float64 `help:"Of the decay logistic." placeholder:"COST"`
	Zones  string   `help:"Ends and weights, such as 600=1,1200=0.68,1800=0.22; without, thirds of the cutoff so weighted." placeholder:"COST=WEIGHT,…"`
}

// options are the flags as one value, without fault.
func (f accessibilityFlags) options() (accessibility.Options, error) {
	zones, err := accessibility.ParseZones(f.Zones)
	o := accessibility.Options{
		Method: accessibility.Method(f.Method), Decay: f.Decay,
		Cutoff: f.Cutoff, Beta: f.Beta, Sigma: f.Sigma, Center: f.Center, Spread: f.Spread, Zones: zones,
	}
	issues := o.Validate()
	if err != nil { // what is left of the zones is not what was meant
		issues = slices.DeleteFunc(issues, func(i coverage.Issue) bool { return i.Source == "zones" })
	}
	if len(issues) > 0 {
		err = coverage.AllFaults(err, &coverage.Error{Code: coverage.Invalid, Message: "the scores cannot be computed", Issues: issues})
	}
	return o, err
}

// score scores demand on a matrix; weight and capacity may be nil where the
// method does not need them.
func (f accessibilityFlags) score(m accessibility.Matrix, weight, capacity []float64) (accessibility.Result, error) {
	o, err := f.options()
	if err != nil {
		return accessibility.Result{}, err
	}
	return accessibility.Score(m, weight, capacity, o)
}

type accessibilityCommand struct {
	Study string `arg:"" optional:"" help:"Id of the study; none with --matrix."`
	askFlags
	accessibilityFlags
	fieldsFlag
	Kind   string `help:"Facility kind; with --matrix, supply of this kind alone." placeholder:"KIND"`
	Offer  string `help:"What facilities of the study offer: capacity, facilities (each counts 1), area_m2 or staff; default capacity for methods that share it out, else facilities." placeholder:"OFFER"`
	Matrix string `type:"existingfile" help:"Ready-made costs instead of a study: a table of origin, destination, cost; a pair that is missing is out of reach." placeholder:"FILE"`
	Demand string `type:"existingfile" help:"With --matrix: a table of demand: id, weight." placeholder:"FILE"`
	Supply string `type:"existingfile" help:"With --matrix: a table of supply: id, capacity, and kind." placeholder:"FILE"`
}

// Run scores the demand of a study or of tables.
func (k accessibilityCommand) Run(ctx context.Context, c console) error {
	tables := map[string]string{"--matrix": k.Matrix, "--demand": k.Demand, "--supply": k.Supply}
	if k.Study == "" {
		if err := onlyTables(tables, k.askFlags); err != nil {
			return err
		}
		return k.onTables(ctx, c)
	}
	if err := onlyStudy(tables); err != nil {
		return err
	}
	return k.onStudy(ctx, c)
}

// onStudy scores on the network; costs are seconds, or meters.
func (k accessibilityCommand) onStudy(ctx context.Context, c console) error {
	unfit := refused(k.Cutoff != nil, "cutoff", "--cutoff is of ready-made costs; give --cutoff-min or --cutoff-m")
	zones, err := accessibility.ParseZones(k.Zones)
	options := analysis.AccessibilityOptions{Supply: k.Offer, Options: accessibility.Options{
		Method: accessibility.Method(k.Method), Decay: k.Decay, Beta: k.Beta, Sigma: k.Sigma, Center: k.Center, Spread: k.Spread, Zones: zones,
	}}
	return tell(ctx, c, indicatorFlags{k.Study, k.askFlags}, k.Kind, options, coverage.AllFaults(unfit, err), (*analysis.Engine).Accessibility)
}

// onTables prints the totals, then writes the scores.
func (k accessibilityCommand) onTables(ctx context.Context, c console) error {
	in, err := k.read()
	if err != nil {
		return err
	}
	r, err := k.score(in.matrix, in.demand.amount, in.supply.amount)
	if err != nil {
		return err
	}
	c.printScores(k, in, r)
	if k.Output == "" {
		return nil
	}
	return k.write(ctx, in, r)
}

// scoreInput is what is read.
type scoreInput struct {
	matrix         accessibility.Matrix
	demand, supply *amounts
}

// read reads the three tables; all faults of flags and tables are told at once.
func (k accessibilityCommand) read() (in scoreInput, err error) {
	method := accessibility.Method(k.Method)
	var errs [5]error
	_, errs[0] = k.options()
	errs[1] = k.check("origin", "destination", "cost", "id", "weight", "capacity", "kind")
	in.demand, errs[2] = readAmounts(k.Demand, "weight", "", method.NeedsWeight(), k.fieldsFlag)
	in.supply, errs[3] = readAmounts(k.Supply, "capacity", k.Kind, method.NeedsCapacity(), k.fieldsFlag)
	in.matrix, errs[4] = readMatrix(k.Matrix, in.demand, in.supply, k.fieldsFlag)
	return in, coverage.AllFaults(errs[:]...)
}

// printScores prints the totals first, in one line of names and values.
func (c console) printScores(k accessibilityCommand, in scoreInput, r accessibility.Result) {
	totals := []string{
		fmt.Sprintf("totals demands=%d supplies=%d pairs=%d", len(in.demand.ids), len(in.supply.ids), len(in.matrix.Supply)),
	}
	named := func(name string, x float64) { totals = append(totals, name+"="+number(accessibility.Finite(x))) }
	if in.demand.amount != nil {
		named("weight", in.demand.sum())
	}
	if in.supply.amount != nil {
		named("capacity", in.supply.sum())
	}
	if r.Scores != nil {
		none, unserved, mean := summary(r.Scores, in.demand.amount)
		totals = append(totals, fmt.Sprintf("unserved=%d", none))
		if in.demand.amount != nil {
			named("unserved_weight", unserved)
			named("mean_score", mean)
		}
	}
	fmt.Fprintln(c.stdout, strings.Join(totals, " "))
	fmt.Fprintf(c.stdout, "method=%s", k.Method)
	if o, err := k.options(); err == nil && o.DecayName() != "" {
		fmt.Fprintf(c.stdout, " decay=%s", o.DecayName())
	}
	for _, p := range []struct {
		name  string
		value *float64
	}{{"cutoff", k.Cutoff}, {"beta", k.Beta}, {"sigma", k.Sigma}, {"center", k.Center}, {"spread", k.Spread}} {
		if p.value != nil {
			fmt.Fprintf(c.stdout, " %s=%s", p.name, number(p.value))
		}
	}
	if k.Zones != "" {
		fmt.Fprintf(c.stdout, " zones=%s", strings.ReplaceAll(k.Zones, " ", ""))
	}
	fmt.Fprintln(c.stdout)
}

// summary counts the demand that nothing serves, and takes the mean of the
// scores, by weight, where there is one.
func summary(scores, weight []float64) (none int, unserved, mean float64) {
	var sum, people float64
	for i, s := range scores {
		w := 0.0
		if weight != nil {
			w = weight[i]
		}
		if s == 0 || math.IsInf(s, 1) {
			none++
			unserved += w
		}
		if !math.IsInf(s, 1) {
			sum += w * s
			people += w
		}
	}
	return none, unserved, sum / people
}

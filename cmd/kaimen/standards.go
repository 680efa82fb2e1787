package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"kaimen/coverage/standard"
)

type standardsCommand struct {
	Standards string `type:"existingfile" help:"Local rules, circles and tiers of this .yaml file go before those that come with the program." env:"KAIMEN_STANDARDS" placeholder:"FILE"`
	Output    string `short:"o" help:"Write all rules and circles to this .json file." placeholder:"FILE"`
}

// Run lists the rules and circles, and so checks a local file.
func (k standardsCommand) Run(c console) error {
	library, err := engineFlags{Standards: k.Standards}.library()
	if err != nil {
		return err
	}
	rules, circles := library.Rules(), library.Circles()
	verified := 0
	for i := range rules {
		if rules[i].Verified {
			verified++
		}
	}
	fmt.Fprintf(c.stdout, "totals rules=%d verified=%d circles=%d\n", len(rules), verified, len(circles))
	t := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rule\tfigure\tunit\tverified\tclause\tstandard\tname\tsource")
	for i := range rules {
		r := &rules[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%t\t%s\t%s\t%s\t%s\n", r.ID, figure(r), r.Unit, r.Verified, r.Clause, r.Standard, nameOf(r.Name), r.Source)
	}
	for _, circle := range circles {
		var needs []string
		for _, need := range circle.Needs {
			needs = append(needs, need.ID)
		}
		fmt.Fprintf(t, "circle %s\t%d needs\t\t%t\t\t\t%s\t%s\n", circle.ID, len(needs), circle.Verified, nameOf(circle.Name), strings.Join(needs, ", "))
	}
	if err := t.Flush(); err != nil || k.Output == "" {
		return err
	}
	return writeFile(k.Output, map[string]writer{".json": asJSON(struct {
		Rules   []standard.Rule   `json:"rules"`
		Circles []standard.Circle `json:"circles"`
	}{rules, circles})}, ".json")
}

// figure writes what a rule asks for.
func figure(r *standard.Rule) string {
	if r.Bound == standard.BoundRange {
		return number(r.Min) + " to " + number(r.Max)
	}
	return string(r.Bound) + " " + number(r.Value)
}

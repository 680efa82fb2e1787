package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/candidate"
	"kaimen/coverage/siting"
	"kaimen/data/export"
)

// modelFlags are what a plan should achieve, of a study and of tables alike.
type modelFlags struct {
	Model        string        `help:"lscp, mclp, decay, pmedian, pcenter, backup, capacitated, single_source or maxmin." default:"mclp"`
	P            int           `name:"p" help:"How many sites to open at most, beside existing ones." placeholder:"N"`
	Budget       *float64      `help:"What they may cost at most." placeholder:"COST"`
	Share        *float64      `help:"With lscp: the share of all demand to cover; default all that can be." placeholder:"0..1"`
	Floor        *float64      `help:"With mclp: the least rate of coverage of any area." placeholder:"0..1"`
	Steps        string        `help:"With decay: cutoffs and what demand counts up to them, such as 5=1,10=0.6,15=0.3." placeholder:"COST=SHARE,…"`
	Curve        int           `help:"The best plans for 1 to N sites, too." placeholder:"N"`
	Alternatives int           `help:"How many other plans about as good to list." placeholder:"N"`
	Within       *float64      `help:"How much worse passes for as good, as a share of the objective; default 0.01." placeholder:"SHARE"`
	Stability    bool          `help:"Put the plan to the test: demand by 10 percent, cutoffs by a minute, closed roads."`
	Effort       int           `help:"How hard to search, in millions of pairs of demand and site; default 20000." placeholder:"N"`
	Seed         uint64        `help:"Of random choice." placeholder:"N"`
	Deadline     time.Duration `help:"End the search by the clock, such as 30s, with the best plan so far." placeholder:"TIME"`
	LP           string        `name:"lp" help:"Write the model to this file in the LP format, so that another program can check it." placeholder:"FILE"`
	MPS          string        `name:"mps" help:"Write the model to this file in the MPS format." placeholder:"FILE"`
}

// placesFlags are where new sites of a study may go.
type placesFlags struct {
	Kinds         []string `help:"Several kinds under one budget, each with its number: pocket_park:3,parking:4,charging_post:16." placeholder:"KIND:N"`
	Figures       []string `help:"Figures of single kinds: parking.cost=50000,parking.cost_per_unit=8000,parking.min_area_m2=600,charging_post.cohort=vehicles." placeholder:"KIND.NAME=VALUE"`
	Sources       []string `help:"Where sites come from: parcel, estate, edge, point; default parcels and points, and estates for kinds that go there." placeholder:"SOURCE"`
	EveryM        float64  `name:"every-m" help:"Of edge: meters between places along roads; default 100." placeholder:"M"`
	OnlyOld       bool     `name:"only-old" help:"Of estates: old ones alone."`
	MinHouseholds int      `name:"min-households" help:"Of estates: of so many households at least." placeholder:"N"`
	SpacingM      float64  `name:"spacing-m" help:"Least distance between new sites of a kind, in meters." placeholder:"M"`
	SpacingAll    bool     `name:"spacing-existing" help:"Keep that distance from existing facilities, too."`
	Require       []string `help:"Candidates that must be opened, by id, such as parcel:12 or, of one kind, parking/parcel:12." placeholder:"ID"`
	Forbid        []string `help:"Candidates that must not be opened." placeholder:"ID"`
	Requests      bool     `help:"Count open requests of residents in place of the cohort."`
	RequestKinds  []string `name:"request-kinds" help:"Requests of these kinds alone." placeholder:"KIND"`
	AreaLevel     string   `name:"area-level" help:"Level of the zones that a floor, or maxmin, looks at; default that of --level." placeholder:"LEVEL"`
	PerUnit       float64  `name:"per-unit" help:"Demand that a unit of capacity serves; default 1." placeholder:"N"`
	Capacity      *float64 `help:"Capacity of sites whose own is not known." placeholder:"N"`
	SearchTimes   float64  `name:"search-times" help:"How far models of travel look, in cutoffs; default 3." placeholder:"N"`
	ClosedRoads   []string `name:"closed-roads" help:"With --stability: roads to close, by id." placeholder:"ID"`
	Details       bool     `help:"Tell all candidates, and what was rejected; --no-details does not." default:"true" negatable:""`
	Options       string   `type:"existingfile" help:"Options in JSON, as the answer tells them: points, excluded, links and all others; flags go before them." placeholder:"FILE"`
}

type sitesCommand struct {
	Study string `arg:"" optional:"" help:"Id of the study; none with --matrix."`
	askFlags
	modelFlags
	placesFlags
	tablesFlags
	Kind string `help:"Facility kind, such as pocket_park." placeholder:"KIND"`
}

// Run chooses sites for a study or for tables.
func (k sitesCommand) Run(ctx context.Context, c console) error {
	tables := map[string]string{"--matrix": k.Matrix, "--demand": k.Demand}
	if k.Study == "" {
		if err := onlyTables(tables, k.askFlags); err != nil {
			return err
		}
		return k.onTables(ctx, c)
	}
	tables["--candidates"] = k.Candidates
	request := k.request(ctx, k.Study, k.Kind)
	request.Unfit = coverage.AllFaults(request.Unfit, onlyStudy(tables),
		refused(k.Cutoff != nil, "cutoff", "--cutoff is of ready-made costs; give --cutoff-min or --cutoff-m"),
		refused(k.Budget != nil && *k.Budget != math.Trunc(*k.Budget), "budget", "the budget has digits behind the point; costs of a study are whole: give a whole number"))
	options, err := k.options()
	request.Unfit = coverage.AllFaults(request.Unfit, err)
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		watch, finish := c.search()
		options.Watch = func(p analysis.SitesProgress) { watch(p.Objective, p.Bound, p.Gap, p.Done) }
		r := analysis.SitesRequest{CoverageRequest: request, Options: options}
		if err := k.writeModels(ctx, engine, r); err != nil {
			finish()
			return k.named(err)
		}
		a, err := engine.Sites(ctx, r)
		finish()
		if err != nil {
			return k.named(err)
		}
		c.printSites(a)
		if k.Output == "" {
			return nil
		}
		return k.tableFile(ctx, asJSON(a), func(bool) (export.Table, error) { return export.AnswerTable("plan", a, nil), nil })
	})
}

// options are those of the file and, before them, of the flags.
func (k sitesCommand) options() (o analysis.SitesOptions, err error) {
	if k.Options != "" {
		text, err := os.ReadFile(k.Options)
		if err != nil {
			return o, err
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&o); err != nil {
			return o, refused(true, "options", "%s cannot be used: %v", filepath.Base(k.Options), err)
		}
	}
	kinds, errKinds := analysis.ParseSiteKinds(k.Kinds, k.figured())
	steps, errSteps := analysis.ParseSiteSteps(k.Steps)
	if len(kinds) > 0 {
		o.Kinds = kinds
	}
	if len(steps) > 0 {
		o.Steps = steps
	}
	for _, s := range k.Sources {
		o.Sources = append(o.Sources, candidate.Source(s))
	}
	o.Model = siting.Model(over(string(o.Model), k.Model, "mclp"))
	o.Number, o.EveryM, o.MinHouseholds = over(o.Number, k.P, 0), over(o.EveryM, k.EveryM, 0), over(o.MinHouseholds, k.MinHouseholds, 0)
	o.SpacingM, o.PerUnit, o.SearchTimes = over(o.SpacingM, k.SpacingM, 0), over(o.PerUnit, k.PerUnit, 0), over(o.SearchTimes, k.SearchTimes, 0)
	o.Curve, o.Alternatives, o.Effort, o.Seed = over(o.Curve, k.Curve, 0), over(o.Alternatives, k.Alternatives, 0), over(o.Effort, k.Effort, 0), over(o.Seed, k.Seed, 0)
	if k.Budget != nil {
		whole := int64(max(min(*k.Budget, 1e15), -1))
		o.Budget = &whole
	}
	o.Share, o.Floor = over(o.Share, k.Share, nil), over(o.Floor, k.Floor, nil)
	o.Within, o.Capacity = over(o.Within, k.Within, nil), over(o.Capacity, k.Capacity, nil)
	o.AreaLevel = over(o.AreaLevel, coverage.Level(k.AreaLevel), "")
	o.OnlyOld, o.SpacingAll, o.Requests, o.Stability = o.OnlyOld || k.OnlyOld, o.SpacingAll || k.SpacingAll, o.Requests || k.Requests, o.Stability || k.Stability
	o.Required, o.Forbidden = append(o.Required, k.Require...), append(o.Forbidden, k.Forbid...)
	o.RequestKinds, o.ClosedRoads = append(o.RequestKinds, k.RequestKinds...), append(o.ClosedRoads, k.ClosedRoads...)
	o.Deadline = k.Deadline
	if !k.Details {
		o.Details = &k.Details
	}
	return o, coverage.AllFaults(errKinds, errSteps)
}

// figured are the figures; with one kind, they need not name it.
func (k sitesCommand) figured() []string {
	if k.Kind == "" {
		return k.Figures
	}
	list := make([]string, len(k.Figures))
	for i, text := range k.Figures {
		list[i] = text
		if name, _, _ := strings.Cut(text, "="); !strings.Contains(name, ".") {
			list[i] = k.Kind + "." + text
		}
	}
	return list
}

// over is what a flag says, unless it is at its default.
func over[T comparable](file, flag, unsaid T) T {
	if flag == unsaid && file != *new(T) {
		return file
	}
	return flag
}

// writeModels writes the model files that are asked for.
func (k sitesCommand) writeModels(ctx context.Context, e *analysis.Engine, r analysis.SitesRequest) error {
	for _, one := range []struct{ format, path string }{{"lp", k.LP}, {"mps", k.MPS}} {
		if one.path == "" {
			continue
		}
		write, err := e.SitesModel(ctx, r, one.format)
		if err != nil {
			return err
		}
		if err := writeFile(one.path, map[string]writer{"." + one.format: write}, "."+one.format); err != nil {
			return err
		}
	}
	return nil
}

// printSites prints the totals first, then the sites.
func (c console) printSites(a *analysis.SitesAnswer) {
	s := a.Summary
	meaning, notes := s.Meaning, s.Notes
	s.Meaning, s.Notes = "", nil // they are sentences
	fmt.Fprintf(c.stdout, "totals %s\nobjective: %s\n", export.Words(s), meaning)
	for _, row := range a.Rows {
		substitute := ""
		if row.SubstituteID != nil {
			substitute = fmt.Sprintf(" substitute=%s substitute_loss=%s", *row.SubstituteID, number(row.SubstituteLoss))
		}
		fmt.Fprintf(c.stdout, "site rank=%d id=%s kind=%s name=%q cost=%d newly=%v only_here=%v shared=%v mark=%s%s\n",
			row.Rank, row.ID, row.Kind, row.Name, row.Cost, row.Newly, row.OnlyHere, row.Shared, row.Mark, substitute)
	}
	areas := s.Areas
	if s.Fair.LeastRate == nil { // nothing was asked of them: the files have them
		areas = nil
	}
	for _, list := range [][]string{
		lines("kind", s.Kinds), lines("area", areas), lines("curve", s.Curve), lines("alternative", s.AlternativePlans),
		lines("stability", s.Changes), lines("rejected", s.RejectedBy),
	} {
		for _, line := range list {
			fmt.Fprintln(c.stdout, line)
		}
	}
	fmt.Fprintf(c.stdout, "study=%s snapshot=%s kind=%s profile=%s cohort=%s cutoff_s=%s cutoff_m=%s key=%s\n",
		a.Study, a.Snapshot, a.Question.Kind, a.Question.Profile, a.Question.Cohort, number(a.Question.CutoffS), number(a.Question.CutoffM), a.Key)
	for _, note := range notes {
		fmt.Fprintln(c.stdout, "note:", note)
	}
	c.printScenario(a.Question.Scenario)
	c.warnings(a.Warnings)
}

func lines[T any](name string, list []T) []string {
	words := make([]string, len(list))
	for i := range list {
		words[i] = name + " " + export.Words(list[i])
	}
	return words
}

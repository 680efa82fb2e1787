package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
	"kaimen/data/export/form"
)

type analyzeCommand struct {
	Coverage      coverageCommand      `cmd:"" help:"Who reaches a facility of a kind, zone by zone."`
	Overview      overviewCommand      `cmd:"" help:"Who reaches facilities of all kinds, under the time and the distance rule."`
	Disagreements disagreementsCommand `cmd:"" help:"The buildings that one of the two rules alone covers."`
	Nearest       nearestCommand       `cmd:"" help:"How far it is to the nearest, or the k-th nearest, facilities."`
	Distribution  distributionCommand  `cmd:"" help:"How many have the nearest facility within how much, step by step."`
	Catchments    catchmentsCommand    `cmd:"" help:"Whom each facility serves: load against capacity."`
	Completeness  completenessCommand  `cmd:"" help:"How much of a service circle zones reach, and what is missing."`
	Place         placeCommand         `cmd:"" help:"What one zone, or one place, reaches and lacks, and the way to the nearest."`
	PerCapita     perCapitaCommand     `cmd:"" help:"What zones have against rules of so much for so many."`
	Sensitivity   sensitivityCommand   `cmd:"" help:"Which conclusions stand when assumptions move: speed, facilities, gates, bridges."`
	Estates       estatesCommand       `cmd:"" help:"The old estates, ranked by what their residents lack."`
	Requests      requestsCommand      `cmd:"" help:"What residents ask for, and what becomes of it."`
	Audit         auditCommand         `cmd:"" help:"The share of residential land within a radius of parks, in a straight line."`
	Gaps          gapsCommand          `cmd:"" help:"The demand that does not, point by point."`
	GapAreas      gapAreasCommand      `cmd:"" help:"The areas of it, ranked, with their people and causes."`
	Links         linksCommand         `cmd:"" help:"Which gates opened, and which missing links drawn, bring most people within reach."`
	Isochrones    isochronesCommand    `cmd:"" help:"What is within reach of a place, as rings or lines."`
	Matrix        matrixCommand        `cmd:"" help:"Travel costs between two lists of points."`
	Compare       compareCommand       `cmd:"" help:"Coverage before and after the changes of a scenario."`
	Sites         sitesCommand         `cmd:"" help:"Where new facilities help most, with a proven gap."`
	Accessibility accessibilityCommand `cmd:"" help:"How well places are served, on a matrix of costs."`
	Equity        equityCommand        `cmd:"" help:"How evenly scores are spread over people."`
}

// question is what coverage, gaps and compare ask alike.
type question struct {
	indicatorFlags
	kindFlag
}

func (q question) request(ctx context.Context) analysis.CoverageRequest {
	return q.askFlags.request(ctx, q.Study, q.Kind)
}

// cutoff takes the one of the two that is given; neither gives the zero Cutoff.
func cutoff(minutes, meters *float64) (analysis.Cutoff, error) {
	switch {
	case minutes != nil:
		return analysis.Minutes(*minutes)
	case meters != nil:
		return analysis.Meters(*meters)
	}
	return analysis.Cutoff{}, nil
}

type coverageCommand struct{ question }

// Run prints the totals, then writes the rows to the file named.
func (k coverageCommand) Run(ctx context.Context, c console) error {
	request := k.request(ctx)
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		r, err := engine.Coverage(ctx, request)
		if err != nil {
			return k.named(err)
		}
		c.printCoverage(r)
		if k.Output == "" {
			return nil
		}
		return k.tableFile(ctx, asJSON(r), func(shapes bool) (export.Table, error) {
			if !shapes {
				return export.CoverageTable(r, nil)
			}
			zones, err := engine.Zones(ctx, r.Snapshot, r.Question.Level)
			if err != nil {
				return export.Table{}, err
			}
			return export.CoverageTable(r, zones)
		})
	})
}

// printCoverage prints the totals first, in one line of names and values.
func (c console) printCoverage(r *analysis.CoverageResult) {
	t := r.Totals
	fmt.Fprintf(c.stdout, "totals demand=%v covered=%v coverage_rate=%s uncovered=%v unreached=%v mean_s=%s mean_m=%s\n",
		t.Demand, t.Covered, number(t.CoverageRate), t.Uncovered, t.Unreached, number(t.MeanS), number(t.MeanM))
	fmt.Fprintf(c.stdout, "study=%s snapshot=%s kind=%s level=%s profile=%s cohort=%s cutoff_s=%s cutoff_m=%s key=%s\n",
		r.Study, r.Snapshot, r.Question.Kind, r.Question.Level, r.Question.Profile, r.Question.Cohort,
		number(r.Question.CutoffS), number(r.Question.CutoffM), r.Key)
	c.printScenario(r.Question.Scenario)
	for _, rule := range r.Rules {
		fmt.Fprintf(c.stdout, "rule=%s cutoff_s=%s cutoff_m=%s covered=%v coverage_rate=%s",
			rule.Rule, number(rule.CutoffS), number(rule.CutoffM), rule.Covered, number(rule.CoverageRate))
		if rule.Verified != nil {
			fmt.Fprintf(c.stdout, " verified=%t source=%q", *rule.Verified, rule.Source)
		}
		fmt.Fprintln(c.stdout)
	}
	if worst, ok := worstZone(r.Rows); ok {
		fmt.Fprintf(c.stdout, "most_uncovered=%s %s uncovered=%v coverage_rate=%s\n",
			worst.ID, worst.Name, worst.Uncovered, number(worst.CoverageRate))
	}
	c.warnings(r.Warnings)
}

func worstZone(rows []zonal.Row) (zonal.Row, bool) {
	if len(rows) < 2 {
		return zonal.Row{}, false
	}
	worst := slices.MaxFunc(rows, func(a, b zonal.Row) int { return int(min(max(a.Uncovered-b.Uncovered, -1), 1)) })
	return worst, worst.Uncovered > 0
}

func (c console) warnings(list []analysis.Warning) {
	for _, w := range list {
		fmt.Fprintf(c.stderr, "warning: %s [%s]\n", w.Message, w.Code)
	}
}

// number is a value in decimal with all its digits, or nothing if unknown.
func number(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}

type gapsCommand struct {
	question
	Limit int `help:"Give only the largest so many gaps; 0 for all." placeholder:"N"`
}

// Run prints how much demand is uncovered, then writes the points.
func (k gapsCommand) Run(ctx context.Context, c console) error {
	request := k.request(ctx)
	request.Unfit = coverage.AllFaults(request.Unfit, refused(k.Limit < 0, "limit", "--limit %d is no number of gaps; give 1 or more, or leave it out for all", k.Limit))
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		r, err := engine.Gaps(ctx, request)
		if err != nil {
			return k.named(err)
		}
		if k.Limit > 0 {
			r = r.First(k.Limit)
		}
		fmt.Fprintf(c.stdout, "totals uncovered=%v points=%d\n", r.Uncovered, len(r.Gaps))
		c.printScenario(r.Question.Scenario)
		c.warnings(r.Warnings)
		if k.Output == "" {
			return nil
		}
		return k.tableFile(ctx, asJSON(r), func(bool) (export.Table, error) { return export.GapsTable(r), nil })
	})
}

type matrixCommand struct {
	engineFlags
	scenarioFlag
	bomFlag
	Study        string   `arg:"" help:"Id of the study."`
	Origins      string   `required:"" type:"existingfile" help:"CSV or GeoJSON of points: id, lon, lat." placeholder:"FILE"`
	Destinations string   `required:"" type:"existingfile" help:"CSV or GeoJSON of points: id, lon, lat." placeholder:"FILE"`
	Profile      string   `help:"Who travels how: walk, walk_detailed, elder, child, stroller, wheelchair, bike, ebike, car." default:"walk"`
	When         string   `help:"A moment of the week, such as \"Mo 14:30\": gates that are shut then are not passed." placeholder:"MOMENT"`
	Nearest      int      `help:"Keep of each origin the so many nearest destinations." placeholder:"N"`
	MaxM         *float64 `name:"max-m" help:"Largest distance in meters; ways are the shortest, or with --max-min the fastest. One of the two is needed." placeholder:"M"`
	MaxMin       *float64 `name:"max-min" help:"Largest time in minutes; ways are the fastest." placeholder:"MIN"`
	Output       string   `short:"o" required:"" help:"Write origin, destination, cost_s and cost_m to this file, in the format of its ending: .csv .json .xlsx .gpkg .parquet." placeholder:"FILE"`
}

// write finds the pairs and writes them: .csv and .json as they come.
func (k matrixCommand) write(ctx context.Context, engine *analysis.Engine, r analysis.MatrixRequest) (report analysis.MatrixReport, err error) {
	snapshot, err := engine.Snapshot(ctx, k.Study)
	if err != nil {
		return report, err
	}
	head := export.MatrixHeadOf(snapshot)
	streamed := func(open func(io.Writer) export.MatrixWriter) writer {
		return func(w io.Writer) error {
			out := open(w)
			var unfit error
			report, unfit = engine.Matrix(ctx, r, out.Write)
			return errors.Join(unfit, out.Close(report))
		}
	}
	formats := map[string]writer{
		".csv":  streamed(func(w io.Writer) export.MatrixWriter { return export.NewMatrixCSV(w, head.Synthetic, k.csv()) }),
		".json": streamed(func(w io.Writer) export.MatrixWriter { return export.NewMatrixJSON(w, head.Synthetic) }),
	}
	endings := []string{".csv", ".json", ".xlsx", ".gpkg", ".parquet"}
	for _, ending := range endings[2:] {
		formats[ending] = func(w io.Writer) error {
			known, _ := form.ByFile(ending)
			run := export.NewMatrixRun(head, func(pair func(analysis.Pair) error) (analysis.MatrixReport, error) {
				return engine.Matrix(ctx, r, pair)
			})
			err := known.Write(ctx, w, export.CSVOptions{}, run.Table())
			var unfit error
			if report, unfit = run.Done(); unfit != nil {
				return unfit
			}
			return err
		}
	}
	err = writeFile(k.Output, formats, endings...)
	return report, err
}

// Run writes every pair within the cutoff.
func (k matrixCommand) Run(ctx context.Context, c console) error {
	request := analysis.MatrixRequest{Study: k.Study, Profile: k.Profile, When: k.When, Nearest: k.Nearest}
	var errs [5]error
	request.Cutoff, errs[0] = cutoff(k.MaxMin, k.MaxM)
	if k.MaxMin != nil && k.MaxM != nil {
		request.OtherCutoff, errs[3] = cutoff(nil, k.MaxM)
	}
	request.Origins, errs[1] = readPlaces(k.Origins)
	request.Destinations, errs[2] = readPlaces(k.Destinations)
	request.Scenario, errs[4] = k.read(ctx, k.storeFlag, k.Study)
	if err := coverage.AllFaults(errs[:]...); err != nil {
		return err
	}
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		report, err := k.write(ctx, engine, request)
		if err != nil {
			return k.named(err)
		}
		fmt.Fprintf(c.stdout, "totals pairs=%d origins=%d destinations=%d\n", report.Pairs, len(request.Origins), len(request.Destinations))
		c.warnings(report.Warnings)
		return nil
	})
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/equity"
	"kaimen/data/export"
)

type equityCommand struct {
	Study string `arg:"" optional:"" help:"Id of the study; none with --scores."`
	askFlags
	fieldsFlag
	Kind    string   `help:"Facility kind." placeholder:"KIND"`
	Of      string   `help:"What is spread over the people of a study: reach, how many facilities are within the cutoff, or cost, that to the nearest; default reach." placeholder:"WHAT"`
	Cohorts []string `help:"Cohorts of a study to set side by side, joined by commas; default all." placeholder:"COHORT"`
	Floor   *float64 `help:"The coverage rate that no zone of a study should be below." placeholder:"RATE"`
	Scores  string   `type:"existingfile" help:"Ready-made scores instead of a study: a table of id, score." placeholder:"FILE"`
	Demand  string   `type:"existingfile" help:"With --scores: a table of demand: id, weight, and the column of --order." placeholder:"FILE"`
	Order   string   `help:"With --scores: column of the demand that tells rich from poor, such as income_per_capita: adds the Palma ratio." placeholder:"COLUMN"`
	Line    *float64 `help:"With --scores: the score below which people fall short: adds the three measures of Foster, Greer and Thorbecke." placeholder:"SCORE"`
}

// Run tells how even a study, or a table of scores, is.
func (k equityCommand) Run(ctx context.Context, c console) error {
	tables := map[string]string{"--scores": k.Scores, "--demand": k.Demand}
	if k.Study == "" {
		if err := onlyTables(tables, k.askFlags); err != nil {
			return err
		}
		return k.onTables(ctx, c)
	}
	unfit := coverage.AllFaults(onlyStudy(tables),
		refused(k.Order != "", "order", "--order is of ready-made scores; leave it out"),
		refused(k.Line != nil, "line", "--line is of ready-made scores; leave it out"))
	options := analysis.EquityOptions{Of: k.Of, Cohorts: k.Cohorts, Floor: k.Floor}
	return tell(ctx, c, indicatorFlags{k.Study, k.askFlags}, k.Kind, options, unfit, (*analysis.Engine).Equity)
}

// measures is how even scores are.
type measures struct {
	Places         int     `json:"places"`
	People         float64 `json:"people"`
	UnscoredPeople float64 `json:"unscored_people"`
	equity.Measures
}

// onTables prints the measures, then writes the curve.
func (k equityCommand) onTables(ctx context.Context, c console) error {
	p, err := k.read()
	if err != nil {
		return err
	}
	m, palma, err := k.measure(p)
	if err != nil {
		return err
	}
	c.printEquity(m)
	if palma != nil {
		fmt.Fprintf(c.stderr, "warning: no Palma ratio: %v\n", palma)
	}
	if p.unscored > 0 {
		fmt.Fprintf(c.stderr, "warning: places without a score are left out: %d, with %s people\n", p.unscored, number(&p.unscoredPeople))
	}
	if k.Output == "" {
		return nil
	}
	return k.tableFile(ctx, func(w io.Writer) error { return json.NewEncoder(w).Encode(m) }, func(bool) (export.Table, error) {
		return export.RowsTable("lorenz", m, m.Lorenz), nil
	})
}

// measure takes all measures that are asked for.
func (k equityCommand) measure(p scored) (m measures, palma, err error) {
	m = measures{Places: len(p.values), UnscoredPeople: p.unscoredPeople}
	for _, w := range p.weights {
		m.People += w
	}
	m.Measures, palma, err = equity.Measure(p.values, p.weights, p.order, k.Line)
	return m, palma, err
}

// printEquity prints the totals first, in one line of names and values.
func (c console) printEquity(m measures) {
	fmt.Fprintf(c.stdout, "totals places=%d people=%s unscored_people=%s gini=%s theil=%s",
		m.Places, number(&m.People), number(&m.UnscoredPeople), number(&m.Gini), number(&m.Theil))
	if m.Palma != nil {
		fmt.Fprintf(c.stdout, " palma=%s", number(m.Palma))
	}
	if m.Poverty != nil {
		fmt.Fprintf(c.stdout, " line=%s fgt0=%s fgt1=%s fgt2=%s",
			number(m.Line), number(&m.Headcount), number(&m.Gap), number(&m.Severity))
	}
	fmt.Fprintln(c.stdout)
}

// scored is the demand that has a score.
type scored struct {
	values, weights, order []float64
	unscored               int // places with people and without a score
	unscoredPeople         float64
}

// read joins scores and demand by id; all faults are told at once.
func (k equityCommand) read() (scored, error) {
	var errs [5]error
	errs[0] = k.check("id", "weight", "score")
	if k.Line != nil && (!(*k.Line > 0) || math.IsInf(*k.Line, 1)) {
		errs[1] = &coverage.Error{Code: coverage.Invalid, Message: "the measures cannot be computed", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Source: "line",
			Message: fmt.Sprintf("line is %v; give a score above 0", *k.Line),
		}}}
	}
	demand, err := readAmounts(k.Demand, "weight", "", true, k.fieldsFlag)
	errs[2] = err
	var order []float64
	if demand != nil && k.Order != "" {
		order, errs[3] = k.readOrder(demand)
	}
	scores, err := k.readScores(demand)
	errs[4] = err
	if err := coverage.AllFaults(errs[:]...); err != nil {
		return scored{}, err
	}
	var p scored
	for i, w := range demand.amount {
		if math.IsNaN(scores[i]) {
			if w > 0 {
				p.unscored++
				p.unscoredPeople += w
			}
			continue
		}
		p.values, p.weights = append(p.values, scores[i]), append(p.weights, w)
		if order != nil {
			p.order = append(p.order, order[i])
		}
	}
	return p, nil
}

// readOrder reads the column that tells rich from poor; it may be blank where
// nobody is.
func (k equityCommand) readOrder(demand *amounts) ([]float64, error) {
	var t trouble
	id, _ := k.column("id")
	order := make([]float64, len(demand.ids))
	t.eachRow(t.open(k.Demand), []string{id, k.Order}, func(line int, cells []string) {
		i, ok := demand.index[cells[0]]
		if !ok {
			return // a blank id has its fault already
		}
		x, err := strconv.ParseFloat(cells[1], 64)
		if err != nil || math.IsInf(x, 0) {
			x = math.NaN()
		}
		if math.IsNaN(x) && demand.amount[i] > 0 {
			t.row(line, cells[0], coverage.ReasonBadNumber, "%s is %q; give a number where people are", k.Order, cells[1])
		}
		order[i] = x
	})
	return order, t.err("the tables cannot be used")
}

// readScores reads the scores of demand; NaN where there is none. Without
// demand, which then has faults of its own, ids are not looked up.
func (k equityCommand) readScores(demand *amounts) ([]float64, error) {
	var t trouble
	id, _ := k.column("id")
	score, _ := k.column("score")
	var scores []float64
	if demand != nil {
		scores = make([]float64, len(demand.ids))
		for i := range scores {
			scores[i] = math.NaN()
		}
	}
	seen := make([]bool, len(scores))
	t.eachRow(t.open(k.Scores), []string{id, score}, func(line int, cells []string) {
		x := math.NaN()
		if cells[1] != "" {
			x = t.number(line, cells[0], "score", cells[1])
		}
		if demand == nil {
			return
		}
		i, ok := demand.index[cells[0]]
		switch {
		case !ok:
			t.row(line, cells[0], coverage.ReasonBadValue, "the id is not in the table of demand; add it there, or leave the row out")
		case seen[i]:
			t.row(line, cells[0], coverage.ReasonDuplicateID, "the id stands twice; give it once")
		default:
			seen[i], scores[i] = true, x
		}
	})
	return scores, t.err("the tables cannot be used")
}

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/siting"
	"kaimen/data/export"
)

// tablesFlags are ready-made costs in place of a study.
type tablesFlags struct {
	fieldsFlag
	Matrix     string   `type:"existingfile" help:"Ready-made costs instead of a study: a table of origin (demand), destination (site), cost; a pair that is missing is out of reach." placeholder:"FILE"`
	Demand     string   `type:"existingfile" help:"With --matrix: a table of demand: id, weight, and area for a floor or maxmin." placeholder:"FILE"`
	Candidates string   `type:"existingfile" help:"With --matrix: a table of sites: id, and cost, fixed (required, existing, forbidden or blank) and capacity; default every destination." placeholder:"FILE"`
	Cutoff     *float64 `help:"With --matrix: the largest cost that counts as covered, in the unit of the matrix; default all pairs." placeholder:"COST"`
}

// onTables chooses sites on ready-made costs.
func (k sitesCommand) onTables(ctx context.Context, c console) error {
	t, err := k.table()
	if err != nil {
		return err
	}
	if err := k.writeTableModels(t); err != nil {
		return err
	}
	watch, finish := c.search()
	t.Watch = func(p analysis.SitesProgress) { watch(p.Objective, p.Bound, p.Gap, p.Done) }
	plan, err := analysis.SitesOfTable(ctx, t)
	finish()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "totals %s\n", export.Words(*plan))
	for _, list := range [][]string{lines("site", plan.Reasons), lines("curve", plan.GainCurve), lines("alternative", plan.Alternatives)} {
		for _, line := range list {
			fmt.Fprintln(c.stdout, line)
		}
	}
	if !plan.Complete {
		fmt.Fprintln(c.stderr, "note: the search was stopped; the plan is the best so far")
	}
	if k.Output == "" {
		return nil
	}
	return k.tableFile(ctx, asJSON(plan), func(bool) (export.Table, error) { return export.RowsTable("plan", plan, plan.Reasons), nil })
}

func (k sitesCommand) writeTableModels(t analysis.SiteTable) error {
	for _, one := range []struct{ format, path string }{{"lp", k.LP}, {"mps", k.MPS}} {
		if one.path == "" {
			continue
		}
		p, name, err := analysis.TableProblem(t)
		if err != nil {
			return err
		}
		write := siting.WriteLP
		if one.format == "mps" {
			write = siting.WriteMPS
		}
		if err := writeFile(one.path, map[string]writer{"." + one.format: func(w io.Writer) error { return write(w, p, name) }}, "."+one.format); err != nil {
			return err
		}
	}
	return nil
}

// table reads the tables; all faults of flags and tables are told at once.
func (k sitesCommand) table() (analysis.SiteTable, error) {
	t := analysis.SiteTable{
		Model: siting.Model(k.Model), Number: k.P, Budget: k.Budget, Share: k.Share, Floor: k.Floor, Cutoff: k.Cutoff,
		Curve: k.Curve, Alternatives: k.Alternatives, Within: k.Within, Effort: k.Effort, Seed: k.Seed, Deadline: k.Deadline,
	}
	errs := []error{
		k.check("origin", "destination", "cost", "id", "weight", "area", "fixed", "capacity", siteCost),
		refused(k.Stability, "stability", "--stability is of a study, whose network can be changed; leave it out"),
		refused(k.Kind != "" || len(k.Kinds) > 0, "kind", "--kind and --kinds are of a study; leave them out"),
	}
	add := func(err error) { errs = append(errs, err) }
	var err error
	t.Steps, err = analysis.ParseSiteSteps(k.Steps)
	add(err)
	demand, err := k.readDemand(&t)
	add(err)
	sites, err := k.readCandidates(&t)
	add(err)
	m, err := readMatrix(k.Matrix, demand, sites, k.fieldsFlag)
	add(err)
	if err := coverage.AllFaults(errs...); err != nil {
		return t, err
	}
	for i := range t.Demand {
		for at := m.First[i]; at < m.First[i+1]; at++ {
			t.Pairs = append(t.Pairs, analysis.TablePair{Demand: int32(i), Candidate: m.Supply[at], Cost: m.Cost[at]})
		}
	}
	return t, nil
}

// siteCost is what --fields calls the column cost of candidates, where that of the
// matrix has another name.
const siteCost = "site_cost"

// columnOf is what the column of a name is called.
func (k sitesCommand) columnOf(name string) (column string, given bool) {
	if column, given = k.column(name); name == siteCost && !given {
		return "cost", false
	}
	return column, given
}

// readRows reads the rows of a table with an id, and those of its other columns
// that are there; needed ones must be.
func (k sitesCommand) readRows(path, what string, needed, more []string, row func(t *trouble, line int, cell func(name string) string)) (*amounts, error) {
	var t trouble
	source := t.open(path)
	names := append([]string{"id"}, needed...)
	for _, name := range more {
		column, given := k.columnOf(name)
		if source != nil && (given || slices.Contains(source.Columns(), column)) {
			names = append(names, name)
		}
	}
	columns := make([]string, len(names))
	for i, name := range names {
		columns[i], _ = k.columnOf(name)
	}
	a := &amounts{index: make(map[string]int32), what: what}
	ok := t.eachRow(source, columns, func(line int, cells []string) {
		id := strings.Clone(cells[0])
		if id == "" {
			t.row(line, "", coverage.ReasonMissingValue, "the id is blank")
			return
		}
		if _, known := a.index[id]; known {
			t.row(line, id, coverage.ReasonDuplicateID, "the id stands twice; give it once")
			return
		}
		a.index[id] = int32(len(a.ids))
		a.ids = append(a.ids, id)
		row(&t, line, func(name string) string {
			if i := slices.Index(names, name); i >= 0 {
				return strings.Clone(cells[i])
			}
			return ""
		})
	})
	if !ok {
		return nil, t.err("the tables cannot be used")
	}
	if len(a.ids) == 0 && len(t.issues) == 0 {
		t.row(0, "", coverage.ReasonMissingValue, "there is no row")
	}
	return a, t.err("the tables cannot be used")
}

func (k sitesCommand) readDemand(into *analysis.SiteTable) (*amounts, error) {
	return k.readRows(k.Demand, "demand", []string{"weight"}, []string{"area"}, func(t *trouble, line int, cell func(string) string) {
		into.Demand = append(into.Demand, analysis.TableDemand{
			ID: cell("id"), Weight: t.number(line, cell("id"), "weight", cell("weight")), Area: cell("area"),
		})
	})
}

// readCandidates reads the sites; without their table, every destination of the
// matrix is one, by id.
func (k sitesCommand) readCandidates(into *analysis.SiteTable) (*amounts, error) {
	if k.Candidates == "" {
		return k.destinations(into)
	}
	figure := func(t *trouble, line int, id, name, text string) *float64 {
		if text == "" {
			return nil
		}
		x := t.number(line, id, name, text)
		return &x
	}
	return k.readRows(k.Candidates, "candidates", nil, []string{siteCost, "fixed", "capacity"}, func(t *trouble, line int, cell func(string) string) {
		id := cell("id")
		into.Candidates = append(into.Candidates, analysis.TableCandidate{
			ID: id, Cost: figure(t, line, id, "cost", cell(siteCost)), Fixed: cell("fixed"), Capacity: figure(t, line, id, "capacity", cell("capacity")),
		})
	})
}

func (k sitesCommand) destinations(into *analysis.SiteTable) (*amounts, error) {
	var t trouble
	column, _ := k.column("destination")
	a := &amounts{index: make(map[string]int32), what: "candidates"}
	ok := t.eachRow(t.open(k.Matrix), []string{column}, func(_ int, cells []string) {
		if _, known := a.index[cells[0]]; !known && cells[0] != "" { // a blank one is told with its row
			id := strings.Clone(cells[0])
			a.index[id] = 0
			a.ids = append(a.ids, id)
		}
	})
	if !ok {
		return nil, nil // reading the whole matrix tells why
	}
	slices.Sort(a.ids)
	for i, id := range a.ids {
		a.index[id] = int32(i)
		into.Candidates = append(into.Candidates, analysis.TableCandidate{ID: id})
	}
	return a, nil
}

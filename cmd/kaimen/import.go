package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"kaimen/coverage"
	"kaimen/data"
)

type importCommand struct {
	storeFlag
	Manifest string `arg:"" type:"existingfile" help:"The study.yaml." placeholder:"study.yaml"`
}

// Run imports a manifest: the store changes only if all of it is good.
func (i importCommand) Run(ctx context.Context, c console) (err error) {
	snapshot, report, err := c.read(ctx, i.Manifest)
	if err != nil {
		return err
	}
	c.printReport(report)
	s, err := i.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Put(ctx, snapshot); err != nil {
		return fmt.Errorf("store %s: %w", i.Store, err)
	}
	_, err = fmt.Fprintf(c.stdout, "study %s snapshot %s in %s\n", snapshot.Study.ID, snapshot.ID, i.Store)
	return err
}

type checkCommand struct {
	Manifest string `arg:"" type:"existingfile" help:"The study.yaml." placeholder:"study.yaml"`
	Report   string `help:"Write the whole report, every issue, to this JSON file." placeholder:"FILE"`
	Trouble  string `help:"Write every issue that has a place to this GeoJSON file, to be looked at on a map." placeholder:"FILE"`
}

// Run reads a manifest as import would, and writes nothing to any store.
func (k checkCommand) Run(ctx context.Context, c console) error {
	snapshot, report, err := c.read(ctx, k.Manifest)
	if k.Report != "" {
		if failed := writeReport(k.Report, report, err); failed != nil {
			return failed
		}
	}
	if k.Trouble != "" {
		if failed := writeTrouble(k.Trouble, report.Issues); failed != nil {
			return failed
		}
	}
	c.printReport(report)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "study %s is fit to import; its snapshot would be %s\n", snapshot.Study.ID, snapshot.ID)
	return err
}

func (c console) read(ctx context.Context, manifest string) (*coverage.Snapshot, coverage.Report, error) {
	step, finish := c.progress()
	defer finish()
	return data.Import(ctx, manifest, data.Options{Now: time.Now(), Progress: step})
}

// printReport prints what became of every row, then the warnings; errors are
// for whoever gets them as an error.
func (c console) printReport(r coverage.Report) {
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "layer\tsource\tread\tused\tset aside")
	for _, s := range r.Sources {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", s.Layer, s.Source, s.Read, s.Used, reasons(s.SetAside))
		if len(s.Repairs) > 0 {
			fmt.Fprintf(w, "\tset right in it\t\t\t%s\n", reasons(s.Repairs))
		}
	}
	for _, n := range r.Network {
		fmt.Fprintf(w, "%s\ton the %s network\t\t\t%s\n", n.Layer, n.Profile, reasons(n.States))
	}
	_ = w.Flush()
	c.printLevels(r.Levels)
	for _, guess := range r.Guesses {
		fmt.Fprintf(c.stdout, "assumed: %s\n", guess)
	}
	c.issues(slices.DeleteFunc(slices.Clone(r.Issues), func(i coverage.Issue) bool { return i.Severity == coverage.SeverityError }))
}

// printLevels prints how the zones fit together.
func (c console) printLevels(levels []coverage.LevelReport) {
	if len(levels) == 0 {
		return
	}
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "level\tzones\tdedicated\tparent by id\tby place\tnone\tgaps\toverlaps\toutside\ttwice\tslivers")
	for _, l := range levels {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%d\t%s\n", l.Level, l.Zones, l.Dedicated, l.ByID, l.ByPlace, l.Orphans,
			ground(l.Gaps, l.GapM2), ground(l.Overlaps, l.OverlapM2), ground(l.Outside, l.OutsideM2), l.Duplicates, ground(l.Slivers, l.SliverM2))
	}
	_ = w.Flush()
}

func ground(count int, m2 float64) string {
	if count == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%.0f m²)", count, m2)
}

func reasons(counts []coverage.ReasonCount) string {
	text := ""
	for i, r := range counts {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", r.Code, r.Rows)
		if r.People > 0 {
			text += fmt.Sprintf(" (%v people)", r.People)
		}
	}
	return text
}

// writeReport writes the report, with the faults that stopped the import.
func writeReport(path string, report coverage.Report, cause error) error {
	var issues []coverage.Issue
	if e, ok := errors.AsType[*coverage.Error](cause); ok {
		issues = e.Issues
	}
	body := struct {
		OK     bool             `json:"ok"`
		Errors []coverage.Issue `json:"errors"`
		coverage.Report
	}{cause == nil, append([]coverage.Issue{}, issues...), report}
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

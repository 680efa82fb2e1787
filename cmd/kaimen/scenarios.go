package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/scenario"
)

type scenariosCommand struct {
	List   listScenariosCommand  `cmd:"" help:"List the saved scenarios of a study, and whether each fits it as it is now."`
	Show   showScenarioCommand   `cmd:"" help:"Print a saved scenario, or write it to a file."`
	Save   saveScenarioCommand   `cmd:"" help:"Save a .json file of changes, once all of it fits the study."`
	Delete deleteScenarioCommand `cmd:"" help:"Delete a saved scenario."`
}

// withScenarios calls do with the scenarios of a store that is there already.
func (f storeFlag) withScenarios(ctx context.Context, do func(coverage.Scenarios) error) error {
	return f.withStore(ctx, func(s coverage.Store) error { return do(s.Scenarios()) })
}

// scenarioPage is how many scenarios are read at once.
const scenarioPage = 100

type listScenariosCommand struct {
	storeFlag
	Study string `arg:"" help:"Id of the study."`
}

// Run prints one line a scenario, and beneath it what does not fit.
func (k listScenariosCommand) Run(ctx context.Context, c console) error {
	return k.withStore(ctx, func(s coverage.Store) error {
		base, err := current(ctx, s, k.Study)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "scenario\tchanges\tfits\tchanged_at\thash\tname")
		var faults []coverage.Issue
		for after, more := "", true; more; {
			page, err := s.Scenarios().List(ctx, k.Study, after, scenarioPage)
			if err != nil {
				return err
			}
			more = len(page) == scenarioPage
			for i := range page {
				after = page[i].ID
				sc, err := scenario.Load(page[i])
				if err != nil {
					return err
				}
				_, issues := sc.Resolve(base)
				fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", after, len(sc.Changes), yes(len(issues) == 0), page[i].ChangedAt.Format(time.RFC3339), page[i].Hash(), nameOf(sc.Name))
				for _, issue := range issues {
					issue.Source, issue.Line = after, 0 // the message has the number of the change
					faults = append(faults, issue)
				}
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		c.issues(faults)
		return nil
	})
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// current is the current snapshot of a study.
func current(ctx context.Context, s coverage.Snapshots, study string) (*coverage.Snapshot, error) {
	info, err := s.Current(ctx, study)
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, info.ID)
}

type showScenarioCommand struct {
	storeFlag
	Study    string `arg:"" help:"Id of the study."`
	Scenario string `arg:"" help:"Id of the scenario." placeholder:"ID"`
	Output   string `short:"o" help:"Write it to this .json file, as --scenario takes it." placeholder:"FILE"`
}

// Run prints the changes.
func (k showScenarioCommand) Run(ctx context.Context, c console) error {
	return k.withStore(ctx, func(s coverage.Store) error {
		if _, err := s.Current(ctx, k.Study); err != nil {
			return err
		}
		kept, err := s.Scenarios().Get(ctx, k.Study, k.Scenario)
		if err != nil {
			return err
		}
		write := func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%s\n", kept.Text)
			return err
		}
		if k.Output == "" {
			return write(c.stdout)
		}
		return writeFile(k.Output, map[string]writer{".json": write}, ".json")
	})
}

type saveScenarioCommand struct {
	storeFlag
	Study string `arg:"" help:"Id of the study."`
	File  string `arg:"" type:"existingfile" help:"The .json file of its name and changes." placeholder:"FILE"`
	ID    string `name:"id" help:"Save under this id: up to 64 lower case letters, digits and dashes; default one made of the content." placeholder:"ID"`
	New   bool   `xor:"expected" help:"Only if nothing is saved under the id yet."`
	Match string `xor:"expected" help:"Only if what is saved under the id has this hash, so that nobody's work is lost." placeholder:"HASH"`
}

// Run checks the file against the study, and saves it.
func (k saveScenarioCommand) Run(ctx context.Context, c console) error {
	s, err := readScenario(k.File)
	if err != nil {
		return scenarioFlag{k.File}.named(err)
	}
	return k.withStore(ctx, func(store coverage.Store) error {
		base, err := current(ctx, store, k.Study)
		if err != nil {
			return err
		}
		saved, err := s.Save(base, k.ID, time.Now())
		if err != nil {
			return scenarioFlag{k.File}.named(err)
		}
		kept, made, err := k.put(ctx, store.Scenarios(), saved)
		if err != nil {
			return err
		}
		done := "changed"
		switch {
		case made:
			done = "saved"
		case kept.ChangedAt.Before(saved.ChangedAt):
			done = "was there already"
		}
		_, err = fmt.Fprintf(c.stdout, "scenario %s of study %s: %s, changes=%d hash=%s\n", kept.ID, kept.Study, done, len(s.Changes), kept.Hash())
		return err
	})
}

// put saves what is as expected: under an id that nobody named, what is there
// stays.
func (k saveScenarioCommand) put(ctx context.Context, in coverage.Scenarios, s coverage.SavedScenario) (coverage.SavedScenario, bool, error) {
	expected := coverage.Expected{Absent: k.New}
	if k.Match != "" {
		expected.Hashes = []string{k.Match}
	} else if k.ID == "" && !k.New {
		return scenario.Keep(ctx, in, s)
	}
	return in.Put(ctx, s, expected)
}

type deleteScenarioCommand struct {
	storeFlag
	Study    string `arg:"" help:"Id of the study."`
	Scenario string `arg:"" help:"Id of the scenario." placeholder:"ID"`
	Match    string `help:"Only if it has this hash, so that nobody's work is lost." placeholder:"HASH"`
}

// Run deletes one.
func (k deleteScenarioCommand) Run(ctx context.Context, c console) error {
	return k.withStore(ctx, func(s coverage.Store) error {
		if _, err := s.Current(ctx, k.Study); err != nil {
			return err
		}
		var expected coverage.Expected
		if k.Match != "" {
			expected.Hashes = []string{k.Match}
		}
		if err := s.Scenarios().Delete(ctx, k.Study, k.Scenario, expected); err != nil {
			return err
		}
		_, err := fmt.Fprintf(c.stdout, "scenario %s of study %s: deleted\n", k.Scenario, k.Study)
		return err
	})
}

package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/scenario"
)

// scenarioFlag is what if.
type scenarioFlag struct {
	Scenario string `help:"Answer as if the changes of this .json file, or of the scenario that the study keeps under this id, were made." placeholder:"FILE|ID"`
}

// read reads the scenario, if one is given: from the file of the name, else what
// the study keeps under it.
//
// Errors: not_found, telling where it was looked for; those of the file.
func (f scenarioFlag) read(ctx context.Context, store storeFlag, study string) (*scenario.Scenario, error) {
	if f.Scenario == "" {
		return nil, nil
	}
	s, err := readScenario(f.Scenario)
	if !errors.Is(err, fs.ErrNotExist) {
		return s, f.named(err)
	}
	if coverage.CheckScenarioID(f.Scenario) != nil {
		return nil, coverage.Errorf(coverage.NotFound, "there is no file %s, and it is no id of a saved scenario either", f.Scenario)
	}
	err = store.withScenarios(ctx, func(kept coverage.Scenarios) error {
		found, err := kept.Get(ctx, study, f.Scenario)
		if err != nil {
			return err
		}
		s, err = scenario.Load(found)
		return err
	})
	if coverage.CodeOf(err) == coverage.NotFound {
		return nil, coverage.Errorf(coverage.NotFound, "there is no file %s; %v", f.Scenario, err)
	}
	return s, err
}

// readScenario reads a file.
func readScenario(path string) (*scenario.Scenario, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := scenario.Read(file)
	return s, errors.Join(err, file.Close())
}

// named puts the name of the file, or the id, in place of where changes stand in
// a request.
func (f scenarioFlag) named(err error) error { return f.namedAs(err, "scenario") }

// namedAs is named for a scenario that stands in a request under another name.
func (f scenarioFlag) namedAs(err error, name string) error {
	e, ok := errors.AsType[*coverage.Error](err)
	if !ok || f.Scenario == "" {
		return err
	}
	out := &coverage.Error{Code: e.Code, Message: e.Message}
	for _, i := range e.Issues {
		if source, _, _ := strings.Cut(i.Source, "."); source == name {
			i.Source, i.Line = filepath.Base(f.Scenario), 0 // the message has the number of the change
		}
		out.Issues = append(out.Issues, i)
	}
	return out
}

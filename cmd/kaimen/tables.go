package main

import (
	"fmt"
	"maps"
	"slices"

	"kaimen/coverage"
)

// onlyTables finds the tables that are missing, by flag, and what asks of a
// study beside them.
func onlyTables(tables map[string]string, ask askFlags) error {
	var errs []error
	for _, flag := range slices.Sorted(maps.Keys(tables)) {
		errs = append(errs, refused(tables[flag] == "", flag, "%s is missing; give it, or the id of a study", flag))
	}
	errs = append(errs,
		refused(ask.CutoffMin != nil || ask.CutoffM != nil, "cutoff", "--cutoff-min and --cutoff-m are of a study; tables have costs in their own unit: give --cutoff"),
		refused(ask.Scenario != "", "scenario", "--scenario is of a study; leave it out"),
		refused(ask.Coord != "" && ask.Coord != "wgs84", "coord", "--coord is of a study; tables have no places: leave it out"),
		refused(ask.Level != "", "level", "--level is of a study; leave it out"),
	)
	return coverage.AllFaults(errs...)
}

// onlyStudy finds tables given beside a study.
func onlyStudy(tables map[string]string) error {
	var errs []error
	for _, flag := range slices.Sorted(maps.Keys(tables)) {
		errs = append(errs, refused(tables[flag] != "", flag, "%s is given beside a study; leave one of them out", flag))
	}
	return coverage.AllFaults(errs...)
}

// refused is a fault of a flag, if there is one.
func refused(faulty bool, flag, format string, args ...any) error {
	if !faulty {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "the question cannot be answered", Issues: []coverage.Issue{{
		Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: flag, Message: fmt.Sprintf(format, args...),
	}}}
}

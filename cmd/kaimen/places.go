package main

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/read"
)

// readPlaces reads points with the columns id, lon, lat, or GeoJSON points
// with an id. All faulty rows are told at once.
func readPlaces(path string) ([]analysis.Place, error) {
	source, err := read.Open(path, read.Options{})
	if err != nil {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the points cannot be read", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnreadable, Source: filepath.Base(path), Message: err.Error(),
		}}}
	}
	defer func() { _ = source.Close() }() // it was only read
	var places []analysis.Place
	var issues []coverage.Issue
	err = source.Each(func(r read.Record) error {
		place, fault := placeOf(r)
		if fault != nil {
			fault.Severity, fault.Source, fault.Line = coverage.SeverityError, filepath.Base(path), r.Line
			issues = append(issues, *fault)
			return nil
		}
		places = append(places, place)
		return nil
	})
	if err != nil {
		issues = append(issues, coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnreadable, Source: filepath.Base(path), Message: err.Error(),
		})
	}
	if len(issues) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the points cannot be used", Issues: issues}
	}
	return places, nil
}

func placeOf(r read.Record) (analysis.Place, *coverage.Issue) {
	if r.Err != nil {
		return analysis.Place{}, &coverage.Issue{Code: coverage.ReasonUnreadable, Message: r.Err.Error()}
	}
	p := analysis.Place{ID: r.ID}
	if id, ok := r.Fields["id"]; ok && id != nil {
		p.ID = fmt.Sprint(id)
	}
	if p.ID == "" {
		return p, &coverage.Issue{Code: coverage.ReasonMissingValue, Message: "the id is blank or its column is missing; columns are id, lon, lat"}
	}
	if at, ok := r.Geometry.(orb.Point); ok {
		p.At = at
		return p, nil
	}
	for axis, column := range []string{"lon", "lat"} {
		text, ok := r.Fields[column]
		if !ok || text == nil {
			return p, &coverage.Issue{Code: coverage.ReasonNoCoordinates, Feature: p.ID, Message: column + " is blank or its column is missing; columns are id, lon, lat"}
		}
		x, err := strconv.ParseFloat(fmt.Sprint(text), 64)
		if err != nil {
			return p, &coverage.Issue{Code: coverage.ReasonBadNumber, Feature: p.ID, Message: fmt.Sprintf("%s %q is not a number", column, text)}
		}
		p.At[axis] = x
	}
	return p, nil
}

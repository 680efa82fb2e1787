package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/data"
	"kaimen/data/gpkg"
	"kaimen/data/sample"
)

// indicatorRows measures what a planner asks of the sample district: all kinds
// at all levels under both rules, and how complete the service circle is. The
// network is there; every round asks with other cutoffs, so that no answer is.
func indicatorRows(ctx context.Context, work string) (rows []row, err error) {
	dir := filepath.Join(work, "sample")
	if _, err := sample.Write(ctx, dir, sample.Options{}); err != nil {
		return nil, err
	}
	snapshot, _, err := data.Import(ctx, filepath.Join(dir, "study.yaml"), data.Options{Now: time.Now()})
	if err != nil {
		return nil, err
	}
	store, err := gpkg.Open(filepath.Join(work, "indicators.gpkg"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Put(ctx, snapshot); err != nil {
		return nil, err
	}
	library, err := standard.Load()
	if err != nil {
		return nil, err
	}
	a := asker{engine: analysis.New(store, library), study: snapshot.Study.ID}
	if _, err := a.overview(ctx); err != nil { // builds the network
		return nil, err
	}
	cells := 0
	took, err := fastest(5,
		func() (err error) { cells, err = a.overview(ctx); return err },
		func() error { return a.oneByOne(ctx) },
		func() error { return a.completeness(ctx) },
	)
	if err != nil {
		return nil, err
	}
	return []row{
		atMost("sample: all kinds, all levels, both rules", took[0]*1e3, "ms", 300,
			fmt.Sprintf("%d rows; asked kind by kind and level by level %.4g ms", cells, took[1]*1e3)),
		told("sample: completeness of the 15-minute circle, by building", took[2]*1e3, "ms", "11 needs"),
	}, nil
}

// asker asks with another cutoff each time.
type asker struct {
	engine *analysis.Engine
	study  string
	asked  int
}

// next is a cutoff that was not asked with before, and the rule beside it.
func (a *asker) next() (analysis.Cutoff, analysis.Rules, error) {
	a.asked++
	meters := 1000 + float64(a.asked)/1000
	c, err := analysis.Minutes(15 + float64(a.asked)/60_000)
	return c, analysis.Rules{CutoffM: &meters}, err
}

func levels() []coverage.Level { return coverage.Levels() }

func (a *asker) overview(ctx context.Context) (int, error) {
	c, rules, err := a.next()
	if err != nil {
		return 0, err
	}
	answer, err := a.engine.Overview(ctx, analysis.OverviewRequest{
		CoverageRequest: analysis.CoverageRequest{Study: a.study, Cutoff: c},
		Options:         analysis.OverviewOptions{Levels: levels(), Rules: rules},
	})
	if err != nil {
		return 0, err
	}
	return len(answer.Rows), nil
}

// oneByOne asks for the same with one request for each kind, level and rule.
func (a *asker) oneByOne(ctx context.Context) error {
	study, err := a.engine.Study(ctx, a.study)
	if err != nil {
		return err
	}
	for _, kind := range study.Kinds {
		for _, level := range levels() {
			for _, metric := range []string{"time", "distance"} {
				c, _, err := a.next()
				if metric == "distance" && err == nil {
					c, err = analysis.Meters(1000 + float64(a.asked)/1000)
				}
				if err != nil {
					return err
				}
				if _, err := a.engine.Coverage(ctx, analysis.CoverageRequest{Study: a.study, Kind: kind.ID, Level: level, Cutoff: c}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *asker) completeness(ctx context.Context) error {
	c, _, err := a.next()
	if err != nil {
		return err
	}
	_, err = a.engine.Completeness(ctx, analysis.CompletenessRequest{
		CoverageRequest: analysis.CoverageRequest{Study: a.study, Level: coverage.LevelBuilding, Cutoff: c},
		Options:         analysis.CompletenessOptions{Uniform: true},
	})
	return err
}

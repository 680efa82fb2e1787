package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/job"
	"kaimen/data"
	"kaimen/data/jobs"
	"kaimen/web"
)

// jobsFlags is how jobs are done and kept.
type jobsFlags struct {
	Jobs     int `help:"How many jobs go on at once in this process." default:"2" env:"KAIMEN_JOBS" placeholder:"N"`
	KeepDays int `help:"How many days finished jobs and their results are kept." default:"14" env:"KAIMEN_KEEP_DAYS" placeholder:"DAYS"`
}

// openJobs opens the jobs of a store, to be done by what these options can do.
func (f jobsFlags) openJobs(ctx context.Context, c console, store string, o web.Options) (*jobs.Queue, error) {
	if f.Jobs < 0 || f.Jobs > 1000 || f.KeepDays < 1 {
		return nil, coverage.Errorf(coverage.Invalid, "--jobs %d --keep-days %d: give 0 to 1000 jobs, and at least 1 day", f.Jobs, f.KeepDays)
	}
	var work job.Registry
	if f.Jobs > 0 {
		work = web.Work(o)
	}
	return jobs.Open(ctx, store, jobs.Options{
		Work: work, Workers: f.Jobs, Keep: time.Duration(f.KeepDays) * 24 * time.Hour,
		Logger: slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}

// webOptions are those of a server or a worker over a store.
func (f engineFlags) webOptions(c console, store coverage.Store) (web.Options, error) {
	library, err := f.library()
	engine := analysis.New(store, library)
	return web.Options{
		Engine: engine, Store: store, Scenarios: store.Scenarios(), Logger: c.log, Version: version, Importer: importArchive, Editor: editor{engine}, Inspector: inspector(engine),
	}, err
}

// importArchive is a web.Importer.
func importArchive(ctx context.Context, archive []byte, tell func(stage string, done, total int64)) (*coverage.Snapshot, coverage.Report, error) {
	return data.ImportArchive(ctx, archive, data.Options{Now: time.Now(), Progress: tell})
}

type workerCommand struct {
	engineFlags
	jobsFlags
}

// Run does the jobs of a store until ctx ends.
func (w workerCommand) Run(ctx context.Context, c console) (err error) {
	if !jobs.IsServer(w.Store) {
		return coverage.Errorf(coverage.Invalid, "store %s: the jobs of a file are done by kaimen serve; name a postgres:// address with --store", w.Store)
	}
	if w.Jobs == 0 {
		return coverage.Errorf(coverage.Invalid, "--jobs 0: a worker does at least one job at once")
	}
	store, err := w.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	options, err := w.webOptions(c, store)
	if err != nil {
		return err
	}
	queue, err := w.openJobs(ctx, c, w.Store, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	fmt.Fprintf(c.stderr, "working on the jobs of the store, %d at once\n", w.Jobs)
	return queue.Run(ctx)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/data/gpkg"
	"kaimen/data/jobs"
	"kaimen/data/postgis"
)

// storeFlag names the store of every command that has one.
type storeFlag struct {
	Store string `help:"A GeoPackage file, or a postgres:// address." default:"kaimen.gpkg" env:"KAIMEN_STORE" placeholder:"FILE|URL"`
}

// engineFlags is the store of answers, and the standards they are held against.
type engineFlags struct {
	storeFlag
	Standards string `type:"existingfile" help:"Local rules, circles and tiers of this .yaml file go before those that come with the program." env:"KAIMEN_STANDARDS" placeholder:"FILE"`
}

// library loads the standards.
func (f engineFlags) library() (*standard.Library, error) {
	library, err := standard.Load()
	if err != nil || f.Standards == "" {
		return library, err
	}
	text, err := os.ReadFile(f.Standards)
	if err != nil {
		return nil, err
	}
	return library.With(filepath.Base(f.Standards), text)
}

// open opens the store, making an empty one where there is none.
func (f storeFlag) open(ctx context.Context) (coverage.Store, error) {
	if jobs.IsServer(f.Store) {
		s, err := postgis.Open(ctx, f.Store)
		if err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
		return s, nil
	}
	if !strings.HasSuffix(f.Store, ".gpkg") {
		return nil, coverage.Errorf(coverage.Invalid, "store %s: name a file that ends in .gpkg, or a postgres:// address", f.Store)
	}
	s, err := gpkg.Open(f.Store)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// existing opens a store that is there already.
//
// Errors: not_found for a GeoPackage that is not; an empty one would only hide
// a mistyped name.
func (f storeFlag) existing(ctx context.Context) (coverage.Store, error) {
	if _, err := os.Stat(f.Store); strings.HasSuffix(f.Store, ".gpkg") && errors.Is(err, fs.ErrNotExist) {
		return nil, coverage.Errorf(coverage.NotFound, "there is no store %s; name the one that was imported into with --store", f.Store)
	}
	return f.open(ctx)
}

// withStore calls do with a store that is there already.
func (f storeFlag) withStore(ctx context.Context, do func(coverage.Store) error) (err error) {
	s, err := f.existing(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s)
}

// withSnapshots is withStore for what has to do with snapshots alone.
func (f storeFlag) withSnapshots(ctx context.Context, do func(coverage.Snapshots) error) error {
	return f.withStore(ctx, func(s coverage.Store) error { return do(s) })
}

// withEngine calls do with an engine over a store that is there already.
func (f engineFlags) withEngine(ctx context.Context, do func(*analysis.Engine) error) error {
	library, err := f.library()
	if err != nil {
		return err
	}
	return f.withSnapshots(ctx, func(s coverage.Snapshots) error { return do(analysis.New(s, library)) })
}

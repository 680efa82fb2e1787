package main

import (
	"context"
	"fmt"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/data/gpkg"
	"kaimen/data/postgis"
)

// storeFlag names the store of every command that has one.
type storeFlag struct {
	Store string `help:"A GeoPackage file, or a postgres:// address." default:"kaimen.gpkg" env:"KAIMEN_STORE" placeholder:"FILE|URL"`
}

// open opens the store, making an empty one where there is none.
func (f storeFlag) open(ctx context.Context) (coverage.Store, error) {
	if strings.HasPrefix(f.Store, "postgres://") || strings.HasPrefix(f.Store, "postgresql://") {
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

// with opens the store, calls do with an engine over it, and closes it.
func (f storeFlag) with(ctx context.Context, do func(coverage.Store, *analysis.Engine) error) (err error) {
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := s.Close(); err == nil {
			err = closing
		}
	}()
	library, err := standard.Load()
	if err != nil {
		return err
	}
	return do(s, analysis.New(s, library))
}

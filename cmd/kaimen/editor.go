package main

import (
	"context"
	"time"

	"kaimen/coverage"
	"kaimen/data"
)

// editor is a web.Editor.
type editor struct{}

// Edit implements web.Editor.
func (editor) Edit(ctx context.Context, base *coverage.Snapshot, e coverage.Edit) (coverage.Edited, error) {
	return data.Edit(ctx, base, e, data.Options{Now: time.Now()})
}

// ReplaceLayer implements web.Editor.
func (editor) ReplaceLayer(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, tell func(stage string, done, total int64)) (*coverage.Snapshot, coverage.Report, error) {
	return data.ReplaceLayer(ctx, base, f, data.Options{Now: time.Now(), Progress: tell})
}

package main

import (
	"context"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/network"
	"kaimen/data"
)

// editor is a web.Editor that takes the networks of an engine.
type editor struct{ engine *analysis.Engine }

// Edit implements web.Editor.
func (ed editor) Edit(ctx context.Context, base *coverage.Snapshot, e coverage.Edit) (coverage.Edited, error) {
	return data.Edit(ctx, base, e, data.Options{Now: time.Now(), Walking: func(ctx context.Context) (*network.Network, network.Report, error) {
		return ed.engine.Walking(ctx, base)
	}})
}

// ReplaceLayer implements web.Editor.
func (editor) ReplaceLayer(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, tell func(stage string, done, total int64)) (*coverage.Snapshot, coverage.Report, error) {
	return data.ReplaceLayer(ctx, base, f, data.Options{Now: time.Now(), Progress: tell})
}

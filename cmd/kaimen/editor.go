package main

import (
	"context"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/network"
	"kaimen/data"
	"kaimen/web"
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

// inspector is a web.Inspector that takes the networks of an engine.
func inspector(engine *analysis.Engine) web.Inspector {
	return func(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, preview int) (coverage.Inspection, error) {
		return data.Inspect(ctx, base, f, preview, data.Options{Now: time.Now(), Walking: func(ctx context.Context) (*network.Network, network.Report, error) {
			return engine.Walking(ctx, base)
		}})
	}
}

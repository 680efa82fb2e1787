package analysis

import (
	"context"
	"io"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// SitesModel makes the problem that a request for sites poses, and returns what
// writes it in the format lp or mps, so that it can be checked with any solver.
//
// Errors: as Sites; invalid for a format that is none. Writing: as
// siting.WriteLP.
func (e *Engine) SitesModel(ctx context.Context, r SitesRequest, format string) (write func(io.Writer) error, err error) {
	form := siting.WriteLP
	switch format {
	case "lp":
	case "mps":
		form = siting.WriteMPS
	default:
		r.Unfit = coverage.AllFaults(r.Unfit, invalid("format", "%q is no format of models; give lp or mps", format))
	}
	w, err := e.sitesWork(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := w.problem(ctx); err != nil {
		return nil, err
	}
	if w.p.Model == siting.Backup && w.p.Number == 0 {
		return nil, invalid("number", "backup without a number of sites is two models, one after the other; give a number")
	}
	return func(out io.Writer) error {
		return form(out, w.p, func(site int) string { return w.nameOf(int32(site)) })
	}, nil
}

package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"riverqueue.com/riverui"
)

// panel is the queue's own pages.
type panel interface {
	http.Handler
	Start(ctx context.Context) error
}

func (c *riverClient[T]) panel(prefix string, log *slog.Logger) (panel, error) {
	return riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints: riverui.NewEndpoints(c.river, nil), Logger: log, Prefix: prefix, JobListHideArgsByDefault: true,
	})
}

// Panel is the queue's own pages under a prefix such as /admin/jobs: what waits,
// runs and failed. Its regular counting ends with ctx.
func (q *Queue) Panel(ctx context.Context, prefix string) (http.Handler, error) {
	p, err := q.river.panel(prefix, q.o.Logger)
	if err != nil {
		return nil, fmt.Errorf("the pages of the queue: %w", err)
	}
	if err := p.Start(ctx); err != nil {
		return nil, fmt.Errorf("the pages of the queue: %w", err)
	}
	return p, nil
}

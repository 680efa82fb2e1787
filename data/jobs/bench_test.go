package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"kaimen/coverage/job"
	"kaimen/data/jobs"
)

// BenchmarkJob is what a job costs beside its work: ask, do nothing, be done, one
// after the other.
func BenchmarkJob(b *testing.B) {
	q, err := jobs.Open(b.Context(), filepath.Join(b.TempDir(), "s.gpkg"), jobs.Options{Work: work})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, q.Close()); err != nil {
			b.Error(err)
		}
	})
	i := 0
	for b.Loop() {
		i++
		j, err := q.Ask(b.Context(), job.Order{Kind: "echo", Args: json.RawMessage(fmt.Sprint(i))})
		for ; err == nil && !j.State.Final(); j, err = q.Get(b.Context(), j.ID) {
			time.Sleep(time.Millisecond)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"time"

	"kaimen/coverage/siting"
)

// sitingRows measures the choice of sites: what of published instances is
// proven, and how soon; and how near to the best the plans of large problems
// come within a time.
func sitingRows(ctx context.Context) (rows []row, err error) {
	takes := []func(context.Context) ([]row, error){mergeRows, districtRows, cityRows}
	if _, err := os.Stat(sitingFile("facility-location")); err == nil {
		takes = append([]func(context.Context) ([]row, error){graphRows, censusRows, planeRows, medianRows, capacityRows}, takes...)
	} else {
		rows = append(rows, told("siting: published instances", 0, "measured", "the shared data directory has none (KAIMEN_SHARED_DATA)"))
	}
	for _, take := range takes {
		more, err := take(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// sitingFile is a file of the shared data directory.
func sitingFile(name string) string {
	shared := os.Getenv("KAIMEN_SHARED_DATA")
	if shared == "" {
		shared = "../shared/data"
	}
	return filepath.Join(shared, filepath.FromSlash(name))
}

// search is how a search went.
type search struct {
	plan  siting.Plan
	took  float64 // seconds
	marks []mark
}

// mark is where a search stood at a time.
type mark struct{ at, objective, bound float64 }

// effortPerSecond is about twice what two processors do in a second: it is the
// deadline that ends a search, and the effort still tells it how long it has.
const effortPerSecond = 3000

// grace is what a search may take, in seconds, to hand over its plan when its
// time is up: the plan counts as of the deadline.
const grace = 0.5

// within searches for as long as limit at most.
func within(ctx context.Context, p *siting.Problem, limit time.Duration) (search, error) {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var s search
	runtime.GC() // what making the problem left is none of the search's
	start := time.Now()
	options := siting.Options{
		Effort: effortPerSecond * max(int(limit.Seconds()), 1),
		Watch: func(now siting.Progress) {
			if len(now.Sites) > 0 {
				s.marks = append(s.marks, mark{time.Since(start).Seconds(), now.Objective, now.Bound})
			}
		},
	}
	plan, err := siting.Best{Options: options}.Solve(timed, p)
	if ctx.Err() != nil {
		return search{}, ctx.Err()
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return search{}, err
	}
	s.took = time.Since(start).Seconds()
	if err == nil {
		s.plan = plan
		at := s.took
		if at < limit.Seconds()+grace {
			at = min(at, limit.Seconds())
		}
		s.marks = append(s.marks, mark{at, plan.Objective, plan.Bound})
	}
	return s, nil
}

// first is when there was a plan; the end where there was none before.
func (s search) first() float64 {
	if len(s.marks) == 0 {
		return s.took
	}
	return s.marks[0].at
}

// gap is how far from the bound the plan was after so many seconds, in percent;
// 100 while there was none.
func (s search) gap(seconds float64) float64 {
	gap := 100.0
	for _, m := range s.marks {
		if m.at > seconds {
			break
		}
		p := siting.Plan{Objective: m.objective, Bound: m.bound}
		if now := 100 * p.Gap(); now <= 100 { // no number while there is no bound
			gap = now
		}
	}
	return gap
}

// short is how far from the best known value the plan was after so many seconds,
// in percent of that; below 0 where it is better.
func (s search) short(seconds float64, model siting.Model, best int64) float64 {
	short := 100.0
	for _, m := range s.marks {
		if m.at > seconds {
			break
		}
		short = 100 * (float64(best) - m.objective) / float64(best)
		if model.Minimizes() {
			short = -short
		}
	}
	return short
}

// state tells the end of a search.
func (s search) state() string {
	if s.plan.Proven {
		return fmt.Sprintf("proven in %.3g s", s.took)
	}
	return fmt.Sprintf("gap %.3g %% after %.3g s", s.gap(s.took), s.took)
}

// provenIn judges how long a proof took; without one it is not met.
func provenIn(name string, s search, goal float64, yardstick string) row {
	r := atMost(name, s.took, "s", goal, strings.TrimPrefix(yardstick+"; "+s.state(), "; "))
	r.OK = r.OK && s.plan.Proven
	return r
}

// peak runs f and tells how much the heap grew meanwhile, in MB, garbage that is
// not swept yet included.
func peak(f func() error) (float64, error) {
	runtime.GC()
	before := liveBytes()
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for running := true; running; {
			select {
			case <-done:
				running = false
			case <-tick.C:
			}
			top = max(top, liveBytes())
		}
		most <- top
	}()
	err := f()
	close(done)
	return max(float64(<-most)-float64(before), 0) / 1e6, err
}

// liveBytes is what objects take on the heap, read without stopping the program.
func liveBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/data/jobs"
)

type jobsCommand struct {
	List   listJobsCommand  `cmd:"" help:"List the jobs of a store, the newest first."`
	Show   showJobCommand   `cmd:"" help:"Say where a job stands, and write its result to a file."`
	Cancel cancelJobCommand `cmd:"" help:"Stop a job; what it has found by then is its result. Remove one that is over."`
}

// withJobs calls do with the jobs of a store. Whoever serves the store goes on.
func (f storeFlag) withJobs(ctx context.Context, do func(job.Queue) error) (err error) {
	if !jobs.IsServer(f.Store) {
		if _, err := os.Stat(jobs.FileOf(f.Store)); errors.Is(err, fs.ErrNotExist) {
			return coverage.Errorf(coverage.NotFound, "there are no jobs of the store %s: %s is missing; kaimen serve makes it", f.Store, jobs.FileOf(f.Store))
		}
	}
	q, err := jobs.Open(ctx, f.Store, jobs.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	return do(q)
}

type listJobsCommand struct {
	storeFlag
	Study  string `help:"Of this study alone." placeholder:"STUDY"`
	State  string `help:"In this state alone: accepted, running, successful, failed or dismissed." enum:",accepted,running,successful,failed,dismissed" default:""`
	Limit  int    `help:"How many at most." default:"100" placeholder:"N"`
	Before string `help:"Older than the job of this id alone, such as the last that was listed." placeholder:"JOB"`
}

// Run prints one line a job.
func (l listJobsCommand) Run(ctx context.Context, c console) error {
	if l.Limit < 1 {
		return coverage.Errorf(coverage.Invalid, "--limit %d: at least 1", l.Limit)
	}
	return l.withJobs(ctx, func(q job.Queue) error {
		list, err := q.List(ctx, job.Filter{Study: l.Study, State: job.State(l.State), Before: l.Before, Limit: l.Limit})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "job\tkind\tstudy\tstate\tprogress\tcreated_at\tfinished_at")
		for _, j := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d%%\t%s\t%s\n", j.ID, j.Kind, j.Study, j.State, j.Percent, when(j.Created), when(j.Finished))
		}
		return w.Flush()
	})
}

// when is a time in a table, blank for one that has not come.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

type showJobCommand struct {
	storeFlag
	Job    string `arg:"" help:"The job's id." placeholder:"JOB"`
	Output string `short:"o" help:"Write the result to this file." placeholder:"FILE"`
}

// Run prints what is known of a job.
func (s showJobCommand) Run(ctx context.Context, c console) error {
	return s.withJobs(ctx, func(q job.Queue) error {
		j, err := q.Get(ctx, s.Job)
		if err != nil {
			return err
		}
		c.printJob(j)
		if s.Output == "" {
			return nil
		}
		if j.Result == "" {
			return coverage.Errorf(coverage.Conflict, "job %s has no result to write: it is %s", j.ID, j.State)
		}
		r, err := q.Result(ctx, j.Result)
		if err != nil {
			return err
		}
		return os.WriteFile(s.Output, r.Body, 0o644)
	})
}

func (c console) printJob(j job.Job) {
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{"job", j.ID},
		{"kind", j.Kind},
		{"study", j.Study},
		{"state", string(j.State)},
		{"progress", strings.TrimSpace(fmt.Sprintf("%d%% %s", j.Percent, j.Doing))},
		{"best", string(j.Best)},
		{"created_at", when(j.Created)},
		{"started_at", when(j.Started)},
		{"finished_at", when(j.Finished)},
		{"question", string(j.Args)},
		{"result", j.Result},
		{"problem", string(j.Problem)},
	} {
		if line[1] != "" {
			fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
		}
	}
	_ = w.Flush()
}

type cancelJobCommand struct {
	storeFlag
	Job string `arg:"" help:"The job's id." placeholder:"JOB"`
}

// Run stops or removes a job.
func (k cancelJobCommand) Run(ctx context.Context, c console) error {
	return k.withJobs(ctx, func(q job.Queue) error {
		j, removed, err := q.Drop(ctx, k.Job)
		if err != nil {
			return err
		}
		done := string(j.State)
		switch {
		case removed:
			done = "removed"
		case j.Stopping:
			done = "stopping"
		}
		_, err = fmt.Fprintf(c.stdout, "job %s: %s\n", j.ID, done)
		return err
	})
}

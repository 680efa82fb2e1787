package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/job"
	"kaimen/data/jobs"
)

// stores are the databases that every test runs on: the second only where one is
// named.
func stores(t *testing.T, test func(t *testing.T, store string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, filepath.Join(t.TempDir(), "store.gpkg"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		address, _ := coveragetest.Postgres(t)
		test(t, address)
	})
}

// open opens a queue, and runs it where it has work. The function that it
// returns ends it as the end of the program would.
func open(t *testing.T, store string, o jobs.Options) (*jobs.Queue, func()) {
	t.Helper()
	q, err := jobs.Open(t.Context(), store, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	var once atomic.Bool
	end := func() {
		if once.Swap(true) {
			return
		}
		cancel()
		if err := errors.Join(<-ended, q.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(end)
	return q, end
}

// waitFor asks for a job until it is as wanted.
func waitFor(t *testing.T, q job.Queue, id, what string, fits func(job.Job) bool) job.Job {
	t.Helper()
	until := time.Now().Add(30 * time.Second)
	for {
		j, err := q.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if fits(j) {
			return j
		}
		if time.Now().After(until) {
			t.Fatalf("the job is not %s in time: %+v", what, j)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func in(s job.State) (string, func(job.Job) bool) {
	return string(s), func(j job.Job) bool { return j.State == s }
}

func is(t *testing.T, q job.Queue, id string, s job.State) job.Job {
	t.Helper()
	what, fits := in(s)
	return waitFor(t, q, id, what, fits)
}

func ask(t *testing.T, q job.Queue, o job.Order) job.Job {
	t.Helper()
	j, err := q.Ask(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// echo answers with its question and its file.
func echo(_ context.Context, task job.Task, tell func(job.Progress)) (job.Result, error) {
	tell(job.Progress{Percent: 50, Doing: "echoing"})
	return job.Result{ContentType: "text/plain", Filename: "echo.txt", Body: append([]byte(task.Args), task.File...)}, nil
}

// search works until it is stopped, and has a best answer then.
func search(ctx context.Context, _ job.Task, tell func(job.Progress)) (job.Result, error) {
	tell(job.Progress{Percent: 30, Doing: "searching", Best: json.RawMessage(`{"objective":7}`)})
	<-ctx.Done()
	return job.Result{ContentType: "text/plain", Body: []byte("best so far"), Rows: []job.Rows{{Kind: "search", Body: []byte("7")}}}, nil
}

// stubborn works until it is stopped, and has nothing then.
func stubborn(ctx context.Context, _ job.Task, _ func(job.Progress)) (job.Result, error) {
	<-ctx.Done()
	return job.Result{}, ctx.Err()
}

func refuse(context.Context, job.Task, func(job.Progress)) (job.Result, error) {
	return job.Result{}, &job.Failure{Problem: json.RawMessage(`{"status":422}`)}
}

func crash(context.Context, job.Task, func(job.Progress)) (job.Result, error) { panic("a bug") }

// table answers with its question, and with the two lists of rows of "town" that
// it names.
func table(_ context.Context, task job.Task, _ func(job.Progress)) (job.Result, error) {
	r := job.Result{ContentType: "text/plain", Body: task.Args}
	var lists []string
	if err := json.Unmarshal(task.Args, &lists); err != nil {
		return r, err
	}
	for _, text := range lists[1:] {
		r.Rows = append(r.Rows, job.Rows{Kind: "table", Study: "town", Basis: "s-" + text, About: json.RawMessage(`{"of":"` + text + `"}`), Body: []byte("rows of " + text)})
	}
	return r, nil
}

var work = job.Registry{"table": table, "echo": echo, "search": search, "stubborn": stubborn, "refuse": refuse, "crash": crash}

func TestAJobIsDone(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		order := job.Order{Kind: "echo", Study: "town", Args: json.RawMessage(`{"a":1}`), File: []byte("zip")}
		j := is(t, q, ask(t, q, order).ID, job.Successful)
		if j.Percent != 100 || j.Created.IsZero() || j.Started.Before(j.Created) || j.Finished.Before(j.Started) || j.Study != "town" || string(j.Args) != `{"a":1}` {
			t.Errorf("%+v", j)
		}
		r, err := q.Result(t.Context(), j.Result)
		if err != nil || string(r.Body) != `{"a":1}zip` || r.ContentType != "text/plain" || r.Filename != "echo.txt" || r.ID() != j.Result {
			t.Errorf("%v %+v", err, r)
		}
		// Asked again when it is over, it is another job with the same result.
		again := is(t, q, ask(t, q, order).ID, job.Successful)
		if again.ID == j.ID || again.Result != j.Result {
			t.Errorf("%s %s, then %s %s", j.ID, j.Result, again.ID, again.Result)
		}
		// With one of the two removed the result is still the other's.
		if _, removed, err := q.Drop(t.Context(), j.ID); err != nil || !removed {
			t.Errorf("%v %v", removed, err)
		}
		if _, err := q.Get(t.Context(), j.ID); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("a removed job: %v", err)
		}
		if _, err := q.Result(t.Context(), j.Result); err != nil {
			t.Error(err)
		}
		if _, _, err := q.Drop(t.Context(), again.ID); err != nil {
			t.Error(err)
		}
		if _, err := q.Result(t.Context(), j.Result); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("a result whose jobs are removed: %v", err)
		}
	})
}

func TestAJobFails(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		for kind, part := range map[string]string{"refuse": `{"status":422}`, "crash": "a bug", "unheard": "unheard"} {
			j := is(t, q, ask(t, q, job.Order{Kind: kind, Args: json.RawMessage(`{}`)}).ID, job.Failed)
			if !strings.Contains(string(j.Problem), part) || j.Result != "" || j.Finished.IsZero() {
				t.Errorf("%s: %s %+v", kind, j.Problem, j)
			}
		}
	})
}

func TestAJobIsStopped(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		id := ask(t, q, job.Order{Kind: "search", Args: json.RawMessage(`{}`)}).ID
		waitFor(t, q, id, "under way", func(j job.Job) bool {
			return j.State == job.Running && j.Percent == 30 && j.Doing == "searching" && string(j.Best) == `{"objective":7}`
		})
		if same := ask(t, q, job.Order{Kind: "search", Args: json.RawMessage(`{}`)}); same.ID != id {
			t.Errorf("the same question is another job, %s, while %s runs", same.ID, id)
		}
		j, removed, err := q.Drop(t.Context(), id)
		if err != nil || removed || !j.Stopping {
			t.Errorf("%v %v %+v", err, removed, j)
		}
		if other := ask(t, q, job.Order{Kind: "search", Args: json.RawMessage(`{}`)}); other.ID == id {
			t.Error("a job that is to stop is given to who wants it done")
		} else if _, _, err := q.Drop(t.Context(), other.ID); err != nil {
			t.Error(err)
		}
		j = is(t, q, id, job.Dismissed)
		r, err := q.Result(t.Context(), j.Result)
		if err != nil || string(r.Body) != "best so far" {
			t.Errorf("%v %+v", err, r)
		}
		if len(j.Rows) != 1 {
			t.Errorf("rows %v", j.Rows)
		} else if body, err := q.Rows(t.Context(), j.Rows[0]); err != nil || string(body) != "7" {
			t.Errorf("%v %s", err, body)
		}
		// What has nothing to hand over has no result, and is no failure either.
		id = ask(t, q, job.Order{Kind: "stubborn", Args: json.RawMessage(`{}`)}).ID
		is(t, q, id, job.Running)
		if _, _, err := q.Drop(t.Context(), id); err != nil {
			t.Error(err)
		}
		if j := is(t, q, id, job.Dismissed); j.Result != "" || j.Problem != nil {
			t.Errorf("%+v", j)
		}
	})
}

func TestAJobThatWaitsIsStopped(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{})
		id := ask(t, q, job.Order{Kind: "echo", Args: json.RawMessage(`{}`)}).ID
		if j, removed, err := q.Drop(t.Context(), id); err != nil || removed || j.State != job.Dismissed {
			t.Errorf("%v %v %+v", err, removed, j)
		}
		// A worker that comes later leaves it alone.
		w, _ := open(t, store, jobs.Options{Work: work})
		is(t, w, ask(t, w, job.Order{Kind: "echo", Args: json.RawMessage(`{"b":2}`)}).ID, job.Successful)
		if j := is(t, w, id, job.Dismissed); !j.Started.IsZero() {
			t.Errorf("%+v", j)
		}
	})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		order := job.Order{Kind: "echo", Args: json.RawMessage(`{"a":1}`), Key: "mine", Basis: "s1"}
		first := is(t, q, ask(t, q, order).ID, job.Successful)
		order.Basis = "s2" // the client asks the same, whatever has become of the study
		if again := ask(t, q, order); again.ID != first.ID {
			t.Errorf("the same key and question are job %s, then %s", first.ID, again.ID)
		}
		order.Args = json.RawMessage(`{"a":2}`)
		if _, err := q.Ask(t.Context(), order); coverage.CodeOf(err) != coverage.Conflict {
			t.Errorf("the same key with another question: %v", err)
		}
		if _, _, err := q.Drop(t.Context(), first.ID); err != nil {
			t.Error(err)
		}
		if next := ask(t, q, order); next.ID == first.ID {
			t.Error("a key outlives its job")
		}
	})
}

func TestAQueueIsRestarted(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, end := open(t, store, jobs.Options{Work: job.Registry{"work": stubborn}})
		id := ask(t, q, job.Order{Kind: "work", Args: json.RawMessage(`{}`), File: []byte("kept")}).ID
		is(t, q, id, job.Running)
		end()
		idle, _ := open(t, store, jobs.Options{})
		if j := is(t, idle, id, job.Accepted); j.Result != "" {
			t.Errorf("%+v", j)
		}
		q, _ = open(t, store, jobs.Options{Work: job.Registry{"work": echo}})
		j := is(t, q, id, job.Successful)
		if r, err := q.Result(t.Context(), j.Result); err != nil || string(r.Body) != "{}kept" {
			t.Errorf("%v %+v", err, r)
		}
	})
}

// A worker that says nothing for the time of its lease has died. What it hands
// in later, if it lives after all, counts no more.
func TestASilentWorkerLosesItsJob(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		hung := make(chan struct{})
		deaf := func(context.Context, job.Task, func(job.Progress)) (job.Result, error) {
			<-hung
			return job.Result{ContentType: "text/plain", Body: []byte("too late")}, nil
		}
		silent, end := open(t, store, jobs.Options{Work: job.Registry{"work": deaf}, Workers: 1, Lease: time.Hour})
		id := ask(t, silent, job.Order{Kind: "work", Args: json.RawMessage(`{}`)}).ID
		is(t, silent, id, job.Running)
		if err := silent.Mute(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		q, _ := open(t, store, jobs.Options{Work: job.Registry{"work": echo}, Lease: time.Second})
		j := is(t, q, id, job.Successful)
		close(hung)
		end()
		if r, err := q.Result(t.Context(), j.Result); err != nil || string(r.Body) != "{}" {
			t.Errorf("%v %+v", err, r)
		}
		if again := is(t, q, id, job.Successful); again.Result != j.Result {
			t.Errorf("what came too late counts: %+v", again)
		}
	})
}

// A job during which the program ended again and again is given up.
func TestAJobThatEndsTheProgramIsGivenUp(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, end := open(t, store, jobs.Options{Work: job.Registry{"work": stubborn}})
		id := ask(t, q, job.Order{Kind: "work", Args: json.RawMessage(`{}`)}).ID
		is(t, q, id, job.Running)
		if err := q.Begun(t.Context(), id, 3); err != nil {
			t.Fatal(err)
		}
		end()
		last, _ := open(t, store, jobs.Options{Work: job.Registry{"other": echo}, Lease: time.Second})
		if j := is(t, last, id, job.Failed); !strings.Contains(string(j.Problem), "3 times") {
			t.Errorf("%s", j.Problem)
		}
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{})
		var ids []string
		for i := range 5 {
			ids = append(ids, ask(t, q, job.Order{Kind: []string{"echo", "work"}[i/3], Study: []string{"a", "b"}[i%2], Args: json.RawMessage(fmt.Sprint(i))}).ID)
		}
		if _, _, err := q.Drop(t.Context(), ids[4]); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			name string
			f    job.Filter
			want []int
		}{
			{"all, the newest first", job.Filter{}, []int{4, 3, 2, 1, 0}},
			{"of a study", job.Filter{Study: "a"}, []int{4, 2, 0}},
			{"in a state", job.Filter{State: job.Accepted}, []int{3, 2, 1, 0}},
			{"of both", job.Filter{Study: "a", State: job.Accepted}, []int{2, 0}},
			{"of a kind", job.Filter{Kinds: []string{"work"}}, []int{4, 3}},
			{"of two kinds and a study", job.Filter{Kinds: []string{"work", "echo"}, Study: "b"}, []int{3, 1}},
			{"of a kind that there is not", job.Filter{Kinds: []string{"other"}}, nil},
			{"two", job.Filter{Limit: 2}, []int{4, 3}},
			{"two more", job.Filter{Limit: 2, Before: ids[3]}, []int{2, 1}},
		} {
			list, err := q.List(t.Context(), tc.f)
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, j := range list {
				got = append(got, j.ID)
			}
			for _, i := range tc.want {
				want = append(want, ids[i])
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s: %v, want %v", tc.name, got, want)
			}
		}
	})
}

func TestPrune(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		old := is(t, q, ask(t, q, job.Order{Kind: "echo", Args: json.RawMessage(`{}`)}).ID, job.Successful)
		if err := q.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		is(t, q, old.ID, job.Successful) // kept for days
		short, _ := open(t, store, jobs.Options{Keep: time.Microsecond})
		if err := short.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := q.Get(t.Context(), old.ID); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("an old job: %v", err)
		}
		if _, err := q.Result(t.Context(), old.Result); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("an old result: %v", err)
		}
	})
}

// The queue's own pages come from the program itself.
func TestPanel(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		is(t, q, ask(t, q, job.Order{Kind: "echo", Args: json.RawMessage(`{}`)}).ID, job.Successful)
		panel, err := q.Panel(t.Context(), "/admin/jobs")
		if err != nil {
			t.Fatal(err)
		}
		for path, part := range map[string]string{"/admin/jobs/": "<html", "/admin/jobs/api/jobs?state=completed": "kaimen_job", "/admin/jobs/api/queues": "default", "/admin/jobs/api/states": "completed"} {
			w := httptest.NewRecorder()
			// The queue notes a little later than we do that a job is done.
			for range 100 {
				w = httptest.NewRecorder()
				if panel.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil)); strings.Contains(w.Body.String(), part) {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: status %d: %.300s", path, w.Code, w.Body)
			}
		}
	})
}

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kaimen/coverage/coveragetest"
)

// started runs a command until the test is over, and waits for a word of it on
// stderr, whose rest of the line is returned. The function ends it.
func started(t *testing.T, word string, args ...string) (rest string, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, args, io.Discard, write)
		_ = write.Close()
		ended <- code
	}()
	var said bytes.Buffer
	found := make(chan string, 1)
	go func() {
		part := make([]byte, 4096)
		for told := false; ; {
			n, err := read.Read(part)
			said.Write(part[:n])
			if _, after, ok := strings.Cut(said.String(), word); ok && !told && strings.Contains(after, "\n") {
				told = true
				line, _, _ := strings.Cut(after, "\n")
				found <- line
			}
			if err != nil {
				return
			}
		}
	}()
	end = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != exitDone {
			t.Errorf("kaimen %v: exit code %d\n%s", args, code, said.String())
		}
	})
	t.Cleanup(end)
	select {
	case rest = <-found:
	case code := <-ended:
		ended <- code
		t.Fatalf("kaimen %v: exit code %d\n%s", args, code, said.String())
	case <-time.After(30 * time.Second):
		t.Fatalf("kaimen %v does not say %q", args, word)
	}
	return rest, end
}

// zippedStudy is the small study as an archive.
func zippedStudy(t *testing.T, replaced map[string]string) []byte {
	t.Helper()
	dir := filepath.Dir(small(t, replaced))
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// asked sends a request and reads a JSON answer.
func asked(t *testing.T, want int, method, address string, body []byte, headers ...string) (answer map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	text, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != want || json.Unmarshal(text, &answer) != nil {
		t.Fatalf("%s %s: status %d %v\n%s", method, address, w.StatusCode, err, text)
	}
	return answer
}

// finished waits for the job of an answer.
func finished(t *testing.T, base string, job map[string]any) map[string]any {
	t.Helper()
	for range 600 {
		job = asked(t, http.StatusOK, http.MethodGet, fmt.Sprintf("%s/api/v1/jobs/%s", base, job["id"]), nil)
		if s := job["state"]; s != "accepted" && s != "running" {
			return job
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not in time: %v", job)
	return nil
}

// A study is sent as a zip, asked about, and its jobs looked after on the
// command line, by one process on a file and by several on a server.
func TestJobs(t *testing.T) {
	t.Parallel()
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		store := filepath.Join(t.TempDir(), "s.gpkg")
		jobsOf(t, store, "--jobs", "2")
	})
	t.Run("server", func(t *testing.T) {
		t.Parallel()
		address, _ := coveragetest.Postgres(t)
		started(t, "working on", "worker", "--store", address)
		jobsOf(t, address, "--jobs", "0")
	})
}

func jobsOf(t *testing.T, store string, flags ...string) {
	serve := append([]string{"serve", "--store", store, "--listen", "127.0.0.1:0"}, flags...)
	base, end := started(t, "listening on ", serve...)
	study := base + "/api/v1/studies/small"
	bad := finished(t, base, asked(t, http.StatusAccepted, http.MethodPut, study, zippedStudy(t, map[string]string{
		"people.csv": "id,lon,lat,people\nh1,105.0,29.5,many\nh2,east,29.5,12\n",
	}), "Content-Type", "application/zip"))
	if text := fmt.Sprint(bad["problem"]); bad["state"] != "failed" || !strings.Contains(text, "many") || !strings.Contains(text, "east") {
		t.Errorf("%v", bad)
	}
	asked(t, http.StatusNotFound, http.MethodGet, study, nil)
	done := finished(t, base, asked(t, http.StatusAccepted, http.MethodPost, base+"/api/v1/studies", zippedStudy(t, nil), "Content-Type", "application/zip"))
	if done["state"] != "successful" {
		t.Fatalf("%v", done)
	}
	job := finished(t, base, asked(t, http.StatusAccepted, http.MethodGet, study+"/coverage?kind=school&cutoff_m=100", nil, "Prefer", "respond-async"))
	id, _ := job["id"].(string)
	page, err := http.Get(base + "/admin/jobs/")
	if err != nil || page.StatusCode != http.StatusOK {
		t.Errorf("the pages of the queue: %v %v", err, page)
	} else {
		_ = page.Body.Close()
	}
	list := must(t, "jobs", "list", "--store", store, "--study", "small")
	if !strings.Contains(list, id) || strings.Count(list, "\n") != 3 {
		t.Errorf("two jobs of the study are listed as\n%s", list)
	}
	// What was answered outlives the server, which does not wait for who watches.
	waiting := asked(t, http.StatusAccepted, http.MethodGet, study+"/plans?kind=school&p=1&sources=edge", nil, "Prefer", "respond-async")
	events, err := http.Get(fmt.Sprintf("%s/api/v1/jobs/%s/events", base, waiting["id"]))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = events.Body.Close() }()
	ending := time.Now()
	end()
	if took := time.Since(ending); took > 5*time.Second {
		t.Errorf("the server took %v to end", took)
	}
	file := filepath.Join(t.TempDir(), "result.json")
	if text := must(t, "jobs", "show", id, "--store", store, "-o", file); !strings.Contains(text, "successful") {
		t.Errorf("%s", text)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"demand":42`) {
		t.Errorf("%v %s", err, text)
	}
	if text := must(t, "jobs", "cancel", id, "--store", store); !strings.Contains(text, "removed") {
		t.Errorf("%s", text)
	}
	if _, text, code := kaimen(t, "jobs", "show", id, "--store", store); code != exitUsage || !strings.Contains(text, id) {
		t.Errorf("exit code %d: %s", code, text)
	}
}

// Where strangers may come by, nobody changes what is served unless it is said.
func TestWhoManages(t *testing.T) {
	t.Parallel()
	base, _ := started(t, "listening on ", "serve", "--store", filepath.Join(t.TempDir(), "s.gpkg"), "--listen", "127.0.0.1:0", "--manage", "off")
	asked(t, http.StatusServiceUnavailable, http.MethodPost, base+"/api/v1/studies", zippedStudy(t, nil), "Content-Type", "application/zip")
	w, err := http.Get(base + "/admin/jobs/api/queues")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	if text, err := io.ReadAll(w.Body); err != nil || strings.Contains(string(text), `"default"`) {
		t.Errorf("the queue is shown: %v %s", err, text)
	}
}

func TestJobsFaults(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "s.gpkg")
	for _, args := range [][]string{
		{"worker", "--store", store},
		{"jobs", "list", "--store", store},
		{"jobs", "list", "--store", store, "--limit", "0"},
		{"serve", "--store", store, "--listen", "127.0.0.1:0", "--keep-days", "0"},
	} {
		if _, text, code := kaimen(t, args...); code != exitUsage || text == "" {
			t.Errorf("kaimen %v: exit code %d: %s", args, code, text)
		}
	}
}

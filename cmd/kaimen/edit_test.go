package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/data"
	"kaimen/data/sample"
	"kaimen/web"
)

// A pharmacy that is added, renamed and deleted again leaves the study as it
// was; a row that an import would refuse is refused, and the store stays.
func TestEdit(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "s.gpkg")
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "edit.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	snapshotOf := func(out string) string {
		_, id, _ := strings.Cut(out, "snapshot ")
		return strings.Fields(id)[0]
	}
	home := snapshotOf(must(t, "import", small(t, nil), "--store", store))
	edit := func(args ...string) string {
		t.Helper()
		return must(t, append([]string{"edit", "small", "facilities", "--store", store}, args...)...)
	}
	out := edit("--add", file(`{"type":"Feature","properties":{"id":"p1","kind":"pharmacy"},"geometry":{"type":"Point","coordinates":[105.001,29.5]}}`))
	inOrder(t, out, "pharmacy/p1", "study small snapshot ")
	out = edit("pharmacy/p1", "--patch", file(`{"properties":{"name":"药店"}}`))
	if list := must(t, "snapshots", "compare", "small", "--store", store); !strings.Contains(list, "~ pharmacy p1: name") {
		t.Errorf("renamed:\n%s", list)
	}
	before := snapshotOf(out)
	for _, args := range [][]string{
		{"--add", file(`{"type":"Feature","properties":{"id":"p1","kind":"pharmacy"},"geometry":{"type":"Point","coordinates":[105.001,29.5]}}`)},
		{"pharmacy/p9", "--delete"},
		{"--delete"},
		{"pharmacy/p1"},
		{"pharmacy/p1", "--delete", "--add", file("{}")},
	} {
		if _, stderr, code := kaimen(t, append([]string{"edit", "small", "facilities", "--store", store}, args...)...); code != exitUsage {
			t.Errorf("%v: exit %d, want %d: %s", args, code, exitUsage, stderr)
		}
	}
	if list := must(t, "snapshots", "list", "small", "--store", store); !strings.Contains(list, before+"  current") {
		t.Errorf("a refused edit changed the store:\n%s", list)
	}
	if out = edit("pharmacy/p1", "--delete"); snapshotOf(out) != home {
		t.Errorf("added and deleted: %s, want %s", out, home)
	}
}

// BenchmarkEdit changes one facility of the sample district over HTTP in a
// GeoPackage store: as a whole, and the share of its steps, which are the new
// snapshot with its report and the writing of it.
func BenchmarkEdit(b *testing.B) {
	dir := b.TempDir()
	if _, err := sample.Write(b.Context(), dir, sample.Options{}); err != nil {
		b.Fatal(err)
	}
	base, _, err := data.Import(b.Context(), filepath.Join(dir, "study.yaml"), data.Options{Now: time.Unix(0, 0)})
	if err != nil {
		b.Fatal(err)
	}
	flags := engineFlags{storeFlag: storeFlag{Store: filepath.Join(dir, "store.gpkg")}}
	store, err := flags.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := store.Put(b.Context(), base); err != nil {
		b.Fatal(err)
	}
	options, err := flags.webOptions(console{}, store)
	if err != nil {
		b.Fatal(err)
	}
	handler, change := web.New(options), options.Editor
	table, _ := base.Table(coverage.LayerFacilities)
	feature := table.FeatureID(table.At(0, nil))
	patch := func(n int) string { return fmt.Sprintf(`{"properties":{"capacity":%d}}`, n) }
	n := 0
	if _, err := options.Engine.Snapshot(b.Context(), base.Study.ID); err != nil { // the first question reads the store
		b.Fatal(err)
	}
	b.Run("over HTTP", func(b *testing.B) {
		for b.Loop() {
			n++
			r := httptest.NewRequestWithContext(b.Context(), http.MethodPatch, "/api/v1/studies/"+base.Study.ID+"/layers/facilities/features/"+feature, strings.NewReader(patch(n)))
			r.Header.Set("Content-Type", "application/merge-patch+json")
			w := httptest.NewRecorder()
			if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
				b.Fatalf("status %d: %s", w.Code, w.Body)
			}
		}
	})
	var last coverage.Edited
	b.Run("snapshot and report", func(b *testing.B) {
		for b.Loop() {
			n++
			e := coverage.Edit{Layer: coverage.LayerFacilities, Kind: coverage.EditPatch, Feature: feature, Text: json.RawMessage(patch(n))}
			if last, err = change.Edit(b.Context(), base, e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("writing", func(b *testing.B) {
		for b.Loop() {
			n++
			next, err := change.Edit(b.Context(), last.Snapshot, coverage.Edit{Layer: coverage.LayerFacilities, Kind: coverage.EditPatch, Feature: feature, Text: json.RawMessage(patch(n))})
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			if err := store.Put(b.Context(), next.Snapshot); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(start).Microseconds())/1000, "ms/put")
		}
	})
}

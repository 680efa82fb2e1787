package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/standard"
	"kaimen/data"
	"kaimen/data/gpkg"
	"kaimen/data/jobs"
	"kaimen/data/postgis"
	"kaimen/web"
)

// editor is what the program has for web.Editor.
type editor struct{}

func (editor) Edit(ctx context.Context, base *coverage.Snapshot, e coverage.Edit) (coverage.Edited, error) {
	return data.Edit(ctx, base, e, data.Options{Now: day})
}

func (editor) ReplaceLayer(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, tell func(string, int64, int64)) (*coverage.Snapshot, coverage.Report, error) {
	return data.ReplaceLayer(ctx, base, f, data.Options{Now: day, Progress: tell})
}

// inspectFile is what the program has for web.Inspector.
func inspectFile(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, preview int) (coverage.Inspection, error) {
	return data.Inspect(ctx, base, f, preview, data.Options{Now: day})
}

// yard is an office over a real store, in which studies may be changed.
type yard struct {
	*office
	store coverage.Store
	town  *coverage.Snapshot
}

// yards are servers on each kind of store: the second only where there is a
// PostgreSQL.
func yards(t *testing.T, test func(y *yard)) {
	t.Helper()
	t.Run("geopackage", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "store.gpkg")
		store, err := gpkg.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		test(openYard(t, store, file))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		address, _ := coveragetest.Postgres(t)
		store, err := postgis.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		test(openYard(t, store, address))
	})
}

func openYard(t *testing.T, store coverage.Store, address string) *yard {
	t.Helper()
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := town(t)
	if err := store.Put(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	o := web.Options{Engine: analysis.New(store, library), Store: store, Importer: importFake, Editor: editor{}, Inspector: inspectFile}
	q, err := jobs.Open(t.Context(), address, jobs.Options{Work: web.Work(o)})
	if err != nil {
		t.Fatal(err)
	}
	o.Jobs = q
	server := httptest.NewServer(web.New(o))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	t.Cleanup(func() {
		server.Close()
		cancel()
		if err := errors.Join(<-ended, q.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return &yard{&office{t: t, server: server, contract: readContract(t)}, store, s}
}

// current is the snapshot that a study stands on.
func (y *yard) current() *coverage.Snapshot {
	y.t.Helper()
	info, err := y.store.Current(y.t.Context(), "town")
	if err != nil {
		y.t.Fatal(err)
	}
	s, err := y.store.Get(y.t.Context(), info.ID)
	if err != nil {
		y.t.Fatal(err)
	}
	return s
}

const (
	townLayers = "/api/v1/studies/town/layers/"
	parkOne    = townLayers + "facilities/features/pocket_park/1"
)

// pointAt is a feature in the town's street.
func pointAt(lon float64, properties string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Point","coordinates":[%v,29.58]}}`, properties, lon)
}

// A feature is added where there was none, read, changed, and deleted; then the
// study is what it was.
func TestFeaturesChange(t *testing.T) {
	t.Parallel()
	yards(t, func(y *yard) {
		tell := func(what string, answer *http.Response, text []byte, status int) {
			y.t.Helper()
			if answer.StatusCode != status || status < 300 && answer.Header.Get("Kaimen-Snapshot") != string(y.current().ID) {
				y.t.Fatalf("%s: status %d, want %d, snapshot %q of %s\n%s", what, answer.StatusCode, status, answer.Header.Get("Kaimen-Snapshot"), y.current().ID, text)
			}
		}
		geo := []string{"Content-Type", "application/geo+json"}
		patch := []string{"Content-Type", "application/merge-patch+json"}
		answer, text := y.send(http.MethodPost, townLayers+"facilities/features", pointAt(105.054, `"id":"a/1","kind":"market","name":"菜市场"`), geo...)
		tell("add", answer, text, http.StatusCreated)
		place, tag := answer.Header.Get("Location"), answer.Header.Get("ETag")
		if place != townLayers+"facilities/features/market%2Fa%2F1" {
			y.t.Errorf("Location %q", place)
		}
		for _, path := range []string{place, townLayers + "facilities/features/market/a/1"} {
			answer, text = y.send(http.MethodGet, path, "")
			tell("read", answer, text, http.StatusOK)
			if answer.Header.Get("ETag") != tag || !strings.Contains(string(text), `"菜市场"`) || !strings.Contains(string(text), `"synthetic":true`) {
				y.t.Errorf("%s: tag %s, want %s: %s", path, answer.Header.Get("ETag"), tag, text)
			}
		}
		if answer, _ = y.send(http.MethodGet, place, "", "If-None-Match", tag); answer.StatusCode != http.StatusNotModified {
			y.t.Errorf("read again: status %d", answer.StatusCode)
		}
		answer, text = y.send(http.MethodPatch, place, `{"properties":{"capacity":40}}`, append(patch, "If-Match", tag)...)
		tell("change", answer, text, http.StatusOK)
		answer, text = y.send(http.MethodPatch, place, `{"properties":{"capacity":50}}`, append(patch, "If-Match", tag)...)
		tell("change what somebody changed", answer, text, http.StatusPreconditionFailed)
		answer, text = y.send(http.MethodPut, place, pointAt(105.056, `"name":"大市场"`), append(geo, "If-Match", `"`+string(y.current().ID)+`"`)...)
		tell("replace", answer, text, http.StatusOK)
		if s := y.current(); s.Facilities[0].Name != "大市场" || s.Facilities[0].Capacity != nil || s.Facilities[0].At[0] != 105.056 {
			y.t.Errorf("replaced: %+v", s.Facilities[0])
		}
		answer, text = y.send(http.MethodDelete, place, "", "If-Match", "*")
		tell("delete", answer, text, http.StatusOK)
		if y.current().ID != y.town.ID {
			y.t.Errorf("added and deleted: snapshot %s, want %s", y.current().ID, y.town.ID)
		}
		answer, text = y.send(http.MethodDelete, place, "")
		tell("delete what is gone", answer, text, http.StatusNotFound)
		answer, text = y.send(http.MethodPost, townLayers+"demand/features", `{"type":"FeatureCollection","features":[`+pointAt(105.06, `"id":"h8","people":1`)+","+pointAt(105.062, `"id":"h9","people":2`)+`]}`, geo...)
		tell("add two", answer, text, http.StatusCreated)
		if !strings.Contains(string(text), `"h9"`) || answer.Header.Get("Location") != townLayers+"demand" || len(y.current().Demand) != 6 {
			y.t.Errorf("two: Location %q, %d rows: %s", answer.Header.Get("Location"), len(y.current().Demand), text)
		}
		answer, text = y.send(http.MethodPatch, townLayers+"roads/features/w1", `{"properties":{"tags":{"surface":null,"lit":"yes"}}}`, patch...)
		tell("tags", answer, text, http.StatusOK)
		if r := y.current().Roads[0]; len(r.Tags) != 1 || r.Tags["lit"] != "yes" || len(r.Nodes) != 11 {
			y.t.Errorf("tags: %+v", r)
		}
		_, text = y.send(http.MethodGet, "/api/v1/studies/town/report", "")
		if !strings.Contains(string(text), `{"layer":"facilities","added":1,"changed":2,"removed":1}`) {
			y.t.Errorf("the report does not count the edits: %s", text)
		}
	})
}

// What cannot be done leaves the study as it is, and says all that is wrong.
func TestEditsAreRefused(t *testing.T) {
	t.Parallel()
	yards(t, func(y *yard) {
		for _, tc := range []struct {
			name, method, path, kind, body string
			status                         int
			faults                         string // code at location of each
		}{
			{
				"faults of two rows", http.MethodPost, townLayers + "facilities/features", "application/geo+json",
				`{"type":"FeatureCollection","features":[` + pointAt(105.05, `"id":"1","kind":"school"`) + "," + pointAt(505, `"id":"2","kind":"park","size":3`) + `]}`, 422,
				"duplicate_id body.features:1, bad_value body.features:2, bad_coordinates body.features:2",
			},
			{"text that breaks off", http.MethodPost, townLayers + "demand/features", "application/geo+json", `{"type":`, 422, "unreadable body"},
			{"another type", http.MethodPost, townLayers + "demand/features", "text/plain", pointAt(105, `"id":"x","people":1`), 415, ""},
			{"a patch that says it is JSON", http.MethodPatch, parkOne, "application/json", `{}`, 415, ""},
			{"no such layer", http.MethodPost, townLayers + "rivers/features", "application/geo+json", pointAt(105, ``), 404, ""},
			{"no such study", http.MethodPost, "/api/v1/studies/nowhere/layers/demand/features", "application/geo+json", pointAt(105, ``), 404, ""},
			{"no such feature", http.MethodPatch, parkOne + "0", "application/merge-patch+json", `{}`, 404, ""},
			{"a road", http.MethodPut, townLayers + "roads/features/w9", "application/geo+json", `{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[105,29],[105.1,29]]}}`, 422, ""},
			{"a parent that goes", http.MethodDelete, townLayers + "boundaries/features/s", "", "", 422, "unknown_parent layer.boundaries, unknown_parent layer.boundaries"},
			{"a misspelled parameter", http.MethodDelete, parkOne + "?force=1", "", "", 422, "unknown_parameter query.force"},
			{"a method that is none", http.MethodPost, parkOne, "application/geo+json", "{}", 405, ""},
		} {
			var headers []string
			if tc.kind != "" {
				headers = []string{"Content-Type", tc.kind}
			}
			answer, text := y.send(tc.method, tc.path, tc.body, headers...)
			var p struct {
				Errors []struct{ Code, Location string }
			}
			var faults []string
			if err := json.Unmarshal(text, &p); err != nil {
				y.t.Errorf("%s: %v: %s", tc.name, err, text)
			}
			for _, f := range p.Errors {
				faults = append(faults, f.Code+" "+f.Location)
			}
			if answer.StatusCode != tc.status || strings.Join(faults, ", ") != tc.faults {
				y.t.Errorf("%s: status %d, faults %s: %s", tc.name, answer.StatusCode, strings.Join(faults, ", "), text)
			}
		}
		if y.current().ID != y.town.ID {
			y.t.Error("the study changed")
		}
	})
}

// Of those who change the same on the same condition one succeeds; without a
// condition nobody's change is lost.
func TestEditsAtOnce(t *testing.T) {
	t.Parallel()
	const writers = 6
	yards(t, func(y *yard) {
		before := y.current()
		at := func(condition bool) (statuses map[int]int) {
			var wait sync.WaitGroup
			var mu sync.Mutex
			statuses = make(map[int]int)
			for w := range writers {
				wait.Go(func() {
					headers := []string{"Content-Type", "application/merge-patch+json"}
					path, body := townLayers+"demand/features/h1", fmt.Sprintf(`{"properties":{"people":%d}}`, 200+w)
					if condition {
						headers = append(headers, "If-Match", `"`+string(before.ID)+`"`)
					} else {
						body = fmt.Sprintf(`{"properties":{"weight_%d":1}}`, w)
					}
					answer, _ := y.send(http.MethodPatch, path, body, headers...)
					mu.Lock()
					defer mu.Unlock()
					statuses[answer.StatusCode]++
				})
			}
			wait.Wait()
			return statuses
		}
		if got := at(true); got[200] != 1 || got[412] != writers-1 {
			y.t.Errorf("with the same If-Match: %v", got)
		}
		if got := at(false); got[200] != writers || len(y.current().Demand[0].Weights) != 1+writers {
			y.t.Errorf("without: %v, weights %v", got, y.current().Demand[0].Weights)
		}
	})
}

// A file takes the place of a layer as a job, and leaves the others.
func TestLayersAreReplaced(t *testing.T) {
	t.Parallel()
	yards(t, func(y *yard) {
		csv := []string{"Content-Type", "text/csv"}
		address := townLayers + "facilities?crs=EPSG:4326&fields=%7B%22id%22:%22%E7%BC%96%E5%8F%B7%22%7D"
		const good, bad = "编号,kind,x,y\n7,school,105.06,29.58\n8,park,105.05,29.58\n", "编号,kind,x,y\n7,school,here,29.58\n8,school,105.05,91\n"
		done := func(path, body string, headers ...string) (*jobShown, []byte) {
			j := y.until(y.job(http.MethodPut, path, body, append(append([]string{}, csv...), headers...)...).ID, (*jobShown).over)
			if j.link("result") == "" {
				return j, nil
			}
			_, text := y.send(http.MethodGet, j.link("result"), "")
			return j, text
		}
		j, text := done(address+"&check=true", good)
		var got struct {
			OK              bool
			Study, Snapshot string
			Errors          []map[string]any
			Report          struct{ Sources []map[string]any }
		}
		if err := json.Unmarshal(text, &got); err != nil || j.State != "successful" || !got.OK || got.Snapshot == "" || y.current().ID != y.town.ID {
			y.t.Fatalf("check: %v %+v %s", err, j, text)
		}
		would := got.Snapshot
		if j, text = done(address+"&check=true", bad); json.Unmarshal(text, &got) != nil || j.State != "successful" || got.OK || len(got.Errors) != 2 {
			y.t.Errorf("check of faults: %+v %s", j, text)
		}
		if j, _ = done(address, bad); j.State != "failed" || len(j.Problem.Errors) != 2 || j.Problem.Errors[0].Location != "facilities.csv:2" || y.current().ID != y.town.ID {
			y.t.Errorf("faults: %+v %+v", j, j.Problem)
		}
		if j, _ = done(address, good, "If-Match", `"`+string(y.town.ID)+`"`); j.State != "successful" || j.Kind != "replace-layer" {
			y.t.Fatalf("%+v %+v", j, j.Problem)
		}
		now := y.current()
		if string(now.ID) != would || len(now.Facilities) != 2 || now.Facilities[0].Kind != "park" {
			y.t.Errorf("snapshot %s, checked %s: %+v", now.ID, would, now.Facilities)
		}
		for layer, hash := range y.town.Hashes {
			if layer != coverage.LayerFacilities && now.Hashes[layer] != hash {
				y.t.Errorf("layer %s changed", layer)
			}
		}
		if len(now.Report.Sources) != 2 || now.Report.Sources[0].Source != "homes.csv" || now.Report.Sources[1].Source != "facilities.csv" || !now.Report.Reconciles() {
			y.t.Errorf("report %+v", now.Report.Sources)
		}
		for _, tc := range []struct {
			name, path string
			headers    []string
			status     int
		}{
			{"a stale snapshot", address, []string{"Content-Type", "text/csv", "If-Match", `"` + string(y.town.ID) + `"`}, 412},
			{"no format", townLayers + "demand", []string{"Content-Type", "application/octet-stream"}, 415},
			{"a folder", townLayers + "demand?name=../a.csv", nil, 422},
			{"no object", townLayers + "demand?name=a.csv&fields=id:code", nil, 422},
			{"no layer", townLayers + "rivers?name=a.csv", nil, 404},
		} {
			if answer, text := y.send(http.MethodPut, tc.path, good, tc.headers...); answer.StatusCode != tc.status {
				y.t.Errorf("%s: status %d: %s", tc.name, answer.StatusCode, text)
			}
		}
	})
}

// Snapshots are listed page by page, compared, deleted and pruned.
func TestVersions(t *testing.T) {
	t.Parallel()
	yards(t, func(y *yard) {
		const address = "/api/v1/studies/town/snapshots"
		for n := range 4 {
			y.send(http.MethodPatch, parkOne, fmt.Sprintf(`{"properties":{"name":"N%d"}}`, n), "Content-Type", "application/merge-patch+json")
		}
		type page struct {
			Snapshots []struct {
				Snapshot string
				Current  bool
			}
			Next string
		}
		var ids []string
		for next := address + "?limit=2"; next != ""; {
			answer, text := y.send(http.MethodGet, next, "")
			var p page
			if err := json.Unmarshal(text, &p); err != nil || answer.StatusCode != http.StatusOK || len(p.Snapshots) > 2 {
				y.t.Fatalf("%v status %d: %s", err, answer.StatusCode, text)
			}
			for _, v := range p.Snapshots {
				if v.Current != (len(ids) == 0) {
					y.t.Errorf("%s: current %v", v.Snapshot, v.Current)
				}
				ids = append(ids, v.Snapshot)
			}
			next = p.Next
		}
		if len(ids) != 5 || ids[4] != string(y.town.ID) {
			y.t.Fatalf("snapshots %v, the first %s", ids, y.town.ID)
		}
		_, text := y.send(http.MethodGet, address+"/"+ids[0]+"/changes?since="+ids[4], "")
		var d coverage.Difference
		if err := json.Unmarshal(text, &d); err != nil || len(d.Layers) != 1 || len(d.Layers[0].Changed) != 1 || d.Layers[0].Changed[0].Columns[0] != "name" {
			y.t.Errorf("%v %s", err, text)
		}
		if _, text = y.send(http.MethodGet, address+"/"+ids[1]+"/changes?f=csv", ""); string(text) != "layer,change,id,kind,columns,synthetic\nfacilities,changed,1,pocket_park,name,true\n" {
			y.t.Errorf("as CSV: %q", text)
		}
		for _, tc := range []struct {
			method, path string
			status       int
		}{
			{http.MethodGet, address + "/" + ids[4] + "/changes", 404},
			{http.MethodGet, address + "/" + ids[0] + "/changes?since=x", 404},
			{http.MethodGet, address + "?before=x", 422},
			{http.MethodGet, "/api/v1/studies/nowhere/snapshots", 404},
			{http.MethodDelete, address + "/" + ids[0], 409},
			{http.MethodDelete, address + "/x", 404},
			{http.MethodDelete, address + "/" + ids[4], 204},
			{http.MethodDelete, address + "/" + ids[4], 404},
			{http.MethodPost, address + "/prune", 422},
			{http.MethodPost, address + "/prune?keep=0", 422},
			{http.MethodPost, address + "/prune?keep=2&dry_run=true", 200},
			{http.MethodPost, address + "/prune?keep=2", 200},
		} {
			if answer, text := y.send(tc.method, tc.path, ""); answer.StatusCode != tc.status {
				y.t.Errorf("%s %s: status %d, want %d: %s", tc.method, tc.path, answer.StatusCode, tc.status, text)
			}
		}
		if infos, err := coverage.Versions(y.t.Context(), y.store, "town"); err != nil || len(infos) != 2 || string(infos[0].ID) != ids[0] {
			y.t.Errorf("left are %v: %v", infos, err)
		}
	})
}

// A server that takes no changes says so, and still answers.
func TestNoChangesAreTaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tc := range []struct{ method, path, kind string }{
		{http.MethodPost, townLayers + "demand/features", "application/geo+json"},
		{http.MethodPatch, parkOne, "application/merge-patch+json"},
		{http.MethodDelete, parkOne, ""},
		{http.MethodPut, townLayers + "demand", "text/csv"},
		{http.MethodDelete, "/api/v1/studies/town/snapshots/" + string(b.town.ID), ""},
		{http.MethodPost, "/api/v1/studies/town/snapshots/prune?keep=1", ""},
	} {
		if w := b.send(t, tc.method, tc.path, "{}", "Content-Type", tc.kind); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "--manage on") {
			t.Errorf("%s %s: status %d: %s", tc.method, tc.path, w.Code, w.Body)
		}
	}
	if w := b.get(t, parkOne); w.Code != http.StatusOK || w.Header().Get("Kaimen-Snapshot") != string(b.town.ID) {
		t.Errorf("reading: status %d: %s", w.Code, w.Body)
	}
}

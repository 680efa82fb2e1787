package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage/job"
	"kaimen/data/export/form"
)

// links are all links of a job with this relation.
func (j *jobShown) links(rel string) (list []string) {
	for _, l := range j.Links {
		if l.Rel == rel {
			list = append(list, l.Href)
		}
	}
	return list
}

// featureRead is a feature as any answer has it.
type featureRead struct {
	ID       string
	Geometry *struct {
		Type        string
		Coordinates any
	}
	Properties map[string]any
}

// read answers a GET that must succeed.
func (o *office) read(path string, into any) {
	o.t.Helper()
	answer, text := o.send(http.MethodGet, path, "")
	if answer.StatusCode != http.StatusOK {
		o.t.Fatalf("%s: status %d: %s", path, answer.StatusCode, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		o.t.Fatalf("%s: %v", path, err)
	}
}

// featuresOf are the features at an address.
func (o *office) featuresOf(path string) []featureRead {
	o.t.Helper()
	var page struct{ Features []featureRead }
	o.read(path, &page)
	return page.Features
}

// alike is a feature without what a collection has otherwise: one shape is a list
// of one, lists of places are text, and the id stands among the properties.
func (f *featureRead) alike() string {
	shape := "none"
	if f.Geometry != nil {
		coordinates := f.Geometry.Coordinates
		if kind := f.Geometry.Type; kind == "Polygon" || kind == "LineString" {
			coordinates = []any{coordinates}
		}
		shape = strings.TrimPrefix(f.Geometry.Type, "Multi") + fmt.Sprint(coordinates)
	}
	properties := make(map[string]any)
	for name, value := range f.Properties {
		if list, ok := value.([]any); ok {
			text, _ := json.Marshal(list)
			value = string(text)
		}
		properties[name] = value
	}
	return shape + fmt.Sprint(properties)
}

// question is one that a job may be made of.
type questionAsked struct{ kind, method, path, body string }

// questions are all kinds of questions about the town whose answers have rows.
func questions() []questionAsked {
	const of = "/api/v1/studies/town/"
	get, post := http.MethodGet, http.MethodPost
	opened := `"scenario":{"changes":[{"change":"add_facility","kind":"pocket_park","id":"new","at":[105.066,29.58]}]}`
	return []questionAsked{
		{"coverage", get, of + "coverage?kind=pocket_park", ""},
		{"coverage", get, of + "coverage?kind=pocket_park&level=study", ""},
		{"coverage", post, of + "coverage", `{"kind":"pocket_park",` + opened + `}`},
		{"gaps", get, of + "gaps?kind=pocket_park&cutoff_m=500", ""},
		{"gaps", get, of + "gaps?kind=pocket_park&cutoff_m=500&limit=1", ""},
		{"gap-areas", get, of + "gap-areas?kind=pocket_park&cutoff_m=500", ""},
		{"isochrones", get, of + "isochrones?kind=pocket_park", ""},
		{"isochrones", get, of + "isochrones?kind=pocket_park&as=lines", ""},
		{"isochrones", get, of + "isochrones?at=105.05,29.58&cutoffs_m=300,500", ""},
		{"plans", post, plansAddress, `{"kind":"pocket_park","p":1,"cutoff_m":850,` + placesAtHomes + `}`},
		{"compare", post, of + "compare", `{"kind":"pocket_park",` + opened + `}`},
		{"overview", get, of + "overview?levels=community,street", ""},
		{"disagreements", get, of + "disagreements?kind=pocket_park&cutoff_m=500&other_min=20", ""},
		{"nearest", get, of + "nearest?needs=pocket_park:1", ""},
		{"distribution", get, of + "distribution?kind=pocket_park", ""},
		{"catchments", get, of + "catchments?kind=pocket_park", ""},
		{"completeness", get, of + "completeness", ""},
		{"place", get, of + "place?at=105.05,29.58&kind=pocket_park", ""},
		{"per-capita", get, of + "per-capita", ""},
		{"accessibility", get, of + "accessibility?kind=pocket_park&method=cumulative", ""},
		{"equity", get, of + "equity?kind=pocket_park", ""},
		{"sensitivity", get, of + "sensitivity?kind=pocket_park", ""},
		{"audit", get, of + "audit?land=buildings&radius_m=300", ""},
	}
}

// in is the question in another form.
func (q questionAsked) in(f string) string {
	if strings.Contains(q.path, "?") {
		return q.path + "&f=" + f
	}
	return q.path + "?f=" + f
}

// Whatever form a question was asked in, its rows are one collection of each type
// of geometry: the features of the answer in GeoJSON.
func TestResultsAreCollections(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		for i, q := range questions() {
			name := q.kind + " " + q.path + " " + q.body
			_, text := o.send(q.method, q.in("geojson"), q.body)
			var want struct{ Features []featureRead }
			if err := json.Unmarshal(text, &want); err != nil || len(want.Features) == 0 {
				o.t.Errorf("%s: %v %.500s", name, err, text)
				continue
			}
			var links []string
			forms := []string{"json", "csv"}
			if i == 0 { // of the first question in all there are
				for _, f := range form.All() {
					forms = append(forms, f.Name)
				}
			}
			for _, f := range forms {
				j := o.until(o.job(q.method, q.in(f), q.body).ID, (*jobShown).over)
				if j.State != string(job.Successful) {
					o.t.Errorf("%s as %s: %+v", name, f, j.Problem)
					continue
				}
				got := j.links("collection")
				if links == nil {
					links = got
				}
				if len(got) == 0 || fmt.Sprint(got) != fmt.Sprint(links) {
					o.t.Errorf("%s as %s: %v, want %v", name, f, got, links)
				}
			}
			counts := make(map[string]int)
			for i := range want.Features {
				counts[want.Features[i].alike()]++
			}
			n := 0
			for _, link := range links {
				types := make(map[string]bool)
				for _, f := range o.featuresOf(link + "/items") {
					if f.Geometry != nil {
						types[f.Geometry.Type] = true
					}
					for _, more := range []string{"id", "lon", "lat"} { // the id of the feature, and a place beside its shape
						if _, there := want.Features[0].Properties[more]; !there {
							delete(f.Properties, more)
						}
					}
					n++
					if counts[f.alike()]--; counts[f.alike()] < 0 {
						o.t.Errorf("%s: no such row: %s", name, f.alike())
					}
				}
				if len(types) > 1 {
					o.t.Errorf("%s: %s has %v", name, link, types)
				}
			}
			if n != len(want.Features) {
				o.t.Errorf("%s: %d features, want %d", name, n, len(want.Features))
			}
		}
	})
}

// collections are the ids listed at an address.
func (o *office) collections(path string) (ids []string) {
	o.t.Helper()
	var list struct{ Collections []struct{ ID string } }
	o.read(path, &list)
	for _, c := range list.Collections {
		ids = append(ids, c.ID)
	}
	return ids
}

// A result stands behind the layers, under its snapshot alone, and is there until
// the last job that answered it is removed.
func TestResultsComeAndGo(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		before := o.collections("/ogc/collections")
		const question = "/api/v1/studies/town/gaps?kind=pocket_park&cutoff_m=500"
		first := o.until(o.job(http.MethodGet, question+"&f=csv", "").ID, (*jobShown).over)
		again := o.until(o.job(http.MethodGet, question+"&f=json", "").ID, (*jobShown).over)
		failed := o.until(o.job(http.MethodGet, "/api/v1/studies/town/gaps?kind=zoo", "").ID, (*jobShown).over)
		none := o.until(o.job(http.MethodGet, "/api/v1/studies/town/disagreements?kind=pocket_park&cutoff_m=5000&other_min=120", "").ID, (*jobShown).over)
		matrix := o.until(o.job(http.MethodPost, "/api/v1/studies/town/matrix", `{"origins":[{"id":"a","lon":105.05,"lat":29.58}],"destinations":[{"id":"b","lon":105.06,"lat":29.58}],"max_m":5000}`).ID, (*jobShown).over)
		if failed.State != "failed" || failed.link("collection") != "" {
			o.t.Errorf("a job that failed: %+v", failed)
		}
		if matrix.State != "successful" || matrix.link("collection") != "" {
			o.t.Errorf("pairs without places: %+v", matrix)
		}
		if none.State != "successful" || none.link("result") == "" || none.link("collection") != "" {
			o.t.Errorf("an answer without rows: %+v", none)
		}
		link := first.link("collection")
		id := strings.TrimPrefix(link, "/ogc/collections/")
		if again.link("collection") != link || again.link("result") == first.link("result") {
			o.t.Errorf("two forms of one answer: %v, %v", first.Links, again.Links)
		}
		if got := o.collections("/ogc/collections"); !slices.Contains(got, id) || !slices.Equal(got[:len(before)], before) {
			o.t.Errorf("listed: %v, before: %v", got, before)
		}
		town, wood := "/ogc/at/"+string(o.bench.town.ID), "/ogc/at/"+string(o.bench.wood.ID)
		if got := o.collections(town + "/collections"); !slices.Contains(got, id) {
			o.t.Errorf("of its snapshot: %v", got)
		}
		if got := o.collections(wood + "/collections"); slices.Contains(got, id) {
			o.t.Errorf("of another snapshot: %v", got)
		}
		at := town + "/collections/" + id + "/items"
		kept, text := o.send(http.MethodGet, at, "")
		if cache := kept.Header.Get("Cache-Control"); kept.StatusCode != http.StatusOK || cache != "public, max-age=31536000, immutable" {
			o.t.Errorf("status %d, %s", kept.StatusCode, cache)
		}
		if got, _ := o.send(http.MethodGet, wood+"/collections/"+id, ""); got.StatusCode != http.StatusNotFound {
			o.t.Errorf("under another snapshot: status %d", got.StatusCode)
		}
		drop := func(j *jobShown) {
			if got, text := o.send(http.MethodDelete, j.link("self"), ""); got.StatusCode != http.StatusNoContent {
				o.t.Errorf("status %d %s", got.StatusCode, text)
			}
		}
		drop(first)
		if same, again := o.send(http.MethodGet, at, ""); same.StatusCode != http.StatusOK || string(again) != string(text) {
			o.t.Errorf("with one of two jobs removed: status %d %s, before %s", same.StatusCode, again, text)
		}
		drop(again)
		for _, gone := range []string{link, at, link + "/items"} {
			if got, _ := o.send(http.MethodGet, gone, ""); got.StatusCode != http.StatusNotFound {
				o.t.Errorf("%s: status %d", gone, got.StatusCode)
			}
		}
		if got := o.collections("/ogc/collections"); slices.Contains(got, id) {
			o.t.Errorf("listed after its removal: %v", got)
		}
	})
}

// The best that a search had when it was stopped is a collection too, in whatever
// form it was asked for; its rows are those of the result.
func TestStoppedSearchIsACollection(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		j := o.job(http.MethodPost, "/api/v1/studies/squares/plans?f=geojson", longPlan)
		o.until(j.ID, func(j *jobShown) bool { return j.Best != nil })
		if got, text := o.send(http.MethodDelete, j.link("self"), ""); got.StatusCode != http.StatusOK {
			o.t.Fatalf("status %d %s", got.StatusCode, text)
		}
		j = o.until(j.ID, (*jobShown).over)
		if j.State != "dismissed" || j.link("collection") == "" {
			o.t.Fatalf("%+v", j)
		}
		want, got := o.featuresOf(j.link("result")), o.featuresOf(j.link("collection")+"/items")
		if len(want) != 12 || len(got) != len(want) {
			o.t.Fatalf("%d features, the result has %d", len(got), len(want))
		}
		for i := range want {
			if got[i].alike() != want[i].alike() {
				o.t.Errorf("%s, the result has %s", got[i].alike(), want[i].alike())
			}
		}
		var c struct{ Description string }
		o.read(j.link("collection"), &c)
		if !strings.Contains(c.Description, "cut short") {
			o.t.Error(c.Description)
		}
	})
}

// A server without jobs has layers alone.
func TestNoResultsWithoutJobs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var list struct{ Collections []struct{ ID string } }
	if err := json.Unmarshal(b.get(t, "/ogc/collections").Body.Bytes(), &list); err != nil || len(list.Collections) == 0 {
		t.Fatalf("%v %v", err, list)
	}
	for _, c := range list.Collections {
		if strings.Count(c.ID, ".") > 1 && !strings.Contains(c.ID, ".boundaries.") {
			t.Errorf("%s", c.ID)
		}
	}
	if w := b.get(t, "/ogc/collections/town.gaps."+strings.Repeat("a", 32)); w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
}

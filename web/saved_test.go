package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
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
		{"catchments", get, of + "catchments?kind=pocket_park", ""},
		{"completeness", get, of + "completeness", ""},
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

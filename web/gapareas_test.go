package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
)

const gapAreasAddress = "/api/v1/studies/town/gap-areas"

// Within 700 m of the park lives h1. h2 at 774 m and h3 at 1,547 m have none so
// near in a straight line either; h4 lies on an island.
func TestGapAreas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	ask := func(query string) (a analysis.GapAreaAnswer) {
		w := b.get(t, gapAreasAddress+"?kind=pocket_park&cutoff_m=700&f=json"+query)
		c.check(t, http.MethodGet, gapAreasAddress, w)
		if err := json.Unmarshal(w.Body.Bytes(), &a); w.Code != http.StatusOK || err != nil {
			t.Fatalf("%s: status %d, %v\n%s", query, w.Code, err, w.Body)
		}
		return a
	}
	a := ask("")
	if len(a.Rows) != 3 || a.Summary.Uncovered.Float() != 85.5 || a.Summary.Largest.Float() != 50.5 {
		t.Fatalf("%+v", a)
	}
	for k, want := range []struct{ id, cause string }{{"h2", "no_facility"}, {"h3", "no_facility"}, {"h4", "no_road"}} {
		if r := a.Rows[k]; r.ID != want.id || *r.Cause != want.cause || (want.id == "h4") != (r.Path == nil) {
			t.Errorf("area %d: %+v", k, r)
		}
	}
	if a := ask("&limit=1&causes=false&cell_m=5&radius_m=50"); len(a.Rows) != 1 || a.Rows[0].Cause != nil || a.Summary.Areas != 3 || *a.Options.CellM != 5 {
		t.Errorf("%+v", a)
	}
	// A second park where h2 stands serves it: h3 and h4 are left.
	w := b.send(t, http.MethodPost, gapAreasAddress, `{"causes":true,"limit":0,`+secondPark+`}`)
	c.check(t, http.MethodPost, gapAreasAddress, w)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"uncovered":35,`) {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
}

func TestGapAreasForms(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct{ form, has, hasNot string }{
		{"json", `"path":[[105.058,29.58]`, `"polygon"`},
		{"geojson", `"path":[[105.058,29.58]`, `"geometry":null`},
		{"csv", "id,rank,lon,lat,area_m2,points,demand,cohorts_people,", "path,"},
		{"csv", ",path_m,closest_id,", "[["},
		{"csv", ",causes_closed_gate,causes_detour,causes_no_facility,causes_no_road,causes_river,causes_steps,synthetic\nh2,1,105.058,29.58,", "]]"},
	} {
		w := b.get(t, gapAreasAddress+"?kind=pocket_park&cutoff_m=700&f="+tc.form)
		c.check(t, http.MethodGet, gapAreasAddress, w)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), tc.has) || strings.Contains(w.Body.String(), tc.hasNot) {
			t.Errorf("%s: status %d; want %q and not %q in\n%s", tc.form, w.Code, tc.has, tc.hasNot, w.Body)
		}
	}
}

func TestGapAreasErrors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for query, want := range map[string][]string{
		"?kind=pocket_park&cell_m=0&radius_m=3000&limit=-1": {"query.cell_m", "query.radius_m", "query.limit"},
		"?kind=casino&cell_m=NaN":                           {"query.kind", "query.cell_m"},
		"?kind=pocket_park&causes=perhaps":                  {"query.causes"},
		"":                                                  {"query.kind"},
	} {
		w := b.get(t, gapAreasAddress+query)
		c.check(t, http.MethodGet, gapAreasAddress, w)
		if w.Code/100 != 4 {
			t.Errorf("%s: status %d", query, w.Code)
		}
		for _, part := range want {
			if !strings.Contains(w.Body.String(), `"location":"`+part) {
				t.Errorf("%s: no fault of %s in\n%s", query, part, w.Body)
			}
		}
	}
}

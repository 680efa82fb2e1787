package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
)

const linksAddress = "/api/v1/studies/town/links"

// h4 lives on a street that meets no other, 1,112 m north of the town's. With the
// two joined it is 2.7 km to the park, along the link and eight steps of street.
func TestLinks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	w := b.get(t, linksAddress+"?kind=pocket_park&cutoff_m=3000&max_m=1200&p=1&f=json")
	c.check(t, http.MethodGet, linksAddress, w)
	var a analysis.LinkAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &a); w.Code != http.StatusOK || err != nil {
		t.Fatalf("status %d, %v\n%s", w.Code, err, w.Body)
	}
	if len(a.Rows) == 0 || a.Rows[0].NewlyCovered.Float() != 5 || a.Rows[0].DetourM != nil || a.Summary.Chosen != 1 ||
		a.Summary.CoveredWith.Float() != 185.5 || a.Rows[0].LengthM < 1110 || a.Rows[0].LengthM > 1115 {
		t.Fatalf("%s", w.Body)
	}
	// The change of the row, sent as a scenario, makes it so.
	changes, err := json.Marshal(a.Rows[0].Changes)
	if err != nil {
		t.Fatal(err)
	}
	w = b.send(t, http.MethodPost, linksAddress, `{"kind":"pocket_park","cutoff_m":3000,"max_m":1200,"scenario":{"changes":`+string(changes)+`}}`)
	c.check(t, http.MethodPost, linksAddress, w)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"covered":185.5,"covered_with":185.5`) {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
	for form, has := range map[string]string{
		"geojson": `"geometry":{"type":"LineString","coordinates":[[105.06`,
		"csv":     "rank,id,source,lon,lat,from_road,from_name,to_road,to_name,length_m,detour_m,newly_covered,lost,nearer,farther,saved_person_s,saved_person_m,by_kind_pocket_park,step,grid,community,street",
	} {
		w := b.get(t, linksAddress+"?kind=pocket_park&cutoff_m=3000&max_m=1200&f="+form)
		c.check(t, http.MethodGet, linksAddress, w)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), has) {
			t.Errorf("%s: status %d; want %q in\n%s", form, w.Code, has, w.Body)
		}
	}
}

func TestLinkErrors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for query, want := range map[string][]string{
		"?kind=pocket_park&max_m=0&min_detour_m=NaN&p=-1&sources=sky": {"query.max_m", "query.min_detour_m", "query.p", "query.sources"},
		"?kinds=casino": {"query.kind"},
		"?class=river":  {"query.kinds", "query.class"},
	} {
		w := b.get(t, linksAddress+query)
		c.check(t, http.MethodGet, linksAddress, w)
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

package web_test

import (
	"net/http"
	"strings"
	"testing"
)

const sensitivityAddress = "/api/v1/studies/town/sensitivity"

// Within 700 m of the park lives h1, 100 people of 185.5. With the park shut
// nobody is covered; the town has neither gate nor bridge.
func TestSensitivity(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct {
		query string
		parts []string
	}{
		{"&f=json", []string{
			`"covered":100,`, `"variants":3,`, `{"family":"facility","variants":1,"left_out":0,"worst_change":-100,"mean_change":-100,"best_change":-100}`,
			`{"family":"gate","variants":0,"left_out":0,"worst_change":null,"mean_change":null,"best_change":null}`,
			`"conclusion":"study_meets_target","subject":"town","stands":false,"broken":1,"broken_by":["facility:1"],"variants":3}`,
			`"note":"distance_rule","lon":null,"lat":null,`,
		}},
		{"&f=csv", []string{"family,id,name,note,lon,lat,covered,", "facility,1,P,,105.05,29.58,0,0,-100,1,1,c-west,=West,100,true"}},
		{"&f=geojson", []string{`"geometry":null`, `"geometry":{"type":"Point","coordinates":[105.05,29.58]}`, `"loses_most_id":"c-west"`}},
		{"&f=json&vary=gate,speed&limit=0&speed_share=0.5", []string{`"vary":["speed","gate"],"speed_share":0.5,"limit":0,"target":0.5`, `"rows":[]`}},
	} {
		address := sensitivityAddress + "?kind=pocket_park&cutoff_m=700&target=0.5" + tc.query
		w := b.get(t, address)
		c.check(t, http.MethodGet, sensitivityAddress, w)
		for _, part := range tc.parts {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: status %d, %q is not in\n%s", tc.query, w.Code, part, w.Body)
			}
		}
	}
	// With a second park where h2 stands, 580 m from h1, h2 is covered too. With
	// the first shut h1 has the second; with the second shut h2 has none.
	w := b.send(t, http.MethodPost, sensitivityAddress, `{"vary":["facility"],`+secondPark+`}`)
	c.check(t, http.MethodPost, sensitivityAddress, w)
	if !strings.Contains(w.Body.String(), `"variants":2,"left_out":0,"worst_change":-50.5,"mean_change":-25.25,"best_change":0}`) {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
}

func TestSensitivityErrors(t *testing.T) {
	t.Parallel()
	w := setup(t).get(t, sensitivityAddress+"?kind=pocket_park&vary=luck&speed_share=0&limit=-1&target=2")
	for _, part := range []string{`"query.vary"`, "luck", `"query.speed_share"`, "above 0 and below 1", `"query.limit"`, `"query.target"`} {
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), part) {
			t.Errorf("status %d, %q is not in\n%s", w.Code, part, w.Body)
		}
	}
}

package web_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// pageOf is what these tests read of any list: ids, and where the next page is.
type pageOf struct {
	Studies, Gaps, Jobs []struct{ ID string }
	Features            []struct{ ID string }
	Next                string
	Kaimen              struct{ Next string }
}

func (p *pageOf) ids() (list []string) {
	for _, rows := range [][]struct{ ID string }{p.Studies, p.Gaps, p.Jobs, p.Features} {
		for _, row := range rows {
			list = append(list, row.ID)
		}
	}
	return list
}

// Read page by page, a list is the list: nothing is missing and nothing stands
// twice, whatever narrows it. The body and the header name the same next page.
func TestPagesAddUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct {
		list    string
		rows    int
		inBody  bool // next stands in the body, too
		ordered bool
	}{
		{"/api/v1/studies?", 2, true, true},
		{"/api/v1/studies/town/layers/demand?", 4, true, true},
		{"/api/v1/studies/town/layers/facilities?", 2, true, true},
		{"/api/v1/studies/town/layers/facilities?kind=school&", 1, true, true},
		{"/api/v1/studies/town/layers/boundaries?level=community&", 2, true, true},
		{"/api/v1/studies/town/layers/boundaries?", 3, true, false},
		{"/api/v1/studies/town/layers/demand?bbox=105.05,29.57,105.06,29.59&", 2, true, true},
		{"/api/v1/studies/town/layers/parcels?", 0, true, true},
		{"/api/v1/studies/town/gaps?kind=pocket_park&cutoff_m=500&", 3, false, false},
		{"/api/v1/studies/town/gaps?kind=pocket_park&cutoff_m=500&f=json&", 3, false, false},
	} {
		var whole pageOf
		if err := json.Unmarshal(b.get(t, strings.TrimRight(tc.list, "?&")).Body.Bytes(), &whole); err != nil {
			t.Fatal(err)
		}
		if n := len(whole.ids()); n != tc.rows || tc.ordered && !slices.IsSorted(whole.ids()) {
			t.Errorf("%s: %d rows, want %d in order: %v", tc.list, n, tc.rows, whole.ids())
		}
		for _, limit := range []string{"1", "2", "100"} {
			var got []string
			tags := make(map[string]bool)
			address, pages := tc.list+"limit="+limit, 0
			for ; address != ""; pages++ {
				w := b.get(t, address)
				c.check(t, http.MethodGet, address, w)
				var page pageOf
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
					t.Fatalf("%s: status %d %v\n%s", address, w.Code, err, w.Body)
				}
				if tag := w.Header().Get("ETag"); tag != "" && tags[tag] {
					t.Errorf("%s: two pages have one ETag", address)
				} else {
					tags[tag] = true
				}
				next := strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Link"), "<"), `>; rel="next"`)
				if tc.inBody && next != page.Next+page.Kaimen.Next {
					t.Errorf("%s: the header says %q, the body %q", address, next, page.Next+page.Kaimen.Next)
				}
				got = append(got, page.ids()...)
				if address = next; len(got) > tc.rows {
					break
				}
			}
			if !slices.Equal(got, whole.ids()) {
				t.Errorf("%s by %s: %v, want %v", tc.list, limit, got, whole.ids())
			}
			if limit == "100" && pages != 1 {
				t.Errorf("%s: %d pages of 100", tc.list, pages)
			}
		}
	}
}

// A page that begins behind what is not there is refused, in any form.
func TestAfterWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, target := range []string{
		"/api/v1/studies/town/layers/demand?after=h9", "/api/v1/studies/town/layers/demand?after=h1&bbox=1,2,3,4", "/api/v1/studies/town/layers/facilities?after=1&f=csv",
		"/api/v1/studies/town/gaps?kind=pocket_park&after=h1",
	} {
		if w := b.get(t, target); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"location":"query.after"`) {
			t.Errorf("%s: status %d\n%s", target, w.Code, w.Body)
		}
	}
	w := b.send(t, http.MethodPost, "/api/v1/studies/town/gaps?f=json", `{"kind":"pocket_park","cutoff_m":500,"after":"h2","limit":1}`)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"id":"h3"`) || w.Header().Get("Link") != "" {
		t.Errorf("by POST: status %d %v\n%s", w.Code, w.Header(), w.Body)
	}
	if w := b.get(t, "/api/v1/studies?after=u"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "town") || !strings.Contains(w.Body.String(), "wood") {
		t.Errorf("studies are ordered by id, whether that of after is there or not: status %d\n%s", w.Code, w.Body)
	}
	links := b.get(t, "/api/v1/studies/town/layers/demand?limit=1&f=csv").Header().Get("Link")
	if !strings.Contains(links, "after=h1") || !strings.Contains(links, "f=csv") {
		t.Errorf("CSV: Link %q", links)
	}
}

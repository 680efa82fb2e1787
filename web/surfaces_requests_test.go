package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kaimen/coverage"

	"github.com/paulmach/orb"
)

const requestsAddress = "/api/v1/studies/town/requests"

// Three calls from where 100 people of the west live, one of them done in a
// week; one from nowhere.
func withRequests(t *testing.T) *bench {
	t.Helper()
	b := setup(t)
	layers := b.town.Layers
	home := layers.Demand[0].At
	layers.Requests = []coverage.Request{
		{ID: "q1", Kind: "lamp", State: "done", OpenedAt: "2026-03-01", ClosedAt: "2026-03-08", At: home},
		{ID: "q2", Kind: "lamp", State: "dispatched", OpenedAt: "2026-03-02", At: home},
		{ID: "q3", Kind: "parking", State: "open", OpenedAt: "2026-03-03", At: home},
		{ID: "q4", Kind: "parking", State: "open", OpenedAt: "2026-03-04", At: orb.Point{1, 1}},
	}
	if err := b.store.Put(t.Context(), snapshot(t, b.town.Study, layers, b.town.Report)); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRequests(t *testing.T) {
	t.Parallel()
	b, c := withRequests(t), readContract(t)
	for _, tc := range []struct {
		query  string
		status int
		parts  []string
	}{
		{"", 200, []string{`"total":4,"open":2,"doing":1,"done":1,"dropped":0,"done_rate":0.25,"timed":1,"median_days":7,"p90_days":7,"oldest_open":"2026-03-02"`, `"outside":{"total":1,`, `"by_kind":{"lamp":2,"parking":1}`}},
		{"?kinds=lamp&states=done,doing&since=2026-03-02&until=2026-03-02", 200, []string{`"total":1,"open":0,"doing":1`, `"kinds":["lamp"],"states":["doing","done"]`}},
		{"?f=csv", 200, []string{"id,name,level,parent,total,open,doing,done,dropped,done_rate,", ",by_kind_lamp,by_kind_parking,synthetic\n", "c-west,"}},
		{"?f=geojson", 200, []string{`"FeatureCollection"`, `"by_kind_lamp":2`, `"oldest_open":"2026-03-02"`}},
		{"?kinds=zoo&since=now", 422, []string{`"query.kinds"`, `"query.since"`}},
		{"?scenario=x", 422, []string{`"query.scenario"`}},
		{"?profile=walk", 422, []string{`"query.profile"`}},
	} {
		w := b.get(t, requestsAddress+tc.query)
		c.check(t, http.MethodGet, requestsAddress, w)
		for _, part := range tc.parts {
			if w.Code != tc.status || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: status %d, %q is not in\n%s", tc.query, w.Code, part, w.Body)
			}
		}
		// Nobody is told: not even the ids of requests are.
		if strings.Contains(w.Body.String(), "q1") {
			t.Errorf("%s: a single request is told\n%s", tc.query, w.Body)
		}
	}
	sent := b.send(t, http.MethodPost, requestsAddress, `{"kinds":["lamp"],"level":"study"}`)
	c.check(t, http.MethodPost, requestsAddress, sent)
	if got := b.get(t, requestsAddress+"?kinds=lamp&level=study"); sent.Code != 200 || got.Body.String() != sent.Body.String() || got.Header().Get("ETag") != sent.Header().Get("ETag") {
		t.Errorf("by POST %d\n%s\nby GET\n%s", sent.Code, sent.Body, got.Body)
	}
	if w := b.get(t, "/api/v1/studies/wood/requests"); w.Code != 422 || !strings.Contains(w.Body.String(), `"layer.requests"`) {
		t.Errorf("a study without the layer: %d\n%s", w.Code, w.Body)
	}
}

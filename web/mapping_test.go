package web_test

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/web"
)

// The meters are those of PROJ 9.1 (cs2cs EPSG:4326 to each code). The shifted
// degrees have no published formula; crs checks them against a table of cities.
func TestCoordinates(t *testing.T) {
	t.Parallel()
	server := web.New(web.Options{})
	for _, tc := range []struct {
		at   string
		want map[string][2]float64
		none []string
	}{
		{at: "105.07,29.59", want: map[string][2]float64{
			"EPSG:4326": {105.07, 29.59}, "EPSG:4490": {105.07, 29.59},
			"EPSG:4544": {506781.6309, 3274667.3546}, "EPSG:4523": {35506781.6309, 3274667.3546},
		}},
		{at: "-51.2,-30.03", want: map[string][2]float64{"EPSG:32722": {480716.2477, 6677873.5532}}, none: []string{"GCJ-02", "BD-09"}},
	} {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/coordinates?at="+tc.at, nil))
		var got struct {
			Positions []struct {
				CRS, Unit string
				X, Y      float64
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v %s", tc.at, w.Code, err, w.Body)
		}
		found := map[string]bool{}
		for _, p := range got.Positions {
			found[p.CRS] = true
			if (p.Unit == "degree") != (math.Abs(p.X) <= 180) {
				t.Errorf("%s: %s is in %s", tc.at, p.CRS, p.Unit)
			}
			if want, ok := tc.want[p.CRS]; ok && (math.Abs(p.X-want[0]) > 0.001 || math.Abs(p.Y-want[1]) > 0.001) {
				t.Errorf("%s in %s: %v, %v, want %v", tc.at, p.CRS, p.X, p.Y, want)
			}
		}
		for name := range tc.want {
			if !found[name] {
				t.Errorf("%s is not told in %s", tc.at, name)
			}
		}
		for _, name := range tc.none {
			if found[name] {
				t.Errorf("%s is told in %s, which does not shift there", tc.at, name)
			}
		}
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/coordinates?at=105.07,291", nil))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "query.at") {
		t.Errorf("no place on the earth: %d %s", w.Code, w.Body)
	}
}

// Only a host that the operator named may be asked, and only then.
func TestBasemapAndPolicy(t *testing.T) {
	t.Parallel()
	basemap, err := web.NewBasemap("https://tiles.example.org:8443/{z}/{x}/{y}.png?key=1", "© Example", "gcj02")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		basemap      *web.Basemap
		body, policy string
	}{
		"none": {nil, `"basemaps":[]`, "connect-src 'self'; "},
		"one":  {basemap, `"coordinates":"gcj02"`, "connect-src 'self' https://tiles.example.org:8443; "},
	} {
		w := httptest.NewRecorder()
		web.New(web.Options{Basemap: tc.basemap}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/basemaps", nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), tc.body) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, tc.policy) || strings.Count(policy, "https:") != strings.Count(tc.policy, "https:") {
			t.Errorf("%s: the policy is %s", name, policy)
		}
	}
}

func TestBasemapFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, tiles, attribution, coordinates string
		faults                                int
	}{
		{"nothing said", "", "", "", 6},
		{"no place for the row", "https://a.example/{z}/{x}.png", "©", "wgs84", 1},
		{"any host", "https://*/{z}/{x}/{y}", "©", "wgs84", 1},
		{"more than a host", "https://a.example;script-src/{z}/{x}/{y}", "©", "wgs84", 1},
		{"a file", "file:///{z}/{x}/{y}", "©", "wgs84", 1},
		{"another system", "https://a.example/{z}/{x}/{y}", "©", "bd09", 1},
	} {
		_, err := web.NewBasemap(tc.tiles, tc.attribution, tc.coordinates)
		if e, ok := errors.AsType[*coverage.Error](err); !ok || e.Code != coverage.Invalid || len(e.Issues) != tc.faults {
			t.Errorf("%s: %v, want %d faults", tc.name, err, tc.faults)
		}
	}
}

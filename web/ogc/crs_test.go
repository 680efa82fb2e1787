package ogc_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

func crsRequirements() []requirement {
	return []requirement{
		{"/req/crs/crs-uri", func(t *testing.T, b *bench) {
			for _, uri := range b.read(t, shops)["crs"].([]any) {
				if !strings.HasPrefix(uri.(string), "http://www.opengis.net/def/crs/") {
					t.Error(uri)
				}
			}
		}},
		{"/req/crs/fc-md-crs-list", func(t *testing.T, b *bench) {
			want := fmt.Sprint([]string{uriCRS84, uriEPSG + "4326", uriEPSG + "4490", uriEPSG + "3857", uriEPSG + "4544", uriEPSG + "4523"})
			if got := fmt.Sprint(b.read(t, shops)["crs"]); got != want {
				t.Errorf("at 105° east the zone is 4544 and 4523: %s", got)
			}
			if got := fmt.Sprint(b.read(t, "/ogc/collections/isles.facilities")["crs"]); strings.Contains(got, "45") {
				t.Errorf("no zone of China fits the isles: %s", got)
			}
		}},
		{"/req/crs/fc-md-crs-list-global", func(t *testing.T, b *bench) {
			if got := fmt.Sprint(b.read(t, "/ogc/collections")["crs"]); !strings.Contains(got, uriCRS84) {
				t.Error(got)
			}
		}},
		{"/req/crs/fc-md-storageCrs", func(t *testing.T, b *bench) {
			if got := b.read(t, shops)["storageCrs"]; got != uriCRS84 {
				t.Error(got)
			}
		}},
		{"/req/crs/fc-md-storageCrs-valid-value", func(t *testing.T, b *bench) {
			doc := b.read(t, shops)
			if !strings.Contains(fmt.Sprint(doc["crs"]), doc["storageCrs"].(string)) {
				t.Error(doc)
			}
		}},
		{"/req/crs/fc-bbox-crs-definition", func(t *testing.T, b *bench) { enumerated(t, b, "bbox-crs") }},
		{"/req/crs/fc-bbox-crs-valid-values", func(t *testing.T, b *bench) {
			for _, uri := range b.read(t, shops)["crs"].([]any) {
				b.read(t, query(items, "bbox-crs", uri.(string), "bbox", "10,20,30,40"))
			}
		}},
		{"/req/crs/fc-bbox-crs-default-value", func(t *testing.T, b *bench) {
			const bbox = "105.0015,29.5,105.0035,29.51"
			if got, want := b.ids(t, query(items, "bbox", bbox)), b.ids(t, query(items, "bbox", bbox, "bbox-crs", uriCRS84)); len(got) != 2 || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%v, %v", got, want)
			}
		}},
		{"/req/crs/fc-bbox-crs-action", func(t *testing.T, b *bench) {
			// The same box each time: round the shops b and c. In the zone of 105° east
			// one thousandth of a degree is 97 m, and the parallel 29.505 lies at
			// 3,265,000 m; the origin of eastings is 500,000 m.
			for uri, bbox := range map[string]string{
				uriEPSG + "4326": "29.5,105.0015,29.51,105.0035",
				uriEPSG + "4490": "29.5,105.0015,29.51,105.0035",
				uriEPSG + "3857": "11688713.5,3440000,11688936.1,3450000",
				uriEPSG + "4544": "3264000,500145.4,3267000,500339.3",
				uriEPSG + "4523": "3264000,35500145.4,3267000,35500339.3",
			} {
				if got := strings.Join(b.ids(t, query(items, "bbox", bbox, "bbox-crs", uri)), " "); got != "shop/b shop/c" {
					t.Errorf("%s: %s", uri, got)
				}
			}
			// A box larger than the system can hold is still a box.
			if got := b.ids(t, query(items, "bbox", "-1e9,-1e9,1e9,1e9", "bbox-crs", uriEPSG+"4544")); len(got) != facilities+1 {
				t.Errorf("a box round everything: %v", got)
			}
		}},
		{"/req/crs/bbox-crs-exception", func(t *testing.T, b *bench) {
			b.refused(t, query(items, "bbox", "1,2,3,4", "bbox-crs", uriEPSG+"2154"), http.StatusBadRequest)
			b.refused(t, query(items, "bbox", "105,29,106,30", "bbox-crs", uriEPSG+"4326"), http.StatusBadRequest) // latitude 105
		}},
		{"/req/crs/fc-crs-definition", func(t *testing.T, b *bench) { enumerated(t, b, "crs") }},
		{"/req/crs/fc-crs-valid-value", func(t *testing.T, b *bench) {
			for _, uri := range b.read(t, shops)["crs"].([]any) {
				b.read(t, query(items, "crs", uri.(string)))
				b.read(t, query(items+"/shop/b", "crs", uri.(string)))
			}
		}},
		{"/req/crs/fc-crs-default-value", func(t *testing.T, b *bench) {
			if got := b.get(t, items).Header().Get("Content-Crs"); got != "<"+uriCRS84+">" {
				t.Error(got)
			}
		}},
		{"/req/crs/fc-crs-action", func(t *testing.T, b *bench) {
			// Shop b stands at 105.002° east, 29.505° north: degrees have the latitude
			// first, meters of the zone the northing.
			for uri, want := range map[string]string{
				uriCRS84: "[105.002 29.505]", uriEPSG + "4326": "[29.505 105.002]", uriEPSG + "4490": "[29.505 105.002]",
			} {
				for _, doc := range []map[string]any{
					b.read(t, query(items, "crs", uri, "id", "b"))["features"].([]any)[0].(map[string]any), b.read(t, query(items+"/shop/b", "crs", uri)),
				} {
					if got := fmt.Sprint(doc["geometry"].(map[string]any)["coordinates"]); got != want {
						t.Errorf("%s: %s, want %s", uri, got, want)
					}
				}
			}
		}},
		{"/req/crs/fc-crs-action-exception", func(t *testing.T, b *bench) {
			b.refused(t, query(items, "crs", uriEPSG+"2154"), http.StatusBadRequest)
			b.refused(t, query(items, "crs", "EPSG:4326"), http.StatusBadRequest)
			b.refused(t, query(items+"/shop/b", "crs", uriEPSG+"2154"), http.StatusBadRequest)
		}},
		{"/req/crs/ogc-crs-header", func(t *testing.T, b *bench) {
			for _, target := range []string{items, items + "/shop/b"} {
				w := b.get(t, query(target, "crs", uriEPSG+"4544"))
				if got := w.Header().Get("Content-Crs"); got != "<"+uriEPSG+"4544>" {
					t.Errorf("%s: %q", target, got)
				}
			}
		}},
		{"/req/crs/ogc-crs-header-value", func(t *testing.T, b *bench) {
			for _, uri := range b.read(t, shops)["crs"].([]any) {
				if got := b.get(t, query(items, "crs", uri.(string))).Header().Get("Content-Crs"); got != "<"+uri.(string)+">" {
					t.Error(got)
				}
			}
		}},
		{"/req/crs/geojson", func(t *testing.T, b *bench) {
			if doc := b.read(t, query(items, "crs", uriEPSG+"4544")); doc["crs"] != nil {
				t.Errorf("GeoJSON has no member crs: %v", doc["crs"])
			}
		}},
	}
}

// enumerated wants a parameter whose values are the systems of the collection.
func enumerated(t *testing.T, b *bench, name string) {
	t.Helper()
	doc := b.read(t, "/ogc/api")
	for _, p := range doc["paths"].(map[string]any)["/collections/town.facilities/items"].(map[string]any)["get"].(map[string]any)["parameters"].([]any) {
		of := p.(map[string]any)
		if of["name"] != name {
			continue
		}
		schema := of["schema"].(map[string]any)
		if of["style"] != "form" || of["explode"] != false || schema["default"] != uriCRS84 || fmt.Sprint(schema["enum"]) != fmt.Sprint(b.read(t, shops)["crs"]) {
			t.Error(of)
		}
		return
	}
	t.Errorf("items have no parameter %s", name)
}

// What is written in meters is what PROJ makes of the degrees, in the order of
// axes that the authority gives, which PROJ keeps too.
func TestMetersAgainstPROJ(t *testing.T) {
	t.Parallel()
	const cs2cs = "/usr/bin/cs2cs"
	if _, err := exec.LookPath(cs2cs); err != nil {
		t.Skip("cs2cs is not installed (Debian package proj-bin); coordinates in meters are not held against PROJ")
	}
	b := setup(t)
	for _, code := range []string{"3857", "4544", "4523"} {
		command := exec.CommandContext(t.Context(), cs2cs, "-f", "%.3f", "EPSG:4326", "EPSG:"+code)
		command.Stdin = strings.NewReader("29.505 105.002\n") // latitude first
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		fields := strings.Fields(string(out))
		f := b.read(t, query(items+"/shop/b", "crs", uriEPSG+code))
		for i, c := range f["geometry"].(map[string]any)["coordinates"].([]any) {
			var want float64
			if _, err := fmt.Sscan(fields[i], &want); err != nil || c.(float64) < want-0.0021 || c.(float64) > want+0.0021 {
				t.Errorf("EPSG:%s, axis %d: %v, PROJ has %s: %v", code, i, c, fields[i], err)
			}
		}
	}
}

// A box over the antimeridian is the two boxes beside it.
func TestAntimeridian(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const isles = "/ogc/collections/isles.facilities/items"
	for target, want := range map[string]string{
		isles + "?bbox=179,-20,-179,-10":                                             "port/east port/west",
		isles + "?bbox=179,-20,0,-179,-10,100":                                       "port/east port/west",
		isles + "?bbox=160,-20,-179,-10":                                             "port/east port/far port/west",
		isles + "?bbox=179,-20,180,-10":                                              "port/west",
		isles + "?bbox=-180,-20,-179,-10":                                            "port/east",
		query(isles, "bbox", "-20,179,-10,-179", "bbox-crs", uriEPSG+"4326"):         "port/east port/west",
		query(isles, "filter", "S_INTERSECTS(geometry,BBOX(179,-20,-179,-10))"):      "port/east port/west",
		query(isles, "filter", "NOT S_INTERSECTS(geometry, BBOX(179,-20,-179,-10))"): "port/far",
	} {
		if got := strings.Join(b.ids(t, target), " "); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	b.refused(t, query(isles, "bbox", "10,20,-10,30", "bbox-crs", uriEPSG+"3857"), http.StatusBadRequest)
	b.refused(t, isles+"?bbox=1,20,2,10", http.StatusBadRequest)
	b.refused(t, isles+"?bbox=1,20,2,95", http.StatusBadRequest)
	b.refused(t, isles+"?bbox=NaN,20,2,25", http.StatusBadRequest)
	b.refused(t, isles+"?bbox=", http.StatusBadRequest)
}

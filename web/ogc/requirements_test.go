package ogc_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kaimen/geo/geojson"
)

// requirement is one requirement of OGC 17-069r4 (Features, Part 1) or
// 18-058r1 (Part 2), by its id, and what must be true for it.
type requirement struct {
	id   string
	hold func(t *testing.T, b *bench)
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	for _, list := range [][]requirement{coreRequirements(), collectionRequirements(), itemRequirements(), encodingRequirements(), crsRequirements()} {
		for _, r := range list {
			t.Run(strings.TrimPrefix(r.id, "/"), func(t *testing.T) {
				t.Parallel()
				r.hold(t, setup(t))
			})
		}
	}
}

// named wants a link of this relation and type, and returns its address.
func named(t *testing.T, links map[string]map[string]string, rel, kind string) string {
	t.Helper()
	href := links[rel][kind]
	if href == "" {
		t.Fatalf("no link %s of type %s among %v", rel, kind, links)
	}
	return local(t, href)
}

func coreRequirements() []requirement {
	return []requirement{
		{"/req/core/root-op", func(t *testing.T, b *bench) { b.read(t, "/ogc"); b.read(t, "/ogc/") }},
		{"/req/core/root-success", func(t *testing.T, b *bench) {
			links := linksOf(t, b.read(t, "/ogc"))
			for rel, kind := range map[string]string{
				"self": "application/json", "alternate": "text/html", "service-doc": "text/html",
				"service-desc": "application/vnd.oai.openapi+json;version=3.0", "conformance": "application/json", "data": "application/json",
			} {
				if w := b.get(t, named(t, links, rel, kind)); w.Code != http.StatusOK {
					t.Errorf("%s: status %d", rel, w.Code)
				}
			}
		}},
		{"/req/core/api-definition-op", func(t *testing.T, b *bench) { b.read(t, "/ogc/api") }},
		{"/req/core/api-definition-success", func(t *testing.T, b *bench) {
			const kind = "application/vnd.oai.openapi+json;version=3.0"
			if w := b.get(t, "/ogc/api", "Accept", kind); w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind {
				t.Errorf("status %d of %s", w.Code, w.Header().Get("Content-Type"))
			}
		}},
		{"/req/core/conformance-op", func(t *testing.T, b *bench) { b.read(t, "/ogc/conformance") }},
		{"/req/core/conformance-success", func(t *testing.T, b *bench) {
			list := fmt.Sprint(b.read(t, "/ogc/conformance")["conformsTo"])
			for _, class := range []string{
				"ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/oas30", "ogcapi-features-1/1.0/conf/html", "ogcapi-features-1/1.0/conf/geojson",
				"ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter",
				"ogcapi-features-5/1.0/conf/schemas", "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/cql2-json", "cql2/1.0/conf/basic-cql2",
			} {
				if !strings.Contains(list, "http://www.opengis.net/spec/"+class+" ") && !strings.HasSuffix(list, class+"]") {
					t.Errorf("%s is not among %s", class, list)
				}
			}
		}},
		{"/req/core/http", func(t *testing.T, b *bench) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/ogc/collections", nil)
			w := httptest.NewRecorder()
			b.ServeHTTP(w, r)
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("POST: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
			}
		}},
		{"/req/core/query-param-unknown", func(t *testing.T, b *bench) {
			for _, target := range []string{"/ogc", "/ogc/api", "/ogc/conformance", "/ogc/collections", shops, items, items + "/shop/b", shops + "/schema", shops + "/queryables", shops + "/geojson-schema"} {
				p := b.refused(t, target+"?zoo=1", http.StatusBadRequest)
				if text := fmt.Sprint(p["errors"]); !strings.Contains(text, "unknown_parameter") || !strings.Contains(text, "query.zoo") {
					t.Errorf("%s: %s", target, text)
				}
			}
		}},
		{"/req/core/query-param-invalid", func(t *testing.T, b *bench) {
			// All faults are told at once.
			p := b.refused(t, query(items, "limit", "0", "offset", "-1", "bbox", "1,2,3", "datetime", "now", "crs", "x", "bbox-crs", "y",
				"filter-crs", "z", "filter", "kind <", "filter-lang", "sql", "f", "xml", "capacity", "many", "zoo", "1"), http.StatusBadRequest)
			var at []string
			for _, f := range p["errors"].([]any) {
				at = append(at, f.(map[string]any)["location"].(string))
			}
			slices.Sort(at)
			want := "query.bbox query.bbox-crs query.capacity query.crs query.datetime query.f query.filter-crs query.filter-lang query.limit query.offset query.zoo"
			if strings.Join(at, " ") != want {
				t.Errorf("faults at %v", at)
			}
			b.refused(t, items+"?limit=1&limit=2", http.StatusBadRequest)
			b.refused(t, items+"?limit=%zz", http.StatusBadRequest)
		}},
		{"/req/core/crs84", func(t *testing.T, b *bench) {
			f := b.read(t, items+"/shop/b")
			if got := fmt.Sprint(f["geometry"]); got != "map[coordinates:[105.002 29.505] type:Point]" {
				t.Error(got)
			}
		}},
	}
}

func collectionRequirements() []requirement {
	return []requirement{
		{"/req/core/fc-md-op", func(t *testing.T, b *bench) { b.read(t, "/ogc/collections") }},
		{"/req/core/fc-md-success", func(t *testing.T, b *bench) {
			var got []string
			for _, c := range b.read(t, "/ogc/collections")["collections"].([]any) {
				got = append(got, c.(map[string]any)["id"].(string))
			}
			want := []string{
				"isles.facilities", "town.boundaries.street", "town.boundaries.community", "town.roads", "town.facilities", "town.facilities.outlines", "town.gates", b.lines,
			}
			if !slices.Equal(got, want) {
				t.Errorf("collections %v", got)
			}
		}},
		{"/req/core/fc-md-links", func(t *testing.T, b *bench) {
			links := linksOf(t, b.read(t, "/ogc/collections"))
			named(t, links, "self", "application/json")
			named(t, links, "alternate", "text/html")
		}},
		{"/req/core/fc-md-items", func(t *testing.T, b *bench) {
			for _, c := range b.read(t, "/ogc/collections")["collections"].([]any) {
				for _, member := range []string{"id", "title", "description", "extent", "itemType", "crs", "storageCrs", "links"} {
					if c.(map[string]any)[member] == nil {
						t.Errorf("%v has no %s", c, member)
					}
				}
			}
		}},
		{"/req/core/fc-md-items-links", func(t *testing.T, b *bench) {
			for _, c := range b.read(t, "/ogc/collections")["collections"].([]any) {
				links := linksOf(t, c.(map[string]any))
				for _, l := range [][2]string{
					{"items", "application/geo+json"},
					{"items", "text/html"},
					{"describedby", "application/schema+json"},
					{"http://www.opengis.net/def/rel/ogc/1.0/schema", "application/schema+json"},
					{"http://www.opengis.net/def/rel/ogc/1.0/queryables", "application/schema+json"},
				} {
					if w := b.get(t, named(t, links, l[0], l[1])); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), l[1]) {
						t.Errorf("%v: status %d of %s", l, w.Code, w.Header().Get("Content-Type"))
					}
				}
			}
		}},
		{"/req/core/fc-md-extent", func(t *testing.T, b *bench) {
			got := fmt.Sprint(b.read(t, shops)["extent"])
			if want := "map[spatial:map[bbox:[[105.001 29.505 105.019 29.509]] crs:" + uriCRS84 + "]]"; got != want {
				t.Error(got)
			}
		}},
		{"/req/core/sfc-md-op", func(t *testing.T, b *bench) {
			b.read(t, shops)
			p := b.refused(t, "/ogc/collections/town.zoos", http.StatusNotFound)
			if !strings.Contains(p["detail"].(string), "town.facilities.outlines") {
				t.Error(p["detail"])
			}
			b.refused(t, "/ogc/collections/nowhere.roads", http.StatusNotFound)
		}},
		{"/req/core/sfc-md-success", func(t *testing.T, b *bench) {
			one := b.read(t, shops)
			for _, c := range b.read(t, "/ogc/collections")["collections"].([]any) {
				of := c.(map[string]any)
				if of["id"] != one["id"] {
					continue
				}
				delete(of, "links")
				links := linksOf(t, one)
				named(t, links, "self", "application/json")
				named(t, links, "alternate", "text/html")
				named(t, links, "items", "application/geo+json")
				delete(one, "links")
				if fmt.Sprint(of) != fmt.Sprint(one) {
					t.Errorf("%v\n%v", of, one)
				}
				return
			}
			t.Error("the collection is not in the list")
		}},
	}
}

func itemRequirements() []requirement {
	return []requirement{
		{"/req/core/fc-op", func(t *testing.T, b *bench) { b.read(t, items) }},
		{"/req/core/fc-limit-definition", func(t *testing.T, b *bench) {
			p := parameter(t, b, "limit")
			schema := p["schema"].(map[string]any)
			if p["style"] != "form" || p["explode"] != false || p["required"] != false || schema["type"] != "integer" || schema["minimum"] != 1.0 || schema["maximum"] != 10000.0 || schema["default"] != 10000.0 {
				t.Error(p)
			}
		}},
		{"/req/core/fc-limit-response-1", func(t *testing.T, b *bench) {
			for limit, want := range map[string]int{"1": 1, "5": 5, "13": 13, "10000": 13, "10001": 13, "99999999999999999999999": 13} {
				if got := b.ids(t, items+"?limit="+limit); len(got) != want {
					t.Errorf("limit %s: %d features", limit, len(got))
				}
			}
			for _, limit := range []string{"0", "-1", "1.5", "x", ""} {
				b.refused(t, items+"?limit="+limit, http.StatusBadRequest)
			}
		}},
		{"/req/core/fc-bbox-definition", func(t *testing.T, b *bench) {
			p := parameter(t, b, "bbox")
			schema := p["schema"].(map[string]any)
			if p["style"] != "form" || p["explode"] != false || schema["type"] != "array" || schema["minItems"] != 4.0 || schema["maxItems"] != 6.0 || fmt.Sprint(schema["items"]) != "map[type:number]" {
				t.Error(p)
			}
		}},
		{"/req/core/fc-bbox-response", func(t *testing.T, b *bench) {
			for bbox, want := range map[string]string{
				"105.0015,29,105.0035,30":          "shop/b shop/c",
				"105.0015,29,-9,105.0035,30,9":     "shop/b shop/c", // heights are not looked at
				"105.002,29.505,105.002,29.505":    "shop/b",        // edges belong to the box
				"105.0021,29.5051,105.0029,29.506": "",
				"-180,-90,180,90":                  "clinic/a school/a school/d school/g school/j shop/b shop/c shop/e shop/f shop/h shop/i shop/k shop/l",
			} {
				if got := strings.Join(b.ids(t, items+"?bbox="+bbox), " "); got != want {
					t.Errorf("bbox %s: %s", bbox, got)
				}
			}
			// The road runs from corner to corner of its box, and past this one.
			if got := b.ids(t, "/ogc/collections/town.roads/items?bbox=105.001,29.508,105.002,29.509"); len(got) != 0 {
				t.Errorf("a box beside a road: %v", got)
			}
			if got := b.ids(t, "/ogc/collections/town.roads/items?bbox=105.009,29.504,105.011,29.506"); len(got) != 1 {
				t.Errorf("a box on a road: %v", got)
			}
		}},
		{"/req/core/fc-time-definition", func(t *testing.T, b *bench) {
			p := parameter(t, b, "datetime")
			if p["style"] != "form" || p["explode"] != false || fmt.Sprint(p["schema"]) != "map[type:string]" {
				t.Error(p)
			}
		}},
		{"/req/core/fc-time-response", func(t *testing.T, b *bench) {
			for _, datetime := range []string{
				"2018-02-12T23:20:50Z", "2018-02-12T23:20:50.52+08:00", "2018-02-12", "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z",
				"2018-02-12T00:00:00Z/..", "../2018-03-18T12:31:12Z", "2018-02-12T00:00:00Z/", "/2018-03-18T12:31:12Z", "../..", "/",
				"0000-01-01T00:00:00Z/2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z/9999-12-31T00:00:00Z", "2020-01-01/2020-01-01",
			} {
				if got := b.ids(t, query(items, "datetime", datetime)); len(got) != facilities+1 {
					t.Errorf("%s: %d features; those without a time match any", datetime, len(got))
				}
			}
			for _, datetime := range []string{"", "..", "yesterday", "2018-13-01", "2018-02-12T25:00:00Z", "2020-01-01/2019-01-01", "a/b", "2018-01-01/2019-01-01/2020-01-01"} {
				b.refused(t, query(items, "datetime", datetime), http.StatusBadRequest)
			}
		}},
		{"/req/core/fc-response", func(t *testing.T, b *bench) {
			if doc := b.read(t, items); doc["type"] != "FeatureCollection" || len(doc["features"].([]any)) != facilities+1 {
				t.Error(doc)
			}
		}},
		{"/req/core/fc-links", func(t *testing.T, b *bench) {
			// Following next finds every feature once, in the same order; following
			// prev comes back. All that was asked is asked again.
			all := b.ids(t, query(items, "kind", "shop"))
			target := query(items, "kind", "shop", "limit", "3", "filter", "id <> 'zz'")
			var got []string
			pages := 0
			last := ""
			for target != "" {
				pages++
				last = target
				got = append(got, b.ids(t, target)...)
				links := linksOf(t, b.read(t, target))
				named(t, links, "self", "application/geo+json")
				named(t, links, "alternate", "text/html")
				named(t, links, "collection", "application/json")
				if target = ""; links["next"] != nil {
					target = named(t, links, "next", "application/geo+json")
				}
			}
			if pages != 3 || !slices.Equal(got, all) {
				t.Errorf("%d pages with %v, want %v", pages, got, all)
			}
			for steps := 0; last != ""; steps++ {
				links := linksOf(t, b.read(t, last))
				if links["prev"] == nil {
					if steps != 2 {
						t.Errorf("%d pages before the last", steps)
					}
					break
				}
				last = named(t, links, "prev", "application/geo+json")
			}
			if got := b.ids(t, items+"?offset=99"); len(got) != 0 {
				t.Errorf("behind the last: %v", got)
			}
		}},
		{"/req/core/fc-rel-type", func(t *testing.T, b *bench) { linksOf(t, b.read(t, items+"?limit=2&offset=2")) }},
		{"/req/core/fc-timeStamp", func(t *testing.T, b *bench) {
			if stamp, ok := b.read(t, items)["timeStamp"]; ok {
				t.Errorf("timeStamp %v: it may be left out, and one tag names one sequence of bytes", stamp)
			}
		}},
		{"/req/core/fc-numberMatched", func(t *testing.T, b *bench) {
			for target, want := range map[string]float64{items: 13, items + "?limit=1": 13, items + "?kind=school&limit=2": 4, items + "?bbox=105.0015,29,105.0035,30&limit=1": 2, items + "?offset=50": 13} {
				if got := b.read(t, target)["numberMatched"]; got != want {
					t.Errorf("%s: %v", target, got)
				}
			}
		}},
		{"/req/core/fc-numberReturned", func(t *testing.T, b *bench) {
			for _, target := range []string{items, items + "?limit=1", items + "?kind=school&offset=3", items + "?kind=zoo"} {
				doc := b.read(t, target)
				if got := len(doc["features"].([]any)); doc["numberReturned"] != float64(got) {
					t.Errorf("%s: %v of %d", target, doc["numberReturned"], got)
				}
			}
		}},
		{"/req/core/f-op", func(t *testing.T, b *bench) {
			for _, id := range b.ids(t, items) {
				if got := b.read(t, items+"/"+id)["id"]; got != id {
					t.Errorf("%s gives %v", id, got)
				}
			}
			b.read(t, items+"/shop%2Fb")
			b.read(t, "/ogc/collections/town.roads/items/way/1")
			b.refused(t, items+"/shop/zz", http.StatusNotFound)
		}},
		{"/req/core/f-success", func(t *testing.T, b *bench) {
			f := b.read(t, items+"/school/d")
			if f["type"] != "Feature" || f["id"] != "school/d" || fmt.Sprint(slices.Sorted(maps.Keys(f["properties"].(map[string]any)))) != "[address area_m2 capacity entrances hours id kind name]" {
				t.Error(f)
			}
		}},
		{"/req/core/f-links", func(t *testing.T, b *bench) {
			links := linksOf(t, b.read(t, items+"/shop/b"))
			for _, l := range [][2]string{{"self", "application/geo+json"}, {"alternate", "text/html"}, {"collection", "application/json"}} {
				if w := b.get(t, named(t, links, l[0], l[1])); w.Code != http.StatusOK {
					t.Errorf("%v: status %d", l, w.Code)
				}
			}
		}},
	}
}

func encodingRequirements() []requirement {
	return []requirement{
		{"/req/oas30/oas-definition-1", func(t *testing.T, b *bench) {
			if got := b.read(t, "/ogc/api")["openapi"].(string); !strings.HasPrefix(got, "3.0.") {
				t.Error(got)
			}
		}},
		{"/req/oas30/oas-definition-2", func(t *testing.T, b *bench) {
			doc := b.read(t, "/ogc/api")
			paths := doc["paths"].(map[string]any)
			for _, c := range b.read(t, "/ogc/collections")["collections"].([]any) {
				at := "/collections/" + c.(map[string]any)["id"].(string)
				for _, below := range []string{"", "/items", "/items/{featureId}", "/queryables", "/schema"} {
					if paths[at+below] == nil {
						t.Errorf("no path %s%s", at, below)
					}
				}
			}
		}},
		{"/req/oas30/oas-impl", func(t *testing.T, b *bench) {
			doc := b.read(t, "/ogc/api")
			server := doc["servers"].([]any)[0].(map[string]any)["url"].(string)
			seen := make(map[string]bool)
			for path, of := range doc["paths"].(map[string]any) {
				id := of.(map[string]any)["get"].(map[string]any)["operationId"].(string)
				if seen[id] {
					t.Errorf("two operations are named %s", id)
				}
				seen[id] = true
				if !strings.Contains(path, "{") {
					b.read(t, local(t, server+path))
				}
			}
		}},
		{"/req/oas30/completeness", func(t *testing.T, b *bench) {
			for path, of := range b.read(t, "/ogc/api")["paths"].(map[string]any) {
				responses := of.(map[string]any)["get"].(map[string]any)["responses"].(map[string]any)
				for _, status := range []string{"200", "400", "404", "500"} {
					if responses[status] == nil {
						t.Errorf("%s: %s is not described", path, status)
					}
				}
			}
		}},
		{"/req/oas30/exceptions-codes", func(t *testing.T, b *bench) {
			b.refused(t, items+"?limit=x", http.StatusBadRequest)
			b.refused(t, "/ogc/zoo", http.StatusNotFound)
			if w := b.get(t, items, "Accept", "image/png"); w.Code != http.StatusNotAcceptable {
				t.Errorf("a form that is not there: status %d", w.Code)
			}
		}},
		{"/req/geojson/definition", func(t *testing.T, b *bench) {
			for _, accept := range []string{"", "application/geo+json", "application/geo+json, application/json", "application/json", "*/*"} {
				if w := b.get(t, items, "Accept", accept); w.Header().Get("Content-Type") != "application/geo+json" {
					t.Errorf("Accept %q: %s", accept, w.Header().Get("Content-Type"))
				}
			}
		}},
		{"/req/geojson/content", func(t *testing.T, b *bench) {
			// A strict reader takes every collection; each has one type of geometry and
			// every key in every feature.
			for _, c := range b.read(t, "/ogc/collections")["collections"].([]any) {
				id := c.(map[string]any)["id"].(string)
				types, keys, n := make(map[string]bool), make(map[string]bool), 0
				err := geojson.Read(b.get(t, "/ogc/collections/"+id+"/items").Body, func(f geojson.Feature) error {
					if f.Err != nil {
						return f.Err
					}
					n++
					types[f.Geometry.GeoJSONType()] = true
					keys[fmt.Sprint(slices.Sorted(maps.Keys(f.Properties)))] = true
					return nil
				})
				if err != nil || n == 0 || len(types) != 1 || len(keys) != 1 {
					t.Errorf("%s: %d features of %v with %v: %v", id, n, types, keys, err)
				}
			}
		}},
		{"/req/html/definition", func(t *testing.T, b *bench) {
			const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
			for _, target := range pages() {
				for _, w := range []*httptest.ResponseRecorder{b.get(t, target, "Accept", browser), b.get(t, target+"?f=html")} {
					if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
						t.Errorf("%s: status %d of %s", target, w.Code, w.Header().Get("Content-Type"))
					}
				}
			}
		}},
		{"/req/html/content", func(t *testing.T, b *bench) {
			text := b.get(t, items+"?f=html&limit=2&offset=2").Body.String()
			for _, want := range []string{"小镇 · 设施", "Town · Facilities", "school/d", "小学 &#39;Nr&#39; d", "400", "13 features", "下一页", "上一页", "offset=4"} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not on the page\n%s", want, text)
				}
			}
		}},
	}
}

// pages lists one address of each kind.
func pages() []string {
	return []string{
		"/ogc", "/ogc/api", "/ogc/conformance", "/ogc/collections", shops, items, items + "/shop/b",
		shops + "/queryables", shops + "/schema", shops + "/geojson-schema", "/ogc/collections/town.facilities.outlines/items",
	}
}

// parameter is a parameter of items as the API document of a collection has it,
// the same under its own path and among the shared ones.
func parameter(t *testing.T, b *bench, name string) map[string]any {
	t.Helper()
	doc := b.read(t, "/ogc/api")
	shared := doc["components"].(map[string]any)["parameters"].(map[string]any)[name]
	for _, p := range doc["paths"].(map[string]any)["/collections/town.facilities/items"].(map[string]any)["get"].(map[string]any)["parameters"].([]any) {
		of := p.(map[string]any)
		if of["name"] == name {
			if fmt.Sprint(of) != fmt.Sprint(shared) || of["in"] != "query" {
				t.Errorf("%v\n%v", of, shared)
			}
			return of
		}
	}
	t.Fatalf("items have no parameter %s", name)
	return nil
}

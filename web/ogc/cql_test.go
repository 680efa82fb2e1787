package ogc_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// In the town schools a, d, g, j have a capacity of 100, 400, 700, 1,000; other
// facilities have none, so that what compares with it is unknown.
func TestFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const (
		schools  = "school/a school/d school/g school/j"
		shopList = "shop/b shop/c shop/e shop/f shop/h shop/i shop/k shop/l"
		rest     = "clinic/a " + shopList
	)
	for _, tc := range []struct{ text, json, want string }{
		{"kind = 'school'", `{"op":"=","args":[{"property":"kind"},"school"]}`, schools},
		{"'school' = kind", `{"op":"=","args":["school",{"property":"kind"}]}`, schools},
		{`"kind" <> 'school'`, `{"op":"<>","args":[{"property":"kind"},"school"]}`, rest},
		{"capacity > 400", `{"op":">","args":[{"property":"capacity"},400]}`, "school/g school/j"},
		{"capacity >= 4e2 AND capacity<700.5", `{"op":"and","args":[{"op":">=","args":[{"property":"capacity"},4e2]},{"op":"<","args":[{"property":"capacity"},700.5]}]}`, "school/d school/g"},
		{"capacity <= 100", `{"op":"<=","args":[{"property":"capacity"},100]}`, "school/a"},
		// Unknown is neither true nor, negated, true.
		{"NOT capacity > 400", `{"op":"not","args":[{"op":">","args":[{"property":"capacity"},400]}]}`, "school/a school/d"},
		{"capacity > 400 OR kind = 'clinic'", `{"op":"or","args":[{"op":">","args":[{"property":"capacity"},400]},{"op":"=","args":[{"property":"kind"},"clinic"]}]}`, "clinic/a school/g school/j"},
		{"NOT (capacity > 400 AND kind = 'shop')", `{"op":"not","args":[{"op":"and","args":[{"op":">","args":[{"property":"capacity"},400]},{"op":"=","args":[{"property":"kind"},"shop"]}]}]}`, "clinic/a " + schools},
		// AND binds tighter than OR, NOT tighter than both.
		{"id = 'a' OR id = 'd' AND kind = 'zoo'", `{"op":"=","args":[{"property":"id"},"a"]}`, "clinic/a school/a"},
		{"NOT kind = 'shop' AND id <> 'a'", `{"op":"and","args":[{"op":"not","args":[{"op":"=","args":[{"property":"kind"},"shop"]}]},{"op":"<>","args":[{"property":"id"},"a"]}]}`, "school/d school/g school/j"},
		{"capacity IS NULL", `{"op":"isNull","args":[{"property":"capacity"}]}`, rest},
		{"capacity is not null", `{"op":"not","args":[{"op":"isNull","args":[{"property":"capacity"}]}]}`, schools},
		{"name IS NULL", `{"op":"isNull","args":[{"property":"name"}]}`, "clinic/a"},
		{"capacity BETWEEN 100 AND 400", `{"op":"between","args":[{"property":"capacity"},100,400]}`, "school/a school/d"},
		{"capacity NOT BETWEEN 100 AND 400", `{"op":"not","args":[{"op":"between","args":[{"property":"capacity"},100,400]}]}`, "school/g school/j"},
		{"id IN ('a','d','zz')", `{"op":"in","args":[{"property":"id"},["a","d","zz"]]}`, "clinic/a school/a school/d"},
		{"kind NOT IN ('shop', 'clinic')", `{"op":"not","args":[{"op":"in","args":[{"property":"kind"},["shop","clinic"]]}]}`, schools},
		{"name LIKE '小学%'", `{"op":"like","args":[{"property":"name"},"小学%"]}`, schools},
		{"kind LIKE 's_op'", `{"op":"like","args":[{"property":"kind"},"s_op"]}`, shopList},
		{"kind LIKE '%o%o%'", `{"op":"like","args":[{"property":"kind"},"%o%o%"]}`, schools},
		{`kind LIKE 's\_op'`, `{"op":"like","args":[{"property":"kind"},"s\\_op"]}`, ""},
		{"kind NOT LIKE 's%'", `{"op":"not","args":[{"op":"like","args":[{"property":"kind"},"s%"]}]}`, "clinic/a"},
		{"name = '小学 ''Nr'' d'", `{"op":"=","args":[{"property":"name"},"小学 'Nr' d"]}`, "school/d"},
		{"TRUE AND kind = 'clinic'", `{"op":"and","args":[true,{"op":"=","args":[{"property":"kind"},"clinic"]}]}`, "clinic/a"},
		{"FALSE", `false`, ""},
		{"kind > hours AND id = 'a'", `{"op":"and","args":[{"op":">","args":[{"property":"kind"},{"property":"hours"}]},{"op":"=","args":[{"property":"id"},"a"]}]}`, "clinic/a school/a"},
		{"kind > DATE('2020-01-01') AND id = 'a'", `{"op":"and","args":[{"op":">","args":[{"property":"kind"},{"date":"2020-01-01"}]},{"op":"=","args":[{"property":"id"},"a"]}]}`, "clinic/a school/a"},
		{"S_INTERSECTS(geometry, BBOX(105.0015,29.5,105.0035,29.51))", `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[105.0015,29.5,105.0035,29.51]}]}`, "shop/b shop/c"},
		{"s_intersects( POINT (105.002 29.505) ,geometry)", `{"op":"s_intersects","args":[{"type":"Point","coordinates":[105.002,29.505]},{"property":"geometry"}]}`, "shop/b"},
		{
			"S_INTERSECTS(geometry,POLYGON((105 29.5, 105.003 29.5, 105.003 29.51, 105 29.5)))", // its long side meets 29.505 at 105.0015
			`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[105,29.5],[105.003,29.5],[105.003,29.51],[105,29.5]]]}]}`, "shop/b shop/c",
		},
		{
			"S_INTERSECTS(geometry,MULTIPOLYGON(((105.0015 29.5,105.0025 29.5,105.0025 29.51,105.0015 29.5)),((105.0185 29.5,105.02 29.5,105.02 29.51,105.0185 29.5))))",
			`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiPolygon","coordinates":[[[[105.0015,29.5],[105.0025,29.5],[105.0025,29.51],[105.0015,29.5]]],[[[105.0185,29.5],[105.02,29.5],[105.02,29.51],[105.0185,29.5]]]]}]}`,
			"shop/b",
		},
		{"S_INTERSECTS(POINT(1 1),BBOX(0,0,2,2)) AND id='b'", `{"op":"and","args":[{"op":"s_intersects","args":[{"type":"Point","coordinates":[1,1]},{"bbox":[0,0,2,2]}]},{"op":"=","args":[{"property":"id"},"b"]}]}`, "shop/b"},
	} {
		for language, filter := range map[string]string{"cql2-text": tc.text, "cql2-json": tc.json} {
			if got := strings.Join(b.ids(t, query(items, "filter", filter, "filter-lang", language)), " "); got != tc.want {
				t.Errorf("%s: %s, want %s", filter, got, tc.want)
			}
		}
	}
}

// Filters and parameters hold together, and coordinates of a filter are in
// filter-crs.
func TestFilterWithTheRest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for want, target := range map[string]string{
		"school/d": query(items, "filter", "capacity > 100", "kind", "school", "bbox", "105.0035,29,105.0045,30"),
		"shop/b":   query(items, "filter", "S_INTERSECTS(geometry,POINT(29.505 105.002))", "filter-crs", uriEPSG+"4326"),
		"shop/b shop/c": query(items, "filter", `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[3264000,500145.4,3267000,500339.3]}]}`,
			"filter-crs", uriEPSG+"4544"),
		"school/a": query(items, "capacity", "100"),
		"clinic/a": query(items, "id", "a", "kind", "clinic"),
	} {
		if got := strings.Join(b.ids(t, target), " "); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	if got := b.ids(t, query("/ogc/collections/town.gates/items", "node", "12345678901")); len(got) != 1 {
		t.Errorf("a whole number of more than 32 bits: %v", got)
	}
}

// A fault in a filter says where it is.
func TestFilterFaults(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tc := range []struct{ filter, want string }{
		{"", "at character 1: a property or a value is wanted, not nothing"},
		{"kind", "at character 5: a comparison is wanted behind kind"},
		{"kind = ", "at character 8: a property or a value is wanted"},
		{"名称 = 'a'", "at character 1: there is no property \"名称\"; there are id, kind, name"},
		{"kind = 'school' AND zoo = 1", "at character 21: there is no property \"zoo\""},
		{"kind = 5", "at character 1: kind is text and 5 is number"},
		{"kind = 'a' kind", "at character 12: the filter goes on with \"kind\""},
		{"(kind = 'a'", "at character 12: \")\" is wanted, not nothing"},
		{"kind = 'a", "at character 8: the quote ' that begins here has no end"},
		{"kind = 'a' AND", "at character 15"},
		{"kind ! 'a'", "at character 6: '!' is not understood"},
		{"kind NOT = 'a'", "at character 10: LIKE, BETWEEN or IN is wanted"},
		{"kind IS 'a'", "at character 9: \"NULL\" is wanted"},
		{"kind LIKE 5", "at character 11: a pattern in single quotes"},
		{"capacity LIKE 'a'", "at character 1: capacity is number; LIKE takes text"},
		{"kind BETWEEN 'a' AND 'b'", "at character 1: kind is text; BETWEEN takes numbers"},
		{"capacity = - 'a'", "at character 14: a number is wanted"},
		{"kind = DATE('soon')", "at character 13: a moment"},
		{"geometry = 'a'", "at character 1: geometry is compared by S_INTERSECTS alone"},
		{"S_INTERSECTS(geometry, 5)", "at character 24"},
		{"S_INTERSECTS(geometry, CIRCLE(1 2))", "at character 24: geometry, BBOX"},
		{"S_INTERSECTS(geometry, POINT(1 2)", "at character 34: \")\" is wanted"},
		{"S_INTERSECTS(geometry, POINT(1 2", "at character 24: the brackets"},
		{"S_INTERSECTS(geometry, POINT(1 x))", "at character 24: the shape that begins here is not well formed"},
		{"S_INTERSECTS(geometry, POLYGON((1 2,3 4,1 2)))", "at character 24: a ring needs four positions"},
		{"S_INTERSECTS(geometry, POINT(1 95))", "not on the earth"},
		{"S_INTERSECTS(geometry, BBOX(1,2,3))", "at character 24: bbox has 3 numbers"},
		{strings.Repeat("(", 500) + "kind = 'a'", "brackets stand more than 100 deep"},
		{"kind = '" + strings.Repeat("x", 70_000) + "'", "at most 65536"},
		{"{", "at byte 2: not JSON"},
		{"{}", "at filter: an object with op and args is wanted"},
		{`{"op":"xor","args":[]}`, "at filter.op: \"xor\" is no operation"},
		{`{"op":"and","args":[true,{"op":"=","args":[{"property":"zoo"},1]}]}`, "at filter.args[1].args[0].property: there is no property \"zoo\""},
		{`{"op":"=","args":[{"property":"kind"}]}`, "at filter.args: = takes 2 arguments, not 1"},
		{`{"op":"=","args":[{"property":"kind"},7]}`, "at filter: kind is text and 7 is number"},
		{`{"op":"in","args":[{"property":"kind"},"a"]}`, "at filter.args[1]: a list"},
		{`{"op":"like","args":[{"property":"kind"},7]}`, "at filter.args[1]: a pattern"},
		{`{"op":"=","args":[{"property":"kind"},{"date":"soon"}]}`, "at filter.args[1].date"},
		{`{"op":"s_intersects","args":[{"property":"kind"},{"bbox":[1,2,3,4]}]}`, "at filter.args[0]: the property with a geometry is geometry"},
		{`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point"}]}`, "at filter.args[1]: the geometry cannot be read"},
		{`{"op":"not","args":[]}`, "at filter.args: not has 0 arguments"},
		{strings.Repeat(`{"op":"not","args":[`, 200) + "true" + strings.Repeat("]}", 200), "more than 100 deep"},
		{"true false", "at character 6"},
	} {
		p := b.refused(t, query(items, "filter", tc.filter), http.StatusBadRequest)
		if got := fmt.Sprint(p["errors"]); !strings.Contains(got, tc.want) || !strings.Contains(got, "query.filter") {
			t.Errorf("%.80s: %s, want %s", tc.filter, got, tc.want)
		}
	}
}

// A pattern of many % takes no longer than the product of both lengths.
func TestPatternsAreQuick(t *testing.T) {
	t.Parallel()
	b := setup(t)
	start := time.Now()
	filter := "name LIKE '" + strings.Repeat("%a", 20_000) + "%'"
	if got := b.ids(t, query(items, "filter", filter)); len(got) != 0 {
		t.Errorf("%d features", len(got))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// Whatever a filter is, it is read or refused.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		"kind = 'a'", "NOT (a = 1 OR kind LIKE '%')", "S_INTERSECTS(geometry,POINT(1 2))", "capacity BETWEEN -1 AND +2e3",
		`{"op":"and","args":[{"op":"in","args":[{"property":"kind"},["a"]]},true]}`, `{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[1,2]}]}`,
		"S_INTERSECTS(geometry,GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4)))", "S_INTERSECTS(geometry,POLYGON EMPTY)", "kind = '\\'", "\"kind\" IS NULL",
	} {
		f.Add(seed)
	}
	b := setup(f)
	f.Fuzz(func(t *testing.T, filter string) {
		if w := b.get(t, query(items, "filter", filter)); w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("%q: status %d\n%s", filter, w.Code, w.Body)
		}
	})
}

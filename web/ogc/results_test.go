package ogc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/data/export"
	"kaimen/web/ogc"
)

// shelf holds saved rows in memory, those put last first.
type shelf struct {
	list []job.Saved
	body map[string][]byte
	read int // bodies that were asked for
}

// noon is when the first rows were answered, each later ones a minute later.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func (s *shelf) put(t testing.TB, a ogc.Answer, table export.Table) (ids []string) {
	t.Helper()
	rows, err := ogc.Save(a, table)
	if err != nil {
		t.Fatal(err)
	}
	if s.body == nil {
		s.body = make(map[string][]byte)
	}
	var list []job.Saved
	for _, r := range rows {
		s.body[r.ID()] = r.Body
		list = append(list, job.Saved{ID: r.ID(), Kind: r.Kind, Study: r.Study, Basis: r.Basis, About: r.About, Answered: noon.Add(time.Duration(len(s.list)) * time.Minute)})
		ids = append(ids, ogc.ResultID(r.Kind, r.Study, r.ID()))
	}
	s.list = append(list, s.list...)
	return ids
}

func (s *shelf) Saved(_ context.Context, f job.SavedFilter) (list []job.Saved, err error) {
	for _, saved := range s.list {
		if (f.ID == "" || f.ID == saved.ID) && (f.Basis == "" || f.Basis == saved.Basis) {
			list = append(list, saved)
		}
	}
	return list, nil
}

func (s *shelf) Rows(_ context.Context, id string) ([]byte, error) {
	s.read++
	if body, ok := s.body[id]; ok {
		return body, nil
	}
	return nil, coverage.Errorf(coverage.NotFound, "no rows %s", id)
}

func answer(s *coverage.Snapshot, kind string) ogc.Answer {
	return ogc.Answer{Kind: kind, Study: s.Study, Region: s.Bounds(), Snapshot: s.ID, Key: "k"}
}

// tableOf has the rows as they are.
func tableOf(shape coverage.Shape, columns []coverage.Column, rows ...export.Row) export.Table {
	return export.Table{Name: "rows", Shape: shape, Columns: columns, Rows: slices.Values(rows)}
}

// linesTable is lines that go north from 105.001, 105.002 … 105.004, a, b, c and
// d, of 1, 2, 3 and 4 parts, c's length being blank.
func linesTable() export.Table {
	columns := []coverage.Column{
		{Name: "id", Type: coverage.ColumnText},
		{Name: "parts", Type: coverage.ColumnInteger},
		{Name: "length_m", Type: coverage.ColumnReal},
		{Name: "outer", Type: coverage.ColumnBoolean},
		{Name: "path", Type: export.ColumnLine},
		{Name: "at", Type: export.ColumnPlace},
	}
	var rows []export.Row
	for i, id := range []string{"a", "b", "c", "d"} {
		east := 105.001 + 0.001*float64(i)
		var lines orb.MultiLineString
		for k := range i + 1 {
			lines = append(lines, orb.LineString{{east, 29.5 + 0.001*float64(k)}, {east, 29.5005 + 0.001*float64(k)}})
		}
		var shape orb.Geometry = lines
		if i == 0 {
			shape = lines[0]
		}
		var length any
		if id != "c" {
			length, _ = coverage.AmountOf(55.5 * float64(i+1))
		}
		rows = append(rows, export.Row{Geometry: shape, Values: []any{id, i + 1, length, i%2 == 0, [][2]float64{{105, 29.5}, {105.1, 29.6}}, orb.Point{east, 29.5}}})
	}
	return tableOf(export.ShapeAny, columns, rows...)
}

// A collection of saved rows is asked as any other.
func TestResultIsAskedAsALayer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := "/ogc/collections/" + b.lines
	for _, tc := range []struct{ question, want string }{
		{"", "a b c d"},
		{"limit=2", "a b"},
		{"limit=2&offset=1", "b c"},
		{"offset=9", ""},
		{"bbox=105.0015,29,105.0035,30", "b c"},
		{"bbox=105,29.5011,106,29.5014", "b c d"},
		{"bbox=105,29.5006,106,29.5009", ""}, // in the box of each, on no line
		{"parts=3", "c"},
		{"outer=true", "a c"},
		{"length_m=111", "b"},
		{"id=d", "d"},
		{"filter=length_m IS NULL", "c"},
		{"filter=parts > 1 AND length_m < 200", "b"},
		{"filter=NOT length_m < 200", "d"},
		{"filter=S_INTERSECTS(geometry,BBOX(105.0005,29.4,105.0025,29.6))", "a b"},
		{`filter={"op":"in","args":[{"property":"id"},["a","d"]]}`, "a d"},
		{"filter-crs=" + uriEPSG + "4326&filter=S_INTERSECTS(geometry,POINT(29.5 105.004))", "d"},
		{"datetime=2026-11-23", "a b c d"},
	} {
		target := at + "/items?" + strings.NewReplacer(" ", "%20", `"`, "%22", ">", "%3E", "<", "%3C", "{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D").Replace(tc.question)
		if got := strings.Join(b.ids(t, target), " "); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.question, got, tc.want)
		}
	}
	for _, wrong := range []string{"zoo=1", "limit=0", "parts=x", "filter=zoo%20=%201", "crs=x"} {
		b.refused(t, at+"/items?"+wrong, http.StatusBadRequest)
	}
	for _, gone := range []string{"/items/e", "/zoo"} {
		b.refused(t, at+gone, http.StatusNotFound)
	}
	b.refused(t, at[:len(at)-1]+"z", http.StatusNotFound)
	b.refused(t, strings.Replace(at, "isochrones", "gaps", 1), http.StatusNotFound)
	b.refused(t, strings.Replace(at, "town", "isles", 1), http.StatusNotFound)
	page := b.read(t, at+"/items?limit=2")
	if page["numberMatched"] != 4.0 || page["numberReturned"] != 2.0 {
		t.Errorf("%v of %v", page["numberReturned"], page["numberMatched"])
	}
	if next := named(t, linksOf(t, page), "next", "application/geo+json"); strings.Join(b.ids(t, next), " ") != "c d" {
		t.Errorf("the next page: %v", b.ids(t, next))
	}
	f := b.read(t, at+"/items/a")
	if got, want := fmt.Sprint(f["geometry"]), "map[coordinates:[[[105.001 29.5] [105.001 29.5005]]] type:MultiLineString]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := fmt.Sprint(f["properties"]), "map[id:a lat:29.5 length_m:55.5 lon:105.001 outer:true parts:1 path:[[105,29.5],[105.1,29.6]]]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	flipped := b.read(t, query(at+"/items/a", "crs", uriEPSG+"4326"))
	if got := fmt.Sprint(flipped["geometry"]); !strings.Contains(got, "[29.5 105.001]") {
		t.Errorf("latitude first: %s", got)
	}
}

// What describes a result says what was asked and when, in both languages.
func TestResultIsDescribed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := answer(b.town, "coverage")
	a.Asked = ogc.Asked{
		Facility: coverage.Name{ZH: "口袋公园", EN: "Pocket park"}, Level: coverage.LevelCommunity, CutoffsS: []float64{900}, Profile: "walk",
		Cohort: coverage.Name{ZH: "人口", EN: "people"}, Changes: 2, Scenario: coverage.Name{ZH: "打通"}, Options: "p=3", Unfinished: true,
	}
	id := b.shelf.put(t, a, linesTable())[0]
	c := b.read(t, "/ogc/collections/"+id)
	if got, want := c["title"], "小镇 · 覆盖率：口袋公园，按社区，15 分钟，情景 · 2026-11-23 12:01 UTC / Town · Coverage: Pocket park, by community, 15 min, scenario · 2026-11-23 12:01 UTC"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, part := range []string{"“打通”", "改动 2 处", "changes: 2", "人口", "people", "walk", "p=3", string(b.town.ID), "12:01", "中断", "cut short", "虚构", "made up"} {
		if !strings.Contains(c["description"].(string), part) {
			t.Errorf("%q is not in %s", part, c["description"])
		}
	}
	if c["attribution"] != "© Nobody" || c["itemCount"] != 4.0 {
		t.Errorf("%v", c)
	}
	if got, want := fmt.Sprint(c["extent"]), "map[spatial:map[bbox:[[105.001 29.5 105.004 29.5035]] crs:"+uriCRS84+"]]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := fmt.Sprint(c["crs"]); !strings.Contains(got, "/4544") { // the grid of the study's region
		t.Error(got)
	}
	var names []string
	for name, of := range b.read(t, "/ogc/collections/"+id+"/schema")["properties"].(map[string]any) {
		kind, _ := of.(map[string]any)["type"].(string)
		if format, ok := of.(map[string]any)["format"].(string); ok {
			kind = format
		}
		names = append(names, name+":"+kind)
	}
	slices.Sort(names)
	if want := "geometry:geometry-multilinestring id:string lat:number length_m:number lon:number outer:boolean parts:integer path:string"; strings.Join(names, " ") != want {
		t.Errorf("%v, want %s", names, want)
	}
	// The newest stands first, behind all layers.
	var list []string
	for _, of := range b.read(t, "/ogc/collections")["collections"].([]any) {
		list = append(list, of.(map[string]any)["id"].(string))
	}
	if n := len(list); !slices.Equal(list[n-2:], []string{id, b.lines}) {
		t.Errorf("%v", list)
	}
	if b.shelf.read != 1 {
		t.Errorf("%d bodies were read to describe", b.shelf.read)
	}
}

// Rows of several types are a collection for each, and rows that have no shape
// are lost in none.
func TestEachCollectionHasOneType(t *testing.T) {
	t.Parallel()
	b := setup(t)
	kind := []coverage.Column{{Name: "kind", Type: coverage.ColumnText}}
	row := func(shape orb.Geometry, kind string) export.Row {
		return export.Row{Geometry: shape, Values: []any{kind}}
	}
	point, line, area := orb.Point{105, 29.5}, orb.LineString{{105, 29.5}, {105.1, 29.5}}, box(105, 29.5, 105.1, 29.6)
	for name, tc := range map[string]struct {
		rows []export.Row
		want []string // type, number of features, and those without a geometry
	}{
		"points":            {[]export.Row{row(point, "a"), row(point, "b")}, []string{"Point 2 0"}},
		"single lines":      {[]export.Row{row(line, "a"), row(line, "b")}, []string{"LineString 2 0"}},
		"lines":             {[]export.Row{row(line, "a"), row(orb.MultiLineString{line, line}, "b")}, []string{"MultiLineString 2 0"}},
		"areas":             {[]export.Row{row(area[0], "a"), row(area, "b")}, []string{"MultiPolygon 2 0"}},
		"an empty area":     {[]export.Row{row(orb.MultiPolygon{}, "a"), row(area, "b")}, []string{"MultiPolygon 2 1"}},
		"points and none":   {[]export.Row{row(nil, "a"), row(point, "b")}, []string{"Point 2 1"}},
		"none":              {[]export.Row{row(nil, "a"), row(nil, "b"), row(nil, "c")}, []string{" 3 3"}},
		"all":               {[]export.Row{row(area, "a"), row(nil, "b"), row(point, "c"), row(line, "d"), row(point, "e")}, []string{"Point 2 0", "LineString 1 0", "MultiPolygon 1 0", " 1 1"}},
		"no rows, no trace": {nil, nil},
	} {
		var got []string
		a := answer(b.town, "sensitivity")
		a.Key = name
		for _, id := range b.shelf.put(t, a, tableOf(export.ShapeAny, kind, tc.rows...)) {
			types, n, none := make(map[string]bool), 0, 0
			for _, f := range b.read(t, "/ogc/collections/"+id+"/items")["features"].([]any) {
				n++
				shape, _ := f.(map[string]any)["geometry"].(map[string]any)
				if shape == nil {
					none++
					continue
				}
				types[shape["type"].(string)] = true
			}
			kinds := ""
			for kind := range types {
				kinds += kind
			}
			got = append(got, fmt.Sprintf("%s %d %d", kinds, n, none))
			// The schema names the type, or no geometry.
			property, _ := b.read(t, "/ogc/collections/"+id+"/schema")["properties"].(map[string]any)["geometry"].(map[string]any)
			if format, _ := property["format"].(string); format != strings.TrimSuffix("geometry-"+strings.ToLower(kinds), "-") && (kinds != "" || property != nil) {
				t.Errorf("%s: format %q of %q", name, format, kinds)
			}
			if w := b.get(t, "/ogc/collections/"+id+"?f=html"); w.Code != http.StatusOK {
				t.Errorf("%s: status %d", name, w.Code)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// Rows without a geometry meet every box, have no extent, and cannot be asked for
// their shape.
func TestResultWithoutGeometry(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := "/ogc/collections/" + b.shelf.put(t, answer(b.town, "coverage"), tableOf("", []coverage.Column{{Name: "demand", Type: coverage.ColumnReal}},
		export.Row{ID: "town", Values: []any{185.5}}))[0]
	if got := b.ids(t, at+"/items?bbox=0,0,1,1"); !slices.Equal(got, []string{"town"}) {
		t.Errorf("%v", got)
	}
	if extent, there := b.read(t, at)["extent"]; there {
		t.Errorf("extent %v", extent)
	}
	for _, filter := range []string{"S_INTERSECTS(geometry,BBOX(0,0,1,1))", `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[0,0,1,1]}]}`} {
		p := b.refused(t, query(at+"/items", "filter", filter), http.StatusBadRequest)
		if !strings.Contains(fmt.Sprint(p["errors"]), "no geometry") {
			t.Errorf("%v", p)
		}
	}
	if got := b.ids(t, query(at+"/items", "filter", "demand > 100")); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A feature goes by the id of its row, else by what its column id has, else by
// its number.
func TestResultIDs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := []coverage.Column{{Name: "id", Type: coverage.ColumnText}}
	row := func(feature, id string) export.Row { return export.Row{ID: feature, Values: []any{id}} }
	for name, tc := range map[string]struct {
		columns []coverage.Column
		rows    []export.Row
		want    string
	}{
		"of rows":        {id, []export.Row{row("a/1", "a"), row("a/2", "a"), row("b/1", "b")}, "a/1 a/2 b/1"},
		"of the column":  {id, []export.Row{row("", "a"), row("", "b")}, "a b"},
		"of neither":     {id, []export.Row{row("", "a"), row("", "a")}, "1 2"},
		"some blank":     {id, []export.Row{row("", "a"), row("", "")}, "1 2"},
		"without column": {[]coverage.Column{{Name: "zone", Type: coverage.ColumnText}}, []export.Row{row("", "a"), row("", "a")}, "1 2"},
	} {
		a := answer(b.town, "overview")
		a.Key = name
		at := "/ogc/collections/" + b.shelf.put(t, a, tableOf("", tc.columns, tc.rows...))[0] + "/items"
		got := b.ids(t, at)
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: %v, want %s", name, got, tc.want)
		}
		for _, id := range got {
			f := b.read(t, at+"/"+id)
			if own := f["properties"].(map[string]any)["id"]; f["id"] != id || own == nil {
				t.Errorf("%s: %v", name, f)
			}
		}
		if name == "of rows" {
			// One alone is b; several are a.
			if w := b.get(t, at+"/b"); w.Code != http.StatusTemporaryRedirect || !strings.HasSuffix(w.Header().Get("Location"), "/b%2F1") {
				t.Errorf("status %d to %s", w.Code, w.Header().Get("Location"))
			}
			b.refused(t, at+"/a", http.StatusNotFound)
		}
	}
}

// Whole numbers that begin with blanks are told to be such, unless the client
// would cut them.
func TestSparseColumns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	columns := []coverage.Column{{Name: "full", Type: coverage.ColumnInteger}, {Name: "sparse", Type: coverage.ColumnInteger}, {Name: "large", Type: coverage.ColumnInteger}}
	at := "/ogc/collections/" + b.shelf.put(t, answer(b.town, "plans"), tableOf("", columns,
		export.Row{Values: []any{1, nil, nil}}, export.Row{Values: []any{2, math.MinInt32, math.MaxInt32 + 1}}))[0]
	members := b.read(t, at+"/geojson-schema")["properties"].(map[string]any)["properties"].(map[string]any)["properties"]
	if got := fmt.Sprint(members); got != "map[sparse:map[type:integer]]" {
		t.Error(got)
	}
}

// Numbers that no file has are refused, with their row.
func TestSaveRefuses(t *testing.T) {
	t.Parallel()
	inf := export.Row{Values: []any{math.Inf(1)}}
	_, err := ogc.Save(ogc.Answer{Kind: "gaps"}, tableOf("", []coverage.Column{{Name: "x", Type: coverage.ColumnReal}}, export.Row{Values: []any{1.0}}, inf))
	if err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Error(err)
	}
	_, err = ogc.Save(ogc.Answer{Kind: "gaps"}, tableOf("", nil, export.Row{Geometry: orb.MultiPoint{{1, 2}}}))
	if err == nil || !strings.Contains(err.Error(), "MultiPoint") {
		t.Error(err)
	}
}

// A result that is removed is gone although it was open.
func TestRemovedResults(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := "/ogc/collections/" + b.lines
	tag := b.get(t, at+"/items").Header().Get("ETag")
	if w := b.get(t, at+"/items", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("status %d", w.Code)
	}
	b.shelf.list = nil
	for _, below := range []string{"", "/items", "/items/a", "/schema"} {
		b.refused(t, at+below, http.StatusNotFound)
	}
	if text := b.get(t, "/ogc/collections").Body.String(); strings.Contains(text, b.lines) {
		t.Error("it is listed still")
	}
}

// What the same question answers has the same id; another question, another.
func TestResultNames(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one := b.shelf.put(t, answer(b.town, "isochrones"), linesTable())
	if one[0] != b.lines {
		t.Errorf("%s, then %s", b.lines, one[0])
	}
	a := answer(b.town, "isochrones")
	a.Key = "other"
	if other := b.shelf.put(t, a, linesTable()); other[0] == b.lines {
		t.Error("two questions have one name")
	}
}

// A thousand results are listed without a body being read, and a large one is
// read once.
func TestManyResults(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []string
	for i := range 1000 {
		a := answer(b.town, "gaps")
		a.Key = fmt.Sprint(i)
		ids = append(ids, b.shelf.put(t, a, linesTable())...)
	}
	var doc struct{ Collections []struct{ ID string } }
	if err := json.Unmarshal(b.get(t, "/ogc/collections").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	for _, c := range doc.Collections {
		there[c.ID] = true
	}
	for _, id := range ids {
		if !there[id] {
			t.Errorf("%s is not listed", id)
		}
	}
	b.read(t, "/ogc/api")
	if b.shelf.read != 0 {
		t.Errorf("%d bodies were read to list", b.shelf.read)
	}
	for range 3 {
		b.ids(t, "/ogc/collections/"+ids[0]+"/items")
	}
	if b.shelf.read != 1 {
		t.Errorf("one result was read %d times", b.shelf.read)
	}
}

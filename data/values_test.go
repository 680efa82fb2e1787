package data_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"kaimen/coverage"
	"kaimen/geo/crs"
)

// TestAllLayers reads one row of every layer of areas and of gates.
func TestAllLayers(t *testing.T) {
	t.Parallel()
	s, _ := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study(`
  buildings: [{file: a.geojson, fields: {id: code}}]
  estates: [{file: a.geojson, fields: {id: code, old: 老旧}}]
  parcels: [{file: a.geojson, fields: {id: code}}]
  landcover: [{file: a.geojson, fields: {id: code, kind: use}, kinds: {residential: built}}]
  gates: [{file: gates.csv}]`),
		"a.geojson": collection(feature(
			`"code":511011001001,"name":"一号","use":"residential","estate":"e1","floors":"6","households":24,`+
				`"老旧":"是","gated":true,"year_built":1998,"buildings":7.0,"kinds":"park, parking,park"`,
			"Polygon", "["+square(0)+"]")),
		"gates.csv": "id,estate,state,x,y\ng1,e1,,0,0\ng2,e1,residents,0,0\n",
	}))
	area := orb.MultiPolygon{{{{0, 0}, {0.01, 0}, {0.01, 0.01}, {0, 0.01}, {0, 0}}}}
	const id = "511011001001" // a long code stays what it is
	want := coverage.Layers{
		Buildings: []coverage.Building{{
			ID: id, Name: "一号", Use: "residential", Estate: "e1", Floors: 6, Households: 24, Area: area,
		}},
		Estates: []coverage.Estate{{
			ID: id, Name: "一号", Old: true, Gated: true, YearBuilt: 1998, Buildings: 7, Households: 24, Area: area,
		}},
		Parcels:   []coverage.Parcel{{ID: id, Name: "一号", Kinds: []string{"park", "parking"}, Area: area}},
		LandCover: []coverage.LandCover{{ID: id, Kind: "built", Name: "一号", Area: area}},
		Gates: []coverage.Gate{
			{ID: "g1", Estate: "e1", State: "open"}, // a gate that nothing is said of is open
			{ID: "g2", Estate: "e1", State: "residents"},
		},
	}
	if diff := cmp.Diff(want, s.Layers); diff != "" {
		t.Errorf("layers (-want +have):\n%s", diff)
	}
}

// TestPointsOfFeatures: a facility may be a point or an area, its id a member
// of the feature; one without geometry has no coordinates.
func TestPointsOfFeatures(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": "study: s\nsources:\n  facilities: [{file: f.geojson, kind: park}]\n  demand: [{file: d.geojson}]\n",
		"f.geojson": collection(
			`{"type":"Feature","id":7,"properties":null,"geometry":{"type":"Point","coordinates":[1.5,2.5,80]}}`,
			`{"type":"Feature","id":"8","properties":{},"geometry":{"type":"Polygon","coordinates":[`+square(0)+`]}}`,
			`{"type":"Feature","id":"9","properties":{},"geometry":null}`),
		"d.geojson": collection(feature(`"id":"a","people":2.5`, "Point", "[1,2]")),
	}))
	equal(t, "facilities", len(s.Facilities), 2)
	equal(t, "point", s.Facilities[0].At, orb.Point{1.5, 2.5})
	if at := s.Facilities[1].At; at[0] <= 0 || at[0] >= 0.01 || at[1] <= 0 || at[1] >= 0.01 {
		t.Errorf("the point of an area is not inside it: %v", at)
	}
	equal(t, "people", s.Demand[0].Weights[coverage.WeightPeople], 2_500_000)
	wantIssue(t, report.Issues, coverage.Issue{
		Severity: coverage.SeverityWarning, Code: coverage.ReasonNoCoordinates, Source: "f.geojson", Line: 3, Feature: "9",
	})
	wantLines(t, "guesses", report.Guesses, []string{
		"facilities: f.geojson: crs is EPSG:4326, as in every GeoJSON file that says nothing else (RFC 7946)",
		"facilities: f.geojson: id is the id member of each feature",
		"demand: d.geojson: crs is EPSG:4326, as in every GeoJSON file that says nothing else (RFC 7946)",
	})
}

// An id that is a number is the same however its file writes it.
func TestNumbersAsIDs(t *testing.T) {
	t.Parallel()
	s, _ := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study("  facilities: [{file: f.geojson, kind: x}]"),
		"f.geojson": collection(feature(`"id":8.49e+02`, "Point", "[1,2]"), feature(`"id":850.0`, "Point", "[1,2]"),
			feature(`"id":110101199003070000`, "Point", "[1,2]"), feature(`"id":8.515E2`, "Point", "[1,2]")),
	}))
	var ids []string
	for i := range s.Facilities {
		ids = append(ids, s.Facilities[i].ID)
	}
	wantLines(t, "ids", ids, []string{"110101199003070000", "849", "850", "851.5"})
}

// TestConversion: what a system shifts is shifted back, to 1e-9 degrees at the
// most; the source's word goes before the manifest's, which goes before the
// file's own.
func TestConversion(t *testing.T) {
	t.Parallel()
	place := orb.Point{105.05, 29.58}
	for _, tc := range []struct {
		name, manifest, source, file string
		system                       string // that the numbers are in
	}{
		{"source", "crs: EPSG:3857\n", ", crs: GCJ-02", "EPSG:4544", "GCJ-02"},
		{"manifest", "crs: EPSG:4544\n", "", "EPSG:3857", "EPSG:4544"},
		{"file", "", "", "urn:ogc:def:crs:EPSG::4544", "EPSG:4544"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := crs.MustParse(tc.system).FromWGS84(place)
			s, _ := mustImport(t, writeStudy(t, map[string]string{
				"study.yaml": "study: s\n" + tc.manifest + "sources:\n  demand: [{file: d.geojson" + tc.source + "}]\n",
				"d.geojson": fmt.Sprintf(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":%q}},"features":[%s]}`,
					tc.file, feature(`"id":"a","people":1`, "Point", fmt.Sprintf("[%v,%v]", p[0], p[1]))),
			}))
			at := s.Demand[0].At
			if math.Abs(at[0]-place[0]) > 2e-9 || math.Abs(at[1]-place[1]) > 2e-9 {
				t.Errorf("have %v, want %v", at, place)
			}
		})
	}
}

// TestChineseTable is a GBK table with Chinese columns and a table of kinds.
func TestChineseTable(t *testing.T) {
	t.Parallel()
	text, err := simplifiedchinese.GBK.NewEncoder().String(
		"编号,名称,类别,经度,纬度\n0012,东兴小学,小学,105.05,29.58\n0013,影院,电影院,105.05,29.58\n")
	if err != nil {
		t.Fatal(err)
	}
	s, report := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study("  facilities: [{file: poi.csv, crs: GCJ-02, encoding: gbk, kinds: {小学: school}," +
			" where: \"类别 != '' && 编号 == '0012' || 名称 == '影院'\", fields: {id: 编号, name: 名称, kind: 类别}}]"),
		"poi.csv": text,
	}))
	equal(t, "facilities", len(s.Facilities), 1)
	f := s.Facilities[0]
	equal(t, "facility", strings.Join([]string{f.ID, f.Name, f.Kind}, " "), "0012 东兴小学 school")
	equal(t, "balance", fmt.Sprint(report.Sources[0].SetAside), "[{unmapped_kind 1 0}]")
}

// TestWhere says of each expression which of these rows it takes:
//
//	row   n      m      code   size of hall
//	a     5      (no)   0012   9
//	b     (no)   5      12     10
//	c     0      -1.5   x
func TestWhere(t *testing.T) {
	t.Parallel()
	const rows = "id,lon,lat,people,n,m,code,size of hall\na,1,1,1,5,,0012,9\nb,1,1,1,,5,12,10\nc,1,1,1,0,-1.5,x,\n"
	for _, tc := range []struct{ where, want string }{
		{"n > 0", "a"},
		{"n >= 0", "ac"},
		{"n == 5", "a"},
		{"n != 5", "c"}, // a blank is not other than 5 either
		{"n == nil", "b"},
		{"n != nil", "ac"},
		{"n > 0 || m > 0", "ab"},
		{"not (n > 0)", "bc"},
		{"n + m > 4", ""}, // a sum with a blank is not known
		{"m < 0", "c"},
		{"code == 12", "b"},
		{"code == '12'", "b"},
		{"code == '0012'", "a"}, // leading zeros make a code, not a number
		{"code in ['0012', 'x']", "ac"},
		{"m in [5]", "b"},
		{"m not in [5]", "ac"},
		{"code startsWith '1' || n > 0", "ab"},
		{"code contains '12'", "ab"},
		{"m endsWith '5' && !(n > 1)", "bc"},
		{"id startsWith 'a' or code matches '^x'", "ac"},
		{"$env['size of hall'] > 9", "b"}, // as numbers: as texts "9" is larger
		{"let double = n * 2; double > 9", "a"},
		{"true", "abc"},
	} {
		t.Run(tc.where, func(t *testing.T) {
			t.Parallel()
			s, report := mustImport(t, writeStudy(t, map[string]string{
				"study.yaml": study(fmt.Sprintf("  demand: [{file: d.csv, where: %q}]", tc.where)), "d.csv": rows,
			}))
			have := ""
			for _, d := range s.Demand {
				have += d.ID
			}
			equal(t, "rows taken", have, tc.want)
			filtered := 0
			for _, c := range report.Sources[0].SetAside {
				filtered += c.Rows
			}
			equal(t, "rows filtered", filtered, 3-len(tc.want))
		})
	}
}

package geoparquet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kaimen/data/read/internal/geoparquet"
)

// metadata says the least there is to say, and more of the column.
func metadata(more string) string {
	return `{"version":"1.1.0","primary_column":"g","columns":{"g":{"encoding":"WKB","geometry_types":[]` + more + `}}}`
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, crs, fault string }{
		{metadata(""), "EPSG:4326", ""},
		{metadata(`,"crs":null`), "", ""},
		{metadata(`,"crs":{}`), "", ""},
		{metadata(`,"crs":{"name":"x","id":{"authority":"EPSG","code":4544}}`), "EPSG:4544", ""},
		{metadata(`,"crs":{"name":"x","id":{"authority":"OGC","code":"CRS84"}}`), "OGC:CRS84", ""},
		{metadata(`,"crs":{"name":"Xian 1980"}`), "Xian 1980", ""},
		{metadata(`,"crs":4326`), "", "its crs is no PROJJSON"},
		{strings.ReplaceAll(metadata(""), "WKB", "point"), "", `encoded as "point"; read is WKB`},
		{strings.Replace(metadata(""), `"g"`, `"h"`, 1), "", `nothing of a primary column "h"`},
		{"{}", "", `nothing of a primary column ""`},
		{"[]", "", "cannot unmarshal"},
	} {
		got, err := geoparquet.Parse(tc.text)
		switch {
		case tc.fault != "" && (err == nil || !strings.Contains(err.Error(), tc.fault)):
			t.Errorf("%s: %v, want %s", tc.text, err, tc.fault)
		case tc.fault == "" && (err != nil || got != geoparquet.Column{Name: "g", CRS: tc.crs}):
			t.Errorf("%s: %+v, %v, want %s", tc.text, got, err, tc.crs)
		}
	}
}

// FuzzParse: what is taken has a column with a name that is text.
func FuzzParse(f *testing.F) {
	f.Add(metadata(""))
	f.Add(metadata(`,"crs":{"name":"x","id":{"authority":"EPSG","code":4544}}`))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := geoparquet.Parse(text)
		if err == nil && (got.Name == "" || !utf8.ValidString(got.Name) || !utf8.ValidString(got.CRS)) {
			t.Errorf("%q is taken as %+v", text, got)
		}
	})
}

package ogc_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/geo/geojson"
	"kaimen/web/ogc"
)

// Rows come back as they were saved, places to seven decimals.
func TestSavedRowsComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	columns := []coverage.Column{
		{Name: "text", Type: coverage.ColumnText}, {Name: "whole", Type: coverage.ColumnInteger}, {Name: "real", Type: coverage.ColumnReal}, {Name: "flag", Type: coverage.ColumnBoolean},
	}
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(r, "rows")
		var rows []export.Row
		for range n {
			values := []any{
				rapid.String().Draw(r, "text"), rapid.Int64().Draw(r, "whole"), rapid.Float64Range(-1e18, 1e18).Draw(r, "real"), rapid.Bool().Draw(r, "flag"),
			}
			if blank := rapid.IntRange(0, 8).Draw(r, "blank"); blank < len(values) {
				values[blank] = nil
			}
			at := orb.Point{float64(rapid.IntRange(-1800, 1800).Draw(r, "lon")) / 10, float64(rapid.IntRange(-900, 900).Draw(r, "lat")) / 10}
			rows = append(rows, export.Row{Geometry: at, Values: values})
		}
		s := &shelf{}
		id := s.put(t, answer(b.town, "gaps"), tableOf(coverage.ShapePoint, columns, rows...))[0]
		c, err := ogc.NewResults(s).Open(t.Context(), "", id)
		if err != nil || c.Info().Len != n {
			r.Fatalf("%v", err)
		}
		for i := range n {
			f := c.At(i, nil)
			if f.ID != fmt.Sprint(i+1) || f.Geometry != rows[i].Geometry {
				r.Fatalf("row %d is %v, was %v", i, f, rows[i])
			}
			for k, want := range rows[i].Values {
				if got := f.Values[k+1]; got != want {
					r.Fatalf("row %d has %#v, was %#v", i, got, want)
				}
			}
		}
	})
}

// Places are rounded as GeoJSON is written, to the last digit, whatever they are.
func TestSavedPlaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rapid.Check(t, func(r *rapid.T) {
		lon, lat := rapid.Float64Range(-180, 180).Draw(r, "lon"), rapid.Float64Range(-90, 90).Draw(r, "lat")
		s := &shelf{}
		shape := box(lon, lat, lon+1e-6, lat+0.5)
		id := s.put(t, answer(b.town, "gaps"), tableOf(coverage.ShapeMultiPolygon, nil, export.Row{Geometry: shape}))[0]
		c, err := ogc.NewResults(s).Open(t.Context(), "", id)
		if err != nil {
			r.Fatal(err)
		}
		got, errGot := geojson.AppendGeometry(nil, c.At(0, nil).Geometry)
		want, errWant := geojson.AppendGeometry(nil, shape)
		if string(got) != string(want) || errGot != nil || errWant != nil {
			r.Fatalf("%s, want %s", got, want)
		}
	})
}

// Rows that are damaged are an error, and no more than that.
func FuzzSavedRows(f *testing.F) {
	b := setup(f)
	id := strings.Split(b.lines, ".")[2]
	f.Add(b.shelf.body[id])
	f.Fuzz(func(t *testing.T, body []byte) {
		s := &shelf{list: b.shelf.list, body: map[string][]byte{id: body}}
		c, err := ogc.NewResults(s).Open(t.Context(), "", b.lines)
		if err != nil {
			return
		}
		for i := range c.Info().Len {
			c.At(i, nil)
		}
		c.Meeting(orb.Bound{Max: orb.Point{180, 90}})
	})
}

// A byte changed, or the end cut off, is at worst an error.
func TestDamagedRows(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := strings.Split(b.lines, ".")[2]
	whole := b.shelf.body[id]
	rapid.Check(t, func(r *rapid.T) {
		body := slices.Clone(whole[:rapid.IntRange(0, len(whole)).Draw(r, "end")])
		for range rapid.IntRange(0, 3).Draw(r, "changes") {
			if len(body) > 0 {
				body[rapid.IntRange(0, len(body)-1).Draw(r, "at")] = rapid.Byte().Draw(r, "to")
			}
		}
		s := &shelf{list: b.shelf.list, body: map[string][]byte{id: body}}
		c, err := ogc.NewResults(s).Open(t.Context(), "", b.lines)
		if err != nil {
			return
		}
		for i := range c.Info().Len {
			c.At(i, nil)
		}
		c.Meeting(orb.Bound{Max: orb.Point{180, 90}})
	})
}

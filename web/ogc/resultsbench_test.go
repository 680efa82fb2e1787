package ogc_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/web/ogc"
)

// zonesTable is n zones of 16 corners with 24 figures each, as an answer by
// building has.
func zonesTable(n int) export.Table {
	columns := []coverage.Column{{Name: "id", Type: coverage.ColumnText}, {Name: "name", Type: coverage.ColumnText}}
	for i := range 24 {
		columns = append(columns, coverage.Column{Name: fmt.Sprintf("figure_%d", i), Type: coverage.ColumnReal})
	}
	return export.Table{Name: "coverage", Shape: coverage.ShapeMultiPolygon, Columns: columns, Rows: func(yield func(export.Row) bool) {
		for i := range n {
			west, south := 105+float64(i%100)/1000, 29+float64(i/100)/1000
			var ring orb.Ring
			for k := range 17 {
				p := orb.Point{west + float64(k%16)*0.00004321, south}
				if k%16 > 7 {
					p = orb.Point{west + float64(15-k%16)*0.00004321, south + 0.0005123}
				}
				ring = append(ring, p)
			}
			values := []any{fmt.Sprint("z", i), fmt.Sprint("楼栋 ", i)}
			for k := range 24 {
				values = append(values, float64(i*k)/7)
			}
			if !yield(export.Row{ID: fmt.Sprint("z", i), Geometry: orb.MultiPolygon{{ring}}, Values: values}) {
				return
			}
		}
	}}
}

func BenchmarkResults(b *testing.B) {
	bench := setup(b)
	const n = 10_000
	b.Run("save/rows=10k", func(b *testing.B) {
		for b.Loop() {
			rows, err := ogc.Save(answer(bench.town, "coverage"), zonesTable(n))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(rows[0].Body)))
		}
	})
	id := bench.shelf.put(b, answer(bench.town, "coverage"), zonesTable(n))[0]
	b.Run("open/rows=10k", func(b *testing.B) {
		for b.Loop() {
			if _, err := ogc.NewResults(bench.shelf).Open(b.Context(), "", id); err != nil {
				b.Fatal(err)
			}
		}
	})
	asks := func(name, target string) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := bench.get(b, target); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
	asks("items/limit=1000", "/ogc/collections/"+id+"/items?limit=1000")
	asks("box/rows=10k", "/ogc/collections/"+id+"/items?limit=1000&bbox=105.01,29.01,105.02,29.02")
	asks("filter/rows=10k", query("/ogc/collections/"+id+"/items", "limit", "10", "filter", "figure_3 > 100 AND figure_4 < 200"))
	for i := range 1000 {
		a := answer(bench.town, "coverage")
		a.Key = fmt.Sprint(i)
		bench.shelf.put(b, a, zonesTable(1))
	}
	asks("list/results=1000", "/ogc/collections")
	asks("document/results=1000", "/ogc/api")
}

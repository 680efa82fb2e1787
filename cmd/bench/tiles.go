package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/data/export"
	"kaimen/data/gpkg"
	"kaimen/geo/index"
	"kaimen/geo/tile"
	"kaimen/web"
)

// The zooms of a city, from all of it in a few tiles.
const (
	cityZoom  = 10
	drawnEach = 50 // every so many tiles are drawn without preparing, for comparison
)

// cityTile is the address of a tile of a layer.
type cityTile struct {
	layer   coverage.LayerName
	z, x, y uint32
}

// tileRows measures what it takes to answer with a tile that is not kept: all
// tiles of roads and boundaries over the city, zooms 10 to 16. Beside it, tiles
// are drawn from their rows as if nothing had been prepared.
func tileRows(ctx context.Context, work, name string, s *coverage.Snapshot) (rows []row, err error) {
	store, err := gpkg.Open(filepath.Join(work, "tiles.gpkg"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Put(ctx, s); err != nil {
		return nil, err
	}
	library, err := standard.Load()
	if err != nil {
		return nil, err
	}
	server := web.New(web.Options{Engine: analysis.New(store, library), Store: store, TileBytes: 1}) // keeps none
	tiles := cityTiles(s.Bounds())
	largest, bytes := 0, 0
	ask := func(t cityTile) error {
		address := fmt.Sprintf("/tiles/%s/%s/%s/%d/%d/%d.mvt", s.Study.ID, s.ID, t.layer, t.z, t.x, t.y)
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := &counted{header: make(http.Header)}
		server.ServeHTTP(w, r)
		bytes = w.bytes
		largest = max(largest, bytes)
		if w.status >= http.StatusBadRequest {
			return fmt.Errorf("%s: status %d", address, w.status)
		}
		return nil
	}
	start := time.Now()
	for _, t := range firstOfZooms(tiles) {
		if err := ask(t); err != nil {
			return nil, err
		}
	}
	prepared := time.Since(start)
	tiles = slices.DeleteFunc(tiles, func(t cityTile) bool { return ask(t) != nil || bytes == 0 }) // empty ones take no time
	took, err := eachTakes(tiles, ask)
	if err != nil {
		return nil, err
	}
	var some []cityTile
	for i := 0; i < len(tiles); i += drawnEach {
		some = append(some, tiles[i])
	}
	plain := drawers(s)
	plainly, err := eachTakes(some, func(t cityTile) error { return plain[t.layer].draw(t) })
	if err != nil {
		return nil, err
	}
	beside := fmt.Sprintf("drawn from its rows: median %.3g, p99 %.3g ms", middle(plainly), nearlyAll(plainly))
	return []row{
		atMost(name+": a tile that is not kept, zooms 10 to 16, median", middle(took), "ms", 10, beside),
		told(name+": the same, p99", nearlyAll(took), "ms", fmt.Sprintf("%d tiles of two layers; longest %.3g ms", len(tiles), took[len(took)-1])),
		told(name+": largest tile, compressed", float64(largest)/1000, "kB", ""),
		told(name+": two layers made ready, all zooms", prepared.Seconds()*1e3, "ms", fmt.Sprintf("%d roads, %d boundaries", len(s.Roads), len(s.Boundaries))),
	}, nil
}

// cityTiles are the tiles of both layers over a city.
func cityTiles(box orb.Bound) (list []cityTile) {
	for z := uint32(cityZoom); z <= tile.MaxZoom; z++ {
		west, north := tile.At(z, box.LeftTop())
		east, south := tile.At(z, box.RightBottom())
		for x := west; x <= east; x++ {
			for y := north; y <= south; y++ {
				list = append(list, cityTile{coverage.LayerRoads, z, x, y}, cityTile{coverage.LayerBoundaries, z, x, y})
			}
		}
	}
	return list
}

// firstOfZooms are one tile of each layer and zoom.
func firstOfZooms(tiles []cityTile) []cityTile {
	type of struct {
		layer coverage.LayerName
		z     uint32
	}
	seen := make(map[of]bool)
	var list []cityTile
	for _, t := range tiles {
		if !seen[of{t.layer, t.z}] {
			seen[of{t.layer, t.z}] = true
			list = append(list, t)
		}
	}
	return list
}

// eachTakes is what each tile takes, in milliseconds, in ascending order.
func eachTakes(tiles []cityTile, take func(cityTile) error) (list []float64, err error) {
	for _, t := range tiles {
		start := time.Now()
		if err := take(t); err != nil {
			return nil, err
		}
		list = append(list, float64(time.Since(start).Nanoseconds())/1e6)
	}
	slices.Sort(list)
	return list, nil
}

func middle(sorted []float64) float64 { return sorted[len(sorted)/2] }

func nearlyAll(sorted []float64) float64 { return sorted[len(sorted)*99/100] }

// counted counts the bytes of an answer.
type counted struct {
	header        http.Header
	status, bytes int
}

func (w *counted) Header() http.Header { return w.header }

func (w *counted) WriteHeader(status int) { w.status = status }

func (w *counted) Write(b []byte) (int, error) {
	w.bytes += len(b)
	return len(b), nil
}

// drawer draws tiles of a layer from its rows, each anew.
type drawer struct {
	name  string
	rows  []coverage.Row
	from  []int
	boxes *index.Boxes
}

func drawers(s *coverage.Snapshot) map[coverage.LayerName]*drawer {
	list := make(map[coverage.LayerName]*drawer)
	for _, layer := range []coverage.LayerName{coverage.LayerRoads, coverage.LayerBoundaries} {
		table, _ := s.Table(layer)
		rule, _ := export.TileRuleOf(string(layer))
		from := rule.From(table.Columns)
		d := &drawer{name: string(layer)}
		for row := range table.Rows {
			d.rows, d.from = append(d.rows, row), append(d.from, from(row.Values))
		}
		d.boxes = index.NewBoxes(len(d.rows), func(i int) orb.Bound { return d.rows[i].Geometry.Bound() })
		list[layer] = d
	}
	return list
}

func (d *drawer) draw(t cityTile) error {
	meeting := d.boxes.Meeting(tile.Bound(t.z, t.x, t.y), nil)
	set, err := tile.NewSet(func(yield func(tile.Shape) bool) {
		for _, i := range meeting {
			if !yield(tile.Shape{Geometry: d.rows[i].Geometry, From: d.from[i]}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	data, err := set.Level(int(t.z), t.z == tile.MaxZoom).Encode(d.name, t.x, t.y, tile.Properties{
		Keys: []string{"id"}, Values: func(place int) []any { return d.rows[meeting[place]].Values[:1] },
	})
	if err == nil {
		_, err = io.Discard.Write(tile.NewPacker().Pack(data))
	}
	return err
}

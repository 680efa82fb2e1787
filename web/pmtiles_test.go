package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"kaimen/geo/tile"
)

// archived are the tiles of a small PMTiles archive, whose root has them all.
func archived(t testing.TB, b []byte) map[uint64][]byte {
	t.Helper()
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	root, data := unzip(t, b[number(8):][:number(16)]), b[number(56):]
	next := func() uint64 {
		v, n := binary.Uvarint(root)
		root = root[n:]
		return v
	}
	fields := make([][4]uint64, next()) // ID, run, length, offset
	for field := range 4 {
		for i := range fields {
			v := next()
			switch {
			case field == 0 && i > 0:
				v += fields[i-1][0]
			case field == 3 && v == 0:
				v = fields[i-1][3] + fields[i-1][2]
			case field == 3:
				v--
			}
			fields[i][field] = v
		}
	}
	tiles := make(map[uint64][]byte)
	for _, e := range fields {
		if e[1] == 0 {
			t.Fatal("the archive has leaves")
		}
		for k := range e[1] {
			tiles[e[0]+k] = unzip(t, data[e[3]:][:e[2]])
		}
	}
	return tiles
}

func unzip(t testing.TB, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An archive has the tiles that the server gives: the same shapes with the same
// ids, and what is told of them there, at every address of its zooms.
func TestArchiveHasTheServersTiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, layer := range []string{"boundaries", "roads", "buildings"} {
		w := b.get(t, "/api/v1/studies/town/layers/"+layer+"?f=pmtiles")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/vnd.pmtiles" || !strings.Contains(w.Header().Get("Content-Disposition"), layer+".pmtiles") {
			t.Fatalf("%s: status %d, %v", layer, w.Code, w.Header())
		}
		tiles := archived(t, w.Body.Bytes())
		first, last := uint32(w.Body.Bytes()[100]), uint32(w.Body.Bytes()[101])
		if last != 16 || first > 13 {
			t.Errorf("%s: zooms %d to %d", layer, first, last)
		}
		met := 0
		for z := first; z <= last; z++ {
			west, north := tile.At(z, b.town.Bounds().LeftTop())
			east, south := tile.At(z, b.town.Bounds().RightBottom())
			for x := max(west, 1) - 1; x <= min(east+1, 1<<z-1); x++ {
				for y := max(north, 1) - 1; y <= min(south+1, 1<<z-1); y++ {
					served := b.get(t, fill(b, fmt.Sprintf("/tiles/town/{S}/%s/%d/%d/%d.mvt", layer, z, x, y)))
					data, ok := tiles[tile.ID(z, x, y)]
					if ok != (served.Code == http.StatusOK) {
						t.Fatalf("%s %d/%d/%d: in the archive %v, served with %d", layer, z, x, y, ok, served.Code)
					}
					if ok {
						met++
						sameTile(t, fmt.Sprintf("%s %d/%d/%d", layer, z, x, y), served.Body.Bytes(), data)
					}
				}
			}
		}
		if met != len(tiles) {
			t.Errorf("%s: %d tiles of the archive are served, of %d", layer, met, len(tiles))
		}
	}
}

func sameTile(t *testing.T, name string, served, kept []byte) {
	t.Helper()
	want, got := featuresOf(t, served), featuresOf(t, kept)
	if len(want) != len(got) {
		t.Fatalf("%s: %d features served, %d in the archive", name, len(want), len(got))
	}
	for i := range want {
		if want[i].ID != got[i].ID {
			t.Errorf("%s: feature %v is %v in the archive", name, want[i].ID, got[i].ID)
		}
		if diff := cmp.Diff(want[i].Geometry, got[i].Geometry); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for key, value := range want[i].Properties {
			if got[i].Properties[key] != value {
				t.Errorf("%s: %s is %v, in the archive %v", name, key, value, got[i].Properties[key])
			}
		}
	}
}

func featuresOf(t *testing.T, data []byte) []*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(data)
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers: %v", len(layers), err)
	}
	return layers[0].Features
}

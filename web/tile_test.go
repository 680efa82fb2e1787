package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"kaimen/coverage"
)

// drawn is what a tile holds, as far as the server decides it.
type drawn struct {
	layer  string
	extent uint64
	ids    []uint64
	keys   []string
	values []any
}

// eachField walks over the fields of a protocol buffers message.
func eachField(t testing.TB, b []byte, f func(field int, number uint64, bytes []byte)) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		b = b[n:]
		v, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatal("the message breaks off")
		}
		b = b[n:]
		switch key & 7 {
		case 0:
			f(int(key>>3), v, nil)
		case 2:
			if v > uint64(len(b)) {
				t.Fatal("a field is longer than its message")
			}
			f(int(key>>3), 0, b[:v])
			b = b[v:]
		default:
			t.Fatalf("wire type %d, which these layers do not need", key&7)
		}
	}
}

// draw reads a tile of one layer (Mapbox Vector Tile Specification 2.1, 4.1).
func draw(t testing.TB, data []byte) (d drawn) {
	t.Helper()
	layers := 0
	eachField(t, data, func(field int, _ uint64, layer []byte) {
		layers++
		eachField(t, layer, func(field int, number uint64, bytes []byte) {
			switch field {
			case 1:
				d.layer = string(bytes)
			case 2:
				eachField(t, bytes, func(field int, number uint64, _ []byte) {
					if field == 1 {
						d.ids = append(d.ids, number)
					}
				})
			case 3:
				d.keys = append(d.keys, string(bytes))
			case 4:
				eachField(t, bytes, func(field int, number uint64, bytes []byte) {
					if field == 1 {
						d.values = append(d.values, string(bytes))
					} else {
						d.values = append(d.values, number)
					}
				})
			case 5:
				d.extent = number
			}
		})
	})
	if layers != 1 {
		t.Fatalf("%d layers in a tile, want one", layers)
	}
	return d
}

func tileAt(layer string, p orb.Point, zoom maptile.Zoom) string {
	at := maptile.At(p, zoom)
	return fmt.Sprintf("/tiles/town/{S}/%s/%d/%d/%d.mvt", layer, at.Z, at.X, at.Y)
}

func TestTiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	home := orb.Point{105.052, 29.5801}
	for _, tc := range []struct {
		name, target string
		features     int // 0 for an empty tile
		keys         []string
		values       []any
	}{
		{"road", tileAt("roads", home, 16), 1, []string{"class", "id", "name"}, []any{"w1", "residential", "汉安大道"}},
		{"both roads", tileAt("roads", home, 13), 2, []string{"class", "id", "name"}, []any{"w2", "footway"}},
		{"paths and ids come later", tileAt("roads", home, 12), 1, []string{"class", "name"}, []any{"residential"}},
		{"no road so far out", tileAt("roads", home, 11), 0, nil, nil},
		{"boundaries", tileAt("boundaries", home, 11), 3, []string{"id", "level", "name", "parent"}, []any{"c-west", "community", "东兴街道"}},
		{"streets alone", tileAt("boundaries", home, 7), 1, []string{"id", "level", "name"}, []any{"street"}},
		{"one level", tileAt("boundaries.community", home, 11), 2, []string{"id", "level", "name", "parent"}, []any{"c-west", "community"}},
		{"one level, too far out", tileAt("boundaries.community", home, 7), 0, nil, nil},
		{"building", tileAt("buildings", home, 16), 1, []string{"id", "name", "use"}, []any{"b1", "residential", "1栋"}},
		{"elsewhere", tileAt("roads", orb.Point{0, 0}, 14), 0, nil, nil},
		{"layer without rows", tileAt("parcels", home, 14), 0, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := b.get(t, fill(b, tc.target))
			if w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("Cache-Control %s", w.Header().Get("Cache-Control"))
			}
			if tc.features == 0 {
				if w.Code != http.StatusNoContent || w.Body.Len() > 0 {
					t.Fatalf("status %d with %d bytes, want an empty tile", w.Code, w.Body.Len())
				}
				return
			}
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
				t.Fatalf("status %d, type %s\n%s", w.Code, w.Header().Get("Content-Type"), w.Body)
			}
			d := draw(t, w.Body.Bytes())
			slices.Sort(d.keys)
			if d.layer != strings.Split(tc.target, "/")[4] || d.extent != 4096 || len(d.ids) != tc.features || !slices.Equal(d.keys, tc.keys) {
				t.Errorf("layer %s, extent %d, ids %v, keys %v", d.layer, d.extent, d.ids, d.keys)
			}
			for _, value := range tc.values {
				if !slices.Contains(d.values, value) {
					t.Errorf("no value %v in %v", value, d.values)
				}
			}
			if again := b.get(t, fill(b, tc.target)); !slices.Equal(again.Body.Bytes(), w.Body.Bytes()) {
				t.Error("the tile from the cache has other bytes")
			}
		})
	}
}

// A tile of several layers is what each of them has here, in the order of the
// address; each layer is named once.
func TestTilesOfSeveralLayers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	home := orb.Point{105.052, 29.5801}
	for _, tc := range []struct {
		zoom maptile.Zoom
		want []string
	}{
		{16, []string{"roads", "buildings", "boundaries.community"}},
		{11, []string{"boundaries.community"}},
		{7, nil},
	} {
		var alone []byte
		for _, layer := range tc.want {
			part := b.get(t, fill(b, tileAt(layer, home, tc.zoom))).Body.Bytes()
			if d := draw(t, part); d.layer != layer {
				t.Fatalf("zoom %d: the tile of %s holds %s", tc.zoom, layer, d.layer)
			}
			alone = append(alone, part...)
		}
		w := b.get(t, fill(b, tileAt("roads,parcels,buildings,boundaries.community", home, tc.zoom)))
		if !bytes.Equal(w.Body.Bytes(), alone) || (len(alone) == 0) != (w.Code == http.StatusNoContent) {
			t.Errorf("zoom %d: status %d, %d bytes, want those of %v, %d", tc.zoom, w.Code, w.Body.Len(), tc.want, len(alone))
		}
	}

	var set struct {
		MinZoom      int
		VectorLayers []struct {
			ID      string
			Fields  map[string]string
			MinZoom int
		} `json:"vector_layers"`
	}
	w := b.get(t, fill(b, "/tiles/town/{S}/buildings,roads.json"))
	if err := json.Unmarshal(w.Body.Bytes(), &set); err != nil {
		t.Fatal(err)
	}
	if in := set.VectorLayers; len(in) != 2 || in[0].ID != "buildings" || in[1].ID != "roads" || in[1].Fields["class"] != "String" ||
		in[0].MinZoom <= in[1].MinZoom || set.MinZoom != in[1].MinZoom {
		t.Errorf("the set begins at zoom %d with %+v", set.MinZoom, in)
	}

	for _, layers := range []string{"roads,roads", "roads,", "roads,rivers", ","} {
		w := b.get(t, fill(b, tileAt(layers, home, 14)))
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "not_found") {
			t.Errorf("%s: status %d\n%s", layers, w.Code, w.Body)
		}
	}
}

// A tile is kept and sent compressed, once, to those who take it; the tag names
// the bytes that are sent.
func TestTilesAreCompressed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	target := fill(b, tileAt("boundaries", orb.Point{105.052, 29.5801}, 13))
	plain := b.get(t, target)
	for _, takes := range []string{"gzip", "br, gzip;q=0.5", "*", "GZIP"} {
		w := b.get(t, target, "Accept-Encoding", takes)
		if w.Header().Get("Content-Encoding") != "gzip" || strings.Join(w.Header().Values("Vary"), ",") != "Accept-Encoding" {
			t.Fatalf("%s: %v", takes, w.Header())
		}
		r, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(r); err != nil || !bytes.Equal(data, plain.Body.Bytes()) {
			t.Errorf("%s: unpacked once, the tile differs: %v", takes, err)
		}
		tag := w.Header().Get("ETag")
		if !strings.HasPrefix(tag, `"`) || tag == plain.Header().Get("ETag") {
			t.Errorf("%s: tag %s, without compression %s", takes, tag, plain.Header().Get("ETag"))
		}
		if again := b.get(t, target, "Accept-Encoding", takes, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Header().Get("ETag") != tag {
			t.Errorf("%s again: status %d, tag %s", takes, again.Code, again.Header().Get("ETag"))
		}
	}
	for _, refuses := range []string{"", "identity", "gzip;q=0", "gzip;q=0, *", "br"} {
		w := b.get(t, target, "Accept-Encoding", refuses)
		if w.Header().Get("Content-Encoding") != "" || !bytes.Equal(w.Body.Bytes(), plain.Body.Bytes()) || w.Header().Get("ETag") != plain.Header().Get("ETag") {
			t.Errorf("%s: %v", refuses, w.Header())
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Vary %s", refuses, w.Header().Get("Vary"))
		}
	}
}

// A page that is open during an import goes on with the snapshot it knows.
func TestTilesOfAnOlderSnapshot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	newer := snapshot(t, b.town.Study, coverage.Layers{Roads: b.town.Roads}, coverage.Report{})
	if err := b.store.Put(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	target := fill(b, tileAt("buildings", orb.Point{105.052, 29.5801}, 16))
	if w := b.get(t, target); w.Code != http.StatusOK {
		t.Errorf("older snapshot: status %d\n%s", w.Code, w.Body)
	}
	if w := b.get(t, strings.Replace(target, string(b.town.ID), string(newer.ID), 1)); w.Code != http.StatusNoContent {
		t.Errorf("newer snapshot, without buildings: status %d\n%s", w.Code, w.Body)
	}
}

// The address of the tiles is the one the client can reach, and never what a
// forged header makes of it.
func TestTileSetAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	target := fill(b, "/tiles/town/{S}/roads.json")
	for _, tc := range []struct {
		headers []string
		want    string
	}{
		{nil, "http://example.com/tiles/"},
		{[]string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "maps.example.org:8443, 10.0.0.1"}, "https://maps.example.org:8443/tiles/"},
		{[]string{"X-Forwarded-Host", "[2001:db8::1]:80"}, "http://[2001:db8::1]:80/tiles/"},
		{[]string{"X-Forwarded-Proto", "javascript", "X-Forwarded-Host", `evil.com/"><script>`}, "http://example.com/tiles/"},
	} {
		var set struct {
			Tiles        []string
			Bounds       [4]float64
			VectorLayers []struct{ ID string } `json:"vector_layers"`
		}
		w := b.get(t, target, tc.headers...)
		if err := json.Unmarshal(w.Body.Bytes(), &set); err != nil {
			t.Fatal(err)
		}
		if len(set.Tiles) != 1 || !strings.HasPrefix(set.Tiles[0], tc.want) || !strings.HasSuffix(set.Tiles[0], "/roads/{z}/{x}/{y}.mvt") {
			t.Errorf("%v: %v, want %s…", tc.headers, set.Tiles, tc.want)
		}
		if set.Bounds[0] != 105.05 || set.Bounds[2] != 105.07 || len(set.VectorLayers) != 1 || set.VectorLayers[0].ID != "roads" {
			t.Errorf("bounds %v, layers %v", set.Bounds, set.VectorLayers)
		}
	}
}

// No tile address may bring the server down or pass for an internal error.
func FuzzTilePath(f *testing.F) {
	b := setup(f)
	c := readContract(f)
	f.Add(string(b.town.ID), "roads", "14", "12972", "6790")
	f.Add(string(b.wood.ID), "boundaries", "0", "0", "0")
	f.Add(string(b.town.ID), "buildings,boundaries", "13", "6486", "3395")
	f.Add("x", "..", "-1", fmt.Sprint(uint64(math.MaxUint64)), "1e3")
	f.Add(string(b.town.ID), "landcover", "32", "4294967296", "00")
	f.Fuzz(func(t *testing.T, snapshot, layer, z, x, y string) {
		path := fmt.Sprintf("/tiles/town/%s/%s/%s/%s/%s.mvt", url.PathEscape(snapshot), url.PathEscape(layer),
			url.PathEscape(z), url.PathEscape(x), url.PathEscape(y))
		w := b.get(t, path)
		if w.Code >= 500 {
			t.Errorf("%s: status %d\n%s", path, w.Code, w.Body)
		}
		if w.Code < 300 || w.Code >= 400 {
			c.check(t, http.MethodGet, path, w)
		}
	})
}

// No query may bring the server down, and every refusal is a problem.
func FuzzQuery(f *testing.F) {
	b := setup(f)
	c := readContract(f)
	for i, query := range []string{
		"kind=pocket_park&level=community&cutoff_min=15&f=json", "kind=school&cutoff_m=1e300", "kind&kind=&=&f=csv&bom=T",
		"level=street&limit=-1", "bbox=1,2,3,4,5&limit=99999999999999999999", "bbox=NaN,Inf,0x1p-2,", "%zz&;a=b", "cutoff_min=0x1p-1000&kind=school",
	} {
		f.Add(i, query)
	}
	paths := []string{
		"/api/v1/studies/town/coverage", "/api/v1/studies/town/gaps", "/api/v1/studies/town/layers/boundaries",
		"/api/v1/studies/town/layers/facilities", "/api/v1/studies/town",
	}
	f.Fuzz(func(t *testing.T, which int, query string) {
		path := paths[uint(which)%uint(len(paths))]
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.RawQuery = query
		w := b.do(r)
		if w.Code >= 500 {
			t.Errorf("%s?%s: status %d\n%s", path, query, w.Code, w.Body)
		}
		c.check(t, http.MethodGet, path, w)
	})
}

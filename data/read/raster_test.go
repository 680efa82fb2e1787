package read_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/data/read"
)

// cells is a whole grid, row after row.
func cells(t testing.TB, g *read.Grid) []float64 {
	t.Helper()
	var out []float64
	must(t, g.Rows(0, 0, g.Width, g.Height, func(_ int, values []float64) error {
		out = append(out, values...)
		return nil
	}))
	return out
}

// Every form that GDAL writes reads as GDAL itself reads it: each cell, the
// place, the coordinate system.
func TestRasterAgainstGDAL(t *testing.T) {
	t.Parallel()
	source := filepath.Join(sharedData(t, "porto-alegre"), "poa_elevation.tif")
	scaled := []string{"-scale", "0", "255", "-3.7", "100000"}
	for _, tc := range []struct {
		name, options string
		more          []string
	}{
		{"bytes in strips", "", nil},
		{"uint16 tiled lzw 2", "TILED=YES COMPRESS=LZW PREDICTOR=2 BLOCKXSIZE=64 BLOCKYSIZE=32", []string{"-ot", "UInt16"}},
		{"int16 deflate 2", "COMPRESS=DEFLATE PREDICTOR=2", []string{"-ot", "Int16", "-scale", "0", "255", "-3000", "3000"}},
		{"int32 packbits", "COMPRESS=PACKBITS", append([]string{"-ot", "Int32"}, scaled...)},
		{"uint32 big endian lzw 2", "ENDIANNESS=BIG COMPRESS=LZW PREDICTOR=2", []string{"-ot", "UInt32", "-scale", "0", "255", "0", "4e9"}},
		{"float32 tiled deflate 3", "TILED=YES COMPRESS=DEFLATE PREDICTOR=3 BLOCKXSIZE=128 BLOCKYSIZE=128", append([]string{"-ot", "Float32", "-a_nodata", "-3.7"}, scaled...)},
		{"float64 big endian deflate 3", "ENDIANNESS=BIG COMPRESS=DEFLATE PREDICTOR=3", append([]string{"-ot", "Float64"}, scaled...)},
		{"float32 lzw 2", "COMPRESS=LZW PREDICTOR=2 BLOCKYSIZE=7", append([]string{"-ot", "Float32"}, scaled...)},
		{"two bands by cell", "INTERLEAVE=PIXEL COMPRESS=LZW PREDICTOR=2", []string{"-b", "1", "-b", "1", "-ot", "Int16"}},
		{"two bands apart", "INTERLEAVE=BAND TILED=YES", []string{"-b", "1", "-b", "1"}},
		{"bigtiff sparse", "BIGTIFF=YES SPARSE_OK=TRUE TILED=YES", []string{"-srcwin", "0", "0", "413", "403", "-a_nodata", "0", "-scale", "200", "255", "0", "1"}},
		{"projected", "COMPRESS=LZW", []string{"-a_srs", "EPSG:4544", "-a_ullr", "500000", "3270000", "510000", "3260000"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path, raw := filepath.Join(dir, "a.tif"), filepath.Join(dir, "raw")
			args := append([]string{"-q"}, tc.more...)
			for _, o := range strings.Fields(tc.options) {
				args = append(args, "-co", o)
			}
			run(t, "gdal_translate", append(args, source, path)...)
			run(t, "gdal_translate", "-q", "-of", "ENVI", "-ot", "Float64", "-b", "1", path, raw)
			g, err := read.Raster(path, read.Options{})
			must(t, err)
			nodata, has := g.NoData()
			want, err := os.ReadFile(raw)
			must(t, err)
			got := cells(t, g)
			if len(got)*8 != len(want) || len(got) != 413*403 {
				t.Fatalf("%d cells", len(got))
			}
			for i, x := range got {
				w := math.Float64frombits(binary.LittleEndian.Uint64(want[8*i:]))
				if has && w == nodata {
					w = math.NaN()
				}
				if x != w && !(math.IsNaN(x) && math.IsNaN(w)) {
					t.Fatalf("cell %d is %v, in GDAL %v", i, x, w)
				}
			}
			samePlace(t, path, g)
			must(t, g.Close())
		})
	}
}

func samePlace(t *testing.T, path string, g *read.Grid) {
	t.Helper()
	var info struct {
		GeoTransform [6]float64
		Stac         struct {
			Code int `json:"proj:epsg"`
		}
	}
	must(t, json.Unmarshal(run(t, "gdalinfo", "-json", path), &info))
	for i, w := range info.GeoTransform {
		if math.Abs(g.Transform[i]-w) > 1e-9*math.Max(1, math.Abs(w)) {
			t.Errorf("the place is %v, in GDAL %v", g.Transform, info.GeoTransform)
			break
		}
	}
	if want := fmt.Sprintf("EPSG:%d", info.Stac.Code); g.CRS != want {
		t.Errorf("crs %s, in GDAL %s", g.CRS, want)
	}
}

// The middle of each cell and its value, as GDAL lists them, and a window that
// lies across several tiles.
func TestRasterPlaces(t *testing.T) {
	t.Parallel()
	source := filepath.Join(sharedData(t, "porto-alegre"), "poa_elevation.tif")
	path := filepath.Join(t.TempDir(), "a.tif")
	run(t, "gdal_translate", "-q", "-co", "TILED=YES", "-co", "BLOCKXSIZE=32", "-co", "BLOCKYSIZE=16", "-mo", "AREA_OR_POINT=Point", source, path)
	list := bufio.NewScanner(bytes.NewReader(run(t, "gdal_translate", "-q", "-of", "XYZ", "-srcwin", "20", "10", "50", "40", path, "/vsistdout/")))
	g, err := read.Raster(path, read.Options{})
	must(t, err)
	must(t, g.Rows(20, 10, 50, 40, func(row int, values []float64) error {
		for i, v := range values {
			if !list.Scan() {
				return fmt.Errorf("the list ends")
			}
			var x, y, want float64
			if _, err := fmt.Sscan(list.Text(), &x, &y, &want); err != nil {
				return err
			}
			column := 20 + float64(i) + 0.5
			gotX, gotY := g.Transform[0]+column*g.Transform[1], g.Transform[3]+(float64(row)+0.5)*g.Transform[5]
			if v != want || math.Abs(gotX-x) > 1e-9 || math.Abs(gotY-y) > 1e-9 {
				return fmt.Errorf("row %d: %v at %v %v, want %v at %v %v", row, v, gotX, gotY, want, x, y)
			}
		}
		return nil
	}))
	if err := g.Rows(400, 0, 14, 1, nil); err == nil || !strings.Contains(err.Error(), "read a.tif: a window of 14 by 1 cells at column 400, row 0 is not inside 413 by 403") {
		t.Error(err)
	}
	must(t, g.Close())
}

// drawTIFF is a grid of 2 by 2 bytes, with tags changed by more.
func drawTIFF(more map[uint16]uint32) []byte {
	tags := map[uint16]uint32{256: 2, 257: 2, 258: 8, 259: 1, 273: 8, 277: 1, 278: 2, 279: 4}
	for k, v := range more {
		tags[k] = v
	}
	b := append([]byte("II*\x00\x0c\x00\x00\x00"), 1, 2, 3, 4)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(tags)+2))
	place := uint32(12 + 2 + 12*(len(tags)+2))
	entry := func(tag, kind uint16, count, value uint32) {
		b = binary.LittleEndian.AppendUint16(b, tag)
		b = binary.LittleEndian.AppendUint16(b, kind)
		b = binary.LittleEndian.AppendUint32(b, count)
		b = binary.LittleEndian.AppendUint32(b, value)
	}
	for tag := range uint16(340) {
		if v, ok := tags[tag]; ok {
			entry(tag, 4, 1, v)
		}
	}
	entry(33550, 12, 3, place)
	entry(33922, 12, 6, place+24)
	for _, x := range []float64{1, 1, 0, 0, 0, 0, 105, 30, 0} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}

func openTIFF(t testing.TB, b []byte) ([]float64, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.tif")
	must(t, os.WriteFile(path, b, 0o600))
	g, err := read.Raster(path, read.Options{})
	if err != nil {
		return nil, err
	}
	defer g.Close()
	var out []float64
	width, height := min(g.Width, 64), min(g.Height, 64)
	err = g.Rows(0, 0, width, height, func(_ int, values []float64) error {
		out = append(out, values...)
		return nil
	})
	return out, err
}

func TestRasterFaults(t *testing.T) {
	t.Parallel()
	if got, err := openTIFF(t, drawTIFF(nil)); err != nil || fmt.Sprint(got) != "[1 2 3 4]" {
		t.Fatal(got, err)
	}
	for _, tc := range []struct {
		name string
		more map[uint16]uint32
		want string
	}{
		{"size claimed", map[uint16]uint32{256: 1 << 30, 257: 1 << 30}, "read a.tif: it states a size of 1073741824 by 1073741824 cells; read are 1 to 16777216"},
		{"rows claimed", map[uint16]uint32{257: 1 << 24}, "take 8388608 strips or tiles, and lists 1"},
		{"tile claimed", map[uint16]uint32{322: 1 << 20, 323: 1 << 20, 324: 8, 325: 4}, "it states strips or tiles of 1048576 by 1048576 cells"},
		{"no tile", map[uint16]uint32{322: 0, 323: 0, 324: 8, 325: 4}, "it states strips or tiles of 0 by 0 cells"},
		{"outside", map[uint16]uint32{273: 1 << 20}, "strip or tile 0: its 4 bytes at byte 1048576 lie outside the file"},
		{"short", map[uint16]uint32{279: 3}, "it holds 3 bytes, and its cells need 4"},
		{"compression", map[uint16]uint32{259: 7}, "its compression is number 7; read are none, LZW"},
		{"damaged lzw", map[uint16]uint32{259: 5}, "strip or tile 0: "},
		{"bits", map[uint16]uint32{258: 1}, "its values have 1 bits"},
		{"bands", map[uint16]uint32{277: 1 << 30}, "it has 1073741824 bands"},
		{"nothing", map[uint16]uint32{256: 0}, "it states a size of 0 by 2 cells"},
	} {
		if _, err := openTIFF(t, drawTIFF(tc.more)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
	}
	whole := drawTIFF(nil)
	for n := range len(whole) {
		if _, err := openTIFF(t, whole[:n]); err == nil {
			t.Errorf("%d of %d bytes were enough", n, len(whole))
		}
	}
}

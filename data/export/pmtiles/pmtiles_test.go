package pmtiles_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/export/pmtiles"
)

// reader reads an archive as the specification has it, and accepts nothing that
// it forbids.
type reader struct {
	t        testing.TB
	bytes    []byte
	tiles    map[uint64][]byte // packed, by ID
	order    []uint64
	metadata map[string]any
	header
}

type header struct {
	root, metadata, leaves, data section
	Addressed, Entries, Contents uint64
	MinZoom, MaxZoom, Center     int
	Bounds                       [4]float64
	Middle                       [2]float64
	leafDirectories              int
}

type section struct{ offset, length uint64 }

func open(t testing.TB, b []byte) *reader {
	t.Helper()
	r := &reader{t: t, bytes: b, tiles: make(map[uint64][]byte)}
	if len(b) < 127 || string(b[:7]) != "PMTiles" || b[7] != 3 {
		t.Fatalf("no header of version 3: %q", b[:min(8, len(b))])
	}
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	degrees := func(at int) float64 { return float64(int32(binary.LittleEndian.Uint32(b[at:]))) / 1e7 }
	r.header = header{
		root: section{number(8), number(16)}, metadata: section{number(24), number(32)}, leaves: section{number(40), number(48)}, data: section{number(56), number(64)},
		Addressed: number(72), Entries: number(80), Contents: number(88),
		MinZoom: int(b[100]), MaxZoom: int(b[101]), Center: int(b[118]),
		Bounds: [4]float64{degrees(102), degrees(106), degrees(110), degrees(114)}, Middle: [2]float64{degrees(119), degrees(123)},
	}
	if b[96] != 1 || b[97] != 2 || b[98] != 2 || b[99] != 1 {
		t.Fatalf("clustered, compressions and type: %v", b[96:100])
	}
	end := uint64(127)
	for _, s := range []section{r.root, r.header.metadata, r.leaves, r.data} {
		if s.offset != end {
			t.Fatalf("a section begins at %d, the one before ends at %d", s.offset, end)
		}
		end += s.length
	}
	if end != uint64(len(b)) || r.root.offset+r.root.length > 16384 {
		t.Fatalf("sections end at %d of %d, the root at %d", end, len(b), r.root.offset+r.root.length)
	}
	if err := json.Unmarshal(r.unpack(r.in(r.header.metadata, 0, r.header.metadata.length)), &r.metadata); err != nil {
		t.Fatal(err)
	}
	r.directory(r.root, true)
	r.counts()
	return r
}

func (r *reader) in(s section, offset, length uint64) []byte {
	if offset > s.length || length > s.length-offset {
		r.t.Fatalf("%d bytes at %d do not lie in a section of %d", length, offset, s.length)
	}
	return r.bytes[s.offset+offset:][:length]
}

func (r *reader) unpack(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

type row struct{ id, run, length, offset uint64 }

// directory reads the entries of a directory and of the leaves below it.
func (r *reader) directory(at section, mayLead bool) {
	b := r.unpack(r.bytes[at.offset:][:at.length])
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			r.t.Fatal("a directory breaks off")
		}
		b = b[n:]
		return v
	}
	rows := make([]row, next())
	if len(rows) == 0 {
		r.t.Fatal("an empty directory")
	}
	id := uint64(0)
	for i := range rows {
		step := next()
		if id += step; i > 0 && step == 0 {
			r.t.Fatal("an ID stands twice")
		}
		rows[i].id = id
	}
	for i := range rows {
		rows[i].run = next()
	}
	for i := range rows {
		if rows[i].length = next(); rows[i].length == 0 {
			r.t.Fatal("an entry of no bytes")
		}
	}
	for i := range rows {
		switch v := next(); {
		case v > 0:
			rows[i].offset = v - 1
		case i == 0:
			r.t.Fatal("the first entry follows none")
		default:
			rows[i].offset = rows[i-1].offset + rows[i-1].length
		}
	}
	if len(b) > 0 {
		r.t.Fatal("bytes after a directory")
	}
	for _, e := range rows {
		r.entry(e, mayLead)
	}
}

func (r *reader) entry(e row, mayLead bool) {
	if e.run == 0 {
		if !mayLead {
			r.t.Fatal("a leaf leads to a leaf")
		}
		r.in(r.leaves, e.offset, e.length)
		r.leafDirectories++
		first := len(r.order)
		r.directory(section{r.leaves.offset + e.offset, e.length}, false)
		if r.order[first] != e.id {
			r.t.Fatalf("the leaf of %d begins with %d", e.id, r.order[first])
		}
		return
	}
	data := r.in(r.data, e.offset, e.length)
	for k := range e.run {
		if n := len(r.order); n > 0 && r.order[n-1] >= e.id+k {
			r.t.Fatalf("tile %d follows %d", e.id+k, r.order[n-1])
		}
		r.tiles[e.id+k] = data
		r.order = append(r.order, e.id+k)
	}
	r.Entries-- // counted back to none
}

// counts holds what the header counts against what there is. Contents stand in
// the order of the first tile that has them.
func (r *reader) counts() {
	contents := make(map[string]bool)
	end := uint64(0)
	for _, id := range r.order {
		data := r.tiles[id]
		if !contents[string(data)] {
			contents[string(data)] = true
			if string(r.in(r.data, end, uint64(len(data)))) != string(data) {
				r.t.Fatalf("tile %d does not follow the one before", id)
			}
			end += uint64(len(data))
		}
	}
	if r.Addressed != uint64(len(r.tiles)) || r.Entries != 0 || r.Contents != uint64(len(contents)) || end != r.data.length {
		r.t.Errorf("%d tiles, %d entries too many, %d contents, %d bytes; there are %d, %d, %d", r.Addressed, r.Entries, r.Contents, r.data.length, len(r.tiles), len(contents), end)
	}
}

// zoomOf is the zoom of a tile: 1, 4, 16 … IDs belong to each.
func (r *reader) zoomOf(id uint64) (z int) {
	for n := uint64(1); id >= n; n *= 4 {
		id -= n
		z++
	}
	return z
}

func written(t testing.TB, table export.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pmtiles.Write(t.Context(), &b, table); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// grid is a table of squares side by side, some with no place.
func grid(n int, side float64) export.Table {
	return export.Table{
		Name: "coverage", Head: map[string]string{"study": "town"}, Shape: coverage.ShapeMultiPolygon,
		Columns: []coverage.Column{
			{Name: "id", Type: coverage.ColumnText},
			{Name: "people", Type: coverage.ColumnInteger},
			{Name: "rate", Type: coverage.ColumnReal},
			{Name: "old", Type: coverage.ColumnBoolean},
		},
		Rows: func(yield func(export.Row) bool) {
			if !yield(export.Row{ID: "nowhere", Values: []any{"nowhere", int64(1), nil, nil}}) {
				return
			}
			for i := range n * n {
				x, y := 105+side*float64(i%n), 29+side*float64(i/n)
				ring := orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
				id := fmt.Sprintf("0%d", i)
				if !yield(export.Row{ID: id, Geometry: orb.MultiPolygon{{ring}}, Values: []any{id, int64(-i), float64(i) / 7, i%2 == 0}}) {
					return
				}
			}
		},
	}
}

// Every row with a place is in the innermost tiles with all its values, whoever
// reads them; what has no place is told.
func TestWrite(t *testing.T) {
	t.Parallel()
	const n, side = 12, 0.004
	table := grid(n, side)
	r := open(t, written(t, table))
	if r.MaxZoom != 16 || r.MinZoom < 4 || r.MinZoom > 10 || r.Center != r.MinZoom {
		t.Errorf("zooms %d to %d, center %d", r.MinZoom, r.MaxZoom, r.Center)
	}
	if diff := cmp.Diff([4]float64{105, 29, 105.048, 29.048}, r.Bounds); diff != "" || r.Middle != [2]float64{105.024, 29.024} {
		t.Error(diff, r.Middle)
	}
	about := r.metadata["kaimen"].(map[string]any)
	if about["rows"] != 145.0 || about["rows_without_place"] != 1.0 || fmt.Sprint(about["without_place"], about["table"]) != "[nowhere] map[study:town]" {
		t.Errorf("%v", about)
	}
	layers := r.metadata["vector_layers"].([]any)
	want := map[string]any{"id": "coverage", "minzoom": float64(r.MinZoom), "maxzoom": 16.0, "fields": map[string]any{"id": "String", "people": "Number", "rate": "Number", "old": "Boolean"}}
	if diff := cmp.Diff([]any{want}, layers); diff != "" {
		t.Error(diff)
	}
	seen := make(map[uint64]map[string]any)
	zooms := make(map[int]int)
	for id, data := range r.tiles {
		zooms[r.zoomOf(id)]++
		for _, f := range features(t, r.unpack(data), "coverage") {
			if r.zoomOf(id) == 16 {
				seen[uint64(f.ID.(float64))] = f.Properties
			}
		}
	}
	for z := range 17 {
		if (zooms[z] > 0) != (z >= r.MinZoom) {
			t.Errorf("%d tiles at zoom %d", zooms[z], z)
		}
	}
	place := uint64(0)
	for row := range table.Rows {
		place++
		if row.Geometry == nil {
			if seen[place] != nil {
				t.Errorf("row %d has no place and is drawn", place)
			}
			continue
		}
		got := seen[place]
		if got == nil || got["id"] != row.Values[0] || got["people"] != float64(row.Values[1].(int64)) || got["rate"] != row.Values[2] || got["old"] != row.Values[3] {
			t.Errorf("row %d is %v", place, got)
		}
	}
}

func features(t testing.TB, data []byte, layer string) []*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 1 || layers[0].Name != layer || layers[0].Version != 2 || layers[0].Extent != 4096 {
		t.Fatalf("%+v", layers)
	}
	return layers[0].Features
}

// Inside a large area all tiles are alike: their contents are kept once, and
// runs of them take one entry.
func TestAlikeTilesAreKeptOnce(t *testing.T) {
	t.Parallel()
	table := grid(1, 0.2)
	r := open(t, written(t, table))
	if r.Addressed < 1000 || r.Contents*4 > r.Addressed {
		t.Errorf("%d tiles have %d contents", r.Addressed, r.Contents)
	}
	if entries := binary.LittleEndian.Uint64(r.bytes[80:]); entries*2 > r.Addressed {
		t.Errorf("%d entries for %d tiles", entries, r.Addressed)
	}
	// The middle tile is covered whole.
	at := maptile.At(orb.Point{105.1, 29.1}, 16)
	f := features(t, r.unpack(r.tiles[curve(16, at.X, at.Y)]), "coverage")
	want := orb.Polygon{{{-80, -80}, {4176, -80}, {4176, 4176}, {-80, 4176}, {-80, -80}}}
	if len(f) != 1 || f[0].Geometry.Bound() != want.Bound() {
		t.Errorf("%+v", f)
	}
}

// curve is the ID of a tile by a walk along the curve as the specification draws
// it.
func curve(z int, x, y uint32) uint64 {
	id, n := uint64(0), uint64(1)
	for range z {
		id += n
		n *= 4
	}
	// Each rule is a quarter's four parts in order: where each lies and by which
	// rule it goes on. Rule 0 goes down, right, up; 1 right, down, left; 2 left,
	// up, right; 3 up, left, down.
	rules := [4][4][3]uint32{
		{{0, 0, 1}, {0, 1, 0}, {1, 1, 0}, {1, 0, 2}},
		{{0, 0, 0}, {1, 0, 1}, {1, 1, 1}, {0, 1, 3}},
		{{1, 1, 3}, {0, 1, 2}, {0, 0, 2}, {1, 0, 0}},
		{{1, 1, 2}, {1, 0, 3}, {0, 0, 3}, {0, 1, 1}},
	}
	rule, place := uint32(0), uint64(0)
	for s := z - 1; s >= 0; s-- {
		for k, part := range rules[rule] {
			if part[0] == x>>s&1 && part[1] == y>>s&1 {
				place, rule = 4*place+uint64(k), part[2]
				break
			}
		}
	}
	return id + place
}

// Dots far and wide make more entries than a root has room for: leaves have
// them, and every row is found.
func TestLeafDirectories(t *testing.T) {
	t.Parallel()
	const n = 12_000
	table := export.Table{
		Name: "dots", Shape: coverage.ShapePoint, Columns: []coverage.Column{{Name: "id", Type: coverage.ColumnInteger}},
		Rows: func(yield func(export.Row) bool) {
			for i := range n {
				at := orb.Point{float64(i*7919%36000)/100 - 180, float64(i*104729%16000)/100 - 80}
				if !yield(export.Row{Geometry: at, Values: []any{int64(i)}}) {
					return
				}
			}
		},
	}
	r := open(t, written(t, table))
	if r.leafDirectories < 2 {
		t.Errorf("%d leaves", r.leafDirectories)
	}
	found := make(map[any]bool)
	for id, data := range r.tiles {
		if r.zoomOf(id) == r.MaxZoom {
			for _, f := range features(t, r.unpack(data), "dots") {
				found[f.Properties["id"]] = true
			}
		}
	}
	if len(found) != n || r.MinZoom != 0 {
		t.Errorf("%d of %d rows from zoom %d to %d", len(found), n, r.MinZoom, r.MaxZoom)
	}
}

// Whatever the tiles: an archive of them, read back, has each with its contents,
// and leaves where the root has little room.
func TestArchiveReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.OneOf(rapid.Just(uint64(1)), rapid.Uint64Range(1, 1<<30)), 1, 300).Draw(rt, "steps")
		contents := make([]string, len(steps))
		ids := make([]uint64, len(steps))
		id := uint64(0)
		for i, step := range steps {
			id += step
			ids[i] = id
			contents[i] = rapid.OneOf(rapid.SampledFrom([]string{"sea", "land"}), rapid.StringN(1, 40, -1)).Draw(rt, "content")
		}
		room := rapid.SampledFrom([]int{100, 400, 16257}).Draw(rt, "room")
		b, err := pmtiles.Archived(ids, contents, room)
		if err != nil {
			rt.Fatal(err)
		}
		r := open(t, b)
		if !slices.Equal(r.order, ids) {
			rt.Fatalf("%d tiles, want %d", len(r.order), len(ids))
		}
		for i, id := range ids {
			if got := string(r.unpack(r.tiles[id])); got != contents[i] {
				rt.Fatalf("tile %d is %q, want %q", id, got, contents[i])
			}
		}
	})
}

// The same table gives the same bytes.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(written(t, grid(5, 0.01)), written(t, grid(5, 0.01))) {
		t.Error("two archives of one table differ")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	table := grid(0, 1) // one row, without a place
	if err := pmtiles.Write(t.Context(), io.Discard, table); coverage.CodeOf(err) != coverage.Unsupported || !strings.Contains(err.Error(), "coverage") {
		t.Errorf("%v", err)
	}
	table = grid(3, 0.01)
	if err := pmtiles.Write(t.Context(), broken{}, table); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	rows := 0
	table.Rows = func(yield func(export.Row) bool) {
		for row := range grid(40, 0.01).Rows {
			if rows++; rows == 1100 {
				cancel()
			}
			if !yield(row) {
				return
			}
		}
	}
	if err := pmtiles.Write(ctx, io.Discard, table); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

var errBroken = errors.New("broken pipe")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// GDAL, where it knows the format, finds every row of the innermost zoom.
func TestGDAL(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr of GDAL is not installed")
	}
	formats, err := exec.Command(tool, "--formats").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(formats, []byte("PMTiles")) {
		t.Skip("this GDAL has no PMTiles driver (it came with 3.8)")
	}
	path := filepath.Join(t.TempDir(), "coverage.pmtiles")
	if err := os.WriteFile(path, written(t, grid(6, 0.004)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-f", "CSV", "/vsistdout/", path, "-sql", "SELECT DISTINCT id FROM coverage").Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(strings.Fields(string(out))) - 1; n != 36 {
		t.Errorf("%d rows: %s", n, out)
	}
}

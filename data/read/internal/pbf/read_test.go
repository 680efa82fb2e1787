package pbf_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaimen/data/read/internal/pbf"
)

// A writer of the format, small enough to be read at a glance.

func bytesField(number int, parts ...[]byte) []byte {
	data := bytes.Join(parts, nil)
	out := binary.AppendUvarint(nil, uint64(number)<<3|2)
	out = binary.AppendUvarint(out, uint64(len(data)))
	return append(out, data...)
}

func numberField(number int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(number)<<3), v)
}

// packed writes plain numbers, deltas the signed differences between them.
func packed(list ...uint64) []byte {
	var out []byte
	for _, v := range list {
		out = binary.AppendUvarint(out, v)
	}
	return out
}

func deltas(list ...int64) []byte {
	var out []byte
	last := int64(0)
	for _, v := range list {
		out = binary.AppendVarint(out, v-last) // the zigzag form, as sint64 has it
		last = v
	}
	return out
}

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// fileBlock frames a blob that is there already.
func fileBlock(kind string, blob []byte) []byte {
	header := append(bytesField(1, []byte(kind)), numberField(3, uint64(len(blob)))...)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(header))), header...), blob...)
}

func zlibBlock(kind string, content []byte) []byte {
	return fileBlock(kind, append(numberField(2, uint64(len(content))), bytesField(3, deflate(content))...))
}

func rawBlock(kind string, content []byte) []byte { return fileBlock(kind, bytesField(1, content)) }

func header(features ...string) []byte {
	var content []byte
	for _, f := range features {
		content = append(content, bytesField(4, []byte(f))...)
	}
	return zlibBlock("OSMHeader", content)
}

func table(words ...string) []byte {
	var out []byte
	for _, w := range words {
		out = append(out, bytesField(1, []byte(w))...)
	}
	return bytesField(1, out)
}

func group(parts ...[]byte) []byte { return bytesField(2, parts...) }

func way(id uint64, keys, vals, refs []byte) []byte {
	return bytesField(3, numberField(1, id), bytesField(2, keys), bytesField(3, vals), bytesField(8, refs))
}

func dense(ids, lats, lons []byte) []byte {
	return bytesField(2, bytesField(1, ids), bytesField(8, lats), bytesField(9, lons))
}

// pairs writes the tags of dense nodes; a zero ends those of each.
func pairs(list ...uint64) []byte { return bytesField(10, packed(list...)) }

func rel(id uint64, keys, vals, roles, ids, kinds []byte) []byte {
	return bytesField(4, numberField(1, id), bytesField(2, keys), bytesField(3, vals), bytesField(8, roles), bytesField(9, ids), bytesField(10, kinds))
}

type element struct {
	ID       int64
	Lon, Lat int64
	Highway  string
	Refs     []int64
	Tags     string // of nodes; of relations the type and the roles
}

func readAll(file []byte) (out []element, err error) {
	err = pbf.Read(context.Background(), bytes.NewReader(file), pbf.Handler{
		Node: func(n *pbf.Node) error {
			e := element{ID: n.ID, Lon: n.Lon, Lat: n.Lat}
			err := n.Tags(func(k, v []byte) { e.Tags += string(k) + "=" + string(v) + ";" })
			if n.Tagged() != (e.Tags != "") && err == nil {
				return errors.New("tagged or not")
			}
			out = append(out, e)
			return err
		},
		Way: func(w *pbf.Way) error {
			refs, err := w.Refs(nil)
			w.Tags(func(_, _ []byte) {})
			out = append(out, element{ID: w.ID, Highway: w.Tag("highway"), Refs: refs})
			return err
		},
		Relation: func(r *pbf.Relation) error {
			e := element{ID: r.ID, Tags: r.Tag("type")}
			err := r.Members(func(role []byte, kind pbf.MemberKind, id int64) {
				e.Refs = append(e.Refs, int64(kind), id)
				e.Tags += " " + string(role)
			})
			out = append(out, e)
			return err
		},
	})
	return out, err
}

func soundFile() []byte {
	nodes := bytes.Join([][]byte{
		numberField(17, 1000), numberField(19, 5), numberField(20, ^uint64(6)), // granularity; offsets 5 and -7
		table("", "barrier", "gate", "kerb"),
		group(dense(deltas(10, 7, 20), deltas(-300, 2, 1), deltas(1051234567, 0, 1))),
		group(bytesField(1, numberField(1, zigzag(-4)), numberField(8, zigzag(9)), numberField(9, zigzag(-9)))),
		group(bytesField(2, bytesField(1, deltas(1, 2, 3)), bytesField(8, deltas(0, 0, 0)), bytesField(9, deltas(0, 0, 0)), pairs(0, 1, 2, 3, 3, 0, 0))),
		group(bytesField(1, numberField(1, zigzag(4)), bytesField(2, packed(1)), bytesField(3, packed(2)))),
	}, nil)
	ways := bytes.Join([][]byte{
		table("", "highway", "path", "type"),
		group(way(77, packed(3, 1), packed(0, 2), deltas(10, 7, 10)), way(78, nil, nil, nil)),
		group(rel(91, packed(3), packed(2), packed(2, 1), deltas(700, 5), packed(1, 0))),
	}, nil)
	return bytes.Join([][]byte{
		header("OsmSchema-V0.6", "DenseNodes"), zlibBlock("OSMData", nodes),
		rawBlock("Unheard", []byte("of")), rawBlock("OSMData", ways),
	}, nil)
}

func TestRead(t *testing.T) {
	t.Parallel()
	got, err := readAll(soundFile())
	if err != nil {
		t.Fatal(err)
	}
	want := []element{
		{ID: 10, Lon: 1051234567*1000 - 7, Lat: -300*1000 + 5},
		{ID: 7, Lon: -7, Lat: 2*1000 + 5},
		{ID: 20, Lon: 1000 - 7, Lat: 1000 + 5},
		{ID: -4, Lon: -9007, Lat: 9005},
		{ID: 1, Lon: -7, Lat: 5},
		{ID: 2, Lon: -7, Lat: 5, Tags: "barrier=gate;kerb=kerb;"},
		{ID: 3, Lon: -7, Lat: 5},
		{ID: 4, Lon: -7, Lat: 5, Tags: "barrier=gate;"},
		{ID: 77, Highway: "path", Refs: []int64{10, 7, 10}},
		{ID: 78},
		{ID: 91, Tags: "path path highway", Refs: []int64{1, 700, 0, 5}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A cut anywhere but between two blocks is an error, never a shorter answer.
func TestCutFile(t *testing.T) {
	t.Parallel()
	file := soundFile()
	ends := map[int]bool{}
	_ = pbf.Read(context.Background(), bytes.NewReader(file), pbf.Handler{Done: func(n int64) { ends[int(n)] = true }})
	if len(ends) != 4 || !ends[len(file)] {
		t.Fatalf("blocks end at %v of %d bytes", ends, len(file))
	}
	for n := range file {
		if _, err := readAll(file[:n]); (err == nil) != ends[n] {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func TestDamagedFile(t *testing.T) {
	t.Parallel()
	head := header("OsmSchema-V0.6")
	data := func(content ...[]byte) []byte {
		return append(bytes.Clone(head), zlibBlock("OSMData", bytes.Join(content, nil))...)
	}
	declared := func(size uint64) []byte {
		h := append(bytesField(1, []byte("OSMData")), numberField(3, size)...)
		return append(append(binary.BigEndian.AppendUint32(bytes.Clone(head), uint32(len(h))), h...), 1, 2, 3)
	}
	blob := func(b ...[]byte) []byte {
		return append(bytes.Clone(head), fileBlock("OSMData", bytes.Join(b, nil))...)
	}
	for _, tc := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "the file is empty"},
		{"another file", []byte("PK\x03\x04 a zip archive"), "not an OSM PBF file"},
		{"no header first", rawBlock("OSMData", nil), `begins with a block of type "OSMData"`},
		{"history", header("OsmSchema-V0.6", "HistoricalInformation"), `"HistoricalInformation", which is not supported`},
		{"negative length", declared(^uint64(0)), "is declared"},
		{"huge length", declared(1 << 40), "is declared"},
		{"long block, little there", declared(30 << 20), "ends in the middle"},
		{"unpacks to more", blob(numberField(2, 3), bytesField(3, deflate(make([]byte, 1<<20)))), "than the 3 declared"},
		{"unpacks to less", blob(numberField(2, 100), bytesField(3, deflate(nil))), "than the 100 declared"},
		{"huge unpacked size", blob(numberField(2, 1<<40), bytesField(3, deflate(nil))), "more than the"},
		{"negative unpacked size", blob(numberField(2, ^uint64(0)), bytesField(3, deflate(nil))), "more than the"},
		{"not zlib", blob(numberField(2, 3), bytesField(3, []byte("abc"))), "does not unpack"},
		{"zstd", blob(numberField(2, 3), bytesField(7, []byte("abc"))), "otherwise than with zlib"},
		{"tag beyond the strings", data(table("a"), group(way(5, packed(0), packed(1), nil))), "way 5: a tag or role refers to string 1 of 1"},
		{"key without value", data(table("a"), group(way(5, packed(0, 0), packed(0), nil))), "another number of keys"},
		{"node without latitude", data(group(dense(deltas(1, 2), deltas(1), deltas(1, 2)))), "do not match"},
		{"endless number", data(group(dense(bytes.Repeat([]byte{0xff}, 20), deltas(1), deltas(1)))), "do not match"},
		{"broken refs", data(table("a"), group(way(5, nil, nil, []byte{0x80}))), "way 5: its list of nodes"},
		{"node's tag beyond the strings", data(table("a"), group(bytesField(2, bytesField(1, deltas(6)), bytesField(8, deltas(1)), bytesField(9, deltas(1)), pairs(1, 9, 0)))), "node 6: a tag or role refers to string 1 of 1"},
		{"node's key without value", data(table("", "a"), group(bytesField(2, bytesField(1, deltas(6)), bytesField(8, deltas(1)), bytesField(9, deltas(1)), pairs(1, 0)))), "node 6: its tags have another number"},
		{"tags of too few nodes", data(group(bytesField(2, bytesField(1, deltas(6, 7)), bytesField(8, deltas(1, 1)), bytesField(9, deltas(1, 1)), pairs(0)))), "numbers and tags do not match"},
		{"tags of too many nodes", data(group(bytesField(2, bytesField(1, deltas(6)), bytesField(8, deltas(1)), bytesField(9, deltas(1)), pairs(0, 0)))), "numbers and tags do not match"},
		{"role beyond the strings", data(table("a"), group(rel(9, nil, nil, packed(1), deltas(1), packed(1)))), "relation 9: a tag or role refers to string 1 of 1"},
		{"member without id", data(table("a"), group(rel(9, nil, nil, packed(0), nil, packed(1)))), "relation 9: its lists of members"},
		{"member without role", data(table("a"), group(rel(9, nil, nil, nil, deltas(1), packed(1)))), "relation 9: its lists of members"},
		{"member of no kind", data(table("a"), group(rel(9, nil, nil, packed(0), deltas(1), packed(7)))), "relation 9: its lists of members"},
		{"field longer than its message", data([]byte{0x12, 0x7f, 1}), "a record is broken"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if _, err := readAll(tc.file); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v, want %q", err, tc.want)
			}
		})
	}
}

func TestHandlerEndsReading(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	err := pbf.Read(context.Background(), bytes.NewReader(soundFile()), pbf.Handler{Way: func(*pbf.Way) error { return stop }})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(soundFile())
	f.Add(header("OsmSchema-V0.6"))
	f.Fuzz(func(_ *testing.T, file []byte) { _, _ = readAll(file) })
}

// FuzzBlock reaches behind the compression, where FuzzRead seldom gets.
func FuzzBlock(f *testing.F) {
	f.Add(bytes.Join([][]byte{table("", "highway"), group(way(1, packed(1), packed(0), deltas(1, 2)))}, nil))
	f.Add(bytes.Join([][]byte{numberField(17, 100), group(dense(deltas(1, 2), deltas(3, 4), deltas(5, 6)))}, nil))
	f.Add(bytes.Join([][]byte{table("", "a"), group(bytesField(2, bytesField(1, deltas(6)), bytesField(8, deltas(1)), bytesField(9, deltas(1)), pairs(1, 1, 0)))}, nil))
	f.Add(bytes.Join([][]byte{table("type"), group(rel(9, packed(0), packed(0), packed(0), deltas(1), packed(1)))}, nil))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = readAll(append(header("OsmSchema-V0.6"), rawBlock("OSMData", content)...))
	})
}

package read_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/data/read"
)

// dbfFile draws a table: columns as "NAME C 10", cells padded to their width; a
// row that begins with * is deleted.
func dbfFile(language byte, columns []string, rows ...[]string) string {
	var fields []byte
	var widths []int
	width := 1
	for _, c := range columns {
		var name string
		var kind byte
		var n int
		_, _ = fmt.Sscanf(c, "%s %c %d", &name, &kind, &n)
		d := make([]byte, 32)
		copy(d[:11], name)
		d[11], d[16] = kind, byte(n)
		fields, widths, width = append(fields, d...), append(widths, n), width+n
	}
	head := make([]byte, 32)
	head[0], head[29] = 3, language
	binary.LittleEndian.PutUint32(head[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(head[8:], uint16(32+len(fields)+1))
	binary.LittleEndian.PutUint16(head[10:], uint16(width))
	out := append(append(head, fields...), 0x0D)
	for _, row := range rows {
		mark := byte(' ')
		if row[0] == "*" {
			mark, row = '*', row[1:]
		}
		out = append(out, mark)
		for i, cell := range row {
			out = append(out, (cell + strings.Repeat(" ", widths[i]))[:widths[i]]...)
		}
	}
	return string(append(out, 0x1A))
}

func TestDBFCells(t *testing.T) {
	t.Parallel()
	text := dbfFile(0, []string{"id N 12", "id N 6", "t C 4", "yes L 1", "day D 8", "memo M 10"},
		[]string{"0511011.000", "+.50", "ab", "T", "20261123", "7"},
		[]string{"*", "1", "1", "x", "F", "20261123", ""},
		[]string{"123456789012", "******", "\x00zz", "?", "00000000", ""},
		[]string{"-1.5E+03", "1.#INF", " a ", "n", "2026", ""},
	)
	s, err := read.From(strings.NewReader(text), "a.dbf", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"id", "id_2", "t", "yes", "day", "memo"}, s.Columns()); diff != "" {
		t.Error(diff)
	}
	var got []string
	if err := errors.Join(s.Each(func(r read.Record) error {
		f := r.Fields
		got = append(got, fmt.Sprintln(r.Line, r.Err, f["id"], f["id_2"], f["t"], f["yes"], f["day"], f["memo"]))
		return nil
	}), s.Close()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2 <nil> 511011 0.5 ab true 2026-11-23 <nil>\n",
		"4 <nil> 123456789012 <nil> <nil> <nil> <nil> <nil>\n",
		"5 <nil> -1.5E+03 1.#INF a false 2026 <nil>\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, note := range []string{"column memo is of type M and is not read", "1 rows are marked as deleted and were passed over", "1 numbers did not fit their column (****) and are blank"} {
		if !slices.Contains(s.Notes(), note) {
			t.Errorf("%q is not in %q", note, s.Notes())
		}
	}
}

// The same text in three encodings, with each way of saying which; a column of
// seven bytes cuts the third or fourth character.
func TestDBFEncodings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text, page, word string
		language               byte
		want, note             string
	}{
		{"word wins", gbk(t, "内江公园"), "UTF-8", "gbk", 0x03, "内江公", ""},
		{"cpg", gbk(t, "内江公园"), "936\n", "", 0x03, "内江公", "encoding is 936, as the .cpg says"},
		{"ansi", gbk(t, "内江公园"), "ANSI 936", "", 0, "内江公", "encoding is ANSI 936, as the .cpg says"},
		{"byte 29", gbk(t, "内江公园"), "", "", 0x4D, "内江公", "encoding is gbk, as byte 29 of the .dbf (0x4D) says"},
		{"detected", gbk(t, "内江公园"), "", "", 0x57, "内江公", "encoding is gb18030, as the text is not UTF-8 and nothing says what it is"},
		{"utf-8 detected", "内江公", "", "", 0, "内江", "encoding is utf-8, as all of the text is, and nothing says what it is"},
		{"unknown page", gbk(t, "内江公园"), "KLINGON", "", 0x4D, "内江公", `encoding is gbk, as byte 29 of the .dbf (0x4D) says; the .cpg says "KLINGON", which is not known`},
		{"utf-8 by page", "a公园", "65001", "", 0, "a公园", "encoding is 65001, as the .cpg says"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "a.dbf")
			for name, text := range map[string]string{path: dbfFile(tc.language, []string{"t C 7"}, []string{tc.text}), filepath.Join(dir, "A.CPG"): tc.page} {
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, got := all(t, path, read.Options{Encoding: tc.word})
			if got[0].Fields["t"] != tc.want || got[0].Err != nil {
				t.Errorf("%v %v, want %s", got[0].Fields, got[0].Err, tc.want)
			}
			if tc.note != "" && !slices.Contains(s.Notes(), tc.note) {
				t.Errorf("%q is not in %q", tc.note, s.Notes())
			}
		})
	}
}

func TestDBFFaults(t *testing.T) {
	t.Parallel()
	huge := []byte(dbfFile(0, []string{"t C 200"}, []string{"a"}))
	binary.LittleEndian.PutUint32(huge[4:], 50_000_000) // times 201 bytes
	wide := []byte(dbfFile(0, []string{"t C 9"}, []string{"a"}))
	wide[32+16] = 200
	for _, tc := range []struct{ name, text, want string }{
		{"ten gigabytes", string(huge), "read a.dbf: the header states 50000000 rows of 201 bytes, 10050000065 bytes in all, and the file has 267"},
		{"wide column", string(wide), "column 1 ends at byte 201 of rows of 10 bytes"},
		{"empty", "", "the file has 0 bytes"},
		{"zeros", strings.Repeat("\x00", 100), "this is no .dbf"},
		{"cut header", string(huge[:40]), "bytes in all, and the file has 40"},
	} {
		if _, err := read.From(strings.NewReader(tc.text), "a.dbf", read.Options{}); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
	}
}

// shpFile draws a .shp of raw contents.
func shpFile(contents ...[]byte) string {
	out := make([]byte, 100)
	binary.BigEndian.PutUint32(out, 9994)
	for i, c := range contents {
		out = binary.BigEndian.AppendUint32(out, uint32(i+1))
		out = binary.BigEndian.AppendUint32(out, uint32(len(c)/2))
		out = append(out, c...)
	}
	return string(out)
}

// content is a shape with parts.
func content(kind uint32, parts ...[]orb.Point) []byte {
	b := binary.LittleEndian.AppendUint32(nil, kind)
	b = append(b, make([]byte, 32)...)
	total := uint32(0)
	var starts, points []byte
	for _, p := range parts {
		starts = binary.LittleEndian.AppendUint32(starts, total)
		total += uint32(len(p))
		for _, q := range p {
			points, _ = binary.Append(points, binary.LittleEndian, q)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(parts)))
	b = binary.LittleEndian.AppendUint32(b, total)
	return append(append(b, starts...), points...)
}

func square(x, y, side float64) []orb.Point {
	return []orb.Point{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

// Rings nest by where they lie, whichever way they run: all here run
// counterclockwise, against the format.
func TestRings(t *testing.T) {
	t.Parallel()
	touching := []orb.Point{{0, 0}, {3, 1}, {1, 3}, {0, 0}} // a hole that touches its outline in a corner
	for _, tc := range []struct {
		name  string
		parts [][]orb.Point
		want  string // rings of each polygon
	}{
		{"one", [][]orb.Point{square(0, 0, 9)}, "[1]"},
		{"hole before outline", [][]orb.Point{square(1, 1, 2), square(0, 0, 9)}, "[2]"},
		{"island in a lake", [][]orb.Point{square(0, 0, 9), square(1, 1, 7), square(2, 2, 5), square(3, 3, 1)}, "[2 2]"},
		{"side by side", [][]orb.Point{square(0, 0, 1), square(1, 0, 1), square(2, 0, 1)}, "[1 1 1]"},
		{"touching hole", [][]orb.Point{square(0, 0, 9), touching}, "[2]"},
		{"same ring twice", [][]orb.Point{square(0, 0, 9), square(0, 0, 9)}, "[1 1]"},
		{"not closed", [][]orb.Point{square(0, 0, 9)[:4]}, "[1]"},
	} {
		_, got, err := records(t, "a.shp", shpFile(content(5, tc.parts...)), read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var sizes []int
		polygons, ok := got[0].Geometry.(orb.MultiPolygon)
		if !ok {
			polygons = orb.MultiPolygon{got[0].Geometry.(orb.Polygon)}
		}
		for _, p := range polygons {
			sizes = append(sizes, len(p))
			for i, ring := range p {
				if want := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; ring.Orientation() != want || !ring.Closed() {
					t.Errorf("%s: ring %v", tc.name, ring)
				}
			}
		}
		if fmt.Sprint(sizes) != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, sizes, tc.want)
		}
	}
}

func TestShapeFaults(t *testing.T) {
	t.Parallel()
	claims := content(5, square(0, 0, 1))
	binary.LittleEndian.PutUint32(claims[40:], 1<<31)
	manyParts := content(3, square(0, 0, 1))
	binary.LittleEndian.PutUint32(manyParts[36:], 1<<31)
	backward := content(3, square(0, 0, 1), square(0, 0, 1))
	binary.LittleEndian.PutUint32(backward[48:], 99)
	for _, tc := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"points claimed", claims, "the shape states 2147483648 points and has bytes for 5"},
		{"parts claimed", manyParts, "the shape states 2147483648 parts"},
		{"parts out of order", backward, "part 1 runs from point 0 to 99 of 10"},
		{"short line", content(3, square(0, 0, 1)[:1]), "part 1 of the line has 1 points"},
		{"short ring", content(5, square(0, 0, 1)[:2]), "ring 1 has 3 points"},
		{"multipatch", content(31, square(0, 0, 1)), "multipatch"},
		{"unknown kind", content(77, square(0, 0, 1)), "no shape is of kind 77"},
		{"empty", nil, "no room for its kind"},
	} {
		_, got, err := records(t, "a.shp", shpFile(tc.content, content(3, square(0, 0, 1))), read.Options{})
		if err != nil || len(got) != 2 || got[0].Err == nil || !strings.Contains(got[0].Err.Error(), tc.want) || got[1].Err != nil {
			t.Errorf("%s: %v %v, want %s", tc.name, err, got, tc.want)
		}
	}
	whole := shpFile(content(5, square(0, 0, 1)))
	if _, _, err := records(t, "a.shp", whole[:len(whole)-3], read.Options{}); err == nil || !strings.Contains(err.Error(), "read a.shp: shape 1 states a length of 128 bytes where 125 are left") {
		t.Error(err)
	}
	if _, _, err := records(t, "a.shp", "PK"+strings.Repeat("\x00", 200), read.Options{}); err == nil || !strings.Contains(err.Error(), "this is no .shp") {
		t.Error(err)
	}
}

func FuzzShapefile(f *testing.F) {
	table := dbfFile(0, []string{"t C 7", "n N 5"}, []string{"a", "1"}, []string{"*", "b", "2"})
	f.Add(shpFile(content(5, square(0, 0, 9), square(1, 1, 2)), content(13, square(0, 0, 1))), table, "gbk")
	f.Add(shpFile(content(1), content(8), nil), "", "")
	f.Fuzz(func(t *testing.T, shapes, table, page string) {
		dir := t.TempDir()
		for name, text := range map[string]string{"a.shp": shapes, "a.dbf": table, "a.cpg": page, "a.prj": page} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, err := read.Open(filepath.Join(dir, "a.shp"), read.Options{})
		if err != nil {
			return
		}
		n := 0
		_ = s.Each(func(read.Record) error { n++; return nil })
		if n > len(shapes)+len(table) {
			t.Errorf("%d records of %d bytes", n, len(shapes)+len(table))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

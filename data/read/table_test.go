package read_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"kaimen/data/read"
)

// records reads a text under a file name; faults are in the records.
func records(t testing.TB, name, text string, o read.Options) ([]string, []read.Record, error) {
	t.Helper()
	s, err := read.From(strings.NewReader(text), name, o)
	if err != nil {
		return nil, nil, err
	}
	var out []read.Record
	err = s.Each(func(r read.Record) error {
		out = append(out, r)
		return nil
	})
	return s.Columns(), out, errors.Join(err, s.Close())
}

func gbk(t testing.TB, text string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTableForms(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("编号\t名称\na\t公园\n")
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, "编号,名称\na,公园\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, file, text, encoding string }{
		{"comma", "a.csv", "编号,名称\na,公园\n", ""},
		{"no last line end", "a.csv", "编号,名称\na,公园", "UTF-8"},
		{"windows", "a.CSV", "编号,名称\r\na,公园\r\n", ""},
		{"byte order mark", "a.csv", "\uFEFF编号,名称\na,公园\n", ""},
		{"semicolon", "a.csv", "编号;名称\na;公园\n", ""},
		{"tab in txt", "a.txt", "编号\t名称\na\t公园\n", ""},
		{"tsv", "a.tsv", "编号\t名称\na\t公园\n", ""},
		{"gbk", "a.csv", gbk(t, "编号,名称\na,公园\n"), "gbk"},
		{"gb18030", "a.csv", gbk(t, "编号,名称\na,公园\n"), "GB18030"},
		{"mark against a wrong word", "a.csv", "\uFEFF编号,名称\na,公园\n", "gbk"},
		{"utf-16", "a.txt", utf16, ""},
		{"quotes and blanks", "a.csv", "\"编号\", 名称 \n\"a\",\u3000公园 \n", ""},
		{"delimiter of another kind in quotes", "a.csv", "\"编号\",\"名称\"\na,公园\n", ""},
		{"rows of delimiters", "a.csv", "编号,名称,,\na,公园,,\n,,,\n", ""},
		{"gzip", "a.csv.gz", zipped.String(), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			columns, got, err := records(t, tc.file, tc.text, read.Options{Encoding: tc.encoding})
			if err != nil {
				t.Fatal(err)
			}
			want := []read.Record{{Line: 2, Fields: map[string]any{"编号": "a", "名称": "公园"}}}
			if diff := cmp.Diff(want, got) + cmp.Diff([]string{"编号", "名称"}, columns); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Rows count as in a spreadsheet: blank lines are rows, lines inside a cell
// are not. A faulty row is told and the next is read.
func TestTableRows(t *testing.T) {
	t.Parallel()
	_, got, err := records(t, "a.csv", strings.Join([]string{
		`id,name`,          // row 1
		`a,"two`, `lines"`, // row 2
		``,         // row 3
		`b,`,       // row 4
		`c`,        // row 5
		`d,x,y`,    // row 6
		`e,x,`,     // row 7: a blank cell too many does no harm
		`f,a"b`,    // row 8
		`g,"a"b`,   // row 9
		`h,last,,`, // row 10
	}, "\n"), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range got {
		line := fmt.Sprintf("%d %v %v", r.Line, r.Fields["id"], r.Fields["name"])
		if r.Err != nil {
			line += ": " + r.Err.Error()
		}
		lines = append(lines, line)
	}
	want := []string{
		"2 a two\nlines", "4 b <nil>", "5 c <nil>: the row has 1 cells, the header 2",
		"6 d x: the row has 3 cells, the header 2", "7 e x",
		`8 <nil> <nil>: a cell has a " inside; put the cell in quotes and write "" for it`,
		`9 <nil> <nil>: a quoted cell does not end before the next delimiter; a " inside is written ""`,
		"10 h last",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestTableFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, file, text, encoding, want string }{
		{"empty", "a.csv", "", "", "read a.csv: the file is empty"},
		{"no names", "a.csv", " ,\n1,2\n", "", "names no column"},
		{"names twice", "a.csv", "id,x,id,x,x\n", "", "row 1: the header names more than one column id, x;"},
		{"gbk not declared", "a.csv", gbk(t, "编号,名称\n"), "", "row 1: the text is not UTF-8; if it is Chinese text in GBK, say so with encoding: gbk"},
		{"gbk in a row", "a.csv", "id,name\na,b\nc," + gbk(t, "公园"), "", "read a.csv: row 3: the text is not UTF-8"},
		{"zero bytes", "a.csv", "id\n\x00\n", "", "row 2: the text holds a zero byte"},
		{"unknown encoding", "a.csv", "id\n", "klingon", `encoding "klingon" is not known; known are utf-8`},
		{"unknown ending", "a.dwg", "", "", "this format is not known; known endings are .csv .dbf .geojson"},
		{"not gzip", "a.csv.gz", "id\n", "", "read a.csv.gz: "},
	} {
		_, _, err := records(t, tc.file, tc.text, read.Options{Encoding: tc.encoding})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
	if _, err := read.Open(filepath.Join(t.TempDir(), "none.csv"), read.Options{}); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "read none.csv: ") {
		t.Error(err)
	}
	if _, err := read.From(nil, "a.dwg", read.Options{}); !errors.Is(err, read.ErrFormat) {
		t.Error(err)
	}
}

func TestGeoJSONSource(t *testing.T) {
	t.Parallel()
	text := `{"type":"FeatureCollection","features":[
		{"type":"Feature","id":5,"geometry":null,"properties":{"b":1,"a":"x"}},
		{"type":"Feature","geometry":{"type":"Point"},"properties":{"c":null}}]}`
	columns, got, err := records(t, "a.geojson", text, read.Options{})
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	if diff := cmp.Diff([]string{"b", "a", "c"}, columns); diff != "" {
		t.Error(diff)
	}
	if got[0].ID != "5" || got[0].Line != 1 || got[0].Err != nil || got[1].Err == nil || got[1].Line != 2 {
		t.Errorf("%+v", got)
	}
	if _, _, err := records(t, "a.json", `{`, read.Options{}); err == nil || !strings.HasPrefix(err.Error(), "read a.json: byte 1: ") {
		t.Error(err)
	}
	feature := `{"type":"Feature","geometry":null,"properties":{"名":"东兴"}}`
	if _, got, err := records(t, "a.json", gbk(t, feature), read.Options{Encoding: "gbk"}); err != nil || got[0].Fields["名"] != "东兴" {
		t.Error(got, err)
	}
}

func TestOpenFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("id\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := read.Open(path, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("enough")
	if err := s.Each(func(read.Record) error { return stop }); err != stop {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func FuzzTable(f *testing.F) {
	f.Add("id,name\na,\"b\n\"\n\n,,\n", "")
	f.Add("\uFEFFid;name\n1;2\n", "gbk")
	f.Add("\xff\xfei\x00d\x00\n\x00", "utf-16")
	f.Fuzz(func(t *testing.T, text, encoding string) {
		columns, got, _ := records(t, "a.csv", text, read.Options{Encoding: encoding})
		last := 1
		for _, r := range got {
			if r.Line <= last || len(r.Fields) > len(columns) {
				t.Errorf("row %d after %d, %d fields of %d columns", r.Line, last, len(r.Fields), len(columns))
			}
			last = r.Line
		}
	})
}

func ExampleFrom() {
	s, err := read.From(strings.NewReader("id,lon,lat\np1,105.05,29.58\n"), "parks.csv", read.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Columns())
	err = s.Each(func(r read.Record) error {
		fmt.Println(r.Line, r.Fields["id"], r.Fields["lon"])
		return nil
	})
	fmt.Println(err)
	// Output:
	// [id lon lat]
	// 2 p1 105.05
	// <nil>
}

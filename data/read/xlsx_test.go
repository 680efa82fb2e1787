package read_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"kaimen/data/read"
)

// drawWorkbook returns a workbook after f has filled its sheet.
func drawWorkbook(t testing.TB, f func(w *excelize.File, sheet string)) string {
	t.Helper()
	w := excelize.NewFile()
	f(w, "Sheet1")
	var out bytes.Buffer
	if err := w.Write(&out); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWorkbookCells(t *testing.T) {
	t.Parallel()
	text := drawWorkbook(t, func(w *excelize.File, sheet string) {
		custom := `yyyy"年"m"月"d"日"`
		red := `[Red]0.00;"my dashes"0`
		date, err := w.NewStyle(&excelize.Style{CustomNumFmt: &custom})
		must(t, err)
		money, err := w.NewStyle(&excelize.Style{CustomNumFmt: &red})
		must(t, err)
		must(t, w.SetSheetRow(sheet, "A1", &[]any{"编号", " 经度 ", "人口", "日期"}))
		must(t, w.SetSheetRow(sheet, "A2", &[]any{"511011001001000018", 0.1 + 0.2, 1200, 46349})) // 2026-11-23
		must(t, w.SetCellStyle(sheet, "D2", "D2", date))
		must(t, w.SetSheetRow(sheet, "A4", &[]any{"007", 105.0552171, 1234567890123456789, time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)}))
		must(t, w.SetCellStyle(sheet, "B4", "B4", money))
		must(t, w.SetCellStr(sheet, "A5", "b"))
		must(t, w.SetCellBool(sheet, "C5", true))
		must(t, w.SetCellFormula(sheet, "D5", "1+1"))
		must(t, w.SetCellStr(sheet, "F5", "too far"))
		must(t, w.MergeCell(sheet, "A7", "B8"))
	})
	s, err := read.From(strings.NewReader(text), "a.xlsx", read.Options{})
	must(t, err)
	var got []string
	must(t, s.Each(func(r read.Record) error {
		got = append(got, fmt.Sprint(r.Line, " ", r.Fields["编号"], " ", r.Fields["经度"], " ", r.Fields["人口"], " ", r.Fields["日期"], " ", r.Err))
		return nil
	}))
	want := []string{
		"2 511011001001000018 0.3 1200 2026-11-23 <nil>",
		"4 007 105.0552171 1234567890123456768 2026-11-23T06:30:00 <nil>",
		"5 b <nil> 1 <nil> 日期: cell D5 holds a formula without its value; open the file in a spreadsheet program and save it\nthe row has 6 cells, the header 4",
	}
	if diff := cmp.Diff(want, got) + cmp.Diff([]string{"编号", "经度", "人口", "日期"}, s.Columns()); diff != "" {
		t.Error(diff)
	}
	wantNotes := []string{
		"the sheet is Sheet1", "1 merged cells below the header hold their value in their first cell alone",
		"1 numbers have more than the 15 digits that a workbook keeps; ids of that length must be cells of text",
	}
	if diff := cmp.Diff(wantNotes, s.Notes()); diff != "" {
		t.Error(diff)
	}
	must(t, s.Close())
}

func TestWorkbookFaults(t *testing.T) {
	t.Parallel()
	two := drawWorkbook(t, func(w *excelize.File, sheet string) {
		must(t, w.SetSheetRow(sheet, "A1", &[]any{"2026年设施统计表"}))
		must(t, w.SetSheetRow(sheet, "A2", &[]any{"id", "name"}))
		must(t, w.MergeCell(sheet, "A1", "B1"))
		_, err := w.NewSheet("设施")
		must(t, err)
		must(t, w.SetSheetRow("设施", "A1", &[]any{"id", "id"}))
	})
	bomb := zipped(t, "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", strings.Repeat(" ", 300<<20))
	for _, tc := range []struct{ name, text, layer, want string }{
		{"merged header", two, "", "read a.xlsx: row 1: the cells A1:B1 are merged; the first row must be the header"},
		{"name twice", two, "设施", "row 1: the header names more than one column id"},
		{"no such sheet", two, "x", `the workbook has no sheet "x"; there are: Sheet1, 设施`},
		{"empty", drawWorkbook(t, func(*excelize.File, string) {}), "", "the sheet Sheet1 is empty"},
		{"no workbook", "id,name\n", "", "this is no workbook that can be read"},
		{"bomb", bomb, "", "unzip size exceeds the 268435456 bytes limit"},
	} {
		_, _, err := records(t, "a.xlsx", tc.text, read.Options{Layer: tc.layer})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
	}
}

// A sheet that GDAL wrote comes back as the table it was made from.
func TestWorkbookFromGDAL(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.csv"), filepath.Join(dir, "OUT.XLSX")
	must(t, os.WriteFile(in, []byte("编号,人口,经度,日期\nb-01,12,105.123456789012,2026/11/23\nc,7,0.1,2026/01/02\n"), 0o600))
	run(t, "ogr2ogr", "-f", "XLSX", out, in, "-oo", "AUTODETECT_TYPE=YES")
	_, got := all(t, out, read.Options{})
	want := []read.Record{
		{Line: 2, Fields: map[string]any{"编号": "b-01", "人口": "12", "经度": "105.123456789012", "日期": "2026-11-23"}},
		{Line: 3, Fields: map[string]any{"编号": "c", "人口": "7", "经度": "0.1", "日期": "2026-01-02"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzWorkbook gives the reader whole files. A change of one byte mostly breaks
// the packing; FuzzSheet gets further.
func FuzzWorkbook(f *testing.F) {
	f.Add(drawWorkbook(f, func(w *excelize.File, sheet string) {
		must(f, w.SetSheetRow(sheet, "A1", &[]any{"id", "n"}))
		must(f, w.SetSheetRow(sheet, "A2", &[]any{"a", 0.5}))
	}))
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = records(t, "a.xlsx", text, read.Options{})
	})
}

// partsOf unpacks a workbook into its parts.
func partsOf(t testing.TB, workbook string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(workbook), int64(len(workbook)))
	must(t, err)
	parts := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		must(t, r.Close())
		parts[f.Name] = string(text)
	}
	return parts
}

// FuzzSheet changes the texts within a workbook: rows, shared strings, number
// formats. Cells are text or nothing, each in a column of the header.
func FuzzSheet(f *testing.F) {
	parts := partsOf(f, drawWorkbook(f, func(w *excelize.File, sheet string) {
		must(f, w.SetSheetRow(sheet, "A1", &[]any{"id", "n"}))
	}))
	const sheet, shared, styles = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
	f.Add(`<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>n</t></is></c>`, `<c r="A2" s="1"><v>46349.25</v></c><c r="B2"><v>1e-3</v></c>`, "<si><t>id</t></si>", "yyyy/m")
	f.Add(`<c r="A1" t="str"><v>id</v></c>`, `<c r="A2"><f>1+1</f></c><c r="C2" t="b"><v>1</v></c>`, "", "General")
	f.Fuzz(func(t *testing.T, header, row, texts, format string) {
		parts := maps.Clone(parts)
		const book = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
		parts[sheet] = "<worksheet " + book + `><sheetData><row r="1">` + header + `</row><row r="2">` + row + "</row></sheetData></worksheet>"
		parts[shared] = "<sst " + book + ">" + texts + "</sst>"
		parts[styles] = "<styleSheet " + book + `><numFmts><numFmt numFmtId="170" formatCode="` + html.EscapeString(format) + `"/></numFmts>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`
		var pairs []string
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			pairs = append(pairs, name, parts[name])
		}
		columns, rows, err := records(t, "a.xlsx", zipped(t, pairs...), read.Options{})
		if err != nil {
			return
		}
		for _, r := range rows {
			for name, value := range r.Fields {
				if _, text := value.(string); !slices.Contains(columns, name) || value != nil && !text {
					t.Errorf("row %d: %q is %v, the columns are %q", r.Line, name, value, columns)
				}
			}
		}
	})
}

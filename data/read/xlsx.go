package read

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxWorkbook is what a workbook may unpack to, in bytes: a million rows of ten
// columns. In memory it takes several times as much.
const maxWorkbook = 256 << 20

// workbook is a sheet of an .xlsx file. Its rows stream; types and styles of
// cells are looked up in the sheet, which is in memory.
type workbook struct {
	ownEncoding
	name, sheet string
	file        *excelize.File
	header      []string
	columns     []string
	first       int // row of the header
	from1904    bool
	dates       map[int]bool // which styles show dates

	merged, rounded int
}

func openWorkbook(path string, o Options) (_ Source, err error) {
	defer recovered(&err)
	file, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxWorkbook, RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("this is no workbook that can be read: %w", err)
	}
	w := &workbook{name: filepath.Base(path), file: file, dates: make(map[int]bool)}
	if err = w.open(o.Layer); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

// recovered turns a panic into an error. It stands only where a library reads
// foreign bytes, which may surprise it: a file must not end the program.
func recovered(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("the file is damaged in a way that cannot be read: %v", fault)
	}
}

func (w *workbook) open(layer string) error {
	sheets := w.file.GetSheetList()
	switch {
	case len(sheets) == 0:
		return errors.New("the workbook has no sheet")
	case layer == "":
		w.sheet = sheets[0]
	case slices.Contains(sheets, layer):
		w.sheet = layer
	default:
		return fmt.Errorf("the workbook has no sheet %q; there are: %s", layer, strings.Join(sheets, ", "))
	}
	if props, err := w.file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.from1904 = *props.Date1904
	}
	stop := errors.New("the header is found")
	err := w.rows(func(row int, cells []string) error {
		w.first = row
		var err error
		if w.header, w.columns, err = headerOf(cells); err != nil {
			return fmt.Errorf("row %d: %w", row, err)
		}
		return stop
	})
	if err == nil {
		return fmt.Errorf("the sheet %s is empty", w.sheet)
	}
	if err != stop {
		return err
	}
	return w.checkMerged()
}

// checkMerged refuses a header of merged cells, which leaves columns without a
// name, and counts the others, of which only the first cell has the value.
func (w *workbook) checkMerged() error {
	cells, err := w.file.GetMergeCells(w.sheet, true)
	if err != nil {
		return err
	}
	for _, c := range cells {
		_, row, err := excelize.CellNameToCoordinates(c.GetStartAxis())
		if err != nil {
			return err
		}
		if row <= w.first {
			return fmt.Errorf("row %d: the cells %s:%s are merged; the first row must be the header, one cell and one name for each column",
				row, c.GetStartAxis(), c.GetEndAxis())
		}
		w.merged++
	}
	return nil
}

// rows hands over every row that is not blank with its number.
func (w *workbook) rows(f func(row int, cells []string) error) (err error) {
	rows, err := w.file.Rows(w.sheet)
	if err != nil {
		return err
	}
	defer func() {
		if closed := rows.Close(); err == nil { // else the first error is the one to tell, as it is
			err = closed
		}
	}()
	for row := 1; rows.Next(); row++ {
		cells, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("row %d: %w", row, err)
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		if err := f(row, cells); err != nil {
			return err
		}
	}
	return rows.Error()
}

func (w *workbook) Columns() []string { return slices.Clone(w.columns) }

func (w *workbook) CRS() string { return "" }

func (w *workbook) Close() error { return w.file.Close() }

func (w *workbook) Notes() []string {
	out := []string{"the sheet is " + w.sheet}
	if w.merged > 0 {
		out = append(out, fmt.Sprintf("%d merged cells below the header hold their value in their first cell alone", w.merged))
	}
	if w.rounded > 0 {
		out = append(out, fmt.Sprintf("%d numbers have more than the 15 digits that a workbook keeps; ids of that length must be cells of text", w.rounded))
	}
	return out
}

func (w *workbook) Each(f func(Record) error) (err error) {
	var stopped error
	defer func() {
		if err != nil && stopped == nil {
			err = fmt.Errorf("read %s: %w", w.name, err)
		}
	}()
	defer recovered(&err)
	return w.rows(func(row int, cells []string) error {
		if row <= w.first {
			return nil
		}
		stopped = f(w.record(row, cells))
		return stopped
	})
}

func (w *workbook) record(row int, cells []string) Record {
	r := Record{Line: row, Fields: make(map[string]any, len(w.columns))}
	for i, name := range w.header {
		if name == "" {
			continue
		}
		text := ""
		if i < len(cells) {
			text = strings.TrimSpace(cells[i])
		}
		value, err := w.value(i+1, row, text)
		if err != nil {
			r.Err = errors.Join(r.Err, fmt.Errorf("%s: %w", name, err))
		}
		r.Fields[name] = value
	}
	for i := len(w.header); i < len(cells); i++ {
		if strings.TrimSpace(cells[i]) != "" {
			r.Err = errors.Join(r.Err, fmt.Errorf("the row has %d cells, the header %d", len(cells), len(w.header)))
			break
		}
	}
	return r
}

// plain is a number that is written as it was typed: nothing can be wrong with
// it but that it is a date.
var plain = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,9})?$`)

// value is what a cell shows, as text: a number without the dust of binary
// fractions, a date as 2026-11-23, text as it is.
func (w *workbook) value(column, row int, text string) (any, error) {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return nil, err
	}
	if text == "" {
		formula, err := w.file.GetCellFormula(w.sheet, cell)
		if err == nil && formula != "" {
			err = fmt.Errorf("cell %s holds a formula without its value; open the file in a spreadsheet program and save it", cell)
		}
		return nil, err
	}
	x, notNumber := strconv.ParseFloat(text, 64)
	if notNumber != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return text, nil //nolint:nilerr // what is no number is text of its own
	}
	kind, err := w.file.GetCellType(w.sheet, cell)
	if err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		return text, err // an id of 18 digits that is kept as text
	}
	date, err := w.isDate(cell)
	if err != nil {
		return text, err
	}
	switch {
	case date && x >= 0:
		return w.date(x, text), nil
	case plain.MatchString(text):
		return text, nil
	}
	if math.Abs(x) >= 1e15 {
		w.rounded++
		return strconv.FormatFloat(x, 'f', 0, 64), nil
	}
	// Fifteen digits are what the program itself shows and keeps.
	clean, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64)
	return strconv.FormatFloat(clean, 'f', -1, 64), err
}

func (w *workbook) date(x float64, text string) string {
	t, err := excelize.ExcelDateToTime(x, w.from1904)
	whole := x == math.Trunc(x)
	switch {
	case err != nil:
		return text
	case whole:
		return t.Format("2006-01-02")
	case x < 1:
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02T15:04:05")
}

func (w *workbook) isDate(cell string) (bool, error) {
	index, err := w.file.GetCellStyle(w.sheet, cell)
	if err != nil || index == 0 {
		return false, err
	}
	is, known := w.dates[index]
	if !known {
		style, err := w.file.GetStyle(index)
		if err != nil {
			return false, err
		}
		is = dateFormat(style.NumFmt, style.CustomNumFmt)
		w.dates[index] = is
	}
	return is, nil
}

// quoted is what a number format shows as it stands, and colors and conditions.
var quoted = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]hms][^\]]*\]`)

// dateFormat tells whether a number format shows dates or times: one of those
// without a text of their own (ECMA-376 part 1, clause 18.8.30, with the
// Chinese ones), or one with a letter for a part of time.
func dateFormat(number int, custom *string) bool {
	if custom != nil {
		text := strings.ToLower(quoted.ReplaceAllString(*custom, ""))
		return strings.ContainsAny(text, "ymdhs") && !strings.HasPrefix(text, "general")
	}
	return number >= 14 && number <= 22 || number >= 27 && number <= 36 || number >= 45 && number <= 47 || number >= 50 && number <= 58
}

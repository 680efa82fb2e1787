package read

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"kaimen/data/read/internal/dbf"
)

// dbfText reads the cells of a .dbf in one encoding.
type dbfText struct {
	encoding encoding.Encoding // nil for UTF-8
	name     string
	why      string // what the choice stands on; blank if nothing hangs on it

	cut      int // texts that end in a part of a character
	overflow int // numbers that did not fit their column
}

// languages are the driver ids that stand for an encoding known here. 0x57,
// "the system's own", stands for none.
var languages = map[byte]string{0x03: "cp1252", 0x4D: "gbk", 0x4F: "big5", 0x78: "big5", 0x7A: "gbk"}

// chooseText settles the encoding: the user's word, else the .cpg, else the
// table's byte 29, else what the bytes can be.
func chooseText(t *dbf.Table, page, word string) (*dbfText, error) {
	if word != "" {
		enc, err := encodingOf(word)
		return &dbfText{encoding: enc, name: word}, err
	}
	passed := ""
	if page != "" {
		enc, err := encodingOf(codePage(page))
		if err == nil {
			return &dbfText{encoding: enc, name: page, why: "as the .cpg says"}, nil
		}
		passed = fmt.Sprintf("; the .cpg says %q, which is not known", page)
	}
	if name := languages[t.Language]; name != "" {
		enc, err := encodingOf(name)
		return &dbfText{encoding: enc, name: name, why: fmt.Sprintf("as byte 29 of the .dbf (0x%02X) says%s", t.Language, passed)}, err
	}
	return detect(t, passed)
}

// codePage turns the forms that .cpg files have into one for encodingOf:
// "936", "ANSI 936", "OEM 936", "65001".
func codePage(page string) string {
	page = strings.ToLower(page)
	for _, before := range []string{"ansi", "oem", "windows", "ms"} {
		page = strings.TrimLeft(strings.TrimPrefix(page, before), " -")
	}
	if page == "65001" {
		return "utf-8"
	}
	if _, err := strconv.Atoi(page); err == nil {
		return "cp" + page
	}
	return page
}

var errDetected = errors.New("not UTF-8")

// detect reads all text of the table once: what is UTF-8 throughout is taken
// for it, since GBK text of any length hardly ever is; else it is GB18030.
func detect(t *dbf.Table, passed string) (*dbfText, error) {
	ascii := true
	look := func(b []byte) error {
		b = dbf.Whole(b)
		if !utf8.Valid(b) {
			return errDetected
		}
		for _, c := range b {
			ascii = ascii && c < utf8.RuneSelf
		}
		return nil
	}
	err := t.Each(func(_ int, row dbf.Row) error {
		for _, f := range t.Fields {
			if f.Type == 'C' {
				if err := look(row.Cell(f)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, f := range t.Fields {
		if err == nil {
			err = look(f.Name)
		}
	}
	switch {
	case err == errDetected:
		return &dbfText{
			encoding: simplifiedchinese.GB18030, name: "gb18030", why: "as the text is not UTF-8 and nothing says what it is" + passed,
		}, nil
	case err != nil:
		return nil, err
	case ascii:
		return &dbfText{name: "utf-8"}, nil
	}
	return &dbfText{name: "utf-8", why: "as all of the text is, and nothing says what it is" + passed}, nil
}

func (d *dbfText) notes() []string {
	var out []string
	if d.why != "" {
		out = append(out, fmt.Sprintf("encoding is %s, %s", d.name, d.why))
	}
	if d.cut > 0 {
		out = append(out, fmt.Sprintf("%d texts fill their column and end within a character, which was left out", d.cut))
	}
	if d.overflow > 0 {
		out = append(out, fmt.Sprintf("%d numbers did not fit their column (****) and are blank", d.overflow))
	}
	return out
}

// decode returns text as UTF-8, without a part of a character at its end.
//
// Errors: bytes that are not of the encoding; they come out as U+FFFD.
func (d *dbfText) decode(b []byte) (string, error) {
	whole := b
	switch d.encoding {
	case nil:
		whole = dbf.Whole(b)
	case simplifiedchinese.GB18030:
		whole = dbf.WholeGB(b)
	}
	if len(whole) < len(b) {
		d.cut++
	}
	if d.encoding == nil {
		if !utf8.Valid(whole) {
			return strings.ToValidUTF8(string(whole), "\uFFFD"), fmt.Errorf("the text is not %s; say which it is with encoding: gbk or another", d.name)
		}
		return strings.TrimSpace(string(whole)), nil
	}
	text, err := d.encoding.NewDecoder().Bytes(whole)
	if err == nil && bytes.ContainsRune(text, utf8.RuneError) {
		err = fmt.Errorf("the text is not %s; say which it is with encoding: utf-8 or another", d.name)
	}
	return strings.TrimSpace(string(text)), err
}

// readable tells whether a field is of a type that is read.
func readable(f dbf.Field) bool { return strings.IndexByte("CNFLD", f.Type) >= 0 }

// value is what a cell holds: text, json.Number, bool, a date as text, or nil.
// A number or date that is none stays the text it is.
func (d *dbfText) value(f dbf.Field, cell []byte) (any, error) {
	if len(cell) == 0 || !readable(f) {
		return nil, nil
	}
	switch f.Type {
	case 'C':
		text, err := d.decode(cell)
		if text == "" {
			return nil, err
		}
		return text, err
	case 'L':
		return truth(cell), nil
	case 'D':
		return date(string(cell)), nil
	}
	if cell[0] == '*' {
		d.overflow++
		return nil, nil
	}
	return number(strings.ToValidUTF8(string(cell), "\uFFFD")), nil
}

func truth(cell []byte) any {
	switch cell[0] {
	case 'T', 't', 'Y', 'y':
		return true
	case 'F', 'f', 'N', 'n':
		return false
	}
	return nil
}

// date writes 20261123 as 2026-11-23.
func date(cell string) any {
	cell = strings.ToValidUTF8(cell, "\uFFFD")
	switch {
	case strings.Trim(cell, "0") == "":
		return nil
	case len(cell) != 8 || strings.Trim(cell, "0123456789") != "":
		return cell
	}
	return cell[:4] + "-" + cell[4:6] + "-" + cell[6:]
}

var decimal = regexp.MustCompile(`^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eE][+-]?[0-9]{1,3})?$`)

// number writes a number without the zeros that a column of fixed width adds:
// 00511011.000 is 511011. What is no number stays text.
func number(cell string) any {
	m := decimal.FindStringSubmatch(cell)
	if m == nil || strings.Trim(cell, "+-.") == "" {
		return cell
	}
	sign, whole, fraction := strings.TrimPrefix(m[1], "+"), m[2], strings.TrimRight(m[3], "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return json.Number(sign + whole + fraction + m[4])
}

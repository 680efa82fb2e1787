package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shared is a path in the shared data directory; the test is skipped where it
// is not there.
func shared(t testing.TB, elements ...string) string {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path, err := filepath.Abs(filepath.Join(append([]string{root}, elements...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: the shared data directory has no %s (set KAIMEN_SHARED_DATA)", filepath.Join(elements...))
	}
	return path
}

// kaimen runs one command line and returns what it printed and its exit code.
func kaimen(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return out.String(), errs.String(), code
}

// must runs a command line that has to succeed and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := kaimen(t, args...)
	if code != exitDone {
		t.Fatalf("kaimen %s: exit code %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// write puts a file into a folder of the test and returns its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// table is a CSV file by column name.
type table struct {
	rows    [][]string
	columns map[string]int
}

// readTable reads a CSV file, also gzipped.
func readTable(t *testing.T, path string) table {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	out := table{rows: rows[1:], columns: make(map[string]int)}
	for i, name := range rows[0] {
		out.columns[name] = i
	}
	return out
}

func (t table) text(row []string, column string) string {
	i, ok := t.columns[column]
	if !ok {
		panic(fmt.Sprintf("no column %s", column))
	}
	return row[i]
}

// number is a cell as a number; 0 for a blank one.
func (t table) number(row []string, column string) float64 {
	x, _ := strconv.ParseFloat(t.text(row, column), 64)
	return x
}

// by indexes the rows by a column.
func (t table) by(column string) map[string][]string {
	index := make(map[string][]string, len(t.rows))
	for _, row := range t.rows {
		index[t.text(row, column)] = row
	}
	return index
}

// total is a value of the totals line, which kaimen analyze prints first.
func total(t *testing.T, stdout, name string) float64 {
	t.Helper()
	line, _, _ := strings.Cut(stdout, "\n")
	for _, field := range strings.Fields(line) {
		if text, ok := strings.CutPrefix(field, name+"="); ok {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatalf("totals: %s is %q", name, text)
			}
			return x
		}
	}
	t.Fatalf("the first line has no %s: %s", name, line)
	return 0
}

package read_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaimen/data/read"
)

// Cells are those that Each gives, in rows of every kind: quoted over two lines,
// blank, too short, and with a quote too many.
func TestCellsAreThoseOfEach(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"t.csv":     "id,\"a b\",c\n1, x ,2.5\n\n,,\n\"2\",\"two\nlines\",\n3,4\n5,6\"7,8\n9,,10,\n11,12,13,14\n",
		"t.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"id":7,"c":2.50,"a b":null}}]}`,
	} {
		columns := []string{"c", "id", "absent", "a b"}
		var want, got []string
		source := from(t, name, text)
		err := source.Each(func(r read.Record) error {
			var cells []string
			for _, c := range columns {
				if v := r.Fields[c]; v != nil && r.Err == nil {
					cells = append(cells, fmt.Sprint(v))
				} else {
					cells = append(cells, "")
				}
			}
			want = append(want, fmt.Sprintf("%d %q %v", r.Line, cells, r.Err))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = read.EachCells(from(t, name, text), columns, func(line int, cells []string, fault error) error {
			got = append(got, fmt.Sprintf("%d %q %v", line, cells, fault))
			return nil
		})
		if err != nil || len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func from(t *testing.T, name, text string) read.Source {
	t.Helper()
	s, err := read.From(strings.NewReader(text), name, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

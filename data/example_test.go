package data_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"kaimen/coverage"
	"kaimen/data"
)

// A study of three homes, one of which nobody has counted.
func ExampleImport() {
	dir, err := os.MkdirTemp("", "study")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for name, text := range map[string]string{
		"study.yaml": "study: hamlet\ncrs: EPSG:4326\nsources:\n  demand: [{file: homes.csv, fields: {people: residents}}]\n",
		"homes.csv":  "id,lon,lat,residents\na,105.05,29.58,4\nb,105.06,29.58,2\nc,105.07,29.58,\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	s, report, err := data.Import(context.Background(), filepath.Join(dir, "study.yaml"), data.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Study.ID, len(s.Demand))
	for _, i := range report.Issues {
		if i.Layer == coverage.LayerDemand {
			fmt.Println(i.Severity, i.Code, i)
		}
	}
	// Output:
	// hamlet 2
	// warning missing_value homes.csv: row 4: c: people (column residents): it is blank; write 0 if nobody lives here at or near [105.07000, 29.58000]
}

package main

import (
	"errors"
	"os"

	"kaimen/coverage"
	"kaimen/geo/geojson"
)

// writeTrouble writes every issue that has a place as a GeoJSON point, in the
// order of the report. How many have none is said at the top.
func writeTrouble(path string, issues []coverage.Issue) (err error) {
	placed := 0
	for _, i := range issues {
		if i.At != nil {
			placed++
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := geojson.NewWriter(file, geojson.Member{Name: "kaimen", Value: map[string]int{"placed": placed, "without_place": len(issues) - placed}})
	keys := []string{"severity", "code", "layer", "source", "row", "feature", "message"}
	for _, i := range issues {
		if i.At == nil {
			continue
		}
		values := []any{string(i.Severity), i.Code, string(i.Layer), i.Source, i.Line, i.Feature, i.Message}
		if err := w.Write("", *i.At, keys, values); err != nil {
			return err
		}
	}
	return w.Close()
}

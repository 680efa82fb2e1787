// Package geoparquet reads what a Parquet file says of its geometry.
//
// Source: GeoParquet 1.1.0, "Metadata".
package geoparquet

import (
	"encoding/json"
	"fmt"
	"strings"

	"kaimen/geo/crs"
)

// Column is the column of geometry.
type Column struct {
	Name string
	// CRS is the name of its coordinate system: authority and code if it has
	// them; blank if the file says that it is not known.
	CRS string
}

// Parse reads the metadata called geo.
//
// Errors: what is not JSON; a primary column of which nothing is said; geometry
// that is not encoded as WKB.
func Parse(text string) (Column, error) {
	var geo struct {
		Primary string `json:"primary_column"`
		Columns map[string]struct {
			Encoding string          `json:"encoding"`
			CRS      json.RawMessage `json:"crs"` // PROJJSON
		} `json:"columns"`
	}
	if err := json.Unmarshal([]byte(text), &geo); err != nil {
		return Column{}, err
	}
	column, ok := geo.Columns[geo.Primary]
	if !ok || geo.Primary == "" {
		return Column{}, fmt.Errorf("it says nothing of a primary column %q", geo.Primary)
	}
	if !strings.EqualFold(column.Encoding, "WKB") {
		return Column{}, fmt.Errorf("its geometry is encoded as %q; read is WKB", column.Encoding)
	}
	system, err := systemOf(column.CRS)
	return Column{geo.Primary, system}, err
}

// systemOf names a system in PROJJSON. One that is left out is WGS 84
// (GeoParquet 1.1, "crs"); null stands for an unknown one.
func systemOf(text json.RawMessage) (string, error) {
	switch string(text) {
	case "":
		return crs.WGS84.Name(), nil
	case "null":
		return "", nil
	}
	var system struct {
		Name string `json:"name"`
		ID   struct {
			Authority string          `json:"authority"`
			Code      json.RawMessage `json:"code"` // a number or text
		} `json:"id"`
	}
	if err := json.Unmarshal(text, &system); err != nil {
		return "", fmt.Errorf("its crs is no PROJJSON: %w", err)
	}
	if code := strings.Trim(string(system.ID.Code), `"`); code != "" && code != "null" {
		return system.ID.Authority + ":" + code, nil
	}
	return system.Name, nil
}

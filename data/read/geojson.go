package read

import (
	"fmt"
	"io"
	"slices"

	"kaimen/geo/crs"
	"kaimen/geo/geojson"
)

// features is a GeoJSON file.
type features struct {
	ownEncoding
	name    string
	reader  *geojson.Reader
	columns []string
	known   map[string]bool
}

func openGeoJSON(name string, r io.Reader) (Source, error) {
	return &features{name: name, reader: geojson.NewReader(r), known: make(map[string]bool)}, nil
}

func (s *features) Columns() []string { return slices.Clone(s.columns) }

func (s *features) CRS() string {
	if name := s.reader.CRS(); name != "" {
		return name
	}
	if system, err := crs.Parse(s.reader.Coord()); err == nil {
		return system.Name()
	}
	return ""
}

func (s *features) Notes() []string { return nil }

func (s *features) Close() error { return nil }

func (s *features) Each(f func(Record) error) error {
	var stopped error
	err := s.reader.Each(func(feature geojson.Feature) error {
		for _, key := range feature.Keys {
			if !s.known[key] {
				s.known[key] = true
				s.columns = append(s.columns, key)
			}
		}
		stopped = f(Record{
			Line: feature.Index, ID: feature.ID, Geometry: feature.Geometry,
			Fields: feature.Properties, Err: feature.Err,
		})
		return stopped
	})
	if err != nil && stopped == nil {
		return fmt.Errorf("read %s: %w", s.name, err)
	}
	return stopped
}

package data

import (
	"context"
	"fmt"
	"strings"

	"kaimen/coverage"
	"kaimen/data/read"
)

// isOSM tells whether a file of roads is OpenStreetMap's, with nodes; others
// are centerlines.
func isOSM(file string) bool {
	name := strings.ToLower(file)
	for _, ending := range []string{".pbf", ".osm", ".osm.gz", ".osm.bz2"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// roads reads an OpenStreetMap file. Its rows are the ways; a way of which
// nodes are missing may leave several roads.
func (in *intake) roads(ctx context.Context) error {
	found, err := read.OSM(ctx, in.manifest.path(in.source), read.OSMOptions{
		Progress: func(done, total int64) { in.progress(in.source.File, done, total) },
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		in.unreadable(err)
		return nil
	}
	in.report.Read = found.Ways
	for _, c := range found.SetAside() {
		in.aside[c.Code] = c
	}
	in.report.Used = found.Used()
	for _, way := range found.Broken {
		message := "the way has fewer than two nodes"
		if way.Missing > 0 {
			message = fmt.Sprintf("the way refers %d times to nodes that the file lacks; %d stretches of it are left", way.Missing, way.Parts)
		}
		in.issue(coverage.Issue{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonMissingNode, Feature: way.ID, Message: message,
		})
	}
	for i := range found.Roads {
		road := &found.Roads[i]
		r := &row{intake: in, name: road.ID}
		if in.claim(r, road.ID) {
			in.layers.Roads = append(in.layers.Roads, *road)
		} else if !strings.Contains(road.ID, "#") { // the way itself, not a further stretch of it
			in.report.Used--
			in.setAside(coverage.ReasonDuplicateID)
		}
	}
	in.gatesOf(found)
	return nil
}

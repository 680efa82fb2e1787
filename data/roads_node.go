package data

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/geo/noding"
)

// nodeRoads gives the centerlines of all sources their topology and adds them
// to the layer. It does nothing after a fault: what is missing would look like
// gaps of the others.
//
// Errors: ctx.Err() if ctx ends first.
func (im *importer) nodeRoads(ctx context.Context) error {
	if len(im.centerlines) == 0 || im.log.errors {
		return nil
	}
	im.progress("noding", 0, int64(len(im.centerlines)))
	var lines []noding.Line
	var owner []int // the centerline of each line
	for i := range im.centerlines {
		c := &im.centerlines[i]
		for k, part := range c.parts {
			line := noding.Line{
				ID: partID(c.road.ID, k), Points: part, Level: c.level, Vertices: c.sparing,
				Directed: c.road.Tags["oneway"] != "", ToleranceMeters: c.meters,
			}
			if c.sparing { // a shared vertex says more than a level
				line.Level = 0
			}
			lines = append(lines, line)
			owner = append(owner, i)
		}
	}
	result, err := noding.Node(ctx, lines)
	if err != nil {
		return err
	}
	im.addNoded(result, owner)
	im.tellJoins(result, owner)
	im.progress("noding", int64(len(im.centerlines)), int64(len(im.centerlines)))
	im.centerlines = nil
	return nil
}

// partID is the id of the k-th road, from 0, that a row leaves.
func partID(id string, k int) string {
	if k == 0 {
		return id
	}
	return id + "#" + strconv.Itoa(k+1)
}

// addNoded adds the roads that each centerline leaves: a stretch that lies over
// one of a smaller id is left out. A row of which nothing is left is set aside.
func (im *importer) addNoded(result noding.Result, owner []int) {
	short, over := make([]bool, len(im.centerlines)), 0
	roads := make([]int, len(im.centerlines))
	for i, l := range result.Lines {
		c := &im.centerlines[owner[i]]
		short[owner[i]] = short[owner[i]] || len(l.Points) == 0
		kept := 0
		for _, span := range l.Kept {
			road := c.road
			road.ID = partID(c.road.ID, roads[owner[i]])
			road.Line, road.Nodes = l.Points[span.First:span.Last+1], l.Nodes[span.First:span.Last+1]
			im.layers.Roads = append(im.layers.Roads, road)
			roads[owner[i]]++
			kept += span.Last - span.First
		}
		over += max(0, len(l.Points)-1) - kept
	}
	for i := range im.centerlines {
		switch {
		case roads[i] > 0:
		case short[i]:
			im.setAsideLater(i, coverage.ReasonTooShort, "the line is shorter than a cell of the 1e-7 degree raster")
		default:
			im.setAsideLater(i, coverage.ReasonDuplicate, "the whole line lies over others of smaller id")
		}
	}
	if over > 0 {
		im.say("%d stretches that lay over another of the same directions were merged with it", over)
	}
}

// setAsideLater sets a row aside that was counted as used.
func (im *importer) setAsideLater(i int, code, message string) {
	c := &im.centerlines[i]
	im.log.add(c.ordinal, coverage.Issue{
		Severity: coverage.SeverityWarning, Code: code, Layer: coverage.LayerRoads, Source: im.files[c.ordinal],
		Line: c.line, Feature: c.road.ID, At: at(c.parts[0][0]), Message: message,
	})
	report := &im.report.Sources[c.report]
	report.Used--
	k, found := slices.BinarySearchFunc(report.SetAside, code, func(r coverage.ReasonCount, code string) int {
		return strings.Compare(r.Code, code)
	})
	if !found {
		report.SetAside = slices.Insert(report.SetAside, k, coverage.ReasonCount{Code: code})
	}
	report.SetAside[k].Rows++
}

// tellJoins lists every gap that was closed, and sums up.
func (im *importer) tellJoins(result noding.Result, owner []int) {
	joined, touching, widest := 0, 0, 0.0
	for _, j := range result.Joins {
		if j.Meters <= noding.NoiseMeters {
			touching++
			continue
		}
		joined++
		widest = max(widest, j.Meters)
		c, other := &im.centerlines[owner[j.Line]], &im.centerlines[owner[j.Other]]
		im.log.add(c.ordinal, coverage.Issue{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonJoined, Layer: coverage.LayerRoads, Source: im.files[c.ordinal],
			Line: c.line, Feature: c.road.ID, At: at(j.At),
			Message: fmt.Sprintf("its end misses road %s by %.2f m and was joined to it (tolerance_m is %g)", other.road.ID, j.Meters, c.meters),
		})
	}
	im.say("lines meet where they cross or touch on one level (the ground 0, a bridge 1, a tunnel -1, unless level says otherwise), "+
		"or by meet: vertices where they share one: "+
		"%d places were cut where a line had no vertex, %d ends lay within %g m of a line", result.Cuts, touching, noding.NoiseMeters)
	if joined > 0 {
		im.say("%d ends that missed a line by up to %.2f m were joined to it", joined, widest)
	}
}

// say notes what was done to all roads.
func (im *importer) say(format string, args ...any) {
	im.report.Guesses = append(im.report.Guesses, "roads: "+fmt.Sprintf(format, args...))
}

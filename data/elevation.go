package data

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
)

// layerElevation is rasters of heights. It is no layer of a study: its numbers
// become part of the roads.
const layerElevation coverage.LayerName = "elevation"

// maxHeight bounds what can be a height in meters; beyond are marks of no value.
const maxHeight = 10_000

// elevation takes heights for the nodes of roads from a raster, where none of a
// source before it gave any. Its rows are the roads that still lack some.
//
// Cost: O(N log N) for N nodes; of the raster the window round them is read
// once, two rows of it at a time in memory.
func (in *intake) elevation(ctx context.Context) error {
	if !isRaster(in.source.File) && !isArchive(in.source.File) {
		return nil // the manifest's fault is told
	}
	grid, err := read.Raster(in.manifest.path(in.source), read.Options{Layer: in.source.Layer})
	if err != nil {
		in.unreadable(err)
		return nil
	}
	defer func() { _ = grid.Close() }() // it was only read
	in.placeFeatures(grid.CRS)
	h := newHeights(in, grid)
	if in.unsound != "" {
		in.loose = lattice(grid)
		in.report.Read = len(h.roads)
		in.aside[in.unsound] = coverage.ReasonCount{Code: in.unsound, Rows: in.report.Read}
		return nil
	}
	h.place()
	err = h.sample(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		in.unreadable(err)
	}
	h.settle()
	return nil
}

// heights samples one raster.
type heights struct {
	*intake
	grid    *read.Grid
	roads   []int // that lack heights
	outside []bool
	spots   []spot // ordered by last
	wrong   int    // spots at which the raster holds no height
	first   string // of them
}

// spot is a node of a road on the raster.
type spot struct {
	road, node int32
	x, y       float64 // in cells, 0 being the middle of the first
	last       int     // the last row that is needed for it
}

func newHeights(in *intake, grid *read.Grid) *heights {
	roads := in.layers.Roads
	if in.heights == nil {
		in.heights = make([][]float64, len(roads))
		for i := range roads {
			list := make([]float64, len(roads[i].Nodes))
			for k := range list {
				list[k] = math.NaN()
			}
			in.heights[i] = list
		}
	}
	h := &heights{intake: in, grid: grid, outside: make([]bool, len(roads))}
	for i := range roads {
		if roads[i].Heights == nil {
			h.roads = append(h.roads, i)
		}
	}
	return h
}

// place finds where the nodes without height lie on the raster. Between its edge
// and the middle of its outermost cells those cells' own heights hold.
func (h *heights) place() {
	t := h.grid.Transform
	det := t[1]*t[5] - t[2]*t[4]
	width, height := float64(h.grid.Width), float64(h.grid.Height)
	for _, i := range h.roads {
		for k, ll := range h.layers.Roads[i].Line {
			if !math.IsNaN(h.heights[i][k]) {
				continue
			}
			p := h.system.FromWGS84(ll)
			dx, dy := p[0]-t[0], p[1]-t[3]
			column, row := (dx*t[5]-dy*t[2])/det, (dy*t[1]-dx*t[4])/det
			if !(column >= 0 && column <= width && row >= 0 && row <= height) { // NaN neither
				h.outside[i] = true
				continue
			}
			s := spot{road: int32(i), node: int32(k), x: cell(column, width), y: cell(row, height)}
			s.last = int(math.Ceil(s.y))
			h.spots = append(h.spots, s)
		}
	}
	slices.SortFunc(h.spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.last, b.last), cmp.Compare(a.road, b.road), cmp.Compare(a.node, b.node))
	})
}

// cell counts from the middle of cells what counted from the edge. What is off
// a middle by no more than the noise of the formulas lies on it, so that the
// neighbors need no value.
func cell(edge, size float64) float64 {
	const noise = 1e-6 // of a cell
	x := min(max(edge-0.5, 0), size-1)
	if near := math.Round(x); math.Abs(x-near) < noise {
		return near
	}
	return x
}

// sample reads the window of the raster in which the spots lie.
func (h *heights) sample(ctx context.Context) error {
	if len(h.spots) == 0 {
		return nil
	}
	west, east := h.grid.Width, 0
	for _, s := range h.spots {
		west, east = min(west, int(s.x)), max(east, int(math.Ceil(s.x)))
	}
	top := int(h.spots[0].y)
	for _, s := range h.spots { // of those of one last row some need the row before
		top = min(top, int(s.y))
	}
	bottom := h.spots[len(h.spots)-1].last
	before := make([]float64, east-west+1)
	rest := h.spots
	return h.grid.Rows(west, top, east-west+1, bottom-top+1, func(row int, values []float64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		h.progress(h.source.File, int64(row-top), int64(bottom-top+1))
		for len(rest) > 0 && rest[0].last == row {
			h.take(rest[0], bilinear(before, values, rest[0].x-float64(west), rest[0].y))
			rest = rest[1:]
		}
		copy(before, values)
		return nil
	})
}

// bilinear is the height between four cells: two of the row above, two of the
// row below, or two or one where the spot lies in line with their middles. It is
// NaN if any of those that count has no value.
func bilinear(above, below []float64, x, y float64) float64 {
	left, right := int(x), int(math.Ceil(x))
	along := func(row []float64) float64 {
		if left == right {
			return row[left]
		}
		return row[left] + (row[right]-row[left])*(x-float64(left))
	}
	down := y - math.Floor(y)
	if down == 0 {
		return along(below)
	}
	top := along(above)
	return top + (along(below)-top)*down
}

// take keeps the height of a spot.
func (h *heights) take(s spot, meters float64) {
	switch {
	case math.IsNaN(meters):
		return
	case math.Abs(meters) >= maxHeight:
		if h.wrong == 0 {
			at := h.layers.Roads[s.road].Line[s.node]
			h.first = fmt.Sprintf("[%.5f, %.5f]: %v", at[0], at[1], meters)
		}
		h.wrong++
		return
	}
	h.heights[s.road][s.node] = math.Round(meters*100)/100 + 0 // no negative zero
}

// settle gives their heights to the roads that have all of them now.
func (h *heights) settle() {
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, i := range h.roads {
		h.report.Read++
		list := h.heights[i]
		switch {
		case !slices.ContainsFunc(list, math.IsNaN):
			h.layers.Roads[i].Heights = list
			h.report.Used++
			lowest, highest = min(lowest, slices.Min(list)), max(highest, slices.Max(list))
		case h.outside[i]:
			h.setAside(coverage.ReasonOutside)
		default:
			h.setAside(coverage.ReasonMissingValue)
		}
	}
	if h.report.Used > 0 {
		h.guess("a height is meters above sea level in the first band, bilinear between the middles of cells; "+
			"%d roads have heights from here, from %.2f to %.2f m", h.report.Used, lowest, highest)
	}
	if h.wrong > 0 {
		h.fail(coverage.ReasonBadValue, "at %d nodes of roads it holds no height in meters below %d, the first at %s; "+
			"if this stands for no value, the file has to say so: gdal_translate -a_nodata", h.wrong, maxHeight, h.first)
	}
}

// tellLevelRoads tells of roads without heights where others have some.
func (im *importer) tellLevelRoads() {
	if len(im.manifest.Sources.Elevation) == 0 || im.incomplete[layerElevation] || im.incomplete[coverage.LayerRoads] {
		return
	}
	without, at := 0, orb.Point{}
	for i := range im.layers.Roads {
		if r := &im.layers.Roads[i]; r.Heights == nil {
			if without == 0 {
				at = r.Line[0]
			}
			without++
		}
	}
	issue := coverage.Issue{Severity: coverage.SeverityWarning, Layer: layerElevation, Source: im.manifest.base}
	switch {
	case len(im.layers.Roads) == 0:
		issue.Code, issue.Message = coverage.ReasonLayerMissing, "there are no roads that could take heights"
	case without == 0:
		return
	default:
		issue.Code, issue.At = coverage.ReasonMissingValue, &at
		issue.Message = fmt.Sprintf("%d of %d roads have no height at some of their nodes and are taken without any, the first", without, len(im.layers.Roads))
	}
	im.log.add(0, issue)
}

package data

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
	"kaimen/geo"
	"kaimen/geo/index"
)

// isRaster tells whether a file is a grid of cells.
func isRaster(file string) bool {
	name := strings.ToLower(file)
	return strings.HasSuffix(name, ".tif") || strings.HasSuffix(name, ".tiff")
}

// holdsRaster tells whether a file is a grid of cells, or a .zip that holds one:
// the member of this name, or the only one.
func holdsRaster(path, member string) bool {
	return isRaster(path) || isArchive(path) && read.HoldsRaster(path, member)
}

// holdsRaster tells whether the source is a grid of cells, be it in a .zip.
func (in *intake) holdsRaster() bool {
	return isRaster(in.source.File) || in.layer.name == coverage.LayerDemand && in.source.Zone != "" &&
		holdsRaster(in.manifest.path(in.source), in.source.Layer)
}

func isArchive(file string) bool { return strings.HasSuffix(strings.ToLower(file), ".zip") }

// rasterFaults tells what of a source that is a raster, or is to be one, cannot be meant.
func rasterFaults(l layer, s *Source, bad func(string, ...any)) {
	more := s.Where != "" || s.Kind != "" || s.Level != "" || s.Encoding != "" || len(s.Fields)+len(s.Kinds)+len(s.Classes) > 0 ||
		s.Meet != "" || s.ToleranceMeters != nil || s.Layer != "" && !isArchive(s.File)
	switch {
	case l.name == layerElevation && !isRaster(s.File) && !isArchive(s.File):
		bad("heights come from a GeoTIFF (.tif), also in a .zip")
	case l.name == layerElevation && (more || s.Zone != "" || s.Spread != "" || s.By != ""):
		bad("elevation takes file and crs, and layer for a .zip, nothing else")
	case l.name == layerElevation:
	case l.name != coverage.LayerDemand || s.Zone == "":
		bad("a raster holds people per cell; it is for demand, summed by zones: zone: %s", coverage.LevelGrid)
	case s.Zone == coverage.LevelBuilding:
		bad("zone: cells are summed by zones that are larger than they are, not by %s", s.Zone)
	case more:
		bad("a raster takes file, crs, zone, spread and by, and layer in a .zip, nothing else")
	}
}

// raster sums the cells of a raster by zone: a cell is in the zone that holds
// its middle; of zones that overlap, in the first by id. Its rows are the cells.
//
// Cost: every cell is read, one row at a time.
func (in *intake) raster(ctx context.Context) error {
	if isArchive(in.source.File) { // of which it is known only now
		rasterFaults(in.layer, in.source, func(format string, args ...any) { in.fail(coverage.ReasonBadManifest, format, args...) })
	}
	grid, err := read.Raster(in.manifest.path(in.source), read.Options{Layer: in.source.Layer})
	if err != nil {
		in.unreadable(err)
		return nil
	}
	defer func() { _ = grid.Close() }() // it was only read
	in.placeFeatures(grid.CRS)
	zones := in.zonesOf(in.source.Zone)
	if in.unsound == "" && len(zones) == 0 {
		in.noZones()
	}
	if in.unsound != "" {
		in.loose = lattice(grid)
		in.report.Read = grid.Width * grid.Height
		in.aside[in.unsound] = coverage.ReasonCount{Code: in.unsound, Rows: in.report.Read}
		return nil
	}
	in.guess("people is the number of each cell, in the first band; a cell belongs where its middle lies")
	s := newCellSums(in, zones)
	err = grid.Rows(0, 0, grid.Width, grid.Height, func(y int, values []float64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		in.progress(in.source.File, int64(y), int64(grid.Height))
		for x, value := range values {
			s.add(grid, x, y, value)
		}
		return nil
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		in.unreadable(err)
	}
	in.progress(in.source.File, int64(grid.Height), int64(grid.Height))
	s.settle(zones)
	return nil
}

// zonesOf lists the zones of a level by id.
func (im *importer) zonesOf(level coverage.Level) []*coverage.Boundary {
	var zones []*coverage.Boundary
	for i := range im.layers.Boundaries {
		if b := &im.layers.Boundaries[i]; b.Level == level {
			zones = append(zones, b)
		}
	}
	slices.SortStableFunc(zones, func(a, b *coverage.Boundary) int { return cmp.Compare(a.ID, b.ID) })
	return zones
}

// noZones tells that there is nothing to sum by, unless the zones have faults
// that are told already.
func (in *intake) noZones() {
	if in.incomplete[coverage.LayerBoundaries] || len(in.claims[coverage.LayerBoundaries]) > len(in.layers.Boundaries) {
		in.unsound = coverage.ReasonUnknownZone
		return
	}
	in.fail(coverage.ReasonUnknownZone, "the study has no zone of level %s to sum the cells by; add boundaries of this level, or correct zone", in.source.Zone)
}

// middle is the middle of a cell in the file's system.
func middle(g *read.Grid, x, y int) orb.Point {
	column, row, t := float64(x)+0.5, float64(y)+0.5, g.Transform
	return orb.Point{t[0] + column*t[1] + row*t[2], t[3] + column*t[4] + row*t[5]}
}

// lattice is places all over a raster, the middle one first, to find its
// coordinate system by.
func lattice(g *read.Grid) []orb.Point {
	const side = 15
	points := []orb.Point{middle(g, g.Width/2, g.Height/2)}
	for i := range side {
		for k := range side {
			points = append(points, middle(g, g.Width*k/side, g.Height*i/side))
		}
	}
	return points
}

// cellSums adds up cells.
type cellSums struct {
	*intake
	areas   *index.Areas
	box     orb.Bound // of all zones
	zones   []exactSum
	used    []int // cells with a value by zone
	outside exactSum
	lost    int // cells outside
	blank   int // cells without a value
	wrong   int // cells that hold no number of people
	first   string
}

func newCellSums(in *intake, zones []*coverage.Boundary) *cellSums {
	box := zones[0].Area.Bound()
	for _, z := range zones {
		box = box.Union(z.Area.Bound())
	}
	return &cellSums{
		intake: in, box: box, zones: make([]exactSum, len(zones)), used: make([]int, len(zones)),
		areas: index.NewAreas(len(zones), func(i int) orb.MultiPolygon { return zones[i].Area }),
	}
}

// add takes one cell.
func (s *cellSums) add(g *read.Grid, x, y int, value float64) {
	s.report.Read++
	switch {
	case math.IsNaN(value):
		s.blank++
		return
	case value < 0 || math.IsInf(value, 0):
		if s.wrong == 0 {
			s.first = fmt.Sprintf("column %d, row %d: %v", x+1, y+1, value)
		}
		s.wrong++
		return
	}
	at := rounded(s.system.ToWGS84(middle(g, x, y)))
	if onEarth(at) && s.box.Contains(at) {
		if zone, ok := s.areas.First(at); ok {
			s.zones[zone].add(value)
			s.used[zone]++
			s.report.Used++
			return
		}
	}
	s.outside.add(value)
	s.lost++
}

// settle makes counts of the sums and accounts for the other cells.
func (s *cellSums) settle(zones []*coverage.Boundary) {
	for i, zone := range zones {
		r := &row{intake: s.intake, name: zone.ID}
		if s.used[i] == 0 {
			r.show(rounded(geo.InteriorPoint(zone.Area)))
			r.note(coverage.SeverityWarning, coverage.ReasonNoCell,
				"no cell with a value has its middle in the zone, so that nobody is counted there")
			continue
		}
		people, err := coverage.AmountOf(s.zones[i].total())
		if err != nil {
			r.fault(coverage.ReasonBadValue, "the sum of its cells: %v", err)
			continue
		}
		if s.claim(r, countKey(s.source.Zone, zone.ID)) {
			s.counts = append(s.counts, zoneCount{
				zone: zone.ID, weights: map[string]coverage.Amount{coverage.WeightPeople: people},
				source: s.source, claim: claim{source: int32(s.ordinal)},
			})
		}
	}
	people, err := coverage.AmountOf(s.outside.total())
	if err != nil {
		s.fail(coverage.ReasonBadValue, "the sum of the cells in no zone: %v; cut the raster to the study", err)
	}
	for _, c := range []coverage.ReasonCount{
		{Code: coverage.ReasonOutside, Rows: s.lost, People: people},
		{Code: coverage.ReasonMissingValue, Rows: s.blank},
		{Code: coverage.ReasonBadValue, Rows: s.wrong},
	} {
		if c.Rows > 0 {
			s.aside[c.Code] = c
		}
	}
	if people > 0 {
		s.issue(coverage.Issue{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonOutside,
			Message: fmt.Sprintf("%d cells with %s people have their middle in no zone of level %s", s.lost, people, s.source.Zone),
		})
	}
	if s.wrong > 0 {
		s.fail(coverage.ReasonBadValue, "%d cells hold no number of people, the first in %s; "+
			"if this stands for no value, the file has to say so: gdal_translate -a_nodata", s.wrong, s.first)
	}
}

// exactSum adds numbers from 0 so that the sum is that of real numbers to the
// last digit or the one before, however many there are.
//
// Source: A. Neumaier (1974), Rundungsfehleranalyse einiger Verfahren zur
// Summation endlicher Summen.
type exactSum struct{ sum, lost float64 }

func (s *exactSum) add(x float64) {
	sum := s.sum + x
	if s.sum >= x {
		s.lost += (s.sum - sum) + x
	} else {
		s.lost += (x - sum) + s.sum
	}
	s.sum = sum
}

func (s *exactSum) total() float64 { return s.sum + s.lost }

package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/gap"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// GapAreaOptions say how the areas are drawn and what is told of them.
type GapAreaOptions struct {
	CellM   *float64 `json:"cell_m"`   // of the grid they are drawn on; default gap.DefaultCell
	RadiusM *float64 `json:"radius_m"` // how far about a point its ground goes; default that of how far the demand stands apart: gap.RadiusOf
	Limit   int      `json:"limit"`    // how many rows, those of most demand; 0 for all
	Causes  *bool    `json:"causes"`   // whether causes are looked for; default true
}

// mostGapCells bounds the memory of a drawing: some 8 bytes a cell. 20 m cells
// cover 56 by 56 km.
const mostGapCells = 8_000_000

// CoarseCells is the code of the warning that areas were drawn on larger cells
// than asked for.
const CoarseCells = "coarse_cells"

// GapAreaSummary is all that is not served. A limit of rows changes nothing
// in it.
type GapAreaSummary struct {
	Demand    coverage.Amount            `json:"demand"`
	Uncovered coverage.Amount            `json:"uncovered"` // as in the totals of Coverage
	Points    int                        `json:"points"`    // that are not covered
	Areas     int                        `json:"areas"`
	Largest   coverage.Amount            `json:"largest"`                   // the demand of the first area
	ByCause   []GapCause                 `json:"by_cause" nullable:"false"` // all causes, in their order; none if not looked for
	Cohorts   map[string]coverage.Amount `json:"cohorts"`                   // of the points, every cohort
}

// GapCause is how much of what is not served has one cause.
type GapCause struct {
	Cause  string          `json:"cause"`
	Demand coverage.Amount `json:"demand"` // of the points of this cause
	Points int             `json:"points"`
	Areas  int             `json:"areas"` // of which it is the cause
}

// GapAreaRow is a piece of ground that hangs together and is not served. What
// is said of a way is that from At.
type GapAreaRow struct {
	ID      string                     `json:"id"` // of the demand point at At
	Rank    int                        `json:"rank"`
	At      orb.Point                  `json:"at"` // lon, lat of the point of most demand
	AreaM2  float64                    `json:"area_m2"`
	Points  int                        `json:"points"`
	Demand  coverage.Amount            `json:"demand"`
	Cohorts map[string]coverage.Amount `json:"cohorts"` // of its points, every cohort of the demand

	NearestID   *string      `json:"nearest_id"` // nil, with all up to Path, where no way leads to any
	NearestName *string      `json:"nearest_name"`
	NearestKind *string      `json:"nearest_kind"`
	NearestS    *float64     `json:"nearest_s"`
	NearestM    *float64     `json:"nearest_m"`
	StraightM   *float64     `json:"straight_m"` // to the nearest entrance of that facility
	Detour      *float64     `json:"detour"`     // NearestM over StraightM; nil if that is 0
	PathM       *float64     `json:"path_m"`     // length of Path
	Path        [][2]float64 `json:"path"`       // lon, lat: from At to its road, along roads, to the entrance

	ClosestID *string  `json:"closest_id"` // the facility nearest in a straight line, often another; nil if none is within the cutoff
	ClosestM  *float64 `json:"closest_m"`

	Grid      *string `json:"grid"` // ids of the zones that At lies in, nil if none
	Community *string `json:"community"`
	Street    *string `json:"street"`

	Cause  *string                    `json:"cause"`  // that of most demand; nil if not looked for
	Causes map[string]coverage.Amount `json:"causes"` // demand by cause, all causes; empty if not looked for

	Polygon orb.Polygon `json:"-"`
}

// Place is the ground.
func (r *GapAreaRow) Place() orb.Geometry { return r.Polygon }

// The answers on areas that are not served.
type (
	GapAreaRequest = Request[GapAreaOptions]
	GapAreaAnswer  = Answer[GapAreaOptions, GapAreaSummary, GapAreaRow]
)

// GapAreas draws the ground that a kind does not serve within the cutoff: areas
// that hang together (see gap), those of most demand first, equals by id. Each
// tells its people, the way from where most of them live to the nearest
// facility, and why it is not served (see causesOf).
//
// Holds:  the demand of the areas adds up to Uncovered, which is that of
// Coverage and of Gaps; each point of Gaps is in one area; the causes of an area
// add up to its demand.
// Errors: as Coverage, and every fault of the options; too_large as gap.Areas.
// Cost:   that of Coverage, the drawing, and for causes up to two more networks,
// which are kept with the study, each with a search.
func (e *Engine) GapAreas(ctx context.Context, r GapAreaRequest) (*GapAreaAnswer, error) {
	return ask(ctx, e, indicator[GapAreaOptions, GapAreaSummary, GapAreaRow]{
		name: "gap-areas", kind: true, prepare: prepareGapAreas, find: findGapAreas,
	}, r)
}

func prepareGapAreas(_ *Engine, b *base, r *GapAreaRequest) (issues []coverage.Issue) {
	o := &r.Options
	cell, causes := gap.DefaultCell, true
	o.CellM, o.Causes = first(o.CellM, &cell), first(o.Causes, &causes)
	if o.RadiusM == nil {
		radius := max(b.gapRadius(), *o.CellM) // a cell that is none is told below
		if !(radius <= gap.MostRadius) {
			radius = gap.DefaultRadius
		}
		o.RadiusM = &radius
	}
	least := gap.LeastCell // of the radius
	if !(*o.CellM >= gap.LeastCell && *o.CellM <= gap.MostCell) {
		issues = append(issues, fault("cell_m", "cell_m is %v; give meters from %v to %v", *o.CellM, gap.LeastCell, gap.MostCell))
	} else {
		least = *o.CellM
	}
	if !(*o.RadiusM >= least && *o.RadiusM <= gap.MostRadius) {
		issues = append(issues, fault("radius_m", "radius_m is %v; give meters from those of a cell, %v, to %v", *o.RadiusM, least, gap.MostRadius))
	}
	if o.Limit < 0 {
		issues = append(issues, fault("limit", "limit is %d; give a number of areas, or 0 for all", o.Limit))
	}
	return issues
}

func findGapAreas(ctx context.Context, w *work[GapAreaOptions], a *GapAreaAnswer) error {
	b, o, s := w.base, w.Options, &a.Summary
	found, err := w.grounds.serve(ctx, b, []string{w.Kind}, 1, w.Cutoff)
	if err != nil {
		return err
	}
	points := b.gapPoints(found, w.Cohort)
	for i := range points {
		s.Demand += points[i].Weight
	}
	areas, err := gap.Areas(ctx, points, gap.Options{CellMeters: *o.CellM, RadiusMeters: *o.RadiusM, MaxCells: mostGapCells})
	if err != nil {
		return err
	}
	if warning, coarse := coarser(areas, *o.CellM); coarse {
		a.Warnings = append(a.Warnings, warning)
	}
	line := straightTo(b, found.wanted, w.Cutoff, &w.profile)
	var causes []cause // by demand point
	if *o.Causes {
		if causes, err = causesOf(ctx, w, found, points, line); err != nil {
			return err
		}
	}
	s.ByCause, s.Cohorts = []GapCause{}, b.cohortsAt(nil)
	if *o.Causes {
		s.ByCause = noCauses()
	}
	list := b.gapAreas(points, areas)
	for k := range list {
		row := b.gapRow(k+1, &list[k])
		row.tellCauses(s.ByCause, points, list[k].Points, causes)
		s.add(&row)
		a.Rows = append(a.Rows, row)
	}
	if o.Limit > 0 && o.Limit < len(a.Rows) {
		a.Rows = slices.Clip(a.Rows[:o.Limit])
	}
	for k := range a.Rows {
		if f, meters, ok := line.nearest(a.Rows[k].At); ok {
			meters = millimeters(meters)
			a.Rows[k].ClosestID, a.Rows[k].ClosestM = &b.Facilities[f].ID, &meters
		}
	}
	return w.layPaths(ctx, found, list, a.Rows)
}

// radiusOfGaps lets the ground of demand that stands in cells, as of a raster or
// of hexagons, meet.
func (b *base) radiusOfGaps() float64 {
	points := make([]orb.Point, len(b.Demand))
	for i := range b.Demand {
		points[i] = b.Demand[i].At
	}
	return gap.RadiusOf(gap.Spacing(points))
}

// gapPoints are the demand points as the drawing takes them; those that count
// nowhere have no weight.
func (b *base) gapPoints(found *serving, cohort string) []gap.Point {
	points := make([]gap.Point, len(b.Demand))
	for i := range b.Demand {
		d := &b.Demand[i]
		points[i] = gap.Point{At: d.At, Covered: found.travel[i].Covered}
		if !b.zones.Outside[i] {
			points[i].Weight = d.Weights[cohort]
		}
	}
	return points
}

// coarser warns of areas that were drawn on larger cells than asked for.
func coarser(areas []gap.Area, cell float64) (Warning, bool) {
	largest, count := cell, 0
	for i := range areas {
		if areas[i].CellMeters > cell {
			largest, count = max(largest, areas[i].CellMeters), count+1
		}
	}
	return Warning{
		Code: CoarseCells, Count: count,
		Message: fmt.Sprintf("%d areas reach too far for cells of %v m and were drawn on larger ones, of up to %v m: corridors thinner than these may be cut",
			count, cell, largest),
	}, count > 0
}

// gapArea is an area with its demand point of most demand, of equals the first
// by id.
type gapArea struct {
	gap.Area
	most int32
}

// gapAreas puts areas in their order.
func (b *base) gapAreas(points []gap.Point, areas []gap.Area) []gapArea {
	list := make([]gapArea, len(areas))
	for k, area := range areas {
		list[k] = gapArea{area, area.Points[0]}
		for _, i := range area.Points { // in order of id, as the demand is
			if points[i].Weight > points[list[k].most].Weight {
				list[k].most = i
			}
		}
	}
	slices.SortFunc(list, func(x, y gapArea) int {
		return cmp.Or(cmp.Compare(y.People, x.People), cmp.Compare(b.Demand[x.most].ID, b.Demand[y.most].ID))
	})
	return list
}

// gapRow is a row without its way and its causes.
func (b *base) gapRow(rank int, area *gapArea) GapAreaRow {
	row := GapAreaRow{
		ID: b.Demand[area.most].ID, Rank: rank, At: b.Demand[area.most].At, AreaM2: decimeters(area.AreaM2),
		Points: len(area.Points), Demand: area.People, Cohorts: b.cohortsAt(area.Points),
		Polygon: area.Polygon,
	}
	row.Grid, row.Community, row.Street = b.zonesHolding(int(area.most))
	return row
}

// cohortsAt sums every cohort of the demand over some points.
func (b *base) cohortsAt(points []int32) map[string]coverage.Amount {
	sums := make(map[string]coverage.Amount)
	for _, name := range cohortsOf(b.Snapshot) {
		sums[name] = 0
	}
	for _, i := range points {
		for name, weight := range b.Demand[i].Weights {
			sums[name] += weight
		}
	}
	return sums
}

// add counts an area.
func (s *GapAreaSummary) add(row *GapAreaRow) {
	s.Uncovered += row.Demand
	s.Points += row.Points
	s.Areas++
	s.Largest = max(s.Largest, row.Demand)
	for name, sum := range row.Cohorts {
		s.Cohorts[name] += sum
	}
}

// layPaths lays the way to the nearest facility from the place of every row,
// which come in the order of the areas.
//
// Cost: one search of the network, then the length of each way.
func (w *work[O]) layPaths(ctx context.Context, found *serving, areas []gapArea, rows []GapAreaRow) error {
	g := w.grounds
	nearest, err := reach.NearestOf(ctx, g.network, found.points, network.Unreached,
		reach.Options{Metric: w.Cutoff.Metric, Direction: network.Toward, Both: true})
	if err != nil {
		return err
	}
	for k := range rows {
		if path, ok := nearest.Path(g.demand.Snap(areas[k].most)); ok {
			rows[k].layPath(&w.base.Facilities[path.Facility], g.facilities[path.Facility], &path)
		}
	}
	return nil
}

// layPath tells the way to a facility, whose entrances are tied by snaps.
func (r *GapAreaRow) layPath(f *coverage.Facility, snaps []network.Snap, path *reach.Path) {
	seconds, meters := float64(path.Milliseconds)/1000, float64(path.Millimeters)/1000
	r.NearestID, r.NearestName, r.NearestKind = &f.ID, &f.Name, &f.Kind
	r.NearestS, r.NearestM, r.PathM = &seconds, &meters, &meters
	entrances := f.EnteredAt()
	straight := math.Inf(1)
	for _, at := range entrances {
		straight = min(straight, geo.Distance(r.At, at))
	}
	if straight > 0 {
		detour := math.Round(meters/straight*1000) / 1000
		r.Detour = &detour
	}
	straight = millimeters(straight)
	r.StraightM = &straight
	r.Path = drawnPath(r.At, path, f, snaps)
}

// drawnPath is a path as it is drawn: from its place to its road, along roads,
// and to the entrance of a facility, whose entrances are tied by snaps.
func drawnPath(from orb.Point, path *reach.Path, f *coverage.Facility, snaps []network.Snap) (drawn [][2]float64) {
	line := append(orb.LineString{from}, path.Line...)
	if k := slices.Index(snaps, path.Entrance); k >= 0 {
		line = append(line, f.EnteredAt()[k])
	}
	for _, at := range line {
		place := [2]float64{math.Round(at[0]*1e7) / 1e7, math.Round(at[1]*1e7) / 1e7}
		if n := len(drawn); n == 0 || drawn[n-1] != place {
			drawn = append(drawn, place)
		}
	}
	return drawn
}

// millimeters rounds a length in meters to what the network counts in.
func millimeters(m float64) float64 { return math.Round(m*1000) / 1000 }

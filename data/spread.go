package data

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
	"kaimen/geo"
)

// How the counts of a zone become points.
const (
	spreadBuildings = "buildings" // to the buildings in it
	spreadNetwork   = "network"   // along the roads in it that people may walk on
	byFloorArea     = "floor_area"
	byHouseholds    = "households"
)

// roadStepMeters is the longest piece of road that one point stands for.
const roadStepMeters = 50

// homeUses are the uses of a building that people live in. A building whose
// use is not known may be a home too.
var homeUses = []string{
	"", "residential", "apartments", "house", "detached", "semidetached_house", "terrace", "dormitory", "bungalow", "yes",
	"住宅", "居住", "居民楼", "公寓", "宿舍", "商住",
}

// zoneCount is what was counted in one zone: the seam at which a table of
// counts, or a raster summed by zone, becomes demand.
type zoneCount struct {
	zone    string
	weights map[string]coverage.Amount
	source  *Source
	claim   claim // the row that it comes from
}

// countLayer is demand of which a source gives counts by zone, not points.
func countLayer() layer {
	return layer{coverage.LayerDemand, nowhere, fields("id!", "people!"), nil, addCount}
}

func addCount(r *row, _ *coverage.Layers) {
	c := zoneCount{zone: r.id(), weights: r.weights(), source: r.source, claim: claim{int32(r.ordinal), int32(r.Line)}}
	if r.keep(countKey(c.source.Zone, c.zone)) {
		r.counts = append(r.counts, c)
	}
}

// countKey is what must differ among counts. A blank before it keeps it apart
// from the ids of demand.
func countKey(level coverage.Level, zone string) string { return fmt.Sprintf(" %s %s", level, zone) }

// checkCounts finds counts of zones that are not there.
func (im *importer) checkCounts() {
	known := make(map[coverage.Level]map[string]bool)
	note := func(level coverage.Level, id string) {
		if known[level] == nil {
			known[level] = make(map[string]bool)
		}
		known[level][id] = true
	}
	for i := range im.layers.Boundaries {
		note(im.layers.Boundaries[i].Level, im.layers.Boundaries[i].ID)
	}
	for i := range im.layers.Buildings {
		note(coverage.LevelBuilding, im.layers.Buildings[i].ID)
	}
	if im.incomplete[coverage.LayerBoundaries] {
		return // the zone may be in what could not be read
	}
	for _, c := range im.counts {
		if known[c.source.Zone][c.zone] {
			continue
		}
		if _, met := im.claims[coverage.LayerBoundaries][c.zone]; met && len(known[c.source.Zone]) == 0 {
			continue // its row has a fault that is told already
		}
		im.log.add(int(c.claim.source), coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownZone, Layer: coverage.LayerDemand,
			Source: im.files[c.claim.source], Line: int(c.claim.line), Feature: c.zone,
			Message: fmt.Sprintf("the study has no zone %q of level %s to put these people in; add the zone, or correct the id", c.zone, c.source.Zone),
		})
	}
}

// place is a point that a share of a zone's people may be put at.
type place struct {
	id       string // within the zone
	building string
	at       orb.Point
	weight   uint64
}

// spreader puts counts into zones.
type spreader struct {
	*importer
	buildings map[zonal.Ref][]int // in the zones of any level, in the order of the layer
	roads     map[zonal.Ref][]place
	unfloored int
}

// spread makes demand of the counts. The layers are sound and in canonical
// order.
//
// Holds:  for every zone and weight the demand adds up to the count.
// Errors: ctx.Err() if ctx ends first.
func (im *importer) spread(ctx context.Context) error {
	if len(im.counts) == 0 {
		return nil
	}
	s := &spreader{importer: im, buildings: make(map[zonal.Ref][]int)}
	s.findBuildings()
	refs := s.zoneRefs()
	for i, c := range im.counts {
		if err := im.pause(ctx, "spread", i, len(im.counts)); err != nil {
			return err
		}
		places, err := s.placesFor(ctx, c, refs[c.zone])
		if err != nil {
			return err
		}
		s.put(c, places)
	}
	slices.SortFunc(im.layers.Demand, func(a, b coverage.Demand) int { return cmp.Compare(a.ID, b.ID) })
	if s.unfloored > 0 {
		im.report.Guesses = append(im.report.Guesses, fmt.Sprintf(
			"%s: %d buildings without a number of floors count as one floor high", coverage.LayerDemand, s.unfloored))
	}
	return nil
}

// findBuildings lists the buildings of every zone, by the parents of each.
func (s *spreader) findBuildings() {
	rank := s.zones.Rank(coverage.LevelBuilding)
	number := make(map[string]int, len(s.layers.Buildings))
	for i := range s.layers.Buildings {
		number[s.layers.Buildings[i].ID] = i
	}
	for k := range s.zones.Zones(coverage.LevelBuilding) {
		ref := zonal.Ref{Rank: rank, Zone: int32(k)}
		i, ok := number[s.zones.At(ref).ID]
		if !ok {
			continue // a boundary of level building without a footprint
		}
		for r := ref; r != zonal.NoZone; r = s.zones.Parent(r) {
			s.buildings[r] = append(s.buildings[r], i)
		}
	}
}

func (s *spreader) zoneRefs() map[string]zonal.Ref {
	refs := make(map[string]zonal.Ref)
	for rank, level := range s.zones.Levels() {
		for k, zone := range s.zones.Zones(level) {
			refs[zone.ID] = zonal.Ref{Rank: rank, Zone: int32(k)}
		}
	}
	return refs
}

// placesFor finds where the people of a zone may be: in its buildings, else
// along its roads, else at a point inside it.
func (s *spreader) placesFor(ctx context.Context, c zoneCount, zone zonal.Ref) ([]place, error) {
	inside := geo.InteriorPoint(s.zones.At(zone).Area)
	tell := func(code, message string) {
		if c.weights[coverage.WeightPeople] == 0 {
			return
		}
		s.warnAt(c.claim, coverage.Issue{
			Code: code, Layer: coverage.LayerDemand, Feature: c.zone, At: at(rounded(inside)),
			Message: fmt.Sprintf("%s people: %s", c.weights[coverage.WeightPeople], message),
		})
	}
	if c.source.Spread != spreadNetwork {
		if places := s.homes(c.source.By, s.buildings[zone]); len(places) > 0 {
			return places, nil
		}
		if c.source.Spread == spreadBuildings {
			tell(coverage.ReasonNoBuilding, "the zone has no building to put them in; they are put along its roads")
		}
	}
	if s.roads == nil {
		if err := s.findRoads(ctx); err != nil {
			return nil, err
		}
	}
	if places := s.roads[zone]; len(places) > 0 {
		return places, nil
	}
	tell(coverage.ReasonNoRoad, "the zone has no road that people may walk on; they are put at one point inside it")
	return []place{{id: "inside", at: rounded(inside), weight: 1}}, nil
}

// homes weighs the buildings of a zone: those that people live in, or, where
// there are none such, all of them, as in a hospital.
func (s *spreader) homes(by string, list []int) []place {
	var homes, all []place
	for _, i := range list {
		b := &s.layers.Buildings[i]
		p := place{id: b.ID, building: b.ID, at: rounded(geo.InteriorPoint(b.Area)), weight: s.weigh(by, b)}
		if p.weight == 0 {
			continue
		}
		all = append(all, p)
		if slices.Contains(homeUses, b.Use) {
			homes = append(homes, p)
		}
	}
	switch {
	case len(homes) > 0:
		return homes
	case len(all) == 0 && by == byHouseholds: // nobody counted households here
		return s.homes(byFloorArea, list)
	}
	return all
}

// weigh is the households of a building, or its floor area in hundredths of a
// square meter, at least 1.
func (s *spreader) weigh(by string, b *coverage.Building) uint64 {
	if by == byHouseholds {
		return uint64(max(b.Households, 0))
	}
	const largest = 1e12 // so that the sum over any layer fits
	floors := b.Floors
	if floors == 0 {
		s.unfloored++
		floors = 1
	}
	area := geo.PlaneOf(b.Area.Bound()).MultiArea(b.Area)
	return uint64(min(max(math.Round(area*100*float64(floors)), 1), largest))
}

// findRoads cuts every walkable edge into equal pieces of at most
// roadStepMeters, and puts a point into the middle of each. Cut-off pieces of
// the network are passed over.
func (s *spreader) findRoads(ctx context.Context) error {
	s.roads = make(map[zonal.Ref][]place)
	n, err := s.walking(ctx)
	if err != nil {
		return err
	}
	for e := range int32(n.EdgeCount()) {
		length := n.Edge(e).Length
		pieces := max(1, (length+roadStepMeters*1000-1)/(roadStepMeters*1000))
		for _, p := range middles(n.LineOf(e), int(pieces)) {
			p = rounded(p)
			if n.Snap(p).State != coverage.ReasonSnapped {
				continue
			}
			for r := s.zones.Innermost(p); r != zonal.NoZone; r = s.zones.Parent(r) {
				s.roads[r] = append(s.roads[r], place{at: p, weight: uint64(max(length/pieces, 1))})
			}
		}
	}
	for _, places := range s.roads {
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(slices.Compare(a.at[:], b.at[:]), cmp.Compare(a.weight, b.weight))
		})
		for i := range places {
			places[i].id = fmt.Sprintf("road-%d", i+1)
		}
	}
	return nil
}

// middles cuts a line into pieces of equal length and returns the middle of
// each.
func middles(line orb.LineString, pieces int) []orb.Point {
	plane := geo.PlaneOf(line.Bound())
	steps, length := make([]float64, len(line)), 0.0
	for i := 1; i < len(line); i++ {
		steps[i] = plane.Length(line[i-1 : i+1])
		length += steps[i]
	}
	out := make([]orb.Point, 0, pieces)
	i, passed := 1, 0.0
	for k := range pieces {
		wanted := length * (float64(k) + 0.5) / float64(pieces)
		for i < len(line)-1 && passed+steps[i] < wanted {
			passed += steps[i]
			i++
		}
		share := 0.0
		if steps[i] > 0 {
			share = min((wanted-passed)/steps[i], 1)
		}
		a, b := line[i-1], line[i]
		out = append(out, orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])})
	}
	return out
}

// put makes demand of one count. Places that get nobody are left out, but a
// zone that nobody lives in keeps one, so that it stands in the layer.
func (s *spreader) put(c zoneCount, places []place) {
	weights := make([]uint64, len(places))
	for i := range places {
		weights[i] = places[i].weight
	}
	made := 0
	for i, share := range shareAll(c.weights, weights) {
		anybody := false
		for _, amount := range share {
			anybody = anybody || amount > 0
		}
		if !anybody && (made > 0 || i < len(places)-1) {
			continue
		}
		made++
		d := coverage.Demand{ID: c.zone + "/" + places[i].id, At: places[i].at, Building: places[i].building, Weights: share}
		if _, taken := s.claims[coverage.LayerDemand][d.ID]; !taken {
			s.claims[coverage.LayerDemand][d.ID] = c.claim
		}
		s.layers.Demand = append(s.layers.Demand, d)
	}
}

// walking is the network on foot of the layers, built once.
func (im *importer) walking(ctx context.Context) (*network.Network, error) {
	if im.network == nil && im.options.Walking != nil {
		n, built, err := im.options.Walking(ctx)
		if err != nil {
			return nil, err
		}
		im.network, im.built = n, built
	}
	if im.network == nil {
		im.progress("network", 0, int64(len(im.layers.Roads)))
		n, built, err := network.Build(ctx, network.Ground{Roads: im.layers.Roads, Gates: im.layers.Gates}, network.Walk())
		if err != nil {
			return nil, err
		}
		im.progress("network", int64(len(im.layers.Roads)), int64(len(im.layers.Roads)))
		im.network, im.built = n, built
	}
	return im.network, nil
}

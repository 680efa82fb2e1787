package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/scenario"
)

// The forms and directions of isochrones, as requests name them.
const (
	AsPolygons = "polygons" // the ground about the road within reach
	AsLines    = "lines"    // the stretches of road within reach

	Away   = "away"   // from the origin to everywhere
	Toward = "toward" // from everywhere to the origin
)

// The most that one request may ask for.
const (
	maxOrigins = 1000
	maxCutoffs = 20
)

// IsochronesRequest asks what is within reach of places, each on its own, or
// of the facilities of a kind, all together: their service area. One of At and
// Kind is given. The zero values of the rest stand for defaults: walk, the tiers
// of the service circle in minutes, away from places and toward facilities,
// polygons, and no hole filled.
type IsochronesRequest struct {
	Study     string
	Profile   string
	At        []Place
	Kind      string
	Cutoffs   []Cutoff // of one metric, in any order
	Direction string
	As        string
	MinHoleM2 float64            // smaller holes of polygons are filled
	When      string             // as in a CoverageRequest
	Scenario  *scenario.Scenario `json:",omitempty"` // as in a CoverageRequest
}

// IsochronesResult is what is within reach, by origin and cutoff.
type IsochronesResult struct {
	Key       Key                    `json:"key"`
	Study     string                 `json:"study"`
	Snapshot  coverage.SnapshotID    `json:"snapshot"`
	Synthetic bool                   `json:"synthetic"`
	Engine    string                 `json:"engine"`
	Question  IsochronesQuestion     `json:"question"`
	Network   []coverage.ReasonCount `json:"network" nullable:"false"` // how the origins sit on the network
	Warnings  []Warning              `json:"warnings" nullable:"false"`
	Rows      []Isochrone            `json:"rows" nullable:"false"` // by origin as given, the largest cutoff first
}

// IsochronesQuestion is a request with its defaults filled in.
type IsochronesQuestion struct {
	Kind      *string   `json:"kind"`    // null for places
	Origins   int       `json:"origins"` // places, or facilities of the kind
	Profile   string    `json:"profile"`
	Direction string    `json:"direction"` // as seen from the origin
	CutoffsS  []float64 `json:"cutoffs_s"` // ascending; one of the two is set
	CutoffsM  []float64 `json:"cutoffs_m"`
	As        string    `json:"as"`
	MinHoleM2 float64   `json:"min_hole_m2"`
	When      string    `json:"when,omitempty"`
	Scenario  *WhatIf   `json:"scenario,omitempty"`
}

// Isochrone is what is within reach of one origin up to one cutoff.
type Isochrone struct {
	ID        string   `json:"id"`       // of the place, or the kind
	CutoffS   *float64 `json:"cutoff_s"` // one of the two is set
	CutoffM   *float64 `json:"cutoff_m"`
	Direction string   `json:"direction"`
	Profile   string   `json:"profile"`
	State     string   `json:"state"`     // how the origin sits on the network; of several facilities, the best
	AreaM2    *float64 `json:"area_m2"`   // of polygons
	LengthM   *float64 `json:"length_m"`  // of lines
	ReachedM  float64  `json:"reached_m"` // road within reach

	Area  orb.MultiPolygon    `json:"-"` // nil where nothing is within reach
	Lines orb.MultiLineString `json:"-"`
}

// Isochrones answers a request. Rings of one origin, or one kind, are nested,
// and each is the same whatever others are asked for.
//
// Errors: invalid with every fault of the request; not_found for the study;
// too_large for polygons beyond what isochrone.Drawer takes.
// Cost:   for each origin one search within the largest cutoff, and its drawing.
func (e *Engine) Isochrones(ctx context.Context, r IsochronesRequest) (*IsochronesResult, error) {
	b, err := e.base(ctx, r.Study)
	if err != nil {
		return nil, err
	}
	b, unfit := e.under(ctx, b, r.Scenario)
	if b == nil {
		return nil, unfit
	}
	r.Scenario = b.scenario()
	r, profile, err := e.resolveIsochrones(b, r)
	if err := coverage.AllFaults(err, unfit); err != nil {
		return nil, err
	}
	key := keyOf("isochrones", b.ID, r)
	draw := func(ctx context.Context) (*IsochronesResult, error) {
		g, err := b.grounds(ctx, profile, r.When)
		if err != nil {
			return nil, err
		}
		return b.isochrones(ctx, g, r, key)
	}
	if len(r.At) > 1 { // too much to keep, and seldom asked twice
		return draw(ctx)
	}
	return e.rings.get(ctx, key, draw)
}

// start is an origin with its places on the network.
type start struct {
	id    string
	snaps []network.Snap
}

func (b *base) isochrones(ctx context.Context, g *grounds, r IsochronesRequest, key Key) (*IsochronesResult, error) {
	starts, states := b.starts(g, r)
	result := &IsochronesResult{
		Key: key, Study: b.Study.ID, Snapshot: b.ID, Synthetic: b.Study.Synthetic, Engine: EngineVersion,
		Network: states, Warnings: b.isochroneWarnings(g, r, starts, states), Rows: []Isochrone{},
		Question: IsochronesQuestion{
			Origins: len(r.At), Profile: r.Profile, Direction: r.Direction, As: r.As, MinHoleM2: r.MinHoleM2, When: r.When,
			Scenario: whatIfOf(r.Scenario),
		},
	}
	if r.Kind != "" {
		result.Question.Kind, result.Question.Origins = &r.Kind, rowsOf(states)
	}
	limits := make([]network.Cost, len(r.Cutoffs))
	for i, c := range r.Cutoffs {
		limits[i] = c.Value
		if s := c.Seconds(); s != nil {
			result.Question.CutoffsS = append(result.Question.CutoffsS, *s)
		}
		if m := c.Meters(); m != nil {
			result.Question.CutoffsM = append(result.Question.CutoffsM, *m)
		}
	}
	ground, err := g.drawing()
	if err != nil {
		return nil, err
	}
	direction := network.Away
	if r.Direction == Toward {
		direction = network.Toward
	}
	drawer := ground.NewDrawer(reach.Options{Metric: r.Cutoffs[0].Metric, Direction: direction})
	for _, s := range starts {
		rings, err := s.rings(ctx, drawer, r, limits)
		if err != nil {
			return nil, fmt.Errorf("origin %s: %w", s.id, err)
		}
		for i, ring := range slices.Backward(rings) {
			result.Rows = append(result.Rows, s.row(r, r.Cutoffs[i], ring))
		}
	}
	return result, nil
}

func (s start) rings(ctx context.Context, d *isochrone.Drawer, r IsochronesRequest, limits []network.Cost) ([]isochrone.Ring, error) {
	if r.As == AsLines {
		return d.Lines(ctx, s.snaps, limits)
	}
	return d.Polygons(ctx, s.snaps, limits, r.MinHoleM2)
}

func (s start) row(r IsochronesRequest, c Cutoff, ring isochrone.Ring) Isochrone {
	row := Isochrone{
		ID: s.id, CutoffS: c.Seconds(), CutoffM: c.Meters(), Direction: r.Direction, Profile: r.Profile,
		State: network.BestState(s.snaps), ReachedM: ring.ReachedM, Area: ring.Area, Lines: ring.Lines,
	}
	if r.As == AsLines {
		row.LengthM = &row.ReachedM
	} else {
		row.AreaM2 = &ring.AreaM2
	}
	return row
}

// starts ties the origins to the network: each place, or all facilities of the
// kind as one. The states are those of places, or of facilities.
func (b *base) starts(g *grounds, r IsochronesRequest) ([]start, []coverage.ReasonCount) {
	tally := coverage.Tally{}
	if r.Kind == "" {
		var starts []start
		for _, p := range r.At {
			snap := g.network.Snap(p.At)
			tally.Add(snap.State, 0)
			starts = append(starts, start{p.ID, []network.Snap{snap}})
		}
		return starts, tally.Counts()
	}
	all := start{id: r.Kind}
	for i := range b.Facilities {
		if b.Facilities[i].Kind == r.Kind {
			tally.Add(network.BestState(g.facilities[i]), 0)
			all.snaps = append(all.snaps, g.facilities[i]...)
		}
	}
	return []start{all}, tally.Counts()
}

func rowsOf(counts []coverage.ReasonCount) (rows int) {
	for _, c := range counts {
		rows += c.Rows
	}
	return rows
}

// waterKind is the kind of landcover that is water.
const waterKind = "water"

// water lists the areas of water, which rings do not cross without a bridge.
func (b *base) water() (areas []orb.MultiPolygon) {
	for i := range b.LandCover {
		if b.LandCover[i].Kind == waterKind {
			areas = append(areas, b.LandCover[i].Area)
		}
	}
	return areas
}

// originFate is what it means that an origin did not end as snapped.
var originFate = map[string]string{
	coverage.ReasonTooFar: "are tied to no road; nothing is within their reach",
	coverage.ReasonIsland: "lie on a cut-off piece of road; only what lies on it is within their reach",
}

func (b *base) isochroneWarnings(g *grounds, r IsochronesRequest, starts []start, states []coverage.ReasonCount) []Warning {
	list := []Warning{}
	if b.Study.Synthetic {
		list = append(list, synthetic())
	}
	what, layer := "origins", coverage.LayerName("")
	if r.Kind != "" {
		what, layer = "facilities of kind "+r.Kind, coverage.LayerFacilities
		if len(states) == 0 {
			list = append(list, Warning{
				Code: coverage.ReasonNoFacility, Layer: layer,
				Message: fmt.Sprintf("the study has no facility of kind %s", r.Kind),
			})
		}
	}
	for _, c := range states {
		if fate := originFate[c.Code]; fate != "" {
			list = append(list, Warning{
				Code: c.Code, Layer: layer, Count: c.Rows, Message: fmt.Sprintf("%d %s %s", c.Rows, what, fate),
			})
		}
	}
	if edge, short := g.edgeOfReach(starts, r.Cutoffs[len(r.Cutoffs)-1]); short {
		list = append(list, edge)
	}
	return append(list, g.told...)
}

// edgeOfReach warns when roads end nearer to a starting point than people get
// within a cutoff, so that a ring may end where the data does.
func (g *grounds) edgeOfReach(starts []start, c Cutoff) (Warning, bool) {
	near, least, needed := 0, math.Inf(1), 0.0
	for _, s := range starts {
		for _, snap := range s.snaps {
			if !snap.OK() {
				continue
			}
			buffer, meters := g.margin(orb.Bound{Min: snap.At, Max: snap.At}, c)
			if buffer < meters {
				near++
			}
			least, needed = min(least, buffer), meters
		}
	}
	if near == 0 {
		return Warning{}, false
	}
	least, needed = decimeters(max(least, 0)), decimeters(needed)
	return Warning{
		Code: coverage.ReasonEdgeOfData, Count: near, HaveM: &least, NeededM: &needed,
		Message: fmt.Sprintf("around %d starting points roads end nearer than the cutoff of %.0f m, the nearest at %.0f m: rings may end where the data does",
			near, needed, least),
	}, true
}

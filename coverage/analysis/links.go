package analysis

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
)

// What a link that would be drawn may not cross.
const (
	ObstacleWater    = "water"
	ObstacleBuilding = "building"
	ObstacleEstate   = "estate" // the wall of a gated estate
	ObstacleRoad     = "road"   // without meeting it
	ObstacleNone     = "none"
)

// LinkOptions say which links are looked for and how many are told.
type LinkOptions struct {
	Kinds      []string `json:"kinds" nullable:"false"` // facility kinds whose gains are added up; at least one
	MaxM       *float64 `json:"max_m"`                  // longest link; default 150
	MinDetourM *float64 `json:"min_detour_m"`           // the way between its ends is longer; default 800
	SameM      *float64 `json:"same_m"`                 // links whose ends lie so near each other along the network are one; default 100
	Sources    []string `json:"sources" nullable:"false"`
	Obstacles  []string `json:"obstacles" nullable:"false"` // what a link may not cross; default all, or none
	Class      string   `json:"class"`                      // of the roads drawn; default footway, or what the profile uses instead
	P          *int     `json:"p"`                          // how many are chosen together; default 3
	Limit      *int     `json:"limit"`                      // how many rows, the best; default 50, 0 for all
	// Watch hears what share of the search is done, from any goroutine; nil for
	// nobody. It is no part of the question.
	Watch func(share float64) `json:"-"`
}

// LinkSummary is what was looked at and what it would bring. Demand that gains
// with respect to two kinds counts twice in Covered and CoveredWith.
type LinkSummary struct {
	Demand      coverage.Amount `json:"demand"`
	Covered     coverage.Amount `json:"covered"`                    // before, added up over the kinds
	CoveredWith coverage.Amount `json:"covered_with"`               // with the links chosen
	Considered  int             `json:"considered"`                 // candidates and those set aside
	Candidates  int             `json:"candidates"`                 // whose gain is known
	Helping     int             `json:"helping"`                    // of these, those that help
	Pruned      int             `json:"pruned"`                     // known to change nothing by the costs at their ends
	Chosen      int             `json:"chosen"`                     // together
	BySource    []LinkSource    `json:"by_source" nullable:"false"` // in the order of LinkOptions.Sources
	ByKind      []LinkKind      `json:"by_kind" nullable:"false"`   // in the order of the kinds
	SetAside    []LinkAside     `json:"set_aside" nullable:"false"` // by reason
	Steps       []LinkStep      `json:"steps" nullable:"false"`     // the links chosen, in their order
	Changes     LinkScenario    `json:"changes"`                    // of all links chosen, as a scenario's
}

// LinkScenario is changes, ready to be sent as a scenario.
type LinkScenario struct {
	Changes []scenario.Change `json:"changes" nullable:"false"`
}

// LinkSource is what one source gave.
type LinkSource struct {
	Source     string `json:"source"`
	Candidates int    `json:"candidates"`
	Helping    int    `json:"helping"`
}

// LinkKind is the demand that reaches one kind within the cutoff.
type LinkKind struct {
	Kind        string          `json:"kind"`
	Covered     coverage.Amount `json:"covered"`
	CoveredWith coverage.Amount `json:"covered_with"` // with the links chosen
}

// LinkAside is how many were set aside for one reason.
type LinkAside struct {
	Reason string `json:"reason"` // same_place, too_short, unclear_end, no_road, road, or an obstacle
	Count  int    `json:"count"`
}

// LinkStep is one link of those chosen together, with what it adds to those
// before it.
type LinkStep struct {
	Step        int             `json:"step"`
	ID          string          `json:"id"`
	Newly       coverage.Amount `json:"newly_covered"`
	Lost        coverage.Amount `json:"lost"`
	CoveredWith coverage.Amount `json:"covered_with"` // with this one and all before it
	Saved       float64         `json:"saved"`        // person-seconds, or person-meters
}

// LinkRow is a link or gate and what it does alone.
type LinkRow struct {
	Rank   int       `json:"rank"`
	ID     string    `json:"id"`     // of a gate its own, of a link by its places
	Source string    `json:"source"` // gate, dead_end, link or closed_road
	At     orb.Point `json:"at"`     // its middle

	FromRoad *string `json:"from_road"` // id of the road that it starts on, or that the gate stands on
	FromName *string `json:"from_name"`
	ToRoad   *string `json:"to_road"`
	ToName   *string `json:"to_name"`

	LengthM float64  `json:"length_m"` // of the road drawn
	DetourM *float64 `json:"detour_m"` // the way between its ends as it is; nil without one, and for a gate

	NewlyCovered coverage.Amount            `json:"newly_covered"`
	Lost         coverage.Amount            `json:"lost"` // no longer covered: tied to the new road, which leads less well
	Nearer       coverage.Amount            `json:"nearer"`
	Farther      coverage.Amount            `json:"farther"`
	SavedPersonS *float64                   `json:"saved_person_s"` // under a cutoff in minutes
	SavedPersonM *float64                   `json:"saved_person_m"` // under one in meters
	ByKind       map[string]coverage.Amount `json:"by_kind"`        // newly covered, by kind

	Step *int `json:"step"` // of those chosen together; nil if it is none

	Grid      *string `json:"grid"` // ids of the zones that At lies in, nil if none
	Community *string `json:"community"`
	Street    *string `json:"street"`

	Changes []scenario.Change `json:"changes" nullable:"false"` // that make it: of a scenario, or of a link of a plan

	Line orb.LineString `json:"-"` // of a gate, the first meters of its road
}

// Place is the link on the ground.
func (r *LinkRow) Place() orb.Geometry { return r.Line }

// The answers on missing links.
type (
	LinkRequest = Request[LinkOptions]
	LinkAnswer  = Answer[LinkOptions, LinkSummary, LinkRow]
)

// Links finds the openings that would bring most demand within reach of some
// kinds: gates, dead ends, missing links between places near each other, roads
// that are there and may not be used; ranked by what each does alone, and a
// choice of several for what they do together. A scenario is heeded: links are
// looked for on the roads as it leaves them.
//
// Holds:  NewlyCovered, Lost, Nearer and Farther of a row, with respect to one
// kind, are Gained, Lost, Nearer and Farther of Compare with the changes of the
// row after those of the scenario; those of the steps likewise, with all before
// them.
// Errors: as Coverage, and every fault of the options.
// Cost:   see links.Find, links.Gains and links.Choose; each gate that is told, or
// stands beside another, takes a network built anew.
func (e *Engine) Links(ctx context.Context, r LinkRequest) (*LinkAnswer, error) {
	return ask(ctx, e, indicator[LinkOptions, LinkSummary, LinkRow]{
		name: "links", prepare: prepareLinks, find: findLinks,
	}, r)
}

// linkSources and linkObstacles are all there are, in the order told.
func linkSources() []string { return []string{links.Gate, links.DeadEnd, links.Link, links.ClosedRoad} }

func linkObstacles() []string {
	return []string{ObstacleWater, ObstacleBuilding, ObstacleEstate, ObstacleRoad}
}

const (
	defaultMaxM, mostMaxM       = 150.0, 2000.0
	defaultDetourM, mostDetourM = 800.0, 20_000.0
	defaultSameM                = 100.0
	defaultLinks, mostLinks     = 3, 50
	defaultLinkRows             = 50
)

func prepareLinks(e *Engine, b *base, r *LinkRequest) (issues []coverage.Issue) {
	o := &r.Options
	given := func(x **float64, name string, preset, least, most float64) {
		if *x == nil {
			*x = &preset
		}
		if !(**x >= least && **x <= most) {
			issues = append(issues, fault(name, "%s is %v; give meters from %v to %v", name, **x, least, most))
		}
	}
	given(&o.MaxM, "max_m", defaultMaxM, 1, mostMaxM)
	given(&o.MinDetourM, "min_detour_m", defaultDetourM, 1, mostDetourM)
	given(&o.SameM, "same_m", defaultSameM, 0, mostMaxM)
	count := func(x **int, name string, preset, most int) {
		if *x == nil {
			*x = &preset
		}
		if **x < 0 || **x > most {
			issues = append(issues, fault(name, "%s is %d; give 0 to %d", name, **x, most))
		}
	}
	count(&o.P, "p", defaultLinks, mostLinks)
	count(&o.Limit, "limit", defaultLinkRows, 1_000_000)
	if len(o.Kinds) == 0 {
		issues = append(issues, fault("kinds", "no facility kind is named; give kind, or kinds"))
	}
	for i, kind := range o.Kinds {
		if slices.Contains(o.Kinds[:i], kind) {
			issues = append(issues, fault("kinds", "%q stands twice; give each kind once", kind))
			continue
		}
		issues = append(issues, e.checkKind(b, kind)...)
	}
	o.Sources = chosenOf(o.Sources, "sources", linkSources(), &issues)
	if slices.Equal(o.Obstacles, []string{ObstacleNone}) {
		o.Obstacles = []string{}
	} else {
		o.Obstacles = chosenOf(o.Obstacles, "obstacles", linkObstacles(), &issues)
	}
	if profile, err := profileOf(r.Profile); err == nil {
		for _, class := range []string{footway, "cycleway", "residential"} {
			if o.Class == "" && profile.Takes(class) {
				o.Class = class
			}
		}
		if !profile.Takes(o.Class) {
			issues = append(issues, fault("class", "profile %s does not use a road of class %q; give another OpenStreetMap highway value", profile.ID, o.Class))
		}
	}
	return issues
}

// chosenOf are some of a few words, in their order; none given stands for all.
func chosenOf(given []string, name string, all []string, issues *[]coverage.Issue) (list []string) {
	for _, word := range given {
		if !slices.Contains(all, word) {
			*issues = append(*issues, fault(name, "%q is none of %s", word, join(all)))
		}
	}
	for _, word := range all {
		if len(given) == 0 || slices.Contains(given, word) {
			list = append(list, word)
		}
	}
	return list
}

// linkWork is a search for links with what it stands on.
type linkWork struct {
	*work[LinkOptions]
	town  *links.Town
	list  []links.Candidate
	gains []links.Gain
	aside map[string]int
	count func(gains int64) // tells how far it is; nil where nobody asks
}

func findLinks(ctx context.Context, in *work[LinkOptions], a *LinkAnswer) error {
	w := &linkWork{work: in, town: in.base.townOf(in.grounds, &in.CoverageRequest, in.Options.Kinds), aside: make(map[string]int)}
	if err := w.look(ctx); err != nil {
		return err
	}
	w.watch()
	a.Options.Watch = nil // who hears is no part of the answer
	scores, err := links.Gains(ctx, w.town, w.list, w.anew)
	if err != nil {
		return err
	}
	w.gains = scores.Gains
	order, err := w.ranked(ctx)
	if err != nil {
		return err
	}
	steps, err := links.Choose(ctx, w.town, w.list, w.gains, *w.Options.P, w.anew)
	if err != nil {
		return err
	}
	w.summarize(&a.Summary, scores, steps)
	return w.rows(ctx, a, order, steps)
}

// look finds the candidates.
func (w *linkWork) look(ctx context.Context) error {
	o := &w.Options
	has := func(source string) bool { return slices.Contains(o.Sources, source) }
	options := links.Options{
		MaxMeters: *o.MaxM, MinDetourMeters: *o.MinDetourM, SameMeters: *o.SameM, DeadEnds: has(links.DeadEnd), Links: has(links.Link),
		Class: o.Class, CrossRoads: !slices.Contains(o.Obstacles, ObstacleRoad), Blocked: w.base.obstacles(o.Obstacles).blocking,
	}
	if has(links.ClosedRoad) {
		options.Closed = w.closedRoads()
	}
	found, err := links.Find(ctx, w.grounds.network, options)
	if err != nil {
		return err
	}
	w.list = found.Candidates
	for _, c := range found.Aside {
		w.aside[c.Code] += c.Rows
	}
	if has(links.Gate) {
		w.addGates()
	}
	return nil
}

// townOf puts a base in the words of package links.
func (b *base) townOf(g *grounds, r *CoverageRequest, kinds []string) *links.Town {
	town := &links.Town{Network: g.network, Metric: r.Cutoff.Metric, Cutoff: r.Cutoff.Value, Demand: make([]links.Demand, len(b.Demand))}
	for i := range b.Demand {
		town.Demand[i].Place = links.Place{At: b.Demand[i].At, Snap: g.demand.Snap(int32(i))}
		if !b.zones.Outside[i] {
			town.Demand[i].Weight = b.Demand[i].Weights[r.Cohort]
		}
	}
	for _, kind := range kinds {
		of := links.Kind{ID: kind}
		for f := range b.Facilities {
			if b.Facilities[f].Kind != kind {
				continue
			}
			var doors []links.Place
			for k, at := range b.Facilities[f].EnteredAt() {
				doors = append(doors, links.Place{At: at, Snap: g.facilities[f][k]})
			}
			of.Facilities = append(of.Facilities, doors)
		}
		town.Kinds = append(town.Kinds, of)
	}
	return town
}

// changesOf are the changes of a scenario that make some candidates.
func changesOf(made []links.Candidate) []scenario.Change {
	list := []scenario.Change{}
	for _, c := range made {
		if c.Source == links.Gate {
			list = append(list, scenario.Change{Verb: scenario.OpenGate, Gate: c.ID})
		} else {
			list = append(list, scenario.Change{Verb: scenario.DrawRoad, Line: c.Line, Class: c.Class})
		}
	}
	return list
}

// anewGains is how many gains take as long as one on a network built anew: 20
// to 40 in the sample district.
const anewGains = 30

// watch counts the gains that are known, for whom it is asked: those of each
// candidate alone, of those that are gone over, and again of all at every further
// step of the choice.
func (w *linkWork) watch() {
	tell := w.Options.Watch
	if tell == nil {
		return
	}
	all := float64(len(w.list)*max(1, *w.Options.P) + anewGains*w.toldCount())
	var known atomic.Int64
	w.count = func(gains int64) { tell(min(1, float64(known.Add(gains))/all)) }
	w.town.Watch = func() { w.count(1) }
}

// toldCount is how many of the candidates are told for what they do alone.
func (w *linkWork) toldCount() int {
	if limit := *w.Options.Limit; limit > 0 {
		return min(limit, len(w.list))
	}
	return len(w.list)
}

// anew is the town with some candidates made, by a scenario. It is not kept:
// hundreds may be tried.
func (w *linkWork) anew(ctx context.Context, made []links.Candidate) (*links.Town, error) {
	s := w.base.with(changesOf(made))
	origin := w.base.origin()
	resolved, issues := s.Resolve(origin.Snapshot)
	if len(issues) > 0 {
		return nil, fmt.Errorf("links: a candidate makes no scenario: %s", issues[0].Message)
	}
	b := origin.changed(s, resolved).counted(w.Cohort)
	g, err := b.grounds(ctx, w.profile, w.When)
	if err != nil {
		return nil, err
	}
	town := b.townOf(g, &w.CoverageRequest, w.Options.Kinds)
	town.Watch = w.town.Watch
	return town, nil
}

// ranked orders the candidates by what they do alone. Gates that will be told
// are gone over on networks built anew, as a scenario has them.
func (w *linkWork) ranked(ctx context.Context) ([]int, error) {
	order := make([]int, len(w.list))
	for i := range order {
		order[i] = i
	}
	sort := func() {
		slices.SortFunc(order, func(i, k int) int { return links.Better(&w.list[i], &w.gains[i], &w.list[k], &w.gains[k]) })
	}
	sort()
	told := order[:w.toldCount()]
	err := each(len(told), func(k int) error {
		if w.count != nil {
			defer w.count(anewGains)
		}
		i := told[k]
		if c := &w.list[i]; c.Source != links.Gate || !c.Alone || !w.gains[i].Helps() {
			return nil
		}
		after, err := w.anew(ctx, w.list[i:i+1])
		if err != nil {
			return err
		}
		w.gains[i], err = links.Between(ctx, w.town, after)
		return err
	})
	sort()
	return order, err
}

// closedRoads are the stretches of roads that a tag keeps the profile off,
// between places where they meet the network.
func (w *linkWork) closedRoads() (list []links.Closed) {
	const meets = 0.05 // meters: more than coordinates are rounded
	for i := range w.base.Roads {
		road := &w.base.Roads[i]
		if w.profile.Denies(road) != network.DeniedByTag || !w.profile.Takes(road.Class) {
			continue
		}
		last := -1
		for k, at := range road.Line {
			if !w.grounds.network.Nearest(at, meets).OK() {
				continue
			}
			if last >= 0 {
				list = append(list, links.Closed{Line: slices.Clone(road.Line[last : k+1]), Class: road.Class})
			}
			last = k
		}
	}
	return list
}

package analysis

import (
	"context"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/index"
)

// summarize tells what was looked at, and what the links chosen do together.
func (w *linkWork) summarize(s *LinkSummary, scores *links.Scores, steps []links.Chosen) {
	s.Candidates, s.Considered, s.Pruned, s.Chosen = len(w.list), len(w.list), scores.Pruned, len(steps)
	for i := range w.town.Demand {
		s.Demand += w.town.Demand[i].Weight
	}
	for _, source := range w.Options.Sources {
		of := LinkSource{Source: source}
		for i := range w.list {
			if w.list[i].Source != source {
				continue
			}
			of.Candidates++
			if w.gains[i].Helps() {
				of.Helping++
			}
		}
		s.Helping += of.Helping
		s.BySource = append(s.BySource, of)
	}
	tally := make(coverage.Tally)
	for reason, count := range w.aside {
		for range count {
			tally.Add(reason, 0)
		}
	}
	s.SetAside = []LinkAside{}
	for _, c := range tally.Counts() {
		s.SetAside = append(s.SetAside, LinkAside{c.Code, c.Rows})
		s.Considered += c.Rows
	}
	covered := scores.Covered(w.town)
	for k, kind := range w.Options.Kinds {
		of := LinkKind{kind, covered[k], covered[k]}
		for i := range steps {
			of.CoveredWith += steps[i].Gain.Kinds[k].Net()
		}
		s.Covered, s.CoveredWith = s.Covered+of.Covered, s.CoveredWith+of.CoveredWith
		s.ByKind = append(s.ByKind, of)
	}
	s.Steps = []LinkStep{}
	var made []links.Candidate
	sum := s.Covered
	for i := range steps {
		c, g := &w.list[steps[i].Candidate], &steps[i].Gain
		sum += g.Net()
		made = append(made, *c)
		s.Steps = append(s.Steps, LinkStep{i + 1, c.ID, g.NewlyCovered, g.Lost, sum, millimeters(g.Saved)})
	}
	s.Changes = LinkScenario{changesOf(made)}
}

// rows tells the best candidates, and those chosen.
func (w *linkWork) rows(ctx context.Context, a *LinkAnswer, order []int, steps []links.Chosen) error {
	stepOf := make(map[int]int)
	for i := range steps {
		stepOf[steps[i].Candidate] = i + 1
	}
	var told []links.Candidate
	near, zones := w.nearRoads(), w.base.zonesAbout()
	for rank, i := range order {
		step := stepOf[i]
		if limit := *w.Options.Limit; limit > 0 && rank >= limit && step == 0 {
			continue
		}
		row := w.row(&w.list[i], &w.gains[i], near, zones)
		row.Rank = rank + 1
		if step > 0 {
			row.Step = &step
		}
		a.Rows, told = append(a.Rows, row), append(told, w.list[i])
	}
	detours, err := links.Detours(ctx, w.grounds.network, told)
	for k := range detours {
		a.Rows[k].DetourM = detours[k]
	}
	return err
}

func (w *linkWork) row(c *links.Candidate, g *links.Gain, near func(orb.Point) *coverage.Road, zones func(orb.Point) (grid, community, street *string)) LinkRow {
	row := LinkRow{
		ID: c.ID, Source: c.Source, At: middle(c.Line), LengthM: millimeters(c.Meters), Line: c.Line,
		NewlyCovered: g.NewlyCovered, Lost: g.Lost, Nearer: g.Nearer, Farther: g.Farther,
		ByKind: make(map[string]coverage.Amount), Changes: changesOf([]links.Candidate{*c}),
	}
	saved := millimeters(g.Saved)
	if w.Cutoff.Metric == network.Time {
		row.SavedPersonS = &saved
	} else {
		row.SavedPersonM = &saved
	}
	for k, kind := range w.Options.Kinds {
		row.ByKind[kind] = g.Kinds[k].NewlyCovered
	}
	if road := near(c.Line[0]); road != nil {
		row.FromRoad, row.FromName = &road.ID, &road.Name
	}
	if road := near(c.Line[len(c.Line)-1]); road != nil && c.Source != links.Gate {
		row.ToRoad, row.ToName = &road.ID, &road.Name
	}
	if c.Source == links.Gate {
		row.Line = w.gateLine(c.Line[0])
	}
	row.Grid, row.Community, row.Street = zones(row.At)
	return row
}

// middle is the place halfway along a line.
func middle(line orb.LineString) orb.Point {
	left := 0.0
	for i := 1; i < len(line); i++ {
		left += geo.Distance(line[i-1], line[i]) / 2
	}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		d := geo.Distance(a, b)
		if left <= d && d > 0 {
			return orb.Point{a[0] + left/d*(b[0]-a[0]), a[1] + left/d*(b[1]-a[1])}
		}
		left -= d
	}
	return line[0]
}

// gateLine shows a gate as the first meters of the road that it stands on, so
// that all rows are lines.
func (w *linkWork) gateLine(at orb.Point) orb.LineString {
	const shownMM = 5000
	n := w.grounds.network
	s := n.Nearest(at, gateMeters)
	if !s.OK() {
		return orb.LineString{at, at}
	}
	to := s.Position
	if length := n.Edge(to.Edge).Length; to.Along+shownMM <= length {
		to.Along += shownMM
	} else {
		to.Along -= min(to.Along, shownMM)
	}
	return orb.LineString{at, n.PointAt(to)}
}

// nearRoads finds the road that a link ends on: of those that the profile uses
// and that lie within a meter, the nearest, then the first.
func (w *linkWork) nearRoads() func(at orb.Point) *coverage.Road {
	roads := w.base.Roads
	boxes := index.NewBoxes(len(roads), func(i int) orb.Bound { return roads[i].Line.Bound() })
	return func(at orb.Point) (found *coverage.Road) {
		best, plane := 1.0, geo.NewPlane(at)
		for _, i := range boxes.Meeting(geo.Around(at, best), nil) {
			if w.profile.Denies(&roads[i]) != "" {
				continue
			}
			for k := 1; k < len(roads[i].Line); k++ {
				if _, d := plane.NearestOn(roads[i].Line[k-1], roads[i].Line[k]); d < best {
					best, found = d, &roads[i]
				}
			}
		}
		return found
	}
}

// zonesAbout finds the zones that a place lies in.
func (b *base) zonesAbout() func(at orb.Point) (grid, community, street *string) {
	find := func(level coverage.Level) func(orb.Point) *string {
		zones := b.zones.Of(level)
		areas := index.NewAreas(len(zones), func(i int) orb.MultiPolygon { return zones[i].Area })
		return func(at orb.Point) *string {
			if i, ok := areas.First(at); ok {
				return &zones[i].ID
			}
			return nil
		}
	}
	grids, communities, streets := find(coverage.LevelGrid), find(coverage.LevelCommunity), find(coverage.LevelStreet)
	return func(at orb.Point) (grid, community, street *string) { return grids(at), communities(at), streets(at) }
}

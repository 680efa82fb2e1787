package analysis

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/scenario"
	"kaimen/coverage/siting"
)

// SiteLink is a change of roads and gates that competes with new sites for the
// budget: a gate opened, a road opened or drawn. Its gain is the demand that
// existing facilities newly serve with it alone. What several links, or a link and
// a new site, win together is not counted.
type SiteLink struct {
	ID      string            `json:"id" example:"gate-7"`
	Name    string            `json:"name,omitempty" example:"South gate"`
	Cost    int64             `json:"cost" minimum:"0" example:"1"`
	Changes []scenario.Change `json:"changes" nullable:"false" doc:"Changes of roads and gates, as in a scenario."`
}

func linkID(id string) string { return "link:" + id }

// sourceLink is the source of rows that are links.
const sourceLink = "link"

// linked tells the models in which links may compete with sites.
func linked(m siting.Model) bool {
	return m == siting.MaxCover || m == siting.SetCover || m == siting.Decay || m == siting.MaxMin
}

// at is a place of the link, to be shown.
func (l *SiteLink) at() orb.Point {
	for _, c := range l.Changes {
		switch {
		case c.At != nil:
			return *c.At
		case len(c.Line) > 0:
			return c.Line[len(c.Line)/2]
		}
	}
	return orb.Point{}
}

// place is where the link lies in a study.
func (l *SiteLink) place(b *base) orb.Point {
	for _, c := range l.Changes {
		for i := range b.Gates {
			if c.Gate != "" && b.Gates[i].ID == c.Gate {
				return b.Gates[i].At
			}
		}
		for i := range b.Roads {
			if line := b.Roads[i].Line; c.Road != "" && b.Roads[i].ID == c.Road && len(line) > 0 {
				return line[len(line)/2]
			}
		}
	}
	return l.at()
}

// checkLinks finds fault with links: each must be a scenario of roads and gates.
func checkLinks(b *base, links []SiteLink) (issues []coverage.Issue) {
	verbs := []scenario.Verb{scenario.OpenRoad, scenario.DrawRoad, scenario.OpenGate}
	for i := range links {
		l := &links[i]
		add := func(format string, args ...any) {
			f := fault("links", format, args...)
			f.Line = i + 1
			issues = append(issues, f)
		}
		switch {
		case l.ID == "":
			add("link %d has no id; give each one of its own", i+1)
		case slices.ContainsFunc(links[:i], func(x SiteLink) bool { return x.ID == l.ID }):
			add("the id %q stands before; give each link one of its own", l.ID)
		}
		if l.Cost < 0 {
			add("the cost of link %q is %d; give 0 or more", l.ID, l.Cost)
		}
		if len(l.Changes) == 0 {
			add("link %q changes nothing; give what it opens", l.ID)
		}
		for _, c := range l.Changes {
			if !slices.Contains(verbs, c.Verb) {
				add("link %q does %q; a link may do %s", l.ID, c.Verb, join(verbs))
			}
		}
		_, faults := b.with(l.Changes).Resolve(b.origin().Snapshot)
		for _, f := range faults {
			add("link %q: %s", l.ID, f.Message)
		}
	}
	return issues
}

// origin is the snapshot that b is a view of, without a scenario.
func (b *base) origin() *base {
	for b.countedOf != nil {
		b = b.countedOf
	}
	if b.whatIf != nil {
		return b.whatIf.of
	}
	return b
}

// with is the scenario of b and then further changes.
func (b *base) with(changes []scenario.Change) *scenario.Scenario {
	s := scenario.Scenario{}
	if before := b.scenario(); before != nil {
		s = *before
	}
	s.Changes = append(slices.Clone(s.Changes), changes...)
	return &s
}

// groundsWith is the grounds of the question after further changes.
func (w *siteWork) groundsWith(ctx context.Context, changes []scenario.Change) (*base, *grounds, error) {
	b, err := w.engine.under(ctx, w.base.origin(), w.base.with(changes))
	if err != nil {
		return nil, nil, err
	}
	b = w.Options.viewed(b, w.Cohort)
	g, err := b.grounds(ctx, w.profile, w.When)
	return b, g, err
}

// reachLinks adds the demand that existing facilities newly serve with each link.
func (w *siteWork) reachLinks(ctx context.Context, g *grounds, rowOf [][]int32, found [][]sitePair) error {
	for s, of := range w.sites {
		if of.link < 0 {
			continue
		}
		b, changed, err := w.groundsWith(ctx, w.Options.Links[of.link].Changes)
		if err != nil {
			return err
		}
		for k := range w.kinds {
			kind := &w.kinds[k]
			limit, shift := w.horizon(kind)
			c := Cutoff{w.Cutoff.Metric, limit}
			before, _ := g.facilitiesOf(w.base, kind.Kind)
			after, _ := changed.facilitiesOf(b, kind.Kind)
			was, err := g.nearest(ctx, before, c)
			if err != nil {
				return err
			}
			is, err := changed.nearest(ctx, after, c)
			if err != nil {
				return err
			}
			for i, row := range rowOf[k] {
				if row >= 0 && is[i].Covered && (!was[i].Covered || costOf(is[i], c.Metric) < costOf(was[i], c.Metric)) {
					found[s] = append(found[s], sitePair{row, w.scale.travelOf(costOf(is[i], c.Metric) + shift)})
				}
			}
		}
	}
	return nil
}

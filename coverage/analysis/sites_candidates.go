package analysis

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/network"
)

// siteKind is a kind of a plan with what was found of it.
type siteKind struct {
	SiteKind
	limits   candidate.Limits
	reach    Cutoff // within which its demand is covered
	existing []int  // facilities of the kind
}

// siteOf is what a site of the problem is: one of three, the others are -1.
type siteOf struct {
	kind                      int
	candidate, facility, link int32
}

// applied are the limits of a kind: its defaults, and what was given in their
// place.
func (k *SiteKind) applied(e *Engine) candidate.Limits {
	l := candidate.DefaultLimits(k.Kind, e.library)
	for _, one := range []struct {
		given *float64
		limit *float64
	}{
		{k.MinAreaM2, &l.MinAreaM2},
		{k.MaxAreaM2, &l.MaxAreaM2},
		{k.MinWidthM, &l.MinWidthM},
		{k.MinFrontageM, &l.MinFrontageM},
		{k.MaxSlopePercent, &l.MaxSlopePercent},
		{k.MaxBuildings, &l.MaxBuildings},
		{k.MaxWater, &l.MaxWater},
		{k.MaxFacilities, &l.MaxFacilities},
		{k.MaxExcluded, &l.MaxExcluded},
		{k.AreaPerUnitM2, &l.AreaPerUnitM2},
		{k.UnitsPerHousehold, &l.UnitsPerHousehold},
		{k.MaxUnits, &l.MaxUnits},
	} {
		if one.given != nil {
			*one.limit = *one.given
		}
	}
	if k.ByCar != nil {
		l.ByCar = *k.ByCar
	}
	if k.InEstates != nil {
		l.InEstates = *k.InEstates
	}
	return l
}

// candidateOptions puts the options in the words of package candidate.
func (o *SitesOptions) candidateOptions(e *Engine) candidate.Options {
	c := candidate.Options{
		Sources: o.Sources, EveryMeters: o.EveryM, Library: e.library,
		Estates: candidate.Estates{OnlyOld: o.OnlyOld, MinHouseholds: o.MinHouseholds},
		Limits:  make(map[string]candidate.Limits), Costs: make(map[string]candidate.CostModel),
	}
	if len(o.Excluded) > 0 {
		c.Excluded = []orb.MultiPolygon{o.Excluded}
	}
	for i := range o.Kinds {
		k := &o.Kinds[i]
		c.Kinds = append(c.Kinds, k.Kind)
		c.Limits[k.Kind] = k.applied(e)
		if k.Cost != 0 || k.CostPerM2 != 0 || k.CostPerUnit != 0 {
			c.Costs[k.Kind] = candidate.CostModel{Fixed: k.Cost, PerM2: k.CostPerM2, PerUnit: k.CostPerUnit}
		}
	}
	for _, p := range o.Points {
		c.Points = append(c.Points, candidate.Point(p))
	}
	return c
}

// candidateFaults lists what listing candidates will find wrong with the options.
// Without a network it looks at them and stops.
func candidateFaults(ctx context.Context, o candidate.Options) (issues []coverage.Issue) {
	_, err := candidate.From(ctx, &coverage.Layers{}, candidate.Networks{}, o)
	e, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(e.Issues, func(i coverage.Issue) bool { return i.Code == coverage.ReasonLayerMissing })
}

// candidates lists where new sites may go. Sites are entered on foot from the
// network of the question, unless that is of cars.
func (w *siteWork) candidates(ctx context.Context) error {
	o := w.Options.candidateOptions(w.engine)
	networks := candidate.Networks{Walk: w.grounds.network}
	car, _ := network.Named("car")
	on := func(p network.Profile) (*network.Network, error) {
		if p.ID == w.profile.ID {
			return w.grounds.network, nil
		}
		g, err := w.base.grounds(ctx, p, w.When)
		if err != nil {
			return nil, err
		}
		return g.network, nil
	}
	var err error
	if w.profile.ID == car.ID {
		if networks.Walk, err = on(network.Walk()); err != nil {
			return err
		}
	}
	for i := range w.Options.Kinds {
		k := siteKind{SiteKind: w.Options.Kinds[i], limits: o.Limits[w.Options.Kinds[i].Kind]}
		k.reach, _ = k.cutoff(w.Cutoff) // checked before
		for f := range w.base.Facilities {
			if w.base.Facilities[f].Kind == k.Kind {
				k.existing = append(k.existing, f)
			}
		}
		if k.limits.ByCar && networks.Drive == nil {
			if networks.Drive, err = on(car); err != nil {
				return err
			}
		}
		w.kinds = append(w.kinds, k)
	}
	study := w.base
	for study.countedOf != nil { // who lives in an estate does not depend on what is counted
		study = study.countedOf
	}
	w.found, err = candidate.From(ctx, &study.Layers, networks, o)
	if err != nil {
		return err
	}
	w.listSites()
	return nil
}

// listSites lists the sites of the problem: the candidates by their place in the
// list, then the facilities that are there, kind by kind, then links.
func (w *siteWork) listSites() {
	byKind := make(map[string]int)
	for k := range w.kinds {
		byKind[w.kinds[k].Kind] = k
	}
	for i := range w.found.Candidates {
		w.sites = append(w.sites, siteOf{byKind[w.found.Candidates[i].Kind], int32(i), -1, -1})
	}
	for k := range w.kinds {
		for _, f := range w.kinds[k].existing {
			w.sites = append(w.sites, siteOf{k, -1, int32(f), -1})
		}
	}
	for i := range w.Options.Links {
		w.sites = append(w.sites, siteOf{-1, -1, -1, int32(i)})
	}
}

// named are the candidates that an id means: that of one kind as KIND/ID, or of
// all kinds.
func (w *siteWork) named(id string) (list []int) {
	kind, rest, split := strings.Cut(id, "/")
	for i := range w.found.Candidates {
		c := &w.found.Candidates[i]
		if c.ID == id || split && c.Kind == kind && c.ID == rest {
			list = append(list, i)
		}
	}
	return list
}

// nameOf is what a site of the problem is called: its id, with its kind before it
// where there are several.
func (w *siteWork) nameOf(site int32) string {
	of := w.sites[site]
	id := ""
	switch {
	case of.candidate >= 0:
		id = w.found.Candidates[of.candidate].ID
	case of.facility >= 0:
		id = w.base.Facilities[of.facility].ID
	default:
		return linkID(w.Options.Links[of.link].ID)
	}
	if len(w.kinds) > 1 {
		return w.kinds[of.kind].Kind + "/" + id
	}
	return id
}

func (w *siteWork) namesOf(sites []int32) []string {
	names := make([]string, len(sites))
	for i, s := range sites {
		names[i] = w.nameOf(s)
	}
	return names
}

// snapsOf ties every site to a network; links lie on none.
func (w *siteWork) snapsOf(g *grounds) [][]network.Snap {
	snaps := make([][]network.Snap, len(w.sites))
	var busy sync.WaitGroup
	const part = 256
	for from := 0; from < len(w.sites); from += part {
		busy.Go(func() {
			for s := from; s < min(from+part, len(w.sites)); s++ {
				snaps[s] = w.snapOf(g, w.sites[s])
			}
		})
	}
	busy.Wait()
	return snaps
}

func (w *siteWork) snapOf(g *grounds, of siteOf) (snaps []network.Snap) {
	switch {
	case of.facility >= 0:
		return g.facilities[of.facility]
	case of.candidate >= 0:
		c := &w.found.Candidates[of.candidate]
		if len(c.Entrances) == 0 {
			return []network.Snap{g.network.Snap(c.At)}
		}
		for _, at := range c.Entrances {
			snaps = append(snaps, g.network.Snap(at))
		}
	}
	return snaps
}

// cohortRequests is the weight of open requests.
const cohortRequests = "requests"

// viewed is b as the options count its demand.
func (o *SitesOptions) viewed(b *base, cohort string) *base {
	if o.Requests {
		return b.asRequests(o.RequestKinds)
	}
	return b.counted(cohort)
}

// asRequests is b with its open requests as demand, each of weight 1; of some
// kinds, or all.
func (b *base) asRequests(kinds []string) *base {
	snapshot := *b.Snapshot
	snapshot.Demand = nil
	for i := range b.Requests {
		q := &b.Requests[i]
		if openRequest(q) && (len(kinds) == 0 || slices.Contains(kinds, q.Kind)) {
			snapshot.Demand = append(snapshot.Demand, coverage.Demand{
				ID: q.ID, At: q.At, Weights: map[string]coverage.Amount{cohortRequests: coverage.AmountUnit},
			})
		}
	}
	return b.seenAs(&snapshot)
}

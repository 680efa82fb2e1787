package analysis

import (
	"context"
	"sync"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/hours"
	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/standard"
	"kaimen/coverage/zonal"
)

// How much the Engine keeps ready. A city's network with its points takes some
// tens of megabytes, a result some hundred kilobytes, a city's gaps some tens
// of megabytes at worst; rings take some hundred kilobytes an origin.
const (
	keptBases   = 4
	keptRoads   = 12 // networks, which snapshots that differ in other layers share
	keptResults = 256
	keptGaps    = 16
	keptRings   = 64
	keptAnswers = 256
	keptRows    = 300_000 // of all these; each takes some hundred bytes
	keptWhatIfs = 8       // scenarios; each takes some megabytes a profile beyond its snapshot's
)

// Engine answers requests on the snapshots of a store. Any number of
// goroutines may share it.
type Engine struct {
	store   coverage.Snapshots
	library *standard.Library
	bases   *cache[coverage.SnapshotID, *base]
	// networks are shared by snapshots whose roads and gates are the same.
	networks *cache[networkKey, *builtNetwork]
	results  *cache[Key, *CoverageResult]
	gaps     *cache[Key, *GapsResult]
	rings    *cache[Key, *IsochronesResult]
	whatIfs  *cache[Key, *base]
	answers  *cache[Key, any] // of indicators
	// names are what can be found in a snapshot, listed when first looked for.
	names *cache[coverage.SnapshotID, *names]
	// searches holds a place for each search for sites that may go on at a time:
	// each takes all processors. Others wait.
	searches    chan struct{}
	siteGrounds *cache[Key, *siteGround]
}

const mostSearches = 2

// How many grounds of plans are kept, and how much they weigh: 8 bytes for each
// pair of demand and site.
const (
	keptSiteGrounds = 8
	keptSitePairs   = 30_000_000
)

// New makes an Engine over a store.
func New(store coverage.Snapshots, library *standard.Library) *Engine {
	return &Engine{
		store: store, library: library,
		bases:       newCache[coverage.SnapshotID, *base](keptBases),
		networks:    newCache[networkKey, *builtNetwork](keptRoads),
		results:     newCache[Key, *CoverageResult](keptResults),
		gaps:        newCache[Key, *GapsResult](keptGaps),
		rings:       newCache[Key, *IsochronesResult](keptRings),
		searches:    make(chan struct{}, mostSearches),
		siteGrounds: newWeighedCache[Key](keptSiteGrounds, keptSitePairs, (*siteGround).weight),
		whatIfs:     newCache[Key, *base](keptWhatIfs),
		names:       newCache[coverage.SnapshotID, *names](keptBases),
		answers:     newWeighedCache[Key](keptAnswers, keptRows, func(a any) int { return a.(interface{ size() int }).size() }),
	}
}

// Library is the standards that answers are held against.
func (e *Engine) Library() *standard.Library { return e.library }

// base is a snapshot made ready for questions, or what a scenario makes of it.
type base struct {
	*coverage.Snapshot
	networks  *cache[networkKey, *builtNetwork] // nil for what is not as it was stored
	zones     *zonal.Zones
	byProfile *cache[string, *grounds] // by profile id and moment
	whatIf    *whatIf                  // nil for the snapshot as it is

	byBuildings func() *base    // the same with buildings as demand, made when first asked for
	cohorts     func() []string // whatever can be counted
	gapRadius   func() float64  // of gap areas, unless another is asked for
	countedOf   *base           // what a base by buildings was made of; nil otherwise

	ungated, stepless func() *base // without gates, and with steps as footways; made when first asked for
}

// grounds is a snapshot on the network of one profile.
type grounds struct {
	network    *network.Network
	report     network.Report
	roadBounds orb.Bound
	demand     *reach.Points    // along Snapshot.Demand
	facilities [][]network.Snap // along Snapshot.Facilities: where each is entered

	drawing func() (*isochrone.Ground, error) // made at the first ring asked for
	told    []Warning                         // of a scenario
	served  *served
}

// base makes the current snapshot of a study ready.
func (e *Engine) base(ctx context.Context, study string) (*base, error) {
	info, err := e.store.Current(ctx, study)
	if err != nil {
		return nil, err
	}
	return e.baseOf(ctx, info.ID)
}

// Adopt makes a snapshot ready that has just been stored, so that the next
// question about it need not read the store, and hears of the report that it has
// now. It does not wait for that.
func (e *Engine) Adopt(s *coverage.Snapshot) {
	known, ok := e.bases.peek(s.ID)
	if ok { // the same contents, stored again
		e.bases.drop(s.ID)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel() // who builds a value for a cache goes on when nobody waits for it
	_, _ = e.bases.get(ended, s.ID, func(context.Context) (*base, error) {
		if !ok {
			return e.ready(s), nil
		}
		b := *known
		b.Snapshot = s
		return &b, nil
	})
}

// Walking is the network on which people walk in a snapshot, with the report of
// its building. Snapshots of the same roads and gates share it.
//
// Errors: ctx.Err() if ctx ends first.
func (e *Engine) Walking(ctx context.Context, s *coverage.Snapshot) (*network.Network, network.Report, error) {
	b := base{Snapshot: s, networks: e.networks}
	n, err := b.network(ctx, network.Walk(), "")
	if err != nil {
		return nil, network.Report{}, err
	}
	return n.network, n.report, nil
}

// networkKey is all that a network depends on.
type networkKey struct {
	roads, gates  coverage.LayerHash
	profile, when string
}

// builtNetwork is a network with the report of its building.
type builtNetwork struct {
	network *network.Network
	report  network.Report
}

// network is the network of a snapshot as it was stored.
func (b *base) network(ctx context.Context, p network.Profile, when string) (*builtNetwork, error) {
	build := func(ctx context.Context) (*builtNetwork, error) {
		n, report, err := b.build(ctx, p, when, b.Roads)
		return &builtNetwork{n, report}, err
	}
	if b.networks == nil {
		return build(ctx)
	}
	return b.networks.get(ctx, networkKey{b.Hashes[coverage.LayerRoads], b.Hashes[coverage.LayerGates], p.ID, when}, build)
}

// ready is a snapshot made ready for questions.
func (e *Engine) ready(s *coverage.Snapshot) *base {
	b := &base{Snapshot: s, networks: e.networks, zones: zonal.Divide(s), byProfile: newCache[string, *grounds](len(network.Profiles()))}
	return b.lazily()
}

func (e *Engine) baseOf(ctx context.Context, id coverage.SnapshotID) (*base, error) {
	return e.bases.get(ctx, id, func(ctx context.Context) (*base, error) {
		s, err := e.store.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		return e.ready(s), nil
	})
}

// Snapshot returns the current snapshot of a study.
func (e *Engine) Snapshot(ctx context.Context, study string) (*coverage.Snapshot, error) {
	b, err := e.base(ctx, study)
	if err != nil {
		return nil, err
	}
	return b.Snapshot, nil
}

// grounds builds the network of a profile at a moment, which may be empty, and
// ties the points to it.
func (b *base) grounds(ctx context.Context, p network.Profile, when string) (*grounds, error) {
	return b.byProfile.get(ctx, p.ID+"@"+when, func(ctx context.Context) (*grounds, error) {
		if b.countedOf != nil {
			return b.recounted(ctx, p, when)
		}
		if b.whatIf != nil {
			return b.changedGrounds(ctx, p, when)
		}
		n, err := b.network(ctx, p, when)
		if err != nil {
			return nil, err
		}
		return b.tied(n.network, n.report), ctx.Err()
	})
}

// build makes the network of roads with the gates of b.
func (b *base) build(ctx context.Context, p network.Profile, when string, roads []coverage.Road) (*network.Network, network.Report, error) {
	ground := network.Ground{Roads: roads, Gates: b.Gates}
	if when != "" {
		m, err := hours.ParseMoment(when)
		if err != nil {
			return nil, network.Report{}, err
		}
		ground.When = &m
	}
	return network.Build(ctx, ground, p)
}

// tied ties all points to a network.
func (b *base) tied(n *network.Network, report network.Report) *grounds {
	g := &grounds{network: n, report: report, roadBounds: roadBounds(b.Roads)}
	g.drawing = sync.OnceValues(func() (*isochrone.Ground, error) {
		return isochrone.NewGround(n, b.water(), isochrone.Options{})
	})
	g.demand = b.tieDemand(n)
	g.furnish(b)
	return g
}

// furnish ties the facilities.
func (g *grounds) furnish(b *base) {
	g.served = newServed(len(b.Demand))
	g.facilities = make([][]network.Snap, len(b.Facilities))
	for i := range b.Facilities {
		for _, at := range b.Facilities[i].EnteredAt() {
			g.facilities[i] = append(g.facilities[i], g.network.Snap(at))
		}
	}
}

func roadBounds(roads []coverage.Road) orb.Bound {
	if len(roads) == 0 {
		return orb.Bound{}
	}
	box := roads[0].Line.Bound()
	for i := range roads {
		box = box.Union(roads[i].Line.Bound())
	}
	return box
}

// Zones lists the zones of a level of a snapshot, with their areas, in the
// order of a result's rows.
//
// Errors: not_found; invalid for a level the snapshot has no zones of.
func (e *Engine) Zones(ctx context.Context, id coverage.SnapshotID, level coverage.Level) ([]zonal.Zone, error) {
	b, err := e.baseOf(ctx, id)
	if err != nil {
		return nil, err
	}
	zones := b.zones.Of(level)
	if zones == nil {
		return nil, invalid("level", "%q is no level of study %s; it has %s", level, b.Study.ID, join(b.zones.Levels()))
	}
	return zones, nil
}

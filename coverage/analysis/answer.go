package analysis

import (
	"context"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// Request asks for an indicator: the question that all indicators share, and
// options of its own. Zero values stand for defaults.
type Request[O any] struct {
	CoverageRequest
	Options O
}

// Answer is what every indicator gives, in one form: what holds for the study,
// and a row for each zone, facility or place that it is about.
type Answer[O, S, R any] struct {
	Key       Key                 `json:"key"`
	Study     string              `json:"study"`
	Snapshot  coverage.SnapshotID `json:"snapshot"`
	Synthetic bool                `json:"synthetic"`
	Engine    string              `json:"engine"`
	Question  Question            `json:"question"`
	Options   O                   `json:"options"` // with their defaults filled in
	Summary   S                   `json:"summary"`
	Warnings  []Warning           `json:"warnings" nullable:"false"`
	Rows      []R                 `json:"rows" nullable:"false"`
}

// size is what an answer weighs among those that are kept.
func (a *Answer[O, S, R]) size() int {
	rows := len(a.Rows)
	if lists, ok := any(&a.Summary).(interface{ size() int }); ok {
		rows += lists.size()
	}
	return rows
}

// ZoneHead says which zone a row is about.
type ZoneHead struct {
	ID     string         `json:"id"`
	Name   string         `json:"name"`
	Level  coverage.Level `json:"level"`
	Parent string         `json:"parent"`
}

// Zone is the level and id by which a row's area is found.
func (z ZoneHead) Zone() (coverage.Level, string) { return z.Level, z.ID }

func headOf(z *zonal.Zone) ZoneHead { return ZoneHead{z.ID, z.Name, z.Level, z.Parent} }

// Zoned is a row about a zone; Placed is one with a shape of its own.
type (
	Zoned interface {
		Zone() (coverage.Level, string)
	}
	Placed interface{ Place() orb.Geometry }
)

// indicator is how one is made: its name, what it checks and what it finds.
type indicator[O, S, R any] struct {
	name string
	kind bool // the question names a facility kind
	on   footing
	// prepare fills in defaults and tells every fault of the options, and of what
	// the study lacks for them; nil if there is nothing to look at.
	prepare func(e *Engine, b *base, r *Request[O]) []coverage.Issue
	find    func(ctx context.Context, w *work[O], a *Answer[O, S, R]) error
}

// footing is what an indicator stands on, and what the study must have for it.
type footing int

const (
	onNetwork footing = iota // demand and roads
	onDemand                 // demand alone
	onLand                   // neither
)

// work is an indicator's request with all that it is answered from.
type work[O any] struct {
	engine  *Engine
	base    *base
	grounds *grounds // nil for an indicator that does not stand on the network
	profile network.Profile
	Request[O]
}

// ask resolves a request and gives the answer kept under its key, or finds it.
func ask[O, S, R any](ctx context.Context, e *Engine, how indicator[O, S, R], r Request[O]) (*Answer[O, S, R], error) {
	b, resolved, profile, err := e.askedFor(ctx, r.CoverageRequest, how.kind, how.on)
	if b == nil {
		return nil, err
	}
	r.CoverageRequest = resolved
	if how.prepare != nil {
		if issues := how.prepare(e, b, &r); len(issues) > 0 {
			err = coverage.AllFaults(err, unanswerable(issues))
		}
	}
	if err != nil {
		return nil, err
	}
	key := keyOf(how.name, b.ID, r)
	kept, err := e.answers.get(ctx, key, func(ctx context.Context) (any, error) {
		a := &Answer[O, S, R]{
			Key: key, Study: b.Study.ID, Snapshot: b.ID, Synthetic: b.Study.Synthetic, Engine: EngineVersion,
			Question: question(r.CoverageRequest), Options: r.Options, Rows: []R{}, Warnings: []Warning{},
		}
		w := &work[O]{engine: e, base: b, profile: profile, Request: r}
		if how.on == onNetwork {
			g, err := b.grounds(ctx, profile, r.When)
			if err != nil {
				return nil, err
			}
			w.grounds, a.Warnings = g, e.warnings(b, g, r.CoverageRequest, b.states(g, r.Cohort))
		} else if b.Study.Synthetic {
			a.Warnings = append(a.Warnings, synthetic())
		}
		return a, how.find(ctx, w, a)
	})
	if err != nil {
		return nil, err
	}
	return kept.(*Answer[O, S, R]), nil
}

func unanswerable(issues []coverage.Issue) *coverage.Error {
	return &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: issues}
}

// Shapes finds the areas of a snapshot's zones. The study has none of its own.
//
// Errors: not_found.
func (e *Engine) Shapes(ctx context.Context, id coverage.SnapshotID) (func(coverage.Level, string) orb.Geometry, error) {
	b, err := e.baseOf(ctx, id)
	if err != nil {
		return nil, err
	}
	areas := make(map[coverage.Level]map[string]orb.MultiPolygon)
	for _, level := range b.zones.Levels() {
		areas[level] = make(map[string]orb.MultiPolygon)
		for _, zone := range b.zones.Of(level) {
			areas[level][zone.ID] = zone.Area
		}
	}
	return func(level coverage.Level, zone string) orb.Geometry {
		if area := areas[level][zone]; len(area) > 0 {
			return area
		}
		return nil
	}, nil
}

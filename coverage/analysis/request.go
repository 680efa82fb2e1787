package analysis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/hours"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
)

// Cutoff is the largest travel cost still inside, by time or by distance.
type Cutoff struct {
	Metric network.Metric
	Value  network.Cost // milliseconds or millimeters, inclusive
}

// The largest cutoffs taken: a day, and 100 km.
const (
	maxMinutes = 24 * 60
	maxMeters  = 100_000
)

// Minutes is a cutoff by time, rounded to the millisecond.
//
// Errors: invalid unless 0 < x ≤ 1,440.
func Minutes(x float64) (Cutoff, error) {
	if !(x > 0 && x <= maxMinutes) {
		return Cutoff{}, invalid("cutoff_min", "cutoff_min is %v; give minutes above 0 and up to %d", x, maxMinutes)
	}
	return Cutoff{network.Time, network.Cost(math.Round(x * 60_000))}, nil
}

// Meters is a cutoff by distance along the network, rounded to the millimeter.
//
// Errors: invalid unless 0 < x ≤ 100,000.
func Meters(x float64) (Cutoff, error) {
	if !(x > 0 && x <= maxMeters) {
		return Cutoff{}, invalid("cutoff_m", "cutoff_m is %v; give meters above 0 and up to %d", x, maxMeters)
	}
	return Cutoff{network.Length, network.Cost(math.Round(x * 1000))}, nil
}

// Seconds is the cutoff in seconds; nil for a cutoff by distance.
func (c Cutoff) Seconds() *float64 { return c.in(network.Time) }

// Meters is the cutoff in meters; nil for a cutoff by time.
func (c Cutoff) Meters() *float64 { return c.in(network.Length) }

func (c Cutoff) in(m network.Metric) *float64 {
	if c.Metric != m {
		return nil
	}
	x := float64(c.Value) / 1000
	return &x
}

// invalid is a fault of one parameter.
func invalid(parameter, format string, args ...any) *coverage.Error {
	return &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{
		fault(parameter, format, args...),
	}}
}

func fault(parameter, format string, args ...any) coverage.Issue {
	return coverage.Faultf(coverage.ReasonUnknownParameter, parameter, format, args...)
}

// CoverageRequest asks which demand reaches a facility of a kind. The zero
// values of Level, Profile, Cohort and Cutoff stand for defaults: the
// see defaultLevel, walk, people and 15 minutes.
type CoverageRequest struct {
	Study   string
	Kind    string
	Level   coverage.Level
	Profile string
	Cohort  string // a weight of the demand layer
	Cutoff  Cutoff
	When    string // a moment of the week, as "Mo 14:30": gates count by their hours; empty for as if always open
	// Scenario is what if; nil, or one without changes, asks of what is.
	Scenario *scenario.Scenario `json:",omitempty"`
	// Unfit is what whoever asks has found wrong already: it is told with all other
	// faults, and nothing is answered. Most requests have none.
	Unfit error `json:"-"`
}

// Key identifies a result: a hash of snapshot, request and engine version.
type Key string

// keyOf hashes what a result depends on.
func keyOf(parts ...any) Key {
	b, err := json.Marshal(append([]any{EngineVersion}, parts...))
	if err != nil {
		panic("analysis: a request has a JSON form: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return Key(hex.EncodeToString(sum[:16]))
}

// finder computes the answer of one kind to a resolved request.
type finder[V any] func(ctx context.Context, b *base, g *grounds, r CoverageRequest, key Key) (V, error)

// answer resolves a request on the current snapshot of its study and gives the
// answer that is kept under its key, or finds it.
func answer[V any](ctx context.Context, e *Engine, kept *cache[Key, V], name string, r CoverageRequest, find finder[V]) (V, error) {
	b, r, profile, err := e.asked(ctx, r)
	if err != nil {
		var none V
		return none, err
	}
	return answerOn(ctx, kept, name, b, r, profile, find)
}

// asked is what a request is asked of, with the request resolved. All faults of
// both are told.
func (e *Engine) asked(ctx context.Context, r CoverageRequest) (*base, CoverageRequest, network.Profile, error) {
	return e.askedFor(ctx, r, true, onNetwork)
}

// askedFor is asked for a question that may name no kind, or stand on less. The base is nil where
// nothing more can be checked.
func (e *Engine) askedFor(ctx context.Context, r CoverageRequest, kind bool, on footing) (*base, CoverageRequest, network.Profile, error) {
	b, err := e.base(ctx, r.Study)
	if err != nil {
		return nil, r, network.Profile{}, err
	}
	b, unfit := e.under(ctx, b, r.Scenario)
	if b == nil {
		return nil, r, network.Profile{}, unfit
	}
	r.Scenario = b.scenario()
	r, profile, err := e.resolve(b, r, kind, on)
	return b.counted(r.Cohort), r, profile, coverage.AllFaults(r.Unfit, err, unfit)
}

// answerOn gives the answer to a resolved request.
func answerOn[V any](ctx context.Context, kept *cache[Key, V], name string, b *base, r CoverageRequest, profile network.Profile, find finder[V]) (V, error) {
	key := keyOf(name, b.ID, r)
	return kept.get(ctx, key, func(ctx context.Context) (V, error) {
		g, err := b.grounds(ctx, profile, r.When)
		if err != nil {
			var none V
			return none, err
		}
		return find(ctx, b, g, r, key)
	})
}

// resolve fills in the defaults and checks every part against what the
// snapshot has; all faults are found.
func (e *Engine) resolve(b *base, r CoverageRequest, kind bool, on footing) (CoverageRequest, network.Profile, error) {
	var issues []coverage.Issue
	if r.Cohort == "" {
		r.Cohort = coverage.WeightPeople
	}
	cohorts := b.cohorts()
	if on != onLand && len(b.Demand) == 0 && !slices.Contains(cohorts, r.Cohort) {
		issues = append(issues, missing(coverage.LayerDemand, b.Study.ID))
	}
	if on == onNetwork && len(b.Roads) == 0 {
		issues = append(issues, missing(coverage.LayerRoads, b.Study.ID))
	}
	if r.Level == "" {
		r.Level = defaultLevel(b.zones.Levels())
	}
	if levels := b.zones.Levels(); !slices.Contains(levels, r.Level) {
		issues = append(issues, fault("level", "%q is no level of study %s; it has %s", r.Level, b.Study.ID, join(levels)))
	}
	if kind {
		issues = append(issues, e.checkKind(b, r.Kind)...)
	} else {
		r.Kind = ""
	}
	if len(b.Demand) > 0 && !slices.Contains(cohorts, r.Cohort) {
		issues = append(issues, fault("cohort", "%q is no cohort of study %s; it has %s", r.Cohort, b.Study.ID, join(cohorts)))
	}
	profile, faults := travel(&r.Profile, &r.When)
	issues = append(issues, faults...)
	if r.Cutoff == (Cutoff{}) {
		r.Cutoff, _ = Minutes(15)
	}
	if len(issues) > 0 {
		return r, profile, unanswerable(issues)
	}
	return r, profile, nil
}

func missing(layer coverage.LayerName, study string) coverage.Issue {
	i := fault(string(layer), "study %s has no %s layer, which this answer needs; add it to study.yaml and import again", study, layer)
	i.Code, i.Layer, i.Source = coverage.ReasonLayerMissing, layer, ""
	return i
}

// moment writes a moment of the week in its one form; empty stays empty.
func moment(when string) (string, *coverage.Error) {
	if when == "" {
		return "", nil
	}
	m, err := hours.ParseMoment(when)
	if err != nil {
		return "", invalid("when", "%v; give a day and a time, such as \"Mo 14:30\"", err)
	}
	return m.String(), nil
}

// travel finds the profile of a request, and writes its id and the moment in
// their one form.
func travel(id, when *string) (profile network.Profile, faults []coverage.Issue) {
	profile, err := profileOf(*id)
	if err != nil {
		faults = append(faults, err.Issues...)
	}
	*id = profile.ID
	if *when, err = moment(*when); err != nil {
		faults = append(faults, err.Issues...)
	}
	return profile, faults
}

// profileOf finds a profile by id; empty means walk.
func profileOf(id string) (network.Profile, *coverage.Error) {
	if id == "" {
		return network.Walk(), nil
	}
	if p, ok := network.Named(id); ok {
		return p, nil
	}
	var ids []string
	for _, p := range network.Profiles() {
		ids = append(ids, p.ID)
	}
	return network.Profile{}, invalid("profile", "%q is no profile; there are %s", id, join(ids))
}

// defaultLevel is community if there is one, else the outermost there is.
func defaultLevel(levels []coverage.Level) coverage.Level {
	if slices.Contains(levels, coverage.LevelCommunity) {
		return coverage.LevelCommunity
	}
	if len(levels) > 1 {
		return levels[1]
	}
	return coverage.LevelStudy
}

func join[S ~string](list []S) string {
	if len(list) == 0 {
		return "none"
	}
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

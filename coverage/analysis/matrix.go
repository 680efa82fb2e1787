package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/scenario"
)

// Place is a named point of a matrix.
type Place struct {
	ID string
	At orb.Point
}

// MatrixRequest asks for travel costs from every origin to every destination
// within the cutoff.
type MatrixRequest struct {
	Study                 string
	Profile               string // empty means walk
	Origins, Destinations []Place
	Cutoff                Cutoff
	// OtherCutoff, if not zero, is a second limit, in the other metric, that the
	// cheapest way by that of Cutoff must keep too.
	OtherCutoff Cutoff
	// Nearest, if not zero, keeps of each origin the so many nearest destinations.
	Nearest  int
	When     string             // as in a CoverageRequest
	Scenario *scenario.Scenario // as in a CoverageRequest
}

// Pair is one way of a matrix: the shortest by the metric of the cutoff, with
// its time and its length.
type Pair struct {
	Origin      string  `json:"origin"`
	Destination string  `json:"destination"`
	CostS       float64 `json:"cost_s"`
	CostM       float64 `json:"cost_m"`
}

// MatrixReport tells how the places sit on the network, by reason code.
type MatrixReport struct {
	Snapshot              coverage.SnapshotID
	Origins, Destinations []coverage.ReasonCount
	Pairs                 int
	Warnings              []Warning
}

// Matrix hands over the pairs in the order of the origins, then of the
// destinations; a pair out of reach is absent.
//
// Errors: invalid with every fault; not_found; the first error of pair;
// ctx.Err() if ctx ends first.
// Cost:   one search within the cutoff per origin; constant memory.
func (e *Engine) Matrix(ctx context.Context, r MatrixRequest, pair func(Pair) error) (MatrixReport, error) {
	b, err := e.base(ctx, r.Study)
	if err != nil {
		return MatrixReport{}, err
	}
	b, unfit := e.under(ctx, b, r.Scenario)
	if b == nil {
		return MatrixReport{}, unfit
	}
	profile, err := checkMatrix(b, &r)
	if err := coverage.AllFaults(err, unfit); err != nil {
		return MatrixReport{}, err
	}
	g, err := b.grounds(ctx, profile, r.When)
	if err != nil {
		return MatrixReport{}, err
	}
	report := MatrixReport{Snapshot: b.ID}
	origins := g.tie(r.Origins, &report.Origins)
	destinations := g.tie(r.Destinations, &report.Destinations)
	report.warn("origins", report.Origins)
	report.warn("destinations", report.Destinations)
	report.Warnings = append(report.Warnings, g.told...)
	options := reach.Options{Metric: r.Cutoff.Metric, Direction: network.Away, OtherCutoff: r.OtherCutoff.Value}
	err = reach.Matrix(ctx, g.network, options, origins, destinations, r.Cutoff.Value,
		func(origin int, reached []reach.Target) error {
			for _, t := range nearestOf(reached, r.Nearest) {
				searched, other := float64(t.Cost)/1000, float64(t.Other)/1000
				p := Pair{r.Origins[origin].ID, r.Destinations[t.Point].ID, searched, other}
				if r.Cutoff.Metric == network.Length {
					p.CostS, p.CostM = other, searched
				}
				if err := pair(p); err != nil {
					return err
				}
				report.Pairs++
			}
			return nil
		})
	return report, err
}

// nearestOf are the k nearest of the targets of a row, in the row's order; all of
// them if k is 0. Of equally near ones the first of the row are kept.
func nearestOf(row []reach.Target, k int) []reach.Target {
	if k == 0 || len(row) <= k {
		return row
	}
	kept := slices.Clone(row)
	slices.SortStableFunc(kept, func(a, b reach.Target) int { return cmp.Compare(a.Cost, b.Cost) })
	kept = kept[:k]
	slices.SortFunc(kept, func(a, b reach.Target) int { return cmp.Compare(a.Point, b.Point) })
	return kept
}

func checkMatrix(b *base, r *MatrixRequest) (network.Profile, error) {
	var issues []coverage.Issue
	if len(b.Roads) == 0 {
		issues = append(issues, missing(coverage.LayerRoads, b.Study.ID))
	}
	profile, faults := travel(&r.Profile, &r.When)
	issues = append(issues, faults...)
	if r.Nearest < 0 {
		issues = append(issues, invalid("nearest", "nearest is %d; give how many destinations of each origin to keep, or leave it out for all", r.Nearest).Issues...)
	}
	if r.Cutoff.Value == 0 {
		issues = append(issues, invalid("max_m", "give the largest distance (max_m) or time (max_min)").Issues...)
	}
	for _, list := range []struct {
		name   string
		places []Place
	}{{"origins", r.Origins}, {"destinations", r.Destinations}} {
		if len(list.places) == 0 {
			issues = append(issues, invalid(list.name, "the list is empty; give at least one point").Issues...)
		}
		issues = append(issues, checkPlaces(list.name, list.places)...)
	}
	if len(issues) > 0 {
		return profile, &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: issues}
	}
	return profile, nil
}

func checkPlaces(list string, places []Place) (issues []coverage.Issue) {
	seen := make(map[string]bool, len(places))
	for i, p := range places {
		if !(p.At[0] >= -180 && p.At[0] <= 180 && p.At[1] >= -90 && p.At[1] <= 90) {
			f := fault(list, "lon, lat %v, %v is no place in WGS 84 degrees", p.At[0], p.At[1])
			f.Line, f.Feature = i+1, p.ID
			issues = append(issues, f)
		}
		if seen[p.ID] {
			f := fault(list, "the id stands more than once; ids must differ")
			f.Line, f.Feature = i+1, p.ID
			issues = append(issues, f)
		}
		seen[p.ID] = true
	}
	return issues
}

// tie snaps places to the network and counts their states.
func (g *grounds) tie(places []Place, states *[]coverage.ReasonCount) *reach.Points {
	snaps := make([]network.Snap, len(places))
	tally := coverage.Tally{}
	for i, p := range places {
		snaps[i] = g.network.Snap(p.At)
		tally.Add(snaps[i].State, 0)
	}
	*states = tally.Counts()
	return reach.NewPoints(g.network, snaps)
}

func (r *MatrixReport) warn(list string, states []coverage.ReasonCount) {
	for _, s := range states {
		if s.Code != coverage.ReasonSnapped {
			r.Warnings = append(r.Warnings, Warning{
				Code: s.Code, Count: s.Rows,
				Message: fmt.Sprintf("%d %s are tied to no road and are in no pair", s.Rows, list),
			})
		}
	}
}

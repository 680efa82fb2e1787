package analysis

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// Warning is something to know before an answer is used. Message says it in
// English; the other fields hold what it says, for whoever puts it otherwise.
type Warning struct {
	Code    string             `json:"code"`
	Message string             `json:"message"`
	Count   int                `json:"count"`           // rows concerned; 0 where it is not about rows
	Layer   coverage.LayerName `json:"layer,omitempty"` // that the rows are of; empty where it is about no single layer
	// Of edge_of_data: how far roads reach beyond the study, and how far they
	// would have to, in meters.
	HaveM   *float64 `json:"have_m,omitempty"`
	NeededM *float64 `json:"needed_m,omitempty"`
}

// states counts how the demand sits on the network, with its weights.
func (b *base) states(g *grounds, cohort string) []coverage.ReasonCount {
	tally := coverage.Tally{}
	for i := range b.Demand {
		state := g.demand.Snap(int32(i)).State
		if b.zones.Outside[i] {
			state = coverage.ReasonOutside
		}
		tally.Add(state, b.Demand[i].Weights[cohort])
	}
	return tally.Counts()
}

// What it means that a point did not end as snapped; what is not here is no
// cause for a warning.
var (
	facilityFate = map[string]string{
		coverage.ReasonTooFar: "are tied to no road and serve nobody",
		coverage.ReasonIsland: "lie on a cut-off piece of road and serve only who lives on it",
	}
	demandFate = map[string]string{
		coverage.ReasonTooFar:  "are tied to no road and count as not covered",
		coverage.ReasonIsland:  "lie on a cut-off piece of road and reach only what is on it",
		coverage.ReasonOutside: "lie in no boundary and count nowhere",
	}
)

// warnings tells what may make a coverage answer wrong or misread; states are
// those of its demand.
func (e *Engine) warnings(b *base, g *grounds, r CoverageRequest, states []coverage.ReasonCount) []Warning {
	list := []Warning{}
	if b.Study.Synthetic {
		list = append(list, synthetic())
	}
	count, off := 0, coverage.Tally{}
	for i := range b.Facilities {
		if r.Kind != "" && b.Facilities[i].Kind == r.Kind {
			count++
			off.Add(network.BestState(g.facilities[i]), 0)
		}
	}
	if r.Kind != "" && count == 0 {
		list = append(list, Warning{
			Code: coverage.ReasonNoFacility, Layer: coverage.LayerFacilities,
			Message: fmt.Sprintf("the study has no facility of kind %s", r.Kind),
		})
	}
	for _, c := range off.Counts() {
		if fate := facilityFate[c.Code]; fate != "" {
			list = append(list, Warning{
				Code: c.Code, Layer: coverage.LayerFacilities, Count: c.Rows,
				Message: fmt.Sprintf("%d facilities of kind %s %s", c.Rows, r.Kind, fate),
			})
		}
	}
	for _, c := range states {
		if fate := demandFate[c.Code]; fate != "" {
			list = append(list, Warning{
				Code: c.Code, Layer: coverage.LayerDemand, Count: c.Rows,
				Message: fmt.Sprintf("%d demand points (%v) %s", c.Rows, c.People, fate),
			})
		}
	}
	if unread := len(g.report.Gates.Unread); unread > 0 {
		list = append(list, Warning{
			Code: coverage.ReasonBadValue, Layer: coverage.LayerGates, Count: unread,
			Message: fmt.Sprintf("%d gates have opening hours that are not understood and count as open at any hour", unread),
		})
	}
	if edge, short := b.edgeOfData(g, r.Cutoff); short {
		list = append(list, edge)
	}
	return append(list, g.told...)
}

func synthetic() Warning {
	return Warning{Code: coverage.ReasonSynthetic, Message: "the data is made up and describes no real place"}
}

// edgeOfData warns when roads do not run beyond the study by the cutoff, so
// that ways and facilities just outside may be missing from the answer.
func (b *base) edgeOfData(g *grounds, c Cutoff) (Warning, bool) {
	buffer, meters := g.margin(b.Bounds(), c)
	if buffer >= meters {
		return Warning{}, false
	}
	have, needed := decimeters(max(buffer, 0)), decimeters(meters)
	return Warning{
		Code: coverage.ReasonEdgeOfData, HaveM: &have, NeededM: &needed,
		Message: fmt.Sprintf("roads reach %.0f m beyond the study's box at its narrowest, less than the cutoff of %.0f m: what lies just outside may be missing",
			have, needed),
	}, true
}

// margin is how far roads run beyond a box at its narrowest, and how far
// people get within a cutoff, in meters.
func (g *grounds) margin(box orb.Bound, c Cutoff) (buffer, meters float64) {
	meters = float64(c.Value) / 1000
	if c.Metric == network.Time {
		meters *= float64(g.network.Profile().Fastest()) / 3600
	}
	plane := geo.NewPlane(box.Center())
	inner, roads := planeBound(plane, box), planeBound(plane, g.roadBounds)
	return min(
		inner.Min[0]-roads.Min[0], inner.Min[1]-roads.Min[1],
		roads.Max[0]-inner.Max[0], roads.Max[1]-inner.Max[1],
	), meters
}

// decimeters rounds a length in meters to what is worth telling.
func decimeters(m float64) float64 { return math.Round(m*10) / 10 }

func planeBound(p geo.Plane, b orb.Bound) orb.Bound {
	x1, y1 := p.ToXY(b.Min)
	x2, y2 := p.ToXY(b.Max)
	return orb.Bound{Min: orb.Point{x1, y1}, Max: orb.Point{x2, y2}}
}

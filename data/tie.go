package data

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// listedDemand is how many rows of demand are listed for one reason.
const listedDemand = 20

// tied are the layers that stand on the network, in the order in which it is
// told of them.
func tied() []coverage.LayerName {
	return []coverage.LayerName{coverage.LayerRoads, coverage.LayerGates, coverage.LayerFacilities, coverage.LayerDemand}
}

// tie says where the rows of layers of s stand on the walking network: how many
// roads it can use, and which facilities and whose homes it does not reach.
// Nothing of s changes.
//
// Errors: ctx.Err() if ctx ends first.
func (im *importer) tie(ctx context.Context, s *coverage.Snapshot, layers ...coverage.LayerName) error {
	if len(s.Roads) == 0 {
		if slices.Contains(layers, coverage.LayerRoads) {
			im.warn(coverage.Issue{
				Code: coverage.ReasonLayerMissing, Layer: coverage.LayerRoads,
				Message: "the study has no roads; nothing can be asked of it that follows a path",
			})
		}
		return nil
	}
	for _, layer := range layers {
		if err := im.tieLayer(ctx, s, layer); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) tieLayer(ctx context.Context, s *coverage.Snapshot, layer coverage.LayerName) error {
	n, err := im.walking(ctx)
	if err != nil {
		return err
	}
	switch layer {
	case coverage.LayerRoads:
		im.roadStates(n.Profile(), im.built)
	case coverage.LayerGates:
		im.gateStates(n.Profile(), im.built.Gates)
	case coverage.LayerFacilities:
		return im.facilityStates(ctx, s, n)
	case coverage.LayerDemand:
		if im.zones == nil {
			im.zones = zonal.Arrange(im.layers.Boundaries, im.layers.Buildings)
		}
		return im.demandStates(ctx, s, n)
	}
	return nil
}

// warn adds a warning that is about no single source.
func (im *importer) warn(i coverage.Issue) {
	i.Severity = coverage.SeverityWarning
	im.log.add(0, i)
}

// warnRow adds a warning about the row that has a key in a layer.
func (im *importer) warnRow(key string, i coverage.Issue) {
	im.warnAt(im.claims[i.Layer][key], i)
}

// warnAt adds a warning about the row that a claim names.
func (im *importer) warnAt(c claim, i coverage.Issue) {
	i.Severity = coverage.SeverityWarning
	i.Source, i.Line = im.files[c.source], int(c.line)
	im.log.add(int(c.source), i)
}

// states adds a NetworkReport.
func (im *importer) states(layer coverage.LayerName, p *network.Profile, states []coverage.ReasonCount) {
	im.report.Network = append(im.report.Network, coverage.NetworkReport{Layer: layer, Profile: p.ID, States: states})
}

// gateStates tells what each gate does to the way, and names those that would
// bind and stand on no road.
func (im *importer) gateStates(p *network.Profile, built network.GateReport) {
	if len(im.layers.Gates) == 0 {
		return
	}
	tally := coverage.Tally{}
	for _, c := range []coverage.ReasonCount{
		{Code: coverage.ReasonGateOpen, Rows: built.Open},
		{Code: coverage.ReasonGateClosed, Rows: built.Closed},
		{Code: coverage.ReasonGateResidents, Rows: built.Residents},
		{Code: coverage.ReasonTooFar, Rows: len(built.Aside)},
	} {
		if c.Rows > 0 {
			tally[c.Code] = c
		}
	}
	im.states(coverage.LayerGates, p, tally.Counts())
	at := make(map[string]orb.Point, len(built.Aside))
	for i := range im.layers.Gates {
		at[im.layers.Gates[i].ID] = im.layers.Gates[i].At
	}
	for _, id := range built.Aside {
		place := at[id]
		im.warnRow(id, coverage.Issue{
			Code: coverage.ReasonTooFar, Layer: coverage.LayerGates, Feature: id, At: &place,
			Message: id + ": the gate stands on no road that is used on foot, nor within 15 m of one, and binds nobody; move it onto the road it closes",
		})
	}
}

func (im *importer) roadStates(p *network.Profile, built network.Report) {
	tally := coverage.Tally{}
	for _, denied := range built.Denied {
		tally[denied.Code] = denied
	}
	if built.Used > 0 {
		tally[coverage.ReasonUsed] = coverage.ReasonCount{Code: coverage.ReasonUsed, Rows: built.Used}
	}
	im.states(coverage.LayerRoads, p, tally.Counts())

	if built.Used == 0 {
		im.warn(coverage.Issue{
			Code: coverage.ReasonNotWalkable, Layer: coverage.LayerRoads,
			Message: fmt.Sprintf("none of the %d roads may be used on foot", built.Roads),
		})
		return
	}
	if built.Islands() == 0 {
		return
	}
	meters := 0.0
	for _, c := range built.Components {
		if c.Island {
			meters += c.LengthMeters
		}
	}
	im.warn(coverage.Issue{
		Code: coverage.ReasonIsland, Layer: coverage.LayerRoads,
		Message: fmt.Sprintf("%d pieces of the walking network, %.0f m of %.0f m, are cut off from the rest and shorter than %.0f m each; "+
			"look for roads that should share a node, or for an extract that was cut too close",
			built.Islands(), meters, built.LengthMeters, p.IslandMeters),
	})
}

// remedy says what a snap's state means and what helps.
func remedy(state string, p *network.Profile) string {
	switch state {
	case coverage.ReasonTooFar:
		return fmt.Sprintf("no road that people may walk on is within %.0f m; look at the position, or add the missing road", p.SnapMeters)
	case coverage.ReasonIsland:
		return "the only roads near are cut off from the rest of the network; join them where the ground does"
	}
	return "inside no boundary and no building of the study; look at the position, or widen the boundaries"
}

func (im *importer) facilityStates(ctx context.Context, s *coverage.Snapshot, n *network.Network) error {
	tally := coverage.Tally{}
	for i := range s.Facilities {
		if err := im.pause(ctx, "facilities", i, len(s.Facilities)); err != nil {
			return err
		}
		f := &s.Facilities[i]
		var snaps []network.Snap
		for _, entrance := range f.EnteredAt() {
			snaps = append(snaps, n.Snap(entrance))
		}
		state := network.BestState(snaps)
		tally.Add(state, 0)
		if state == coverage.ReasonSnapped {
			continue
		}
		im.warnRow(facilityKey(f), coverage.Issue{
			Code: state, Layer: coverage.LayerFacilities, Feature: f.ID, At: at(f.At),
			Message: f.Kind + ": " + remedy(state, n.Profile()),
		})
	}
	if len(s.Facilities) > 0 {
		im.states(coverage.LayerFacilities, n.Profile(), tally.Counts())
	}
	return nil
}

// demandStates counts every row of demand once: outside if it belongs to none
// of the zones there are, as answers have it, else by its place on the network.
func (im *importer) demandStates(ctx context.Context, s *coverage.Snapshot, n *network.Network) error {
	tally := coverage.Tally{}
	lost := make(map[string][]*coverage.Demand)
	for i := range s.Demand {
		if err := im.pause(ctx, "demand", i, len(s.Demand)); err != nil {
			return err
		}
		d := &s.Demand[i]
		state := coverage.ReasonOutside
		if _, outside := im.zones.Home(d); !outside {
			state = n.Snap(d.At).State
		}
		tally.Add(state, d.Weights[coverage.WeightPeople])
		if state != coverage.ReasonSnapped {
			lost[state] = append(lost[state], d)
		}
	}
	if len(s.Demand) == 0 {
		return nil
	}
	counts := tally.Counts()
	im.states(coverage.LayerDemand, n.Profile(), counts)
	for _, c := range counts {
		if c.Code != coverage.ReasonSnapped {
			im.lostDemand(c, lost[c.Code], n.Profile())
		}
	}
	return nil
}

// lostDemand tells of the demand of one state: the sum, then the largest rows.
func (im *importer) lostDemand(c coverage.ReasonCount, rows []*coverage.Demand, p *network.Profile) {
	im.warn(coverage.Issue{
		Code: c.Code, Layer: coverage.LayerDemand,
		Message: fmt.Sprintf("%d rows with %s people: %s", c.Rows, c.People, remedy(c.Code, p)),
	})
	slices.SortStableFunc(rows, func(a, b *coverage.Demand) int { // they come by id
		return cmp.Compare(b.Weights[coverage.WeightPeople], a.Weights[coverage.WeightPeople])
	})
	for _, d := range rows[:min(len(rows), listedDemand)] {
		im.warnRow(d.ID, coverage.Issue{
			Code: c.Code, Layer: coverage.LayerDemand, Feature: d.ID, At: at(d.At),
			Message: fmt.Sprintf("%s people: %s", d.Weights[coverage.WeightPeople], remedy(c.Code, p)),
		})
	}
}

// pause lets a long loop end and tell how far it is, now and then.
func (im *importer) pause(ctx context.Context, stage string, done, total int) error {
	const every = 4096
	if done%every != 0 {
		return nil
	}
	im.progress(stage, int64(done), int64(total))
	return ctx.Err()
}

func at(p orb.Point) *orb.Point { return &p }

package analysis

import (
	"context"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/zonal"
)

// withoutSteps is the network of those who take no steps, with demand and
// facilities at the places on roads that they have in g. A compound behind steps
// is cut off there; tied anew, as what lies on an island is, its people would be
// carried over the steps.
func withoutSteps(ctx context.Context, w *work[EstateOptions], b *base, g *grounds) (*grounds, error) {
	profile, faults := profileOf(w.Options.StepProfile)
	if faults != nil {
		return nil, faults
	}
	anew, err := b.grounds(ctx, profile, w.When)
	if err != nil {
		return nil, err
	}
	level := &grounds{network: anew.network, facilities: make([][]network.Snap, len(g.facilities))}
	demand := make([]network.Snap, g.demand.Len())
	for i := range demand {
		demand[i] = placed(level.network, g.demand.Snap(int32(i)), anew.demand.Snap(int32(i)))
	}
	level.demand = reach.NewPoints(level.network, demand)
	for f, ways := range g.facilities {
		for k, way := range ways {
			level.facilities[f] = append(level.facilities[f], placed(level.network, way, anew.facilities[f][k]))
		}
	}
	return level, nil
}

// placed finds on a network the place that a point has on another one of the same
// roads; where no road is there, such as on steps, the point is tied as anew.
func placed(n *network.Network, on, anew network.Snap) network.Snap {
	const same = 0.1 // meters: lines of both networks run on one raster of about a centimeter
	if !on.OK() {
		return on
	}
	s := n.Nearest(on.At, same)
	if !s.OK() {
		return anew
	}
	s.Offset = on.Offset
	return s
}

// usualLength is the cutoff as a length, in millimeters: what the profile goes in
// its minutes at its usual speed.
func (w *work[O]) usualLength() network.Cost {
	if w.Cutoff.Metric == network.Length {
		return w.Cutoff.Value
	}
	const msPerHour, mmPerMeter = 3_600_000, 1000
	return network.Cost(uint64(w.Cutoff.Value) * uint64(w.profile.SpeedMetersPerHour) * mmPerMeter / msPerHour)
}

// longer tells whether a way is longer than a length, by more than two networks
// of the same roads round apart.
func longer(way zonal.Travel, limit network.Cost) bool {
	const apart = 1000 // millimeters
	return way.Facility < 0 || uint64(way.Millimeters) > uint64(limit)+apart
}

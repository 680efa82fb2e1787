package main

import (
	"context"
	"fmt"
	"testing"

	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// isochroneRow measures the search and the drawing of a 15-minute ring, from
// nodes spread over the network.
func isochroneRow(ctx context.Context, name string, n *network.Network) (row, error) {
	const origins = 64
	ground, err := isochrone.NewGround(n, nil, isochrone.Options{})
	if err != nil {
		return row{}, err
	}
	places := make([]network.Snap, origins)
	for i := range places {
		places[i] = n.Snap(n.NodeAt(int32(i * n.NodeCount() / origins)))
	}
	d := ground.NewDrawer(reach.Options{Metric: network.Time})
	var failed error
	vertices := 0
	draw := func(i int) {
		rings, err := d.Polygons(ctx, places[i:i+1], []network.Cost{quarter}, 0)
		if err != nil {
			failed = err
			return
		}
		for _, polygon := range rings[0].Area {
			for _, ring := range polygon {
				vertices += len(ring)
			}
		}
	}
	for i := range origins {
		draw(i)
	}
	each := vertices / origins
	perRing := nanoseconds(func(b *testing.B) {
		for i := range b.N {
			draw(i % origins)
		}
	})
	return atMost(name+": 15-minute isochrone, search and polygon", perRing/1e6, "ms", 1.3, fmt.Sprintf("%d vertices a ring", each)), failed
}

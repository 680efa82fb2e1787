package main

import (
	"context"
	"fmt"

	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// isochroneRows measures the search and the drawing of a 15-minute ring, from
// nodes spread over the network.
func isochroneRows(ctx context.Context, name string, n *network.Network) ([]row, error) {
	const origins = 64
	ground, err := isochrone.NewGround(n, nil, isochrone.Options{})
	if err != nil {
		return nil, err
	}
	places := make([]network.Snap, origins)
	for i := range places {
		places[i] = n.Snap(n.NodeAt(int32(i * n.NodeCount() / origins)))
	}
	d := ground.NewDrawer(reach.Options{Metric: network.Time})
	vertices := 0
	took, err := fastest(5, func() error {
		vertices = 0
		for i := range places {
			rings, err := d.Polygons(ctx, places[i:i+1], []network.Cost{quarter}, 0)
			if err != nil {
				return err
			}
			for _, polygon := range rings[0].Area {
				for _, ring := range polygon {
					vertices += len(ring)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []row{atMost(name+": 15-minute isochrone, search and polygon", took[0]/origins*1e3, "ms", 1.3, fmt.Sprintf("%d vertices a ring", vertices/origins))}, nil
}

package main

import (
	"context"
	"fmt"

	"kaimen/coverage"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
)

// linkAnew is how many links are scored by searching all anew.
const linkAnew = 10

// linkRows measures the search for missing links: candidates, and what each does
// for ten kinds, beside searching all anew for each.
func linkRows(ctx context.Context, name string, n *network.Network) ([]row, error) {
	town := linkTown(n)
	o := links.Options{MaxMeters: 150, MinDetourMeters: 800, SameMeters: 100, DeadEnds: true, Links: true, Class: "footway"}
	var found *links.Found
	var scores *links.Scores
	took, err := fastest(3,
		func() (err error) { found, err = links.Find(ctx, n, o); return err },
		func() (err error) { scores, err = links.Gains(ctx, town, found.Candidates, nil); return err },
		func() error {
			for i := range min(linkAnew, len(found.Candidates)) {
				if err := linkAnewly(ctx, town, &found.Candidates[i]); err != nil {
					return err
				}
			}
			return nil
		},
	)
	if err != nil || len(found.Candidates) == 0 {
		return nil, err
	}
	count := len(found.Candidates)
	return []row{
		told(name+": missing links found", took[0]*1e3, "ms", fmt.Sprintf("%d looked at, %d candidates", found.Considered, count)),
		atMost(name+": one missing link scored exactly, 10 kinds", took[1]*1e3/float64(count), "ms", 1,
			fmt.Sprintf("%.3g %% known by two costs; all anew %.4g ms", 100*float64(scores.Pruned)/float64(count), took[2]*1e3/float64(min(linkAnew, count)))),
	}, nil
}

// linkTown has ten kinds of facilities and a demand point on every fourth edge.
func linkTown(n *network.Network) *links.Town {
	w := &whatif{n: n}
	town := &links.Town{Network: n, Metric: network.Time, Cutoff: quarter, Kinds: make([]links.Kind, whatifKinds)}
	place := func(s network.Snap) links.Place {
		at := n.PointAt(s.Position)
		return links.Place{At: at, Snap: n.Snap(at)}
	}
	for k := range n.EdgeCount() / 4 {
		town.Demand = append(town.Demand, links.Demand{Place: place(w.placeOn(k, n.EdgeCount()/4)), Weight: coverage.AmountUnit})
	}
	for k := range whatifKinds * whatifSites {
		of := &town.Kinds[k%whatifKinds]
		of.Facilities = append(of.Facilities, []links.Place{place(w.placeOn(k, whatifKinds*whatifSites))})
	}
	return town
}

// linkAnewly scores a link by tying all places to the network with it, and
// searching all kinds.
func linkAnewly(ctx context.Context, town *links.Town, c *links.Candidate) error {
	n := town.Network
	from, to := n.Nearest(c.Line[0], 1), n.Nearest(c.Line[1], 1)
	drawn, err := n.Patched(network.Patch{network.Draw{From: network.End{Position: from.Position}, To: network.End{Position: to.Position}, Class: c.Class}})
	if err != nil {
		return err
	}
	after := *town
	after.Network = drawn
	after.Demand = make([]links.Demand, len(town.Demand))
	for i, d := range town.Demand {
		d.Snap = drawn.Snap(d.At)
		after.Demand[i] = d
	}
	after.Kinds = make([]links.Kind, len(town.Kinds))
	for k, kind := range town.Kinds {
		for _, f := range kind.Facilities {
			after.Kinds[k].Facilities = append(after.Kinds[k].Facilities, []links.Place{{At: f[0].At, Snap: drawn.Snap(f[0].At)}})
		}
	}
	_, err = links.Between(ctx, town, &after)
	return err
}

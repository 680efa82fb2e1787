package main

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"golang.org/x/sync/errgroup"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// spread are about count nodes, spread evenly, in order.
func spread(n *network.Network, count int) []int32 {
	var nodes []int32
	for node := 0; node < n.NodeCount(); node += max(1, n.NodeCount()/count) {
		nodes = append(nodes, int32(node))
	}
	return nodes
}

// runEach searches from one node after another and counts what it settles.
func runEach(ctx context.Context, s *reach.Search, nodes []int32, cutoff network.Cost) (settled int, err error) {
	var seeds [1]reach.Seed
	for _, node := range nodes {
		seeds[0].Node = node
		if err := s.Run(ctx, seeds[:], cutoff); err != nil {
			return 0, err
		}
		settled += len(s.Touched())
	}
	return settled, nil
}

// searchRows measures the 15-minute search against a textbook Dijkstra on the
// same network, from the same nodes spread over it.
func searchRows(ctx context.Context, name string, n *network.Network) ([]row, error) {
	nodes := spread(n, 1000)
	ours, theirs := reach.NewSearch(n, reach.Options{Metric: network.Time}), newPlain(n, network.Time, network.Away)
	var settled, plainly int
	took, err := fastest(40,
		func() (err error) {
			settled, err = runEach(ctx, ours, nodes, quarter)
			return err
		},
		func() error {
			plainly = 0
			for i := range nodes {
				plainly += theirs.search(nodes[i:i+1], quarter)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	if plainly != settled {
		return nil, fmt.Errorf("the two searches settle %d and %d nodes", settled, plainly)
	}
	allocations := testing.AllocsPerRun(3, func() { _, err = runEach(ctx, ours, nodes, quarter) })
	perNode, plainPerNode := took[0]/float64(settled)*1e9, took[1]/float64(settled)*1e9
	searches := float64(len(nodes))
	return []row{
		atMost(name+": 15-minute search, per settled node", perNode, "ns", 30, fmt.Sprintf("container/heap %.4g ns", plainPerNode)),
		atLeast(name+": 15-minute search, times faster than container/heap", plainPerNode/perNode, "×", 5, fmt.Sprintf("%d nodes a search", settled/len(nodes))),
		atLeast(name+": 15-minute searches on one core", searches/took[0], "1/s", 80_000, fmt.Sprintf("container/heap %.4g", searches/took[1])),
		atMost(name+": allocations a search", allocations/searches, "", 0, ""),
	}, err
}

// pairRows measures what a second processor adds: two searches side by side on
// one network, each with half of the nodes.
func pairRows(ctx context.Context, name string, n *network.Network) ([]row, error) {
	if runtime.GOMAXPROCS(0) < 2 {
		return nil, nil
	}
	nodes := spread(n, 4000)
	// Every other one to each core: halves of a city are not equally dense.
	var halves [2][]int32
	for i, node := range nodes {
		halves[i%2] = append(halves[i%2], node)
	}
	var searches [2]*reach.Search
	for i := range searches {
		searches[i] = reach.NewSearch(n, reach.Options{Metric: network.Time})
	}
	took, err := fastest(40,
		func() error {
			_, err := runEach(ctx, searches[0], nodes, quarter)
			return err
		},
		func() error {
			var side errgroup.Group
			for i, half := range halves {
				side.Go(func() error {
					_, err := runEach(ctx, searches[i], half, quarter)
					return err
				})
			}
			return side.Wait()
		})
	if err != nil {
		return nil, err
	}
	count := float64(len(nodes))
	return []row{atLeast(name+": 15-minute searches, two cores against one", took[0]/took[1], "×", 1.8,
		fmt.Sprintf("%.4g and %.4g searches a second", count/took[1], count/took[0]))}, nil
}

// nearestRows measures the nearest of each of ten kinds for every node, with the
// facility that it is, and the three nearest of one kind.
func nearestRows(ctx context.Context, name string, n *network.Network) ([]row, error) {
	const kinds, sites = 10, 60
	var seeds [kinds][]reach.Seed
	var nodes [kinds][]int32
	var snaps []network.Snap // of the first kind
	for k := range kinds {
		for i := range sites {
			node := int32((i*n.NodeCount()/sites + k*131) % n.NodeCount())
			seeds[k] = append(seeds[k], reach.Seed{Node: node, Owner: uint32(i)})
			nodes[k] = append(nodes[k], node)
			if k == 0 {
				snaps = append(snaps, n.Snap(n.NodeAt(node)))
			}
		}
	}
	s := reach.NewSearch(n, reach.Options{Metric: network.Time, Direction: network.Toward, Owners: true})
	plainly, points := newPlain(n, network.Time, network.Toward), reach.NewPoints(n, snaps)
	took, err := fastest(40,
		func() error {
			for k := range kinds {
				if err := s.Run(ctx, seeds[k], quarter); err != nil {
					return err
				}
			}
			return nil
		},
		func() error {
			for k := range kinds {
				plainly.search(nodes[k], quarter)
			}
			return nil
		},
		func() error {
			_, err := reach.KNearestOf(ctx, n, points, 3, quarter, reach.Options{Metric: network.Time, Direction: network.Toward})
			return err
		})
	if err != nil {
		return nil, err
	}
	return []row{
		atMost(name+": nearest and owner, 10 kinds of 60, whole city", took[0]*1e3, "ms", 5, fmt.Sprintf("container/heap, without owners, %.3g ms; %d nodes", took[1]*1e3, n.NodeCount())),
		told(name+": the three nearest of 60 and their owners, whole city", took[2]*1e3, "ms", fmt.Sprintf("the nearest one %.3g ms", took[0]/kinds*1e3)),
	}, nil
}

// tableRows measures every node to all within a cutoff, on one processor.
func tableRows(ctx context.Context, name string, n *network.Network) ([]row, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var rows []row
	for _, tc := range []struct {
		what   string
		metric network.Metric
		cutoff network.Cost
	}{{"15 minutes", network.Time, quarter}, {"1,250 m", network.Length, brisk}} {
		nodes, search, pairs := spread(n, n.NodeCount()), reach.NewSearch(n, reach.Options{Metric: tc.metric}), 0
		took, err := fastest(8,
			func() error {
				pairs = 0
				return reach.Table(ctx, n, reach.Options{Metric: tc.metric}, tc.cutoff, func(r *reach.Rows) error {
					pairs += len(r.Cells)
					return nil
				})
			},
			func() error {
				_, err := runEach(ctx, search, nodes, tc.cutoff)
				return err
			})
		if err != nil {
			return nil, err
		}
		rows = append(rows, atMost(fmt.Sprintf("%s: every node to all within %s, as rows, one core", name, tc.what), took[0]*1e3, "ms", 220,
			fmt.Sprintf("the searches alone %.4g ms; %d pairs", took[1]*1e3, pairs)))
	}
	return rows, nil
}

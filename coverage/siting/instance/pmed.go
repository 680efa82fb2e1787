package instance

import (
	"fmt"
	"math"

	"kaimen/coverage/siting"
)

// PMed reads a file of the p-median problems of the OR-Library: a graph whose
// every vertex is a site and a demand of weight 1. The same files serve
// siting.Median and siting.Center.
//
// Errors: what is wrong, with file and line; also any other model.
// Cost:   O(n³), and n² pairs are kept.
// Source: Beasley (1985), A note on solving large p-median problems.
func PMed(path string, model siting.Model) (*siting.Problem, error) {
	if model != siting.Median && model != siting.Center {
		return nil, fmt.Errorf("%s: the model is %q; it should be %q or %q", path, model, siting.Median, siting.Center)
	}
	w := open(path)
	n := int(w.integer("the number of vertices", 1, mostPoints))
	edges := w.count("the number of edges", 3)
	p := int(w.integer("p", 1, int64(max(n, 1))))
	far := make([]uint32, n*n)
	for i := range far {
		far[i] = none
	}
	for i := range n {
		far[i*n+i] = 0
	}
	for range edges {
		i := int(w.integer("a vertex", 1, int64(n))) - 1
		j := int(w.integer("a vertex", 1, int64(n))) - 1
		// A path has fewer than mostPoints edges, so its cost fits with room.
		cost := uint32(w.integer("the cost of an edge", 0, math.MaxInt32/mostPoints))
		if w.err != nil {
			break
		}
		// An edge that stands twice has the cost of its last line: so the author
		// reads the file, and so the published values are.
		if i != j {
			far[i*n+j], far[j*n+i] = cost, cost
		}
	}
	if err := w.end(); err != nil {
		return nil, err
	}
	shorten(far, n)
	return &siting.Problem{
		Model: model, Sites: equal(n), Demand: alike(n), Number: p, Budget: siting.NoBudget,
		Reach: allPairs(n, func(i, j int) uint32 { return far[i*n+j] }),
	}, nil
}

// shorten makes costs of edges costs of shortest paths (Floyd 1962).
func shorten(far []uint32, n int) {
	for k := range n {
		via := far[k*n : k*n+n]
		for i := range n {
			first := far[i*n+k]
			if first == none {
				continue
			}
			row := far[i*n : i*n+n]
			for j, second := range via {
				if second != none && first+second < row[j] {
					row[j] = first + second
				}
			}
		}
	}
}

package data

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/index"
)

// sameGateMeters is how near to a barrier of an OpenStreetMap file a gate of
// another source is that barrier: their places differ by how they were drawn.
const sameGateMeters = 5

// mergeGates makes one of two where another source tells of a gate that an
// OpenStreetMap file has too. The other's word stands; it gets the node, and
// what it leaves blank. Each barrier goes to the nearest such gate, ties by id.
func (im *importer) mergeGates() {
	var nodes, others []int
	for i := range im.layers.Gates {
		if im.layers.Gates[i].Node != 0 {
			nodes = append(nodes, i)
		} else {
			others = append(others, i)
		}
	}
	if len(nodes) == 0 || len(others) == 0 {
		return
	}
	gates := im.layers.Gates
	slices.SortFunc(others, func(a, b int) int { return strings.Compare(gates[a].ID, gates[b].ID) })
	boxes := index.NewBoxes(len(nodes), func(i int) orb.Bound { return gates[nodes[i]].At.Bound() })
	merged := make(map[int]int) // the other gate by the barrier's place in the layer
	var near []int
	for _, i := range others {
		best, least := -1, float64(sameGateMeters)
		near = boxes.Meeting(geo.Around(gates[i].At, sameGateMeters), near[:0])
		slices.Sort(near)
		for _, k := range near {
			_, taken := merged[nodes[k]]
			if d := geo.Distance(gates[i].At, gates[nodes[k]].At); d < least && !taken {
				best, least = nodes[k], d
			}
		}
		if best >= 0 {
			merged[best] = i
			complete(&gates[i], &gates[best])
		}
	}
	kept := gates[:0:0]
	for i := range gates {
		if _, gone := merged[i]; gone {
			im.mergedGate(gates[i].ID)
			continue
		}
		kept = append(kept, gates[i])
	}
	im.layers.Gates = kept
}

// complete gives a gate the node of a barrier, and what it leaves blank.
func complete(g, barrier *coverage.Gate) {
	g.Node, g.At, g.Tags = barrier.Node, barrier.At, barrier.Tags
	for _, field := range []struct{ own, given *string }{{&g.Name, &barrier.Name}, {&g.Kind, &barrier.Kind}, {&g.Hours, &barrier.Hours}} {
		if *field.own == "" {
			*field.own = *field.given
		}
	}
}

// mergedGate sets a used gate aside in the balance of its source.
func (im *importer) mergedGate(id string) {
	file := im.files[im.claims[coverage.LayerGates][id].source]
	for i := range im.report.Sources {
		r := &im.report.Sources[i]
		if r.Layer != coverage.LayerGates || r.Source != file {
			continue
		}
		r.Used--
		k, found := slices.BinarySearchFunc(r.SetAside, coverage.ReasonDuplicate, func(c coverage.ReasonCount, code string) int {
			return strings.Compare(c.Code, code)
		})
		if !found {
			r.SetAside = slices.Insert(r.SetAside, k, coverage.ReasonCount{Code: coverage.ReasonDuplicate})
		}
		r.SetAside[k].Rows++
		return
	}
}

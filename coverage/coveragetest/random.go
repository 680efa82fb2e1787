package coveragetest

import (
	"fmt"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
)

// Roads draws a random street network of a few blocks: nodes scattered over
// about 2 km, ways that share some of them, several components, dead ends,
// parallel ways, loops and rings among them. Node ids are in no order.
func Roads() *rapid.Generator[[]coverage.Road] {
	return rapid.Custom(func(t *rapid.T) []coverage.Road {
		at := make(map[int64]orb.Point)
		count := rapid.IntRange(2, 25).Draw(t, "nodes")
		var ids []int64
		for i := range count {
			id := int64(i*7919%1009) + 1
			at[id] = rounded(orb.Point{
				105 + 0.02*rapid.Float64Range(0, 1).Draw(t, "x"),
				29.5 + 0.02*rapid.Float64Range(0, 1).Draw(t, "y"),
			})
			ids = append(ids, id)
		}
		classes := []string{"residential", "footway", "steps"}
		var roads []coverage.Road
		for i := range rapid.IntRange(1, 20).Draw(t, "ways") {
			road := coverage.Road{ID: fmt.Sprintf("w%02d", i), Class: rapid.SampledFrom(classes).Draw(t, "class")}
			for range rapid.IntRange(2, 6).Draw(t, "length") {
				id := rapid.SampledFrom(ids).Draw(t, "node")
				road.Nodes = append(road.Nodes, id)
				road.Line = append(road.Line, at[id])
			}
			roads = append(roads, road)
		}
		return roads
	})
}

package main

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/data/read"
)

// cell is one of the city's cells with people.
type cell struct {
	id     string
	people float64
	snap   network.Snap
}

// cityCells are the cells with people, and the places of schools, tied to n.
func cityCells(t *testing.T, n *network.Network) (homes []cell, schools *reach.Points) {
	t.Helper()
	grid := readTable(t, shared(t, "porto-alegre", "poa_hexgrid.csv"))
	var list []network.Snap
	for _, row := range grid.rows {
		snap := n.Snap(orb.Point{grid.number(row, "lon"), grid.number(row, "lat")})
		if people := grid.number(row, "population"); people > 0 {
			homes = append(homes, cell{grid.text(row, "id"), people, snap})
		}
		if grid.number(row, "schools") > 0 {
			list = append(list, snap)
		}
	}
	return homes, reach.NewPoints(n, list)
}

// meters are the lengths of the ways from the cells to the nearest school; +Inf
// where there is none. Cells stay tied where they were, as in the reference.
func meters(labels *reach.Labels, homes []cell) []float64 {
	list := make([]float64, len(homes))
	for i, home := range homes {
		list[i] = math.Inf(1)
		if position, open := labels.Network().Moved(home.snap.Position); open {
			home.snap.Position = position
			if hit, ok := labels.At(home.snap); ok {
				list[i] = float64(hit.Cost) / 1000
			}
		}
	}
	return list
}

// Ten roads drawn in Porto Alegre change what an independent computation says
// they change: the same six cells, by as much, and nobody else. Totals are off
// by the cells on river islands alone, before as after (islandCells).
func TestPortoAlegreTenLinks(t *testing.T) {
	t.Parallel()
	osm, err := read.OSM(t.Context(), shared(t, "porto-alegre", "poa.osm.pbf"), read.OSMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := network.Build(t.Context(), network.Ground{Roads: osm.Roads}, network.Walk())
	if err != nil {
		t.Fatal(err)
	}
	homes, schools := cityCells(t, n)
	options := reach.Options{Metric: network.Length, Direction: network.Toward}
	labels, err := reach.NewLabels(t.Context(), n, schools, network.Unreached, options)
	if err != nil {
		t.Fatal(err)
	}
	before := meters(labels, homes)

	links := readTable(t, shared(t, "porto-alegre", "reference", "whatif_links.csv"))
	var patch network.Patch
	for _, row := range links.rows {
		var ends [2]network.End
		for i, end := range []string{"a", "b"} {
			s := n.Nearest(orb.Point{links.number(row, "lon_"+end), links.number(row, "lat_"+end)}, 0.1)
			if !s.OK() {
				t.Fatalf("link %s: end %s lies on no road", links.text(row, "link"), end)
			}
			ends[i] = network.End{Position: s.Position}
		}
		patch = append(patch, network.Draw{From: ends[0], To: ends[1], Class: "footway"})
	}
	linked, err := n.Patched(patch)
	if err != nil {
		t.Fatal(err)
	}
	if err := labels.To(t.Context(), linked); err != nil {
		t.Fatal(err)
	}
	after := meters(labels, homes)

	type change struct{ Before, After float64 }
	want, got := make(map[string]change), make(map[string]change)
	reference := readTable(t, shared(t, "porto-alegre", "reference", "whatif_changed.csv"))
	for _, row := range reference.rows {
		want[reference.text(row, "id")] = change{reference.number(row, "nearest_before_m"), reference.number(row, "nearest_after_m")}
	}
	for i, home := range homes {
		if before[i] != after[i] {
			got[home.id] = change{before[i], after[i]}
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0.001, 0)); diff != "" {
		t.Errorf("cells whose school is nearer, reference (-) and ours (+):\n%s", diff)
	}
	// 728,994 -> 730,314 people within 833.333 m, 803,404 -> 803,685 within 1,250 m;
	// all people walk 485.21 -> 484.10 m on the mean.
	for _, tc := range []struct{ within, people, more float64 }{{416.667, 299435, 0}, {833.333, 728994, 730314 - 728994}, {1250, 803404, 803685 - 803404}} {
		was, is := covered(homes, before, tc.within), covered(homes, after, tc.within)
		if is-was != tc.more {
			t.Errorf("within %v m: %v people more, reference %v", tc.within, is-was, tc.more)
		}
		if math.Abs(was-tc.people) > 0.005*812935 {
			t.Errorf("within %v m: %v people, reference %v", tc.within, was, tc.people)
		}
		t.Logf("within %v m: %v -> %v people, reference %v -> %v", tc.within, was, is, tc.people, tc.people+tc.more)
	}
	was, is := mean(homes, before), mean(homes, after)
	if math.Abs(was-is-(485.21-484.10)) > 0.02 {
		t.Errorf("the mean way goes from %.2f to %.2f m, in the reference from 485.21 to 484.10", was, is)
	}
	t.Logf("mean way %.2f -> %.2f m, reference 485.21 -> 484.10", was, is)

	// Drawn and undone, labels are what they were; so are those made at once.
	labels.Undo(0)
	if diff := cmp.Diff(before, meters(labels, homes)); diff != "" {
		t.Errorf("before (-) and undone (+) differ:\n%s", diff)
	}
}

func covered(homes []cell, meters []float64, within float64) (people float64) {
	for i, home := range homes {
		if meters[i] <= within {
			people += home.people
		}
	}
	return people
}

// mean is the mean way of those who have one.
func mean(homes []cell, meters []float64) float64 {
	sum, people := 0.0, 0.0
	for i, home := range homes {
		if !math.IsInf(meters[i], 1) {
			sum, people = sum+home.people*meters[i], people+home.people
		}
	}
	return sum / people
}

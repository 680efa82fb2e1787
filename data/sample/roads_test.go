package sample_test

import (
	"container/heap"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// graph is the walking network of the file: neighbors by node.
type graph map[int64][]hop

type hop struct {
	to     int64
	meters float64
}

func walking(s study) graph {
	g := make(graph)
	for _, w := range s.ways {
		for i := 1; i < len(w.nodes); i++ {
			a, b := w.nodes[i-1], w.nodes[i]
			d := meters(s.nodes[a], s.nodes[b])
			g[a] = append(g[a], hop{b, d})
			g[b] = append(g[b], hop{a, d})
		}
	}
	return g
}

type queue []hop

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].meters < q[j].meters }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(hop)) }
func (q *queue) Pop() any {
	x := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return x
}

// from returns the distance from a node to every node it reaches.
func (g graph) from(start int64) map[int64]float64 {
	best := map[int64]float64{start: 0}
	q := &queue{{start, 0}}
	for q.Len() > 0 {
		here := heap.Pop(q).(hop)
		if here.meters > best[here.to] {
			continue
		}
		for _, h := range g[here.to] {
			d := here.meters + h.meters
			if old, ok := best[h.to]; !ok || d < old {
				best[h.to] = d
				heap.Push(q, hop{h.to, d})
			}
		}
	}
	return best
}

// No stretch of a way has no length, and no way meets itself in two nodes running.
func TestWaysAreSound(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, w := range s.ways {
		if len(w.nodes) < 2 || w.tags["highway"] == "" || w.tags["width"] == "" {
			t.Errorf("way %d: %d nodes, tags %v", w.id, len(w.nodes), w.tags)
		}
		for i := 1; i < len(w.nodes); i++ {
			if d := meters(s.nodes[w.nodes[i-1]], s.nodes[w.nodes[i]]); d < 0.3 {
				t.Errorf("way %d (%s): %.2f m between two of its nodes", w.id, w.tags["highway"], d)
			}
		}
	}
	have := make(map[string]bool)
	for _, w := range s.ways {
		have[w.tags["highway"]] = true
	}
	for _, class := range []string{"primary", "secondary", "tertiary", "residential", "living_street", "service", "footway", "steps"} {
		if !have[class] {
			t.Errorf("there is no %s", class)
		}
	}
}

// Only bridges cross the water, there are few, and they touch the rest of the
// network at their ends alone.
func TestBridges(t *testing.T) {
	t.Parallel()
	s := load(t)
	water := waters(s)[0]
	used := make(map[int64]int)
	for _, w := range s.ways {
		for _, n := range w.nodes {
			used[n]++
		}
	}
	bridges := 0
	for _, w := range s.ways {
		wet := false
		for i := 1; i < len(w.nodes); i++ {
			wet = wet || touches(water, s.nodes[w.nodes[i-1]], s.nodes[w.nodes[i]])
		}
		if wet != (w.tags["bridge"] == "yes") {
			t.Errorf("way %d (%s %s): bridge=%q, crosses the water: %v", w.id, w.tags["highway"], w.tags["name"], w.tags["bridge"], wet)
		}
		if !wet {
			continue
		}
		bridges++
		for _, n := range w.nodes[1 : len(w.nodes)-1] {
			if used[n] > 1 {
				t.Errorf("bridge %s is joined to what it crosses", w.tags["name"])
			}
		}
		for _, n := range []int64{w.nodes[0], w.nodes[len(w.nodes)-1]} {
			if used[n] < 2 {
				t.Errorf("bridge %s leads nowhere", w.tags["name"])
			}
		}
	}
	if bridges < 2 || bridges > 5 {
		t.Errorf("%d bridges, want a few", bridges)
	}
}

// Ways meet in shared nodes: where two cross on the ground without one, one of
// them is a bridge.
func TestCrossingsAreJunctions(t *testing.T) {
	t.Parallel()
	s := load(t)
	type stretch struct {
		a, b   int64
		p, q   orb.Point
		way    int64
		bridge bool
	}
	cells := make(map[[2]int][]stretch)
	const size = 100
	for _, w := range s.ways {
		for i := 1; i < len(w.nodes); i++ {
			st := stretch{w.nodes[i-1], w.nodes[i], xy(s.nodes[w.nodes[i-1]]), xy(s.nodes[w.nodes[i]]), w.id, w.tags["bridge"] == "yes"}
			for x := math.Floor(min(st.p[0], st.q[0]) / size); x <= max(st.p[0], st.q[0])/size; x++ {
				for y := math.Floor(min(st.p[1], st.q[1]) / size); y <= max(st.p[1], st.q[1])/size; y++ {
					cells[[2]int{int(x), int(y)}] = append(cells[[2]int{int(x), int(y)}], st)
				}
			}
		}
	}
	for _, list := range cells {
		for i, m := range list {
			for _, n := range list[i+1:] {
				shared := m.a == n.a || m.a == n.b || m.b == n.a || m.b == n.b
				if !shared && !m.bridge && !n.bridge && crossing(m.p, m.q, n.p, n.q) {
					t.Errorf("ways %d and %d cross without a junction near %v", m.way, n.way, m.p)
				}
			}
		}
	}
}

func TestNetworkIsOne(t *testing.T) {
	t.Parallel()
	s := load(t)
	g := walking(s)
	total, largest := 0.0, 0.0
	seen := make(map[int64]bool)
	for _, w := range s.ways {
		if seen[w.nodes[0]] {
			continue
		}
		sum := 0.0
		for n := range g.from(w.nodes[0]) {
			seen[n] = true
			for _, h := range g[n] {
				sum += h.meters / 2
			}
		}
		total += sum
		largest = max(largest, sum)
	}
	t.Logf("%.1f km of ways, %.2f %% in one piece", total/1000, 100*largest/total)
	if largest < 0.98*total {
		t.Errorf("%.3f of the network is in one piece, want 0.98", largest/total)
	}
}

// Nobody lives far from a way.
func TestPeopleLiveByWays(t *testing.T) {
	t.Parallel()
	s := load(t)
	var stretches [][2]orb.Point
	for _, w := range s.ways {
		for i := 1; i < len(w.nodes); i++ {
			stretches = append(stretches, [2]orb.Point{xy(s.nodes[w.nodes[i-1]]), xy(s.nodes[w.nodes[i]])})
		}
	}
	for _, p := range s.people {
		home, nearest := xy(at(t, p, "lon", "lat")), math.Inf(1)
		for _, st := range stretches {
			// No stretch is longer than 350 m.
			if math.Abs(st[0][0]-home[0]) < 500 && math.Abs(st[0][1]-home[1]) < 500 {
				nearest = min(nearest, planar.DistanceFromSegment(st[0], st[1], home))
			}
		}
		if nearest > 150 {
			t.Errorf("%s is %.0f m from any way", p["id"], nearest)
		}
	}
}

// Each pair of dead ends is close on the ground and far on foot.
func TestDeadEnds(t *testing.T) {
	t.Parallel()
	s := load(t)
	g := walking(s)
	far := 0
	for _, d := range s.deadEnds {
		a, b := int64(number(t, d, "node_a")), int64(number(t, d, "node_b"))
		if s.nodes[a] != at(t, d, "lon_a", "lat_a") || s.nodes[b] != at(t, d, "lon_b", "lat_b") {
			t.Errorf("%s: the nodes lie elsewhere", d["id"])
		}
		if len(g[a]) != 1 || len(g[b]) != 1 {
			t.Errorf("%s: %d and %d ways meet at its ends, want one each", d["id"], len(g[a]), len(g[b]))
		}
		gap := meters(s.nodes[a], s.nodes[b])
		walk, ok := g.from(a)[b]
		if gap < 30 || gap > 150 || !ok || walk < 500 || walk < 800 && walk < 6*gap {
			t.Errorf("%s: %.0f m apart, %.0f m on foot", d["id"], gap, walk)
		}
		if walk > 800 {
			far++
		}
		for _, o := range s.buildings {
			if touches(o, s.nodes[a], s.nodes[b]) {
				t.Errorf("%s: building %s stands in the gap", d["id"], o.id)
			}
		}
	}
	t.Logf("%d of %d pairs are more than 800 m apart on foot", far, len(s.deadEnds))
}

// The ways inside a gated estate meet the ways outside at its gates alone.
func TestGatedEstates(t *testing.T) {
	t.Parallel()
	s := load(t)
	gates := make(map[orb.Point]bool)
	count := make(map[string]int)
	for _, g := range s.gates {
		gates[at(t, g, "lon", "lat")] = true
		count[g["estate"]]++
	}
	gated := 0
	for _, e := range s.estates {
		if !e.of.MustBool("gated") {
			if count[e.id] > 0 {
				t.Errorf("%s has gates and is not gated", e.id)
			}
			continue
		}
		gated++
		if count[e.id] == 0 {
			t.Errorf("%s is gated and has no gate", e.id)
		}
		for _, w := range s.ways {
			for i := 1; i < len(w.nodes); i++ {
				p, q := s.nodes[w.nodes[i-1]], s.nodes[w.nodes[i]]
				if touches(e, p, q) && !gates[p] && !gates[q] && deep(e, p) != deep(e, q) {
					t.Errorf("way %d enters %s at no gate", w.id, e.id)
				}
			}
		}
	}
	if gated < 100 {
		t.Errorf("%d gated estates, want many", gated)
	}
}

// deep tells whether a point is inside an estate by more than a few centimeters.
func deep(e area, p orb.Point) bool {
	if !planar.MultiPolygonContains(e.shape, p) {
		return false
	}
	r := ring(e)
	for i := range r {
		if planar.DistanceFromSegment(r[i], r[(i+1)%len(r)], xy(p)) < 0.1 {
			return false
		}
	}
	return true
}

// Some communities are served well and some are not: the share of people with
// an elder care site within 1,000 m on foot differs widely.
func TestCoverageVaries(t *testing.T) {
	t.Parallel()
	s := load(t)
	g := walking(s)
	places := make(map[int64]orb.Point)
	for n := range g {
		places[n] = xy(s.nodes[n])
	}
	nearest := func(p orb.Point) (id int64) {
		best, here := math.Inf(1), xy(p)
		for n, q := range places {
			d := (q[0]-here[0])*(q[0]-here[0]) + (q[1]-here[1])*(q[1]-here[1])
			if d < best || d == best && n < id {
				id, best = n, d
			}
		}
		return id
	}
	served := make(map[int64]bool)
	for _, f := range s.facilities {
		if f["kind"] == "elder_care" {
			for n, d := range g.from(nearest(at(t, f, "lon", "lat"))) {
				served[n] = served[n] || d <= 1000
			}
		}
	}
	inside, all := make(map[string]int), make(map[string]int)
	for _, p := range s.people {
		home := at(t, p, "lon", "lat")
		c := holding(s.communities, home)[0].id
		all[c] += number(t, p, "people")
		if served[nearest(home)] {
			inside[c] += number(t, p, "people")
		}
	}
	well, badly := 0, 0
	for c, n := range all {
		switch rate := float64(inside[c]) / float64(n); {
		case rate > 0.9:
			well++
		case rate < 0.5:
			badly++
		}
	}
	t.Logf("elder care within 1,000 m: over 90 %% in %d communities, under 50 %% in %d", well, badly)
	if well < 5 || badly < 5 {
		t.Errorf("%d communities are served well and %d badly, want 5 or more of each", well, badly)
	}
}

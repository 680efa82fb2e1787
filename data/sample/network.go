package sample

import (
	"container/heap"
	"math"
)

// links is the walking network of the streets laid so far: for each node, the
// nodes next to it with their distance in meters.
type links map[int][]link

type link struct {
	to     int
	meters float64
}

func (t *town) links() links {
	out := make(links)
	for _, s := range t.streets {
		for _, path := range t.parts(s) {
			for i := 1; i < len(path); i++ {
				a, b := path[i-1], path[i]
				d := distance(t.mesh.at[a], t.mesh.at[b])
				out[a] = append(out[a], link{b, d})
				out[b] = append(out[b], link{a, d})
			}
		}
	}
	return out
}

// parts is the expanded path of a street, in two parts if it is broken.
func (t *town) parts(s *street) [][]int {
	path := t.mesh.expand(s.path)
	if !s.broken {
		return [][]int{path}
	}
	var first, last int
	for i, n := range path {
		switch n {
		case s.gap[0]:
			first = i
		case s.gap[1]:
			last = i
		}
	}
	return [][]int{path[:first+1], path[last:]}
}

// walk is the shortest distance from one node to another; infinite if there is
// no way or it is longer than limit.
func (l links) walk(from, to int, limit float64) float64 {
	best := map[int]float64{from: 0}
	queue := &reachQueue{{from, 0}}
	for queue.Len() > 0 {
		here := heap.Pop(queue).(link)
		if here.to == to {
			return here.meters
		}
		if here.meters > best[here.to] || here.meters > limit {
			continue
		}
		for _, n := range l[here.to] {
			d := here.meters + n.meters
			if old, ok := best[n.to]; !ok || d < old {
				best[n.to] = d
				heap.Push(queue, link{n.to, d})
			}
		}
	}
	return math.Inf(1)
}

type reachQueue []link

func (q reachQueue) Len() int { return len(q) }
func (q reachQueue) Less(i, j int) bool {
	return q[i].meters < q[j].meters || q[i].meters == q[j].meters && q[i].to < q[j].to
}
func (q reachQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *reachQueue) Push(x any)   { *q = append(*q, x.(link)) }
func (q *reachQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

package main

import (
	"container/heap"

	"kaimen/coverage/network"
)

// plain is the yardstick: Dijkstra's algorithm as a textbook has it, with
// container/heap, its arrays kept between runs and told apart by a stamp.
type plain struct {
	first   []int32
	arcs    []network.Arc
	cost    []network.Cost
	stamp   []uint32
	run     uint32
	queue   plainQueue
	settled int
}

type plainItem struct {
	node int32
	cost network.Cost
}

type plainQueue []plainItem

func (q plainQueue) Len() int           { return len(q) }
func (q plainQueue) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q plainQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *plainQueue) Push(x any)        { *q = append(*q, x.(plainItem)) }
func (q *plainQueue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

func newPlain(n *network.Network, m network.Metric, d network.Direction) *plain {
	p := &plain{cost: make([]network.Cost, n.NodeCount()), stamp: make([]uint32, n.NodeCount())}
	p.first, p.arcs = n.Rows(m, d)
	return p
}

// search settles every node within cutoff of one of some nodes and counts them.
func (p *plain) search(from []int32, cutoff network.Cost) int {
	p.run++
	p.settled = 0
	p.queue = p.queue[:0]
	for _, node := range from {
		p.label(node, 0)
	}
	for p.queue.Len() > 0 {
		item := heap.Pop(&p.queue).(plainItem)
		if item.cost > p.cost[item.node] {
			continue
		}
		p.settled++
		for _, a := range p.arcs[p.first[item.node]:p.first[item.node+1]] {
			if c := uint64(item.cost) + uint64(a.Cost); c <= uint64(cutoff) {
				p.label(int32(a.Head), network.Cost(c))
			}
		}
	}
	return p.settled
}

func (p *plain) label(node int32, cost network.Cost) {
	if p.stamp[node] == p.run && p.cost[node] <= cost {
		return
	}
	p.stamp[node], p.cost[node] = p.run, cost
	heap.Push(&p.queue, plainItem{node, cost})
}

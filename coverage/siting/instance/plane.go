package instance

import (
	"math"
	"strconv"

	"kaimen/coverage/siting"
)

// Capacitated is a capacitated p-median problem and the value of its best plan.
type Capacitated struct {
	Number  int // as the file counts them
	Best    int64
	Problem *siting.Problem
}

// PMedCap reads all capacitated p-median problems of a file of the OR-Library.
// Distances are rounded down and count once a customer, whatever it loads: its
// demand is Demand.Load, and its Weight is 1.
//
// Errors: what is wrong, with file and line.
// Source: Osman and Christofides (1994), Capacitated clustering problems by
// hybrid simulated annealing and tabu search.
func PMedCap(path string) ([]Capacitated, error) {
	w := open(path)
	count := w.count("the number of problems", 2)
	var all []Capacitated
	for range count {
		c := Capacitated{Number: int(w.integer("the number of a problem", 1, math.MaxInt32)), Best: w.integer("the best value", 0, math.MaxInt32)}
		n := w.points("the number of customers", 4)
		p := int(w.integer("p", 1, int64(max(n, 1))))
		capacity := w.integer("the capacity", 1, math.MaxInt32)
		at, sites, demand := make([]point, n), equal(n), alike(n)
		for i := range n {
			w.expect(strconv.Itoa(i + 1))
			at[i] = w.place()
			demand[i].Load = w.integer("a demand", 1, capacity)
			sites[i].Capacity = capacity
		}
		if w.err != nil {
			return nil, w.err
		}
		c.Problem = &siting.Problem{
			Model: siting.SingleSource, Sites: sites, Demand: demand, Number: p, Budget: siting.NoBudget,
			Reach: allPairs(n, func(i, j int) uint32 { return at[i].floored(at[j]) }),
		}
		all = append(all, c)
	}
	return all, w.end()
}

// TSPLIB reads the cities of a traveling salesman problem in the plane as a
// p-median problem: each is a site and a demand of weight 1. Distances are
// rounded down, as the published values of p-median have it; the salesman's are
// rounded to the nearest.
//
// Errors: what is wrong, with file and line.
// Source: Reinelt (1991), TSPLIB; Duran-Mateluna, Ales and Elloumi (2023), table
// 2, for p-median.
func TSPLIB(path string, p int) (*siting.Problem, error) {
	w := open(path)
	n := w.dimension("NODE_COORD_SECTION", 3)
	at := make([]point, n)
	for i := range n {
		w.expect(strconv.Itoa(i + 1))
		at[i] = w.place()
	}
	w.expect("EOF")
	if err := w.end(); err != nil {
		return nil, err
	}
	return &siting.Problem{
		Model: siting.Median, Sites: equal(n), Demand: alike(n), Number: p, Budget: siting.NoBudget,
		Reach: allPairs(n, func(i, j int) uint32 { return at[i].floored(at[j]) }),
	}, nil
}

// place is the next two words as a point whose distances to others fit.
func (w *words) place() point {
	const most = 1e9
	at := point{w.number("x"), w.number("y")}
	if max(math.Abs(at.x), math.Abs(at.y)) > most {
		w.fault("the place %g %g is beyond ±%g", at.x, at.y, most)
	}
	return at
}

// dimension reads the head of a file in the manner of TSPLIB, up to the line
// that starts a section, and hands out how many points it has.
func (w *words) dimension(section string, rowWords int) int {
	head := w.until("DIMENSION")
	w.until(section)
	n, err := strconv.Atoi(head)
	if w.err == nil && (err != nil || n < 1 || n > min(mostPoints, len(w.text)/(2*rowWords))) {
		w.fault("the dimension is %q; it should be the number of points that follow, at most %d", head, mostPoints)
	}
	if w.err != nil {
		return 0
	}
	return n
}

package instance

import (
	"math"
	"strconv"

	"kaimen/coverage/siting"
)

// NewYork reads the census points of New York as a maximal covering problem of p
// sites: every point is a site and a demand, and covers what is within 400 m on
// a sphere of 6,378,100 m by the arc cosine formula.
//
// Errors: what is wrong, with file and line.
// Cost:   O(n²) looks at latitudes, an arc cosine where they are near.
// Source: Máximo, Cordeau and Nascimento (2023), AILS for maximal covering.
func NewYork(path string, p int) (*siting.Problem, error) {
	w := open(path)
	n := w.dimension("NODE_COORD_SECTION", 3)
	lat, lon := make([]float64, n), make([]float64, n)
	for i := range n {
		lat[i], lon[i] = w.number("a latitude")*math.Pi/180, w.number("a longitude")*math.Pi/180
	}
	w.expect("DEMAND_SECTION")
	demand := alike(n)
	for i := range demand {
		demand[i].Weight = w.integer("a demand", 0, math.MaxInt32)
	}
	w.expect("EOF")
	if err := w.end(); err != nil {
		return nil, err
	}
	const radius, earth = 400, 6_378_100
	sin, cos := make([]float64, n), make([]float64, n)
	for i := range n {
		sin[i], cos[i] = math.Sincos(lat[i])
	}
	in := func(i, j int) bool {
		// The difference of latitudes is a lower bound; the hundredth is far more
		// than any rounding.
		if math.Abs(lat[i]-lat[j]) > 1.01*radius/earth {
			return false
		}
		arc := float64(sin[i]*sin[j]) + float64(cos[i]*cos[j]*math.Cos(lon[i]-lon[j]))
		return earth*math.Acos(min(arc, 1)) <= radius
	}
	return &siting.Problem{
		Model: siting.MaxCover, Sites: equal(n), Demand: demand, Reach: within(n, n, in),
		Number: p, Budget: siting.NoBudget,
	}, nil
}

// Plane reads a maximal covering problem of p sites in the plane: every point is
// a site of cost 1 and a demand, and covers what is within radius.
//
// Errors: what is wrong, with file and line.
// Source: Chen, Chen, Chen, Dai, Quan and Chen (2023), data of EJOR 311.
func Plane(path string, radius float64, p int) (*siting.Problem, error) {
	w := open(path)
	n := w.points("the number of points", 5)
	at, demand := make([]point, n), alike(n)
	for i := range n {
		w.expect(strconv.Itoa(i))
		at[i] = point{w.number("x"), w.number("y")}
		w.integer("a cost", 1, 1) // all are 1
		demand[i].Weight = w.integer("a demand", 0, math.MaxInt32)
	}
	if err := w.end(); err != nil {
		return nil, err
	}
	return &siting.Problem{
		Model: siting.MaxCover, Sites: equal(n), Demand: demand, Number: p, Budget: siting.NoBudget,
		Reach: within(n, n, func(i, j int) bool { return at[i].squared(at[j]) <= radius*radius }),
	}, nil
}

// BudgetGrid reads sites with costs and customers with demand on a square, as a
// maximal covering problem without limit: the caller sets a Budget, or the model
// siting.SetCover and perhaps a Target.
//
// Errors: what is wrong, with file and line.
// Source: Cordeau, Furini and Ljubić (2019), Benders decomposition for very
// large scale partial set covering and maximal covering location problems.
func BudgetGrid(path string, radius float64) (*siting.Problem, error) {
	w := open(path)
	n := int(w.integer("the number of sites", 1, mostPoints))
	m := w.count("the number of customers", 5)
	at, sites := make([]point, n), equal(n)
	for j := range n {
		w.expect("F", strconv.Itoa(j))
		at[j] = point{w.number("x"), w.number("y")}
		sites[j].Cost = w.integer("a cost", 0, math.MaxInt32)
	}
	customers, demand := make([]point, m), alike(m)
	for i := range m {
		w.expect("C", strconv.Itoa(i))
		customers[i] = point{w.number("x"), w.number("y")}
		demand[i].Weight = w.integer("a demand", 0, math.MaxInt32)
	}
	if err := w.end(); err != nil {
		return nil, err
	}
	return &siting.Problem{
		Model: siting.MaxCover, Sites: sites, Demand: demand, Budget: siting.NoBudget,
		Reach: within(m, n, func(i, j int) bool { return customers[i].squared(at[j]) <= radius*radius }),
	}, nil
}

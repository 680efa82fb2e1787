package instance

import (
	"math"
	"strings"
)

// Optima reads the best values of instances by name: a line of heads, then a
// name and a whole number a line.
//
// Errors: what is wrong, with file and line.
func Optima(path string) (map[string]int64, error) {
	w := open(path)
	w.skipLine()
	best := make(map[string]int64)
	for w.more() {
		name := w.word("the name of an instance")
		if _, twice := best[name]; twice {
			w.fault("%q stands twice", name)
		}
		best[name] = w.integer("the value of "+name, 0, math.MaxInt64)
	}
	return best, w.end()
}

// Published is a plan that was published for a maximal covering problem.
type Published struct {
	Instance string
	Number   int
	Radius   float64 // meters
	Value    int64   // covered demand
	Sites    []int32
}

// Plans reads published plans: a line of heads, then a line each of instance,
// number of sites, radius, published value, two values taken since, and the
// sites, counted from 0 with spaces between.
//
// Errors: what is wrong, with file and line.
func Plans(path string) ([]Published, error) {
	w := open(path)
	w.skipLine()
	// The sites are words of one cell; with the other commas out of the way, all
	// cells are words.
	w.text = strings.ReplaceAll(w.text, ",", " ")
	var all []Published
	for w.more() {
		p := Published{Instance: w.word("the name of an instance"), Number: int(w.integer("p", 1, mostPoints)), Radius: w.number("a radius")}
		p.Value = w.integer("the published value", 0, math.MaxInt64)
		w.integer("the value taken since", 0, math.MaxInt64)
		w.integer("the value by haversine", 0, math.MaxInt64)
		for range p.Number {
			p.Sites = append(p.Sites, int32(w.integer("a site", 0, mostPoints-1)))
		}
		all = append(all, p)
	}
	return all, w.end()
}

// more tells whether there is another word.
func (w *words) more() bool {
	w.skip()
	return w.err == nil && w.text != ""
}

// skipLine passes over the next line.
func (w *words) skipLine() {
	w.skip()
	_, w.text, _ = strings.Cut(w.text, "\n")
	w.line++
}

package instance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage/siting"
	"kaimen/coverage/siting/instance"
)

// travel checks that rows rise by cost, equals by index, and that everybody is
// at 0 of himself.
func travel(t *testing.T, p *siting.Problem) {
	t.Helper()
	for i := range p.Demand {
		near, costs := p.Reach.Row(i)
		for k := range near {
			if k > 0 && (costs[k] < costs[k-1] || costs[k] == costs[k-1] && near[k] <= near[k-1]) {
				t.Fatalf("row %d is out of order at %d", i, k)
			}
		}
		if at := slices.Index(near, int32(i)); at < 0 || costs[at] != 0 {
			t.Fatalf("row %d is not at 0 of itself", i)
		}
	}
}

// Sizes as the OR-Library gives them: pmed1 to 5 have 100 vertices, pmed6 to 10
// have 200, and p grows. Costs are of shortest paths, which no detour beats.
func TestPMed(t *testing.T) {
	t.Parallel()
	medians, err := instance.Optima(shared(t, "facility-location", "pmed", "optima.txt"))
	if err != nil {
		t.Fatal(err)
	}
	centers, err := instance.Optima(shared(t, "facility-location", "pmed", "p-center-optima.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(medians) != 10 || medians["pmed1"] != 5819 || len(centers) != 10 || centers["pmed10"] != 20 {
		t.Errorf("medians %v, centers %v", medians, centers)
	}
	for k, number := range []int{5, 10, 10, 20, 33, 5, 10, 20, 40, 67} {
		p, err := instance.PMed(shared(t, "facility-location", "pmed", fmt.Sprintf("pmed%d.txt", k+1)), siting.Center)
		if err != nil {
			t.Fatal(err)
		}
		n := 100 * (1 + k/5)
		if len(p.Sites) != n || len(p.Demand) != n || p.Number != number || p.Model != siting.Center || len(p.Reach.Site) != n*n {
			t.Errorf("pmed%d: %d sites, number %d, %d pairs", k+1, len(p.Sites), p.Number, len(p.Reach.Site))
		}
		travel(t, p)
		far := make([]uint32, n*n)
		for i := range n {
			near, costs := p.Reach.Row(i)
			for e, j := range near {
				far[i*n+int(j)] = costs[e]
			}
		}
		for i := range n * n {
			from, to := i/n, i%n
			via := (from + to) % n
			if far[i] != far[to*n+from] || far[i] > far[from*n+via]+far[via*n+to] {
				t.Fatalf("pmed%d: %d to %d costs %d", k+1, from, to, far[i])
			}
		}
	}
}

// What the authors say of their files; that everybody is within reach of
// himself; and a total that the best value is below.
func TestPlanes(t *testing.T) {
	t.Parallel()
	totals := map[string]int64{"n500s1": 26_804, "n1000s1": 55_008, "n1000s2": 54_733}
	for _, known := range instance.Planes() {
		p, err := instance.Plane(shared(t, known.File), known.Radius, known.Number)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(known.File), ".dat")
		n := 1000
		if name == "n500s1" {
			n = 500
		}
		if len(p.Sites) != n || len(p.Demand) != n || total(p) != totals[name] || known.Value > totals[name] || p.Number != known.Number {
			t.Errorf("%s: %d sites, %d demands of %d", name, len(p.Sites), len(p.Demand), total(p))
		}
		for i := range p.Demand {
			if near, costs := p.Reach.Row(i); costs != nil || !slices.IsSorted(near) || !slices.Contains(near, int32(i)) {
				t.Fatalf("%s: row %d", name, i)
			}
		}
	}
}

// All sites cost 5217, all customers demand 49916; within 3.25, 48296 of it can
// be covered at all, and all of it within 5.5.
func TestBudgetGrid(t *testing.T) {
	t.Parallel()
	for radius, coverable := range map[float64]int64{3.25: 48_296, 5.5: 49_916} {
		p, err := instance.BudgetGrid(shared(t, instance.GridBudgets()[0].File), radius)
		if err != nil {
			t.Fatal(err)
		}
		var cost int64
		all := make([]int32, len(p.Sites))
		for j, s := range p.Sites {
			cost += s.Cost
			all[j] = int32(j)
		}
		if len(p.Sites) != 100 || len(p.Demand) != 1000 || cost != 5217 || total(p) != 49_916 || covered(p, all) != coverable {
			t.Errorf("radius %g: %d sites of cost %d, %d demands of %d, of which %d can be covered", radius, len(p.Sites), cost, len(p.Demand), total(p), covered(p, all))
		}
	}
}

// The odd ones of the twenty: five of 50 customers and 5 sites, five of 100 and
// 10, each site holding 120. A solution exists, so all loads fit.
func TestPMedCap(t *testing.T) {
	t.Parallel()
	all, err := instance.PMedCap(shared(t, "solver", "capacitated", "pmedcap-subset.txt"))
	if err != nil {
		t.Fatal(err)
	}
	best := []int64{713, 751, 664, 787, 715, 1006, 1026, 1091, 1034, 1031}
	if len(all) != len(best) {
		t.Fatalf("%d problems; there are %d", len(all), len(best))
	}
	for k, c := range all {
		p, size := c.Problem, 50*(1+k/5)
		if c.Number != 2*k+1 || c.Best != best[k] || p.Number != size/10 || len(p.Sites) != size || len(p.Demand) != size || p.Model != siting.SingleSource {
			t.Errorf("problem %d: best %d, number %d of %d", c.Number, c.Best, p.Number, len(p.Sites))
		}
		var load int64
		for i, d := range p.Demand {
			load += d.Load
			if d.Weight != 1 || p.Sites[i].Capacity != 120 {
				t.Fatalf("problem %d: place %d weighs %d and holds %d", c.Number, i, d.Weight, p.Sites[i].Capacity)
			}
		}
		if load > int64(p.Number)*120 {
			t.Errorf("problem %d: loads of %d do not fit", c.Number, load)
		}
		travel(t, p)
	}
}

func TestTSPLIB(t *testing.T) {
	t.Parallel()
	p, err := instance.TSPLIB(shared(t, instance.Medians()[0].File), 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Sites) != 1304 || len(p.Reach.Site) != 1304*1304 || p.Number != 5 {
		t.Errorf("%d sites, %d pairs", len(p.Sites), len(p.Reach.Site))
	}
	travel(t, p)
}

// A path 1-2-3 of costs 2 and 3, whose first edge first had 9; 4 stands apart.
func TestPMedOverwrites(t *testing.T) {
	t.Parallel()
	p, err := instance.PMed(file(t, "4 3 2\n1 2 9\n2 3 3\n2 1 2\n"), siting.Median)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"[0 1 2] [0 2 5]", "[1 0 2] [0 2 3]", "[2 1 0] [0 3 5]", "[3] [0]"} {
		near, costs := p.Reach.Row(i)
		if got := fmt.Sprint(near, costs); got != want {
			t.Errorf("row %d is %s; it should be %s", i, got, want)
		}
	}
}

// Two points a degree of latitude / 1000 apart are 111.3 m from each other, and
// 399 to 401 m is where the limit lies: 0.003593 degrees of 6,378,100 m.
func TestNewYorkLimit(t *testing.T) {
	t.Parallel()
	p, err := instance.NewYork(file(t, "DIMENSION : 3\nNODE_COORD_SECTION\n40.0 -74.0\n40.00359 -74.0\n40.0036 -74.0\nDEMAND_SECTION\n5\n6\n7\nEOF\n"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.Reach.Site, p.Reach.Start); got != "[0 1 0 1 2 1 2] [0 2 5 7]" {
		t.Errorf("the pairs are %s", got)
	}
}

// file is a file of that text.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "instance.txt")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is wrong is told with file and line.
func TestFaults(t *testing.T) {
	t.Parallel()
	pmed := func(path string) error { _, err := instance.PMed(path, siting.Median); return err }
	plane := func(path string) error { _, err := instance.Plane(path, 1, 1); return err }
	grid := func(path string) error { _, err := instance.BudgetGrid(path, 1); return err }
	capacitated := func(path string) error { _, err := instance.PMedCap(path); return err }
	tsp := func(path string) error { _, err := instance.TSPLIB(path, 1); return err }
	newYork := func(path string) error { _, err := instance.NewYork(path, 1); return err }
	optima := func(path string) error { _, err := instance.Optima(path); return err }
	plans := func(path string) error { _, err := instance.Plans(path); return err }
	for _, tc := range []struct {
		name string
		read func(path string) error
		text string
		want string // ": line n: " and the start of the fault
	}{
		{"nothing", pmed, "", ": line 1: the file ends where the number of vertices should stand"},
		{"too few edges", pmed, "3 2 1\n1 2 5\n", ": line 1: the number of edges is 2; the rest of the file has room for 1"},
		{"no vertex", pmed, "3 1 1\n1 4 5\n", `: line 2: a vertex is "4"; it should be a whole number from 1 to 3`},
		{"cost below 0", pmed, "3 1 1\n1 2 -5\n", `: line 2: the cost of an edge is "-5"`},
		{"p above n", pmed, "3 1 4\n1 2 5\n", `: line 1: p is "4"`},
		{"more text", pmed, "2 1 1\n1 2 5\n\n7\n", ": line 4: more text"},
		{"many vertices", pmed, "999999999 1 1\n1 2 5\n", ": line 1: the number of vertices"},
		{"wrong index", plane, "2\n0 1 1 1 5\n2 1 1 1 5\n", `: line 3: found "2" where "1" should stand`},
		{"no number", plane, "1\n0 x 1 1 5\n", `: line 2: x is "x"`},
		{"not finite", plane, "1\n0 NaN 1 1 5\n", `: line 2: x is "NaN"`},
		{"sites end", grid, "2 1\nF 0 1 1 5\nC 0 1 1 5\n", `: line 3: found "C" where "F" should stand`},
		{"too heavy", capacitated, "1\n1 10\n2 1 20\n1 0 0 21\n2 0 0 1\n", `: line 4: a demand is "21"`},
		{"far away", capacitated, "1\n1 10\n1 1 20\n1 2e9 0 2\n", ": line 4: the place 2e+09 0 is beyond"},
		{"no dimension", tsp, "NAME : x\nNODE_COORD_SECTION\n", `the file has no line "DIMENSION"`},
		{"few cities", tsp, "DIMENSION : 3\nNODE_COORD_SECTION\n1 1 1\nEOF\n", `the dimension is "3"`},
		{"no demand", newYork, "DIMENSION : 1\nNODE_COORD_SECTION\n40 -74\nEOF\n", `: line 4: found "EOF" where "DEMAND_SECTION" should stand`},
		{"no value", optima, "file value\npmed1\n", ": line 3: the file ends where the value of pmed1 should stand"},
		{"twice", optima, "file value\na 1\na 2\n", `: line 3: "a" stands twice`},
		{"few sites", plans, "heads\nx,3,400,10,10,10,1 2\n", ": line 3: the file ends where a site should stand"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := file(t, tc.text)
			if err := tc.read(path); err == nil || !strings.HasPrefix(err.Error(), path) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v; it should tell %q", err, tc.want)
			}
		})
	}
	for _, read := range []func(path string) error{pmed, plane, grid, capacitated, tsp, newYork, optima, plans} {
		if err := read(filepath.Join(t.TempDir(), "absent")); !os.IsNotExist(err) {
			t.Errorf("an absent file: %v", err)
		}
	}
	if _, err := instance.PMed(file(t, "1 0 1\n"), siting.MaxCover); err == nil {
		t.Error("a median file is read as a covering problem")
	}
}

// Whatever a file holds, readers answer.
func FuzzReaders(f *testing.F) {
	for _, text := range []string{
		"3 2 1\n1 2 5\n2 3 5\n", "1\n0 1 1 1 5\n", "1 1\nF 0 1 1 5\nC 0 1 1 5\n", "1\n1 10\n1 1 20\n1 0 0 5\n",
		"DIMENSION : 1\nNODE_COORD_SECTION\n1 1 1\nEOF\n", "DIMENSION: 1\nNODE_COORD_SECTION\n40 -74\nDEMAND_SECTION\n3\nEOF\n",
		"heads\nx,1,400,10,10,10,1\n", "heads\na 1\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := file(t, text)
		check := func(p *siting.Problem, err error) {
			if err == nil && (len(p.Reach.Start) != len(p.Demand)+1 || int(p.Reach.Start[len(p.Demand)]) != len(p.Reach.Site)) {
				t.Error("the rows of reach are not those of demand")
			}
		}
		check(instance.PMed(path, siting.Median))
		check(instance.Plane(path, 1, 1))
		check(instance.BudgetGrid(path, 1))
		check(instance.TSPLIB(path, 1))
		check(instance.NewYork(path, 1))
		all, err := instance.PMedCap(path)
		for _, c := range all {
			check(c.Problem, err)
		}
		_, _ = instance.Optima(path)
		_, _ = instance.Plans(path)
	})
}

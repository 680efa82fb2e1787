package instance_test

import (
	"os"
	"path/filepath"
	"testing"

	"kaimen/coverage/siting"
	"kaimen/coverage/siting/instance"
)

// shared is a file of the shared test data, or skips where it is not there.
func shared(t *testing.T, elements ...string) string {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: the shared data directory has no %s (set KAIMEN_SHARED_DATA)", filepath.Join(elements...))
	}
	return path
}

// covered is the weight that sites cover, by a plain loop.
func covered(p *siting.Problem, sites []int32) (weight int64) {
	open := make(map[int32]bool)
	for _, j := range sites {
		open[j] = true
	}
	for i, d := range p.Demand {
		near, _ := p.Reach.Row(i)
		for _, j := range near {
			if open[j] {
				weight += d.Weight
				break
			}
		}
	}
	return weight
}

// total is the weight of all demand.
func total(p *siting.Problem) (weight int64) {
	for _, d := range p.Demand {
		weight += d.Weight
	}
	return weight
}

// What is published of the census points, and that the published plans cover
// exactly the published value.
func TestNewYork(t *testing.T) {
	t.Parallel()
	plans, err := instance.Plans(shared(t, "facility-location", "mclp", "optima.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(plans) != 6 {
		t.Fatalf("%d plans; there are 6", len(plans))
	}
	p, err := instance.NewYork(shared(t, "facility-location", "mclp", "NewYork.txt"), 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Sites) != 2713 || len(p.Demand) != 2713 || total(p) != 1_585_873 || p.Number != 50 {
		t.Errorf("%d sites, %d demands of %d, number %d", len(p.Sites), len(p.Demand), total(p), p.Number)
	}
	for _, plan := range plans {
		if got := covered(p, plan.Sites); got != plan.Value || len(plan.Sites) != plan.Number {
			t.Errorf("p %d: %d sites cover %d; published %d", plan.Number, len(plan.Sites), got, plan.Value)
		}
	}
}

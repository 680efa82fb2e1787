// Package sample writes a made-up district: a town of 219,400 people on a
// river, with streets, estates, people and facilities, for the quick start,
// demos and tests.
//
// The town is called after 东兴区 in Neijiang and bears real names of its
// streets and communities, but every shape and every number in it is invented.
// All files say so. Roads, estates and institutions have invented or common
// names.
//
// How it is drawn. A lattice of arterials is bent along the river; its cells
// are cut into grids, the grids into blocks, each cut being a street. All of it
// lies on one mesh of shared nodes, so grids tile communities and communities
// tile streets without a gap, and roads meet in nodes they share. Blocks then
// get uses, buildings, people and facilities. Whole counts are met exactly.
package sample

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"
)

// DefaultSeed draws the district of the documentation.
const DefaultSeed = 511011

// What the district holds; the figures of the model district's public reports.
const (
	communityCount  = 47
	ordinaryGrids   = 284
	dedicatedGrids  = 19
	oldEstates      = 61
	oldBuildings    = 407
	oldHouseholds   = 15090
	residents       = 219400
	households      = 83600 // 2.62 people each
	deadEndPairs    = 25
	serviceStations = 237
	pocketParks     = 3
	carParks        = 4
	parkingStalls   = 1180
	// communityWorkers is 18 for 10,000 residents.
	communityWorkers = 395
	// Square meters an idle parcel has.
	smallestParcel = 100
	largestParcel  = 10000
)

// Options chooses the district. The zero value is the default district.
type Options struct {
	Seed uint64 // 0 stands for DefaultSeed
}

// Counts says how much of everything was written.
type Counts struct {
	Streets, Communities          int
	OrdinaryGrids, DedicatedGrids int
	Roads, DeadEndPairs           int
	Buildings, Estates, Gates     int
	OldEstates, OldBuildings      int
	OldHouseholds, Households     int
	Residents, Elderly, Children  int
	Vehicles, Parcels             int
	ParkingStalls                 int
	Facilities                    map[string]int // by kind
}

// town is the district while it is drawn, in meters.
type town struct {
	seed        uint64
	names       *namer
	mesh        *mesh
	streets     []*street
	water       []orb.Point
	grids       []*grid
	communities []*community
	blocks      []*block
	deadEnds    []deadEnd
	estates     []*estate
	buildings   []*building
	covers      []cover
	parcels     []parcel
	spots       []spot
	facilities  []facility
}

// Write draws the district and writes it to dir, which is made if need be, as
// a study: study.yaml, the files it names, dead_ends.csv and README.txt. Files
// of these names are replaced.
//
// Holds:  equal seeds give equal bytes.
// Errors: a seed by which no sound town can be drawn; a file that cannot be
// written; ctx.Err().
// Cost:   about half a second, 4 MB of files.
func Write(ctx context.Context, dir string, o Options) (Counts, error) {
	if o.Seed == 0 {
		o.Seed = DefaultSeed
	}
	t, err := draw(ctx, o.Seed)
	if err != nil {
		return Counts{}, err
	}
	if err := t.write(ctx, dir); err != nil {
		return Counts{}, fmt.Errorf("write sample: %w", err)
	}
	return t.counts(), nil
}

// draw makes the town, step by step; each needs what the ones before made.
func draw(ctx context.Context, seed uint64) (*town, error) {
	t := &town{seed: seed, names: &namer{used: make(map[string]int)}, mesh: newMesh()}
	superblocks := t.plan()
	stages := []func() error{
		func() error { return t.divide(superblocks) },
		t.gather, t.breakStreets, t.furnish, done(t.idle), done(t.settle), done(t.number), done(t.serve), t.check,
	}
	for _, stage := range stages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := stage(); err != nil {
			return nil, fmt.Errorf("draw the sample with seed %d: %w; choose another seed", seed, err)
		}
	}
	return t, nil
}

// done wraps a stage that cannot fail.
func done(stage func()) func() error {
	return func() error { stage(); return nil }
}

// check makes sure of the counts that hang on blocks of the right size.
func (t *town) check() error {
	c := t.counts()
	for _, figure := range []struct {
		what      string
		got, want int
	}{
		{"pocket parks", c.Facilities["pocket_park"], pocketParks},
		{"car parks", c.Facilities["parking"], carParks},
		{"residents", c.Residents, residents},
		{"old households", c.OldHouseholds, oldHouseholds},
	} {
		if figure.got != figure.want {
			return fmt.Errorf("%d %s fit, not %d", figure.got, figure.what, figure.want)
		}
	}
	return nil
}

func (t *town) counts() Counts {
	c := Counts{
		Streets: len(streetNames), Communities: len(t.communities), Roads: len(t.streets) + len(t.deadEnds), // a broken street is two
		DeadEndPairs: len(t.deadEnds), Buildings: len(t.buildings), Estates: len(t.estates),
		Parcels: len(t.parcels), Facilities: make(map[string]int),
	}
	for _, g := range t.grids {
		if g.kind == "" {
			c.OrdinaryGrids++
		} else {
			c.DedicatedGrids++
		}
	}
	for _, e := range t.estates {
		c.Gates += len(e.gates)
		if e.old {
			c.OldEstates++
			c.OldBuildings += len(e.houses)
			c.OldHouseholds += e.households
		}
	}
	for _, b := range t.buildings {
		c.Households += b.households
		c.Residents += b.people
		c.Elderly += b.elderly
		c.Children += b.children
		c.Vehicles += b.vehicles
	}
	for _, f := range t.facilities {
		c.Facilities[f.kind]++
		if f.kind == "parking" {
			c.ParkingStalls += f.capacity
		}
	}
	return c
}

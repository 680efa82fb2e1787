package sample

import "fmt"

// settle fills the houses: households by homes a floor, people by household,
// cohorts by the age of the estate. Every total is met exactly.
func (t *town) settle() {
	var old, young []*building
	for _, e := range t.estates {
		t.buildings = append(t.buildings, e.houses...)
	}
	for _, b := range t.buildings {
		switch {
		case b.use != "residential":
		case b.estate != nil && b.estate.old:
			old = append(old, b)
		default:
			young = append(young, b)
		}
	}
	t.house(old, oldHouseholds)
	t.house(young, households-oldHouseholds)
	t.people(append(old, young...))
	for _, b := range t.buildings {
		t.grids[b.block.grid].people += b.people
		if b.estate != nil {
			b.estate.households += b.households
		}
	}
}

// house deals out households and makes the houses as tall as that needs.
func (t *town) house(houses []*building, total int) {
	weights := make([]int, len(houses))
	for i, b := range houses {
		weights[i] = int(b.perFloor * float64(b.floors) * 1000)
	}
	for i, n := range apportion(total, weights) {
		b := houses[i]
		b.households = n
		b.floors = max(b.floors, int(float64(n)/(b.perFloor*1.25)+0.999))
	}
}

// people deals out residents and their cohorts.
func (t *town) people(houses []*building) {
	rng := newRandom(t.seed, "people")
	n := len(houses)
	size, elderly, children, vehicles := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	for i, b := range houses {
		size[i] = b.households * rng.span(235, 285)
	}
	for i, p := range apportion(residents, size) {
		b := houses[i]
		b.people = p
		share, young, cars := rng.span(140, 200), rng.span(130, 190), rng.span(45, 70)
		switch {
		case b.estate == nil: // farmhouses
			share, young, cars = rng.span(280, 360), rng.span(80, 120), rng.span(20, 40)
		case b.estate.year < 2000:
			share, young, cars = rng.span(260, 340), rng.span(80, 120), rng.span(12, 25)
		}
		elderly[i], children[i], vehicles[i] = p*share, p*young, b.households*cars
	}
	for i, k := range apportion(residents*20/100, elderly) {
		houses[i].elderly = min(k, houses[i].people)
	}
	for i, k := range apportion(residents*14/100, children) {
		houses[i].children = min(k, houses[i].people-houses[i].elderly)
	}
	for i, k := range apportion((households)*45/100, vehicles) {
		houses[i].vehicles = k
	}
}

// number gives buildings, estates and gates their ids, in order of grid and block.
func (t *town) number() {
	byBlock := make(map[*block][]*building)
	for _, b := range t.buildings {
		byBlock[b.block] = append(byBlock[b.block], b)
	}
	estates := make(map[*block]*estate)
	for _, e := range t.estates {
		estates[e.block] = e
	}
	t.buildings, t.estates = nil, nil
	for _, c := range t.communities {
		for _, g := range c.grids {
			for _, b := range t.blocks {
				if b.grid != g {
					continue
				}
				t.buildings = append(t.buildings, byBlock[b]...)
				if e := estates[b]; e != nil {
					t.estates = append(t.estates, e)
				}
			}
			c.people += t.grids[g].people
		}
	}
	for i, b := range t.buildings {
		b.id = fmt.Sprintf("B%05d", i+1)
	}
	gates := 0
	for i, e := range t.estates {
		e.id = fmt.Sprintf("E%03d", i+1)
		for k, h := range e.houses {
			h.name = fmt.Sprintf("%s%d号楼", e.name, k+1)
		}
		for k, g := range e.gates {
			gates++
			g.id, g.estate = fmt.Sprintf("G%03d", gates), e.id
			if k == 0 && i%3 == 0 {
				g.state = "open"
			}
		}
	}
}

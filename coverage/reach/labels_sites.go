package reach

import (
	"slices"

	"kaimen/coverage/network"
)

// sites are the entrances of facilities, found by facility, by edge and by
// node.
type sites struct {
	list    []site
	owners  [][]int32         // by facility
	edges   map[int32][]int32 // ascending; those out of use on nowhere
	seedsAt map[int32][]Seed  // by node
}

// nowhere is the edge of entrances that are out of use.
const nowhere = -1

// site is an entrance.
type site struct {
	given network.Snap // as it came, perhaps on a network before this one
	now   network.Snap // on this one
	owner int32
	seeds []Seed
}

// sitesBefore is how sites stood before a change.
type sitesBefore struct {
	count, owners int
	owner         int32 // whose entrances changed, -1 if none
	had           []int32
	moved         []movedSite
}

type movedSite struct {
	site int32
	now  network.Snap
	// Its seeds; they are of a network before, and cannot be found anew.
	seeds []Seed
}

func newSites(p *Points, v view) sites {
	s := sites{edges: make(map[int32][]int32), seedsAt: make(map[int32][]Seed)}
	var all []int32
	for i, snap := range p.snaps {
		owner := p.ownerOf(int32(i))
		for int(owner) >= len(s.owners) {
			s.owners = append(s.owners, nil)
		}
		if snap.OK() {
			at := s.add(snap, owner)
			s.owners[owner] = append(s.owners[owner], at)
			all = append(all, at)
		}
	}
	s.link(all, v)
	return s
}

func (s *sites) add(snap network.Snap, owner int32) int32 {
	s.list = append(s.list, site{given: snap, now: snap, owner: owner})
	return int32(len(s.list) - 1)
}

// next is the number of the next facility.
func (s *sites) next() int32 { return int32(len(s.owners)) }

// on lists the entrances on an edge.
func (s *sites) on(edge int32) []int32 { return s.edges[edge] }

func (s *sites) door(i int32) (network.Snap, int32) { return s.list[i].now, s.list[i].owner }

func (s *sites) seedsOf(facility int32) (seeds []Seed) {
	if facility < s.next() {
		for _, i := range s.owners[facility] {
			seeds = append(seeds, s.list[i].seeds...)
		}
	}
	return seeds
}

// before is how things stand before the entrances of a facility change.
func (s *sites) before(facility int32) sitesBefore {
	b := sitesBefore{count: len(s.list), owners: len(s.owners), owner: facility}
	if facility >= 0 && facility < s.next() {
		b.had = s.owners[facility]
	}
	return b
}

// replace gives a facility other entrances and returns their seeds.
func (s *sites) replace(facility int32, entrances []network.Snap, v view) (come []Seed) {
	if facility == s.next() {
		s.owners = append(s.owners, nil)
	}
	for _, i := range s.owners[facility] {
		s.leave(i)
	}
	var has []int32
	for _, snap := range entrances {
		if snap.OK() {
			has = append(has, s.add(snap, facility))
		}
	}
	s.owners[facility] = has
	return s.link(has, v)
}

// link puts entrances where they are on the network of v and returns their
// seeds.
func (s *sites) link(entrances []int32, v view) (come []Seed) {
	for _, i := range entrances {
		at := &s.list[i]
		at.now = at.given
		position, open := v.n.Moved(at.given.Position)
		if !open {
			position, at.seeds = network.Position{Edge: nowhere}, nil
		}
		at.now.Position = position
		if open {
			at.seeds = v.seeds(nil, at.now, uint32(at.owner))
		}
		s.enter(i)
		come = append(come, at.seeds...)
	}
	return come
}

// unlink takes entrances from where they are, notes where that was, and returns
// their seeds.
func (s *sites) unlink(entrances []int32, b *sitesBefore) (gone []Seed) {
	for _, i := range entrances {
		at := &s.list[i]
		b.moved = append(b.moved, movedSite{i, at.now, at.seeds})
		gone = append(gone, at.seeds...)
		s.leave(i)
	}
	return gone
}

// enter finds an entrance by its edge and its nodes from now on; leave no longer.
func (s *sites) enter(i int32) {
	at := &s.list[i]
	on := s.edges[at.now.Edge]
	k, _ := slices.BinarySearch(on, i)
	s.edges[at.now.Edge] = slices.Insert(on, k, i)
	for _, seed := range at.seeds {
		s.seedsAt[seed.Node] = append(s.seedsAt[seed.Node], seed)
	}
}

func (s *sites) leave(i int32) {
	at := &s.list[i]
	on := s.edges[at.now.Edge]
	k, _ := slices.BinarySearch(on, i)
	s.edges[at.now.Edge] = slices.Delete(on, k, k+1)
	for _, seed := range at.seeds {
		here := s.seedsAt[seed.Node]
		k := slices.Index(here, seed)
		s.seedsAt[seed.Node] = slices.Delete(here, k, k+1)
	}
}

// restore takes a change back.
func (s *sites) restore(b sitesBefore) {
	for _, m := range b.moved {
		s.leave(m.site)
		s.list[m.site].now, s.list[m.site].seeds = m.now, m.seeds
		s.enter(m.site)
	}
	if b.owner >= 0 {
		for _, i := range s.owners[b.owner] {
			s.leave(i)
		}
		if int(b.owner) < b.owners {
			s.owners[b.owner] = b.had
			for _, i := range b.had {
				s.enter(i)
			}
		}
	}
	s.owners, s.list = s.owners[:b.owners], s.list[:b.count]
}

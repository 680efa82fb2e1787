package sample

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// community is a connected group of grids.
type community struct {
	name   townName
	street int
	grids  []int
	middle orb.Point
	people int
}

const westCommunities = 9

// gather groups the grids into communities of about equal weight on each bank,
// then the communities into streets, and gives both their names and codes.
func (t *town) gather() error {
	near := t.neighbors()
	if !t.group(near, true, westCommunities) || !t.group(near, false, communityCount-westCommunities) {
		return fmt.Errorf("the grids of one bank do not hang together")
	}
	// South of a line across the east bank lies the first street, north of it
	// the second; the west bank is the third.
	east := slices.Clone(t.communities[westCommunities:])
	along := heading(-turnDegrees + 90)
	slices.SortFunc(east, func(a, b *community) int { return cmp.Compare(dot(a.middle, along), dot(b.middle, along)) })
	for i, c := range east {
		c.street = 1
		if i < len(communityNames[0]) {
			c.street = 0
		}
	}
	for _, c := range t.communities[:westCommunities] {
		c.street = 2
	}
	t.nameCommunities()
	return nil
}

// nameCommunities deals the names of each street out from its north-west to
// its south-east, puts the communities in order of their codes, and numbers
// the grids of each.
func (t *town) nameCommunities() {
	slices.SortStableFunc(t.communities, func(a, b *community) int {
		return cmp.Or(cmp.Compare(a.street, b.street), cmp.Compare(a.middle[0]-a.middle[1], b.middle[0]-b.middle[1]))
	})
	used := [3]int{}
	for i, c := range t.communities {
		c.name = communityNames[c.street][used[c.street]]
		used[c.street]++
		slices.SortFunc(c.grids, func(a, b int) int {
			return cmp.Compare(t.grids[b].middle[1], t.grids[a].middle[1])
		})
		for k, index := range c.grids {
			g := t.grids[index]
			g.community = i
			g.id = fmt.Sprintf("%s%03d", c.name.code, k+1)
			if g.name == "" {
				g.name = fmt.Sprintf("%s第%d网格", c.name.short(), k+1)
			}
		}
	}
}

// group grows n communities over the grids of one bank at once, always the
// lightest, each by the grid nearest to its middle; then moves the middles and
// grows again, which rounds the shapes. False: some grid cannot be reached.
func (t *town) group(near [][]int, west bool, n int) bool {
	middles := t.spread(west, n)
	var groups [][]int
	for range 8 {
		if groups = t.grow(near, west, middles); groups == nil {
			return false
		}
		for i, grids := range groups {
			middles[i] = t.middleOf(grids)
		}
	}
	for i, grids := range groups {
		t.communities = append(t.communities, &community{grids: grids, middle: middles[i]})
	}
	return true
}

func (t *town) middleOf(grids []int) orb.Point {
	var sum orb.Point
	total := 0.0
	for _, g := range grids {
		sum = add(sum, scale(t.grids[g].middle, t.grids[g].area))
		total += t.grids[g].area
	}
	return snapped(scale(sum, 1/total))
}

// spread picks n starting points, each as far as possible from those before,
// near ones counting as far where the town is dense.
func (t *town) spread(west bool, n int) []orb.Point {
	var out []orb.Point
	for len(out) < n {
		best, most := -1, -1.0
		for i, g := range t.grids {
			if g.west != west {
				continue
			}
			away := g.density
			if len(out) > 0 {
				away = math.Inf(1)
			}
			for _, p := range out {
				away = min(away, distance(p, g.middle)*(g.density+0.3))
			}
			if away > most {
				best, most = i, away
			}
		}
		out = append(out, t.grids[best].middle)
	}
	return out
}

func (t *town) grow(near [][]int, west bool, middles []orb.Point) [][]int {
	groups := make([][]int, len(middles))
	owner := make([]int, len(t.grids))
	left := 0
	for i, g := range t.grids {
		owner[i] = -1
		if g.west == west {
			left++
		}
	}
	weight := make([]float64, len(middles))
	take := func(k, g int) {
		owner[g] = k
		groups[k] = append(groups[k], g)
		weight[k] += t.grids[g].density + 0.25
		left--
	}
	for k, p := range middles {
		take(k, t.nearestFree(owner, west, p))
	}
	for left > 0 {
		bestGroup, bestGrid, least := -1, -1, math.Inf(1)
		for k := range groups {
			if g := t.nextFor(near, owner, groups[k], middles[k]); g >= 0 {
				// A far grid makes even a light group wait.
				if w := weight[k] * (1 + distance(t.grids[g].middle, middles[k])/400); w < least {
					bestGroup, bestGrid, least = k, g, w
				}
			}
		}
		if bestGroup < 0 {
			return nil
		}
		take(bestGroup, bestGrid)
	}
	return groups
}

func (t *town) nearestFree(owner []int, west bool, p orb.Point) int {
	best, least := -1, math.Inf(1)
	for i, g := range t.grids {
		if d := distance(g.middle, p); owner[i] < 0 && g.west == west && d < least {
			best, least = i, d
		}
	}
	return best
}

// nextFor is the free grid beside the group that is nearest to its middle; -1
// if it is hemmed in.
func (t *town) nextFor(near [][]int, owner, group []int, middle orb.Point) int {
	best, least := -1, math.Inf(1)
	for _, g := range group {
		for _, n := range near[g] {
			if d := distance(t.grids[n].middle, middle); owner[n] < 0 && d < least {
				best, least = n, d
			}
		}
	}
	return best
}

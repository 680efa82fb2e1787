package coveragetest

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// BlockMeters is the length of one step of a drawn town: "---" across, or two
// rows down. At 4.0 km/h it takes BlockSeconds.
const (
	BlockMeters  = 100.0
	BlockSeconds = 90.0
)

// Town is a drawn map: a node wherever a letter stands, and a footway for
// every run of - or | between two letters.
type Town struct {
	Roads []coverage.Road
	Nodes map[rune]orb.Point
}

// Draw reads a map. Letters (and digits) are nodes four columns or two rows
// apart for each block; "---" and "|" between two of them is a footway one block
// long; longer runs are one longer way, "a-------b" being two blocks. The town
// lies on the equator at 105° E,
// where a block is equally long both ways.
//
//	a---b---P
//	|       |
//	c---d   e
func Draw(t testing.TB, picture string) Town {
	t.Helper()
	lines := picked(picture)
	town := Town{Nodes: make(map[rune]orb.Point)}
	at := func(row, column int) rune {
		if row < 0 || row >= len(lines) || column < 0 || column >= len(lines[row]) {
			return ' '
		}
		return lines[row][column]
	}
	plane := geo.NewPlane(orb.Point{105, 0})
	for row := range lines {
		for column, c := range lines[row] {
			if isNode(c) {
				if _, twice := town.Nodes[c]; twice {
					t.Fatalf("node %c is drawn twice", c)
				}
				town.Nodes[c] = plane.ToLL(float64(column)/4*BlockMeters, -float64(row)/2*BlockMeters)
			}
		}
	}
	for row := range lines {
		for column, c := range lines[row] {
			if !isNode(c) {
				continue
			}
			for _, way := range []struct {
				mark       rune
				down, left int
			}{{'-', 0, 1}, {'|', 1, 0}} {
				r, k := row+way.down, column+way.left
				for at(r, k) == way.mark {
					r, k = r+way.down, k+way.left
				}
				if (r != row+way.down || k != column+way.left) && isNode(at(r, k)) {
					town.Roads = append(town.Roads, town.road(c, at(r, k)))
				}
			}
		}
	}
	return town
}

// road makes a straight footway between two nodes.
func (town Town) road(a, b rune) coverage.Road {
	return coverage.Road{
		ID: string([]rune{a, b}), Class: "footway",
		Nodes: []int64{int64(a), int64(b)},
		Line:  orb.LineString{rounded(town.Nodes[a]), rounded(town.Nodes[b])},
	}
}

// Between is the point a share of the way from a to b.
func (town Town) Between(a, b rune, share float64) orb.Point {
	p, q := town.Nodes[a], town.Nodes[b]
	return orb.Point{p[0] + share*(q[0]-p[0]), p[1] + share*(q[1]-p[1])}
}

// With returns the town with further footways between nodes, each named by its
// two letters.
func (town Town) With(pairs ...string) Town {
	roads := append([]coverage.Road{}, town.Roads...)
	for _, pair := range pairs {
		letters := []rune(pair)
		roads = append(roads, town.road(letters[0], letters[1]))
	}
	return Town{Roads: roads, Nodes: town.Nodes}
}

func isNode(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// picked drops the empty lines around a picture and the indent of all of it.
func picked(picture string) [][]rune {
	lines := strings.Split(strings.ReplaceAll(picture, "\t", "    "), "\n")
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	indent := math.MaxInt
	for _, line := range lines {
		if trimmed := strings.TrimLeft(line, " "); trimmed != "" {
			indent = min(indent, len(line)-len(trimmed))
		}
	}
	var out [][]rune
	for _, line := range lines {
		line = strings.TrimRight(line, " ")
		if len(line) >= indent {
			line = line[indent:]
		}
		out = append(out, []rune(line))
	}
	return out
}

// rounded puts a point on the 1e-7 degree raster of OSM.
func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}

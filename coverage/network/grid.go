package network

import (
	"math"

	"kaimen/geo"
)

// cellMeters is the side of a grid cell. Measured on a dense city, 48 m gives
// some ten segments a cell: few to try, and few cells to visit.
const cellMeters = 48

// Roads that lie far apart, by a slip in one coordinate, would have more cells
// between them than fit into memory: beyond so many of them, and so many for each
// place of a road, cells are larger. No city comes near.
const (
	fewCells      = 1 << 22
	cellsPerPoint = 64
)

// grid finds segments near a place: cells in compressed rows, each with the
// segments that pass through it.
type grid struct {
	west, south      float64 // degrees
	cellLon, cellLat float64 // degrees a cell
	columns, rows    int
	first            []int32 // [columns·rows+1]
	segments         []stroke
	points           []vertex // the places of nodes, and behind them the vertices between
}

// stroke is a segment as the grid keeps it, with its ends as numbers of points.
type stroke struct{ edge, a, b int32 }

// segment is a straight piece of an edge, from its vertex of that number to the next.
type segment struct{ edge, piece int32 }

func newGrid(n *Network) grid {
	var g grid
	if len(n.edges) == 0 {
		return g
	}
	west, south := math.Inf(1), math.Inf(1)
	east, north := math.Inf(-1), math.Inf(-1)
	for _, list := range [2][]vertex{n.nodeAt, n.inner} {
		for _, v := range list {
			p := v.point()
			west, east = min(west, p[0]), max(east, p[0])
			south, north = min(south, p[1]), max(north, p[1])
		}
	}
	perDegree := geo.EarthRadiusMeters * math.Pi / 180
	// Cells are square at the latitude farthest from the equator and wider in
	// meters elsewhere, so that a ring of cells is never thinner than cellMeters.
	narrowest := math.Cos(max(math.Abs(south), math.Abs(north)) * math.Pi / 180)
	g.west, g.south = west, south
	g.cellLat = cellMeters / perDegree
	g.cellLon = cellMeters / (perDegree * max(narrowest, 1e-3))
	for {
		g.columns = int((east-west)/g.cellLon) + 1
		g.rows = int((north-south)/g.cellLat) + 1
		if g.columns*g.rows <= max(fewCells, cellsPerPoint*(len(n.nodeAt)+len(n.inner))) {
			break
		}
		g.cellLon, g.cellLat = 2*g.cellLon, 2*g.cellLat
	}

	// What is there twice in two arrays is kept in one.
	g.points = append(append(make([]vertex, 0, int(n.places)+len(n.inner)), n.nodeAt[:n.places]...), n.inner...)
	n.inner = g.points[n.places:]
	if len(n.nodeAt) == int(n.places) {
		n.nodeAt = g.points[:n.places:n.places]
	}

	g.first = make([]int32, g.columns*g.rows+1)
	g.eachCell(n, func(cell int, _ stroke) { g.first[cell+1]++ })
	for i := range g.columns * g.rows {
		g.first[i+1] += g.first[i]
	}
	g.segments = make([]stroke, g.first[len(g.first)-1])
	next := make([]int32, g.columns*g.rows)
	copy(next, g.first)
	g.eachCell(n, func(cell int, s stroke) {
		g.segments[next[cell]] = s
		next[cell]++
	})
	return g
}

// eachCell calls visit for every cell that every segment passes through, in
// order of segments: row by row, from the west- to the easternmost cell that
// the segment touches within the row. Edges on which nobody stops are left out.
func (g *grid) eachCell(n *Network, visit func(cell int, s stroke)) {
	noStop := n.noStop
	for e := range n.edges {
		if len(noStop) > 0 && noStop[0] == int32(e) {
			noStop = noStop[1:]
			continue
		}
		s := stroke{edge: int32(e), b: n.edges[e].Tail}
		first, last := n.firstInner[e], n.firstInner[e+1]
		for i := first; i <= last; i++ {
			s.a, s.b = s.b, n.places+i
			if i == last {
				s.b = n.edges[e].Head
			}
			a, b := g.points[s.a].point(), g.points[s.b].point()
			x1, y1 := (a[0]-g.west)/g.cellLon, (a[1]-g.south)/g.cellLat
			x2, y2 := (b[0]-g.west)/g.cellLon, (b[1]-g.south)/g.cellLat
			if y1 > y2 {
				x1, y1, x2, y2 = x2, y2, x1, y1
			}
			for row := g.row(y1); row <= g.row(y2); row++ {
				low, high := max(y1, float64(row)), min(y2, float64(row+1))
				xa, xb := x1, x2
				if y2 > y1 {
					xa = x1 + (x2-x1)*(low-y1)/(y2-y1)
					xb = x1 + (x2-x1)*(high-y1)/(y2-y1)
				}
				for column := g.column(min(xa, xb)); column <= g.column(max(xa, xb)); column++ {
					visit(row*g.columns+column, s)
				}
			}
		}
	}
}

// segmentOf is the segment that a stroke is.
func (n *Network) segmentOf(s stroke) segment {
	if s.a < n.places {
		return segment{s.edge, 0}
	}
	return segment{s.edge, s.a - n.places - n.firstInner[s.edge] + 1}
}

func (g *grid) row(y float64) int    { return min(max(int(math.Floor(y)), 0), g.rows-1) }
func (g *grid) column(x float64) int { return min(max(int(math.Floor(x)), 0), g.columns-1) }

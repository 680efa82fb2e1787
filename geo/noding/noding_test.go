package noding_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/geo"
	"kaimen/geo/noding"
)

// plane has its center at 30° north, where a unit of the raster is 1.0 cm wide
// and 1.1 cm high.
var plane = geo.NewPlane(orb.Point{105, 30})

// line is a line through places given in meters: x, y, x, y.
func line(id string, xy ...float64) noding.Line {
	l := noding.Line{ID: id, ToleranceMeters: 1}
	for i := 0; i < len(xy); i += 2 {
		l.Points = append(l.Points, plane.ToLL(xy[i], xy[i+1]))
	}
	return l
}

// node is noding.Node without the wish to stop.
func node(lines []noding.Line) noding.Result {
	r, err := noding.Node(context.Background(), lines)
	if err != nil {
		panic(err)
	}
	return r
}

func at(level int, l noding.Line) noding.Line {
	l.Level = level
	return l
}

func vertices(l noding.Line) noding.Line {
	l.Vertices = true
	return l
}

// meetings counts the nodes that lie on at least two lines, or twice on one.
func meetings(r noding.Result) int {
	visits := map[int64]int{}
	for _, l := range r.Lines {
		for _, node := range l.Nodes {
			visits[node]++
		}
	}
	n := 0
	for _, count := range visits {
		if count > 1 {
			n++
		}
	}
	return n
}

func TestMeetings(t *testing.T) {
	t.Parallel()
	east, north := line("e", -50, 0, 50, 0), line("n", 0, -50, 0, 50)
	for _, tc := range []struct {
		name                  string
		lines                 []noding.Line
		meetings, cuts, joins int
	}{
		{"nothing", nil, 0, 0, 0},
		{"apart", []noding.Line{east, line("f", -50, 9, 50, 9)}, 0, 0, 0},
		{"a crossing", []noding.Line{east, north}, 1, 1, 0},
		{"a bridge", []noding.Line{east, at(1, north)}, 0, 0, 0},
		{"a tunnel below a bridge", []noding.Line{at(-1, east), at(1, north)}, 0, 0, 0},
		{"two bridges of one level", []noding.Line{at(1, east), at(1, north)}, 1, 1, 0},
		{"a bridge over a vertex", []noding.Line{line("e", -50, 0, 0, 0, 50, 0), at(1, line("n", 0, -50, 0, 0, 0, 50))}, 0, 0, 0},
		{"a bridge begins where a road ends", []noding.Line{line("e", -50, 0, 0, 0), at(1, line("n", 0, 0, 0, 50))}, 1, 0, 0},
		{"a bridge begins on a road", []noding.Line{east, at(1, line("n", 0, 0, 0, 50))}, 1, 1, 0},
		{"a road ends below a bridge", []noding.Line{at(1, east), line("n", 0, 0, 0, 50)}, 0, 0, 0},
		{"a vertex on a line", []noding.Line{east, line("n", -50, 50, 0, 0, 50, 50)}, 1, 1, 0},
		{"a shared vertex", []noding.Line{line("e", -50, 0, 0, 0, 50, 0), line("n", 0, -50, 0, 0, 0, 50)}, 1, 0, 0},
		{"a crossing of lines that meet at vertices alone", []noding.Line{vertices(east), north}, 0, 0, 0},
		{"a vertex of theirs on a line", []noding.Line{vertices(line("n", -50, 50, 0, 0, 50, 50)), east}, 0, 0, 0},
		{"a vertex that theirs share", []noding.Line{vertices(line("e", -50, 0, 0, 0, 50, 0)), vertices(line("n", 0, -50, 0, 0, 0, 50))}, 1, 0, 0},
		{"an end of theirs 0.8 m short of a line", []noding.Line{vertices(east), vertices(line("n", 0, 0.8, 0, 50))}, 0, 0, 0},
		{"an end of theirs 0.8 m short of a vertex", []noding.Line{vertices(east), vertices(line("n", 50, 0.8, 50, 50))}, 1, 0, 1},
		{"an end 0.8 m short of a line", []noding.Line{east, line("n", 0, 0.8, 0, 50)}, 1, 0, 1},
		{"an end 1.2 m short of a line", []noding.Line{east, line("n", 0, 1.2, 0, 50)}, 0, 0, 0},
		{"an end 0.8 m short of a bridge", []noding.Line{at(1, east), line("n", 0, 0.8, 0, 50)}, 0, 0, 0},
		{"an end 0.5 m beyond a line", []noding.Line{east, line("n", 0, -0.5, 0, 50)}, 1, 1, 0},
		{"two ends 0.9 m apart", []noding.Line{line("e", -50, 0, 0, 0), line("n", 0.9, 0, 50, 0)}, 1, 0, 1},
		// Three corners of a square of 0.6 m: the second end joins the first, the third what is then there.
		{"three ends", []noding.Line{line("a", -50, 0, 0, 0), line("b", 0.6, 0, 50, 0), line("c", 0, 0.6, 0, 50)}, 2, 0, 2},
		{"a ring with a gap of 0.5 m", []noding.Line{line("r", 0, 0, 30, 0, 30, 30, 0, 30, 0, 0.5)}, 1, 0, 1},
		{"a line across itself", []noding.Line{line("l", 0, 0, 30, 30, 30, 0, 0, 30)}, 1, 1, 0},
		{"a hook of 0.8 m", []noding.Line{line("h", 0, 0, 30, 0, 30, 0.8)}, 0, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := node(tc.lines)
			if got := meetings(r); got != tc.meetings || r.Cuts != tc.cuts || len(r.Joins) != tc.joins {
				t.Errorf("%d meetings, %d cuts, joins %v; want %d, %d, %d", got, r.Cuts, r.Joins, tc.meetings, tc.cuts, tc.joins)
			}
		})
	}
}

// A join says where the end was, how far it missed, and of which lines; the end
// keeps its place and goes on to the nearest point of the other line.
func TestJoinIsTold(t *testing.T) {
	t.Parallel()
	r := node([]noding.Line{line("n", 10, 50, 10, 0.7), line("e", -50, 0, 50, 0)})
	if len(r.Joins) != 1 {
		t.Fatalf("joins %v", r.Joins)
	}
	j := r.Joins[0]
	if j.Line != 0 || j.Other != 1 || math.Abs(j.Meters-0.7) > 0.02 || geo.Distance(j.At, plane.ToLL(10, 0.7)) > 0.01 {
		t.Errorf("join %+v", j)
	}
	if p := r.Lines[0].Points; len(p) != 3 || p[1] != j.At || geo.Distance(p[2], plane.ToLL(10, 0)) > 0.02 {
		t.Errorf("the line goes %v", p)
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	kept := func(lines ...noding.Line) string {
		text := ""
		for _, l := range node(lines).Lines {
			text += fmt.Sprint(l.Kept)
		}
		return text
	}
	directed := func(l noding.Line) noding.Line {
		l.Directed = true
		return l
	}
	long, back := line("a", 0, 0, 30, 0, 60, 0, 90, 0), line("b", 60, 0, 30, 0)
	for _, tc := range []struct{ name, got, want string }{
		{"the smaller id keeps the piece", kept(back, long), "[][{0 3}]"},
		{"whatever lies on both sides", kept(line("a", 30, 0, 60, 0), line("b", 0, 0, 90, 0)), "[{0 1}][{0 1} {2 3}]"},
		{"there and back", kept(line("a", 0, 0, 30, 0, 0, 0)), "[{0 1}]"},
		{"one way there and back", kept(directed(line("a", 0, 0, 30, 0, 0, 0))), "[{0 2}]"},
		{"one way over both ways", kept(long, directed(back)), "[{0 3}][{0 1}]"},
		{"a bridge over a road", kept(line("a", 0, 0, 10, 0, 20, 0, 30, 0), at(1, line("b", 0, 0, 10, 0, 20, 0, 30, 0))), "[{0 3}][{0 3}]"},
		{"shorter than a cell", kept(line("a", 0, 0, 0.001, 0)), "[]"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: kept %s, want %s", tc.name, tc.got, tc.want)
		}
	}
}

func ExampleNode() {
	road := noding.Line{ID: "road", Points: orb.LineString{{105, 30}, {105.002, 30}}}
	lane := noding.Line{ID: "lane", Points: orb.LineString{{105.001, 29.999}, {105.001, 30.001}}}
	noded, err := noding.Node(context.Background(), []noding.Line{road, lane})
	if err != nil {
		fmt.Println(err)
	}
	for _, l := range noded.Lines {
		fmt.Println(l.Nodes, l.Points)
	}
	// Output:
	// [1 3 5] [[105 30] [105.001 30] [105.002 30]]
	// [2 3 4] [[105.001 29.999] [105.001 30] [105.001 30.001]]
}

func TestNodeStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := noding.Node(ctx, []noding.Line{line("a", 0, 0, 9, 9)}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

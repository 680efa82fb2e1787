package data

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/crs"
	"kaimen/geo/index"
)

// keptLoose is how many positions of an undeclared source are kept to find
// out its coordinate system; triedLoose how many of them are tried.
const (
	keptLoose  = 20_000
	triedLoose = 400
)

// suggestSystems tells of every source without a declared coordinate system,
// with the system in which its points fit the study best: nearest to its
// roads, else most inside its boundaries. It is only told, never taken.
//
// Errors: ctx.Err() if ctx ends first.
func (im *importer) suggestSystems(ctx context.Context) error {
	for _, in := range im.undeclared {
		fit, err := im.fitSystems(ctx, in.loose)
		if err != nil {
			return err
		}
		in.issue(coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownCRS,
			Message: "no coordinate system is declared" + fit,
		})
	}
	return nil
}

// fitting is how well points fit a study in one system.
type fitting struct {
	system crs.System
	miss   float64 // meters from the roads, or the share outside the boundaries
}

// clearly tells whether the first of several systems fits so much better than
// the second that the others can be left out.
func clearly(list []fitting) bool {
	const clear = 0.8 // of the second best
	return len(list) == 1 || len(list) > 1 && list[0].miss <= clear*list[1].miss
}

// fitSystems says in words which systems fit.
func (im *importer) fitSystems(ctx context.Context, points []orb.Point) (string, error) {
	const plain = "; write crs: EPSG:4326 for longitude and latitude in degrees, or the one it is in"
	list, by, err := im.rankSystems(ctx, points)
	if err != nil || by == nothing || len(points) == 0 {
		return plain, err
	}
	if len(list) == 0 {
		return "; in no system known here do its points lie near the study" + plain, nil
	}
	var words []string
	for _, f := range list[:min(len(list), 3)] {
		words = append(words, fmt.Sprintf(by.words(), f.miss)+" as "+f.system.Name())
	}
	text := "; the points lie " + strings.Join(words, ", ")
	if !clearly(list) {
		return text + ": too near to each other to tell; ask whoever made the file, and write crs", nil
	}
	return text + "; write crs: " + list[0].system.Name(), nil
}

// rankSystems orders the systems in which points may be by how well they fit
// the study, and tells what that was measured by.
//
// Errors: ctx.Err() if ctx ends first; those of building the network.
func (im *importer) rankSystems(ctx context.Context, points []orb.Point) ([]fitting, yardstick, error) {
	miss, by, err := im.measure(ctx)
	if err != nil || by == nothing || len(points) == 0 {
		return nil, by, err
	}
	step := max(1, len(points)/triedLoose)
	var sample []orb.Point
	for i := 0; i < len(points); i += step {
		sample = append(sample, points[i])
	}
	var list []fitting
	for _, system := range im.plausible(sample[0]) {
		if err := ctx.Err(); err != nil {
			return nil, by, err
		}
		list = append(list, fitting{system, miss(system, sample)})
	}
	slices.SortStableFunc(list, func(a, b fitting) int { return cmp.Compare(a.miss, b.miss) })
	return list, by, nil
}

// yardstick is what positions are measured by.
type yardstick string

const (
	nothing      yardstick = ""
	byRoads      yardstick = "m"       // meters from the roads
	byBoundaries yardstick = "percent" // of points outside the boundaries
)

// words is a form of print for a miss.
func (y yardstick) words() string {
	if y == byRoads {
		return "%.0f m from the roads"
	}
	return "%.1f %% outside the boundaries"
}

// measure gives a way to tell how far points miss the study; none if the study
// has neither roads nor boundaries.
func (im *importer) measure(ctx context.Context) (miss func(crs.System, []orb.Point) float64, by yardstick, err error) {
	if len(im.layers.Roads) > 0 {
		n, err := im.walking(ctx)
		return func(s crs.System, points []orb.Point) float64 {
			meters := make([]float64, len(points))
			for i, p := range points {
				meters[i] = n.Profile().SnapMeters // at least
				if snap := n.Snap(s.ToWGS84(p)); snap.OK() {
					meters[i] = float64(snap.Offset) / 1000
				}
			}
			slices.Sort(meters)
			return meters[len(meters)/2]
		}, byRoads, err
	}
	if len(im.layers.Boundaries) == 0 {
		return nil, nothing, nil
	}
	areas := index.NewAreas(len(im.layers.Boundaries), func(i int) orb.MultiPolygon { return im.layers.Boundaries[i].Area })
	return func(s crs.System, points []orb.Point) float64 {
		outside := 0
		for _, p := range points {
			if _, ok := areas.First(s.ToWGS84(p)); !ok {
				outside++
			}
		}
		return 100 * float64(outside) / float64(len(points))
	}, byBoundaries, nil
}

// plausible lists the systems that put a position into the box of the study or
// within half a degree of it. Of systems that put it at the same place, as two
// zones of one meridian do, only the first is listed.
func (im *importer) plausible(p orb.Point) []crs.System {
	codes := []string{"EPSG:4326", "GCJ-02", "BD-09"}
	if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
		codes = []string{"EPSG:3857"}
		for _, zones := range [][2]int{{4513, 4554}, {4491, 4512}, {32601, 32660}, {32701, 32760}} { // the 3° zones are the usual ones
			for code := zones[0]; code <= zones[1]; code++ {
				codes = append(codes, fmt.Sprintf("EPSG:%d", code))
			}
		}
	}
	const near, same = 0.5, 1e-7
	box := im.layers.Bounds().Pad(near)
	var list []crs.System
	var places []orb.Point
	for _, code := range codes {
		system := crs.MustParse(code)
		at := system.ToWGS84(p)
		if !onEarth(at) || !box.Contains(at) || slices.ContainsFunc(places, func(q orb.Point) bool {
			return math.Abs(q[0]-at[0]) < same && math.Abs(q[1]-at[1]) < same
		}) {
			continue
		}
		list, places = append(list, system), append(places, at)
	}
	return list
}

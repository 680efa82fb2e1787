package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/crs"
)

type coordinatesCommand struct {
	At []float64 `arg:"" help:"The place: longitude, latitude in degrees (WGS 84)." placeholder:"LON,LAT"`
}

// Run prints a row for each system: its code, x, y and name.
func (k coordinatesCommand) Run(c console) error {
	if len(k.At) != 2 || !geo.OnEarth(orb.Point(k.At)) {
		return coverage.Errorf(coverage.Invalid, "%v is no place; give two numbers: longitude within ±180, latitude within ±90", k.At)
	}
	t := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "crs\tx\ty\tname")
	for _, system := range crs.Usual(orb.Point(k.At)) {
		xy, digits := system.FromWGS84(orb.Point(k.At)), 3
		if system.InDegrees() {
			digits = 8
		}
		fmt.Fprintf(t, "%s\t%.*f\t%.*f\t%s\n", system.Name(), digits, xy[0], digits, xy[1], system.Title())
	}
	return t.Flush()
}

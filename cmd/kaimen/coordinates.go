package main

import (
	"fmt"
	"text/tabwriter"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/crs"
)

type coordinatesCommand struct {
	At lonLat `arg:"" help:"The place: longitude, latitude in degrees (WGS 84)." placeholder:"LON,LAT"`
}

// Run prints a row for each system: its code, x, y and name.
func (k coordinatesCommand) Run(c console) error {
	at := k.At.at
	if !geo.OnEarth(at) {
		return coverage.Errorf(coverage.Invalid, "%g,%g is no place on earth; give longitude within ±180, latitude within ±90", at[0], at[1])
	}
	t := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "crs\tx\ty\tname")
	for _, system := range crs.Usual(at) {
		xy, digits := system.FromWGS84(at), 3
		if system.InDegrees() {
			digits = 8
		}
		fmt.Fprintf(t, "%s\t%.*f\t%.*f\t%s\n", system.Name(), digits, xy[0], digits, xy[1], system.Title())
	}
	return t.Flush()
}

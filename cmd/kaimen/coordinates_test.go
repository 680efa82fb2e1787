package main

import (
	"strings"
	"testing"
)

func TestCoordinates(t *testing.T) {
	t.Parallel()
	// Easting and northing are those of PROJ 9.1, cs2cs EPSG:4326 EPSG:4544.
	out := must(t, "coordinates", "105.07,29.59")
	inOrder(t, strings.Join(strings.Fields(out), " "), "EPSG:4326 105.07000000 29.59000000", "GCJ-02", "EPSG:4544 506781.631 3274667.355", "EPSG:4523 35506781.631")
}

package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// Usual lists the systems that a place, in WGS 84 degrees, is told in: WGS 84,
// CGCS2000, the two shifted systems of Chinese web maps where they shift, and
// the plane grid that plans of its zone are drawn in: in China 3-degree
// Gauss-Kruger, without and with the zone before the easting, elsewhere UTM.
//
// The place has to be on the earth.
func Usual(p orb.Point) []System {
	list := []System{WGS84, {code: 4490}}
	if inChina(p) {
		list = append(list, System{family: gcj02}, System{family: bd09})
	}
	for _, code := range gridsAt(p) {
		s, _ := byCode(code) // all of them are known
		list = append(list, s)
	}
	return list
}

// gridsAt is the plane grids at p, by code.
func gridsAt(p orb.Point) []int {
	if zone := int(math.Round(p[0] / 3)); inChina(p) && zone >= 25 && zone <= 45 {
		return []int{4534 + zone - 25, 4513 + zone - 25}
	}
	zone := min(int(math.Floor((p[0]+180)/6))+1, 60) // 180° east is the eastern edge of the last
	if p[1] < 0 {
		return []int{32700 + zone}
	}
	return []int{32600 + zone}
}

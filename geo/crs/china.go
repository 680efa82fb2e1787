package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// GCJ-02 is the shifted longitude and latitude that maps published in China
// use; BD-09 is Baidu's further shift of it. Neither is published by its
// owner; the formula here is the one known since 2010 and used everywhere
// since. It agrees with the true shift to a meter.

const (
	krasovskyMajor = 6378245.0             // semi-major axis, meters
	krasovskyE2    = 0.0066934216229659432 // first eccentricity squared
	baiduTurn      = math.Pi * 3000 / 180
)

// inChina is the usual rule for where the shift applies: a box that holds
// China with a wide margin. Outside it nothing is shifted.
func inChina(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

// gcjOffset is the shift in degrees at a WGS 84 position.
func gcjOffset(p orb.Point) orb.Point {
	x, y := p[0]-105, p[1]-35
	root := math.Sqrt(math.Abs(x))
	fine := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	dLat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + fine +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	dLon := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + fine +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3

	lat := p[1] * degree
	w := 1 - krasovskyE2*math.Sin(lat)*math.Sin(lat)
	meridian := krasovskyMajor * (1 - krasovskyE2) / (w * math.Sqrt(w))
	parallel := krasovskyMajor / math.Sqrt(w) * math.Cos(lat)
	return orb.Point{dLon / (parallel * degree), dLat / (meridian * degree)}
}

func toGCJ02(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	d := gcjOffset(p)
	return orb.Point{p[0] + d[0], p[1] + d[1]}
}

func fromGCJ02(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	return undo(p, gcjOffset)
}

// baiduOffset is the further shift in degrees at a GCJ-02 position.
func baiduOffset(p orb.Point) orb.Point {
	r := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*baiduTurn)
	angle := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*baiduTurn)
	return orb.Point{r*math.Cos(angle) + 0.0065 - p[0], r*math.Sin(angle) + 0.006 - p[1]}
}

func toBD09(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	d := baiduOffset(p)
	return orb.Point{p[0] + d[0], p[1] + d[1]}
}

func fromBD09(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	return undo(p, baiduOffset)
}

// undo finds q with q + offset(q) = p. The offsets change by less than a
// fiftieth of a step in position, so each round wins at least one digit and a
// half; ten rounds leave less than 1e-12 degrees.
func undo(p orb.Point, offset func(orb.Point) orb.Point) orb.Point {
	q := p
	for range 10 {
		d := offset(q)
		next := orb.Point{p[0] - d[0], p[1] - d[1]}
		if math.Abs(next[0]-q[0]) < 1e-13 && math.Abs(next[1]-q[1]) < 1e-13 {
			return next
		}
		q = next
	}
	return q
}

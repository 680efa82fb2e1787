package ogc

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/geo/crs"
)

// system is a coordinate system by its address, with the order of its axes.
type system struct {
	uri string
	crs.System
	flipped bool // latitude or northing comes first
}

const (
	uriCRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	uriEPSG  = "http://www.opengis.net/def/crs/EPSG/0/"
)

// crs84 is longitude and latitude in degrees: what everything is kept in.
var crs84 = system{uri: uriCRS84}

// systemsOf lists the systems in which a collection of this region is given:
// the Gauss-Krüger zone of 3° that fits it among them, with and without the
// number of the zone before its eastings, where the region lies in one.
func systemsOf(region orb.Bound) []system {
	epsg := func(code int, flipped bool) system {
		return system{fmt.Sprintf("%s%d", uriEPSG, code), crs.MustParse(fmt.Sprintf("EPSG:%d", code)), flipped}
	}
	list := []system{crs84, epsg(4326, true), epsg(4490, true), epsg(3857, false)}
	if region.IsEmpty() {
		return list
	}
	center := region.Center()
	if zone := int(math.Round(center[0]/3)) - 25; zone >= 0 && zone <= 20 && center[1] > 0 && center[1] < 60 {
		list = append(list, epsg(4534+zone, true), epsg(4513+zone, true))
	}
	return list
}

// systemOf finds a system by its address; a fault in words if it is not there.
func systemOf(uri string, among []system) (system, string) {
	var there []string
	for _, s := range among {
		if s.uri == uri {
			return s, ""
		}
		there = append(there, s.uri)
	}
	return crs84, fmt.Sprintf("%q is no coordinate system of this collection; there are %s", shown(uri), strings.Join(there, ", "))
}

// meterDecimals is how exact coordinates in meters are written: a millimeter.
const meterDecimals = 1e3

// write puts a WGS 84 geometry into s, in its axis order. Where s is CRS84 it
// is g itself.
func (s system) write(g orb.Geometry) orb.Geometry {
	if g == nil || s == crs84 {
		return g
	}
	return crs.Mapped(g, func(p orb.Point) orb.Point {
		p = s.FromWGS84(p)
		if !s.InDegrees() {
			p = orb.Point{math.Round(p[0]*meterDecimals) / meterDecimals, math.Round(p[1]*meterDecimals) / meterDecimals}
		}
		return s.turn(p)
	})
}

// read puts a geometry given in s, in its axis order, into WGS 84.
func (s system) read(g orb.Geometry) orb.Geometry {
	if g == nil || s == crs84 {
		return g
	}
	return crs.Mapped(g, func(p orb.Point) orb.Point { return s.ToWGS84(s.turn(p)) })
}

// turn changes between the order of the authority and x, y.
func (s system) turn(p orb.Point) orb.Point {
	if s.flipped {
		return orb.Point{p[1], p[0]}
	}
	return p
}

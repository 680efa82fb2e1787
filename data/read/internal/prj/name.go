package prj

import (
	"math"
	"strconv"
	"strings"

	"kaimen/geo/crs"
)

// Name is the name of a coordinate system given as well-known text: one that
// crs.Parse understands if the system is known there, else the name in the
// text, with what it is and what to do about it where that can be said. It is
// never blank.
func Name(text string) string {
	root, err := parse(text)
	if err != nil {
		return "(" + err.Error() + ")"
	}
	if root.word == "COMPD_CS" { // a height beside it is of no matter here
		for _, c := range root.children {
			if c.word == "PROJCS" || c.word == "GEOGCS" {
				root = c
				break
			}
		}
	}
	if code := epsg(root); code != "" {
		return code
	}
	name := ""
	switch root.word {
	case "GEOGCS":
		name = geographic(root)
	case "PROJCS":
		name = projected(root)
	}
	if name != "" {
		return name
	}
	return foreign(root)
}

// epsg is the code that the text itself carries, if it is one we know.
func epsg(root *node) string {
	authority := root.child("AUTHORITY")
	if !strings.EqualFold(authority.value(0), "EPSG") {
		return ""
	}
	return known("EPSG:" + authority.value(1))
}

func known(name string) string {
	s, err := crs.Parse(name)
	if err != nil {
		return ""
	}
	return s.Name()
}

type datum int

const (
	unknownDatum datum = iota
	wgs84
	cgcs2000
	xian1980
	beijing1954
)

// datumNames holds parts of the names that writers give to a datum, without
// anything but letters and digits.
var datumNames = []struct {
	part  string
	datum datum
}{
	{"CGCS2000", cgcs2000},
	{"CHINA2000", cgcs2000},
	{"CHINAGEODETICCOORDINATESYSTEM2000", cgcs2000},
	{"CHINA2000GEODETIC", cgcs2000},
	{"WGS1984", wgs84},
	{"WGS84", wgs84},
	{"WORLDGEODETICSYSTEM1984", wgs84},
	{"XIAN1980", xian1980},
	{"XIAN80", xian1980},
	{"BEIJING1954", beijing1954},
	{"BEIJING54", beijing1954},
}

// datumOf looks at the datum's name, and at the system's if that says nothing.
func datumOf(geogcs *node) datum {
	for _, name := range []string{geogcs.child("DATUM").value(0), geogcs.value(0)} {
		for _, d := range datumNames {
			if strings.Contains(plain(name), d.part) {
				return d.datum
			}
		}
	}
	return unknownDatum
}

func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(name))
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// inDegrees tells that longitudes count from Greenwich, in degrees.
func inDegrees(geogcs *node) bool {
	return near(geogcs.child("UNIT").number(1, math.Pi/180), math.Pi/180, 1e-9) && geogcs.child("PRIMEM").number(1, 0) == 0
}

func geographic(root *node) string {
	switch datumOf(root) {
	case wgs84:
		if inDegrees(root) {
			return "EPSG:4326"
		}
	case cgcs2000:
		if inDegrees(root) {
			return "EPSG:4490"
		}
	}
	return ""
}

// projected names a projected system by what its parameters are, since the
// names differ from writer to writer.
func projected(root *node) string {
	geogcs := root.child("GEOGCS")
	if !inDegrees(geogcs) || root.child("UNIT").number(1, 1) != 1 {
		return ""
	}
	parameters := make(map[string]float64)
	for _, c := range root.children {
		if c.word == "PARAMETER" {
			parameters[plain(c.value(0))] = c.number(1, math.NaN())
		}
	}
	d := datumOf(geogcs)
	switch plain(root.child("PROJECTION").value(0)) {
	case "TRANSVERSEMERCATOR", "GAUSSKRUGER":
		return transverse(plain(root.value(0)), d, parameters)
	case "MERCATORAUXILIARYSPHERE":
		if d == wgs84 && allZero(parameters) {
			return "EPSG:3857"
		}
	case "MERCATOR1SP", "MERCATOR":
		// On the ellipsoid this is another projection; only the name tells.
		name := plain(root.value(0))
		web := strings.Contains(name, "PSEUDOMERCATOR") || strings.Contains(name, "WEBMERCATOR") || strings.Contains(name, "POPULARVISUALISATION")
		scale, given := parameters["SCALEFACTOR"]
		delete(parameters, "SCALEFACTOR")
		if d == wgs84 && web && (!given || scale == 1) && allZero(parameters) {
			return "EPSG:3857"
		}
	}
	return ""
}

func allZero(parameters map[string]float64) bool {
	for _, x := range parameters {
		if x != 0 { // NaN too
			return false
		}
	}
	return true
}

func transverse(name string, d datum, parameters map[string]float64) string {
	get := func(otherwise float64, names ...string) float64 {
		for _, n := range names {
			if x, ok := parameters[n]; ok {
				return x
			}
		}
		return otherwise
	}
	meridian := get(math.NaN(), "CENTRALMERIDIAN", "LONGITUDEOFCENTER")
	scale, east, north := get(1, "SCALEFACTOR"), get(0, "FALSEEASTING"), get(0, "FALSENORTHING")
	if get(0, "LATITUDEOFORIGIN") != 0 || meridian != math.Trunc(meridian) {
		return ""
	}
	switch {
	case d == cgcs2000 && scale == 1 && north == 0:
		return gaussKruger(strings.Contains(name, "3DEGREE"), int(meridian), east)
	case d == wgs84 && scale == 0.9996 && east == 500000 && (north == 0 || north == 1e7) && math.Mod(meridian+183, 6) == 0:
		code := 32600 + (int(meridian)+183)/6
		if north != 0 {
			code += 100
		}
		return known("EPSG:" + strconv.Itoa(code))
	}
	return ""
}

// gaussKruger finds the zone of CGCS2000. With a plain easting the zones of 3°
// and 6° on one meridian are the same plane; the name then tells which is meant.
func gaussKruger(threeDegrees bool, meridian int, east float64) string {
	six := meridian%6 == 3 && meridian >= 75 && meridian <= 135
	code := 0
	switch {
	case meridian%3 != 0 || meridian < 75 || meridian > 135:
	case east == 500000 && six && !threeDegrees:
		code = 4502 + (meridian-75)/6
	case east == 500000:
		code = 4534 + (meridian-75)/3
	case east == float64(meridian/3)*1e6+500000:
		code = 4513 + meridian/3 - 25
	case six && east == float64((meridian+3)/6)*1e6+500000:
		code = 4491 + (meridian+3)/6 - 13
	}
	if code == 0 {
		return ""
	}
	return known("EPSG:" + strconv.Itoa(code))
}

// foreign is the name of a system that is not known, with what helps.
func foreign(root *node) string {
	name := root.value(0)
	if name == "" {
		name = "(without a name)"
	}
	geogcs := root
	if root.word == "PROJCS" {
		geogcs = root.child("GEOGCS")
	}
	switch datumOf(geogcs) {
	case xian1980:
		return name + " (Xian 1980, whose way to CGCS2000 is not public: have the file converted to CGCS2000)"
	case beijing1954:
		return name + " (Beijing 1954, whose way to CGCS2000 is not public: have the file converted to CGCS2000)"
	}
	return name
}

package crs

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// System is one coordinate system. The zero System is WGS 84. A System is a
// plain value: comparable, immutable and free to share.
type System struct {
	family family
	code   int     // EPSG code; 0 for GCJ-02 and BD-09
	grid   gridDef // of a transverse Mercator
}

type family uint8

const (
	geographic family = iota
	webMercator
	gcj02
	bd09
	gaussKruger
	utm
)

// WGS84 is longitude and latitude in degrees, EPSG:4326.
var WGS84 = System{}

// known is what the error for an unknown name lists.
const known = "EPSG:4326 (WGS84), EPSG:4490 (CGCS2000), EPSG:3857 (web Mercator), GCJ-02, BD-09, " +
	"EPSG:4491 to EPSG:4554 (CGCS2000 / Gauss-Kruger), " +
	"EPSG:32601 to EPSG:32660 and EPSG:32701 to EPSG:32760 (WGS 84 / UTM)"

// Parse returns the System with this name. Case, spaces, dashes and underlines
// do not matter: "GCJ-02", "gcj02", "EPSG:4326", "epsg 4326", "4326" and
// "urn:ogc:def:crs:EPSG::4326" are all understood.
//
// Errors: any other name, with a list of what is known.
func Parse(name string) (System, error) {
	plain := simplify(name)
	switch plain {
	case "WGS84", "CRS84", "OGC:CRS84":
		return WGS84, nil
	case "CGCS2000":
		return System{code: 4490}, nil
	case "GCJ02":
		return System{family: gcj02}, nil
	case "BD09", "BD09LL":
		return System{family: bd09}, nil
	}
	code, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(plain, "EPSG"), ":"))
	if err == nil {
		if s, ok := byCode(code); ok {
			return s, nil
		}
	}
	return System{}, fmt.Errorf("coordinate system %q is not known; known are %s", name, known)
}

// MustParse is Parse for constants and tests; it panics on an unknown name.
func MustParse(name string) System {
	s, err := Parse(name)
	if err != nil {
		panic("crs: " + err.Error())
	}
	return s
}

func simplify(name string) string {
	s := strings.ToUpper(strings.TrimSpace(name))
	s = strings.NewReplacer(" ", "", "-", "", "_", "").Replace(s)
	if rest, ok := strings.CutPrefix(s, "URN:OGC:DEF:CRS:"); ok {
		authority, rest, _ := strings.Cut(rest, ":")
		_, code, _ := strings.Cut(rest, ":") // a version, mostly blank
		return authority + ":" + code
	}
	for _, scheme := range []string{"HTTP", "HTTPS"} {
		rest, ok := strings.CutPrefix(s, scheme+"://WWW.OPENGIS.NET/DEF/CRS/")
		if parts := strings.Split(rest, "/"); ok && len(parts) == 3 {
			return parts[0] + ":" + parts[2]
		}
	}
	return s
}

// byCode is the part of the EPSG registry that is known here.
func byCode(code int) (System, bool) {
	s := System{code: code}
	switch {
	case code == 4326:
		return WGS84, true
	case code == 4490:
	case code == 3857:
		s.family = webMercator
	case code >= 4491 && code <= 4501: // zones 13 to 23 of 6°, zone number before the easting
		zone := code - 4491 + 13
		s.family, s.grid = gaussKruger, cgcs2000Grid(6*zone-3, zone)
	case code >= 4502 && code <= 4512: // the same zones, plain easting
		s.family, s.grid = gaussKruger, cgcs2000Grid(75+6*(code-4502), 0)
	case code >= 4513 && code <= 4533: // zones 25 to 45 of 3°, zone number before the easting
		zone := code - 4513 + 25
		s.family, s.grid = gaussKruger, cgcs2000Grid(3*zone, zone)
	case code >= 4534 && code <= 4554: // the same zones, plain easting
		s.family, s.grid = gaussKruger, cgcs2000Grid(75+3*(code-4534), 0)
	case code >= 32601 && code <= 32660:
		s.family, s.grid = utm, utmGrid(code-32600, true)
	case code >= 32701 && code <= 32760:
		s.family, s.grid = utm, utmGrid(code-32700, false)
	default:
		return System{}, false
	}
	return s, true
}

// Name is the short name that Parse understands: "EPSG:4544", "GCJ-02".
func (s System) Name() string {
	switch {
	case s.family == gcj02:
		return "GCJ-02"
	case s.family == bd09:
		return "BD-09"
	case s.code == 0:
		return "EPSG:4326"
	}
	return "EPSG:" + strconv.Itoa(s.code)
}

// String is the name with what it stands for:
// "EPSG:4544 (CGCS2000 / 3-degree Gauss-Kruger CM 105E)".
func (s System) String() string {
	if !s.Defined() {
		return s.Name()
	}
	return s.Name() + " (" + s.Title() + ")"
}

// Title is the name that the authority gives to s; Name for those without one.
func (s System) Title() string {
	switch {
	case !s.Defined():
		return s.Name()
	case s.family == webMercator:
		return "WGS 84 / Pseudo-Mercator"
	case s.family == geographic && s.code == 4490:
		return "CGCS2000"
	case s.family == geographic:
		return "WGS 84"
	case s.family == utm && s.code < 32700:
		return fmt.Sprintf("WGS 84 / UTM zone %dN", s.code-32600)
	case s.family == utm:
		return fmt.Sprintf("WGS 84 / UTM zone %dS", s.code-32700)
	case s.code <= 4501:
		return fmt.Sprintf("CGCS2000 / Gauss-Kruger zone %d", s.grid.zone)
	case s.code <= 4512:
		return fmt.Sprintf("CGCS2000 / Gauss-Kruger CM %dE", s.grid.meridian)
	case s.code <= 4533:
		return fmt.Sprintf("CGCS2000 / 3-degree Gauss-Kruger zone %d", s.grid.zone)
	default:
		return fmt.Sprintf("CGCS2000 / 3-degree Gauss-Kruger CM %dE", s.grid.meridian)
	}
}

// EPSG is the code of s; 0 for GCJ-02 and BD-09.
func (s System) EPSG() int {
	if s == WGS84 {
		return 4326
	}
	return s.code
}

// InDegrees tells whether coordinates of s are degrees, not meters.
func (s System) InDegrees() bool {
	return s.family == geographic || s.family == gcj02 || s.family == bd09
}

// ToWGS84 returns p, given in s, as WGS 84 longitude and latitude in degrees.
// Whether the result is on the earth is for the caller to look at: a position
// that s cannot hold comes out as NaN or far away.
func (s System) ToWGS84(p orb.Point) orb.Point {
	switch s.family {
	case webMercator:
		return fromWebMercator(p)
	case gcj02:
		return fromGCJ02(p)
	case bd09:
		return fromGCJ02(fromBD09(p))
	case gaussKruger, utm:
		return s.grid.inverse(p)
	}
	return p
}

// FromWGS84 returns p, in WGS 84 degrees, in s. It is the inverse of ToWGS84
// to 1e-9 degrees or 0.1 mm within the area each system is made for: for a
// transverse Mercator 40° to either side of its meridian.
func (s System) FromWGS84(p orb.Point) orb.Point {
	switch s.family {
	case webMercator:
		return toWebMercator(p)
	case gcj02:
		return toGCJ02(p)
	case bd09:
		return toBD09(toGCJ02(p))
	case gaussKruger, utm:
		return s.grid.forward(p)
	}
	return p
}

// Geometry returns a copy of g, given in s, in WGS 84 degrees. Nil stays nil.
func (s System) Geometry(g orb.Geometry) orb.Geometry {
	if s.family == geographic {
		return orb.Clone(g)
	}
	return Mapped(g, s.ToWGS84)
}

// Mapped is a copy of g with every position changed by to; a bound becomes a
// polygon. Nil stays nil.
func Mapped(g orb.Geometry, to func(orb.Point) orb.Point) orb.Geometry {
	return shift(orb.Clone(g), to)
}

// shift changes g in place where it can: only points and bounds are values.
func shift(g orb.Geometry, to func(orb.Point) orb.Point) orb.Geometry {
	each := func(points []orb.Point) {
		for i := range points {
			points[i] = to(points[i])
		}
	}
	switch g := g.(type) {
	case orb.Point:
		return to(g)
	case orb.MultiPoint:
		each(g)
	case orb.LineString:
		each(g)
	case orb.Ring:
		each(g)
	case orb.Bound:
		return shift(g.ToPolygon(), to)
	case orb.MultiLineString:
		for _, line := range g {
			each(line)
		}
	case orb.Polygon:
		for _, ring := range g {
			each(ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			shift(polygon, to)
		}
	case orb.Collection:
		for i := range g {
			g[i] = shift(g[i], to)
		}
	}
	return g
}

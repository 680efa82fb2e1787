package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// gridDef is a transverse Mercator projection of one zone.
type gridDef struct {
	meridian     int     // central meridian in degrees
	zone         int     // zone number written before the easting; 0 if it is not
	falseEast    float64 // meters
	falseNorth   float64 // meters
	scale        float64 // on the central meridian
	flatteningIn float64 // 1/f of the ellipsoid
}

const (
	semiMajor        = 6378137.0 // of both ellipsoids, meters
	inverseFlatCGCS  = 298.257222101
	inverseFlatWGS84 = 298.257223563
	degree           = math.Pi / 180
)

func cgcs2000Grid(meridian, zone int) gridDef {
	return gridDef{
		meridian: meridian, zone: zone,
		falseEast: 500000 + 1e6*float64(zone), scale: 1, flatteningIn: inverseFlatCGCS,
	}
}

func utmGrid(zone int, north bool) gridDef {
	g := gridDef{meridian: 6*zone - 183, falseEast: 500000, scale: 0.9996, flatteningIn: inverseFlatWGS84}
	if !north {
		g.falseNorth = 1e7
	}
	return g
}

// series holds what the Krüger series needs of an ellipsoid.
type series struct {
	e           float64 // first eccentricity
	radius      float64 // rectifying radius, meters
	alpha, beta [6]float64
}

// newSeries works out the coefficients in the third flattening n, to n^6: good
// to a few nanometers within 3,000 km of the central meridian.
//
// Source: Karney (2011), Transverse Mercator with an accuracy of a few
// nanometers, equations 14, 35 and 36.
func newSeries(inverseFlattening float64) *series {
	f := 1 / inverseFlattening
	n := f / (2 - f)
	n2 := n * n
	// poly is n^first (c0 + c1 n + c2 n² + …).
	poly := func(first int, c ...float64) float64 {
		sum := 0.0
		for i := len(c) - 1; i >= 0; i-- {
			sum = sum*n + c[i]
		}
		return sum * math.Pow(n, float64(first))
	}
	return &series{
		e:      math.Sqrt(f * (2 - f)),
		radius: semiMajor / (1 + n) * (1 + n2/4 + n2*n2/64 + n2*n2*n2/256),
		alpha: [6]float64{
			poly(1, 1./2, -2./3, 5./16, 41./180, -127./288, 7891./37800),
			poly(2, 13./48, -3./5, 557./1440, 281./630, -1983433./1935360),
			poly(3, 61./240, -103./140, 15061./26880, 167603./181440),
			poly(4, 49561./161280, -179./168, 6601661./7257600),
			poly(5, 34729./80640, -3418889./1995840),
			poly(6, 212378941./319334400),
		},
		beta: [6]float64{
			poly(1, 1./2, -2./3, 37./96, -1./360, -81./512, 96199./604800),
			poly(2, 1./48, 1./15, -437./1440, 46./105, -1118711./3870720),
			poly(3, 17./480, -37./840, -209./4480, 5569./90720),
			poly(4, 4397./161280, -11./504, -830251./7257600),
			poly(5, 4583./161280, -108847./3991680),
			poly(6, 20648693./638668800),
		},
	}
}

var (
	cgcsSeries  = newSeries(inverseFlatCGCS)
	wgs84Series = newSeries(inverseFlatWGS84)
)

func (g gridDef) series() *series {
	if g.flatteningIn == inverseFlatCGCS {
		return cgcsSeries
	}
	return wgs84Series
}

// forward projects longitude and latitude in degrees to easting and northing.
func (g gridDef) forward(ll orb.Point) orb.Point {
	s := g.series()
	lambda := math.Remainder(ll[0]-float64(g.meridian), 360) * degree
	tau := s.conformal(math.Tan(ll[1] * degree))
	xi0 := math.Atan2(tau, math.Cos(lambda))
	eta0 := math.Asinh(math.Sin(lambda) / math.Hypot(tau, math.Cos(lambda)))
	xi, eta := xi0, eta0
	for j, a := range s.alpha {
		k := 2 * float64(j+1)
		xi += a * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta += a * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	m := g.scale * s.radius
	return orb.Point{g.falseEast + m*eta, g.falseNorth + m*xi}
}

// inverse is the way back.
func (g gridDef) inverse(xy orb.Point) orb.Point {
	s := g.series()
	m := g.scale * s.radius
	xi0, eta0 := (xy[1]-g.falseNorth)/m, (xy[0]-g.falseEast)/m
	xi, eta := xi0, eta0
	for j, b := range s.beta {
		k := 2 * float64(j+1)
		xi -= b * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta -= b * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	sinhEta, cosXi := math.Sinh(eta), math.Cos(xi)
	tau := s.geodetic(math.Sin(xi) / math.Hypot(sinhEta, cosXi))
	lon := float64(g.meridian) + math.Atan2(sinhEta, cosXi)/degree
	if lon > 180 || lon < -180 {
		lon = math.Remainder(lon, 360)
	}
	return orb.Point{lon, math.Atan(tau) / degree}
}

// conformal turns the tangent of the latitude into that of the conformal
// latitude (Karney 2011, equations 7 to 9).
func (s *series) conformal(tau float64) float64 {
	root := math.Hypot(1, tau)
	sigma := math.Sinh(s.e * math.Atanh(s.e*tau/root))
	return tau*math.Hypot(1, sigma) - sigma*root
}

// geodetic is the inverse of conformal, by Newton's method (equations 19 to
// 21). It settles in two or three rounds; five are the most it is given.
func (s *series) geodetic(conformal float64) float64 {
	e2 := s.e * s.e
	tau := conformal / (1 - e2)
	for range 5 {
		guess := s.conformal(tau)
		step := (conformal - guess) / math.Hypot(1, guess) *
			(1 + (1-e2)*tau*tau) / ((1 - e2) * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) <= 1e-15*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}

// fromWebMercator and toWebMercator work on the sphere of the semi-major axis.
func fromWebMercator(xy orb.Point) orb.Point {
	return orb.Point{
		xy[0] / semiMajor / degree,
		math.Atan(math.Sinh(xy[1]/semiMajor)) / degree,
	}
}

func toWebMercator(ll orb.Point) orb.Point {
	return orb.Point{
		ll[0] * degree * semiMajor,
		math.Asinh(math.Tan(ll[1]*degree)) * semiMajor,
	}
}

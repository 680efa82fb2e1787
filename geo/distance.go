package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// EarthRadiusMeters is the mean radius of the earth, (2a+b)/3 of WGS 84, after
// Moritz (2000), Geodetic Reference System 1980.
const EarthRadiusMeters = 6371008.8

const radiansPerDegree = math.Pi / 180

// Distance returns the length in meters of the shortest way over the sphere
// between two points in degrees, by the haversine formula. It is symmetric, and
// within 0.6 % of the length on the ellipsoid.
func Distance(a, b orb.Point) float64 {
	lat1, lat2 := a[1]*radiansPerDegree, b[1]*radiansPerDegree
	sinLat := math.Sin((lat2 - lat1) / 2)
	sinLon := math.Sin((b[0] - a[0]) * radiansPerDegree / 2)
	h := sinLat*sinLat + math.Cos(lat1)*math.Cos(lat2)*sinLon*sinLon
	return 2 * EarthRadiusMeters * math.Asin(math.Sqrt(math.Min(1, h)))
}

// Finite tells whether neither coordinate is NaN or infinite.
func Finite(p orb.Point) bool {
	// Infinite less infinite is NaN, and NaN is the one value unequal to itself.
	x, y := p[0]-p[0], p[1]-p[1]
	return x == x && y == y
}

// OnEarth tells whether p is a finite longitude within ±180 and a finite
// latitude within ±90.
func OnEarth(p orb.Point) bool {
	// Comparisons with NaN are false, so NaN is refused too.
	return p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90
}

// Around is a box in degrees that holds every place within some meters of a
// point; it is wider than that near the poles.
func Around(at orb.Point, meters float64) orb.Bound {
	dy := meters / (EarthRadiusMeters * radiansPerDegree)
	dx := dy / max(math.Cos(at[1]*radiansPerDegree), 1e-3)
	return orb.Bound{Min: orb.Point{at[0] - dx, at[1] - dy}, Max: orb.Point{at[0] + dx, at[1] + dy}}
}

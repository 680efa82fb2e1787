package gazetteer

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/unicode/norm"

	"kaimen/geo/crs"
)

// Two numbers, with an optional name of a coordinate system before them, and
// what people put about and between them: N, E, degrees, brackets, commas.
var (
	twoNumbers = regexp.MustCompile(`^(?:([a-z][a-z0-9-]*)\s*[:\s]\s*)?[\[(]?\s*(-?\d+(?:\.\d+)?)\s*°?\s*([nsew]?)\s*[,;、\s]\s*(-?\d+(?:\.\d+)?)\s*°?\s*([nsew]?)\s*[\])]?$`)
	systems    = map[string]string{
		"": "WGS84", "wgs84": "WGS84", "wgs-84": "WGS84", "gcj02": "GCJ-02", "gcj-02": "GCJ-02", "gcj": "GCJ-02",
		"bd09": "BD-09", "bd-09": "BD-09", "cgcs2000": "CGCS2000",
	}
)

// Places reads coordinates as people write them, such as "29.58, 105.05",
// "105.05 29.58", "29.58N 105.05E" or "gcj02: 105.05, 29.58", into degrees of
// WGS 84. Where nothing says which of the two is the latitude, the order that
// falls near the bounds is meant; both are returned, latitude first, where both
// or neither does.
func Places(text string, near orb.Bound) []orb.Point {
	parts := twoNumbers.FindStringSubmatch(strings.ToLower(strings.TrimSpace(norm.NFKC.String(text))))
	if parts == nil {
		return nil
	}
	name, ok := systems[parts[1]]
	if !ok {
		return nil
	}
	system := crs.MustParse(name)
	a, letterA := number(parts[2]), parts[3]
	b, letterB := number(parts[4]), parts[5]
	var found, close []orb.Point
	around := near.Pad(1) // a degree, some hundred kilometers
	for _, order := range []struct {
		lat, lon         float64
		latMark, lonMark string
	}{{a, b, letterA, letterB}, {b, a, letterB, letterA}} {
		lat, fits := marked(order.lat, order.latMark, "n", "s")
		lon, alsoFits := marked(order.lon, order.lonMark, "e", "w")
		if !fits || !alsoFits || math.Abs(lat) > 90 || math.Abs(lon) > 180 {
			continue
		}
		at := system.ToWGS84(orb.Point{lon, lat})
		if len(found) > 0 && found[0] == at {
			continue
		}
		found = append(found, at)
		if around.Contains(at) {
			close = append(close, at)
		}
	}
	if len(close) > 0 {
		return close
	}
	return found
}

// marked is a number with the letter behind it, which may be missing; false
// where the letter is of the other direction.
func marked(x float64, letter, plus, minus string) (float64, bool) {
	switch letter {
	case "", plus:
		return x, true
	case minus:
		return -x, true
	}
	return 0, false
}

func number(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.Inf(1) // too long to be a degree
	}
	return x
}

package export

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/crs"
)

// coordNames is what ParseCoord says that there is.
const coordNames = "wgs84, cgcs2000, gcj02, bd09, or EPSG:4490 to EPSG:4554 (CGCS2000 in degrees, or a zone of it in meters)"

// ParseCoord finds the system in which a file is asked for: wgs84 (the default,
// for an empty name), cgcs2000, gcj02, bd09, or the code of CGCS2000 or one of
// its zones.
//
// Errors: invalid, with what there is.
func ParseCoord(name string) (crs.System, error) {
	s, err := crs.Parse(name)
	switch {
	case name == "":
		return crs.WGS84, nil
	case err == nil && (s == crs.WGS84 || !s.Defined() || strings.HasPrefix(s.String(), s.Name()+" (CGCS2000")):
		return s, nil
	}
	return s, &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
		Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "coord",
		Message: "files are not written in " + name + "; coord takes " + coordNames,
	}}}
}

// CoordWord is a system as files, columns and the parameter coord name it, such
// as gcj02 or epsg4544; empty for WGS 84.
func CoordWord(s crs.System) string {
	if s == crs.WGS84 {
		return ""
	}
	word := strings.ToLower(strings.NewReplacer("-", "", ":", "").Replace(s.Name()))
	if word == "epsg4490" {
		return "cgcs2000"
	}
	return word
}

// CoordFile is the name of a file, without its ending, that says in what its
// positions are.
func CoordFile(name string, s crs.System) string {
	if word := CoordWord(s); word != "" {
		return name + "_" + word
	}
	return name
}

// In is t with all its positions in s, which files then say as well as they
// can. Meters are rounded to a tenth of a millimeter.
func (t Table) In(s crs.System) Table {
	if s == crs.WGS84 {
		return t
	}
	to := func(p orb.Point) orb.Point {
		p = s.FromWGS84(p)
		if !s.InDegrees() {
			p = orb.Point{math.Round(p[0]*1e4) / 1e4, math.Round(p[1]*1e4) / 1e4}
		}
		return p
	}
	var places []int
	for i, c := range t.Columns {
		if c.Type == ColumnPlace || c.Type == ColumnLine {
			places = append(places, i)
		}
	}
	out := t
	out.System = s
	out.Rows = func(yield func(Row) bool) {
		values := make([]any, len(t.Columns))
		for row := range t.Rows {
			if len(places) > 0 {
				copy(values, row.Values)
				for _, i := range places {
					values[i] = moved(values[i], to)
				}
				row.Values = values
			}
			row.Geometry = crs.Mapped(row.Geometry, to)
			if !yield(row) {
				return
			}
		}
	}
	return out
}

// moved is a place, or a list of places, elsewhere.
func moved(v any, to func(orb.Point) orb.Point) any {
	switch v := v.(type) {
	case orb.Point:
		return to(v)
	case [][2]float64:
		line := make([][2]float64, len(v))
		for i, p := range v {
			line[i] = to(p)
		}
		return line
	}
	return v
}

// placeNames are the names of the two columns of a place: longitude and
// latitude, or easting and northing, and the system where it is not WGS 84.
func placeNames(s crs.System) (x, y string) {
	x, y = "lon", "lat"
	if !s.InDegrees() {
		x, y = "x", "y"
	}
	return CoordFile(x, s), CoordFile(y, s)
}

package candidate

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"kaimen/geo"
	"kaimen/geo/overlay"
)

// land is a parcel, measured once for all kinds.
type land struct {
	plane  geo.Plane        // about the parcel
	xy     orb.MultiPolygon // on the plane; no two polygons share ground
	areaM2 float64
	at     orb.Point // in degrees, the middle of the largest circle inside
	widthM float64
	slope  *float64
}

// landOf measures an area; fault says why it cannot be, and is empty if it can.
func landOf(area orb.MultiPolygon) (l land, fault string) {
	if len(area) == 0 {
		return l, "its outline has no polygon"
	}
	for _, polygon := range area {
		if len(polygon) == 0 {
			return l, "its outline has a polygon without a ring"
		}
		for _, ring := range polygon {
			if fault := ringFault(ring); fault != "" {
				return l, fault
			}
		}
	}
	l.plane = geo.PlaneOf(area.Bound())
	l.xy = flat(area, l.plane)
	if len(area) > 1 {
		// Polygons may overlap, or share an edge, which is no edge of the land then.
		parts := make([]orb.MultiPolygon, len(l.xy))
		for i := range l.xy {
			parts[i] = l.xy[i : i+1]
		}
		joined, err := overlay.Union(parts...)
		if err != nil {
			return l, "its polygons do not join: " + err.Error()
		}
		l.xy = joined
	}
	l.areaM2 = planar.Area(l.xy)
	center, radius := widest(l.xy)
	if l.areaM2 <= 0 || radius <= 0 {
		return l, "its outline encloses nothing"
	}
	l.at, l.widthM = l.plane.ToLL(center[0], center[1]), 2*radius
	return l, ""
}

// flat puts an area on a plane, its rings closed.
func flat(area orb.MultiPolygon, plane geo.Plane) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(area))
	for i, polygon := range area {
		out[i] = make(orb.Polygon, len(polygon))
		for k, ring := range polygon {
			line := make(orb.Ring, len(ring))
			for j, ll := range ring {
				x, y := plane.ToXY(ll)
				line[j] = orb.Point{x, y}
			}
			out[i][k] = geo.Closed(line)
		}
	}
	return out
}

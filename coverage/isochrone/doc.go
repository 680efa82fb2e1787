// Package isochrone draws the ground about the road that is within reach: a
// polygon for each cutoff, or the reached stretches as lines. It is a drawing.
// Coverage is counted on the network, never from these polygons.
//
// # How a ring is drawn
//
// A field holds, at every corner of a grid of cells of about 10 m, the distance
// to the nearest reached stretch of road. The ring is the ground where it is at
// most the buffer, 20 m, drawn by geo/contour. What is promised of it:
//
//   - Valid, in the OGC sense, with seven decimals as well: the grid lies on
//     the raster of 1e-7 degrees, and so do all vertices.
//   - All of the reached road lies inside. A cell that it enters has its four
//     corners within a diagonal (14.1 m) of it, less than the buffer; so all of
//     the cell is drawn.
//   - How exact: every place outside is farther from the reached road than the
//     buffer less a diagonal (5.8 m), every place inside nearer than the buffer
//     and a diagonal (34.2 m), since in its cell a corner is outside, or inside.
//     Filled holes, and water, are the exceptions asked for. Lengths are those
//     of a plane anchored within 0.05 degrees of latitude of the middle of the
//     origins.
//   - The same whatever other rings are asked for: grid lines are whole steps
//     from 0, 0 of the earth, the plane depends on the origins alone, and each
//     value is measured between a corner and a whole straight piece of road,
//     independent of all else.
//   - Nested: a longer reach has every stretch of a shorter one. On a piece of
//     road it only widens the range from s0 to s1 in q = across² + max(s0-along,
//     along-s1, 0)², whose rounded value can then only fall. Fields nowhere above
//     give nested polygons (geo/contour).
//
// # Water
//
// Road is cut where it meets a water's edge. What lies across water from a
// piece of road on land counts as farther: by so much that it is drawn only
// up to a cell's diagonal from the road, no longer up to the buffer. So it is
// with all that lies about a piece over water, a bridge or a ferry. Bridges are
// drawn, as the cells they pass; a bank without road within reach is not,
// unless a reached road on the other bank lies within the diagonal. Whether a
// corner is across is told from the whole piece, not from the stretch reached
// of it, or a longer reach could lose ground.
package isochrone

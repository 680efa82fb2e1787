// Package gap tells the areas that are not served: ground about the demand
// points that are not covered, as polygons with the people in them. It knows
// which points are covered, and nothing of how that was found.
//
// # What an area is
//
// The ground of gaps is every place that lies within a radius of an uncovered
// point and nearer to it than to any covered one. An area is a piece of it that
// hangs together. It is drawn on a grid of cells of about 20 m: at every corner
// stands the exact distance to the nearest uncovered point, less the distance to
// the nearest covered point or the radius, whichever is less, and geo/contour
// draws where that is below nothing. The four corners of the cell that an
// uncovered point lies in are always inside. What is promised:
//
//   - Every uncovered point lies inside of just one area, also where a covered
//     point stands at the same place, so that the people of the areas are all
//     the people who are not covered. Scraps of ground in which no uncovered
//     point lies, where a wedge is thinner than a cell, are left out.
//   - Two uncovered points are in one area just when their ground hangs together
//     as drawn: a corridor thinner than a cell may be cut.
//   - Exact but for a cell: within a diagonal of every place inside there is a
//     corner that is nearer to an uncovered point, or that bounds the cell of one;
//     within a diagonal of every place outside there is one that is not. A
//     covered point lies in an area only if an uncovered one is within two
//     diagonals of it, nearly always within one: a corner of its cell is inside,
//     from which the uncovered one is no farther than it is itself, or no farther
//     than a cell's diagonal.
//   - Valid, in the OGC sense, with seven decimals as well: all vertices lie on
//     the raster of 1e-7 degrees. Areas do not meet.
//   - The same whatever the order of the points.
//
// # Large studies
//
// Points that are too far apart for their ground to meet are drawn apart, each
// group on a grid of its own, so that what is empty between them costs nothing.
// A group too large for the grid allowed has cells of twice the size, or more,
// and its areas say so.
//
// Areas are not drawn across the line where the longitude changes from 180 to
// -180.
package gap

// Package contour draws the ground on which a field of values stays within a
// threshold: a grid of values in, nested polygons out, by marching squares. It
// knows no town.
//
// Everything is decided on a fine lattice of whole numbers: grid lines lie on
// it, and a ring crosses a grid line at one of its points between two values,
// never at a value. That makes the polygons valid by construction, after
// printing too where a lattice unit is the last digit printed:
//
//   - A line between two neighboring values is crossed by at most one ring, at
//     one point, and every crossing joins exactly two cells. In a cell there is
//     one stretch of ring, or two that do not touch (see below). So no ring
//     meets itself or another.
//   - Where two opposite corners of a cell are within and two are not, those
//     within stay apart: each is cut off by a line across its corner. As the cuts
//     lie strictly between the corners, x + y < 1 on one line and > 1 on the other.
//   - The rule looks at the four corners alone. Let a second field be nowhere
//     above the first: its corners within are the first's and maybe more, and
//     its crossings lie as far out or farther (whole-number division keeps the
//     order). In each of the few cases the piece of the cell within is convex, or
//     two triangles that only grow; so it holds that of the first field, and the
//     polygons are nested exactly.
package contour

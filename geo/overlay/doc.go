// Package overlay joins, cuts and subtracts areas: union, intersection and
// difference of polygons in one flat coordinate system, best in meters of a
// geo.Plane. It stands on simplefeatures, of which only the operations on two
// shapes are used: those on many shapes at once were found to return wrong
// areas without an error.
package overlay

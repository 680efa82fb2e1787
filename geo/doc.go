// Package geo holds the small geometry that the rest of Kaimen stands on:
// distance, a local plane in meters, area, side of a line, and faults of rings.
// It knows no town and no file format.
//
// Points are orb.Point, longitude then latitude in degrees (called ll), unless
// a name says xy: then they are meters east and north in a Plane.
package geo

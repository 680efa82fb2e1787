// Package tile knows the z/x/y pyramid of web maps and writes Mapbox Vector
// Tiles (specification 2.1).
//
// The encoder is our own: it appends straight from projected shapes to bytes,
// and brings the rules of the specification (winding, no repeated points, no
// empty rings) with it rather than leaving them to the caller.
package tile

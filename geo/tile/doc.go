// Package tile knows the z/x/y pyramid of web maps and cuts shapes into Mapbox
// Vector Tiles (specification 2.1).
//
// What is drawn is decided here: shapes are projected to the integer grid of
// the tile, cut to it, made simpler, and wound as the specification asks,
// without repeated points or rings too small to see. orb/encoding/mvt, which
// leaves all of that to its caller, writes the bytes.
package tile

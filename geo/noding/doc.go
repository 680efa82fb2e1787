// Package noding gives topology to lines that were drawn without it: road
// centerlines from a drawing or a survey, which cross, touch and nearly touch
// each other but share no node.
//
// Work is done on a raster of 1e-7 degrees (about 1 cm), so that a place has
// one pair of whole numbers and equal places are equal nodes. Lines are routed
// through the raster points near which they meet, again and again until
// nothing moves: iterated snap rounding. Then no two lines of one level cross
// anywhere but at a vertex that both have. Lines closer than two or three units
// are drawn together.
//
// Source: Hobby (1999), Practical segment intersection with finite precision
// output; Halperin and Packer (2002), Iterated snap rounding.
package noding

// Package crs knows the coordinate systems that Chinese planning data comes in
// and is the only room that shifts coordinates.
//
// A position is always x, y: easting or longitude first, northing or latitude
// second, as in GeoJSON and in the columns of a table. The authority's own axis
// order puts the northing or latitude first for most of these systems; whoever
// reads a file that follows it swaps the two before calling here.
//
// CGCS2000 (EPSG:4490) and WGS 84 are taken as one datum: they differ by a few
// centimeters, less than any address point is good for. Beijing 1954 and
// Xi'an 1980 are not here: their shifts to WGS 84 differ from place to place.
package crs

// Package network turns roads and a Profile into an immutable Network that can
// be searched: nodes and arcs in compressed rows, chains between junctions
// contracted to one edge each with its geometry kept, every component kept.
//
// Units: lengths are whole millimeters and times whole milliseconds, so that
// sums are exact and equal on any machine. The length of a segment is the
// great-circle distance on a sphere of the mean radius (geo.Distance).
package network

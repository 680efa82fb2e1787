// Package coverage is the vocabulary of Kaimen: what a study is made of, what
// can be wrong with it, and what a store of it must do.
//
// A Study is the name that lives on ("this district"). A Snapshot is one
// immutable version of all its layers; its id is a hash of their contents, so
// that equal data has equal ids on any machine. The rooms below this one
// (network, reach, zonal, …) turn a Snapshot into answers; the rooms under
// data bring Snapshots in and keep them.
//
// Coordinates are WGS 84 longitude, latitude in degrees everywhere in this
// package; whoever reads other systems converts before a value gets here.
package coverage

// Package pbf reads nodes, ways and relations from OpenStreetMap PBF files.
//
// It is our own because a broken file must end in an error: the decoders we
// know run on goroutines of their own and panic there on lengths and string
// numbers that lie, or on nodes that are not stored densely, and such a panic
// ends the whole program. Nothing here trusts a declared length.
//
// Source: OpenStreetMap wiki, "PBF Format" (fileformat.proto, osmformat.proto).
package pbf

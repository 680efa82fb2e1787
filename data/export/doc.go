// Package export writes results and layers as files: CSV for tables and
// spreadsheets, GeoJSON for maps. Every function writes to an io.Writer and
// keeps no state, so that the server and the command line give equal bytes for
// equal input.
//
// CSV is UTF-8 with "\n" at the end of each line; a value that is not known is
// an empty cell. Numbers stand in full precision, without separators. Tables of
// a synthetic study carry a last column, synthetic, that is true in every row;
// those of real studies do not have it. GeoJSON of a synthetic study says
// "synthetic": true in the member "kaimen".
package export

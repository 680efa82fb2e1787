// Package geojson reads and writes GeoJSON (RFC 7946) as a stream: of a file
// of any size, one feature is in memory at a time.
//
// The reader is strict where a wrong guess would move or lose something
// (positions of one number, open rings, text that is not UTF-8), and says where
// in the file each fault is. The writer gives equal bytes for equal input: at
// most seven decimals (a centimeter), rings by the right-hand rule, properties
// in the order given.
package geojson

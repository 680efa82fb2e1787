// Package gpkg keeps snapshots in one GeoPackage 1.3 file, which QGIS and GDAL
// open as it is. It is the embedded store: pure Go, no server.
//
// The file is addressed by content. Every distinct layer, told by its
// coverage.LayerHash, is one feature table such as roads_1a2b3c4d5e6f, written
// once and never changed; snapshots refer to layers by hash, so that a new
// import that brings new demand alone costs one new table. Five tables beside
// them belong to Kaimen:
//
//	kaimen_schema           the version of this arrangement
//	kaimen_layers           hash -> feature table, columns, rows
//	kaimen_snapshots        one row a snapshot: study, import time, report
//	kaimen_snapshot_layers  which snapshot has which layers
//	kaimen_scenarios        one row a saved scenario: study, id, document
//
// One connection writes, several read; the journal is a write-ahead log, so
// that readers never wait. Any number of processes may share a file.
package gpkg

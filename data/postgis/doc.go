// Package postgis keeps snapshots in PostgreSQL with PostGIS, for servers that
// share one store.
//
// It is arranged as the GeoPackage store is: every distinct layer, told by its
// coverage.LayerHash, is one table such as roads_1a2b3c4d5e6f, filled once by
// COPY, never changed, with a GiST index on its geometry; snapshots refer to
// layers by hash. All tables are in one schema, kaimen unless the URL names
// another:
//
//	layers           hash -> table, columns, rows
//	snapshots        one row a snapshot: study, import time, report
//	snapshot_layers  which snapshot has which layers
//	scenarios        one row a saved scenario: study, id, document
//	migrations       the version of this arrangement
package postgis

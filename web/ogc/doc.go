// Package ogc serves collections of features by OGC API – Features: Part 1
// (core, OpenAPI 3.0, HTML, GeoJSON), Part 2 (coordinate systems, in the axis
// order of their authority), Part 3 with CQL2 (filters), and Part 5 (schemas).
// What QGIS and GDAL need beyond the standard is kept: docs/ogc.md. Where a
// server has vector tiles, they are found by OGC API – Tiles, Part 1.
//
// Where features come from is a Source; Snapshots is the one over the layers
// of studies. Features are written as they are read, so that an answer of any
// length takes little memory.
package ogc

package geopackage

import (
	"context"
	"database/sql"

	"kaimen/geo/crs"
)

// Numbers of systems that have no code: above those that EPSG gives.
const (
	numberGCJ02 = 990_002
	numberBD09  = 990_009
)

// Register writes a system into the list of those that a file's shapes are in,
// unless it is there, and returns its number (OGC 12-128r17, clause 1.1.2).
func Register(ctx context.Context, tx *sql.Tx, s crs.System) (srs int, err error) {
	organization := "EPSG"
	switch {
	case s == crs.WGS84:
		return WGS84, nil
	case s.Defined():
		srs = s.EPSG()
	case s == crs.MustParse("GCJ-02"):
		srs, organization = numberGCJ02, "NONE"
	default:
		srs, organization = numberBD09, "NONE"
	}
	_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
		s.Name(), srs, organization, srs, s.WKT(), s.String())
	return srs, err
}

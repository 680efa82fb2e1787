// Package zonal sums what is known of each demand point by the zones it lies
// in: building, grid, community, street, study. Weights are integers, so the
// levels add up exactly.
package zonal

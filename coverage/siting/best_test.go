package siting_test

import (
	"testing"

	"kaimen/coverage/siting"
)

// Best is held against trying every set of sites, on small problems of every
// model with every kind of bound.
func TestBestAgainstBruteForce(t *testing.T) {
	t.Parallel()
	checkAgainstBrute(t, siting.Best{}, []siting.Model{siting.Decay, siting.Median, siting.SetCover, siting.Center, siting.Backup, siting.MaxCover, siting.MaxMin})
}

package gpkg_test

import (
	"path/filepath"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/data/gpkg"
)

func TestStore(t *testing.T) {
	t.Parallel()
	coveragetest.Store(t, func(t *testing.T) coverage.Store { return open(t, filepath.Join(t.TempDir(), "store.gpkg")) })
}

// open opens the store at path until the test ends.
func open(t testing.TB, path string) *gpkg.Store {
	t.Helper()
	s, err := gpkg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

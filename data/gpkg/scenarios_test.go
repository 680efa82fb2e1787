package gpkg_test

import (
	"path/filepath"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/data/gpkg"

	"github.com/google/go-cmp/cmp"
)

func TestScenarios(t *testing.T) {
	t.Parallel()
	coveragetest.Scenarios(t, func(t *testing.T) coverage.Scenarios {
		return open(t, filepath.Join(t.TempDir(), "store.gpkg")).Scenarios()
	})
}

// A file of version 1 has no scenarios. It gets their table when it is opened,
// and what is in it stays.
func TestOpenOlder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	older, err := gpkg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	kept := village(t, 0)
	put(t, older, kept)
	if err := older.Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, path, "DROP TABLE kaimen_scenarios; UPDATE kaimen_schema SET version = 1")
	for range 2 { // the second time there is nothing to do
		store := open(t, path)
		s := coverage.SavedScenario{Study: "village", ID: "a", Text: []byte("{}"), MadeAt: time.Unix(0, 0), ChangedAt: time.Unix(0, 0)}
		if _, _, err := store.Scenarios().Put(t.Context(), s, coverage.Expected{}); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(t.Context(), kept.ID)
		if d := cmp.Diff(kept, got); err != nil || d != "" {
			t.Errorf("%v (-put +got):\n%s", err, d)
		}
	}
	if v := query[int](t, path, "SELECT version FROM kaimen_schema"); v != 2 {
		t.Errorf("version %d, want 2", v)
	}
}

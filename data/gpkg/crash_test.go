package gpkg_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/data/gpkg"

	"github.com/google/go-cmp/cmp"
)

// crashFile makes the test binary, started again, put a city into the file it
// names, to be killed while at it.
const crashFile = "KAIMEN_TEST_CRASH_FILE"

// crashRoads is large enough that the put outgrows SQLite's page cache, so
// that half of it is on disk, in the write-ahead log, when the process dies.
const crashRoads = 60_000

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		os.Exit(putUntilKilled(path))
	}
	os.Exit(m.Run())
}

func putUntilKilled(path string) int {
	store, err := gpkg.Open(path)
	if err == nil {
		err = store.Put(context.Background(), city(noTest{}, crashRoads))
	}
	fmt.Fprintln(os.Stderr, "the put ended before the kill:", err)
	return 1
}

// noTest stands in for the test in a process that runs none.
type noTest struct{ testing.TB }

func (noTest) Helper()        {}
func (noTest) Fatal(a ...any) { panic(fmt.Sprint(a...)) }

// A process is killed in the middle of a Put. The store opens again as it was
// before, and takes the same snapshot.
func TestKilledInPut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	kept := village(t, 0)
	store, err := gpkg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, store, kept)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashFile+"="+path)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	awaitLog(t, path+"-wal", 1<<20)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it says "killed"

	again := open(t, path)
	infos, err := again.List(t.Context())
	if err != nil || len(infos) != 1 || infos[0].ID != kept.ID {
		t.Errorf("after the kill: %v, %v; want the village alone", infos, err)
	}
	got, err := again.Get(t.Context(), kept.ID)
	if d := cmp.Diff(kept, got); err != nil || d != "" {
		t.Errorf("the village: %v (-put +got):\n%s", err, d)
	}
	if n := query[int](t, path, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'roads%'"); n != 0 {
		t.Errorf("%d traces of the roads", n)
	}
	s := city(t, crashRoads)
	put(t, again, s)
	if info, err := again.Current(t.Context(), "city"); err != nil || info.Counts[coverage.LayerRoads] != crashRoads {
		t.Errorf("the city, put again: %v, %v", info, err)
	}
}

// awaitLog waits until the write-ahead log has grown to size: rows of the
// put are on disk, and its end is still far.
func awaitLog(t *testing.T, path string, size int64) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() >= size {
			return
		}
	}
	t.Fatal("the child wrote nothing for a minute")
}

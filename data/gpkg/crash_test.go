package gpkg_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// A process is killed at several moments of a Put, early and late, no two runs
// alike. Each time the store opens again as it was before, and in the end it
// takes the same snapshot.
func TestKilledInPut(t *testing.T) {
	if testing.Short() {
		t.Skip("other processes are killed, which takes long: not with -short")
	}
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
	s := city(t, crashRoads)
	for i := range 4 {
		t.Run(fmt.Sprintf("kill %d", i+1), func(t *testing.T) {
			killAt(t, path, 1<<20+rand.Int64N(14<<20)) // the whole put writes some 20 MB of log
			checkKilled(t, path, kept, s)
		})
	}
	again := open(t, path)
	put(t, again, s)
	if info, err := again.Current(t.Context(), "city"); err != nil || info.Counts[coverage.LayerRoads] != crashRoads {
		t.Errorf("the city, put again: %v, %v", info, err)
	}
}

// killAt starts a child that puts the city, and kills it when its log is as
// long as size.
func killAt(t *testing.T, path string, size int64) {
	t.Helper()
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Fatal("there is a log before the child has begun: its length would say nothing")
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashFile+"="+path)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	if !awaitLog(t, path+"-wal", size, ended) {
		return // the put was done first; checkKilled sees that it is whole
	}
	_ = child.Process.Kill() // an error says that it has just ended by itself
	<-ended                  // it says "killed"
	t.Logf("killed at a log meant for %d bytes", size)
}

// checkKilled expects kept as it was, and of the city nothing: not a row, not a
// name. Only a child that was done before the kill leaves it, and then whole.
func checkKilled(t *testing.T, path string, kept, city *coverage.Snapshot) {
	t.Helper()
	store, err := gpkg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	got, err := store.Get(t.Context(), kept.ID)
	if d := cmp.Diff(kept, got); err != nil || d != "" {
		t.Errorf("the village: %v (-put +got):\n%s", err, d)
	}
	infos, err := store.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(infos) == 2 {
		if got, err := store.Get(t.Context(), city.ID); err != nil || len(got.Roads) != crashRoads {
			t.Errorf("the city is listed, but: %v", err)
		}
		t.Skip("the child was done before it was killed; it left the city whole")
	}
	if len(infos) != 1 || infos[0].ID != kept.ID {
		t.Errorf("after the kill: %v; want the village alone", infos)
	}
	if n := query[int](t, path, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'roads%'"); n != 0 {
		t.Errorf("%d traces of the roads", n)
	}
}

// awaitLog waits until the write-ahead log has grown to size, so that rows of
// the put are on disk and its end is still to come; false if the child ended
// before.
func awaitLog(t *testing.T, path string, size int64, ended <-chan error) bool {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		if info, err := os.Stat(path); err == nil && info.Size() >= size {
			return true
		}
		select {
		case <-ended:
			return false
		case <-deadline:
			t.Fatal("the child wrote too little for a minute, and did not end")
		case <-time.After(time.Millisecond):
		}
	}
}

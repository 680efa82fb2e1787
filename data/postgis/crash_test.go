package postgis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/data/postgis"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// crashURL makes the test binary, started again, put a city into the store it
// names, to be killed while at it.
const crashURL = "KAIMEN_TEST_CRASH_URL"

// crashRoads take long enough to put that the kill comes first.
const crashRoads = 60_000

func TestMain(m *testing.M) {
	if url := os.Getenv(crashURL); url != "" {
		os.Exit(putUntilKilled(url))
	}
	os.Exit(m.Run())
}

func putUntilKilled(url string) int {
	store, err := postgis.Open(context.Background(), url)
	if err == nil {
		err = store.Put(context.Background(), city(noTest{}, 1, crashRoads))
	}
	fmt.Fprintln(os.Stderr, "the put ended before the kill:", err)
	return 1
}

// noTest stands in for the test in a process that runs none.
type noTest struct{ testing.TB }

func (noTest) Helper()        {}
func (noTest) Fatal(a ...any) { panic(fmt.Sprint(a...)) }

// A process is killed at several moments of a Put, no two runs alike. Each time
// the store is as it was before, and in the end it takes the same snapshot.
func TestKilledInPut(t *testing.T) {
	t.Parallel()
	url := freshURL(t)
	store := open(t, url)
	kept := park(t, 0)
	if err := store.Put(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	s := city(t, 1, crashRoads)
	conn := connect(t, url)
	for i := range 4 {
		t.Run(fmt.Sprintf("kill %d", i+1), func(t *testing.T) {
			killAt(t, conn, url, 1+rand.IntN(crashRoads-10_000))
			checkKilled(t, store, conn, schemaOf(t, url), kept, s)
		})
	}
	if err := store.Put(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if info, err := store.Current(t.Context(), "city"); err != nil || info.Counts[coverage.LayerRoads] != crashRoads {
		t.Errorf("the city, put again: %v, %v", info, err)
	}
}

// killAt starts a child that puts the city, and kills it when the server has
// taken so many of its rows.
func killAt(t *testing.T, conn *pgx.Conn, url string, rows int) {
	t.Helper()
	name := "crash_" + schemaOf(t, url)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashURL+"="+url+"&application_name="+name)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	const progress = `SELECT coalesce(max(c.tuples_processed), 0) FROM pg_stat_progress_copy c
		JOIN pg_stat_activity a USING (pid) WHERE a.application_name = $1`
	ended := make(chan struct{})
	go func() {
		_ = child.Wait() // it says "killed"; or the put was done first, and checkKilled sees that it is whole
		close(ended)
	}()
	taken := await(t, conn, progress, name, func(n int) bool {
		select {
		case <-ended:
			return true
		default:
			return n >= rows
		}
	})
	_ = child.Process.Kill() // an error says that it has just ended by itself
	<-ended
	// The server notices when it next writes to the child or reads from it.
	await(t, conn, "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", name, func(n int) bool { return n == 0 })
	t.Logf("killed at row %d, meant for %d", taken, rows)
}

// await asks for a number until it is as wanted.
func await(t *testing.T, conn *pgx.Conn, query, name string, wanted func(int) bool) (n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if err := conn.QueryRow(t.Context(), query, name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if wanted(n) {
			return n
		}
	}
	t.Fatalf("for a minute: %s: %d", query, n)
	return n
}

// checkKilled expects kept as it was, and of the city not even a table. Only a
// child that was done before the kill leaves it, and then whole.
func checkKilled(t *testing.T, store *postgis.Store, conn *pgx.Conn, schema string, kept, city *coverage.Snapshot) {
	t.Helper()
	got, err := store.Get(t.Context(), kept.ID)
	if d := cmp.Diff(kept, got); err != nil || d != "" {
		t.Errorf("the park: %v (-put +got):\n%s", err, d)
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
		t.Errorf("after the kill: %v; want the park alone", infos)
	}
	var tables int
	err = conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = $1 AND tablename LIKE 'roads%'", schema).Scan(&tables)
	if err != nil || tables != 0 {
		t.Errorf("%d tables of roads, %v", tables, err)
	}
}

// One facility of a city is edited. Its roads stay where they are: the same
// file, and in it the rows of the first put's transaction.
func TestUnchangedLayersAreNotWritten(t *testing.T) {
	t.Parallel()
	url := freshURL(t)
	store := open(t, url)
	conn := connect(t, url)
	roads := city(t, 1, 5_000).Layers
	table := ""
	about := func() (is string) {
		err := conn.QueryRow(t.Context(), fmt.Sprintf(`SELECT format('file %%s, rows %%s, written in %%s to %%s', pg_relation_filenode('%[1]s'),
			count(*), min(xmin::text::bigint), max(xmin::text::bigint)) FROM %[1]s`, table)).Scan(&is)
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	var before string
	for seed := range 3 {
		layers := roads
		layers.Facilities = park(t, seed).Facilities
		s, err := coverage.NewSnapshot(coverage.Study{ID: "city"}, layers, coverage.Report{}, time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Put(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if seed == 0 {
			table = fmt.Sprintf("%s.roads_%s", schemaOf(t, url), s.Hashes[coverage.LayerRoads][:12])
			before = about()
		}
		if after := about(); after != before || !strings.Contains(after, "rows 5000,") {
			t.Errorf("the roads: %s; they were: %s", after, before)
		}
	}
}

// What is deleted leaves no table, and what others use stays.
func TestDeleteLeavesNoTrace(t *testing.T) {
	t.Parallel()
	url := freshURL(t)
	store := open(t, url)
	for seed := range 5 {
		if err := store.Put(t.Context(), park(t, seed)); err != nil {
			t.Fatal(err)
		}
	}
	for seed := range 4 {
		if err := store.Delete(t.Context(), park(t, seed).ID); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := connect(t, url).Query(t.Context(), `SELECT f_table_name::text FROM public.geometry_columns WHERE f_table_schema = $1 ORDER BY 1`, schemaOf(t, url))
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	left := park(t, 4)
	want := []string{
		fmt.Sprintf("boundaries_%s", left.Hashes[coverage.LayerBoundaries][:12]),
		fmt.Sprintf("facilities_%s", left.Hashes[coverage.LayerFacilities][:12]),
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("the tables left: %v (-want +got):\n%s", err, d)
	}
}

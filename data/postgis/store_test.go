package postgis_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/data/postgis"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// address names a database in which the tests may make schemas.
const address = "KAIMEN_TEST_POSTGRES"

// freshURL is the tests' database with a schema that is not there yet, and is
// removed when the test ends.
func freshURL(t testing.TB) string {
	t.Helper()
	fresh, schema := coveragetest.Postgres(t)
	u, err := url.Parse(fresh)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { execute(t, "DROP SCHEMA IF EXISTS "+schema+" CASCADE") })
	values := u.Query()
	values.Set("pool_max_conns", "6") // many stores are open at once
	u.RawQuery = values.Encode()
	return u.String()
}

func open(t testing.TB, url string) *postgis.Store {
	t.Helper()
	s, err := postgis.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// connect opens the tests' database past the store.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	delete(config.RuntimeParams, "pool_max_conns") // a word of the pool's, unknown to the server
	conn, err := pgx.ConnectConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func execute(t testing.TB, text string) {
	t.Helper()
	if _, err := connect(t, os.Getenv(address)).Exec(context.Background(), text); err != nil {
		t.Error(err)
	}
}

func schemaOf(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("search_path")
}

func TestStore(t *testing.T) {
	t.Parallel()
	coveragetest.Store(t, func(t *testing.T) coverage.Store { return open(t, freshURL(t)) })
}

// Eight starters of one new schema: all of them get a store, and see each
// other's snapshots.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	url := freshURL(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			s, err := postgis.Open(t.Context(), url)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			defer func() { _ = s.Close() }()
			if err := s.Put(t.Context(), park(t, i)); err != nil {
				t.Errorf("put: %v", err)
			}
		})
	}
	all.Wait()
	infos, err := open(t, url).List(t.Context())
	if err != nil || len(infos) != 8 {
		t.Errorf("List has %d snapshots, %v; want 8", len(infos), err)
	}
}

// park is a study of one facility, told apart by seed, in one street.
func park(t testing.TB, seed int) *coverage.Snapshot {
	t.Helper()
	s, err := coverage.NewSnapshot(coverage.Study{ID: "yuan"}, coverage.Layers{
		Boundaries: []coverage.Boundary{{
			ID: "s1", Level: coverage.LevelStreet,
			Area: orb.MultiPolygon{{{{105, 29}, {106, 29}, {106, 30}, {105, 30}, {105, 29}}}},
		}},
		Facilities: []coverage.Facility{{ID: "f1", Kind: "park", Name: "口袋公园", At: orb.Point{105.5, 29 + float64(seed)/10}}},
	}, coverage.Report{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Equal layers are one table; PostGIS knows them as what they are.
func TestLayersArePlainTables(t *testing.T) {
	t.Parallel()
	url := freshURL(t)
	store := open(t, url)
	for _, seed := range []int{0, 1, 2, 1} {
		if err := store.Put(t.Context(), park(t, seed)); err != nil {
			t.Fatal(err)
		}
	}
	conn := connect(t, url)
	var tables, points, indexes int
	err := conn.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE type = 'POINT' AND srid = 4326)
		FROM public.geometry_columns WHERE f_table_schema = $1`, schemaOf(t, url)).Scan(&tables, &points)
	if err != nil || tables != 4 || points != 3 { // 1 of boundaries, 3 of facilities
		t.Errorf("%d tables, %d of points, %v; want 4 and 3", tables, points, err)
	}
	// The catalog's own rows: pg_indexes would open every index, also of schemas that another test drops meanwhile.
	err = conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_index i
		JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE n.nspname = $1 AND m.amname = 'gist' AND a.attname = 'geom'`, schemaOf(t, url)).Scan(&indexes)
	if err != nil || indexes != 4 {
		t.Errorf("%d spatial indexes, %v; want 4", indexes, err)
	}
}

// A layer that someone changed does not pass under the old id.
func TestChangedLayerIsFound(t *testing.T) {
	t.Parallel()
	url := freshURL(t)
	store := open(t, url)
	s := park(t, 0)
	if err := store.Put(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	execute(t, fmt.Sprintf("UPDATE %s.facilities_%s SET name = ''", schemaOf(t, url), s.Hashes[coverage.LayerFacilities][:12]))
	if _, err := store.Get(t.Context(), s.ID); coverage.CodeOf(err) != coverage.Conflict || !strings.Contains(err.Error(), "facilities") {
		t.Errorf("get of a changed layer: %v; want conflict, naming the layer", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	newer := freshURL(t)
	if err := open(t, newer).Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, fmt.Sprintf("INSERT INTO %s.migrations (version_id, is_applied) VALUES (9, true)", schemaOf(t, newer)))
	missing := strings.Replace(newer, "/kaimen?", "/no_such_database?", 1)
	for _, tc := range []struct {
		name, url string
		code      coverage.ErrorCode
		says      string
	}{
		{"no url", "postgres://%zz", coverage.Invalid, "write it as postgres://"},
		{"two schemas", strings.Replace(newer, "search_path=", "search_path=public,", 1), coverage.Invalid, "name one schema"},
		{"nobody there", "postgres://kaimen:secret@127.0.0.1:1/kaimen", coverage.Unavailable, "does not answer"},
		{"no database", missing, coverage.Invalid, "make it with createdb"},
		{"a newer store", newer, coverage.Unsupported, "upgrade Kaimen"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.name == "no database" && missing == newer {
				t.Skip("the tests' database is not named kaimen")
			}
			s, err := postgis.Open(context.Background(), tc.url)
			if err == nil {
				_ = s.Close()
			}
			if coverage.CodeOf(err) != tc.code || !strings.Contains(fmt.Sprint(err), tc.says) {
				t.Errorf("open: %v (%s); want %s and %q", err, coverage.CodeOf(err), tc.code, tc.says)
			}
			if strings.Contains(fmt.Sprint(err), "secret") {
				t.Errorf("the message tells the password: %v", err)
			}
		})
	}
}

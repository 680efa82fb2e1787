package reach_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// pgRouting gives the same costs to the last millimeter and millisecond, on the
// edges of a city, from twenty nodes to all within reach and to each other.
// Everything happens in a transaction that is taken back.
func TestPgRoutingAgrees(t *testing.T) {
	t.Parallel()
	address := os.Getenv("KAIMEN_TEST_POSTGRES")
	if address == "" {
		t.Skip("skipped: KAIMEN_TEST_POSTGRES names no PostgreSQL")
	}
	n := onCity(t)
	random := rand.New(rand.NewPCG(20, 26))
	var origins []int64
	for len(origins) < 20 {
		origins = append(origins, random.Int64N(int64(n.NodeCount())))
	}
	for _, tc := range []struct {
		name    string
		options reach.Options
		cutoff  network.Cost
	}{
		{"time", reach.Options{Metric: network.Time}, quarter},
		{"length", reach.Options{Metric: network.Length}, brisk},
		{"length toward", reach.Options{Metric: network.Length, Direction: network.Toward}, brisk},
		{"with the other metric", reach.Options{Metric: network.Time, Both: true, Owners: true}, quarter},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tx := routing(t, address)
			layEdges(t, tx, n, tc.options)
			compareReach(t, tx, n, tc.options, origins, tc.cutoff)
			compareMatrix(t, tx, n, tc.options, origins)
		})
	}
}

// routing is a transaction in which pgRouting is installed; the test is skipped
// where the server does not have it.
func routing(t *testing.T, address string) pgx.Tx {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // which takes the transaction back
	var there bool
	if err := conn.QueryRow(t.Context(), "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'pgrouting'").Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		t.Skip("skipped: the server has no pgRouting (Debian: postgresql-15-pgrouting)")
	}
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// One at a time: two that create the extension at once would wait for each other.
	for _, statement := range []string{
		"SELECT pg_advisory_xact_lock(7465637)",
		"CREATE EXTENSION IF NOT EXISTS pgrouting CASCADE",
		"CREATE TEMPORARY TABLE edges (id bigint, source bigint, target bigint, cost float8, reverse_cost float8) ON COMMIT DROP",
	} {
		if _, err := tx.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return tx
}

// edgesQuery is how pgRouting is given the edges.
const edgesQuery = "SELECT id, source, target, cost, reverse_cost FROM edges"

// layEdges copies the edges with their whole costs; nodes are numbered from 1.
// A search toward its start is one over the edges turned round.
func layEdges(t *testing.T, tx pgx.Tx, n *network.Network, o reach.Options) {
	t.Helper()
	cost := func(c network.Cost) float64 {
		if c == network.Unreached {
			return -1 // no way
		}
		return float64(c)
	}
	_, err := tx.CopyFrom(t.Context(), pgx.Identifier{"edges"}, []string{"id", "source", "target", "cost", "reverse_cost"},
		pgx.CopyFromSlice(n.EdgeCount(), func(i int) ([]any, error) {
			e := n.Edge(int32(i))
			onward, back := cost(e.Forward(o.Metric)), cost(e.Backward(o.Metric))
			if o.Direction == network.Toward {
				onward, back = back, onward
			}
			return []any{int64(i) + 1, int64(e.Tail) + 1, int64(e.Head) + 1, onward, back}, nil
		}))
	if err != nil {
		t.Fatal(err)
	}
}

// numbered are the origins as pgRouting knows them.
func numbered(origins []int64) []int64 {
	out := make([]int64, len(origins))
	for i, o := range origins {
		out[i] = o + 1
	}
	return out
}

func compareReach(t *testing.T, tx pgx.Tx, n *network.Network, o reach.Options, origins []int64, cutoff network.Cost) {
	t.Helper()
	rows, err := tx.Query(t.Context(), "SELECT from_v, node, agg_cost FROM pgr_drivingDistance($1, $2::bigint[], $3::float8, true)",
		edgesQuery, numbered(origins), float64(cutoff))
	if err != nil {
		t.Fatal(err)
	}
	theirs := make(map[[2]int64]float64)
	var origin, node int64
	var cost float64
	if _, err := pgx.ForEachRow(rows, []any{&origin, &node, &cost}, func() error {
		theirs[[2]int64{origin - 1, node - 1}] = cost
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s := reach.NewSearch(n, o)
	reached := 0
	for _, origin := range origins {
		if err := s.Run(t.Context(), []reach.Seed{{Node: int32(origin)}}, cutoff); err != nil {
			t.Fatal(err)
		}
		reached += len(s.Touched())
		for _, node := range s.Touched() {
			if cost, ok := theirs[[2]int64{origin, int64(node)}]; !ok || cost != float64(s.Cost(node)) {
				t.Fatalf("from %d to %d: %d, pgRouting says %v (%v)", origin, node, s.Cost(node), cost, ok)
			}
		}
	}
	if reached != len(theirs) {
		t.Fatalf("%d nodes within reach, pgRouting says %d", reached, len(theirs))
	}
	t.Logf("%d nodes within reach of %d, all alike", reached, len(origins))
}

func compareMatrix(t *testing.T, tx pgx.Tx, n *network.Network, o reach.Options, origins []int64) {
	t.Helper()
	rows, err := tx.Query(t.Context(), "SELECT start_vid, end_vid, agg_cost FROM pgr_dijkstraCostMatrix($1, $2::bigint[], true)", edgesQuery, numbered(origins))
	if err != nil {
		t.Fatal(err)
	}
	theirs := make(map[string]float64)
	var from, to int64
	var cost float64
	if _, err := pgx.ForEachRow(rows, []any{&from, &to, &cost}, func() error {
		theirs[fmt.Sprint(from-1, to-1)] = cost
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s := reach.NewSearch(n, o)
	found := 0
	for _, from := range origins {
		if err := s.Run(t.Context(), []reach.Seed{{Node: int32(from)}}, network.Unreached); err != nil {
			t.Fatal(err)
		}
		for _, to := range origins {
			if from == to || s.Cost(int32(to)) == network.Unreached {
				continue // pgRouting's matrix has no rows for these
			}
			found++
			if cost, ok := theirs[fmt.Sprint(from, to)]; !ok || cost != float64(s.Cost(int32(to))) {
				t.Errorf("from %d to %d: %d, pgRouting says %v (%v)", from, to, s.Cost(int32(to)), cost, ok)
			}
		}
	}
	if found != len(theirs) {
		t.Errorf("%d pairs have a way, pgRouting says %d", found, len(theirs))
	}
}

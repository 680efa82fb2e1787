package main

import (
	"math"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
	"kaimen/geo/geojson"
	"kaimen/geo/index"
)

// Over a thousand origins of a real city, no place of the road within reach
// lies outside its ring: looked at every four meters and at every vertex.
func TestCityRingsHoldAllReachedRoad(t *testing.T) {
	t.Parallel()
	n := cityNetwork(t)
	d := cityGround(t, n).NewDrawer(reach.Options{Metric: network.Time})
	places := placesIn(n, 1000)
	samples, reached, drawnUnreached := 0, 0.0, 0.0
	for i, place := range places {
		rings, err := d.Polygons(t.Context(), []network.Snap{place}, []network.Cost{quarter}, 0)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := d.Lines(t.Context(), []network.Snap{place}, []network.Cost{quarter})
		if err != nil {
			t.Fatal(err)
		}
		area := index.NewAreas(1, func(int) orb.MultiPolygon { return rings[0].Area })
		for _, line := range lines[0].Lines {
			count, outside := places4m(line, area)
			samples += count
			if outside > 0 {
				t.Fatalf("origin %d: %d places of the reached road lie outside", i, outside)
			}
		}
		if i%50 == 0 { // the share of other road, on a few
			reached += rings[0].ReachedM
			drawnUnreached += roadWithin(n, rings[0].Area, area) - rings[0].ReachedM
		}
	}
	t.Logf("%d places of reached road, all inside; %.2f %% of the road inside is not reached", samples,
		100*drawnUnreached/(reached+drawnUnreached))
}

// places4m counts places along a line, and how many of them lie outside.
func places4m(line orb.LineString, area *index.Areas) (count, outside int) {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		steps := math.Ceil(geo.Distance(a, b) / 4)
		for k := 0.0; k <= steps; k++ {
			count++
			share := k / max(steps, 1)
			if _, inside := area.First(orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}); !inside {
				outside++
			}
		}
	}
	return count, outside
}

// roadWithin is the length of all road inside, by places every four meters.
func roadWithin(n *network.Network, m orb.MultiPolygon, area *index.Areas) float64 {
	box, meters := m.Bound(), 0.0
	for e := range int32(n.EdgeCount()) {
		line := n.LineOf(e)
		if !line.Bound().Intersects(box) {
			continue
		}
		count, outside := places4m(line, area)
		meters += float64(n.Edge(e).Length) / 1000 * float64(count-outside) / float64(count)
	}
	return meters
}

// PostGIS finds the rings of a real city valid, as they are printed, and of the
// area told, from a thousand random places; and each in the next, from fifty.
func TestCityRingsInPostGIS(t *testing.T) {
	t.Parallel()
	address := os.Getenv("KAIMEN_TEST_POSTGRES")
	if address == "" {
		t.Skip("skipped: KAIMEN_TEST_POSTGRES names no PostgreSQL with PostGIS")
	}
	n := cityNetwork(t)
	db, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	for direction, minHole := range map[network.Direction]float64{network.Away: 0, network.Toward: 5000} {
		d := cityGround(t, n).NewDrawer(reach.Options{Metric: network.Time, Direction: direction})
		for i, place := range placesIn(n, 500) {
			cutoffs := []network.Cost{quarter}
			if i%20 == 0 {
				cutoffs = []network.Cost{quarter / 3, 2 * quarter / 3, quarter}
			}
			rings, err := d.Polygons(t.Context(), []network.Snap{place}, cutoffs, minHole)
			if err != nil {
				t.Fatal(err)
			}
			judge(t, db, i, rings)
		}
	}
}

func judge(t *testing.T, db *pgx.Conn, origin int, rings []isochrone.Ring) {
	t.Helper()
	inner := "" // as GeoJSON
	for k, ring := range rings {
		if ring.Area == nil {
			continue
		}
		text, err := geojson.AppendGeometry(nil, ring.Area)
		if err != nil {
			t.Fatal(err)
		}
		var valid, nested bool
		var reason string
		var area float64
		err = db.QueryRow(t.Context(), `
			WITH g AS (SELECT ST_GeomFromGeoJSON($1) AS ring)
			SELECT ST_IsValid(ring), ST_IsValidReason(ring), $2 = '' OR ST_CoveredBy(ST_GeomFromGeoJSON(NULLIF($2, '')), ring), ST_Area(ring::geography)
			FROM g`, string(text), inner).Scan(&valid, &reason, &nested, &area)
		if err != nil {
			t.Fatal(err)
		}
		if !valid || !nested {
			t.Errorf("origin %d, ring %d: valid %v (%s), holds the ring before %v", origin, k, valid, reason, nested)
		}
		// Ours is on a sphere, theirs on the ellipsoid: up to 0.7 % apart.
		if math.Abs(area-ring.AreaM2) > 0.007*area {
			t.Errorf("origin %d, ring %d: %.0f m², PostGIS has %.0f", origin, k, ring.AreaM2, area)
		}
		inner = string(text)
	}
}

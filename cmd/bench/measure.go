package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kaimen/coverage/network"
	"kaimen/data"
	"kaimen/data/sample"
)

// What searches are bounded by: 15 minutes in milliseconds, and 15 minutes at
// 5 km/h in millimeters.
const (
	quarter network.Cost = 15 * 60_000
	brisk   network.Cost = 1_250_000
)

// group is figures that are taken together.
type group struct {
	name string
	take func(ctx context.Context, work string) ([]row, error)
}

// groups are all figures, in the order in which they are told.
func groups() []group {
	return []group{
		{"city", networkAndSearchRows},
		{"indicators", indicatorRows},
		{"siting", func(ctx context.Context, _ string) ([]row, error) { return sitingRows(ctx) }},
		{"stream", streamRows},
		{"load", loadRows},
	}
}

func groupNames() string {
	var names []string
	for _, g := range groups() {
		names = append(names, g.name)
	}
	return strings.Join(names, ", ")
}

// measure takes the figures of the groups named, of all if none is.
func measure(ctx context.Context, only string) (rows []row, err error) {
	wanted := strings.FieldsFunc(only, func(c rune) bool { return c == ',' })
	for _, name := range wanted {
		if !slices.ContainsFunc(groups(), func(g group) bool { return g.name == name }) {
			return nil, fmt.Errorf("-only %s: there is no such group; there are %s", name, groupNames())
		}
	}
	for _, g := range groups() {
		if len(wanted) > 0 && !slices.Contains(wanted, g.name) {
			continue
		}
		work, err := os.MkdirTemp("", "kaimen-bench-*")
		if err != nil {
			return nil, err
		}
		more, err := g.take(ctx, work)
		_ = os.RemoveAll(work) // a leftover in the temporary folder does no harm
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// networkAndSearchRows measures imports, networks and searches: on the roads of a city, and
// on larger ones.
func networkAndSearchRows(ctx context.Context, work string) ([]row, error) {
	name, manifest, err := city(ctx, work)
	if err != nil {
		return nil, err
	}
	extract, err := extractPath(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := extractRows(ctx, work, extract)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	snapshot, _, err := data.Import(ctx, manifest, data.Options{Now: start})
	if err != nil {
		return nil, err
	}
	imported := time.Since(start)
	rows = append(rows, told(name+": import, files to snapshot", imported.Seconds(), "s",
		fmt.Sprintf("%d roads, %d demand points", len(snapshot.Roads), len(snapshot.Demand))))
	n, built, err := networkRows(ctx, name, snapshot)
	if err != nil {
		return nil, err
	}
	rows = append(rows, built...)
	rows = append(rows, snapRows(name, n)...)
	for _, take := range []func(context.Context, string, *network.Network) ([]row, error){searchRows, pairRows, nearestRows, tableRows, isochroneRows, whatifRows, linkRows} {
		more, err := take(ctx, name, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	tiles, err := tileRows(ctx, work, name, snapshot)
	if err != nil {
		return nil, err
	}
	rows = append(rows, tiles...)
	scaling, err := scaleRows(ctx, name, n, snapshot.Roads, extract)
	return append(rows, scaling...), err
}

// fastest runs each function rounds times and tells the least time of each, in
// seconds. They take turns, so that a busy neighbor on the machine spoils none
// of them more than the others.
func fastest(rounds int, fs ...func() error) ([]float64, error) {
	best := make([]float64, len(fs))
	for round := range rounds {
		for i, f := range fs {
			start := time.Now()
			if err := f(); err != nil {
				return nil, err
			}
			if took := time.Since(start).Seconds(); round == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	return best, nil
}

// city writes a manifest over the real city, or the sample district.
func city(ctx context.Context, work string) (name, manifest string, err error) {
	shared := os.Getenv("KAIMEN_SHARED_DATA")
	if shared == "" {
		shared = "../shared/data"
	}
	poa, err := filepath.Abs(filepath.Join(shared, "porto-alegre"))
	if err != nil {
		return "", "", err
	}
	if _, err := os.Stat(filepath.Join(poa, "poa.osm.pbf")); err != nil {
		_, err := sample.Write(ctx, work, sample.Options{})
		return "sample", filepath.Join(work, "study.yaml"), err
	}
	manifest = filepath.Join(work, "study.yaml")
	text := fmt.Sprintf(`study: porto-alegre
crs: EPSG:4326
sources:
  roads:      [{file: %[1]s/poa.osm.pbf}]
  boundaries: [{file: %[1]s/poa_hexgrid.geojson, level: grid, fields: {id: id}}]
  demand:     [{file: %[1]s/poa_hexgrid.csv, fields: {id: id, x: lon, y: lat, people: population}}]
  facilities: [{file: %[1]s/poa_hexgrid.csv, kind: school, where: "schools > 0", fields: {id: id, x: lon, y: lat}}]
`, poa)
	return "Porto Alegre", manifest, os.WriteFile(manifest, []byte(text), 0o644)
}

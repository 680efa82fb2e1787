package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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

// measure takes all figures.
func measure(ctx context.Context) ([]row, error) {
	work, err := os.MkdirTemp("", "kaimen-bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }() // a leftover in the temporary folder does no harm
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
	indicators, err := indicatorRows(ctx, work)
	if err != nil {
		return nil, err
	}
	rows = append(rows, indicators...)
	sited, err := sitingRows(ctx)
	if err != nil {
		return nil, err
	}
	rows = append(rows, sited...)
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

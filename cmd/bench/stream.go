package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/gpkg"
)

// streamRows measures what it takes of a server to send half a million
// features: page by page to ogr2ogr, and in one answer.
func streamRows(ctx context.Context, work string) (rows []row, err error) {
	const features = 500_000
	path := filepath.Join(work, "many.gpkg")
	if err := writeMany(ctx, path, features); err != nil {
		return nil, err
	}
	server, err := startChild(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	const layer, collection = "/api/v1/studies/many/layers/demand", "many.demand"
	// Both ways of asking open the study; that is not what is measured.
	for _, path := range []string{layer + "?limit=1", "/ogc/collections/" + collection + "/items?limit=1"} {
		if _, err := server.must(ctx, path); err != nil {
			return nil, err
		}
	}
	grown := func(do func() error) (mb, seconds float64, err error) {
		before, err := server.settle(ctx)
		if err != nil {
			return 0, 0, err
		}
		start := time.Now()
		if err := do(); err != nil {
			return 0, 0, err
		}
		return server.peak() - before, time.Since(start).Seconds(), nil
	}
	name := fmt.Sprintf("%d features", features)
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: ogr2ogr is not there: its row is passed over")
	} else {
		read := 0
		mb, seconds, err := grown(func() (err error) {
			read, err = copyByOGR(ctx, server.base+"/ogc", collection, filepath.Join(work, "copy.gpkg"))
			return err
		})
		if err != nil {
			return nil, err
		}
		if read != features {
			return nil, fmt.Errorf("ogr2ogr has read %d features of %d", read, features)
		}
		rows = append(rows, atMost(name+" to ogr2ogr over OGC API: server's memory grows by", mb, "MB", 64, fmt.Sprintf("%.3g s with ogr2ogr", seconds)))
	}
	for _, form := range []string{"geojson", "csv", "geojsonl"} {
		var bytes int64
		mb, seconds, err := grown(func() (err error) { bytes, err = server.must(ctx, layer+"?f="+form); return err })
		if err != nil {
			return nil, err
		}
		rows = append(rows, atMost(name+" in one answer as "+form+": server's memory grows by", mb, "MB", 64,
			fmt.Sprintf("%.3g s, %.3g MB", seconds, float64(bytes)/1e6)))
	}
	return rows, nil
}

// writeMany makes a study of that many points with their people.
func writeMany(ctx context.Context, path string, n int) (err error) {
	var layers coverage.Layers
	for i := range n {
		people, err := coverage.AmountOf(float64(i % 97))
		if err != nil {
			return err
		}
		layers.Demand = append(layers.Demand, coverage.Demand{
			ID: strconv.Itoa(i), At: orb.Point{105 + float64(i%1000)/1e4, 29.5 + float64(i/1000)/1e4},
			Weights: map[string]coverage.Amount{coverage.WeightPeople: people, "households": people},
		})
	}
	snapshot, err := coverage.NewSnapshot(coverage.Study{ID: "many"}, layers, coverage.Report{}, time.Now())
	if err != nil {
		return err
	}
	store, err := gpkg.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(store.Put(ctx, snapshot), store.Close())
}

// copyByOGR has GDAL read a collection, and counts what it has written.
func copyByOGR(ctx context.Context, address, collection, to string) (int, error) {
	if out, err := exec.CommandContext(ctx, "ogr2ogr", "-oo", "PAGE_SIZE=10000", to, "OAPIF:"+address, collection).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("ogr2ogr: %w: %s", err, out)
	}
	out, err := exec.CommandContext(ctx, "ogrinfo", "-so", "-al", to).Output()
	if err != nil {
		return 0, fmt.Errorf("ogrinfo: %w", err)
	}
	_, after, _ := strings.Cut(string(out), "Feature Count: ")
	line, _, _ := strings.Cut(after, "\n")
	return strconv.Atoi(strings.TrimSpace(line))
}

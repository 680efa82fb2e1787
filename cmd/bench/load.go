package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"kaimen/coverage"
	"kaimen/data"
	"kaimen/data/gpkg"
	"kaimen/data/sample"
)

// The load: so many clients for so long. Each looks at an answer for up to
// longestLook before it asks again, as who moves a map does, a program that draws
// tiles on the way; beside that is told what they see who never look at all.
const (
	loadClients = 200
	loadSeconds = 60
	longestLook = 300 * time.Millisecond
)

// visit is what one client has asked of.
type visit struct {
	kind   string
	millis float64
	status int // 0 for no answer
}

// loadRows measures what 200 clients at once see who look at the sample
// district: tiles, pages of features, and coverage with ever new cutoffs.
func loadRows(ctx context.Context, work string) (rows []row, err error) {
	snapshot, path, err := sampleStore(ctx, work)
	if err != nil {
		return nil, err
	}
	server, err := startChild(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	asker := &visitor{server: server, snapshot: snapshot, kinds: kindsOf(snapshot), client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: loadClients, MaxConnsPerHost: loadClients, DisableCompression: true},
	}}
	for _, kind := range asker.questions() { // the first of each opens the study; that is not what is measured
		if _, err := server.must(ctx, kind.path(rand.New(rand.NewPCG(1, 1)))); err != nil {
			return nil, err
		}
	}
	rows = asker.told(asker.all(ctx, longestLook))
	restless := asker.all(ctx, 0)
	return append(rows, told(fmt.Sprintf("sample: the same clients, asking again at once for %d s: p99", loadSeconds), share(millisOf(restless), 99), "ms",
		fmt.Sprintf("%d answers, %.0f a second, %d of them errors; median %.3g ms", len(restless), float64(len(restless))/loadSeconds, broken(restless), share(millisOf(restless), 50)))), nil
}

// all are the visits of all clients, each of whom looks at an answer for up to
// longest.
func (v *visitor) all(ctx context.Context, longest time.Duration) []visit {
	until, cancel := context.WithTimeout(ctx, loadSeconds*time.Second)
	defer cancel()
	seen := make([][]visit, loadClients)
	var all sync.WaitGroup
	for i := range seen {
		all.Go(func() { seen[i] = v.visit(until, uint64(i), longest) })
	}
	all.Wait()
	return slices.Concat(seen...)
}

// broken counts the visits that ended in an error.
func broken(list []visit) (n int) {
	for _, one := range list {
		if one.status == 0 || one.status >= http.StatusBadRequest {
			n++
		}
	}
	return n
}

func millisOf(list []visit) (millis []float64) {
	for _, one := range list {
		millis = append(millis, one.millis)
	}
	return millis
}

// sampleStore is the sample district in a store.
func sampleStore(ctx context.Context, work string) (snapshot *coverage.Snapshot, path string, err error) {
	if _, err := sample.Write(ctx, work, sample.Options{}); err != nil {
		return nil, "", err
	}
	if snapshot, _, err = data.Import(ctx, filepath.Join(work, "study.yaml"), data.Options{Now: time.Now()}); err != nil {
		return nil, "", err
	}
	path = filepath.Join(work, "sample.gpkg")
	store, err := gpkg.Open(path)
	if err != nil {
		return nil, "", err
	}
	return snapshot, path, errors.Join(store.Put(ctx, snapshot), store.Close())
}

func kindsOf(s *coverage.Snapshot) []string {
	var kinds []string
	for _, f := range s.Facilities {
		kinds = append(kinds, f.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// visitor asks as a map and a GIS would.
type visitor struct {
	server   *child
	snapshot *coverage.Snapshot
	kinds    []string
	client   *http.Client
}

// askedOf is one kind of question, and how many of a hundred are of it.
type askedOf struct {
	name  string
	share int
	path  func(r *rand.Rand) string
}

func (v *visitor) questions() []askedOf {
	study, box := v.snapshot.Study.ID, v.snapshot.Bounds()
	within := func(r *rand.Rand, axis int) float64 { return box.Min[axis] + r.Float64()*(box.Max[axis]-box.Min[axis]) }
	return []askedOf{
		{"tile", 70, func(r *rand.Rand) string {
			z := 11 + r.IntN(6)
			at := maptile.At(orb.Point{within(r, 0), within(r, 1)}, maptile.Zoom(z))
			layer := []string{"boundaries", "buildings", "roads", "landcover"}[r.IntN(4)]
			return fmt.Sprintf("/tiles/%s/%s/%s/%d/%d/%d.mvt", study, v.snapshot.ID, layer, z, at.X, at.Y)
		}},
		{"features", 20, func(r *rand.Rand) string {
			x, y := within(r, 0), within(r, 1)
			layer := []string{"buildings", "facilities", "roads"}[r.IntN(3)]
			return fmt.Sprintf("/ogc/collections/%s.%s/items?limit=100&bbox=%.4f,%.4f,%.4f,%.4f", study, layer, x, y, x+0.01, y+0.01)
		}},
		{"coverage", 10, func(r *rand.Rand) string {
			return fmt.Sprintf("/api/v1/studies/%s/coverage?kind=%s&level=community&cutoff_m=%d&f=json", study, v.kinds[r.IntN(len(v.kinds))], 300+r.IntN(1000))
		}},
	}
}

// visit asks until ctx ends; an answer that comes later is not counted.
func (v *visitor) visit(ctx context.Context, seed uint64, longest time.Duration) (list []visit) {
	r := rand.New(rand.NewPCG(seed, 7))
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return list
		case <-time.After(time.Duration(r.Float64() * float64(longest))):
		}
		draw, at := r.IntN(100), 0
		questions := v.questions()
		for draw >= questions[at].share {
			draw -= questions[at].share
			at++
		}
		start := time.Now()
		status, _, err := v.server.get(ctx, v.client, questions[at].path(r))
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			status = 0
		}
		list = append(list, visit{kind: questions[at].name, millis: float64(time.Since(start).Nanoseconds()) / 1e6, status: status})
	}
	return list
}

// told makes rows of all visits.
func (v *visitor) told(all []visit) []row {
	byKind := make(map[string][]float64)
	for _, one := range all {
		byKind[one.kind] = append(byKind[one.kind], one.millis)
	}
	whole := millisOf(all)
	name := fmt.Sprintf("sample: %d clients for %d s", loadClients, loadSeconds)
	rows := []row{
		atMost(name+": answers that are errors or none", float64(broken(all)), "", 0, fmt.Sprintf("%d answers, %.0f a second", len(all), float64(len(all))/loadSeconds)),
		atMost(name+": p99", share(whole, 99), "ms", 250, fmt.Sprintf("median %.3g ms, largest %.3g ms", share(whole, 50), share(whole, 100))),
	}
	for _, of := range v.questions() {
		list := byKind[of.name]
		rows = append(rows, told(name+": "+of.name+", p99", share(list, 99), "ms", fmt.Sprintf("%d of them, median %.3g ms", len(list), share(list, 50))))
	}
	return rows
}

// share is the value that so many of a hundred do not exceed.
func share(list []float64, percent int) float64 {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return list[min(len(list)*percent/100, len(list)-1)]
}

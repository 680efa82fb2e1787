package data

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
)

// ReplaceLayer puts what a file holds in the place of a layer of a snapshot, by
// the rules of an import of that file alone. Nothing is stored, and base stays as
// it is; the other layers are shared with it.
//
// The report is that of base with the layer's part of it made anew. What a file
// of OpenStreetMap says of gates is left out: they are a layer of their own.
//
// Errors: those of Import; not_found for a layer that is none.
func ReplaceLayer(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, o Options) (_ *coverage.Snapshot, _ coverage.Report, err error) {
	if _, ok := base.Table(f.Layer); !ok {
		return nil, coverage.Report{}, coverage.Errorf(coverage.NotFound, "no layer is named %q; there are %v", f.Layer, coverage.LayerNames())
	}
	dir, err := os.MkdirTemp("", "kaimen-layer-")
	if err != nil {
		return nil, coverage.Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := writeFile(f, dir); err != nil {
		return nil, coverage.Report{}, err
	}
	m := manifestOf(base.Study, f, dir)
	o.Walking = nil
	im := newImporter(m, o)
	im.layers, im.replaced = base.Layers, true
	rows := holdingOf(f.Layer)
	rows.clear(&im.layers)
	if f.Layer == coverage.LayerRoads {
		im.layers.Gates = nil // onlyLayer brings them back: what is read is not to be written behind those of base
	}
	for _, i := range m.check() {
		im.log.add(0, i)
	}
	if fits(f.Layer) {
		im.claimRows(base, f.Layer, allOf(rows.count(&base.Layers)))
	}
	if err := im.readSources(ctx); err != nil {
		return nil, im.finished(), err
	}
	im.onlyLayer(base, f.Layer)
	im.layers.Sort(f.Layer)
	if err := im.suggestSystems(ctx); err != nil {
		return nil, im.finished(), err
	}
	im.check(f.Layer)
	if im.log.errors {
		report := im.finished()
		return nil, report, refusal(f.Name, report.Issues)
	}
	if err := im.join(ctx, f.Layer); err != nil {
		return nil, im.finished(), err
	}
	s, err := im.settle(ctx, base, f.Layer)
	if err != nil {
		return nil, im.finished(), err
	}
	return s, s.Report, nil
}

// join does to the new rows of a layer what an import does once all are read.
func (im *importer) join(ctx context.Context, layer coverage.LayerName) error {
	switch {
	case layer == coverage.LayerFacilities:
		return im.enter(ctx)
	case layer == coverage.LayerDemand && len(im.counts) > 0:
		im.zones = zonal.Arrange(im.layers.Boundaries, im.layers.Buildings)
		if err := im.spread(ctx); err != nil {
			return err
		}
		im.layers.Sort(layer)
	}
	return nil
}

// onlyLayer leaves out what a file says of other layers than the one it is for.
func (im *importer) onlyLayer(base *coverage.Snapshot, layer coverage.LayerName) {
	if layer != coverage.LayerRoads {
		return
	}
	im.layers.Gates = base.Gates
	var own []coverage.SourceReport
	for _, s := range im.report.Sources {
		if s.Layer != coverage.LayerGates {
			own = append(own, s)
			continue
		}
		im.say("the %d gates of %s are left out, as they are a layer of their own", s.Used, s.Source)
	}
	im.report.Sources = own
}

// writeFile writes a file into a folder.
func writeFile(f coverage.LayerFile, dir string) error {
	if f.Name == "" || filepath.Base(f.Name) != f.Name || !filepath.IsLocal(f.Name) {
		return coverage.Errorf(coverage.Invalid, "%q is no name of a file; give it without a folder, with its ending", f.Name)
	}
	return os.WriteFile(filepath.Join(dir, f.Name), f.Body, 0o600)
}

// manifestOf is the manifest of a file alone that lies in a folder.
func manifestOf(study coverage.Study, f coverage.LayerFile, dir string) *Manifest {
	m := &Manifest{
		Study: study.ID, Name: study.Name, Synthetic: study.Synthetic, Attribution: study.Attribution, base: storedRows, dir: dir,
	}
	*m.Sources.of(f.Layer) = []Source{{
		File: f.Name, Fields: f.Fields, Level: f.Level, Kind: f.Kind, Kinds: f.Kinds, Classes: f.Classes, Meet: f.Meet,
		ToleranceMeters: f.ToleranceMeters, Zone: f.Zone, Spread: f.Spread, By: f.By, Where: f.Where, CRS: f.CRS, Layer: f.Table, Encoding: f.Encoding,
	}}
	return m
}

// allOf marks every one of n rows.
func allOf(n int) map[int]bool {
	all := make(map[int]bool, n)
	for i := range n {
		all[i] = true
	}
	return all
}

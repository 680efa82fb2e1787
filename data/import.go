package data

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// Options are wishes for an import. The zero value is fine.
type Options struct {
	// Now is the time of the import, no part of the snapshot's id. The zero time
	// means the clock's.
	Now time.Time
	// Progress, if set, is told how far a stage has come: a file's name with
	// rows, or bytes for OpenStreetMap; then "noding" (centerlines), "zones",
	// "network" with roads, "entrances", "spread", "facilities" and "demand". A
	// total of 0 is not known yet.
	Progress func(stage string, done, total int64)
	// Walking, if set, gives the walking network of the snapshot that is edited,
	// with the report of its building, where somebody has it ready. It saves an
	// edit the building of it; an import has no use for it.
	Walking func(ctx context.Context) (*network.Network, network.Report, error)
}

// Import reads all sources of a manifest into a Snapshot, which it does not
// store. The Report says what became of every row; it is returned in both
// cases, as far as it goes.
//
// Holds:   the snapshot's id depends on the rows, not on their order.
// Errors:  bad input gives no snapshot and an invalid *coverage.Error with
// every fault found in any row of any source; ctx.Err() if ctx ends first.
func Import(ctx context.Context, manifest string, o Options) (*coverage.Snapshot, coverage.Report, error) {
	base := filepath.Base(manifest)
	m, issues := parseManifest(manifest)
	if m == nil {
		return nil, coverage.Report{Issues: issues}, refusal(base, issues)
	}
	im := newImporter(m, o)
	for _, i := range issues {
		im.log.add(0, i)
	}
	if err := im.readSources(ctx); err != nil {
		return nil, im.finished(), fmt.Errorf("import %s: %w", base, err)
	}
	im.mergeGates()
	im.layers.Sort()
	if err := im.suggestSystems(ctx); err != nil {
		return nil, im.finished(), fmt.Errorf("import %s: %w", base, err)
	}
	im.check(coverage.LayerNames()...)
	if im.log.errors {
		report := im.finished()
		return nil, report, refusal(base, report.Issues)
	}
	for _, join := range []func(context.Context) error{im.fit, im.enter, im.spread} {
		if err := join(ctx); err != nil {
			return nil, im.finished(), fmt.Errorf("import %s: %w", base, err)
		}
	}
	s, err := im.snapshot(ctx)
	if err != nil {
		return nil, im.finished(), fmt.Errorf("import %s: %w", base, err)
	}
	return s, s.Report, nil
}

// importer is one run of Import.
type importer struct {
	manifest *Manifest
	options  Options
	layers   coverage.Layers
	report   coverage.Report
	log      issueLog
	// centerlines are roads without topology, until all are read.
	centerlines []centerline
	files       []string // the sources by number; 0 is the manifest
	// claims says by layer where each key was met first.
	claims map[coverage.LayerName]map[string]claim
	// incomplete marks layers of which not every row could be looked at.
	incomplete map[coverage.LayerName]bool
	undeclared []*intake // sources without a coordinate system
	counts     []zoneCount
	sites      map[string][]string // the kinds of facilities by their id
	doors      map[string][]door   // by the id of a facility
	heights    [][]float64         // of each road's nodes, NaN where not known; nil without elevation
	replaced   bool                // one layer takes the place of that of a snapshot
	// What sound layers are joined with.
	zones   *zonal.Tree
	network *network.Network // nil until it is asked for
	built   network.Report
}

// claim is the row that first had a key.
type claim struct{ source, line int32 }

func newImporter(m *Manifest, o Options) *importer {
	im := &importer{
		manifest: m, options: o, files: []string{m.base},
		report:     coverage.Report{Sources: []coverage.SourceReport{}},
		claims:     make(map[coverage.LayerName]map[string]claim),
		incomplete: make(map[coverage.LayerName]bool),
		sites:      make(map[string][]string),
		doors:      make(map[string][]door),
	}
	if im.options.Now.IsZero() {
		im.options.Now = time.Now()
	}
	return im
}

func (im *importer) progress(stage string, done, total int64) {
	if im.options.Progress != nil {
		im.options.Progress(stage, done, total)
	}
}

// readSources reads every source, whatever is wrong with the others.
func (im *importer) readSources(ctx context.Context) error {
	for _, l := range layers() {
		sources := im.manifest.Sources.Of(l.name)
		for i := range sources {
			s := &sources[i]
			in := im.newIntake(layerOf(l, s), s, len(im.files))
			im.files = append(im.files, s.File)
			if err := in.run(ctx); err != nil {
				return err
			}
		}
		if l.name == coverage.LayerRoads {
			if err := im.nodeRoads(ctx); err != nil {
				return err
			}
		}
		if l.name == layerElevation {
			im.tellLevelRoads()
		}
	}
	return nil
}

func (im *importer) newIntake(l layer, s *Source, ordinal int) *intake {
	if im.claims[l.name] == nil {
		im.claims[l.name] = make(map[string]claim)
	}
	return &intake{
		importer: im, layer: l, source: s, ordinal: ordinal, aside: coverage.Tally{}, repaired: coverage.Tally{},
		report: coverage.SourceReport{Layer: l.name, Source: s.File},
	}
}

// claim takes a key of the layer for a row. A key that another row has is a
// fault of this one.
func (in *intake) claim(r *row, key string) bool {
	claims := in.claims[in.layer.name]
	first, taken := claims[key]
	if !taken {
		claims[key] = claim{int32(in.ordinal), int32(r.Line)}
		return true
	}
	where := in.files[first.source]
	if first.line > 0 {
		where += fmt.Sprintf(", row %d", first.line)
	}
	r.fault(coverage.ReasonDuplicateID, "the id stands already in %s; ids must differ within %s", where, in.layer.name)
	return false
}

// check looks at what must hold between the rows of layers, and gives every
// fault the row it comes from.
func (im *importer) check(layers ...coverage.LayerName) {
	for _, i := range im.layers.Check(layers...) {
		if i.Code == coverage.ReasonUnknownParent && im.excused(i.Feature) {
			continue
		}
		if c, ok := im.claims[i.Layer][i.Feature]; ok {
			i.Source, i.Line = im.files[c.source], int(c.line)
			im.log.add(int(c.source), i)
			continue
		}
		im.log.add(0, i)
	}
	im.checkCounts()
}

// excused tells whether a boundary's parent is missing only because its row,
// or a whole file, has a fault that is told already.
func (im *importer) excused(id string) bool {
	if im.incomplete[coverage.LayerBoundaries] {
		return true
	}
	for i := range im.layers.Boundaries {
		if b := &im.layers.Boundaries[i]; b.ID == id {
			_, met := im.claims[coverage.LayerBoundaries][b.Parent]
			return met
		}
	}
	return false
}

// snapshot makes the snapshot of sound layers and ties it to the network.
func (im *importer) snapshot(ctx context.Context) (*coverage.Snapshot, error) {
	m := im.manifest
	study := coverage.Study{ID: m.Study, Name: m.Name, Synthetic: m.Synthetic}
	if len(m.Attribution) > 0 { // an empty list and none are the same
		study.Attribution = m.Attribution
	}
	// check has looked at all. Since then facilities got entrances and counts
	// became demand; and it may have excused boundaries whose parent is missing.
	s, err := coverage.NewCheckedSnapshot(study, im.layers, coverage.Report{}, im.options.Now,
		coverage.LayerFacilities, coverage.LayerDemand, coverage.LayerBoundaries)
	if err != nil {
		return nil, err
	}
	if err := im.tie(ctx, s, tied()...); err != nil {
		return nil, err
	}
	s.Report = im.finished() // nobody else has the snapshot yet
	return s, nil
}

// finished is the report as far as it has come.
func (im *importer) finished() coverage.Report {
	im.report.Issues = im.log.all()
	return im.report
}

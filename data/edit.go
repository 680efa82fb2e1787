package data

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaimen/coverage"
)

// Edit changes single rows of one layer of a snapshot by the rules of an import:
// the same values are refused, the same shapes set right, the same warnings told.
// What would set a row aside in an import is an error here. Members of a row that
// GeoJSON does not show stay while its place stays. Nothing is stored, and base
// stays as it is; layers that are not named are shared with it.
//
// Of roads, single rows may be removed and their name, class and tags changed:
// where lines meet is settled among all of them together.
//
// Holds:   any order of edits that gives the same rows gives the same id, and so
// does an import of them.
// Errors:  invalid with every fault of every row; not_found for a row or layer
// that is not there; ctx.Err() if ctx ends first.
// Cost:    that of the layer, and of building the walking network unless
// Options.Walking has it ready.
func Edit(ctx context.Context, base *coverage.Snapshot, e coverage.Edit, o Options) (coverage.Edited, error) {
	ed, err := newEdition(base, e, o)
	if err != nil {
		return coverage.Edited{}, err
	}
	if err := ed.readRows(ctx); err != nil {
		return coverage.Edited{}, err
	}
	if !ed.log.errors && e.Layer == coverage.LayerFacilities {
		if err := ed.enter(ctx); err != nil {
			return coverage.Edited{}, err
		}
	}
	ed.rows.splice(&ed.layers, &base.Layers, ed.gone)
	ed.layers.Sort(e.Layer)
	ed.check(e.Layer)
	if ed.log.errors {
		return coverage.Edited{}, refused(e.Layer, ed.finished().Issues)
	}
	next, err := ed.settle(ctx, base, e.Layer)
	if err != nil {
		return coverage.Edited{}, err
	}
	if next.ID == base.ID {
		next = base
	} else {
		next.Report.Edits = counted(base.Report.Edits, ed.counts())
	}
	return ed.edited(next), nil
}

// counts is what the edit did to how many rows.
func (ed *edition) counts() coverage.EditReport {
	one := coverage.EditReport{Layer: ed.edit.Layer}
	for _, t := range ed.targets {
		if t.at < 0 {
			one.Added++
		} else {
			one.Changed++
		}
	}
	if ed.edit.Kind == coverage.EditRemove {
		one.Removed = 1
	}
	return one
}

// sourceOfEdits is what rows of an edit come from, and storedRows what those of
// the snapshot come from, in place of the names of files.
const (
	sourceOfEdits = "body"
	storedRows    = "the study"
)

// edition is one run of Edit.
type edition struct {
	*intake
	edit coverage.Edit
	base *coverage.Snapshot
	rows holding
	// old is the table of the layer before; at the place in it of the one row that
	// the edit is about, -1 for none; gone the places of rows that go or are taken
	// by others.
	old     coverage.Table
	at      int
	gone    map[int]bool
	given   map[string]any // the properties that a patch names
	targets []target       // along the records
}

// target is what one record of an edit is for.
type target struct {
	feature string // FeatureID; of an added row its own
	at      int    // place of the row before; -1 for a new one
	moved   bool   // its place is another than before
}

// newEdition finds the rows that an edit is about.
func newEdition(base *coverage.Snapshot, e coverage.Edit, o Options) (*edition, error) {
	old, ok := base.Table(e.Layer)
	if !ok {
		return nil, coverage.Errorf(coverage.NotFound, "no layer is named %q; there are %v", e.Layer, coverage.LayerNames())
	}
	if slices.Contains(retied(e.Layer), coverage.LayerRoads) {
		o.Walking = nil // it is another network then
	}
	im := newImporter(&Manifest{Study: base.Study.ID, base: storedRows}, o)
	im.layers = base.Layers
	source := &Source{File: sourceOfEdits}
	kind := layers()[slices.IndexFunc(layers(), func(l layer) bool { return l.name == e.Layer })]
	ed := &edition{edit: e, base: base, rows: holdingOf(e.Layer), old: old, gone: make(map[int]bool), at: -1}
	if e.Layer == coverage.LayerRoads {
		kind = layer{coverage.LayerRoads, alongLine, fields("id!", "name", "class!", "tags"), nil, ed.addRoad}
	}
	ed.intake = im.newIntake(kind, source, 1)
	ed.features, ed.exact = true, true
	im.files = append(im.files, source.File)
	ed.rows.clear(&im.layers)
	if e.Kind != coverage.EditAdd {
		at, found := old.Find(e.Feature)
		switch {
		case found:
			ed.at, ed.gone[at] = at, true
		case e.Kind != coverage.EditPut:
			return nil, coverage.Errorf(coverage.NotFound, "%s of study %s have no feature %q", e.Layer, base.Study.ID, e.Feature)
		}
	}
	im.claimRows(base, e.Layer, ed.gone)
	return ed, nil
}

// claimRows claims the keys of the rows that stay: of the layer that changes, and
// of those that are looked at together with it.
func (im *importer) claimRows(base *coverage.Snapshot, changed coverage.LayerName, gone map[int]bool) {
	claimed := []coverage.LayerName{changed}
	if fits(changed) {
		claimed = []coverage.LayerName{coverage.LayerBoundaries, coverage.LayerBuildings}
	}
	for _, layer := range claimed {
		if im.claims[layer] == nil {
			im.claims[layer] = make(map[string]claim)
		}
		holdingOf(layer).keys(&base.Layers, func(i int, key string) {
			if layer != changed || !gone[i] {
				im.claims[layer][key] = claim{}
			}
		})
	}
}

// edited tells what became of the rows of an edit.
func (ed *edition) edited(next *coverage.Snapshot) coverage.Edited {
	out := coverage.Edited{Snapshot: next, Features: []string{}, Warnings: []coverage.Issue{}}
	for _, t := range ed.targets {
		out.Features = append(out.Features, t.feature)
		out.Created = out.Created || t.at < 0
	}
	for _, i := range next.Report.Issues {
		if i.Layer == ed.edit.Layer && slices.ContainsFunc(ed.targets, func(t target) bool { return ed.about(i, t) }) {
			out.Warnings = append(out.Warnings, i)
		}
	}
	return out
}

// about tells whether an issue is about a row. Where a facility stands is told
// under its kind, as one of another kind may have its id.
func (ed *edition) about(i coverage.Issue, t target) bool {
	id, kind := nameOf(ed.edit.Layer, t.feature)
	return i.Feature == id && (kind == "" || !slices.Contains(tieCodes, i.Code) || strings.HasPrefix(i.Message, kind+": "))
}

// refused is the Error of an edit that has faults.
func refused(layer coverage.LayerName, issues []coverage.Issue) error {
	e := refusal("", issues)
	for i := range e.Issues {
		if e.Issues[i].Source == storedRows {
			e.Issues[i].Source = ""
		}
	}
	e.Message = fmt.Sprintf("layer %s cannot be changed so", layer)
	return e
}

package data

import (
	"context"
	"slices"
	"strings"

	"kaimen/coverage"
)

// settle makes the snapshot that follows base when one layer has changed: it
// ties what depends on that layer to the network again, and carries the rest of
// the report over. The layers are whole, sound and in canonical order.
//
// Errors: ctx.Err() if ctx ends first; those of Snapshot.Next.
func (im *importer) settle(ctx context.Context, base *coverage.Snapshot, changed coverage.LayerName) (*coverage.Snapshot, error) {
	next, err := base.Next(im.layers, coverage.Report{}, im.options.Now, changed)
	if err != nil {
		return nil, err
	}
	again := retied(changed)
	if fits(changed) && im.zones == nil {
		if err := im.fit(ctx); err != nil {
			return nil, err
		}
	}
	if err := im.tie(ctx, next, again...); err != nil {
		return nil, err
	}
	next.Report = im.followed(base.Report, changed, again)
	return next, nil
}

// retied lists the layers that stand otherwise on the network when one changes.
func retied(changed coverage.LayerName) []coverage.LayerName {
	switch changed {
	case coverage.LayerRoads, coverage.LayerGates:
		return tied()
	case coverage.LayerFacilities, coverage.LayerDemand:
		return []coverage.LayerName{changed}
	case coverage.LayerBoundaries, coverage.LayerBuildings: // who lives in none of them is outside
		return []coverage.LayerName{coverage.LayerDemand}
	}
	return nil
}

// What tie and fit find, beside what reading the rows does.
var (
	tieCodes = []string{
		coverage.ReasonLayerMissing, coverage.ReasonNotWalkable, coverage.ReasonTooFar, coverage.ReasonIsland, coverage.ReasonOutside,
	}
	fitCodes = []string{
		coverage.ReasonGap, coverage.ReasonOverlap, coverage.ReasonSliver, coverage.ReasonOrphan, coverage.ReasonOutsideParent,
		coverage.ReasonDuplicateZone, coverage.ReasonBadGeometry,
	}
)

// followed is the report of base with what was found anew in place of what no
// longer holds.
func (im *importer) followed(base coverage.Report, changed coverage.LayerName, again []coverage.LayerName) coverage.Report {
	found := im.finished()
	if im.replaced {
		base = withoutLayer(base, changed)
		base.Sources, base.Guesses = append(base.Sources, found.Sources...), append(base.Guesses, found.Guesses...)
	}
	out := coverage.Report{Sources: base.Sources, Levels: base.Levels, Edits: base.Edits, Guesses: base.Guesses, Issues: []coverage.Issue{}}
	if fits(changed) {
		out.Levels = found.Levels
	}
	for _, n := range base.Network {
		if !slices.Contains(again, n.Layer) {
			out.Network = append(out.Network, n)
		}
	}
	out.Network = append(out.Network, found.Network...)
	slices.SortStableFunc(out.Network, func(a, b coverage.NetworkReport) int {
		return slices.Index(tied(), a.Layer) - slices.Index(tied(), b.Layer)
	})
	stale := func(i coverage.Issue) bool {
		return slices.Contains(again, i.Layer) && slices.Contains(tieCodes, i.Code) || fits(changed) && fits(i.Layer) && slices.Contains(fitCodes, i.Code)
	}
	for _, i := range base.Issues {
		if !stale(i) && (im.replaced || !im.untold(i, changed)) {
			out.Issues = append(out.Issues, i)
		}
	}
	for _, i := range found.Issues {
		out.Issues = append(out.Issues, placed(i, base.Issues))
	}
	return out
}

// untold tells whether an issue of base is about a row that is no longer there,
// or was read anew.
func (im *importer) untold(i coverage.Issue, changed coverage.LayerName) bool {
	if i.Layer != changed || i.Feature == "" || slices.Contains(tieCodes, i.Code) || slices.Contains(fitCodes, i.Code) {
		return false
	}
	first, there := im.claims[changed][i.Feature]
	if changed == coverage.LayerFacilities { // an issue names the id alone
		for key, c := range im.claims[changed] {
			if strings.HasPrefix(key, i.Feature+" of kind ") {
				if first, there = c, true; c.source == 0 {
					break
				}
			}
		}
	}
	return !there || first.source != 0
}

// placed gives an issue of a row that was stored already the place that it had
// in its source. A row of an edit has none that lasts.
func placed(i coverage.Issue, before []coverage.Issue) coverage.Issue {
	if i.Source == sourceOfEdits {
		i.Source, i.Line = "", 0
	}
	if i.Source != storedRows {
		return i
	}
	i.Source = ""
	for _, old := range before {
		if old.Layer == i.Layer && old.Code == i.Code && old.Feature == i.Feature {
			i.Source, i.Line = old.Source, old.Line
			break
		}
	}
	return i
}

// counted adds the rows of an edit to those that were changed before.
func counted(edits []coverage.EditReport, one coverage.EditReport) []coverage.EditReport {
	out := slices.Clone(edits)
	k := slices.IndexFunc(out, func(e coverage.EditReport) bool { return e.Layer == one.Layer })
	if k < 0 {
		k, out = len(out), append(out, coverage.EditReport{Layer: one.Layer})
	}
	out[k].Added += one.Added
	out[k].Changed += one.Changed
	out[k].Removed += one.Removed
	return out
}

// withoutLayer is a report without what it says of one layer, and of what an
// import made part of it.
func withoutLayer(r coverage.Report, layer coverage.LayerName) coverage.Report {
	gone := []coverage.LayerName{layer}
	switch layer {
	case coverage.LayerRoads:
		gone = append(gone, layerElevation, layerTurns)
	case coverage.LayerFacilities:
		gone = append(gone, layerEntrances)
	}
	out := coverage.Report{Network: r.Network, Levels: r.Levels}
	var files []string
	for _, s := range r.Sources {
		if !slices.Contains(gone, s.Layer) {
			out.Sources = append(out.Sources, s)
			continue
		}
		files = append(files, s.Source)
	}
	for _, i := range r.Issues {
		if !slices.Contains(gone, i.Layer) {
			out.Issues = append(out.Issues, i)
		}
	}
	for _, e := range r.Edits {
		if e.Layer != layer {
			out.Edits = append(out.Edits, e)
		}
	}
	for _, g := range r.Guesses {
		subject, _, _ := strings.Cut(g, ": ")
		if !slices.Contains(gone, coverage.LayerName(subject)) && !slices.Contains(files, subject) {
			out.Guesses = append(out.Guesses, g)
		}
	}
	return out
}

package data

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
	"kaimen/geo/crs"
	"kaimen/geo/geojson"
)

// readRows reads the text of an edit into the layer, which holds the fresh rows
// alone until they are spliced.
//
// Errors: those that are about no row; all else is noted.
func (ed *edition) readRows(ctx context.Context) error {
	text := ed.edit.Text
	switch ed.edit.Kind {
	case coverage.EditRemove:
		return nil
	case coverage.EditPatch:
		var err error
		if text, err = ed.patched(); err != nil {
			return err
		}
	}
	if ed.edit.Layer == coverage.LayerRoads && ed.at < 0 {
		return coverage.Errorf(coverage.Invalid, "%s", noSingleRoads)
	}
	records, err := ed.parse(ctx, text)
	if err != nil {
		return err
	}
	ed.bindExact(records)
	for _, r := range records {
		ed.takeRow(r)
	}
	return nil
}

const noSingleRoads = "single roads are neither added nor moved, as where lines meet is settled among all of them together: send the whole layer with PUT to …/layers/roads"

// parse reads the features of a GeoJSON text.
func (ed *edition) parse(ctx context.Context, text []byte) ([]read.Record, error) {
	const name = sourceOfEdits + ".geojson"
	file, err := read.From(bytes.NewReader(text), name, read.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	var records []read.Record
	err = file.Each(func(r read.Record) error {
		records = append(records, r)
		return ctx.Err()
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		ed.fail(coverage.ReasonUnreadable, "%s", strings.TrimPrefix(err.Error(), "read "+name+": "))
	case len(records) == 0:
		ed.fail(coverage.ReasonMissingValue, "it holds no feature")
	case len(records) > 1 && ed.edit.Kind != coverage.EditAdd:
		ed.fail(coverage.ReasonBadValue, "one Feature was expected, not %d", len(records))
	}
	ed.placeFeatures(file.CRS())
	return records, nil
}

// bindExact binds every field to the property of its own name, and takes what
// else demand has for weights.
func (ed *edition) bindExact(records []read.Record) {
	ed.columns = make(map[string]string)
	for _, f := range ed.layer.fields {
		if !slices.Contains(positionFields, f.name) {
			ed.columns[f.name] = f.name
		}
	}
	if ed.layer.name != coverage.LayerDemand {
		return
	}
	ed.weightNames = []string{coverage.WeightPeople}
	for _, r := range records {
		for name := range r.Fields {
			if isWeight(name) && !ed.layer.has(name) && !slices.Contains(ed.weightNames, name) {
				ed.columns[name] = name
				ed.weightNames = append(ed.weightNames, name)
			}
		}
	}
	slices.Sort(ed.weightNames)
}

// takeRow reads one record into the layer. What would set it aside is an error.
func (ed *edition) takeRow(record read.Record) {
	r := &row{intake: ed.intake, Record: record}
	r.Fields = maps.Clone(record.Fields)
	issues, rows := len(ed.log.issues), ed.rows.count(&ed.layers)
	r.broken()
	t := target{at: ed.at, moved: true}
	if ed.edit.Kind == coverage.EditAdd {
		ed.nameAdded(r)
	} else {
		ed.nameOne(r)
		t.moved = ed.settlePlace(r)
	}
	ed.judge(r)
	ed.layer.add(r, &ed.layers)
	if ed.rows.count(&ed.layers) == rows {
		ed.log.errors = true
		for i := issues; i < len(ed.log.issues); i++ {
			ed.log.issues[i].Severity = coverage.SeverityError
		}
		return
	}
	if t.at >= 0 {
		ed.rows.adopt(&ed.layers, &ed.base.Layers, t.at, t.moved)
		if ed.edit.Layer == coverage.LayerGates && r.text("state")+r.text("kind") == "" {
			leaveState(&ed.layers.Gates[rows], &ed.base.Gates[t.at])
		}
	}
	t.feature = ed.edit.Feature
	if ed.edit.Kind == coverage.EditAdd {
		fresh, _ := ed.layers.Table(ed.edit.Layer)
		t.feature = fresh.FeatureID(fresh.At(rows, nil))
	}
	ed.targets = append(ed.targets, t)
}

// leaveState leaves a gate of which nothing is said as it was: where nothing was
// said before either, its tags say what it is.
func leaveState(g, before *coverage.Gate) {
	if before.Kind == "" && before.State == "" {
		g.State = ""
	}
}

// nameAdded takes the id of an added row from the id member of its feature,
// where it has no property for it.
func (ed *edition) nameAdded(r *row) {
	r.name = r.text("id")
	if r.name != "" || r.ID == "" {
		return
	}
	id, kind := r.ID, r.text("kind")
	if ed.edit.Layer == coverage.LayerFacilities {
		if own, found := strings.CutPrefix(id, kind+"/"); found && kind != "" {
			id = own
		} else if before, after, found := strings.Cut(id, "/"); found && kind == "" {
			id, r.Fields["kind"] = after, before
		}
	}
	r.name, r.Fields["id"] = id, id
}

// nameOne gives a row the name that the edit has for it. Another name in the
// text is a fault: a row that is called otherwise is another row.
func (ed *edition) nameOne(r *row) {
	id, kind := nameOf(ed.edit.Layer, ed.edit.Feature)
	if ed.at >= 0 {
		before := ed.properties()
		id, _ = before["id"].(string)
		kind, _ = before["kind"].(string)
	}
	r.name = id
	named := map[string]string{"id": id}
	if ed.edit.Layer == coverage.LayerFacilities {
		if named["kind"] = kind; kind == "" {
			r.fault(coverage.ReasonMissingValue, "%q is no name of a facility; it is kind/id, as school/12", ed.edit.Feature)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if text := r.text(name); text != "" && text != named[name] {
			r.fault(coverage.ReasonBadValue, "%s: it is %q, and the feature is %s; a row with another name is added, and this one deleted", name, text, ed.edit.Feature)
		}
		r.Fields[name] = named[name]
	}
	if r.ID != "" && r.ID != ed.edit.Feature && r.ID != id {
		r.fault(coverage.ReasonBadValue, "id: the feature says %q, and its address %s", r.ID, ed.edit.Feature)
	}
}

// settlePlace tells whether a row stands elsewhere than before. One that does
// not gets its place back to the bit; one that does loses what belonged to the
// old one, unless it is given.
func (ed *edition) settlePlace(r *row) (moved bool) {
	if ed.at < 0 {
		return true
	}
	before := ed.old.At(ed.at, nil).Geometry
	switch {
	case r.Geometry == nil: // told by whoever reads it
		return true
	case ed.system == crs.WGS84 && sameWritten(before, r.Geometry),
		ed.edit.Layer == coverage.LayerFacilities && ed.system == crs.WGS84 && len(ed.base.Facilities[ed.at].Outline) > 0 &&
			sameWritten(ed.base.Facilities[ed.at].Outline, r.Geometry):
		r.Geometry = before
		return false
	}
	switch ed.edit.Layer {
	case coverage.LayerRoads:
		r.fault(coverage.ReasonBadGeometry, "%s", noSingleRoads)
	case coverage.LayerFacilities:
		ed.forget(r, "entrances")
		if len(ed.base.Facilities[ed.at].Outline) > 0 {
			ed.forget(r, "area_m2")
		}
	case coverage.LayerGates:
		delete(r.Fields, "node")
	}
	return true
}

// forget drops a property of the row as it was, unless a patch names it.
func (ed *edition) forget(r *row, name string) {
	if _, given := ed.given[name]; ed.edit.Kind == coverage.EditPatch && !given {
		delete(r.Fields, name)
	}
}

// sameWritten tells whether two shapes are the same in GeoJSON as it is written
// here, to a centimeter: what was read from us and comes back is no change.
func sameWritten(a, b orb.Geometry) bool {
	textA, errA := geojson.AppendGeometry(nil, several(a))
	textB, errB := geojson.AppendGeometry(nil, several(b))
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}

// several is a polygon as one of several.
func several(g orb.Geometry) orb.Geometry {
	if p, ok := g.(orb.Polygon); ok {
		return orb.MultiPolygon{p}
	}
	return g
}

// judge finds the properties that are none of the layer's, and those that an
// edit does not change.
func (ed *edition) judge(r *row) {
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		switch {
		case ed.columns[name] != "":
		case slices.Contains(fixed(ed.layer.name), name):
			ed.judgeFixed(r, name)
		case ed.layer.name == coverage.LayerRequests && personal(name):
			r.fault(coverage.ReasonPersonal, "%s: requests keep nothing that tells who somebody is", name)
		case slices.Contains(positionFields, name) && ed.layer.has(name):
			r.fault(coverage.ReasonBadValue, "%s: a feature's place is its geometry; leave it out", name)
		default:
			r.fault(coverage.ReasonBadValue, "%s have no property %q; they have: %s", ed.layer.name, name, strings.Join(slices.Sorted(maps.Keys(ed.columns)), ", "))
		}
	}
}

// fixed are the properties of a layer that are shown, and found by an import
// alone.
func fixed(layer coverage.LayerName) []string {
	switch layer {
	case coverage.LayerGates:
		return []string{"node", "tags"}
	case coverage.LayerRoads:
		return []string{"turns"}
	}
	return nil
}

// judgeFixed lets a property pass that is as it was.
func (ed *edition) judgeFixed(r *row, name string) {
	var before any
	if ed.at >= 0 {
		before = ed.properties()[name]
	}
	blank := func(v any) bool { return v == nil || fmt.Sprint(v) == "" || fmt.Sprint(v) == "0" }
	if given := r.Fields[name]; fmt.Sprint(given) != fmt.Sprint(before) && !(blank(given) && blank(before)) {
		r.fault(coverage.ReasonBadValue, "%s: it comes with a whole layer alone; leave it out, or as it is", name)
	}
}

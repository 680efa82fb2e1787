package web

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/geo/geojson"
	"kaimen/web/fail"
)

// Editor makes a snapshot out of another one by changing one layer of it, by the
// rules of an import. It stores nothing, and the other stays as it is. Any number
// of goroutines may share it.
type Editor interface {
	// Edit changes single rows. Errors: invalid, with every fault of every row;
	// not_found.
	Edit(ctx context.Context, base *coverage.Snapshot, e coverage.Edit) (coverage.Edited, error)
	// ReplaceLayer puts what a file holds in the place of a layer. tell hears how
	// far a stage has come. Errors: those of an import.
	ReplaceLayer(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, tell func(stage string, done, total int64)) (*coverage.Snapshot, coverage.Report, error)
}

const (
	featuresPath  = "/api/v1/studies/{study}/layers/{layer}/features"
	featureInPath = "{feature}"
	geoJSONType   = "application/geo+json"
	mergePatch    = "application/merge-patch+json"
	// snapshotHeader tells which snapshot an answer about a feature is of.
	snapshotHeader = "Kaimen-Snapshot"
)

// featureAdapter lets the name of a feature hold slashes, as pocket_park/12 does.
type featureAdapter struct{ huma.Adapter }

// Handle registers an operation.
func (a featureAdapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	routed := *op
	routed.Path = strings.Replace(op.Path, featureInPath, "{feature:.+}", 1)
	a.Adapter.Handle(&routed, handler)
}

// LayerPath is the layer that a change is of.
type LayerPath struct {
	Study string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Layer string `path:"layer" doc:"One of boundaries, roads, facilities, demand, buildings, estates, parcels, gates, landcover, requests." example:"facilities"`
}

// FeaturePath is one feature of a layer.
type FeaturePath struct {
	LayerPath
	Feature string `path:"feature" doc:"Id of the feature; of a facility kind/id." example:"pocket_park/12"`
}

type getFeatureInput struct {
	FeaturePath
	Strict strictQuery
}

type addFeaturesInput struct {
	LayerPath
	IfMatch string `header:"If-Match" doc:"Id of the snapshot that must be current, in quotes." example:"\"41784fadbc00994f2d02\""`
	Type    string `header:"Content-Type" hidden:"true"`
	Strict  strictQuery
	RawBody []byte `contentType:"application/geo+json"`
}

type putFeatureInput struct {
	FeaturePath
	IfMatch string `header:"If-Match" doc:"ETag of the feature or id of the snapshot that must be current, in quotes; * for any feature that is there." example:"\"41784fadbc00994f2d02\""`
	Type    string `header:"Content-Type" hidden:"true"`
	Strict  strictQuery
	RawBody []byte `contentType:"application/geo+json"`
}

type patchFeatureInput struct {
	FeaturePath
	IfMatch string `header:"If-Match" doc:"ETag of the feature or id of the snapshot that must be current, in quotes; * for any." example:"\"41784fadbc00994f2d02\""`
	Type    string `header:"Content-Type" hidden:"true"`
	Strict  strictQuery
	RawBody []byte `contentType:"application/merge-patch+json"`
}

type deleteFeatureInput struct {
	FeaturePath
	IfMatch string `header:"If-Match" doc:"ETag of the feature or id of the snapshot that must be current, in quotes; * for any." example:"\"41784fadbc00994f2d02\""`
	Strict  strictQuery
}

// FeatureHead says what a feature is of. It stands under "kaimen".
type FeatureHead struct {
	Study       string             `json:"study" doc:"Id of the study." example:"dongxing-sample"`
	Layer       coverage.LayerName `json:"layer" doc:"Name of the layer." example:"facilities"`
	Synthetic   bool               `json:"synthetic" doc:"The data is made up and describes no real place."`
	Attribution []string           `json:"attribution,omitempty" doc:"Who must be named where the data is shown."`
}

// EditHead says what came of a change. It stands under "kaimen", or alone.
type EditHead struct {
	FeatureHead
	Snapshot coverage.SnapshotID `json:"snapshot" doc:"Id of the snapshot that is current now." example:"41784fadbc00994f2d02"`
	Warnings []coverage.Issue    `json:"warnings" nullable:"false" doc:"What is to be known of the rows that came or changed, as in the report of an import."`
}

func (s *server) registerEdits(api huma.API) {
	const rules = " By the rules of an import: every fault of every row is told, and then nothing is stored. The answer has the new snapshot under kaimen.snapshot and in the header Kaimen-Snapshot."
	registry := api.OpenAPI().Components.Schemas
	row := func(description string, head *huma.Schema) *huma.Response {
		return &huma.Response{
			Description: description, Content: map[string]*huma.MediaType{geoJSONType: {Schema: featureSchema(head)}},
			Headers: map[string]*huma.Param{
				"ETag":         {Description: "Of the feature, strong; send it back in If-Match.", Schema: &huma.Schema{Type: huma.TypeString}},
				snapshotHeader: {Description: "Id of the snapshot.", Schema: &huma.Schema{Type: huma.TypeString}},
			},
		}
	}
	edited := registry.Schema(reflect.TypeFor[EditHead](), true, "")
	read := registry.Schema(reflect.TypeFor[FeatureHead](), true, "")
	failures := []int{http.StatusNotFound, http.StatusPreconditionFailed, http.StatusServiceUnavailable}
	texts := append(slices.Clone(failures), http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	op := func(id, method, path, summary, description string, responses map[string]*huma.Response) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Tags: []string{tagLayers}, Summary: summary, Description: description, Responses: responses,
			MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax,
		}
	}
	snapshot := &huma.Param{Description: "Id of the snapshot.", Schema: &huma.Schema{Type: huma.TypeString}}
	found := cached(map[string]*huma.Response{"200": row("The feature.", read)})
	for _, status := range []string{"200", "304"} {
		found[status].Headers[snapshotHeader] = snapshot
	}
	register(api, op("get-feature", http.MethodGet, featuresPath+"/{feature}", "Read a feature",
		"One row of a layer of the current snapshot, as the layer has it.", found), []int{http.StatusNotFound}, s.getFeature)
	changed := func(description string) *huma.Response {
		r := row(description, edited)
		r.Headers["Location"] = &huma.Param{Description: "Where the feature is, or of several their layer.", Schema: &huma.Schema{Type: huma.TypeString}}
		return r
	}
	added := changed("The feature, or all of them as a FeatureCollection.")
	add := op("add-features", http.MethodPost, featuresPath, "Add features", "Adds a Feature, or all of a FeatureCollection, whose ids are not in the layer."+rules,
		map[string]*huma.Response{"201": added})
	add.DefaultStatus = http.StatusCreated
	register(api, add, texts, s.addFeatures)
	register(api, op("put-feature", http.MethodPut, featuresPath+"/{feature}", "Replace or add a feature",
		"Puts a Feature in the place of the one with this id, or adds it. What the GeoJSON of a feature does not show, such as the ground of a facility, stays while the feature stands where it stood."+rules,
		map[string]*huma.Response{"200": changed("It was there, and is this now."), "201": changed("It was not there.")}), texts, s.putFeature)
	register(api, op("patch-feature", http.MethodPatch, featuresPath+"/{feature}", "Change a feature",
		"Applies a JSON merge patch (RFC 7396) to the GeoJSON of a feature: members given are set, null removes them, the others stay. Of roads, name, class and tags can be changed."+rules,
		map[string]*huma.Response{"200": changed("The feature as it is now.")}), texts, s.patchFeature)
	gone := map[string]*huma.Response{"200": {Description: "It is gone.", Headers: map[string]*huma.Param{snapshotHeader: snapshot}, Content: map[string]*huma.MediaType{"application/json": {Schema: edited}}}}
	one := map[string]any{
		"type": "Feature", "properties": map[string]any{"id": "12", "kind": "pocket_park", "name": "口袋公园", "capacity": 40},
		"geometry": map[string]any{"type": "Point", "coordinates": []float64{105.07, 29.59}},
	}
	paths := api.OpenAPI().Paths
	describeBody(paths[featuresPath].Post, geoJSONType, "A GeoJSON Feature, or a FeatureCollection.", one)
	describeBody(paths[featuresPath+"/{feature}"].Put, geoJSONType, "A GeoJSON Feature; its id and kind may be left out, as its address has them.", one)
	describeBody(paths[featuresPath+"/{feature}"].Patch, mergePatch, "A merge patch of the feature as GET answers it.",
		map[string]any{"properties": map[string]any{"capacity": 60, "hours": nil}, "geometry": map[string]any{"coordinates": []float64{105.0701, 29.59}}})
	register(api, op("delete-feature", http.MethodDelete, featuresPath+"/{feature}", "Delete a feature",
		"Removes one row from a layer. A zone that others name as their parent stays (422)."+rules, gone), failures, s.deleteFeature)
}

// describeBody says what a body is, with an example.
func describeBody(op *huma.Operation, kind, description string, example any) {
	op.RequestBody.Content[kind] = &huma.MediaType{
		Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: description}, Example: example,
	}
}

// featureSchema is a GeoJSON Feature, or several, with such a head.
func featureSchema(head *huma.Schema) *huma.Schema {
	one := object(map[string]*huma.Schema{
		"type":       {Type: huma.TypeString, Enum: []any{"Feature", "FeatureCollection"}},
		"id":         {Type: huma.TypeString},
		"geometry":   {Type: huma.TypeObject, AdditionalProperties: true, Description: "A GeoJSON geometry."},
		"properties": {Type: huma.TypeObject, AdditionalProperties: true, Description: "The columns of the layer."},
		"features":   {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, Description: "Of a FeatureCollection."},
		"kaimen":     head,
	}, "type", "kaimen")
	one.AdditionalProperties = false
	return one
}

func headOf(s *coverage.Snapshot, layer coverage.LayerName) FeatureHead {
	return FeatureHead{s.Study.ID, layer, s.Study.Synthetic, s.Study.Attribution}
}

// featureText is a feature as GET answers it, whose hash is its ETag.
func featureText(s *coverage.Snapshot, layer, feature string) ([]byte, error) {
	t, ok := s.Table(coverage.LayerName(layer))
	if !ok {
		return nil, noLayer(layer)
	}
	at, found := t.Find(feature)
	if !found {
		return nil, coverage.Errorf(coverage.NotFound, "%s of study %s have no feature %q", t.Layer, s.Study.ID, fail.Shown(feature))
	}
	text, err := export.AppendFeature(nil, t, t.At(at, nil), geojson.Member{Name: "kaimen", Value: headOf(s, t.Layer)})
	return append(text, '\n'), err
}

func (s *server) getFeature(ctx context.Context, in *getFeatureInput) (*huma.StreamResponse, error) {
	snapshot, err := s.engine.Snapshot(ctx, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	text, err := featureText(snapshot, in.Layer, in.Feature)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return s.stream(answer{
		tag: tagOf(text), contentType: geoJSONType, cache: cacheRevalidate, snapshot: snapshot.ID, write: writing(text),
	}), nil
}

func (s *server) addFeatures(ctx context.Context, in *addFeaturesInput) (*huma.StreamResponse, error) {
	if err := taken(in.Type, geoJSONType, "application/json"); err != nil {
		return nil, err
	}
	return s.edit(ctx, in.Study, condition(in.IfMatch), coverage.Edit{Layer: coverage.LayerName(in.Layer), Kind: coverage.EditAdd, Text: in.RawBody})
}

func (s *server) putFeature(ctx context.Context, in *putFeatureInput) (*huma.StreamResponse, error) {
	if err := taken(in.Type, geoJSONType, "application/json"); err != nil {
		return nil, err
	}
	return s.edit(ctx, in.Study, condition(in.IfMatch), coverage.Edit{Layer: coverage.LayerName(in.Layer), Kind: coverage.EditPut, Feature: in.Feature, Text: in.RawBody})
}

func (s *server) patchFeature(ctx context.Context, in *patchFeatureInput) (*huma.StreamResponse, error) {
	if err := taken(in.Type, mergePatch); err != nil {
		return nil, err
	}
	return s.edit(ctx, in.Study, condition(in.IfMatch), coverage.Edit{Layer: coverage.LayerName(in.Layer), Kind: coverage.EditPatch, Feature: in.Feature, Text: in.RawBody})
}

func (s *server) deleteFeature(ctx context.Context, in *deleteFeatureInput) (*huma.StreamResponse, error) {
	return s.edit(ctx, in.Study, condition(in.IfMatch), coverage.Edit{Layer: coverage.LayerName(in.Layer), Kind: coverage.EditRemove, Feature: in.Feature})
}

// taken refuses a body of another type than these. The type is part of the
// defense: a page elsewhere cannot have a browser send it here unasked.
func taken(kind string, types ...string) error {
	if name, _, err := mime.ParseMediaType(kind); err == nil && slices.Contains(types, name) {
		return nil
	}
	return fail.New(http.StatusUnsupportedMediaType, coverage.Unsupported, "the body is of a type that is not taken; send it with Content-Type: "+types[0])
}

// edit changes single rows and answers with them.
func (s *server) edit(ctx context.Context, study string, match condition, e coverage.Edit) (*huma.StreamResponse, error) {
	if err := s.takesChanges(); err != nil {
		return nil, err
	}
	var done coverage.Edited
	err := s.change(ctx, study, func(base *coverage.Snapshot) (*coverage.Snapshot, error) {
		if err := matchFeature(base, match, e); err != nil {
			return nil, err
		}
		var err error
		done, err = s.editor.Edit(ctx, base, e)
		return done.Snapshot, err
	})
	if err != nil {
		return nil, located(s.fail(err, "path"))
	}
	return s.tellEdit(e, done)
}

// matchFeature holds what a client last saw of a feature, or of its study,
// against what is there.
func matchFeature(base *coverage.Snapshot, match condition, e coverage.Edit) error {
	if match == "" {
		return nil
	}
	tags := []string{string(base.ID)}
	if e.Kind != coverage.EditAdd {
		text, err := featureText(base, string(e.Layer), e.Feature)
		switch {
		case err == nil:
			tags = append(tags, strings.Trim(tagOf(text), `"`))
		case match == "*":
			tags = nil // there is nothing that it could mean
		}
	}
	if match.holds(tags...) {
		return nil
	}
	return unmatched(base.Study.ID, match, base.ID)
}

// located puts the faults of a body's features where they stand in it.
func located(p *problem) *problem {
	for i := range p.Errors {
		if line, ok := strings.CutPrefix(p.Errors[i].Location, "body:"); ok {
			p.Errors[i].Location = "body.features:" + line
		}
	}
	return p
}

// tellEdit answers with the rows of an edit as they are now.
func (s *server) tellEdit(e coverage.Edit, done coverage.Edited) (*huma.StreamResponse, error) {
	snapshot := done.Snapshot
	head := EditHead{headOf(snapshot, e.Layer), snapshot.ID, done.Warnings}
	a := answer{contentType: geoJSONType, cache: cacheNever, snapshot: snapshot.ID, status: http.StatusOK}
	layer := "/api/v1/studies/" + snapshot.Study.ID + "/layers/" + string(e.Layer)
	if e.Kind == coverage.EditRemove {
		text, err := json.Marshal(head)
		if err != nil {
			return nil, s.internal(err)
		}
		a.contentType, a.write = "application/json", writing(append(text, '\n'))
		return s.stream(a), nil
	}
	if done.Created {
		a.status = http.StatusCreated
	}
	t, _ := snapshot.Table(e.Layer)
	if e.Kind == coverage.EditAdd && isCollection(e.Text) {
		table := export.LayerTable(export.LayerHead{}, t)
		table.Head, table.Rows = head, rowsNamed(t, done.Features)
		var text bytes.Buffer
		if err := export.WriteGeoJSON(&text, table); err != nil {
			return nil, s.internal(err)
		}
		a.location, a.write = layer, writing(text.Bytes())
		return s.stream(a), nil
	}
	feature := done.Features[0]
	at, _ := t.Find(feature)
	text, err := export.AppendFeature(nil, t, t.At(at, nil), geojson.Member{Name: "kaimen", Value: head})
	shown, errShown := featureText(snapshot, string(e.Layer), feature)
	if err != nil || errShown != nil {
		return nil, s.internal(err)
	}
	a.tag, a.location, a.write = tagOf(shown), layer+"/features/"+url.PathEscape(feature), writing(append(text, '\n'))
	return s.stream(a), nil
}

// isCollection tells whether a GeoJSON text is of several features.
func isCollection(text []byte) bool {
	var top struct {
		Type string `json:"type"`
	}
	return json.Unmarshal(text, &top) != nil || top.Type != "Feature" // a sequence of features is no one JSON text
}

// rowsNamed are the rows of t with these names, in their order.
func rowsNamed(t coverage.Table, features []string) func(func(export.Row) bool) {
	return func(yield func(export.Row) bool) {
		for _, feature := range features {
			at, found := t.Find(feature)
			if !found {
				continue
			}
			row := t.At(at, nil)
			if !yield(export.Row{ID: feature, Geometry: row.Geometry, Values: row.Values}) {
				return
			}
		}
	}
}

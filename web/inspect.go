package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/geo/geojson"
	"kaimen/web/fail"
)

// Inspector says how an import would understand a file, for the study that base
// is of, or for none, and keeps at most preview rows to be drawn.
//
// Errors: invalid for a name that is none; what is wrong with the file is in the
// answer.
type Inspector func(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, preview int) (coverage.Inspection, error)

type inspectInput struct {
	Study string `query:"study" doc:"Study that the file is for: its roads or boundaries tell the coordinate system of positions. Default: none." example:"dongxing-sample"`
	Layer string `query:"layer" doc:"Layer that the file is for. Default: the likely one." example:"facilities"`
	FileSettings
	Limit   int    `query:"limit" minimum:"1" maximum:"20000" default:"5000" doc:"How many rows are shown at most; of more every so many-th." example:"100"`
	Type    string `header:"Content-Type" hidden:"true"`
	Strict  strictQuery
	RawBody []byte `contentType:"application/octet-stream"`
}

// inspected is the answer.
type inspected struct {
	Settings coverage.LayerFile    `json:"settings" doc:"What was understood, to be given to an import: fields, crs and the others as put-layer takes them."`
	Format   string                `json:"format" doc:"Ending of the name." example:".shp.zip"`
	Layer    coverage.Understood   `json:"layer"`
	Encoding coverage.Understood   `json:"encoding"`
	Table    coverage.Understood   `json:"table"`
	Tables   []string              `json:"tables" nullable:"false" doc:"Tables, sheets or members of a file that may hold several."`
	CRS      coverage.Understood   `json:"crs"`
	Systems  []coverage.SystemFit  `json:"systems" nullable:"false" doc:"Systems that may be meant where the file names none, the likeliest first."`
	Columns  []coverage.ColumnSeen `json:"columns" nullable:"false"`
	Fields   []coverage.FieldBound `json:"fields" nullable:"false"`
	Shapes   []string              `json:"shapes" nullable:"false" doc:"Types of its geometries."`
	Rows     int                   `json:"rows"`
	Report   importReport          `json:"report"`
	Issues   int                   `json:"issues" doc:"How many there are; the report lists up to 20,000 of one reason."`
	Bounds   *[4]float64           `json:"bounds" doc:"West, south, east, north of all rows that can be shown; null for none."`
	Drawn    int                   `json:"drawn" doc:"How many rows could be shown."`
	Preview  shownRows             `json:"preview" doc:"Rows that would be used, as GeoJSON in WGS 84, with id, kind and name."`
}

// inspectedOf is an inspection in the form of an answer.
func inspectedOf(i coverage.Inspection) inspected {
	out := inspected{
		Settings: i.Settings, Format: i.Format, Layer: i.Layer, Encoding: i.Encoding, Table: i.Table, Tables: append([]string{}, i.Tables...),
		CRS: i.CRS, Systems: append([]coverage.SystemFit{}, i.Systems...), Columns: append([]coverage.ColumnSeen{}, i.Columns...),
		Fields: append([]coverage.FieldBound{}, i.Fields...), Shapes: append([]string{}, i.Shapes...), Rows: i.Rows,
		Report: reportOf(i.Report), Issues: i.Issues, Drawn: i.Drawn, Preview: i.Preview,
	}
	if b := i.Bounds; b != nil {
		out.Bounds = &[4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	return out
}

// shownRows is a FeatureCollection.
type shownRows []coverage.PreviewRow

// MarshalJSON writes the rows as GeoJSON.
func (rows shownRows) MarshalJSON() ([]byte, error) {
	b := []byte(`{"type":"FeatureCollection","features":[`)
	var err error
	for i, r := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = geojson.AppendFeature(b, r.ID, r.Geometry, []string{"id", "kind", "name"}, []any{r.ID, r.Kind, r.Name}); err != nil {
			return nil, err
		}
	}
	return append(b, "]}"...), nil
}

// Schema describes the rows.
func (shownRows) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Description: "A GeoJSON FeatureCollection."}
}

type inspectOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         inspected
}

func (s *server) registerInspect(api huma.API) {
	register(api, huma.Operation{
		OperationID: "inspect-file", Method: http.MethodPost, Path: apiPath + "/inspect", Tags: []string{tagLayers}, Summary: "Look into a file before it is imported",
		Description: "How an import would understand a file, and what would become of each row; nothing is stored. Format, encoding, table, columns, layer and coordinate system, each with how it is known; " +
			"rows to be drawn; every row that is set aside, with its reason and place. The settings of the answer, given to Replace a layer, have it read the file in the same way.",
		SkipValidateBody: true, // it is no JSON
		MaxBodyBytes:     maxArchiveBytes, BodyReadTimeout: bodyReadingMax, RequestBody: fileBody(),
	}, []int{
		http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable,
	}, s.inspect)
}

func (s *server) inspect(ctx context.Context, in *inspectInput) (*inspectOutput, error) {
	if s.inspector == nil {
		return nil, fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server takes no files; serve with --manage on")
	}
	layer := coverage.LayerName(in.Layer)
	if layer != "" && !coverage.IsLayer(layer) {
		return nil, s.fail(noLayer(in.Layer), "query")
	}
	f, err := in.file(layer, in.Type)
	if err != nil {
		return nil, err
	}
	f.Body = in.RawBody
	var base *coverage.Snapshot
	if in.Study != "" {
		if base, err = s.engine.Snapshot(ctx, in.Study); err != nil {
			return nil, s.fail(err, "query")
		}
	}
	found, err := s.inspector(ctx, base, f, in.Limit)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	return &inspectOutput{cacheNever, inspectedOf(found)}, nil
}

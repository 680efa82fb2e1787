package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/data/export/form"
	"kaimen/web/fail"
)

const layerKind = "replace-layer"

// layerQuestion is what a job keeps beside the file of a layer.
type layerQuestion struct {
	Study   string `json:"study"`
	IfMatch string `json:"if_match,omitempty"`
	Check   bool   `json:"check,omitempty"`
	coverage.LayerFile
}

// layerDone is the result of such a job.
type layerDone struct {
	Study    string              `json:"study"`
	Layer    coverage.LayerName  `json:"layer"`
	Snapshot coverage.SnapshotID `json:"snapshot"`
	Report   importReport        `json:"report"`
}

// words is a parameter that holds an object of texts, as JSON.
type words map[string]string

// FileSettings is what a client may say of a file, as a study.yaml would. Its
// name is exported only because parameters are looked for in exported fields.
type FileSettings struct {
	Name      string            `query:"name" doc:"Name of the file, whose ending tells the format where Content-Type does not: facilities.shp.zip, roads.osm.pbf." example:"facilities.csv"`
	CRS       string            `query:"crs" doc:"Coordinate system of the file, as in a study.yaml. Default: what the file says." example:"GCJ-02"`
	Encoding  string            `query:"encoding" doc:"Encoding of its text: utf-8, gbk, gb18030, utf-16." example:"gbk"`
	Table     string            `query:"table" doc:"Which table, sheet or member of a file that holds several; layer in a study.yaml." example:"设施"`
	Fields    string            `query:"fields" doc:"Our names of columns to the file's, a JSON object." example:"{\"id\":\"编号\",\"name\":\"名称\"}"`
	Level     string            `query:"level" doc:"Level of all rows; boundaries only." example:"community"`
	Kind      string            `query:"kind" doc:"Kind of all rows." example:"school"`
	Kinds     string            `query:"kinds" doc:"The file's kinds to ours, a JSON object." example:"{\"小学\":\"school\"}"`
	Classes   string            `query:"classes" doc:"The file's road classes to OpenStreetMap's, a JSON object; roads only." example:"{\"主干路\":\"primary\"}"`
	Where     string            `query:"where" doc:"Which rows to take." example:"capacity > 0"`
	Meet      string            `query:"meet" doc:"Where centerlines meet: crossings or vertices; roads only." example:"vertices"`
	Tolerance optional[float64] `query:"tolerance_m" doc:"Gap up to which ends of centerlines are joined, in meters; roads only. Default: 1." example:"0.5"`
	Zone      string            `query:"zone" doc:"The rows are counts by zones of this level; demand only." example:"grid"`
	Spread    string            `query:"spread" doc:"Where counts go: buildings or network." example:"buildings"`
	By        string            `query:"by" doc:"What buildings are weighed by: floor_area or households." example:"floor_area"`
}

type putLayerInput struct {
	LayerPath
	FileSettings
	Check   bool   `query:"check" doc:"Store nothing: the result tells ok, errors, the whole report, and the snapshot that it would have." example:"true"`
	IfMatch string `header:"If-Match" doc:"Id of the snapshot that must be current, in quotes, so that nobody's change is lost; * for any." example:"\"41784fadbc00994f2d02\""`
	Key     string `header:"Idempotency-Key" hidden:"true"`
	Type    string `header:"Content-Type" hidden:"true"`
	Strict  strictQuery
	RawBody []byte `contentType:"application/octet-stream"`
}

func (s *server) registerLayerFiles(api huma.API) {
	op := huma.Operation{
		OperationID: "put-layer", Method: http.MethodPut, Path: "/api/v1/studies/{study}/layers/{layer}", Tags: []string{tagLayers}, Summary: "Replace a layer",
		Description: "Puts what a file holds in the place of a layer, as a job: any format that a study.yaml may name, told by name or Content-Type, with the settings that it may have there. " +
			"All or nothing, and every fault of every row is in the problem of a job that failed. The other layers stay. The result has study, layer, snapshot and report.",
		SkipValidateBody: true, // it is no JSON
		MaxBodyBytes:     maxArchiveBytes, BodyReadTimeout: bodyReadingMax, Parameters: []*huma.Param{keyHeader()},
		Responses: map[string]*huma.Response{"202": acceptedResponse(api.OpenAPI().Components.Schemas)}, DefaultStatus: http.StatusAccepted,
	}
	op.RequestBody = fileBody()
	register(api, op, []int{
		http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable,
	}, s.putLayer)
}

// fileBody describes a file of any format that is read.
func fileBody() *huma.RequestBody {
	content := make(map[string]*huma.MediaType)
	for kind := range fileEndings() {
		content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	content["application/octet-stream"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "With name."}}
	return &huma.RequestBody{Required: true, Content: content}
}

// fileEndings are the endings of files by media type.
func fileEndings() map[string]string {
	endings := map[string]string{
		"application/zip": ".zip", "application/json": ".geojson", "text/tab-separated-values": ".tsv", "application/x-parquet": ".parquet",
		"application/x-geopackage": ".gpkg", "image/tiff": ".tif",
	}
	for _, f := range form.All() {
		kind, _, _ := strings.Cut(f.MediaType, ";")
		endings[kind] = f.Endings[0]
	}
	return endings
}

// fileName is the name of a file that is sent: as it is given, else the layer's
// with the ending of its type.
func (in *FileSettings) fileName(layer coverage.LayerName, contentType string) (string, error) {
	if in.Name != "" {
		if path.Base(in.Name) != in.Name || strings.ContainsAny(in.Name, "\\\x00") || in.Name == "." || in.Name == ".." {
			return "", fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
				Code: faultBadValue, Location: "query.name", Value: fail.Shown(in.Name), Message: "it is no name of a file; give it without a folder, with its ending",
			})
		}
		return in.Name, nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	ending, known := fileEndings()[kind]
	if err != nil || !known {
		return "", fail.New(http.StatusUnsupportedMediaType, coverage.Unsupported,
			"the type of the body names no format that is read; send the one of its format, or name the file: ?name=facilities.shp.zip")
	}
	return cmp.Or(string(layer), "file") + ending, nil
}

// file is a file for a layer, without its body.
//
// Errors: a problem with every parameter that cannot be read.
func (in *FileSettings) file(layer coverage.LayerName, contentType string) (coverage.LayerFile, error) {
	var faults []fault
	object := func(name, text string) (w words) {
		if text == "" {
			return nil
		}
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			faults = append(faults, fault{
				Code: faultBadValue, Location: "query." + name, Value: fail.Shown(text), Message: fmt.Sprintf(`%s: a JSON object of texts was expected, such as {"id":"code"}`, name),
			})
		}
		return w
	}
	f := coverage.LayerFile{
		Layer: layer, CRS: in.CRS, Encoding: in.Encoding, Table: in.Table, Level: coverage.Level(in.Level), Kind: in.Kind,
		Fields: object("fields", in.Fields), Kinds: object("kinds", in.Kinds), Classes: object("classes", in.Classes),
		Where: in.Where, Meet: in.Meet, Zone: coverage.Level(in.Zone), Spread: in.Spread, By: in.By,
	}
	if in.Tolerance.Set {
		f.ToleranceMeters = &in.Tolerance.Value
	}
	if len(faults) > 0 {
		return f, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", faults...)
	}
	var err error
	f.Name, err = in.fileName(layer, contentType)
	return f, err
}

func (s *server) putLayer(ctx context.Context, in *putLayerInput) (*huma.StreamResponse, error) {
	if err := s.takesChanges(); err != nil {
		return nil, err
	}
	if s.jobs == nil {
		return nil, fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server keeps no jobs, and takes no files of layers")
	}
	f, err := in.file(coverage.LayerName(in.Layer), in.Type)
	if err != nil {
		return nil, err
	}
	q := layerQuestion{Study: in.Study, IfMatch: strings.TrimSpace(in.IfMatch), Check: in.Check, LayerFile: f}
	if !coverage.IsLayer(q.Layer) {
		return nil, s.fail(noLayer(in.Layer), "path")
	}
	if _, err := s.store.Current(ctx, q.Study); err != nil {
		return nil, s.fail(err, "path")
	}
	if _, err := s.checkMatch(ctx, q.Study, condition(q.IfMatch)); err != nil {
		return nil, s.fail(err, "path")
	}
	args, err := json.Marshal(q)
	if err != nil {
		return nil, s.internal(err)
	}
	return s.order(ctx, job.Order{Kind: layerKind, Study: q.Study, Args: args, File: in.RawBody, Key: in.Key})
}

// noLayer says which layers there are.
func noLayer(layer string) error {
	return coverage.Errorf(coverage.NotFound, "no layer is named %q; there are %s", fail.Shown(layer), commas(names(coverage.LayerNames())))
}

// replaceLayer is the work of such a job.
func (s *server) replaceLayer(ctx context.Context, task job.Task, tell func(job.Progress)) (job.Result, error) {
	var q layerQuestion
	if err := json.Unmarshal(task.Args, &q); err != nil {
		return job.Result{}, err
	}
	q.Body = task.File
	var done any
	err := s.change(ctx, q.Study, func(base *coverage.Snapshot) (*coverage.Snapshot, error) {
		if c := condition(q.IfMatch); !c.holds(string(base.ID)) {
			return nil, unmatched(q.Study, c, base.ID)
		}
		next, report, err := s.editor.ReplaceLayer(ctx, base, q.LayerFile, telling(tell))
		refused, isOurs := errors.AsType[*coverage.Error](err)
		switch {
		case q.Check && isOurs && refused.Code == coverage.Invalid && len(refused.Issues) > 0:
			done = &checked{Errors: refused.Issues, Study: q.Study, Report: reportOf(report)}
			return nil, nil
		case err != nil:
			return nil, err
		case q.Check:
			done = &checked{OK: true, Errors: []coverage.Issue{}, Study: q.Study, Snapshot: next.ID, Report: reportOf(report)}
			return nil, nil
		}
		tell(job.Progress{Percent: 90, Doing: "storing"})
		done = &layerDone{q.Study, q.Layer, next.ID, reportOf(report)}
		return next, nil
	})
	return s.ended(ctx, done, err)
}

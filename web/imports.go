package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/fail"
)

// Importer reads the archive of a study, a zip with its study.yaml and files,
// into a snapshot, and stores nothing. tell hears how far a stage has come.
//
// Errors: those of an import, with every fault of every row.
type Importer func(ctx context.Context, archive []byte, tell func(stage string, done, total int64)) (*coverage.Snapshot, coverage.Report, error)

const (
	importKind      = "import"
	zipType         = "application/zip"
	maxArchiveBytes = 256 << 20 // an archive is held in memory while it is imported
)

// importQuestion is what an import job keeps beside the archive.
type importQuestion struct {
	Study   string `json:"study,omitempty"`    // the one to replace; empty for a new one
	IfMatch string `json:"if_match,omitempty"` // the header: what must be current
	Check   bool   `json:"check,omitempty"`    // nothing is to be stored
}

// imported is the result of an import.
type imported struct {
	Study    string              `json:"study"`
	Snapshot coverage.SnapshotID `json:"snapshot"`
	Report   importReport        `json:"report"`
}

// checked is the result of an import that stores nothing.
type checked struct {
	OK       bool                `json:"ok"`
	Errors   []coverage.Issue    `json:"errors"`
	Study    string              `json:"study,omitempty"`
	Snapshot coverage.SnapshotID `json:"snapshot,omitempty"` // that it would have
	Report   importReport        `json:"report"`
}

type newStudyInput struct {
	Check   bool   `query:"check" doc:"Store nothing: the result tells ok, errors, the whole report, and the snapshot that it would have." example:"true"`
	Key     string `header:"Idempotency-Key" hidden:"true"`
	Strict  strictQuery
	Type    string `header:"Content-Type" hidden:"true"`
	RawBody []byte `contentType:"application/zip"`
}

type putStudyInput struct {
	Study   string `path:"study" doc:"Id of the study, which its study.yaml must have, too." example:"dongxing-sample"`
	Check   bool   `query:"check" doc:"Store nothing: the result tells ok, errors, the whole report, and the snapshot that it would have." example:"true"`
	IfMatch string `header:"If-Match" doc:"Id of the snapshot that must be current, in quotes, so that nobody's change is lost; * for any. Default: any, or none." example:"\"41784fadbc00994f2d02\""`
	Key     string `header:"Idempotency-Key" hidden:"true"`
	Strict  strictQuery
	Type    string `header:"Content-Type" hidden:"true"`
	RawBody []byte `contentType:"application/zip"`
}

func (s *server) registerImports(api huma.API) {
	const text = " The body is a zip with study.yaml and the files that it names. It is imported as a job: all or nothing, and every fault of every row is " +
		"in the problem of a job that failed. The result has study, snapshot and report; with check, nothing is stored, and the result has ok, errors, report and the snapshot that it would have."
	op := func(id, method, path, summary, description string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Tags: []string{tagStudies}, Summary: summary, Description: description + text,
			DefaultStatus: http.StatusAccepted, MaxBodyBytes: maxArchiveBytes, BodyReadTimeout: bodyReadingMax, Parameters: []*huma.Param{keyHeader()},
			Responses: map[string]*huma.Response{"202": acceptedResponse(api.OpenAPI().Components.Schemas)},
		}
	}
	failures := []int{http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable}
	register(api, op("import-study", http.MethodPost, "/api/v1/studies", "Import a new study", "Adds a study that is not there yet."), failures,
		func(ctx context.Context, in *newStudyInput) (*huma.StreamResponse, error) {
			return s.orderImport(ctx, importQuestion{Check: in.Check}, in.Type, in.RawBody, in.Key)
		})
	register(api, op("put-study", http.MethodPut, "/api/v1/studies/{study}", "Import a study", "Adds a study, or a new snapshot to one that is there."),
		append(failures, http.StatusPreconditionFailed), func(ctx context.Context, in *putStudyInput) (*huma.StreamResponse, error) {
			q := importQuestion{Study: in.Study, IfMatch: strings.TrimSpace(in.IfMatch), Check: in.Check}
			if _, err := s.checkMatch(ctx, q.Study, condition(q.IfMatch)); err != nil {
				return nil, s.fail(err, "path")
			}
			return s.orderImport(ctx, q, in.Type, in.RawBody, in.Key)
		})
}

func (s *server) orderImport(ctx context.Context, q importQuestion, kind string, archive []byte, key string) (*huma.StreamResponse, error) {
	if s.jobs == nil || s.importer == nil {
		return nil, fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server takes no imports; use kaimen import, or serve with --manage on")
	}
	// The type is part of the defense: a page elsewhere cannot have a browser send
	// it here unasked.
	if name, _, err := mime.ParseMediaType(kind); err != nil || name != zipType || !bytes.HasPrefix(archive, []byte("PK")) {
		return nil, fail.New(http.StatusUnsupportedMediaType, coverage.Unsupported, "the body is no zip; send the zip of a study with Content-Type: application/zip")
	}
	args, err := json.Marshal(q)
	if err != nil {
		return nil, s.internal(err)
	}
	return s.order(ctx, job.Order{Kind: importKind, Study: q.Study, Args: args, File: archive, Key: key})
}

// importStudy is the work of an import.
func (s *server) importStudy(ctx context.Context, task job.Task, tell func(job.Progress)) (job.Result, error) {
	var q importQuestion
	if err := json.Unmarshal(task.Args, &q); err != nil {
		return job.Result{}, err
	}
	done, err := s.importArchive(ctx, q, task.File, tell)
	return s.ended(ctx, done, err)
}

// ended is the result of a job of a change, or why it failed.
func (s *server) ended(ctx context.Context, done any, err error) (job.Result, error) {
	if err != nil {
		if ctx.Err() != nil {
			return job.Result{}, ctx.Err()
		}
		text, errText := json.Marshal(s.fail(err, "body"))
		return job.Result{}, errors.Join(&job.Failure{Problem: text}, errText)
	}
	text, err := json.Marshal(done)
	return job.Result{ContentType: "application/json", Body: text}, err
}

// stages is how far an import has come when a stage begins; before them files
// are read.
var stages = map[string]int{"noding": 40, "zones": 50, "network": 60, "entrances": 65, "spread": 70, "facilities": 75, "demand": 80}

// telling tells of a job how far its import has come.
func telling(tell func(job.Progress)) func(stage string, done, total int64) {
	return func(stage string, _, _ int64) {
		percent, known := stages[stage]
		if !known {
			percent, stage = 10, "reading "+stage
		}
		tell(job.Progress{Percent: percent, Doing: stage})
	}
}

func (s *server) importArchive(ctx context.Context, q importQuestion, archive []byte, tell func(job.Progress)) (any, error) {
	snapshot, report, err := s.importer(ctx, archive, telling(tell))
	if refused, ok := errors.AsType[*coverage.Error](err); ok && q.Check && refused.Code == coverage.Invalid && len(refused.Issues) > 0 {
		return &checked{Errors: refused.Issues, Report: reportOf(report)}, nil
	}
	if err != nil {
		return nil, err
	}
	id := snapshot.Study.ID
	if q.Study != "" && q.Study != id {
		return nil, coverage.Errorf(coverage.Invalid, "the study.yaml is that of study %s, and was sent to %s; send it to its own address", id, q.Study)
	}
	if q.Study == "" {
		if _, err := s.store.Current(ctx, id); err == nil {
			return nil, thereAlready(id)
		} else if coverage.CodeOf(err) != coverage.NotFound {
			return nil, err
		}
	}
	if q.Check {
		return &checked{OK: true, Errors: []coverage.Issue{}, Study: id, Snapshot: snapshot.ID, Report: reportOf(report)}, nil
	}
	tell(job.Progress{Percent: 90, Doing: "storing"})
	if err := s.putImport(ctx, q, snapshot); err != nil {
		return nil, err
	}
	s.engine.Adopt(snapshot)
	return &imported{id, snapshot.ID, reportOf(report)}, nil
}

// thereAlready refuses a new study that is there.
func thereAlready(study string) error {
	return coverage.Errorf(coverage.Conflict, "there is a study %[1]s already; PUT /api/v1/studies/%[1]s adds a snapshot to it", study)
}

// putImport stores a snapshot as its question wants it: as the first of its
// study, after the one that must be current, or in any case.
func (s *server) putImport(ctx context.Context, q importQuestion, snapshot *coverage.Snapshot) error {
	if q.Study == "" {
		if err := s.putIf(ctx, snapshot, ""); errors.Is(err, errMoved) {
			return thereAlready(snapshot.Study.ID)
		} else if err != nil {
			return err
		}
		return nil
	}
	if q.IfMatch == "" {
		return s.store.Put(ctx, snapshot)
	}
	return again(snapshot.Study.ID, func() error {
		current, err := s.checkMatch(ctx, q.Study, condition(q.IfMatch))
		if err != nil {
			return err
		}
		return s.putIf(ctx, snapshot, current)
	})
}

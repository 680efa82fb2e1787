package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/web/fail"
)

const (
	snapshotsPath = "/api/v1/studies/{study}/snapshots"
	formatXLSX    = format("xlsx")
)

// versionItem is a snapshot in the list of those of a study.
type versionItem struct {
	Snapshot   coverage.SnapshotID        `json:"snapshot" doc:"Its id, a hash of its contents." example:"41784fadbc00994f2d02"`
	ImportedAt time.Time                  `json:"imported_at" doc:"When it last became current." example:"2026-11-29T08:00:00Z"`
	Current    bool                       `json:"current" doc:"It is what the study stands on." example:"true"`
	Counts     map[coverage.LayerName]int `json:"counts" doc:"Rows by layer; empty layers are absent."`
	Bounds     [4]float64                 `json:"bounds" doc:"West, south, east, north in degrees (WGS 84)."`
}

func versionOf(i coverage.SnapshotInfo) versionItem {
	return versionItem{
		i.ID, i.ImportedAt.UTC(), i.Current, i.Counts,
		[4]float64{i.Bounds.Min[0], i.Bounds.Min[1], i.Bounds.Max[0], i.Bounds.Max[1]},
	}
}

type versionsInput struct {
	Study  string              `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Limit  int                 `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most." example:"20"`
	Before coverage.SnapshotID `query:"before" doc:"Only those older than this one; next has it." example:"41784fadbc00994f2d02"`
	Strict strictQuery
}

type versionsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Study     string        `json:"study" doc:"Id of the study." example:"dongxing-sample"`
		Snapshots []versionItem `json:"snapshots" nullable:"false" doc:"The newest first."`
		Next      string        `json:"next,omitempty" doc:"Where the list goes on." example:"/api/v1/studies/dongxing-sample/snapshots?before=41784fadbc00994f2d02&limit=20"`
	} `nameHint:"Snapshots"`
}

type versionInput struct {
	Study    string              `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Snapshot coverage.SnapshotID `path:"snapshot" doc:"Id of one of its snapshots." example:"41784fadbc00994f2d02"`
	Strict   strictQuery
}

type changesInput struct {
	Study    string              `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Snapshot coverage.SnapshotID `path:"snapshot" doc:"Id of the later snapshot." example:"41784fadbc00994f2d02"`
	Since    coverage.SnapshotID `query:"since" doc:"Id of the snapshot to compare it with. Default: the one before it." example:"9b1d2f4a6c8e0f3a5c7e"`
	Format   string              `query:"f" enum:"json,csv,xlsx" doc:"Form of the answer. Default: what the Accept header asks for, else json."`
	BOM      optional[bool]      `query:"bom" doc:"CSV for a spreadsheet, as elsewhere."`
	Accept   string              `header:"Accept" hidden:"true"`
	Strict   strictQuery
}

type pruneInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Keep   int    `query:"keep" required:"true" minimum:"1" doc:"How many snapshots to keep, the current one among them." example:"10"`
	DryRun bool   `query:"dry_run" doc:"Say what would be deleted, and delete nothing." example:"true"`
	Strict strictQuery
}

type pruneOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Study   string        `json:"study" doc:"Id of the study." example:"dongxing-sample"`
		Deleted []versionItem `json:"deleted" nullable:"false" doc:"What went, or with dry_run would go, the oldest first."`
		Kept    int           `json:"kept" doc:"How many snapshots are left." example:"10"`
		DryRun  bool          `json:"dry_run" doc:"Nothing was deleted."`
	} `nameHint:"Pruned"`
}

func (s *server) registerVersions(api huma.API) {
	register(api, huma.Operation{
		OperationID: "list-snapshots", Method: http.MethodGet, Path: snapshotsPath, Tags: []string{tagStudies},
		Summary: "List the snapshots of a study", Description: "Every version of a study that is kept, the newest first.",
	}, []int{http.StatusNotFound}, s.listVersions)
	register(api, huma.Operation{
		OperationID: "get-changes", Method: http.MethodGet, Path: snapshotsPath + "/{snapshot}/changes", Tags: []string{tagStudies},
		Summary: "Compare two snapshots", Description: "Which rows of which layers came, went or changed in which columns from one snapshot to another. As CSV or XLSX, a row for each.",
		Responses: cached(good("What leads from the one to the other.", map[string]*huma.MediaType{
			"application/json":     {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[coverage.Difference](), true, "")},
			"text/csv":             csvContent("layer,change,id,kind,columns; change is added, removed or changed."),
			formatXLSX.mediaType(): {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "The same as a workbook."}},
		})),
	}, readFailures(), s.getChanges)
	register(api, huma.Operation{
		OperationID: "delete-snapshot", Method: http.MethodDelete, Path: snapshotsPath + "/{snapshot}", Tags: []string{tagStudies},
		Summary: "Delete a snapshot", Description: "Deletes an old version of a study, with the layers that no other version has. The current one stays (409).",
		Responses: map[string]*huma.Response{"204": {Description: "It is gone."}}, DefaultStatus: http.StatusNoContent,
	}, []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable}, s.deleteVersion)
	register(api, huma.Operation{
		OperationID: "prune-snapshots", Method: http.MethodPost, Path: snapshotsPath + "/prune", Tags: []string{tagStudies},
		Summary: "Delete old snapshots", Description: "Deletes all but the newest snapshots of a study.",
	}, []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable}, s.pruneVersions)
}

// takesChanges refuses what changes a study where the server does not offer it.
func (s *server) takesChanges() error {
	if s.editor == nil {
		return fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server takes no changes; serve with --manage on")
	}
	return nil
}

func (s *server) listVersions(ctx context.Context, in *versionsInput) (*versionsOutput, error) {
	infos, err := coverage.Versions(ctx, s.store, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	if in.Before != "" {
		at := slices.IndexFunc(infos, func(i coverage.SnapshotInfo) bool { return i.ID == in.Before })
		if at < 0 {
			return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
				Code: faultBadValue, Location: "query.before", Value: fail.Shown(string(in.Before)),
				Message: "study " + in.Study + " has no such snapshot by now; begin the list anew",
			})
		}
		infos = infos[at+1:]
	}
	out := &versionsOutput{CacheControl: cacheRevalidate}
	out.Body.Study, out.Body.Snapshots = in.Study, []versionItem{}
	if len(infos) > in.Limit {
		infos = infos[:in.Limit]
		next := url.Values{"before": {string(infos[in.Limit-1].ID)}, "limit": {strconv.Itoa(in.Limit)}}
		out.Body.Next = fmt.Sprintf("/api/v1/studies/%s/snapshots?%s", in.Study, next.Encode())
	}
	for _, i := range infos {
		out.Body.Snapshots = append(out.Body.Snapshots, versionOf(i))
	}
	return out, nil
}

func (s *server) getChanges(ctx context.Context, in *changesInput) (*huma.StreamResponse, error) {
	ask := AskHead{Format: in.Format, BOM: in.BOM, Accept: in.Accept}
	f, err := ask.form(formatJSON, formatCSV, formatXLSX)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	since := in.Since
	if since == "" {
		if since, err = s.versionBefore(ctx, in.Study, in.Snapshot); err != nil {
			return nil, s.fail(err, "path")
		}
	}
	var pair [2]*coverage.Snapshot
	for i, id := range []coverage.SnapshotID{since, in.Snapshot} {
		if pair[i], err = s.snapshot(ctx, in.Study, id); err != nil {
			return nil, s.fail(err, "path")
		}
	}
	d := coverage.Compare(pair[0], pair[1])
	a := ask.answer(fmt.Sprintf("%s-%s", d.From, d.To), f)
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, d) }
	} else {
		ask.tabled(ctx, &a, f, in.Study+"-changes", export.DifferenceTable(d, pair[1].Study.Synthetic))
	}
	return s.stream(a), nil
}

// versionBefore is the snapshot that a study had before another.
func (s *server) versionBefore(ctx context.Context, study string, id coverage.SnapshotID) (coverage.SnapshotID, error) {
	infos, err := coverage.Versions(ctx, s.store, study)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(infos, func(i coverage.SnapshotInfo) bool { return i.ID == id })
	switch {
	case at < 0:
		return "", noVersion(study, id)
	case at == len(infos)-1:
		return "", coverage.Errorf(coverage.NotFound, "study %s has no snapshot older than %s to compare it with; name another by since", study, id)
	}
	return infos[at+1].ID, nil
}

func noVersion(study string, id coverage.SnapshotID) error {
	return coverage.Errorf(coverage.NotFound, "study %s has no snapshot %q; GET /api/v1/studies/%[1]s/snapshots lists those it has", study, fail.Shown(string(id)))
}

func (s *server) deleteVersion(ctx context.Context, in *versionInput) (*huma.StreamResponse, error) {
	if err := s.takesChanges(); err != nil {
		return nil, err
	}
	infos, err := coverage.Versions(ctx, s.store, in.Study)
	if err == nil && !slices.ContainsFunc(infos, func(i coverage.SnapshotInfo) bool { return i.ID == in.Snapshot }) {
		err = noVersion(in.Study, in.Snapshot)
	}
	if err == nil {
		err = s.store.Delete(ctx, in.Snapshot)
	}
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &huma.StreamResponse{Body: func(h huma.Context) { h.SetStatus(http.StatusNoContent) }}, nil
}

func (s *server) pruneVersions(ctx context.Context, in *pruneInput) (*pruneOutput, error) {
	if err := s.takesChanges(); err != nil {
		return nil, err
	}
	gone, kept, err := coverage.Prune(ctx, s.store, in.Study, in.Keep, in.DryRun)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	out := &pruneOutput{CacheControl: cacheNever}
	out.Body.Study, out.Body.Kept, out.Body.DryRun, out.Body.Deleted = in.Study, kept, in.DryRun, []versionItem{}
	for _, i := range gone {
		out.Body.Deleted = append(out.Body.Deleted, versionOf(i))
	}
	return out, nil
}

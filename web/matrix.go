package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
	"kaimen/data/export/form"
	"kaimen/web/fail"
)

// Limits of a matrix. The answer is streamed, so that memory is no bound; time
// and the reader's patience are. Greater matrices are for the command line.
const (
	maxBodyBytes   = 32 << 20
	maxPlaces      = 100_000
	maxPairs       = 25_000_000
	bodyReadingMax = time.Minute
)

type place struct {
	ID  string  `json:"id" doc:"Names the place in the answer." example:"home-1"`
	Lon float64 `json:"lon" doc:"Longitude in degrees (WGS 84)." example:"105.0571"`
	Lat float64 `json:"lat" doc:"Latitude in degrees (WGS 84)." example:"29.5823"`
}

type matrixBody struct {
	Origins      []place  `json:"origins" nullable:"false"`
	Destinations []place  `json:"destinations" nullable:"false"`
	Profile      string   `json:"profile,omitempty" doc:"How people get about. Default: walk." example:"walk"`
	Nearest      int      `json:"nearest,omitempty" minimum:"0" doc:"Keep of each origin the so many nearest destinations. Default: all within reach." example:"3"`
	When         string   `json:"when,omitempty" doc:"A moment of the week: gates that are shut then are not passed." example:"Mo 14:30"`
	MaxM         *float64 `json:"max_m,omitempty" doc:"Longest way in meters along the network, inclusive. Alone, ways are the shortest; with max_min, the fastest, and no longer than this." example:"5000"`
	MaxMin       *float64 `json:"max_min,omitempty" doc:"Longest way in minutes, inclusive; ways are the fastest. Give this, max_m or both." example:"15"`
	ScenarioMembers
}

type matrixInput struct {
	Study  string         `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Format string         `query:"f" enum:"json,csv,xlsx,gpkg,parquet" doc:"Form of the answer. Default: what the Accept header asks for, else json."`
	BOM    optional[bool] `query:"bom" doc:"CSV for a spreadsheet: a byte order mark first, and an apostrophe before text that would run as a formula. Default: where the Accept header names text/html."`
	Accept string         `header:"Accept" hidden:"true"`
	Strict strictQuery
	Body   matrixBody
}

// matrixAnswer describes what export.NewMatrixJSON writes.
type matrixAnswer struct {
	Rows []analysis.Pair `json:"rows" nullable:"false" doc:"In the order of the origins, then of the destinations; a pair out of reach is absent."`
	export.MatrixTail
}

func (s *server) registerMatrix(api huma.API) {
	registerLong(s, api, huma.Operation{
		OperationID: "post-matrix", Method: http.MethodPost, Path: "/api/v1/studies/{study}/matrix", Tags: []string{tagAnswers},
		Summary: "Travel costs between many places",
		Description: fmt.Sprintf("The shortest way from every origin to every destination within the cutoff, with its time and its length. "+
			"At most %d places in each list, %d pairs, and %d MiB of request. The answer is streamed; if it breaks off, the transfer ends "+
			"with an error.", maxPlaces, maxPairs, maxBodyBytes>>20),
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax,
		Responses: matrixResponses(api.OpenAPI().Components.Schemas),
	}, []int{
		http.StatusNotFound, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
	}, s.postMatrix)
}

func (s *server) postMatrix(ctx context.Context, in *matrixInput) (*huma.StreamResponse, error) {
	f, err := chooseFormat(in.Format, in.Accept, matrixFormats()...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, err := in.Body.request(in.Study)
	if err != nil {
		return nil, s.fail(err, "body")
	}
	if request.Scenario, err = s.whatIf(ctx, in.Study, &in.Body.ScenarioMembers); err != nil {
		return nil, in.Body.fail(s, err)
	}
	snapshot, err := s.engine.Snapshot(ctx, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	synthetic := snapshot.Study.Synthetic
	if f != formatJSON && f != formatCSV {
		return s.matrixFile(ctx, &in.Body, request, f, export.MatrixHeadOf(snapshot)), nil
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		// The deadline was for reading the body. Left standing, it would end the
		// request while the answer is on its way. Not every connection has one.
		_ = hctx.SetReadDeadline(time.Time{})
		s.streamMatrix(hctx, &in.Body, request, f, func() export.MatrixWriter {
			if f == formatCSV {
				return export.NewMatrixCSV(hctx.BodyWriter(), synthetic, csvFor(in.BOM, in.Accept))
			}
			return export.NewMatrixJSON(hctx.BodyWriter(), synthetic)
		})
	}}, nil
}

// matrixFormats are those of a matrix, whose pairs have no shapes: the first two
// are streamed, the others are files that are made whole.
func matrixFormats() []format { return []format{formatJSON, formatCSV, "xlsx", "gpkg", "parquet"} }

// matrixFile answers with a matrix as a file.
func (s *server) matrixFile(ctx context.Context, body *matrixBody, r analysis.MatrixRequest, f format, head export.MatrixHead) *huma.StreamResponse {
	known, _ := form.ByName(string(f))
	sent := s.stream(answer{
		contentType: f.mediaType(), cache: cacheNever, negotiated: true, filename: r.Study + "-matrix" + known.Endings[0],
		write: func(w io.Writer) error {
			run := export.NewMatrixRun(head, func(pair func(analysis.Pair) error) (analysis.MatrixReport, error) {
				return s.engine.Matrix(ctx, r, pair)
			})
			err := known.Write(ctx, w, export.CSVOptions{}, run.Table())
			if _, unfit := run.Done(); unfit != nil {
				err = unfit
			}
			if err != nil {
				return body.fail(s, err)
			}
			return nil
		},
	})
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		_ = hctx.SetReadDeadline(time.Time{}) // as for streams
		sent.Body(hctx)
	}}
}

// fail is the server's for this body.
func (b *matrixBody) fail(s *server, err error) *problem {
	p := s.fail(err, "body")
	b.place(p, "body")
	return p
}

// request puts the body in the Engine's words.
func (b *matrixBody) request(study string) (analysis.MatrixRequest, error) {
	r := analysis.MatrixRequest{Study: study, Profile: b.Profile, When: b.When, Nearest: b.Nearest, Origins: placesOf(b.Origins), Destinations: placesOf(b.Destinations)}
	for _, l := range []struct {
		name string
		n    int
	}{{"origins", len(b.Origins)}, {"destinations", len(b.Destinations)}} {
		if l.n > maxPlaces {
			return r, coverage.Errorf(coverage.TooLarge, "%d %s; at most %d are taken at once", l.n, l.name, maxPlaces)
		}
	}
	if pairs := len(b.Origins) * len(b.Destinations); pairs > maxPairs {
		return r, coverage.Errorf(coverage.TooLarge, "%d pairs (%d origins × %d destinations); at most %d are taken at once",
			pairs, len(b.Origins), len(b.Destinations), maxPairs)
	}
	var err error
	switch {
	case b.MaxMin != nil:
		r.Cutoff, err = analysis.Minutes(*b.MaxMin)
		err = renamed(err, "cutoff_min", "max_min")
		if b.MaxM != nil && err == nil {
			r.OtherCutoff, err = analysis.Meters(*b.MaxM)
			err = renamed(err, "cutoff_m", "max_m")
		}
	case b.MaxM != nil:
		r.Cutoff, err = analysis.Meters(*b.MaxM)
		err = renamed(err, "cutoff_m", "max_m")
	}
	return r, err
}

// renamed puts the name a parameter has here into an error of the Engine.
func renamed(err error, from, to string) error {
	known, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		return err
	}
	renamed := &coverage.Error{Code: known.Code, Message: known.Message}
	for _, issue := range known.Issues {
		issue.Source = strings.ReplaceAll(issue.Source, from, to)
		issue.Message = strings.ReplaceAll(issue.Message, from, to)
		renamed.Issues = append(renamed.Issues, issue)
	}
	return renamed
}

func placesOf(list []place) []analysis.Place {
	places := make([]analysis.Place, len(list))
	for i, p := range list {
		places[i] = analysis.Place{ID: p.ID, At: orb.Point{p.Lon, p.Lat}}
	}
	return places
}

// streamMatrix begins the answer with the first pair, so that an error before
// it is told as such.
func (s *server) streamMatrix(ctx huma.Context, body *matrixBody, r analysis.MatrixRequest, f format, open func() export.MatrixWriter) {
	var out export.MatrixWriter
	begin := func() {
		ctx.SetHeader("Content-Type", f.mediaType())
		ctx.SetHeader("Cache-Control", "no-store")
		if f == formatCSV {
			ctx.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", r.Study+"-matrix.csv"))
		}
		ctx.SetStatus(http.StatusOK)
		out = open()
	}
	report, err := s.engine.Matrix(ctx.Context(), r, func(p analysis.Pair) error {
		if out == nil {
			begin()
		}
		return out.Write(p)
	})
	switch {
	case err != nil && out == nil:
		_, w := humamux.Unwrap(ctx)
		fail.Write(w, body.fail(s, err))
		return
	case err == nil && out == nil:
		begin()
	}
	if err == nil {
		err = out.Close(report)
	}
	if err != nil {
		s.abort(ctx, err)
	}
}

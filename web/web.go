package web

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gorilla/mux"
	"github.com/klauspost/compress/gzhttp"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/job"
	"kaimen/web/fail"
	"kaimen/web/ogc"
	"kaimen/web/processes"
)

// Options is what a server is made of.
type Options struct {
	Engine *analysis.Engine
	Store  coverage.Snapshots // the one the Engine reads
	// Scenarios are those that studies keep; nil for a server that keeps none.
	Scenarios coverage.Scenarios
	// Manage tells that whoever reaches the server may change what it keeps.
	Manage bool
	// Page is the built page with index.html at its root; nil or without it, a
	// note says how to build it.
	Page fs.FS
	// Logger takes a line per request and per internal error; nil means none.
	Logger *slog.Logger
	// Version of the program, told in the Server header.
	Version string
	// Jobs takes the questions that clients prefer to have answered later, and
	// imports; nil for a server that answers all at once.
	Jobs job.Queue
	// JobsPage is the queue's own pages, under /admin/jobs; nil for none.
	JobsPage http.Handler
	// Ending is closed when the server is to end: streams that would go on for
	// long are cut then. Nil means never.
	Ending <-chan struct{}
	// Importer reads archives of studies. A worker needs it to do imports, a server
	// to take them; nil for none.
	Importer Importer
	// Editor makes snapshots of others. A worker needs it to take whole layers, a
	// server to change studies or delete snapshots at all; nil for none.
	Editor Editor
	// Basemap is a base map of someone else that the page may show; nil for none,
	// and then the page asks nobody but this server.
	Basemap *Basemap
	// Inspector looks into files before they are imported; nil for none.
	Inspector Inspector
	// TileBytes is how many bytes of encoded tiles are kept ready; 0 means 64 MiB.
	TileBytes int
}

// defaultTileBytes holds some thousands of tiles, all that a district has down
// to zoom 15.
const defaultTileBytes = 64 << 20

// server is what the handlers share. All of it is built once.
type server struct {
	engine *analysis.Engine
	store  coverage.Snapshots
	log    *slog.Logger

	scenarios coverage.Scenarios
	manage    bool

	tiles   *tileSource
	offers  []offer
	tickets tickets // searches that can be stopped

	jobs      job.Queue
	importer  Importer
	editor    Editor
	inspector Inspector
	ending    <-chan struct{}
	kinds     []string // the questions that jobs may be made of

	basemap *Basemap
	policy  string // of what the page may ask for
}

// offer is an address of the API and the methods that it takes.
type offer struct {
	path    *regexp.Regexp
	methods []string // HEAD beside GET
}

// New returns the handler of a whole server. Any number of goroutines may share
// it.
//
// Errors: none; a document that cannot be built is a bug of this program and
// panics.
func New(o Options) http.Handler {
	s := newServer(o)
	router := mux.NewRouter()
	s.offers = offersOf(s.operations(router))
	mountDescriptions(router)
	s.mountOGC(router, Document30())
	if o.JobsPage != nil {
		router.PathPrefix(AdminPath).Handler(http.NewCrossOriginProtection().Handler(o.JobsPage))
	}
	router.NotFoundHandler = newPage(o.Page)
	router.MethodNotAllowedHandler = http.HandlerFunc(s.methodNotAllowed)
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.EnableZstd(false), gzhttp.SuffixETag(compressedMark))
	if err != nil {
		panic("web: the compression takes these options: " + err.Error())
	}
	return s.observe(s.headers(o.Version, bodiless(compress(s.rescue(router)))))
}

// AdminPath is where the queue's own pages are.
const AdminPath = "/admin/jobs"

func newServer(o Options) *server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.TileBytes == 0 {
		o.TileBytes = defaultTileBytes
	}
	return &server{
		engine: o.Engine, store: o.Store, log: o.Logger, jobs: o.Jobs, importer: o.Importer, editor: o.Editor, inspector: o.Inspector, ending: o.Ending,
		scenarios: o.Scenarios, manage: o.Manage, basemap: o.Basemap, policy: o.Basemap.policy(),
		tiles: newTileSource(o.TileBytes),
	}
}

// operations registers every operation.
func (s *server) operations(router *mux.Router) *huma.OpenAPI {
	api := huma.NewAPI(configuration(s.problems), featureAdapter{humamux.NewAdapter(router)})
	api.UseMiddleware(plainStatus)
	s.registerStart(api)
	s.registerHealth(api)
	s.registerMap(api)
	s.registerStudies(api)
	s.registerLayers(api)
	s.registerFind(api)
	s.registerCoverage(api)
	s.registerIsochrones(api)
	s.registerMatrix(api)
	s.registerCompare(api)
	s.registerScenarios(api)
	s.registerIndicators(api)
	s.registerTiles(api)
	s.registerJobs(api)
	s.registerImports(api)
	s.registerVersions(api)
	s.registerEdits(api)
	s.registerLayerFiles(api)
	s.registerInspect(api)
	tighten(api.OpenAPI())
	return api.OpenAPI()
}

// mountOGC puts OGC API – Features and Processes under their address. Their
// document of their own comes from that of the API, and their errors have the statuses of those standards.
func (s *server) mountOGC(router *mux.Router, document []byte) {
	var source ogc.Source = ogc.NewSnapshots(s.store, s.snapshot)
	if s.jobs != nil {
		source = ogc.NewResults(s.jobs).Beside(source)
	}
	inner := s.rescue(router)
	parts := []ogc.Part{processes.New(processes.Options{
		Document: document, Jobs: s.jobs, BodyBytes: maxBodyBytes, BodyTime: bodyReadingMax, KeyBytes: maxKeyBytes,
		Ask: func(r *http.Request) (processes.Answer, error) { return within(inner, r) },
	})}
	handler := ogc.New(ogc.Options{Source: source, Tiles: collectionTiles{s}, Origin: origin, Trouble: s.keep, Known: matches, Parts: parts})
	router.Path(ogc.Root).Handler(handler)
	router.PathPrefix(ogc.Root + "/").Handler(handler)
}

// parameterInPath is a parameter of a path, as regexp.QuoteMeta leaves it.
var parameterInPath = regexp.MustCompile(`\\\{[^}]+\\\}`)

// offersOf lists what a document offers.
func offersOf(document *huma.OpenAPI) (list []offer) {
	for path, item := range document.Paths {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(path), regexp.QuoteMeta(featureInPath), ".+")
		o := offer{path: regexp.MustCompile("^" + parameterInPath.ReplaceAllString(pattern, "[^/]+") + "$")}
		if item.Get != nil {
			o.methods = append(o.methods, http.MethodGet, http.MethodHead)
		}
		if item.Post != nil {
			o.methods = append(o.methods, http.MethodPost)
		}
		if item.Put != nil {
			o.methods = append(o.methods, http.MethodPut)
		}
		if item.Patch != nil {
			o.methods = append(o.methods, http.MethodPatch)
		}
		if item.Delete != nil {
			o.methods = append(o.methods, http.MethodDelete)
		}
		list = append(list, o)
	}
	return list
}

// methodNotAllowed answers a path that is there for other methods only.
func (s *server) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	methods := []string{http.MethodGet, http.MethodHead}
	for _, o := range s.offers {
		if o.path.MatchString(r.URL.Path) {
			methods = o.methods
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	fail.Write(w, fail.New(http.StatusMethodNotAllowed, coverage.Unsupported,
		fmt.Sprintf("%s is not offered at this address; use %s", r.Method, methods[len(methods)-1])))
}

// register adds one operation with the errors that every one may give.
func register[I, O any](api huma.API, op huma.Operation, errors []int, handler operation[I, O]) {
	op.Responses = withErrors(op.Responses, errors)
	huma.Register(api, op, handler)
}

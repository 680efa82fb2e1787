package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/data"
	"kaimen/data/gpkg"
	"kaimen/data/jobs"
	"kaimen/data/sample"
	"kaimen/web"
)

// district is a server of the sample district as kaimen serve --sample has it:
// its store in a file, its queue beside it, imports allowed.
type district struct {
	*office
	snapshot coverage.SnapshotID
}

func openDistrict(t *testing.T) *district {
	t.Helper()
	dir := t.TempDir()
	if _, err := sample.Write(t.Context(), filepath.Join(dir, "sample"), sample.Options{}); err != nil {
		t.Fatal(err)
	}
	snapshot, _, err := data.Import(t.Context(), filepath.Join(dir, "sample", "study.yaml"), data.Options{Now: day})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "store.gpkg")
	store, err := gpkg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Put(t.Context(), snapshot); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := web.Options{
		Engine: analysis.New(store, library), Store: store, Scenarios: store.Scenarios(), Manage: true, Version: "test",
		Editor: editor{}, Inspector: inspectFile,
		Importer: func(ctx context.Context, archive []byte, tell func(string, int64, int64)) (*coverage.Snapshot, coverage.Report, error) {
			return data.ImportArchive(ctx, archive, data.Options{Now: day, Progress: tell})
		},
	}
	queue, err := jobs.Open(t.Context(), path, jobs.Options{Work: web.Work(o)})
	if err != nil {
		t.Fatal(err)
	}
	o.Jobs = queue
	server := httptest.NewServer(web.New(o))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- queue.Run(ctx) }()
	t.Cleanup(func() {
		server.Close()
		cancel()
		if err := errors.Join(<-ended, queue.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return &district{&office{t: t, server: server, contract: readContract(t)}, snapshot.ID}
}

// archive is a study of one road, as a zip.
func archive(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"study.yaml": "study: my-district\ncrs: EPSG:4326\nsources:\n  roads: [{file: roads.osm}]\n",
		"roads.osm": `<?xml version="1.0"?><osm version="0.6"><node id="1" lon="105.000" lat="29.500"/><node id="2" lon="105.001" lat="29.500"/>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sent is an exchange with the server.
type sent struct {
	request *http.Request
	body    string // of the request
	answer  *http.Response
	text    []byte
}

// ask sends a request with headers given as name, value, name, value…
func (d *district) ask(method, target, body string, headers ...string) *sent {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.server.URL+target, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		d.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		d.t.Fatal(err)
	}
	return &sent{r, body, answer, text.Bytes()}
}

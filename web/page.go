package web

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"

	"kaimen/coverage"
	"kaimen/web/fail"
)

// hashedFile is a file that the build named by its content: its name changes
// when it does.
var hashedFile = regexp.MustCompile(`^assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+(\.map)?$`)

// notBuilt is shown in place of a page that is not in the program.
const notBuilt = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>开门可及 Kaimen</title>
<h1>开门可及 Kaimen</h1>
<p>此程序不含网页。请运行 <code>make build</code> 后重新启动。
<p>The page is not in this program. Run <code>make build</code> and start it again.
<p>The API works all the same: <a href="/docs">/docs</a>.
</html>
`

// page serves the built page, and all addresses that no operation has.
type page struct{ files fs.FS }

func newPage(files fs.FS) http.Handler { return &page{files} }

// ServeHTTP gives a file of the page; for an address without a dot, which the
// page itself gives a meaning to, index.html.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if reserved(r.URL.Path) {
		fail.Write(w, fail.New(http.StatusNotFound, coverage.NotFound,
			"there is nothing at this address; /docs lists what there is"))
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET, HEAD")
		fail.Write(w, fail.New(http.StatusMethodNotAllowed, coverage.Unsupported, "the page is only read; use GET"))
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" || !strings.Contains(path.Base(name), ".") {
		name = "index.html"
	}
	p.give(w, r, name)
}

// reserved tells the addresses that are never the page's.
func reserved(address string) bool {
	switch address {
	case spec31, spec30, "/healthz", "/readyz":
		return true
	}
	for _, root := range []string{"/api", docsPath, "/tiles", "/ogc"} {
		if address == root || strings.HasPrefix(address, root+"/") {
			return true
		}
	}
	return false
}

func (p *page) give(w http.ResponseWriter, r *http.Request, name string) {
	content, err := p.read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && name == "index.html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(notBuilt)) // a client that went away is no error of ours
		return
	case err != nil:
		fail.Write(w, fail.New(http.StatusNotFound, coverage.NotFound, "the page has no such file"))
		return
	}
	w.Header().Set("Content-Type", typeOf(name))
	w.Header().Set("Cache-Control", cacheRevalidate)
	if hashedFile.MatchString(name) {
		w.Header().Set("Cache-Control", cacheForever)
	}
	tag := tagOf(content)
	w.Header().Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(content) // a client that went away is no error of ours
}

// read reads a file of the page. What is no file is as if it were not there.
func (p *page) read(name string) ([]byte, error) {
	if p.files == nil || !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	content, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	return content, nil
}

// typeOf is the Content-Type of a file by its ending. The system's own table
// differs from machine to machine.
func typeOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".wasm":
		return "application/wasm"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

package web

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gorilla/mux"

	"kaimen/web/fail"
)

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status that is sent.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes that are sent.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush sends what is written so far. The compression asks its writer by this
// method alone, so that without it no event of a stream would leave at once.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// observe logs every request when it is done, also one that was cut short.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if rec.status == 0 {
				rec.status = http.StatusOK // what the connection sends when nothing was said
			}
			s.log.Info("request", "method", r.Method, "path", r.URL.Path, "status", rec.status,
				"bytes", rec.bytes, "duration_ms", float64(time.Since(start).Microseconds())/1000)
		}()
		next.ServeHTTP(rec, r)
	})
}

// rescue turns a panic into an internal problem, or cuts the connection where
// part of an answer is sent already.
func (s *server) rescue(router *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			p := s.internal(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
			if rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			header := w.Header()
			for name := range header {
				if name != "Vary" && name != "Server" {
					header.Del(name)
				}
			}
			s.headersOf(header)
			fail.Write(w, p)
		}()
		router.ServeHTTP(rec, r)
	})
}

// policy lets the page use what this server serves and nothing else. MapLibre
// starts its worker from a blob and sets styles of its own on elements; images
// may come from a canvas.
//
// The addresses of an outside base map, which is where %s stands, are the one
// thing that an operator may add.
const policy = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; child-src 'self' blob:; " +
	"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'%s; " +
	"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"

func (s *server) headersOf(h http.Header) {
	h.Set("Content-Security-Policy", s.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
}

// headers sets what every answer carries.
func (s *server) headers(version string, next http.Handler) http.Handler {
	name := "kaimen"
	if version != "" {
		name += "/" + version
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.headersOf(w.Header())
		w.Header().Set("Server", name)
		next.ServeHTTP(w, r)
	})
}

// headWriter takes the headers of an answer and drops its body.
type headWriter struct{ http.ResponseWriter }

// Write drops b.
func (headWriter) Write(b []byte) (int, error) { return len(b), nil }

// Unwrap lets http.ResponseController find the connection.
func (w headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// bodiless answers HEAD as GET without its body.
func bodiless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			get := r.Clone(r.Context())
			get.Method = http.MethodGet
			next.ServeHTTP(headWriter{w}, get)
			return
		}
		next.ServeHTTP(w, r)
	})
}

package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"

	"kaimen/coverage"
	"kaimen/web/fail"
)

// operation is a handler as the library calls it.
type operation[I, O any] func(context.Context, *I) (*O, error)

// What browsers and caches in between may do with an answer.
const (
	cacheRevalidate = "no-cache" // keep it, ask with If-None-Match
	cacheNever      = "no-store"
	cacheForever    = "public, max-age=31536000, immutable" // its address changes with its content
)

// answer is a body with its headers, written as it is made.
type answer struct {
	tag         string // strong ETag with its quotes; empty for none
	contentType string
	filename    string // to be saved under, empty to be shown
	cache       string
	negotiated  bool   // the Accept header had a say in it
	packed      bool   // the body is compressed already
	next        string // address of the next page; empty for none
	status      int    // 0 for 200
	location    string
	snapshot    coverage.SnapshotID // that it is of, where its address does not say so
	write       func(io.Writer) error
}

// stream sends a, or 304 when the client has it.
func (s *server) stream(a answer) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		if a.status == 0 && a.tag != "" && matches(ctx.Header("If-None-Match"), a.tag) {
			a.keep(ctx)
			ctx.SetStatus(http.StatusNotModified)
			return
		}
		out := &opening{out: ctx.BodyWriter(), open: func() {
			a.keep(ctx)
			ctx.SetHeader("Content-Type", a.contentType)
			if a.packed {
				ctx.SetHeader("Content-Encoding", "gzip")
			}
			if a.filename != "" {
				ctx.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", a.filename))
			}
			if a.location != "" {
				ctx.SetHeader("Location", a.location)
			}
			ctx.SetStatus(cmp.Or(a.status, http.StatusOK))
		}}
		err := a.write(out)
		switch {
		case err != nil && out.open != nil:
			_, w := humamux.Unwrap(ctx)
			fail.Write(w, s.fail(err, "query"))
		case err != nil:
			s.abort(ctx, err)
		default:
			out.begin()
		}
	}}
}

// keep sets what says how long and for whom a holds.
func (a *answer) keep(ctx huma.Context) {
	ctx.SetHeader("Cache-Control", a.cache)
	if a.negotiated {
		ctx.AppendHeader("Vary", "Accept")
	}
	switch {
	case a.packed:
		ctx.SetHeader("ETag", strings.TrimSuffix(a.tag, `"`)+compressedMark+`"`)
	case a.tag != "":
		ctx.SetHeader("ETag", a.tag)
	}
	if a.next != "" {
		ctx.SetHeader("Link", linkNext(a.next))
	}
	if a.snapshot != "" {
		ctx.SetHeader(snapshotHeader, string(a.snapshot))
	}
}

// writing writes a text.
func writing(text []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
}

// opening begins an answer with its first byte, so that an error before it is
// told as such.
type opening struct {
	out  io.Writer
	open func() // nil once it has begun
}

func (o *opening) begin() {
	if o.open != nil {
		o.open()
		o.open = nil
	}
}

func (o *opening) Write(b []byte) (int, error) {
	o.begin()
	return o.out.Write(b)
}

// abort cuts the connection: part of the body is sent, and only a broken
// transfer can still tell the client that the rest is missing.
func (s *server) abort(ctx huma.Context, err error) {
	if ctx.Context().Err() == nil {
		s.log.Error("answer cut short", "path", ctx.Operation().Path, "error", err.Error())
	}
	panic(http.ErrAbortHandler)
}

// tagOf is the strong ETag of a text.
func tagOf(text []byte) string {
	sum := sha256.Sum256(text)
	return quoted(hex.EncodeToString(sum[:16]))
}

func quoted(tag string) string { return `"` + tag + `"` }

// compressedMark is what the compression appends to the ETag of a body that it
// changed, so that a strong tag names one sequence of bytes.
const compressedMark = "-gzip"

// matches tells whether an If-None-Match header names tag (RFC 9110, section
// 13.1.2), in its plain or its compressed form.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == "*" || part == tag || strings.TrimSuffix(part, compressedMark+`"`)+`"` == tag {
			return true
		}
	}
	return false
}

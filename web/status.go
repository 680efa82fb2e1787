package web

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// plain is the status to send for one the library chose: a body that is no JSON
// is an invalid request like any other.
func plain(status int) int {
	if status == http.StatusBadRequest {
		return http.StatusUnprocessableEntity
	}
	return status
}

// plainContext is a request's context whose statuses are plain.
type plainContext struct{ requestContext }

// requestContext gives the embedded field a name that no method has.
type requestContext huma.Context

// SetStatus sends the plain form of code; an error is not to be kept.
func (c plainContext) SetStatus(code int) {
	if code >= http.StatusBadRequest {
		c.SetHeader("Cache-Control", "no-store")
	}
	c.requestContext.SetStatus(plain(code))
}

// Unwrap gives the library its own context back.
func (c plainContext) Unwrap() huma.Context { return c.requestContext }

func plainStatus(ctx huma.Context, next func(huma.Context)) { next(plainContext{ctx}) }

package postgis

import (
	"fmt"
	"iter"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
)

// rowSource hands a table's rows to COPY: fid, geometry, values.
type rowSource struct {
	next   func() (coverage.Row, bool)
	stop   func()
	fid    int64
	values []any
	err    error
}

var _ pgx.CopyFromSource = (*rowSource)(nil)

// newRowSource stands before the first row of t; whoever made it stops it.
func newRowSource(t coverage.Table) *rowSource {
	next, stop := iter.Pull(t.Rows)
	return &rowSource{next: next, stop: stop}
}

// Next implements pgx.CopyFromSource.
func (r *rowSource) Next() bool {
	row, ok := r.next()
	if !ok || r.err != nil {
		return false
	}
	r.fid++
	shape, err := encode(row.Geometry)
	if err != nil {
		r.err = fmt.Errorf("row %d: %w", r.fid, err)
		return false
	}
	r.values = append(append(r.values[:0], r.fid, shape), row.Values...)
	return true
}

// Values implements pgx.CopyFromSource.
func (r *rowSource) Values() ([]any, error) { return r.values, nil }

// Err implements pgx.CopyFromSource.
func (r *rowSource) Err() error { return r.err }

package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/web/fail"
)

// strictQuery, as a field of an input, refuses what an operation does not know:
// a misspelled parameter would otherwise be answered with the default.
type strictQuery struct {
	asked url.Values // the query, of which the address of the next page is made
}

// Resolve reports parameters that are not the operation's or stand more than
// once, in alphabetical order. In a body, which the parameters of GET are too,
// there is nothing to look at.
func (q *strictQuery) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	if strings.HasPrefix(at.String(), "body") {
		return nil
	}
	u := ctx.URL()
	q.asked = u.Query()
	return queryFaults(u.RawQuery, queryNames(ctx.Operation()))
}

func queryNames(op *huma.Operation) []string {
	var names []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return names
}

// queryFaults checks the raw text of a query against the names known.
func queryFaults(raw string, known []string) []error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return []error{fault{Code: faultBadValue, Location: "query", Message: "the query is not well formed: " + err.Error()}}
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f := fault{Location: "query." + fail.Shown(name), Value: fail.Shown(values.Get(name))}
		switch {
		case !slices.Contains(known, name):
			f.Code = faultUnknownParameter
			f.Message = fmt.Sprintf("%q is no parameter of this address; it takes %s", fail.Shown(name), commas(known))
		case len(values[name]) > 1:
			f.Code = faultBadValue
			f.Message = fmt.Sprintf("%s stands %d times; give it once", fail.Shown(name), len(values[name]))
		default:
			continue
		}
		faults = append(faults, f)
	}
	return faults
}

func commas(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// optional is a parameter that may be absent, where absent and zero differ.
type optional[T any] struct {
	Value T
	Set   bool
}

// Schema describes the value alone.
func (o optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}

// UnmarshalJSON reads a member of a body that is there.
func (o *optional[T]) UnmarshalJSON(text []byte) error {
	o.Set = true
	return json.Unmarshal(text, &o.Value)
}

// Receiver is where the library puts the value.
func (o *optional[T]) Receiver() reflect.Value { return reflect.ValueOf(o).Elem().Field(0) }

// OnParamSet hears from the library whether the parameter was there.
func (o *optional[T]) OnParamSet(set bool, _ any) { o.Set = set }

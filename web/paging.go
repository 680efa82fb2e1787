package web

import (
	"fmt"
	"maps"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/web/fail"
)

// A list that may grow long is read page by page: limit says how many, and
// after (before, where the newest come first) behind which id the page begins.
// Where more follow, next has the address of the next page, and the header Link
// says the same of any form.

// nextPage is the address of the page behind the last row of this one: this
// address, with its parameters in alphabetical order and the bound in place of
// the one it has.
func nextPage(path string, query url.Values, bound, last string) string {
	next := make(url.Values, len(query)+1)
	for name, values := range query {
		next[name] = values
	}
	next.Set(bound, last)
	return path + "?" + next.Encode()
}

// linkNext is the value of a Link header (RFC 8288) to the next page; empty for
// none.
func linkNext(address string) string {
	if address == "" {
		return ""
	}
	return fmt.Sprintf("<%s>; rel=\"next\"", address)
}

// paged declares the header of an answer that has pages.
func paged(responses map[string]*huma.Response) map[string]*huma.Response {
	for _, status := range []string{"200", "304"} {
		headers := maps.Clone(responses[status].Headers)
		headers["Link"] = &huma.Param{Description: "The next page, as rel=next; absent on the last.", Schema: &huma.Schema{Type: huma.TypeString}}
		responses[status].Headers = headers
	}
	return responses
}

// afterUnknown tells that no row has the id behind which a page is to begin.
func afterUnknown(part, id string) fault {
	return fault{
		Code: faultBadValue, Location: part + ".after", Value: fail.Shown(id),
		Message: fmt.Sprintf("no row has the id %q; take it from the page before, or begin without after: the data may have changed between", fail.Shown(id)),
	}
}

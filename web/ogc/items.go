package ogc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"kaimen/coverage"
	"kaimen/geo/geojson"
	"kaimen/web/fail"
)

// rowsBetweenLooks is how many features pass between two looks at the context.
const rowsBetweenLooks = 4096

// found is what a selection finds: how many features there are, and the places
// of those on the page.
type found struct {
	matched int
	places  []int
}

// find looks for the features of a selection. Without a test nothing is read.
//
// Errors: ctx.Err() if ctx ends first.
func (sel *selection) find(ctx context.Context, from Collection) (found, error) {
	n := from.Info().Len
	if len(sel.tests) == 0 {
		first := min(sel.offset, n)
		last := first + min(sel.limit, n-first)
		out := found{matched: n, places: make([]int, 0, last-first)}
		for i := first; i < last; i++ {
			out.places = append(out.places, i)
		}
		return out, nil
	}
	var candidates []int
	for _, box := range sel.boxes {
		candidates = append(candidates, from.Meeting(box)...)
	}
	if len(sel.boxes) > 1 {
		slices.Sort(candidates)
		candidates = slices.Compact(candidates)
	}
	if sel.boxes != nil {
		n = len(candidates)
	}
	passes := all(sel.tests...)
	var out found
	var values []any
	for i := range n {
		if i%rowsBetweenLooks == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		place := i
		if sel.boxes != nil {
			place = candidates[i]
		}
		feature := from.At(place, values)
		values = feature.Values
		if passes(&feature) != yes {
			continue
		}
		if out.matched++; out.matched > sel.offset && len(out.places) < sel.limit {
			out.places = append(out.places, place)
		}
	}
	return out, nil
}

func (s *server) items(c *call) (*reply, error) {
	info, collection, err := s.opened(c)
	if err != nil {
		return nil, err
	}
	names := itemParameters()
	for _, column := range queryableColumns(info) {
		names = append(names, column.Name)
	}
	if err := c.allow(names, jsonForm(typeGeoJSON), htmlForm); err != nil {
		return nil, err
	}
	sel := c.readSelection(info)
	if len(c.faults) > 0 {
		return nil, c.refuse()
	}
	a := &reply{
		tag: `"` + hashOf(info.Hash, c.base, c.query.Encode(), c.form.name) + `"`, kind: c.form.mediaType,
		headers: map[string]string{"Content-Crs": "<" + sel.system.uri + ">"},
	}
	if s.Known(c.Header.Get("If-None-Match"), a.tag) {
		return a, nil // it is known before anything is looked for
	}
	hits, err := sel.find(c.Context(), collection)
	if err != nil {
		return nil, err
	}
	links := c.pages(info, &sel, hits)
	a.headers["OGC-NumberMatched"] = strconv.Itoa(hits.matched)
	a.headers["OGC-NumberReturned"] = strconv.Itoa(len(hits.places))
	a.headers["Link"] = headerOf(links)
	a.write = func(w io.Writer) error { return writeItems(c.Context(), w, collection, &sel, hits, links) }
	if c.form.name == htmlForm.name {
		a.write = func(w io.Writer) error { return writePage(w, c, c.itemsPage(collection, &sel, hits, links)) }
	}
	return a, nil
}

// pages are the links of a page to itself and to those beside it, with all that
// was asked.
func (c *call) pages(info *Info, sel *selection, hits found) []link {
	address := c.of(info.ID, "/items")
	links := append(c.selves(address, typeGeoJSON), link{c.of(info.ID, ""), "collection", typeJSON, both(info.Title)})
	page := func(rel, title string, offset int) {
		links = append(links, link{c.with(address, url.Values{
			"limit": {strconv.Itoa(sel.limit)}, "offset": {strconv.Itoa(offset)},
		}), rel, typeGeoJSON, title})
	}
	if next := sel.offset + len(hits.places); len(hits.places) > 0 && next < hits.matched {
		page("next", "Next page / 下一页", next)
	}
	if sel.offset > 0 && hits.matched > 0 {
		page("prev", "Previous page / 上一页", max(0, min(sel.offset, hits.matched)-sel.limit))
	}
	return links
}

// maxLinkBytes is how long a Link header may be: proxies refuse answers with
// long headers, and a filter makes them so. The document has the links too.
const maxLinkBytes = 4096

// headerOf is the Link header (RFC 8288) with the links to other pages; empty
// where it would be too long.
func headerOf(links []link) string {
	var parts []string
	for _, l := range links {
		if l.Rel != "collection" {
			parts = append(parts, fmt.Sprintf("<%s>; rel=%q; type=%q", l.Href, l.Rel, l.Type))
		}
	}
	if header := strings.Join(parts, ", "); len(header) <= maxLinkBytes {
		return header
	}
	return ""
}

// writeItems writes a FeatureCollection, one feature in memory at a time.
func writeItems(ctx context.Context, w io.Writer, from Collection, sel *selection, hits found, links []link) error {
	writer := geojson.NewWriter(w,
		geojson.Member{Name: "links", Value: links},
		geojson.Member{Name: "numberMatched", Value: hits.matched},
		geojson.Member{Name: "numberReturned", Value: len(hits.places)},
	)
	keys := keysOf(from.Info())
	var values []any
	for i, place := range hits.places {
		if i%rowsBetweenLooks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f := from.At(place, values)
		values = f.Values
		if err := writer.Write(f.ID, sel.system.write(f.Geometry), keys, written(f.Values)); err != nil {
			return err
		}
	}
	return writer.Close()
}

func keysOf(info *Info) []string {
	keys := make([]string, len(info.Columns))
	for i, column := range info.Columns {
		keys[i] = column.Name
	}
	return keys
}

// written gives every real number a decimal point, so that a client that goes
// by what it sees takes no column of them for whole numbers. It changes values.
func written(values []any) []any {
	for i, v := range values {
		if x, ok := v.(float64); ok {
			values[i] = geojson.Real(x)
		}
	}
	return values
}

func (s *server) item(c *call) (*reply, error) {
	if err := c.allow([]string{"crs"}, jsonForm(typeGeoJSON), htmlForm); err != nil {
		return nil, err
	}
	info, collection, err := s.opened(c)
	if err != nil {
		return nil, err
	}
	in := c.system("crs", systemsOf(info.Region))
	id := mux.Vars(c.Request)["id"]
	place, ok := collection.Find(id)
	if !ok {
		return nil, fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf("collection %s has no feature %q", info.ID, shown(id)))
	}
	f := collection.At(place, nil)
	if f.ID != id {
		return nil, &moved{c.with(c.of(info.ID, "/items/"+url.PathEscape(f.ID)), nil)}
	}
	address := c.of(info.ID, "/items/"+url.PathEscape(f.ID))
	links := append(c.selves(address, typeGeoJSON), link{c.of(info.ID, ""), "collection", typeJSON, both(info.Title)})
	a := &reply{
		tag: `"` + hashOf(info.Hash, c.base, address, c.query.Encode(), c.form.name) + `"`, kind: c.form.mediaType,
		headers: map[string]string{"Content-Crs": "<" + in.uri + ">", "Link": headerOf(links)},
	}
	a.write = func(w io.Writer) error { return writeItem(w, info, f, in, links) }
	if c.form.name == htmlForm.name {
		a.write = func(w io.Writer) error { return writePage(w, c, c.itemPage(info, f, in)) }
	}
	return a, nil
}

func writeItem(w io.Writer, info *Info, f Feature, in system, links []link) error {
	text, err := geojson.AppendFeature(nil, f.ID, in.write(f.Geometry), keysOf(info), written(f.Values))
	if err != nil {
		return err
	}
	list, err := json.Marshal(links)
	if err != nil {
		return err
	}
	text = append(append(append(text[:len(text)-1], `,"links":`...), list...), "}\n"...)
	_, err = w.Write(text)
	return err
}

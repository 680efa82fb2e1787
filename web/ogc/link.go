package ogc

import "net/url"

// link is a link in a JSON document.
type link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
}

const (
	relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relSchema     = "http://www.opengis.net/def/rel/ogc/1.0/schema"
	relData       = "http://www.opengis.net/def/rel/ogc/1.0/data"
	relConforms   = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
)

// selves are the links of a document to itself and to its other form.
func (c *call) selves(address, mediaType string) []link {
	return []link{
		{Href: c.with(address, nil), Rel: "self", Type: mediaType, Title: "This document / 本文档"},
		{Href: c.with(address, url.Values{"f": {htmlForm.name}}), Rel: "alternate", Type: typeHTML, Title: "As a page / 网页"},
	}
}

// with is an address with the parameters of the request, some of them changed;
// an empty list takes one away.
func (c *call) with(address string, changed url.Values) string {
	query := make(url.Values)
	for name, values := range c.query {
		query[name] = values[:1]
	}
	for name, values := range changed {
		if query[name] = values; len(values) == 0 {
			delete(query, name)
		}
	}
	if len(query) == 0 {
		return address
	}
	return address + "?" + query.Encode()
}

// of is the absolute address of a collection, or of something below it.
func (c *call) of(collection, below string) string {
	return c.base + "/collections/" + url.PathEscape(collection) + below
}

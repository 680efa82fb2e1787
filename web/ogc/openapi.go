package ogc

import (
	"kaimen/coverage"
)

// object is a JSON object whose members have no order of their own.
type object = map[string]any

// api answers with an OpenAPI 3.0 document of what is here: each collection has
// its paths, since clients look there for the parameters and their limits.
func (s *server) api(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeOpenAPI, "application/openapi+json"), htmlForm); err != nil {
		return nil, err
	}
	c.lists = true
	infos, err := s.Source.List(c.Context(), c.version)
	if err != nil {
		return nil, err
	}
	paths := object{
		"/":            object{"get": operationOf("landing", "Landing page", typeJSON, nil)},
		"/api":         object{"get": operationOf("api", "This document", typeOpenAPI, nil)},
		"/conformance": object{"get": operationOf("conformance", "Standards kept", typeJSON, nil)},
		"/collections": object{"get": operationOf("collections", "Collections", typeJSON, nil)},
	}
	p := page{Title: coverage.Name{ZH: "接口说明", EN: "What there is to ask"}, Above: c.trail(), Table: &table{
		Head: []string{"地址 / Address", "内容 / What"},
		Rows: [][]cell{
			{{Text: "/", Href: c.base + "?f=html"}, {Text: "首页 / Landing page"}},
			{{Text: "/conformance", Href: c.base + "/conformance?f=html"}, {Text: "符合的标准 / Standards kept"}},
			{{Text: "/collections", Href: c.base + "/collections?f=html"}, {Text: "要素集 / Collections"}},
		},
	}, Links: [][2]string{{c.base + "/api", "OpenAPI 3.0 (JSON)"}}}
	if s.Tiles != nil {
		paths["/tileMatrixSets"] = object{"get": operationOf("tileMatrixSets", "Tile matrix sets", typeJSON, nil)}
		paths["/tileMatrixSets/"+quad] = object{"get": operationOf("tileMatrixSet", quad, typeJSON, nil)}
	}
	for i := range infos {
		if err := s.addPaths(paths, &infos[i]); err != nil {
			return nil, err
		}
		if s.tiled(&infos[i]) {
			tilePaths(paths, &infos[i])
		}
		p.Table.Rows = append(p.Table.Rows, []cell{
			{Text: "/collections/" + infos[i].ID + "/items", Href: c.of(infos[i].ID, "/items?f=html")}, {Text: both(infos[i].Title)},
		})
	}
	described := schemas()
	s.documentParts(c, paths, described, &p)
	return c.document(object{
		"openapi": "3.0.3",
		"info": object{
			"title": "Kaimen: OGC API", "version": "1.0.0", "description": aboutServer,
		},
		"servers": []object{{"url": c.base}},
		"paths":   paths,
		"components": object{
			"parameters": object{"limit": limitParameter(), "bbox": bboxParameter(), "datetime": datetimeParameter()},
			"schemas":    described,
		},
	}, p)
}

// collectionPaths adds the paths of one collection.
func collectionPaths(paths object, info *Info) {
	at, title := "/collections/"+info.ID, both(info.Title)
	named := func(what string) string { return what + "." + info.ID }
	var uris []string
	for _, s := range systemsOf(info.Region) {
		uris = append(uris, s.uri)
	}
	systems := object{"type": "string", "enum": uris, "default": uriCRS84}
	crsParameter := parameterOf("crs", "Coordinate system of the answer.", systems)
	parameters := []object{
		limitParameter(), bboxParameter(), datetimeParameter(), crsParameter,
		parameterOf("bbox-crs", "Coordinate system of bbox, in its axis order.", systems),
		parameterOf("filter", "CQL2; see the queryables for the names.", object{"type": "string"}),
		parameterOf("filter-lang", "Language of filter.", object{"type": "string", "enum": []string{"cql2-text", "cql2-json"}, "default": "cql2-text"}),
		parameterOf("filter-crs", "Coordinate system of filter, in its axis order.", systems),
		offsetParameter(),
	}
	for _, column := range queryableColumns(info) {
		parameters = append(parameters, parameterOf(column.Name, "Only features of which "+column.Name+" is this.", object{"type": jsonType(column.Type)}))
	}
	paths[at] = object{"get": operationOf(named("collection"), title, typeJSON, nil)}
	paths[at+"/items"] = object{"get": operationOf(named("items"), title, typeGeoJSON, parameters)}
	paths[at+"/items/{featureId}"] = object{"get": operationOf(named("item"), title, typeGeoJSON, []object{
		{"name": "featureId", "in": "path", "required": true, "schema": object{"type": "string"}}, crsParameter,
	})}
	paths[at+"/queryables"] = object{"get": operationOf(named("queryables"), title, typeSchema, nil)}
	paths[at+"/schema"] = object{"get": operationOf(named("schema"), title, typeSchema, nil)}
	paths[at+"/geojson-schema"] = object{"get": operationOf(named("geojson-schema"), title, typeSchema, nil)}
}

// operationOf is a GET. Every one has f.
func operationOf(id, summary, mediaType string, parameters []object) object {
	schema := object{"type": "object"}
	if mediaType == typeGeoJSON {
		schema = object{"$ref": "#/components/schemas/geojson"}
	}
	failed := object{"description": "A problem, with every fault found.", "content": object{
		"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/problem"}},
	}}
	return object{
		"operationId": id, "summary": summary,
		"parameters": append(parameters, object{
			"name": "f", "in": "query", "description": "Form of the answer; by the Accept header without it.",
			"schema": object{"type": "string", "enum": []string{"json", "html"}},
		}),
		"responses": object{
			"200": object{"description": summary, "content": object{
				mediaType: object{"schema": schema}, typeHTML: object{"schema": object{"type": "string"}},
			}},
			"400": failed, "404": failed, "406": failed, "500": failed,
		},
	}
}

// parameterOf has the style and explode that clients look for before they use a
// parameter.
func parameterOf(name, about string, schema object) object {
	return object{
		"name": name, "in": "query", "description": about, "required": false,
		"schema": schema, "style": "form", "explode": false,
	}
}

func limitParameter() object {
	return parameterOf("limit", "Features on a page. More than the maximum is taken as the maximum.", object{
		"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit,
	})
}

// offsetParameter is without a style: clients would offer it as a property.
func offsetParameter() object {
	return object{
		"name": "offset", "in": "query", "description": "Features to pass over; next and prev links have it.", "required": false,
		"schema": object{"type": "integer", "minimum": 0, "default": 0},
	}
}

func bboxParameter() object {
	const about = "Only features that meet this box: the least of each axis, then the largest, with heights or not, in bbox-crs. " +
		"In degrees west may be greater than east: the box then crosses the antimeridian."
	number := object{"type": "number"}
	return parameterOf("bbox", about, object{
		"type": "array", "minItems": 4, "maxItems": 6, "items": number,
		"oneOf": []object{{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}},
	})
}

func datetimeParameter() object {
	const about = "A moment, or from/to, of which one may be open (.. or nothing). Features here have no time and match any."
	return parameterOf("datetime", about, object{"type": "string"})
}

func schemas() object {
	text, whole := object{"type": "string"}, object{"type": "integer", "minimum": 0}
	links := object{"type": "array", "items": object{"type": "object", "required": []string{"href", "rel"}, "properties": object{
		"href": text, "rel": text, "type": text, "title": text,
	}}}
	return object{
		"geojson": object{"type": "object", "required": []string{"type"}, "properties": object{
			"type": object{"type": "string", "enum": []string{"FeatureCollection", "Feature"}},
			"id":   text, "geometry": object{"type": "object", "nullable": true}, "properties": object{"type": "object"},
			"features": object{"type": "array", "items": object{"type": "object"}},
			"links":    links, "numberMatched": whole, "numberReturned": whole,
		}},
		"problem": object{"type": "object", "required": []string{"title", "status", "detail", "code", "errors"}, "properties": object{
			"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "code": text, "instance": text,
			"errors": object{"type": "array", "items": object{"type": "object", "properties": object{
				"code": text, "message": text, "location": text, "value": text,
			}}},
		}},
	}
}

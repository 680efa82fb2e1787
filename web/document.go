package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
)

// apiVersion is the version of the API, not of the program: it goes up when a
// client that worked could stop working.
const apiVersion = "1.0.0"

const apiTitle = "Kaimen"

// The groups of operations, as the document shows them.
const (
	tagStudies    = "Studies"
	tagAnswers    = "Answers"
	tagIndicators = "Indicators"
	tagScenarios  = "Scenarios"
	tagLayers     = "Layers"
	tagTiles      = "Tiles"
	tagMap        = "Map"
	tagJobs       = "Jobs"
	tagServer     = "Server"
)

// configuration is the API without its operations: JSON alone, no pages of the
// library's own, errors as problems.
func configuration(problems huma.Transformer) huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[coverage.Amount](), reflect.TypeFor[float64]())
	registry.Schema(reflect.TypeFor[problem](), true, "")
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   apiTitle,
				Version: apiVersion,
				Description: "Who can reach what on foot, and who cannot. JSON is snake_case with units in the names " +
					"(_s seconds, _m meters), rates are fractions from 0 to 1, and what is not known is null. " +
					"Errors are application/problem+json with every fault found.",
			},
			Tags: []*huma.Tag{
				{Name: tagStudies, Description: "The areas under study and what was imported of them."},
				{Name: tagAnswers, Description: "Coverage, gaps and travel costs."},
				{Name: tagIndicators, Description: "Figures that stand on coverage, each by GET or, with the changes of a scenario, by POST."},
				{Name: tagScenarios, Description: "What if, kept with a study: changes under an id, by which questions are asked."},
				{Name: tagLayers, Description: "The data itself."},
				{Name: tagTiles, Description: "The data as vector tiles, to be drawn."},
				{Name: tagMap, Description: "What a map needs that is of no study."},
				{Name: tagJobs, Description: "Questions that are answered later, because they were asked with Prefer: respond-async; and imports."},
				{Name: tagServer, Description: "The state of the server."},
			},
			Components: &huma.Components{Schemas: registry},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{problems},
	}
}

// tighten sets right what the library takes for granted of the schemas that
// requests are held against.
func tighten(api *huma.OpenAPI) {
	for _, schema := range api.Components.Schemas.Map() {
		for _, member := range schema.Properties {
			for ; member != nil; member = member.Items {
				if member.MinItems != nil && member.MaxItems != nil && *member.MinItems == *member.MaxItems {
					member.Nullable = false // an array of fixed length is a Go array, which is never nil
				}
			}
		}
	}
}

// finish says what the library cannot express, and writes the document.
func finish(api *huma.OpenAPI) []byte {
	schemas := api.Components.Schemas.Map()
	illustrate(api)
	delete(schemas, "ErrorModel") // the library's own error, which is never sent
	delete(schemas, "ErrorDetail")
	if result, ok := schemas["CoverageResult"]; ok {
		result.Properties["outside"] = &huma.Schema{
			Description: "The demand that lies in no zone of the level; null if there is none.",
			AnyOf:       []*huma.Schema{referenceTo("Row"), {Type: "null"}},
		}
	}
	if measures, ok := schemas["Measures"]; ok { // the members of Poverty are there with a line alone
		measures.Required = slices.DeleteFunc(measures.Required, func(name string) bool { return strings.HasPrefix(name, "fgt") })
	}
	for _, op := range operationsOf(api) {
		headed(op)
	}
	text, err := json.Marshal(api)
	if err != nil {
		panic("web: the document has a JSON form: " + err.Error())
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		panic("web: the document is JSON: " + err.Error())
	}
	return append(out.Bytes(), '\n')
}

// headed declares the headers that every answer of an operation has, and those
// that answers in several forms have.
func headed(op *huma.Operation) {
	add := func(r *huma.Response, name, description string) {
		if r.Headers == nil {
			r.Headers = make(map[string]*huma.Param)
		}
		if r.Headers[name] == nil {
			r.Headers[name] = &huma.Param{Description: description, Schema: &huma.Schema{Type: huma.TypeString}}
		} else if r.Headers[name].Description == "" {
			r.Headers[name].Description = description
		}
	}
	several, files := false, false
	if r := op.Responses["200"]; r != nil {
		several, files = len(r.Content) > 1, len(r.Content) > 1 || r.Content["text/plain"] != nil
	}
	for status, r := range op.Responses {
		add(r, "Cache-Control", "How long the answer may be kept: no-cache to be asked for again with If-None-Match, no-store not at all, immutable for good.")
		if several && (status == "200" || status == "304") {
			add(r, "Vary", "Accept has a say in the form.")
		}
		if files && status == "200" {
			add(r, "Content-Disposition", "Under which name to save a file; absent where the answer is to be shown.")
		}
	}
}

func referenceTo(schema string) *huma.Schema {
	return &huma.Schema{Ref: "#/components/schemas/" + schema}
}

// withErrors adds the problems of an operation to its answers: those given, and
// those that every operation may give.
func withErrors(responses map[string]*huma.Response, statuses []int) map[string]*huma.Response {
	if responses == nil {
		responses = make(map[string]*huma.Response)
	}
	for _, status := range append([]int{http.StatusUnprocessableEntity, http.StatusInternalServerError}, statuses...) {
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: meaningOf(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: referenceTo("Problem")}},
		}
	}
	return responses
}

// meaningOf says when a status is sent.
func meaningOf(status int) string {
	switch status {
	case http.StatusUnprocessableEntity:
		return "The request has faults; all of them are listed."
	case http.StatusNotFound:
		return "There is no such study, snapshot, layer, tile, scenario, job or result."
	case http.StatusConflict:
		return "The request stands against what goes on already."
	case http.StatusPreconditionFailed:
		return "What is there is not what If-Match or If-None-Match asks for."
	case http.StatusNotAcceptable:
		return "The Accept header allows none of the forms of this answer."
	case http.StatusRequestEntityTooLarge:
		return "The request is larger than a limit, which is named."
	case http.StatusUnsupportedMediaType:
		return "The body is of a type that is not taken."
	case http.StatusServiceUnavailable:
		return "The server cannot answer now; ask again."
	case http.StatusInternalServerError:
		return "An error of the server; its log has the details under the reference given."
	}
	panic(fmt.Sprintf("web: no operation gives status %d", status))
}

// good is a 200 answer in several forms.
func good(description string, content map[string]*huma.MediaType) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: description, Content: content}}
}

// cached adds what an answer with an ETag has.
func cached(responses map[string]*huma.Response) map[string]*huma.Response {
	tag := map[string]*huma.Param{"ETag": {
		Description: "Strong; send it back in If-None-Match.", Schema: &huma.Schema{Type: huma.TypeString},
	}}
	responses["200"].Headers = tag
	responses["304"] = &huma.Response{Description: "The client has this answer already.", Headers: maps.Clone(tag)}
	return responses
}

func csvContent(description string) *huma.MediaType {
	return &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: description}}
}

func coverageResponses(registry huma.Registry) map[string]*huma.Response {
	result := registry.Schema(reflect.TypeFor[analysis.CoverageResult](), true, "")
	registry.Schema(reflect.TypeFor[zonal.Row](), true, "")
	return cached(good("The answer, zone by zone.", rowContent(map[string]*huma.MediaType{
		"application/json": {Schema: result},
		"application/geo+json": {Schema: collection(
			"The zones with their rows as properties; the other members of the JSON form stand under kaimen.", referenceTo("Row"))},
		"text/csv": csvContent("A line per zone, with the members of Row as columns; a column synthetic follows when the study is made up."),
	})))
}

func gapsResponses(registry huma.Registry) map[string]*huma.Response {
	result := registry.Schema(reflect.TypeFor[analysis.GapsResult](), true, "")
	properties := gapProperties(registry)
	return paged(cached(good("The gaps, the largest first.", rowContent(map[string]*huma.MediaType{
		"application/json": {Schema: result},
		"application/geo+json": {Schema: collection(
			"The gaps as points; the other members of the JSON form stand under kaimen.", properties)},
		"text/csv": csvContent("A line per gap with lon and lat; a column synthetic follows when the study is made up."),
	}))))
}

// gapProperties is a gap without its place, which is the geometry.
func gapProperties(registry huma.Registry) *huma.Schema {
	gap := registry.Schema(reflect.TypeFor[analysis.Gap](), false, "")
	properties := &huma.Schema{Type: huma.TypeObject, Properties: make(map[string]*huma.Schema)}
	for name, schema := range gap.Properties {
		if name != "at" {
			properties.Properties[name] = schema
		}
	}
	for _, name := range gap.Required {
		if name != "at" {
			properties.Required = append(properties.Required, name)
		}
	}
	registry.Map()["GapProperties"] = properties
	properties.PrecomputeMessages()
	return referenceTo("GapProperties")
}

func matrixResponses(registry huma.Registry) map[string]*huma.Response {
	content := map[string]*huma.MediaType{
		"application/json": {Schema: registry.Schema(reflect.TypeFor[matrixAnswer](), true, "")},
		"text/csv":         csvContent("origin,destination,cost_s,cost_m; a column synthetic follows when the study is made up."),
	}
	return good("The pairs within reach.", fileContent(content, matrixFormats()))
}

func layerResponses(registry huma.Registry) map[string]*huma.Response {
	registry.Schema(reflect.TypeFor[layerPage](), true, "")
	layer := collection("The rows of the layer with their columns as properties.", &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: true,
	})
	layer.Properties["kaimen"] = referenceTo("LayerPage")
	layer.Required = append(layer.Required, "kaimen")
	return paged(cached(good("The layer.", rowContent(map[string]*huma.MediaType{"application/geo+json": {Schema: layer}}))))
}

func tileResponses() map[string]*huma.Response {
	responses := good("The tile.", map[string]*huma.MediaType{
		mvtType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	})
	responses["200"].Headers = map[string]*huma.Param{
		"ETag":             {Description: "Strong; of the compressed tile and of the plain one.", Schema: &huma.Schema{Type: huma.TypeString}},
		"Vary":             {Description: "Accept-Encoding has a say: tiles are kept compressed.", Schema: &huma.Schema{Type: huma.TypeString}},
		"Content-Encoding": {Description: "gzip, unless the client does not take it.", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	responses["204"] = &huma.Response{Description: "Nothing is to be drawn here."}
	return responses
}

// collection is a GeoJSON FeatureCollection with such properties.
func collection(description string, properties *huma.Schema) *huma.Schema {
	anything := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	feature := object(map[string]*huma.Schema{
		"type":       {Type: huma.TypeString, Enum: []any{"Feature"}},
		"id":         {Type: huma.TypeString},
		"geometry":   {Type: huma.TypeObject, AdditionalProperties: true, Nullable: true, Description: "A GeoJSON geometry; null where the study as a whole is meant."},
		"properties": properties,
	}, "type", "geometry", "properties")
	c := object(map[string]*huma.Schema{
		"type":     {Type: huma.TypeString, Enum: []any{"FeatureCollection"}},
		"features": {Type: huma.TypeArray, Items: feature},
		"kaimen":   anything,
	}, "type", "features")
	c.Description = description
	return c
}

func object(properties map[string]*huma.Schema, required ...string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Properties: properties, Required: required}
}

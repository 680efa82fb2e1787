package processes

import (
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage/job"
	"kaimen/web/ogc"
)

type object = map[string]any

// paths are those of the OpenAPI document. Beside the addresses that all
// processes share, each has its own execution with the schema of its inputs.
func (s *server) paths() object {
	paths := object{
		"/processes": object{"get": operationOf("getProcesses", "Processes", "processList", nil,
			query("limit", "Processes on a page.", object{"type": "integer", "minimum": 1, "maximum": mostProcesses, "default": mostProcesses}),
			query("offset", "Processes to pass over; next and prev links have it.", object{"type": "integer", "minimum": 0, "default": 0}))},
		"/processes/{processID}": object{"get": operationOf("getProcessDescription", "Inputs and outputs of a process", "process", []int{404}, inPath("processID"))},
		"/processes/{processID}/execution": object{"post": s.executionOf("execute", "Run a process", object{"$ref": "#/components/schemas/execute"},
			inPath("processID"))},
		"/jobs/{jobID}":         object{"get": operationOf("getStatus", "How far a job is", "statusInfo", []int{404}, inPath("jobID"))},
		"/jobs/{jobID}/results": object{"get": resultsOf("getResult", "What a job answered, as its execution asked for it", []int{400, 404, 503}, inPath("jobID"))},
	}
	for _, p := range s.list {
		inputs := make(object)
		var required []string
		for name, in := range p.inputs {
			inputs[name] = given(in)
			if in.MinOccurs > 0 {
				required = append(required, name)
			}
		}
		slices.Sort(required)
		paths["/processes/"+p.id+"/execution"] = object{"post": s.executionOf("execute."+p.id, ogc.Both(p.title), executeSchema(inputs, required))}
	}
	if s.Jobs == nil {
		return paths
	}
	text, whole := object{"type": "string"}, object{"type": "integer", "minimum": 0}
	var ids []string
	for _, p := range s.list {
		ids = append(ids, p.id)
	}
	paths["/jobs"] = object{"get": operationOf("getJobs", "Jobs, the newest first", "jobList", nil,
		query("type", "Of this type; all jobs are of process.", list(object{"type": "string", "enum": []string{"process"}})),
		query("processID", "Of these processes.", list(object{"type": "string", "enum": ids})),
		query("status", "In one of these states.", list(object{"type": "string", "enum": job.States()})),
		query("datetime", "Created at this moment, or in from/to, of which one may be open (.. or nothing).", text),
		query("minDuration", "That ran so many seconds at least, or run since.", whole), query("maxDuration", "That ran so many seconds at most.", whole),
		query("limit", "Jobs on a page.", object{"type": "integer", "minimum": 1, "maximum": mostJobs, "default": defaultJobs}),
		query("before", "Older than the job of this id; the next link has it.", text))}
	paths["/jobs/{jobID}"].(object)["delete"] = documentOperation("dismiss", "Stop a job, or remove one that is over", "statusInfo", []int{404}, inPath("jobID"))
	return paths
}

func list(items object) object { return object{"type": "array", "items": items} }

func query(name, about string, schema object) object {
	return object{"name": name, "in": "query", "description": about, "required": false, "schema": schema, "style": "form", "explode": false}
}

func inPath(name string) object {
	return object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}}
}

// failures adds what may go wrong.
func failures(responses object, statuses []int) object {
	for _, status := range append([]int{500}, statuses...) {
		responses[strconv.Itoa(status)] = object{
			"description": "An exception, with every fault found.",
			"content":     object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/exception"}}},
		}
	}
	return responses
}

// operationOf answers with a document of this schema, or a page.
func operationOf(id, summary, schema string, statuses []int, parameters ...object) object {
	op := documentOperation(id, summary, schema, append(statuses, 406), append(parameters, form())...)
	op["responses"].(object)["200"].(object)["content"].(object)[typeHTML] = object{"schema": object{"type": "string"}}
	return op
}

// documentOperation answers with a document alone.
func documentOperation(id, summary, schema string, statuses []int, parameters ...object) object {
	return object{
		"operationId": id, "summary": summary, "parameters": parameters,
		"responses": failures(object{"200": object{"description": summary, "content": object{
			typeJSON: object{"schema": object{"$ref": "#/components/schemas/" + schema}},
		}}}, append(statuses, 400)),
	}
}

func form() object {
	return object{
		"name": "f", "in": "query", "description": "Form of the answer; by the Accept header without it.",
		"schema": object{"type": "string", "enum": []string{"json", "html"}},
	}
}

// anything is what results may be: a document of them, several parts, or one of
// any type.
func anything() object {
	return object{
		typeJSON:            object{"schema": object{}},
		"multipart/related": object{"schema": object{"type": "string", "format": "binary"}},
		"*/*":               object{"schema": object{"type": "string", "format": "binary"}},
	}
}

func resultsOf(id, summary string, statuses []int, parameters ...object) object {
	return object{
		"operationId": id, "summary": summary, "parameters": append(parameters, form()),
		"responses": failures(object{"200": object{"description": summary, "content": anything()}}, statuses),
	}
}

func (s *server) executionOf(id, summary string, body object, parameters ...object) object {
	op := resultsOf(id, summary, []int{400, 404, 413, 415, 503}, parameters...)
	op["requestBody"] = object{"required": true, "content": object{typeJSON: object{"schema": body}}}
	op["parameters"] = append([]object{}, parameters...)
	if s.Jobs == nil {
		return op
	}
	text := object{"type": "string"}
	op["parameters"] = append(op["parameters"].([]object),
		object{"name": "Prefer", "in": "header", "schema": text, "example": "respond-async", "description": "respond-async makes a job of it."},
		object{"name": "Idempotency-Key", "in": "header", "schema": object{"type": "string", "maxLength": 255}, "description": "The client's own name for this order of a job: sent again it gives the same job."})
	responses := failures(op["responses"].(object), []int{409})
	responses["201"] = object{
		"description": "A job was made.", "content": object{typeJSON: object{"schema": object{"$ref": "#/components/schemas/statusInfo"}}},
		"headers": object{
			"Location":           object{"description": "Where the job is.", "schema": text},
			"Preference-Applied": object{"description": "respond-async.", "schema": text},
		},
	}
	return op
}

// given is an input in a request: as its schema says, qualified, or by
// reference.
func given(in input) object {
	of, _ := openAPI(in.Schema).(schema)
	if in.MaxOccurs > 1 {
		of = schema{"anyOf": []any{of, object{"type": "array", "items": of, "maxItems": in.MaxOccurs}}}
	}
	return object{"description": in.Description, "anyOf": []any{
		of, object{"$ref": "#/components/schemas/qualifiedValue"}, object{"$ref": "#/components/schemas/link"},
	}}
}

// openAPI is a schema without what only the standard has beside OpenAPI 3.0.
func openAPI(v any) any {
	switch v := v.(type) {
	case schema:
		out := make(schema, len(v))
		for word, of := range v {
			if !strings.HasPrefix(word, "content") {
				out[word] = openAPI(of)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = openAPI(v[i])
		}
		return out
	}
	return v
}

func executeSchema(inputs object, required []string) object {
	of := object{"type": "object"}
	members := object{
		"inputs": of, "response": object{"type": "string", "enum": []string{responseRaw, responseDocument}, "default": responseRaw},
		"outputs": object{"type": "object", "additionalProperties": object{"$ref": "#/components/schemas/outputRequest"}},
	}
	execute := object{"type": "object", "properties": members, "additionalProperties": false}
	if len(required) > 0 {
		of["required"], execute["required"] = required, []string{"inputs"}
	}
	if inputs != nil {
		of["properties"], of["additionalProperties"] = inputs, false
	}
	return execute
}

// schemas are those of the documents (OGC 18-062r2, clauses 7 and 8).
func schemas() object {
	text, whole := object{"type": "string"}, object{"type": "integer"}
	at := object{"type": "string", "format": "date-time"}
	ref := func(name string) object { return object{"$ref": "#/components/schemas/" + name} }
	record := func(members object, required ...string) object {
		of := object{"type": "object", "properties": members}
		if len(required) > 0 {
			of["required"] = required
		}
		return of
	}
	described := func(more object, required ...string) object {
		more["title"], more["description"], more["schema"] = text, text, object{"type": "object"}
		return record(more, append(required, "schema")...)
	}
	summary := func() object {
		return object{
			"id": text, "title": text, "description": text, "version": text, "links": list(ref("link")),
			"jobControlOptions":  list(object{"type": "string", "enum": []string{"sync-execute", "async-execute", "dismiss"}}),
			"outputTransmission": list(object{"type": "string", "enum": []string{"value", "reference"}}),
		}
	}
	process := summary()
	process["inputs"] = object{"type": "object", "additionalProperties": ref("inputDescription")}
	process["outputs"] = object{"type": "object", "additionalProperties": ref("outputDescription")}
	return object{
		"link":              record(object{"href": text, "rel": text, "type": text, "title": text, "hreflang": text}, "href"),
		"processSummary":    record(summary(), "id", "version"),
		"process":           record(process, "id", "version", "inputs", "outputs"),
		"processList":       record(object{"processes": list(ref("processSummary")), "links": list(ref("link"))}, "processes", "links"),
		"inputDescription":  described(object{"minOccurs": whole, "maxOccurs": whole}, "title"),
		"outputDescription": described(object{}, "title"),
		"outputRequest": record(object{
			"format":           record(object{"mediaType": text, "encoding": text}),
			"transmissionMode": object{"type": "string", "enum": []string{"value"}, "default": "value"},
		}),
		"qualifiedValue": record(object{"value": object{}, "mediaType": text, "encoding": text}, "value"),
		"execute":        executeSchema(nil, nil),
		"statusInfo": record(object{
			"processID": text, "type": object{"type": "string", "enum": []string{"process"}}, "jobID": text,
			"status":  object{"type": "string", "enum": job.States()},
			"message": text, "created": at, "started": at, "finished": at, "updated": at,
			"progress": object{"type": "integer", "minimum": 0, "maximum": 100}, "links": list(ref("link")),
		}, "jobID", "status", "type"),
		"jobList": record(object{"jobs": list(ref("statusInfo")), "links": list(ref("link"))}, "jobs", "links"),
		"exception": record(object{
			"type": text, "title": text, "status": whole, "detail": text, "instance": text, "code": text,
			"errors": list(record(object{"code": text, "message": text, "location": text, "value": object{}})),
		}, "type"),
	}
}

package processes

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// EchoKind is the kind of jobs of the echo process.
const EchoKind = "echo"

// mostNumbers is how many numbers echo takes.
const mostNumbers = 100

// The inputs of echo, and its outputs of the same names.
const (
	echoLiteral = "literal"
	echoNumbers = "numbers"
	echoBBox    = "bbox"
	echoComplex = "complex"
)

// echoProcess gives back what it is given: literals, a list, a box, an object, text
// or bytes. Test suites need one process of which they know the answer.
func echoProcess() *process {
	p := &process{
		id: "echo", kind: EchoKind, title: name("回声（供测试）", "Echo, for tests"),
		about: name("原样返回输入：所要的输出中，给了同名输入的那些。",
			"Gives back its inputs, each as the output of the same name; of those outputs that are asked for, the ones whose inputs were given."),
		inputs: make(map[string]input), outputs: make(map[string]output),
	}
	text, object := schema{"type": "string"}, schema{"type": "object"}
	number := schema{"type": "number"}
	with := func(of schema, word string, v any) schema {
		of = maps.Clone(of)
		of[word] = v
		return of
	}
	add := func(name, about string, most int, in, out schema, formats ...format) {
		p.inputs[name] = input{Title: name, Description: about, MaxOccurs: most, Schema: in}
		p.outputs[name] = output{Title: name, Description: about, Schema: out, formats: formats}
	}
	add(echoLiteral, "A text.", 1, text, text, format{mediaType: "text/plain"})
	add(echoNumbers, "Some numbers, at most 100.", mostNumbers, number, schema{"type": "array", "items": number}, format{mediaType: typeJSON, object: true})
	box := schema{"allOf": []any{schema{"format": "ogc-bbox"}, schema{
		"type": "object", "required": []any{"bbox"}, "properties": schema{
			"bbox": schema{"type": "array", "items": number, "oneOf": []any{schema{"minItems": 4, "maxItems": 4}, schema{"minItems": 6, "maxItems": 6}}},
			"crs":  schema{"type": "string", "format": "uri", "default": crs84},
		},
	}}}
	add(echoBBox, "A box, with the coordinate system that its numbers are in.", 1, box, box, format{mediaType: typeJSON, object: true})
	complexSchema := schema{"oneOf": []any{
		with(object, "contentMediaType", typeJSON), with(text, "contentMediaType", "text/plain"),
		schema{"type": "string", "contentMediaType": octets, "contentEncoding": "base64", "format": "byte"},
	}}
	add(echoComplex, "An object, text, or bytes in base64, as a qualified value or by reference.", 1, complexSchema, complexSchema,
		format{mediaType: typeJSON, object: true}, format{mediaType: "text/plain"}, format{mediaType: octets, binary: true})
	return p
}

const (
	crs84  = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	octets = "application/octet-stream"
)

// echoed runs echo.
//
// Errors: 400 with every fault of its inputs.
func echoed(e *execution) (*delivery, error) {
	parts, values := make(map[string]*delivery), make(map[string]any)
	var faults []fail.Fault
	for _, name := range slices.Sorted(maps.Keys(e.inputs)) {
		v := e.inputs[name]
		if err := checkEcho(name, v); err != nil {
			faults = append(faults, badValue(inputsAt+name, "%v", err))
			continue
		}
		if _, asked := e.outputs[name]; !asked {
			continue
		}
		part, inline, err := echoOf(name, v)
		if err != nil {
			faults = append(faults, badValue(inputsAt+name, "%v", err))
			continue
		}
		parts[name], values[name] = part, inline
	}
	if len(faults) == 0 && len(parts) == 0 {
		faults = append(faults, fail.Fault{Code: coverage.ReasonMissingValue, Location: "body.inputs", Message: "there is nothing to echo; give an input to each output that is asked for"})
	}
	switch {
	case len(faults) > 0:
		return nil, invalid(faults...)
	case e.document:
		return documented(values)
	case len(e.outputs) == 1:
		for _, part := range parts {
			return part, nil
		}
	}
	return related(parts)
}

// checkEcho holds an input against its description
// (/req/core/process-execute-input-validation).
func checkEcho(name string, v value) error {
	var err error
	switch name {
	case echoLiteral:
		if err = json.Unmarshal(v.text, new(string)); err != nil {
			err = fmt.Errorf("%s is no text", fail.Shown(string(v.text)))
		}
	case echoNumbers:
		var list []any
		notNumber := func(v any) bool { _, ok := v.(float64); return !ok }
		if err = json.Unmarshal(listOf(v.text), &list); err != nil || slices.ContainsFunc(list, notNumber) {
			err = fmt.Errorf("%s is no list of numbers", fail.Shown(string(v.text)))
		} else if len(list) == 0 || len(list) > mostNumbers {
			err = fmt.Errorf("there are %d numbers; give 1 to %d", len(list), mostNumbers)
		}
	case echoBBox:
		var box struct {
			BBox []float64
			CRS  *string
		}
		if err = json.Unmarshal(v.text, &box); err != nil || len(box.BBox) != 4 && len(box.BBox) != 6 {
			err = fmt.Errorf(`%s is no box; write {"bbox": [west, south, east, north]}, with crs if it is not CRS84`, fail.Shown(string(v.text)))
		}
	case echoComplex:
		if v.text[0] != '{' && v.text[0] != '"' {
			err = fmt.Errorf("%s is no object, text or base64", fail.Shown(string(v.text)))
		}
	}
	return err
}

// listOf is a value as a list, also if it is one alone
// (/req/core/process-execute-input-array).
func listOf(text json.RawMessage) json.RawMessage {
	if text[0] == '[' {
		return text
	}
	return json.RawMessage("[" + string(text) + "]")
}

// echoOf is an output, as it is sent raw and as it stands in a document.
func echoOf(name string, v value) (*delivery, any, error) {
	switch {
	case name == echoNumbers:
		list := listOf(v.text)
		return &delivery{mediaType: typeJSON, body: list}, list, nil
	case name == echoBBox:
		return &delivery{mediaType: typeJSON, body: v.text}, v.text, nil
	case name == echoLiteral:
		return &delivery{mediaType: "text/plain; charset=utf-8", body: []byte(textOf(v))}, v.text, nil
	case v.text[0] == '{':
		mediaType, err := mediaTypeOf(v, typeJSON)
		return &delivery{mediaType: mediaType, body: v.text}, qualified{MediaType: mediaType, Value: v.text}, err
	case v.encoding == "base64":
		mediaType, err := mediaTypeOf(v, octets)
		if err != nil {
			return nil, nil, err
		}
		body, err := base64.StdEncoding.DecodeString(textOf(v))
		if err != nil {
			return nil, nil, fmt.Errorf("it is not base64 as it says: %w", err)
		}
		return &delivery{mediaType: mediaType, body: body}, qualified{MediaType: mediaType, Encoding: "base64", Value: v.text}, nil
	}
	mediaType, err := mediaTypeOf(v, "text/plain")
	sent := mediaType
	if strings.HasPrefix(mediaType, "text/") {
		sent += "; charset=utf-8"
	}
	return &delivery{mediaType: sent, body: []byte(textOf(v))}, qualified{MediaType: mediaType, Value: v.text}, err
}

func textOf(v value) (text string) {
	_ = json.Unmarshal(v.text, &text) // a text, as checkEcho has seen
	return text
}

// mediaTypeOf is what a value says of itself. Types that a browser would run are
// not given back under our address.
func mediaTypeOf(v value, otherwise string) (string, error) {
	if v.mediaType == "" {
		return otherwise, nil
	}
	name, _, err := mime.ParseMediaType(v.mediaType)
	if err != nil {
		return "", fmt.Errorf("%q is no media type", fail.Shown(v.mediaType))
	}
	for _, run := range []string{"html", "xml", "script", "multipart/", "message/"} {
		if strings.Contains(name, run) {
			return "", fmt.Errorf("%s is not echoed, since browsers may run it; give another type", name)
		}
	}
	return name, nil
}

// echoArgs is an echo as a job keeps it, in the form of the other questions.
type echoArgs struct {
	Method string               `json:"method"`
	Path   string               `json:"path"`
	Body   map[string]echoValue `json:"body"`
	Want   []string             `json:"outputs"`

	Response string `json:"response,omitempty"`
}

type echoValue struct {
	Value     json.RawMessage `json:"value"`
	MediaType string          `json:"mediaType,omitempty"`
	Encoding  string          `json:"encoding,omitempty"`
}

func (s *server) orderEcho(c *ogc.Call, e *execution) (job.Job, error) {
	if _, err := echoed(e); err != nil { // what is wrong with the form is told at once
		return job.Job{}, err
	}
	args := echoArgs{Method: http.MethodPost, Path: ogc.Root + "/processes/echo/execution", Body: make(map[string]echoValue), Want: slices.Sorted(maps.Keys(e.outputs))}
	for name, v := range e.inputs {
		args.Body[name] = echoValue{v.text, v.mediaType, v.encoding}
	}
	if e.document {
		args.Response = responseDocument
	}
	text, err := json.Marshal(args)
	if err != nil {
		return job.Job{}, err
	}
	key := c.Header.Get("Idempotency-Key")
	if len(key) > s.KeyBytes {
		return job.Job{}, invalid(badValue("header.Idempotency-Key", "the key is longer than %d characters; choose a shorter one", s.KeyBytes))
	}
	j, err := s.Jobs.Ask(c.Context(), job.Order{Kind: EchoKind, Args: text, Key: key})
	if known, ok := errors.AsType[*coverage.Error](err); ok && known.Code == coverage.Conflict {
		return j, fail.New(http.StatusConflict, known.Code, known.Message)
	}
	return j, err
}

// Echo does a job of the echo process.
func Echo(_ context.Context, task job.Task, _ func(job.Progress)) (job.Result, error) {
	var args echoArgs
	if err := json.Unmarshal(task.Args, &args); err != nil {
		return job.Result{}, err
	}
	e := &execution{process: echoProcess(), inputs: make(map[string]value), outputs: make(map[string]format), document: args.Response == responseDocument}
	for name, v := range args.Body {
		e.inputs[name] = value{v.Value, v.MediaType, v.Encoding}
	}
	for _, name := range args.Want {
		e.outputs[name] = format{}
	}
	out, err := echoed(e)
	if err != nil {
		return job.Result{}, err
	}
	return job.Result{ContentType: out.mediaType, Body: out.body}, nil
}

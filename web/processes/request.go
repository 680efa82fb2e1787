package processes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"kaimen/coverage"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// execution is a request to run a process.
type execution struct {
	process  *process
	inputs   map[string]value
	outputs  map[string]format // as asked; of all there are where none is named
	document bool              // as a document, not raw
}

// value is an input as given, with what a qualified value says of it.
type value struct {
	text      json.RawMessage
	mediaType string // empty if it does not say
	encoding  string
}

const (
	responseRaw      = "raw"
	responseDocument = "document"
)

// readExecution reads the body of an execution.
//
// Errors: 400 with every fault of its form; 413; 415.
func (s *server) readExecution(w http.ResponseWriter, c *ogc.Call, p *process) (*execution, error) {
	body, err := s.readBody(w, c)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, invalid(badValue("body", "the body cannot be read: %v; send {\"inputs\": {…}}", err))
	}
	e := &execution{process: p, inputs: make(map[string]value), outputs: make(map[string]format)}
	var faults []fail.Fault
	for _, member := range slices.Sorted(maps.Keys(members)) {
		text := members[member]
		switch member {
		case "inputs":
			faults = append(faults, s.readInputs(c, e, text)...)
		case "outputs":
			faults = append(faults, e.readOutputs(text)...)
		case "response":
			faults = append(faults, e.readResponse(text)...)
		case "subscriber":
			faults = append(faults, unknownName("body.subscriber", "nobody is called back; ask with Prefer: respond-async and look at the job"))
		case "mode":
			faults = append(faults, unknownName("body.mode", "mode is of a draft of the standard; send the header Prefer: respond-async"))
		default:
			faults = append(faults, unknownName("body."+fail.Shown(member), "%q is no member of an execution; it has inputs, outputs, response", fail.Shown(member)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.inputs)) {
		if _, ok := e.inputs[name]; !ok && p.inputs[name].MinOccurs > 0 && !about(faults, inputsAt+name) {
			faults = append(faults, fail.Fault{Code: coverage.ReasonMissingValue, Location: inputsAt + name, Message: name + " is missing; " + p.inputs[name].Description})
		}
	}
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	if len(e.outputs) == 0 {
		for name, o := range p.outputs {
			e.outputs[name] = o.formats[0]
		}
	}
	return e, nil
}

// about tells whether one of the faults is at a place.
func about(faults []fail.Fault, where string) bool {
	return slices.ContainsFunc(faults, func(f fail.Fault) bool { return f.Location == where })
}

func (s *server) readBody(w http.ResponseWriter, c *ogc.Call) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || kind != typeJSON {
		return nil, fail.New(http.StatusUnsupportedMediaType, coverage.Unsupported, "the body is of a type that is not taken; send application/json")
	}
	body := io.Reader(c.Body)
	if s.BodyBytes > 0 {
		body = http.MaxBytesReader(w, c.Body, s.BodyBytes)
	}
	if s.BodyTime > 0 { // a connection that cannot be told stays as it was
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.BodyTime))
	}
	text, err := io.ReadAll(body)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, fail.New(http.StatusRequestEntityTooLarge, coverage.TooLarge, fmt.Sprintf("the body is larger than the limit of %d MiB", s.BodyBytes>>20))
	}
	if err != nil {
		return nil, fail.New(http.StatusBadRequest, coverage.Invalid, "the body did not arrive whole; send it again")
	}
	return text, nil
}

func (s *server) readInputs(c *ogc.Call, e *execution, text json.RawMessage) (faults []fail.Fault) {
	var inputs map[string]json.RawMessage
	if err := json.Unmarshal(text, &inputs); err != nil {
		return []fail.Fault{badValue("body.inputs", "inputs is no object; name each input with its value")}
	}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		in, known := e.process.inputs[name]
		if !known {
			faults = append(faults, unknownName(inputsAt+fail.Shown(name), "%q is no input of %s; it takes %s", fail.Shown(name), e.process.id,
				strings.Join(slices.Sorted(maps.Keys(e.process.inputs)), ", ")))
			continue
		}
		v, err := s.valueOf(c, inputs[name], in)
		if err != nil {
			faults = append(faults, badValue(inputsAt+name, "%v", err))
			continue
		}
		e.inputs[name] = v
	}
	return faults
}

func (e *execution) readOutputs(text json.RawMessage) (faults []fail.Fault) {
	var outputs map[string]struct {
		Format *struct {
			MediaType, Encoding string
			Schema              json.RawMessage
		}
		TransmissionMode string
	}
	if err := json.Unmarshal(text, &outputs); err != nil {
		return []fail.Fault{badValue("body.outputs", "outputs cannot be read: %v; name each output with an object, which may be empty", err)}
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		at, asked := "body.outputs."+fail.Shown(name), outputs[name]
		o, known := e.process.outputs[name]
		if !known {
			faults = append(faults, unknownName(at, "%q is no output of %s; it gives %s", fail.Shown(name), e.process.id,
				strings.Join(slices.Sorted(maps.Keys(e.process.outputs)), ", ")))
			continue
		}
		if asked.TransmissionMode != "" && asked.TransmissionMode != "value" {
			faults = append(faults, badValue(at+".transmissionMode", "%q is not offered; outputs are given by value", fail.Shown(asked.TransmissionMode)))
		}
		e.outputs[name] = o.formats[0]
		if asked.Format == nil {
			continue
		}
		if asked.Format.Schema != nil {
			faults = append(faults, badValue(at+".format.schema", "another schema than that of the description is not offered; leave it out"))
		}
		f, ok := o.format(asked.Format.MediaType)
		if !ok {
			faults = append(faults, badValue(at+".format.mediaType", "%q is no format of %s; there are %s", fail.Shown(asked.Format.MediaType), name, o.types()))
			continue
		}
		if !f.encoded(asked.Format.Encoding) {
			faults = append(faults, badValue(at+".format.encoding", "%q is not offered; leave the encoding out", fail.Shown(asked.Format.Encoding)))
		}
		e.outputs[name] = f
	}
	return faults
}

// format is that of a media type; the default for none.
func (o *output) format(mediaType string) (format, bool) {
	if mediaType == "" {
		return o.formats[0], true
	}
	name, _, err := mime.ParseMediaType(mediaType)
	for _, f := range o.formats {
		if err == nil && f.mediaType == name {
			return f, true
		}
	}
	return format{}, false
}

func (o *output) types() string {
	var types []string
	for _, f := range o.formats {
		types = append(types, f.mediaType)
	}
	return strings.Join(types, ", ")
}

// encoded tells whether f is written so.
func (f format) encoded(encoding string) bool {
	if f.binary {
		return encoding == "" || encoding == "base64" || encoding == "binary"
	}
	return encoding == "" || strings.EqualFold(encoding, "utf-8")
}

func (e *execution) readResponse(text json.RawMessage) []fail.Fault {
	var response string
	if err := json.Unmarshal(text, &response); err != nil || response != responseRaw && response != responseDocument {
		return []fail.Fault{badValue("body.response", "%s is no response; there are raw and document", fail.Shown(string(text)))}
	}
	e.document = response == responseDocument
	return nil
}

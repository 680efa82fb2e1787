package processes

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// delivery is results as they are sent.
type delivery struct {
	mediaType   string
	disposition string
	body        []byte
}

func (p *delivery) send(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", p.mediaType)
	if p.disposition != "" {
		w.Header().Set("Content-Disposition", p.disposition)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(p.body) // a client that went away is no error of ours
	return nil
}

// packed is the answer of the API as the execution wants it. Raw, it is sent as
// it is (/req/core/process-execute-sync-raw-value-one).
func (e *execution) packed(mediaType, disposition string, body []byte) (*delivery, error) {
	if !e.document {
		return &delivery{mediaType, disposition, body}, nil
	}
	return documentOf(mediaType, body)
}

// documentOf is the one output of a process in a document of results
// (/req/core/process-execute-sync-document). An object needs to be qualified, and
// so does text, to tell what it is.
func documentOf(mediaType string, body []byte) (*delivery, error) {
	name, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return nil, fmt.Errorf("the result is of the type %q: %w", mediaType, err)
	}
	q := qualified{MediaType: name}
	switch {
	case name == typeJSON || name == typeGeoJSON:
		q.Value = bytes.TrimSpace(body)
	case strings.HasPrefix(name, "text/") || strings.HasSuffix(name, "json-seq") || strings.HasSuffix(name, "ndjson"):
		q.Value, err = json.Marshal(string(body))
	default:
		q.Encoding = "base64"
		q.Value, err = json.Marshal(base64.StdEncoding.EncodeToString(body))
	}
	if err != nil {
		return nil, err
	}
	return documented(map[string]any{theOutput: q})
}

// qualified is a value with what it is.
type qualified struct {
	MediaType string          `json:"mediaType,omitempty"`
	Encoding  string          `json:"encoding,omitempty"`
	Value     json.RawMessage `json:"value"`
}

func documented(outputs map[string]any) (*delivery, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(outputs); err != nil {
		return nil, err
	}
	return &delivery{mediaType: typeJSON, body: text.Bytes()}, nil
}

// related is several outputs, each a part under its name (RFC 2387;
// /req/core/process-execute-sync-raw-value-multi). The border is a hash of the
// parts, so that the same outputs are the same bytes.
func related(parts map[string]*delivery) (*delivery, error) {
	sum := sha256.New()
	names := slices.Sorted(maps.Keys(parts))
	for _, name := range names {
		fmt.Fprintf(sum, "%d:%s%d:%s", len(name), name, len(parts[name].body), parts[name].body)
	}
	var text bytes.Buffer
	out := multipart.NewWriter(&text)
	if err := out.SetBoundary(hex.EncodeToString(sum.Sum(nil)[:24])); err != nil {
		return nil, err
	}
	for _, name := range names {
		part, err := out.CreatePart(textproto.MIMEHeader{"Content-ID": {name}, "Content-Type": {parts[name].mediaType}})
		if err != nil {
			return nil, err
		}
		if _, err := part.Write(parts[name].body); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return &delivery{
		mediaType: mime.FormatMediaType("multipart/related", map[string]string{"boundary": out.Boundary(), "type": bare(parts[names[0]].mediaType)}),
		body:      text.Bytes(),
	}, nil
}

// bare is a media type without its parameters.
func bare(mediaType string) string {
	name, _, _ := strings.Cut(mediaType, ";")
	return strings.TrimSpace(name)
}

package processes

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// valueOf reads an input: in line, as a qualified value, or by reference. An
// object without the marks of these is taken as the value itself, and so are the
// members of a list.
func (s *server) valueOf(c *ogc.Call, text json.RawMessage, of input) (value, error) {
	text = bytes.TrimSpace(text)
	switch {
	case bytes.Equal(text, []byte("null")):
		return value{}, errors.New("it is null; leave it out")
	case text[0] == '{':
		return s.objectOf(c, text)
	case text[0] != '[':
		return value{text: text}, nil
	}
	var members []json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return value{}, err
	}
	for i, member := range members {
		if member = bytes.TrimSpace(member); len(member) == 0 || member[0] != '{' {
			continue
		}
		v, err := s.objectOf(c, member)
		if err != nil {
			return value{}, fmt.Errorf("[%d]: %w", i, err)
		}
		members[i] = v.text
	}
	text, err := json.Marshal(members)
	return value{text: text}, err
}

func (s *server) objectOf(c *ogc.Call, text json.RawMessage) (value, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return value{}, err
	}
	if _, ok := members["href"]; ok && onlyHas(members, "href", "rel", "type", "title", "hreflang", "length", "method") {
		return s.follow(c, text)
	}
	if v, ok := members["value"]; !ok || !onlyHas(members, "value", "mediaType", "encoding", "schema", "format") {
		return value{text: text}, nil
	} else if members["schema"] != nil {
		return value{}, errors.New("another schema than that of the description is not taken; leave it out")
	} else if err := json.Unmarshal(v, new(any)); err != nil {
		return value{}, err
	}
	var q struct {
		Value               json.RawMessage
		MediaType, Encoding string
		Format              struct{ MediaType, Encoding string } // in the draft before
	}
	if err := json.Unmarshal(text, &q); err != nil {
		return value{}, err
	}
	return value{text: q.Value, mediaType: cmp.Or(q.MediaType, q.Format.MediaType), encoding: cmp.Or(q.Encoding, q.Format.Encoding)}, nil
}

// onlyHas tells whether no member has another name than these.
func onlyHas(members map[string]json.RawMessage, names ...string) bool {
	found := 0
	for _, name := range names {
		if _, ok := members[name]; ok {
			found++
		}
	}
	return found == len(members)
}

// follow reads an input by reference: of a data: address, or of this server
// itself. No other is opened: a server inside an office would else fetch for
// anybody what only the office may see.
func (s *server) follow(c *ogc.Call, text json.RawMessage) (value, error) {
	var link struct{ Href, Type string }
	if err := json.Unmarshal(text, &link); err != nil {
		return value{}, err
	}
	mediaType, body, err := s.fetch(c, link.Href)
	if err != nil {
		return value{}, err
	}
	if link.Type != "" {
		mediaType = link.Type
	}
	name, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return value{}, fmt.Errorf("%q is no media type", fail.Shown(mediaType))
	}
	switch {
	case name == typeJSON || strings.HasSuffix(name, "+json"):
		if !json.Valid(body) {
			return value{}, fmt.Errorf("what %s leads to is no JSON", fail.Shown(link.Href))
		}
		return value{text: bytes.TrimSpace(body), mediaType: name}, nil
	case strings.HasPrefix(name, "text/") && utf8.Valid(body):
		written, err := json.Marshal(string(body))
		return value{text: written, mediaType: name}, err
	}
	written, err := json.Marshal(base64.StdEncoding.EncodeToString(body))
	return value{text: written, mediaType: name, encoding: "base64"}, err
}

func (s *server) fetch(c *ogc.Call, href string) (mediaType string, body []byte, err error) {
	if rest, ok := strings.CutPrefix(href, "data:"); ok {
		return dataOf(rest)
	}
	own := strings.TrimSuffix(c.Base(), ogc.Root)
	target, ok := strings.CutPrefix(href, own)
	if !ok || !strings.HasPrefix(target, "/api/v1/") && !strings.HasPrefix(target, ogc.Root+"/") {
		return "", nil, fmt.Errorf("%s is not opened; give a data: address, or one of this server below %s/api/v1/ or %s/", fail.Shown(href), own, c.Base())
	}
	r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, target, nil)
	if err != nil {
		return "", nil, fmt.Errorf("%q is no address", fail.Shown(href))
	}
	if strings.HasSuffix(r.URL.Path, "/events") {
		return "", nil, fmt.Errorf("%s has no end; give an address that is answered at once", fail.Shown(href))
	}
	likewise(r, c)
	a, err := s.Ask(r)
	if err != nil {
		return "", nil, fmt.Errorf("what %s leads to broke off", fail.Shown(href))
	}
	if a.Status != http.StatusOK {
		return "", nil, fmt.Errorf("%s is answered with status %d", fail.Shown(href), a.Status)
	}
	if s.BodyBytes > 0 && int64(len(a.Body)) > s.BodyBytes {
		return "", nil, fmt.Errorf("what %s leads to is larger than the limit of %d MiB", fail.Shown(href), s.BodyBytes>>20)
	}
	return a.Header.Get("Content-Type"), a.Body, nil
}

// dataOf reads what follows data: (RFC 2397).
func dataOf(rest string) (mediaType string, body []byte, err error) {
	head, content, ok := strings.Cut(rest, ",")
	if !ok {
		return "", nil, errors.New("the data: address has no comma; write data:TYPE,CONTENT")
	}
	plain, err := url.PathUnescape(content)
	if err != nil {
		return "", nil, errors.New("the data: address is not well formed: " + err.Error())
	}
	mediaType, based := strings.CutSuffix(head, ";base64")
	if mediaType == "" {
		mediaType = "text/plain"
	}
	if !based {
		return mediaType, []byte(plain), nil
	}
	if body, err = base64.StdEncoding.DecodeString(plain); err != nil {
		err = errors.New("the data: address is not base64 as it says: " + err.Error())
	}
	return mediaType, body, err
}

package ogc

import (
	"net/http"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// form is one form of an answer.
type form struct {
	name      string   // as f= names it: json or html
	mediaType string   // what is sent
	also      []string // further types by which clients ask for it
}

const (
	typeJSON    = "application/json"
	typeGeoJSON = "application/geo+json"
	typeSchema  = "application/schema+json"
	typeOpenAPI = "application/vnd.oai.openapi+json;version=3.0"
	typeHTML    = "text/html"
)

func jsonForm(mediaType string, also ...string) form {
	if mediaType != typeJSON {
		also = append(also, typeJSON)
	}
	return form{"json", mediaType, also}
}

var htmlForm = form{"html", "text/html; charset=utf-8", []string{"application/xhtml+xml"}}

// choose takes the form that f names, else the best that Accept allows among
// those offered; the first offered is the default.
//
// Errors: a fault for a name that is not offered; 406 when Accept allows none.
func choose(f, accept string, offered ...form) (form, *fault, error) {
	if f != "" {
		var names []string
		for _, o := range offered {
			if o.name == f {
				return o, nil, nil
			}
			names = append(names, o.name)
		}
		bad := badValue("f", f, "%q is no form of this answer; there are %s", shown(f), strings.Join(names, ", "))
		return offered[0], &bad, nil
	}
	if strings.TrimSpace(accept) == "" {
		return offered[0], nil, nil
	}
	best, bestQuality := form{}, 0.0
	for _, o := range offered {
		quality := 0.0
		for _, name := range append([]string{o.mediaType}, o.also...) {
			quality = max(quality, acceptance(accept, name))
		}
		if quality > bestQuality {
			best, bestQuality = o, quality
		}
	}
	if bestQuality > 0 {
		return best, nil, nil
	}
	var types []string
	for _, o := range offered {
		types = append(types, o.mediaType)
	}
	return form{}, nil, newProblem(http.StatusNotAcceptable, coverage.Unsupported,
		"the Accept header allows none of the forms of this answer: "+strings.Join(types, ", "))
}

// acceptance is the weight that an Accept header gives a media type, by its most
// precise range (RFC 9110, section 12.5.1). Parameters other than q are not
// compared: clients name versions of types that they read all the same.
func acceptance(accept, mediaType string) (quality float64) {
	name, _, _ := strings.Cut(mediaType, ";")
	family, _, _ := strings.Cut(name, "/")
	precision := 0
	for part := range strings.SplitSeq(accept, ",") {
		fields := strings.Split(part, ";")
		p := 0
		switch strings.ToLower(strings.TrimSpace(fields[0])) {
		case name:
			p = 3
		case family + "/*":
			p = 2
		case "*/*":
			p = 1
		}
		if p == 0 || p < precision {
			continue
		}
		if p > precision {
			precision, quality = p, 0
		}
		quality = max(quality, weightOf(fields[1:]))
	}
	return quality
}

// weightOf is the q among the parameters of a media range; 1 without one.
func weightOf(fields []string) float64 {
	for _, field := range fields {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if !strings.EqualFold(strings.TrimSpace(key), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

package ogc

import (
	"net/http"
	"strings"

	"kaimen/coverage"
	"kaimen/web/accept"
	"kaimen/web/fail"
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
func choose(f, header string, offered ...form) (form, *fault, error) {
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
	if strings.TrimSpace(header) == "" {
		return offered[0], nil, nil
	}
	best, bestQuality := form{}, 0.0
	for _, o := range offered {
		quality := 0.0
		for _, name := range append([]string{o.mediaType}, o.also...) {
			quality = max(quality, acceptance(header, name))
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
	return form{}, nil, fail.New(http.StatusNotAcceptable, coverage.Unsupported,
		"the Accept header allows none of the forms of this answer: "+strings.Join(types, ", "))
}

// acceptance is the weight that an Accept header gives a media type, by its most
// precise range, the best of several.
func acceptance(header, mediaType string) (quality float64) {
	precision := 0
	for p, q := range accept.Ranges(header, mediaType) {
		if p > precision {
			precision, quality = p, q
		} else if p == precision {
			quality = max(quality, q)
		}
	}
	return quality
}

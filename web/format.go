package web

import (
	"net/http"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// format is a form of an answer, as ?f= names it.
type format string

const (
	formatJSON    format = "json"
	formatGeoJSON format = "geojson"
	formatCSV     format = "csv"
	formatEvents  format = "events"
)

// mediaType is the Content-Type of an answer in this format.
func (f format) mediaType() string {
	switch f {
	case formatGeoJSON:
		return "application/geo+json"
	case formatCSV:
		return "text/csv; charset=utf-8"
	case formatEvents:
		return eventStream
	}
	return "application/json"
}

// chooseFormat takes what f asks for, else the best that Accept allows among
// those offered; the first offered is the default.
//
// Errors: unsupported (406) when Accept allows none of them.
func chooseFormat(f, accept string, offered ...format) (format, error) {
	for _, o := range offered {
		if f == string(o) {
			return o, nil
		}
	}
	if strings.TrimSpace(accept) == "" {
		return offered[0], nil
	}
	best, bestQuality, bestPrecision := format(""), 0.0, 0
	for _, o := range offered {
		quality, precision := acceptance(accept, o)
		if quality > bestQuality || quality == bestQuality && quality > 0 && precision > bestPrecision {
			best, bestQuality, bestPrecision = o, quality, precision
		}
	}
	if best != "" {
		return best, nil
	}
	var types []string
	for _, o := range offered {
		types = append(types, o.mediaType())
	}
	return "", newProblem(http.StatusNotAcceptable, coverage.Unsupported,
		"the Accept header allows none of the forms of this answer: "+strings.Join(types, ", "))
}

// acceptance is the weight that an Accept header gives a format, by its most
// precise range (RFC 9110, section 12.5.1): 3 for type/subtype, 2 for type/*,
// 1 for */*.
func acceptance(accept string, f format) (quality float64, precision int) {
	name, _, _ := strings.Cut(f.mediaType(), ";")
	family, _, _ := strings.Cut(name, "/")
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
		if p <= precision {
			continue
		}
		precision, quality = p, 1
		for _, field := range fields[1:] {
			if key, value, _ := strings.Cut(strings.TrimSpace(field), "="); strings.EqualFold(strings.TrimSpace(key), "q") {
				q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
				if err != nil || !(q >= 0 && q <= 1) {
					q = 0
				}
				quality = q
			}
		}
	}
	return quality, precision
}

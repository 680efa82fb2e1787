package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/data/export/form"
	"kaimen/web/accept"
	"kaimen/web/fail"
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
	if known, ok := form.ByName(string(f)); ok {
		return known.MediaType
	}
	if f == formatEvents {
		return eventStream
	}
	return "application/json"
}

// shaped tells whether shapes are needed to write f.
func (f format) shaped() bool {
	known, _ := form.ByName(string(f))
	return known.Shapes
}

// rowFormats are those of an answer that has rows: the first given, in their
// order, then all others that a table is written in.
func rowFormats(first ...format) []format {
	for _, known := range form.All() {
		if f := format(known.Name); !slices.Contains(first, f) {
			first = append(first, f)
		}
	}
	return first
}

// rowContent adds the further forms of rows to those an operation describes.
func rowContent(content map[string]*huma.MediaType) map[string]*huma.MediaType {
	return fileContent(content, rowFormats())
}

// fileContent adds those of some formats that are files.
func fileContent(content map[string]*huma.MediaType, formats []format) map[string]*huma.MediaType {
	for _, f := range formats {
		known, file := form.ByName(string(f))
		if !file {
			continue
		}
		name, _, _ := strings.Cut(known.MediaType, ";")
		if content[name] == nil {
			content[name] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: known.Text}}
			if known.Binary {
				content[name].Schema.Format = "binary"
			}
		}
	}
	return content
}

// chooseFormat takes what f asks for, else the best that Accept allows among
// those offered; the first offered is the default.
//
// Errors: unsupported (406) when Accept allows none of them.
func chooseFormat(f, header string, offered ...format) (format, error) {
	for _, o := range offered {
		if f == string(o) {
			return o, nil
		}
	}
	if strings.TrimSpace(header) == "" {
		return offered[0], nil
	}
	best, bestQuality, bestPrecision := format(""), 0.0, 0
	for _, o := range offered {
		quality, precision := acceptance(header, o)
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
	return "", fail.New(http.StatusNotAcceptable, coverage.Unsupported,
		"the Accept header allows none of the forms of this answer: "+strings.Join(types, ", "))
}

// acceptance is the weight that an Accept header gives a format, by its most
// precise range.
func acceptance(header string, f format) (quality float64, precision int) {
	for p, q := range accept.Ranges(header, f.mediaType()) {
		if p > precision {
			precision, quality = p, q
		}
	}
	return quality, precision
}

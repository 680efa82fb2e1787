// Package accept reads what clients ask for beside the question: Accept headers
// (RFC 9110, section 12.5.1) and Prefer headers (RFC 7240).
package accept

import (
	"iter"
	"net/http"
	"strconv"
	"strings"
)

// Ranges gives the ranges of an Accept header that take a media type, in their
// order: how precise each is, 3 for type/subtype, 2 for type/*, 1 for */*, and its
// weight. Parameters other than q are not compared: clients name versions of types
// that they read all the same.
func Ranges(header, mediaType string) iter.Seq2[int, float64] {
	name, _, _ := strings.Cut(mediaType, ";")
	family, _, _ := strings.Cut(name, "/")
	return func(yield func(int, float64) bool) {
		for part := range strings.SplitSeq(header, ",") {
			fields := strings.Split(part, ";")
			precision := 0
			switch strings.ToLower(strings.TrimSpace(fields[0])) {
			case name:
				precision = 3
			case family + "/*":
				precision = 2
			case "*/*":
				precision = 1
			}
			if precision > 0 && !yield(precision, weightOf(fields[1:])) {
				return
			}
		}
	}
}

// weightOf is the q among the parameters of a media range; 1 without one.
func weightOf(fields []string) float64 {
	weight := 1.0
	for _, field := range fields {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if !strings.EqualFold(strings.TrimSpace(key), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			q = 0
		}
		weight = q
	}
	return weight
}

// Prefers tells whether Prefer headers name a preference (RFC 7240, section 2).
func Prefers(h http.Header, preference string) bool {
	for _, header := range h.Values("Prefer") {
		for part := range strings.SplitSeq(header, ",") {
			name, _, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(name), preference) {
				return true
			}
		}
	}
	return false
}

// Gzip tells whether an Accept-Encoding header takes gzip (RFC 9110, section
// 12.5.3): by its name, by that of old, or by the star where neither stands.
func Gzip(header string) bool {
	star := false
	for part := range strings.SplitSeq(header, ",") {
		fields := strings.Split(part, ";")
		switch strings.ToLower(strings.TrimSpace(fields[0])) {
		case "gzip", "x-gzip":
			return weightOf(fields[1:]) > 0
		case "*":
			star = weightOf(fields[1:]) > 0
		}
	}
	return star
}

package web

import (
	"fmt"
	"net/url"
	"strings"

	"kaimen/coverage"
)

// Basemap is raster tiles of someone else that the page may show below its own
// map. It never changes.
type Basemap struct {
	Tiles       string `json:"tiles" doc:"Address of a tile, with {z}, {x} and {y}; y counts from the north." example:"https://tiles.example.org/{z}/{x}/{y}.png"`
	Attribution string `json:"attribution" doc:"Whose it is, to be shown with it." example:"© Example Maps"`
	Coordinates string `json:"coordinates" enum:"wgs84,gcj02" doc:"The coordinates that it is drawn in: gcj02 lies some hundred meters off and has to be shifted." example:"gcj02"`

	origin string // scheme and host
}

// NewBasemap checks what an operator said of a base map; coordinates are wgs84
// or gcj02.
//
// Errors: invalid, with every fault.
func NewBasemap(tiles, attribution, coordinates string) (*Basemap, error) {
	var issues []coverage.Issue
	unfit := func(source, format string, args ...any) {
		issues = append(issues, coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: source, Message: fmt.Sprintf(format, args...),
		})
	}
	address, err := url.Parse(tiles)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || !hostName.MatchString(address.Host) {
		unfit("basemap", "%q is not an http or https address of one host", tiles)
	}
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(tiles, part) != 1 {
			unfit("basemap", "the address has to hold %s once", part)
		}
	}
	if strings.TrimSpace(attribution) == "" {
		unfit("basemap-attribution", "say whose the base map is")
	}
	if coordinates != "wgs84" && coordinates != "gcj02" {
		unfit("basemap-coords", "%q is neither wgs84 nor gcj02", coordinates)
	}
	if len(issues) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the base map cannot be offered", Issues: issues}
	}
	return &Basemap{tiles, attribution, coordinates, address.Scheme + "://" + address.Host}, nil
}

// policy is what the page may ask for with b, which may be nil.
func (b *Basemap) policy() string {
	if b == nil {
		return fmt.Sprintf(policy, "")
	}
	return fmt.Sprintf(policy, " "+b.origin)
}

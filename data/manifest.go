package data

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"kaimen/coverage"
	"kaimen/geo/crs"
)

// Manifest is a study.yaml: what a study is called and which files it is made
// of. It is only read after ReadManifest.
type Manifest struct {
	Study       string        `yaml:"study"`
	Name        coverage.Name `yaml:"name"`
	CRS         string        `yaml:"crs"`       // of the sources that name none
	Synthetic   bool          `yaml:"synthetic"` // made-up data
	Attribution []string      `yaml:"attribution"`
	Sources     Sources       `yaml:"sources"`

	base string // name of the manifest's file, for messages
	dir  string // the folder that the sources' names start from
}

// Sources lists the sources of each layer.
type Sources struct {
	Boundaries []Source `yaml:"boundaries"`
	Roads      []Source `yaml:"roads"`
	Elevation  []Source `yaml:"elevation"` // heights of roads; no layer of their own
	Facilities []Source `yaml:"facilities"`
	Entrances  []Source `yaml:"entrances"` // of facilities; no layer of their own
	Demand     []Source `yaml:"demand"`
	Buildings  []Source `yaml:"buildings"`
	Estates    []Source `yaml:"estates"`
	Parcels    []Source `yaml:"parcels"`
	Gates      []Source `yaml:"gates"`
	LandCover  []Source `yaml:"landcover"`
	Requests   []Source `yaml:"requests"`
}

// Of returns the sources of one layer; none for an unknown layer.
func (s *Sources) Of(layer coverage.LayerName) []Source {
	if list := s.of(layer); list != nil {
		return *list
	}
	return nil
}

// of is where the sources of a layer are; nil for an unknown layer.
func (s *Sources) of(layer coverage.LayerName) *[]Source {
	switch layer {
	case coverage.LayerBoundaries:
		return &s.Boundaries
	case coverage.LayerRoads:
		return &s.Roads
	case layerElevation:
		return &s.Elevation
	case coverage.LayerFacilities:
		return &s.Facilities
	case layerEntrances:
		return &s.Entrances
	case coverage.LayerDemand:
		return &s.Demand
	case coverage.LayerBuildings:
		return &s.Buildings
	case coverage.LayerEstates:
		return &s.Estates
	case coverage.LayerParcels:
		return &s.Parcels
	case coverage.LayerGates:
		return &s.Gates
	case coverage.LayerLandCover:
		return &s.LandCover
	case coverage.LayerRequests:
		return &s.Requests
	}
	return nil
}

// Source is one file of a layer.
type Source struct {
	File    string            `yaml:"file"`    // from the manifest's folder, or absolute
	Fields  map[string]string `yaml:"fields"`  // our name to the file's name of a column
	Level   coverage.Level    `yaml:"level"`   // of all rows; boundaries only
	Kind    string            `yaml:"kind"`    // of all rows; boundaries, facilities, gates, landcover and requests
	Kinds   map[string]string `yaml:"kinds"`   // the file's kinds to ours; facilities, gates, landcover and requests
	Classes map[string]string `yaml:"classes"` // the file's road classes to OpenStreetMap's; centerlines only
	// Meet says where centerlines meet: MeetCrossings, the default, or MeetVertices.
	Meet string `yaml:"meet"`
	// ToleranceMeters is the gap up to which ends of centerlines are joined; nil
	// means DefaultToleranceMeters.
	ToleranceMeters *float64 `yaml:"tolerance_m"`

	Zone   coverage.Level `yaml:"zone"`   // the rows are counts by zones of this level, not points; demand only
	Spread string         `yaml:"spread"` // where counts go: buildings or network; empty: buildings where there are any
	By     string         `yaml:"by"`     // what buildings are weighed by: floor_area (or empty) or households

	Where    string `yaml:"where"`    // which rows to take: "schools > 0"
	CRS      string `yaml:"crs"`      // of this file
	Layer    string `yaml:"layer"`    // of a file that holds several: a member, a table or a sheet
	Encoding string `yaml:"encoding"` // of its text: utf-8, gbk, gb18030, utf-16

	where    *filter    // of Where, if it is sound
	system   crs.System // of CRS, else of the manifest's
	declared bool       // system is one of the two
	unsound  string     // reason code why its rows cannot be read as they are meant; empty if they can
}

// ReadManifest parses study.yaml and checks what can be checked without the
// sources. An unknown key is an error.
//
// Errors: an invalid Error with every fault found: missing_file, unreadable,
// bad_manifest with its line if the text is not of the form, unknown_crs.
func ReadManifest(path string) (*Manifest, error) {
	m, issues := parseManifest(path)
	if len(issues) > 0 {
		return nil, refusal(filepath.Base(path), issues)
	}
	return m, nil
}

// parseManifest returns nil if the text is not of the form; with other faults
// the manifest can still be used to look for more.
func parseManifest(path string) (*Manifest, []coverage.Issue) {
	base := filepath.Base(path)
	fault := func(code string, line int, message string) []coverage.Issue {
		return []coverage.Issue{{
			Severity: coverage.SeverityError, Code: code, Source: base, Line: line, Message: message,
		}}
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault(coverage.ReasonMissingFile, 0, "there is no such file")
	case err != nil:
		return nil, fault(coverage.ReasonUnreadable, 0, "it cannot be read: "+reasonOf(err))
	}
	m := &Manifest{base: base, dir: filepath.Dir(path)}
	if line, message := decodeManifest(text, m); message != "" {
		return nil, fault(coverage.ReasonBadManifest, line, message)
	}
	return m, m.check()
}

// decodeManifest returns the line and text of the first fault of the form.
func decodeManifest(text []byte, m *Manifest) (line int, fault string) {
	decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
	err := decoder.Decode(m)
	if errors.Is(err, io.EOF) {
		return 0, "the file is empty; a manifest begins with study: and an id"
	}
	if err == nil {
		if err = decoder.Decode(new(any)); err == nil {
			return 0, "a second document begins after ---; a manifest is one document"
		}
		if errors.Is(err, io.EOF) {
			return 0, ""
		}
	}
	if at, ok := errors.AsType[yaml.Error](err); ok {
		if token := at.GetToken(); token != nil && token.Position != nil {
			line = token.Position.Line
		}
		return line, at.GetMessage()
	}
	return 0, firstLine(err.Error())
}

// refusal is the Error of an import that found faults.
func refusal(base string, issues []coverage.Issue) *coverage.Error {
	var faults []coverage.Issue
	for _, i := range issues {
		if i.Severity == coverage.SeverityError {
			faults = append(faults, i)
		}
	}
	return &coverage.Error{
		Code: coverage.Invalid, Issues: faults, Message: fmt.Sprintf("%s cannot be imported", base),
	}
}

// reasonOf is an error of the file system without the path, which messages
// name in the manifest's words.
func reasonOf(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

package data

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/geo/crs"
)

// weightName is what a weight of demand may be called: it becomes the name of
// a column in every store.
var weightName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// reservedNames are columns that stores add of their own accord.
var reservedNames = []string{"fid", "geom"}

// isWeight tells whether a weight of demand may have this name.
func isWeight(name string) bool {
	return weightName.MatchString(name) && !slices.Contains(reservedNames, name)
}

// manifestCheck gathers the faults of a manifest.
type manifestCheck struct {
	m      *Manifest
	issues []coverage.Issue
}

// check finds every fault of a manifest that shows without its sources, and
// makes ready what reading them needs.
func (m *Manifest) check() []coverage.Issue {
	c := &manifestCheck{m: m}
	if !coverage.ValidStudyID(m.Study) {
		c.fault(coverage.ReasonBadManifest, m.base,
			"study: %q is no id; use lower case letters, digits and single dashes, at most 63", m.Study)
	}
	system, known := c.parseCRS(m.base, m.CRS)
	total := 0
	for _, l := range layers() {
		sources := m.Sources.Of(l.name)
		total += len(sources)
		for i := range sources {
			s := &sources[i]
			s.system, s.declared = system, m.CRS != ""
			if m.CRS != "" && !known {
				s.unsound = coverage.ReasonUnknownCRS
			}
			c.source(layerOf(l, s), i, s)
		}
	}
	c.oneKindOfRoads()
	if total == 0 {
		c.fault(coverage.ReasonBadManifest, m.base, "sources: it names no file at all")
	}
	return c.issues
}

func (c *manifestCheck) fault(code, source, format string, args ...any) {
	c.issues = append(c.issues, coverage.Issue{
		Severity: coverage.SeverityError, Code: code, Source: source, Message: fmt.Sprintf(format, args...),
	})
}

// parseCRS tells whether name is known; a blank name is no fault.
func (c *manifestCheck) parseCRS(source, name string) (system crs.System, known bool) {
	if name == "" {
		return system, false
	}
	system, err := crs.Parse(name)
	if err != nil {
		c.fault(coverage.ReasonUnknownCRS, source, "crs: %v", err)
	}
	return system, err == nil
}

// source checks the i-th source of a layer.
func (c *manifestCheck) source(l layer, i int, s *Source) {
	before := len(c.issues)
	bad := func(format string, args ...any) { c.fault(coverage.ReasonBadManifest, s.File, format, args...) }
	if s.File == "" {
		c.fault(coverage.ReasonBadManifest, c.m.base, "sources: %s: number %d names no file", l.name, i+1)
		return
	}
	if s.CRS != "" {
		s.unsound, s.declared = "", true
		var known bool
		if s.system, known = c.parseCRS(s.File, s.CRS); !known {
			s.unsound = coverage.ReasonUnknownCRS
		}
	}
	if l.name == coverage.LayerRoads && isOSM(s.File) {
		if s.Where != "" || s.Kind != "" || s.Level != "" || len(s.Fields)+len(s.Kinds)+len(s.Classes) > 0 ||
			s.Encoding != "" || s.Layer != "" || s.ToleranceMeters != nil || s.Meet != "" {
			bad("%s of OpenStreetMap take a file and nothing else", l.name)
		}
		if s.CRS != "" && s.unsound == "" && s.system != crs.WGS84 {
			bad("crs: OpenStreetMap files are in EPSG:4326, not in %s", s.system)
		}
		s.unsound = "" // the manifest's own crs is not for roads
		return
	}
	if l.name == layerElevation || isRaster(s.File) {
		if rasterFaults(l, s, bad); l.name != layerElevation {
			c.counts(l, s, bad)
		}
		c.unsoundIf(len(c.issues) > before, s)
		return
	}
	c.fields(l, s, bad)
	c.constants(l, s, bad)
	c.centerlines(l, s, bad)
	c.counts(l, s, bad)
	if s.Where != "" {
		var err error
		if s.where, err = newFilter(s.Where); err != nil {
			bad("where: %q: %v", s.Where, err)
		}
	}
	c.unsoundIf(len(c.issues) > before, s)
}

// unsoundIf marks a source of which something is wrong.
func (c *manifestCheck) unsoundIf(faulty bool, s *Source) {
	if faulty && s.unsound == "" {
		s.unsound = coverage.ReasonBadManifest
	}
}

func (c *manifestCheck) fields(l layer, s *Source, bad func(string, ...any)) {
	for _, name := range slices.Sorted(maps.Keys(s.Fields)) {
		switch {
		case s.Fields[name] == "":
			bad("fields: %s: name a column, or write %q for none", name, noColumn)
		case l.name == coverage.LayerRequests && personal(s.Fields[name]):
			bad("fields: %s: the column %s holds personal data, of which requests keep none", name, s.Fields[name])
		case l.has(name):
		case l.name != coverage.LayerDemand:
			bad("fields: %s have no field %q; they have: %s", l.name, name, strings.Join(l.fieldNames(), ", "))
		case !isWeight(name):
			bad("fields: %q cannot be a weight; use lower case letters, digits and _, beginning with a letter", name)
		}
	}
}

// constants checks what a source says of all its rows.
func (c *manifestCheck) constants(l layer, s *Source, bad func(string, ...any)) {
	for _, constant := range []struct{ field, value string }{{"level", string(s.Level)}, {"kind", s.Kind}} {
		_, mapped := s.Fields[constant.field]
		switch {
		case constant.value == "":
		case !l.has(constant.field):
			bad("%s: %s have none", constant.field, l.name)
		case mapped:
			bad("%s: it is given for all rows and under fields as well; leave one out", constant.field)
		}
	}
	if s.Level != "" && s.Level.Rank() <= 0 {
		bad("level: %q is not one of street, community, grid, building", s.Level)
	}
	if allowed := l.kinds; s.Kind != "" && len(allowed) > 0 && !slices.Contains(allowed, s.Kind) {
		bad("kind: %q is not one of %s", s.Kind, strings.Join(allowed, ", "))
	}
	if len(s.Kinds) == 0 {
		return
	}
	if !slices.Contains([]coverage.LayerName{coverage.LayerFacilities, coverage.LayerGates, coverage.LayerLandCover, coverage.LayerRequests}, l.name) {
		bad("kinds: it is for facilities, gates, landcover and requests")
	} else if s.Kind != "" {
		bad("kinds: kind is given for all rows as well; leave one out")
	}
}

// counts checks what a source says of counts by zone.
func (c *manifestCheck) counts(l layer, s *Source, bad func(string, ...any)) {
	if s.Zone == "" {
		if s.Spread != "" || s.By != "" {
			bad("spread, by: they are for counts by zone; say which level they were counted by: zone: grid")
		}
		return
	}
	if l.name != coverage.LayerDemand {
		bad("zone: it is for demand")
	}
	if s.Zone.Rank() <= 0 {
		bad("zone: %q is not one of street, community, grid, building", s.Zone)
	}
	if s.Spread != "" && s.Spread != spreadBuildings && s.Spread != spreadNetwork {
		bad("spread: %q is neither %s nor %s", s.Spread, spreadBuildings, spreadNetwork)
	}
	if s.By != "" && s.By != byFloorArea && s.By != byHouseholds {
		bad("by: %q is neither %s nor %s", s.By, byFloorArea, byHouseholds)
	}
	if s.By != "" && s.Spread == spreadNetwork {
		bad("by: along roads people are spread by length; leave it out, or write spread: %s", spreadBuildings)
	}
}

// path is where a source's file lies.
func (m *Manifest) path(s *Source) string {
	if filepath.IsAbs(s.File) {
		return s.File
	}
	return filepath.Join(m.dir, filepath.FromSlash(s.File))
}

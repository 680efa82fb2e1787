package coverage

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// What follows holds for every store alike, so that a study moves from one to
// another unchanged: what may be kept, under which names, and what is told.

// FieldNames gives each column the name it has in a store's feature table: its
// own, unless that is one that stores use themselves (fid, geom), differs from
// another by case alone, or is longer than PostgreSQL takes; then its place.
func FieldNames(columns []Column) []string {
	const longest = 63
	names := make([]string, len(columns))
	taken := map[string]bool{"fid": true, "geom": true}
	for i, c := range columns {
		folded := strings.ToLower(c.Name)
		names[i] = c.Name
		if folded == "" || len(folded) > longest || taken[folded] || strings.HasPrefix(folded, "column_") {
			names[i] = fmt.Sprintf("column_%d", i+1)
		}
		taken[folded] = true
	}
	return names
}

// faults lists all that would not come back equal from a store: columns of one
// name, text that is not UTF-8 or holds a zero byte, numbers that are not
// finite or are a negative zero, and shapes that are none.
func (t Table) faults() []Issue {
	var issues []Issue
	fault := func(feature, column, text string) {
		issues = append(issues, Issue{
			Severity: SeverityError, Code: ReasonBadValue,
			Layer: t.Layer, Feature: feature, Message: column + ": " + text,
		})
	}
	seen := make(map[string]bool)
	for _, c := range t.Columns {
		if seen[c.Name] {
			fault("", c.Name, "two columns have this name; rename one")
		}
		if text := valueFault(c.Name); text != "" {
			fault("", fmt.Sprintf("%q", c.Name), "the column's name is "+text)
		}
		seen[c.Name] = true
	}
	for row := range t.Rows {
		feature, _ := row.Values[0].(string) // the first column of every layer is its id
		if text := shapeFault(row.Geometry); text != "" {
			fault(feature, "geometry", text)
		}
		for i, v := range row.Values {
			if text := valueFault(v); text != "" {
				fault(feature, t.Columns[i].Name, text)
			}
		}
	}
	return issues
}

// valueFault says what keeps v from being stored; nothing if it may be.
func valueFault(v any) string {
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return "not valid UTF-8; check the encoding of the source"
		}
		if strings.IndexByte(v, 0) >= 0 {
			return "text with a zero byte; remove it"
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "not a finite number"
		}
		if v == 0 && math.Signbit(v) { // SQLite drops the sign
			return "a negative zero; write 0"
		}
	}
	return ""
}

// shapeFault says what keeps g from being stored; nothing if it may be.
// PostGIS takes no open ring; GeoPackage readers trip over one.
func shapeFault(g orb.Geometry) string {
	switch g := g.(type) {
	case orb.Point:
		return pointsFault(g)
	case orb.LineString:
		if len(g) < 2 {
			return "a line needs two points"
		}
		return pointsFault(g...)
	case orb.MultiPolygon:
		for _, polygon := range g {
			for _, ring := range polygon {
				if len(ring) < 4 || !ring.Closed() {
					return "a ring needs four points and must end where it starts"
				}
				if text := pointsFault(ring...); text != "" {
					return text
				}
			}
		}
	}
	return ""
}

func pointsFault(points ...orb.Point) string {
	for _, p := range points {
		if p[0]-p[0] != 0 || p[1]-p[1] != 0 { // so for NaN and the infinities alone
			return "a coordinate is not a finite number"
		}
	}
	return ""
}

// Verify tells whether the layers of a snapshot read from a store are those
// whose hashes were kept: its id stands for its contents, so a table that
// someone changed must not pass under the old id.
//
// Errors: conflict, naming the layer.
func (s *Snapshot) Verify() error {
	for _, t := range s.Tables() {
		if want, ok := s.Hashes[t.Layer]; ok && HashTable(t) != want {
			return Errorf(Conflict,
				"snapshot %s of study %s: its layer %s was changed in the store; import the study again", s.ID, s.Study.ID, t.Layer)
		}
	}
	return nil
}

// NoStudy is a store's answer to a name that is not among infos, as List orders
// them: not_found, naming the studies there are.
func NoStudy(study string, infos []SnapshotInfo) error {
	var studies []string
	for _, info := range infos {
		if info.Current {
			studies = append(studies, info.Study.ID)
		}
	}
	if len(studies) == 0 {
		return Errorf(NotFound, "there is no study %q: the store is empty; import one first", study)
	}
	return Errorf(NotFound, "there is no study %q; there are: %s", study, strings.Join(studies, ", "))
}

// NoSnapshot is a store's answer to an id that is not there: not_found.
func NoSnapshot(id SnapshotID) error {
	return Errorf(NotFound, "there is no snapshot %q; list the studies to see the ids there are", id)
}

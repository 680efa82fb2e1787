package coverage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// Severity tells what an Issue does to the work at hand.
type Severity string

// An error stops an import; a warning sets a row aside or is only told.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Reason codes. They are stable: pages, scripts and tests key on them.
const (
	ReasonBadManifest      = "bad_manifest"      // study.yaml cannot be used as it stands
	ReasonMissingFile      = "missing_file"      // a named source is not there
	ReasonUnreadable       = "unreadable"        // a source is there but broken
	ReasonUnknownFormat    = "unknown_format"    // no reader for this ending
	ReasonUnknownCRS       = "unknown_crs"       // the coordinate system is not one we know
	ReasonMissingColumn    = "missing_column"    // a named column is not in the source
	ReasonMissingValue     = "missing_value"     // a needed cell is blank
	ReasonNoCoordinates    = "no_coordinates"    // the row has no usable position
	ReasonBadCoordinates   = "bad_coordinates"   // outside ±180, ±90, or not finite
	ReasonBadNumber        = "bad_number"        // a number was expected
	ReasonBadValue         = "bad_value"         // outside what the field allows
	ReasonBadGeometry      = "bad_geometry"      // wrong kind of shape, too few points
	ReasonSelfCrossing     = "self_crossing"     // a ring crosses itself
	ReasonDuplicateID      = "duplicate_id"      // the id stands twice in a layer
	ReasonUnknownParent    = "unknown_parent"    // the parent id is not in the layer
	ReasonParentCycle      = "parent_cycle"      // a boundary is its own ancestor
	ReasonFiltered         = "filtered"          // left out by the manifest's where
	ReasonUnmappedKind     = "unmapped_kind"     // not in the manifest's kinds table
	ReasonNotRoad          = "not_road"          // an OSM way that is no road
	ReasonMissingNode      = "missing_node"      // a way refers to a node the file lacks
	ReasonTooShort         = "too_short"         // a line shorter than 1 cm
	ReasonDuplicate        = "duplicate"         // a line that lies wholly over others, or a row that another source has too
	ReasonJoined           = "joined"            // a line's end missed another and was led to it
	ReasonNotWalkable      = "not_walkable"      // a road the profile may not use
	ReasonTooFar           = "too_far"           // farther from any usable road than the cap
	ReasonIsland           = "island"            // tied to a cut-off piece of road, and reaches only what lies on it
	ReasonOutside          = "outside"           // inside no boundary nor building of the study
	ReasonSnapped          = "snapped"           // tied to the network: the good end
	ReasonGateOpen         = "gate_open"         // a gate that everybody passes
	ReasonGateClosed       = "gate_closed"       // a gate that nobody passes: the roads end there
	ReasonGateResidents    = "gate_residents"    // a gate by which people enter or leave, and do not pass through
	ReasonUsed             = "used"              // taken: the good end where nothing is snapped
	ReasonEdgeOfData       = "edge_of_data"      // roads end nearer to the study's edge than the cutoff
	ReasonLayerMissing     = "layer_missing"     // the answer needs a layer the study lacks
	ReasonUnknownParameter = "unknown_parameter" // a request names something that is not offered
	ReasonSynthetic        = "synthetic"         // the data is made up
	ReasonNoFacility       = "no_facility"       // no facility of the kind in the study
	ReasonGap              = "gap"               // ground of a zone that none of the zones in it holds
	ReasonOverlap          = "overlap"           // ground that two zones of one level hold
	ReasonSliver           = "sliver"            // gaps or overlaps so thin or small that they come of drawing
	ReasonOrphan           = "orphan"            // a zone that lies in none of an outer level
	ReasonOutsideParent    = "outside_parent"    // a zone reaches beyond the one it belongs to
	ReasonUnknownFacility  = "unknown_facility"  // an entrance of a facility that is not used
	ReasonPersonal         = "personal"          // tells who somebody is, and is not kept
	ReasonUnknownZone      = "unknown_zone"      // a count is of a zone that the study does not have
	ReasonNoCell           = "no_cell"           // no cell of a raster of people has its middle in a zone
	ReasonNoBuilding       = "no_building"       // people of a zone without buildings: put along its roads
	ReasonNoRoad           = "no_road"           // people of a zone without roads: put at one point
	ReasonDuplicateZone    = "duplicate_zone"    // two zones have the same ground, or the same name in one parent
)

// Issue is one fault or remark, with its place in the source and on the ground.
type Issue struct {
	Severity Severity   `json:"severity"`
	Code     string     `json:"code"`              // one of the Reason constants
	Layer    LayerName  `json:"layer,omitempty"`   // empty when it is about no layer
	Source   string     `json:"source,omitempty"`  // file name as the manifest gives it
	Line     int        `json:"line,omitempty"`    // row or line in the source, counted from 1 with the header; 0 if none
	Feature  string     `json:"feature,omitempty"` // id of the feature, if it has one
	At       *orb.Point `json:"at,omitempty"`      // lon, lat, if known
	Value    string     `json:"value,omitempty"`   // what was given and cannot be used, of one parameter of a request
	Message  string     `json:"message"`           // names the value and the remedy
}

// Faultf is an error of a parameter of a request. A message that begins with
// %q tells of its first argument, which becomes the value.
func Faultf(code, parameter, format string, args ...any) Issue {
	i := Issue{Severity: SeverityError, Code: code, Source: parameter, Message: fmt.Sprintf(format, args...)}
	if strings.HasPrefix(format, "%q") && len(args) > 0 {
		i.Value = fmt.Sprint(args[0])
	}
	return i
}

// String puts the place first: "roads.csv: row 41: w12: length is not a number".
func (i Issue) String() string {
	var b strings.Builder
	if i.Source != "" {
		b.WriteString(i.Source + ": ")
	}
	if i.Line > 0 {
		fmt.Fprintf(&b, "row %d: ", i.Line)
	}
	if i.Feature != "" {
		b.WriteString(i.Feature + ": ")
	}
	b.WriteString(i.Message)
	if i.At != nil {
		fmt.Fprintf(&b, " at or near [%.5f, %.5f]", i.At[0], i.At[1])
	}
	return b.String()
}

// HasErrors tells whether any issue is of severity error.
func HasErrors(issues []Issue) bool {
	for _, i := range issues {
		if i.Severity == SeverityError {
			return true
		}
	}
	return false
}

// ErrorCode says what kind of trouble an Error is.
type ErrorCode string

// The few codes; web turns them into HTTP statuses, cmd into exit codes.
const (
	Invalid     ErrorCode = "invalid"
	NotFound    ErrorCode = "not_found"
	Conflict    ErrorCode = "conflict"
	Unsupported ErrorCode = "unsupported"
	TooLarge    ErrorCode = "too_large"
	Canceled    ErrorCode = "canceled"
	Unavailable ErrorCode = "unavailable"
	Internal    ErrorCode = "internal"
)

// Error is trouble a user can act on. Issues lists every fault found.
type Error struct {
	Code    ErrorCode
	Message string
	Issues  []Issue
}

// Error gives the message, with the only issue when there is just one.
func (e *Error) Error() string {
	switch len(e.Issues) {
	case 0:
		return e.Message
	case 1:
		return e.Message + ": " + e.Issues[0].String()
	}
	return fmt.Sprintf("%s: %d problems, first: %s", e.Message, len(e.Issues), e.Issues[0])
}

// Errorf makes an Error without issues.
func Errorf(code ErrorCode, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf is the code of the first Error in err's chain, else Internal.
func CodeOf(err error) ErrorCode {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// AllFaults joins the issues of several errors into one error, with the code
// and message of the first, so that a user is told of all of them; nil if none
// is an error. An error of another make is returned alone.
func AllFaults(errs ...error) error {
	var all *Error
	for _, err := range errs {
		if err == nil {
			continue
		}
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return err
		}
		if all == nil {
			all = &Error{Code: e.Code, Message: e.Message}
		}
		all.Issues = append(all.Issues, e.Issues...)
	}
	if all == nil {
		return nil
	}
	return all
}

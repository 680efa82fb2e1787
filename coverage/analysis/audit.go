package analysis

import (
	"context"
	"math"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/standard"
)

// StraightLine is how an audit measures, and the code of the warning that says
// so: along no road.
const StraightLine = "straight_line"

// What land an audit may look at.
const (
	LandEstates   = "estates"   // the areas of estates
	LandBuildings = "buildings" // the footprints of homes
	LandCover     = "landcover" // built ground
)

// Why a facility of the kinds takes no part in an audit.
const (
	AsideAreaUnknown = "area_unknown" // there are classes, and its area is not known
	AsideNoClass     = "no_class"     // its area is of no class
)

// NoOutline is the code of the warning that facilities are measured from points.
const NoOutline = "no_outline"

// auditRule is the rule that audits go by unless told otherwise.
const auditRule = "park-audit-2021/park-radius"

// AuditOptions choose the facilities of an audit, how far they serve, and the
// land that is to be served. How far is told by one of Rule, RadiusM and Classes.
type AuditOptions struct {
	Method  string                 `json:"method"`                   // always StraightLine
	Rule    string                 `json:"rule"`                     // id of a rule of the standards library that has a radius; default: auditRule
	RadiusM *float64               `json:"radius_m"`                 // of all facilities alike
	Classes []standard.RadiusClass `json:"classes" nullable:"false"` // by the area of facilities; those of Rule
	Kinds   []string               `json:"kinds" nullable:"false"`   // default: those of Rule, else park and pocket_park
	Land    string                 `json:"land"`                     // default: the first of estates, buildings and landcover that the study has
	// Standard and Verified are those of the rule: as it is cited, and whether its
	// figures were read in the source that it names.
	Standard string `json:"standard,omitempty"`
	Verified *bool  `json:"verified,omitempty"`
}

// AuditSummary is the study as a whole.
type AuditSummary struct {
	Method       string            `json:"method"`
	LandM2       float64           `json:"land_m2"`
	CoveredM2    float64           `json:"covered_m2"`
	CoverageRate *float64          `json:"coverage_rate"` // nil where there is no land
	OutsideM2    float64           `json:"outside_m2"`    // land in no zone of the level, which no row counts
	Facilities   int               `json:"facilities"`    // of the kinds
	Used         int               `json:"used"`          // of these
	FromOutline  int               `json:"from_outline"`  // of those used: measured from their edge
	FromPoints   int               `json:"from_points"`   // from their place and entrances, as no outline is known
	SetAside     []AuditAside      `json:"set_aside" nullable:"false"`
	Classes      []AuditClassCount `json:"classes" nullable:"false"`
}

// AuditAside counts the facilities that a reason keeps out.
type AuditAside struct {
	Reason     string `json:"reason"`
	Facilities int    `json:"facilities"`
}

// AuditClassCount is a class with the facilities in it.
type AuditClassCount struct {
	standard.RadiusClass
	Facilities int `json:"facilities"`
}

// AuditRow is the land of one zone.
type AuditRow struct {
	ZoneHead
	Method           string   `json:"method"`
	LandM2           float64  `json:"land_m2"`
	CoveredM2        float64  `json:"covered_m2"`
	CoverageRate     *float64 `json:"coverage_rate"`     // nil where there is no land
	FacilitiesInside int      `json:"facilities_inside"` // of those used
}

// The answers of audits.
type (
	AuditRequest = Request[AuditOptions]
	AuditAnswer  = Answer[AuditOptions, AuditSummary, AuditRow]
)

// Audit tells the share of residential land within a radius of parks, as audits
// have it that are scored in a straight line. It is no walking distance, and
// every part of the answer says so; of the question, level and scenario alone
// play a part.
//
// A radius is measured from the outline of a facility, and from its place and each
// of its entrances: where a study has no outline of a large park, it covers less
// than it would from its edge. Ground that several radii or several areas hold
// counts once. Areas are those of the local plane.
//
// Holds:  where the zones of a level tile the land, their rows add up to the
// summary; a facility or an outline more never lowers CoveredM2, beyond rounding,
// nor does a larger radius, beyond the 5 cm by which the line about an outline
// may be off.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   for each outline of a facility, see outlineGround; for each polygon of
// land, see measure, with the zones, circles and land that come to its box.
func (e *Engine) Audit(ctx context.Context, r AuditRequest) (*AuditAnswer, error) {
	return ask(ctx, e, indicator[AuditOptions, AuditSummary, AuditRow]{
		name: "audit", on: onLand, prepare: prepareAudit, find: findAudit,
	}, r)
}

func prepareAudit(e *Engine, b *base, r *AuditRequest) []coverage.Issue {
	o := &r.Options
	o.Method = StraightLine
	issues := e.chooseRadius(o)
	for _, kind := range o.Kinds {
		for _, issue := range e.checkKind(b, kind) {
			issue.Source = "kinds"
			issues = append(issues, issue)
		}
	}
	issues = append(issues, chooseLand(b, &o.Land)...)
	// What plays no part makes no other answer.
	r.Profile, r.Cohort, r.When, r.Cutoff = "", "", "", Cutoff{}
	return issues
}

// chooseRadius fills in how far facilities serve and, unless given, their kinds.
func (e *Engine) chooseRadius(o *AuditOptions) (issues []coverage.Issue) {
	given := 0
	for _, is := range []bool{o.Rule != "", o.RadiusM != nil, o.Classes != nil} {
		given += oneIf(is)
	}
	if given > 1 {
		issues = append(issues, fault("radius_m", "more than one of rule, radius_m and classes is given; give one"))
	}
	if o.RadiusM != nil {
		issues = append(issues, checkRadius("radius_m", *o.RadiusM)...)
	}
	if o.Classes != nil && len(o.Classes) == 0 {
		issues = append(issues, fault("classes", "no class is given; name one, or leave classes out for those of rule %s", auditRule))
	}
	issues = append(issues, checkClasses(o.Classes)...)
	if o.RadiusM == nil && o.Classes == nil {
		if o.Rule == "" {
			o.Rule = auditRule
		}
		issues = append(issues, e.followRule(o)...)
	}
	if o.Classes == nil {
		o.Classes = []standard.RadiusClass{}
	}
	if len(o.Kinds) == 0 {
		o.Kinds = []string{"park", "pocket_park"}
	}
	return issues
}

// followRule takes classes and kinds from a rule of the library.
func (e *Engine) followRule(o *AuditOptions) []coverage.Issue {
	var ids []string
	for _, rule := range e.library.Rules() {
		if rule.Radius == nil {
			continue
		}
		if rule.ID == o.Rule {
			o.Classes = slices.Clone(rule.Radius.Classes)
			o.Standard, o.Verified = rule.Standard, &rule.Verified
			if len(o.Kinds) == 0 {
				o.Kinds = slices.Clone(rule.Radius.Kinds)
			}
			return nil
		}
		ids = append(ids, rule.ID)
	}
	return []coverage.Issue{fault("rule", "%q is no rule with a radius; there are %s", o.Rule, join(ids))}
}

func checkRadius(parameter string, meters float64) []coverage.Issue {
	if meters > 0 && meters <= maxMeters {
		return nil
	}
	return []coverage.Issue{fault(parameter, "%v is no radius; give meters above 0 and up to %d", meters, maxMeters)}
}

// checkClasses tells of classes that hold nothing, that overlap, or that reach no
// distance. A class is named by its place, from 1.
func checkClasses(classes []standard.RadiusClass) (issues []coverage.Issue) {
	tell := func(i int, format string, args ...any) {
		issue := fault("classes", "class %d: "+format, append([]any{i + 1}, args...)...)
		issue.Line = i + 1
		issues = append(issues, issue)
	}
	for i, c := range classes {
		for _, issue := range checkRadius("classes", c.Meters) {
			tell(i, "%s", issue.Message)
		}
		from, to := areasOf(c)
		if !(from >= 0 && from < math.Inf(1)) {
			tell(i, "min_area_m2 is %v; give square meters, 0 or more", from)
		}
		if !(to > from) {
			tell(i, "no area is from %v to below %v m²; give a max_area_m2 above min_area_m2, or none", from, to)
		}
		for k, other := range classes[:i] {
			if low, high := areasOf(other); from < high && low < to {
				tell(i, "it overlaps class %d, from %v to below %v m²; let one end where the next begins", k+1, low, high)
			}
		}
	}
	return issues
}

// areasOf are the areas that a class begins with and ends before.
func areasOf(c standard.RadiusClass) (from, to float64) {
	to = math.Inf(1)
	if c.MinAreaM2 != nil {
		from = *c.MinAreaM2
	}
	if c.MaxAreaM2 != nil {
		to = *c.MaxAreaM2
	}
	return from, to
}

// chooseLand fills in the land, or tells that the study has none of it.
func chooseLand(b *base, land *string) []coverage.Issue {
	layers := []coverage.LayerName{coverage.LayerEstates, coverage.LayerBuildings, coverage.LayerLandCover}
	names := []string{LandEstates, LandBuildings, LandCover}
	lived := b.livedIn()
	homes := false
	for i := range b.Buildings {
		homes = homes || lived(i)
	}
	there := []bool{len(b.Estates) > 0, homes, slices.ContainsFunc(b.LandCover, built)}
	var offered []string
	for i, name := range names {
		if there[i] {
			offered = append(offered, name)
		}
	}
	if *land == "" {
		if len(offered) == 0 {
			return []coverage.Issue{missing(coverage.LayerEstates, b.Study.ID)}
		}
		*land = offered[0]
	}
	switch i := slices.Index(names, *land); {
	case i < 0:
		return []coverage.Issue{fault("land", "%q is no land; give one of %s, of which study %s has %s", *land, join(names), b.Study.ID, join(offered))}
	case !there[i]:
		return []coverage.Issue{missing(layers[i], b.Study.ID)}
	}
	return nil
}

// built tells whether ground is covered by a built-up area.
func built(x coverage.LandCover) bool { return x.Kind == "built" }

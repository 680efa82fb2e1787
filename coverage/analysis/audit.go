package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"

	"kaimen/coverage"
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

// AuditOptions choose the facilities of an audit, how far they serve, and the
// land that is to be served.
type AuditOptions struct {
	Method string `json:"method"` // always StraightLine
	// One of RadiusM and Classes is given: how far all facilities serve, or how far
	// those of an area do. Default: see checkupClasses.
	RadiusM *float64     `json:"radius_m"`
	Classes []AuditClass `json:"classes" nullable:"false"`
	Kinds   []string     `json:"kinds" nullable:"false"` // default: park, pocket_park
	Land    string       `json:"land"`                   // default: the first of estates, buildings and landcover that the study has
}

// AuditClass is how far facilities of an area serve.
type AuditClass struct {
	MinAreaM2 float64  `json:"min_area_m2"`                  // inclusive
	MaxAreaM2 *float64 `json:"max_area_m2" required:"false"` // exclusive; nil for any
	Meters    float64  `json:"meters"`
}

func (c AuditClass) String() string {
	if c.MaxAreaM2 == nil {
		return fmt.Sprintf("from %v m²", c.MinAreaM2)
	}
	return fmt.Sprintf("from %v to below %v m²", c.MinAreaM2, *c.MaxAreaM2)
}

// end is the area that c ends before.
func (c AuditClass) end() float64 {
	if c.MaxAreaM2 == nil {
		return math.Inf(1)
	}
	return *c.MaxAreaM2
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
	AuditClass
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

// checkupClasses are the radii of the city check-up of 2021: 500 m about parks
// of 5,000 m² or more, 300 m about smaller ones from 2,000 m².
//
// Source: Ministry of Housing and Urban-Rural Development, indicators of the 2021
// city check-up (2021年城市体检指标体系), 公园绿化活动场地服务半径覆盖率.
func checkupClasses() []AuditClass {
	small, large := 2000.0, 5000.0
	return []AuditClass{{MinAreaM2: small, MaxAreaM2: &large, Meters: 300}, {MinAreaM2: large, Meters: 500}}
}

// Audit tells the share of residential land within a radius of parks, as audits
// have it that are scored in a straight line. It is no walking distance, and
// every part of the answer says so; of the question, level and scenario alone
// play a part.
//
// A radius is measured from the place of a facility and from each of its
// entrances: a study keeps no outlines of facilities, so that a large park covers
// less than it would from its edge. Ground that several radii or several areas
// hold counts once. Areas are those of the local plane.
//
// Holds:  where the zones of a level tile the land, their rows add up to the
// summary; a facility more, or a larger radius, never lowers CoveredM2, beyond
// rounding.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   for each polygon of land, see measure; with the zones, circles and land
// whose outlines come to its box.
func (e *Engine) Audit(ctx context.Context, r AuditRequest) (*AuditAnswer, error) {
	return ask(ctx, e, indicator[AuditOptions, AuditSummary, AuditRow]{
		name: "audit", prepare: prepareAudit, find: findAudit,
	}, r)
}

func prepareAudit(e *Engine, b *base, r *AuditRequest) (issues []coverage.Issue) {
	o := &r.Options
	o.Method = StraightLine
	for _, kind := range o.Kinds {
		for _, issue := range e.checkKind(b, kind) {
			issue.Source = "kinds"
			issues = append(issues, issue)
		}
	}
	if len(o.Kinds) == 0 {
		o.Kinds = []string{"park", "pocket_park"}
	}
	switch {
	case o.RadiusM != nil && o.Classes != nil:
		issues = append(issues, fault("radius_m", "radius_m and classes are both given; give radius_m for all facilities alike, or classes"))
	case o.RadiusM == nil && o.Classes == nil:
		o.Classes = checkupClasses()
	}
	if o.RadiusM != nil {
		issues = append(issues, checkRadius("radius_m", *o.RadiusM)...)
	}
	if o.Classes != nil && len(o.Classes) == 0 {
		issues = append(issues, fault("classes", "no class is given; name one, or leave classes out for %s", join(words(checkupClasses()))))
	}
	issues = append(issues, checkClasses(o.Classes)...)
	issues = append(issues, chooseLand(b, &o.Land)...)
	if o.Classes == nil {
		o.Classes = []AuditClass{}
	}
	// What plays no part makes no other answer.
	r.Profile, r.Cohort, r.When, r.Cutoff = "", "", "", Cutoff{}
	return issues
}

func words(classes []AuditClass) []string {
	list := make([]string, len(classes))
	for i, c := range classes {
		list[i] = fmt.Sprintf("%v m %v", c.Meters, c)
	}
	return list
}

func checkRadius(parameter string, meters float64) []coverage.Issue {
	if meters > 0 && meters <= maxMeters {
		return nil
	}
	return []coverage.Issue{fault(parameter, "%v is no radius; give meters above 0 and up to %d", meters, maxMeters)}
}

// checkClasses tells of classes that hold nothing, that overlap, or that reach no
// distance. A class is named by its place, from 1.
func checkClasses(classes []AuditClass) (issues []coverage.Issue) {
	tell := func(i int, format string, args ...any) {
		issue := fault("classes", "class %d: "+format, append([]any{i + 1}, args...)...)
		issue.Line = i + 1
		issues = append(issues, issue)
	}
	for i, c := range classes {
		for _, issue := range checkRadius("classes", c.Meters) {
			tell(i, "%s", issue.Message)
		}
		if !(c.MinAreaM2 >= 0 && c.MinAreaM2 < math.Inf(1)) {
			tell(i, "min_area_m2 is %v; give square meters, 0 or more", c.MinAreaM2)
		}
		if !(c.end() > c.MinAreaM2) {
			tell(i, "no area is %v; give a max_area_m2 above min_area_m2, or none", c)
		}
		for k, other := range classes[:i] {
			if c.MinAreaM2 < other.end() && other.MinAreaM2 < c.end() {
				tell(i, "it overlaps class %d, %v; let one end where the next begins", k+1, other)
			}
		}
	}
	return issues
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

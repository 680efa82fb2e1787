package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// Cutoffs are cutoffs by time or by distance, whichever of the two is given;
// neither gives none.
//
// Errors: invalid with every value out of bounds, and where both are given.
func Cutoffs(minutes, meters []float64) ([]Cutoff, error) {
	var list []Cutoff
	var issues []coverage.Issue
	if len(minutes) > 0 && len(meters) > 0 {
		issues = append(issues, fault("cutoffs_m", "give cutoffs_min or cutoffs_m, not both"))
	}
	for _, x := range minutes {
		c, err := Minutes(x)
		if err != nil {
			issues = append(issues, fault("cutoffs_min", "%v is no cutoff; give minutes above 0 and up to %d", x, maxMinutes))
		}
		list = append(list, c)
	}
	for _, x := range meters {
		c, err := Meters(x)
		if err != nil {
			issues = append(issues, fault("cutoffs_m", "%v is no cutoff; give meters above 0 and up to %d", x, maxMeters))
		}
		list = append(list, c)
	}
	if len(issues) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: issues}
	}
	return list, nil
}

// resolveIsochrones fills in the defaults and checks every part against what
// the snapshot has; all faults are found.
func (e *Engine) resolveIsochrones(b *base, r IsochronesRequest) (IsochronesRequest, network.Profile, error) {
	var issues []coverage.Issue
	if len(b.Roads) == 0 {
		issues = append(issues, missing(coverage.LayerRoads, b.Study.ID))
	}
	issues = append(issues, e.checkOrigins(b, r)...)
	profile, faults := travel(&r.Profile, &r.When)
	issues = append(issues, faults...)
	if len(r.Cutoffs) == 0 {
		r.Cutoffs = e.tierCutoffs()
	}
	r.Cutoffs = slices.SortedFunc(slices.Values(r.Cutoffs), func(a, b Cutoff) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Value, b.Value))
	})
	issues = append(issues, checkCutoffs(r.Cutoffs)...)
	if r.Direction == "" {
		r.Direction = Away
		if r.Kind != "" {
			r.Direction = Toward
		}
	}
	if r.As == "" {
		r.As = AsPolygons
	}
	for _, choice := range []struct{ name, value, one, other string }{
		{"direction", r.Direction, Away, Toward},
		{"as", r.As, AsPolygons, AsLines},
	} {
		if choice.value != choice.one && choice.value != choice.other {
			issues = append(issues, fault(choice.name, "%q is not offered; give %s or %s", choice.value, choice.one, choice.other))
		}
	}
	switch {
	case !(r.MinHoleM2 >= 0 && !math.IsInf(r.MinHoleM2, 1)):
		issues = append(issues, fault("min_hole_m2", "%v is no area; give square meters, 0 or more", r.MinHoleM2))
	case r.MinHoleM2 > 0 && r.As == AsLines:
		issues = append(issues, fault("min_hole_m2", "lines have no holes; leave min_hole_m2 out, or ask for polygons"))
	}
	if len(issues) > 0 {
		return r, profile, &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: issues}
	}
	return r, profile, nil
}

func (e *Engine) checkOrigins(b *base, r IsochronesRequest) (issues []coverage.Issue) {
	switch {
	case len(r.At) == 0 && r.Kind == "":
		return []coverage.Issue{fault("at", "give a place, at, or a facility kind")}
	case len(r.At) > 0 && r.Kind != "":
		return []coverage.Issue{fault("kind", "give a place, at, or a facility kind, not both")}
	case len(r.At) > maxOrigins:
		return []coverage.Issue{fault("at", "%d origins; at most %d are taken at once", len(r.At), maxOrigins)}
	case r.Kind != "":
		return e.checkKind(b, r.Kind)
	}
	return checkPlaces("at", r.At)
}

// checkKind finds fault with a kind that neither the study nor the library knows.
func (e *Engine) checkKind(b *base, kind string) []coverage.Issue {
	kinds := kindsOf(b.Snapshot)
	if slices.Contains(kinds, kind) || e.library.Known(kind) {
		return nil
	}
	slices.SortFunc(kinds, e.library.Order)
	return []coverage.Issue{fault("kind", "%q is no facility kind of study %s; it has %s", kind, b.Study.ID, join(kinds))}
}

// tierCutoffs are the tiers of the service circle, by time.
func (e *Engine) tierCutoffs() (list []Cutoff) {
	for _, tier := range e.library.Tiers() {
		c, err := Minutes(tier.Minutes)
		if err == nil { // else it is of a local file, and farther than questions go
			list = append(list, c)
		}
	}
	return list
}

// tierWords lists the tiers under both rules.
func (e *Engine) tierWords() string {
	var words []string
	for _, tier := range e.library.Tiers() {
		words = append(words, fmt.Sprintf("%v minutes (%v m)", tier.Minutes, tier.Meters))
	}
	return strings.Join(words, ", ")
}

// checkCutoffs finds fault with sorted cutoffs.
func checkCutoffs(list []Cutoff) (issues []coverage.Issue) {
	if len(list) > maxCutoffs {
		issues = append(issues, fault("cutoffs", "%d cutoffs; at most %d are taken at once", len(list), maxCutoffs))
	}
	if list[0].Metric != list[len(list)-1].Metric {
		issues = append(issues, fault("cutoffs", "give cutoffs by time or by distance, not both"))
	}
	for i := range list {
		if list[i].Value == 0 {
			issues = append(issues, fault("cutoffs", "a cutoff of 0 reaches nothing; give one above 0"))
		}
		if i > 0 && list[i] == list[i-1] {
			issues = append(issues, fault("cutoffs", "the cutoff of %s stands more than once", inWords(list[i])))
		}
	}
	return issues
}

func inWords(c Cutoff) string {
	if s := c.Seconds(); s != nil {
		return fmt.Sprintf("%v s", *s)
	}
	return fmt.Sprintf("%v m", *c.Meters())
}

package network

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// Reasons why a profile may not use a road.
const (
	DeniedByClass  = "class_not_allowed" // the road class is not for this profile
	DeniedByTag    = "access_denied"     // a tag closes the road to this profile
	DeniedBySlope  = "too_steep"         // its incline is above the profile's steepest
	DeniedByWidth  = "too_narrow"        // its width is below the profile's narrowest
	DeniedByGround = "open_ground"       // an area that the profile keeps off
)

// allows tells whether the profile may use r, and if not, why.
func (p *Profile) allows(r *coverage.Road) (ok bool, reason string) {
	a := &p.Access
	permitted, denied := a.decide(r.Tags)
	switch {
	case denied:
		return false, DeniedByTag
	case a.NoAreas && !permitted && r.Tags["area"] == "yes":
		return false, DeniedByGround
	case !a.takes(r):
		return false, DeniedByClass
	}
	for key, values := range a.Shut {
		if slices.Contains(values, r.Tags[key]) {
			return false, DeniedByTag
		}
	}
	if grade, known := gradeOf(r.Tags["incline"]); known && p.Steepest > 0 && math.Abs(grade) > p.Steepest && r.Class != "steps" {
		return false, DeniedBySlope
	}
	if width, known := metersOf(r.Tags["width"]); known && width < p.NarrowestMeters {
		return false, DeniedByWidth
	}
	return true, ""
}

// takes tells whether the class of a road is one of the profile's.
func (a *Access) takes(r *coverage.Road) bool {
	if slices.Contains(a.Classes, r.Class) {
		return true
	}
	for key, values := range a.OnlyWhere[r.Class] {
		if slices.Contains(values, r.Tags[key]) {
			return true
		}
	}
	return false
}

// decide reads the access keys of a road or gate; the first that says yes or
// no decides.
func (a *Access) decide(tags map[string]string) (permitted, denied bool) {
	for _, key := range a.Keys {
		value, set := tags[key]
		switch {
		case !set:
		case slices.Contains(a.Deny[key], value):
			return false, true
		case slices.Contains(a.Permit[key], value), slices.Contains(a.Permit[key], "*"):
			return true, false
		}
	}
	return false, false
}

// gradeOf reads an incline tag: "8%", "-5.5 %", "10°". up, down and what is no
// number are not known as a grade.
func gradeOf(incline string) (grade float64, known bool) {
	s := strings.TrimSpace(incline)
	if degrees, ok := strings.CutSuffix(s, "°"); ok {
		x, err := strconv.ParseFloat(strings.TrimSpace(degrees), 64)
		return math.Tan(x * math.Pi / 180), err == nil && math.Abs(x) < 89
	}
	percent, ok := strings.CutSuffix(s, "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(percent), 64)
	return x / 100, ok && err == nil && math.Abs(x) <= 1000
}

// metersOf reads a width tag: "1.5", "1.5 m".
func metersOf(width string) (meters float64, known bool) {
	x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(width, "m")), 64)
	return x, err == nil && x >= 0
}

package analysis

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/index"
)

func findAudit(ctx context.Context, w *work[AuditOptions], a *AuditAnswer) error {
	plane := geo.PlaneOf(w.base.Bounds())
	radii := radiiOf(w.base, w.Options, &a.Summary)
	circles, grounds, err := servedBy(ctx, w.base.Facilities, radii, plane)
	if err != nil {
		return err
	}
	pieces := landOf(w.base, w.Options.Land, plane)
	land := &auditedLand{
		pieces: pieces, circles: circles, grounds: grounds, zones: zonesOn(w.base.zones.Of(w.Level), plane),
		boxes: index.NewBoxes(len(pieces), func(i int) orb.Bound { return pieces[i].Bound() }),
		near:  index.NewBoxes(len(grounds), func(i int) orb.Bound { return grounds[i].box }),
	}
	shares := make([]landShare, len(pieces))
	err = each(len(pieces), func(i int) error {
		shares[i] = land.share(i)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	a.Rows = auditRows(w, radii)
	for _, s := range shares { // in order: sums of floats hang on it
		a.Summary.LandM2 += s.land
		a.Summary.CoveredM2 += s.land - s.open
		a.Summary.OutsideM2 += s.outside
		for _, in := range s.zones {
			a.Rows[in.zone].LandM2 += in.land
			a.Rows[in.zone].CoveredM2 += in.land - in.open
		}
	}
	for k := range a.Rows {
		row := &a.Rows[k]
		row.LandM2, row.CoveredM2, row.CoverageRate = auditFigures(row.LandM2, row.CoveredM2)
	}
	s := &a.Summary
	s.Method, s.OutsideM2 = StraightLine, squareCentimeters(s.OutsideM2)
	s.LandM2, s.CoveredM2, s.CoverageRate = auditFigures(s.LandM2, s.CoveredM2)
	tellAudit(w, a)
	return nil
}

// auditRows are the zones of the level without their figures of land.
func auditRows(w *work[AuditOptions], radii []float64) []AuditRow {
	zones := w.base.zones.Of(w.Level)
	rows := make([]AuditRow, len(zones))
	for k := range zones {
		rows[k] = AuditRow{ZoneHead: headOf(&zones[k]), Method: StraightLine}
	}
	site := w.base.zones.SiteAt(w.Level)
	for f, radius := range radii {
		if k := site(f); radius > 0 && k >= 0 {
			rows[k].FacilitiesInside++
		}
	}
	return rows
}

// tellAudit says what is left out, and of the question that neither ways nor
// people play a part.
func tellAudit(w *work[AuditOptions], a *AuditAnswer) {
	a.Question.Profile, a.Question.Cohort, a.Question.Direction, a.Question.CutoffS, a.Question.CutoffM = "", "", "", nil, nil
	a.Warnings = append(a.Warnings, Warning{
		Code:    StraightLine,
		Message: "covered is what lies within a radius in a straight line: it is no walking distance, and the way there may be much longer",
	})
	if a.Summary.Facilities == 0 {
		a.Warnings = append(a.Warnings, Warning{
			Code: coverage.ReasonNoFacility, Layer: coverage.LayerFacilities,
			Message: fmt.Sprintf("the study has no facility of the kinds %s", join(w.Options.Kinds)),
		})
	}
	if n := a.Summary.FromPoints; n > 0 {
		a.Warnings = append(a.Warnings, Warning{
			Code: NoOutline, Layer: coverage.LayerFacilities, Count: n,
			Message: fmt.Sprintf("%d of the %d facilities have no outline and are measured from their place and entrances, so that a large one covers less than it would from its edge; give facilities as polygons",
				n, a.Summary.Used),
		})
	}
	for _, aside := range a.Summary.SetAside {
		if aside.Reason == AsideAreaUnknown {
			a.Warnings = append(a.Warnings, Warning{
				Code: AsideAreaUnknown, Layer: coverage.LayerFacilities, Count: aside.Facilities,
				Message: fmt.Sprintf("%d facilities of the kinds %s have no area, so that they are of no class and cover nothing; give their area_m2, or ask with radius_m",
					aside.Facilities, join(w.Options.Kinds)),
			})
		}
	}
}

// auditFigures rounds areas to square centimeters, below what drawing is good
// for, and tells their share.
func auditFigures(land, covered float64) (landM2, coveredM2 float64, rate *float64) {
	landM2 = squareCentimeters(land)
	coveredM2 = min(max(squareCentimeters(covered), 0), landM2)
	if landM2 > 0 {
		share := coveredM2 / landM2
		rate = &share
	}
	return landM2, coveredM2, rate
}

func squareCentimeters(m2 float64) float64 { return math.Round(m2*1e4) / 1e4 }

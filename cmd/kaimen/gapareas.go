package main

import (
	"context"

	"kaimen/coverage/analysis"
)

type gapAreasCommand struct {
	indicatorFlags
	kindFlag
	CellM   *float64 `name:"cell-m" help:"Cells of the grid that areas are drawn on, in meters; default 20." placeholder:"M"`
	RadiusM *float64 `name:"radius-m" help:"How far about a point that is not served its ground goes, in meters; default 120, or more where the demand stands in cells." placeholder:"M"`
	Limit   int      `help:"How many areas, those of most demand; 0 for all." placeholder:"N"`
	Causes  bool     `help:"Look for causes; --no-causes does not." default:"true" negatable:""`
}

// Run draws the areas that are not served.
func (k gapAreasCommand) Run(ctx context.Context, c console) error {
	options := analysis.GapAreaOptions{CellM: k.CellM, RadiusM: k.RadiusM, Limit: k.Limit, Causes: &k.Causes}
	return tell(ctx, c, k.indicatorFlags, k.Kind, options, nil, (*analysis.Engine).GapAreas)
}

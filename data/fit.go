package data

import (
	"context"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
)

// fit tells how the zones fit into each other, each finding with the row that
// it is about. The layers are in canonical order.
//
// Errors: ctx.Err() if ctx ends first.
func (im *importer) fit(ctx context.Context) error {
	im.zones = zonal.Arrange(im.layers.Boundaries, im.layers.Buildings)
	if len(im.zones.Levels()) == 0 {
		return nil
	}
	im.progress("zones", 0, int64(len(im.layers.Boundaries)))
	levels, issues, err := zonal.Audit(ctx, im.zones, zonal.Slivers)
	if err != nil {
		return err
	}
	im.progress("zones", int64(len(im.layers.Boundaries)), int64(len(im.layers.Boundaries)))
	im.report.Levels = levels
	for _, i := range issues {
		if _, ok := im.claims[coverage.LayerBoundaries][i.Feature]; !ok {
			if _, ok := im.claims[coverage.LayerBuildings][i.Feature]; ok {
				i.Layer = coverage.LayerBuildings
			} else {
				im.warn(i)
				continue
			}
		}
		im.warnRow(i.Feature, i)
	}
	return nil
}

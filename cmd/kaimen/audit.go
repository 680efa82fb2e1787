package main

import (
	"context"

	"kaimen/coverage/analysis"
)

// auditCommand asks by level and scenario alone: neither ways nor people play a
// part in what is measured in a straight line.
type auditCommand struct {
	storeFlag
	scenarioFlag
	Study   string   `arg:"" help:"Id of the study."`
	Level   string   `help:"study, street, community, grid or building; default community, or the outermost there is." placeholder:"LEVEL"`
	RadiusM *float64 `name:"radius-m" help:"Meters in a straight line, for facilities of any size; default 500 about those of 5,000 m² or more, 300 about those from 2,000 m²." placeholder:"M"`
	Kinds   []string `help:"Facility kinds, joined by commas; default park,pocket_park." placeholder:"KIND"`
	Land    string   `help:"What is to be covered: estates, buildings or landcover; default the first that the study has." placeholder:"LAND"`
	Output  string   `short:"o" help:"Write to this .csv, .geojson or .json file." placeholder:"FILE"`
}

// Run tells the share of land within a radius.
func (k auditCommand) Run(ctx context.Context, c console) error {
	question := indicatorFlags{storeFlag: k.storeFlag, scenarioFlag: k.scenarioFlag, Study: k.Study, Level: k.Level, Output: k.Output}
	options := analysis.AuditOptions{RadiusM: k.RadiusM, Kinds: k.Kinds, Land: k.Land}
	return tell(ctx, c, question, "", options, nil, (*analysis.Engine).Audit)
}

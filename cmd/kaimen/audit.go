package main

import (
	"context"

	"kaimen/coverage/analysis"
)

// auditCommand asks by level and scenario alone: neither ways nor people play a
// part in what is measured in a straight line.
type auditCommand struct {
	engineFlags
	scenarioFlag
	fileFlags
	Study   string   `arg:"" help:"Id of the study."`
	Level   string   `help:"study, street, community, grid or building; default community, or the outermost there is." placeholder:"LEVEL"`
	Rule    string   `help:"Id of a rule of the standards library with radii by the area of facilities; default park-audit-2021/park-radius." placeholder:"RULE"`
	RadiusM *float64 `name:"radius-m" help:"Instead of a rule: meters in a straight line, for facilities of any size." placeholder:"M"`
	Kinds   []string `help:"Facility kinds, joined by commas; default those of the rule, else park,pocket_park." placeholder:"KIND"`
	Land    string   `help:"What is to be covered: estates, buildings or landcover; default the first that the study has." placeholder:"LAND"`
}

// Run tells the share of land within a radius.
func (k auditCommand) Run(ctx context.Context, c console) error {
	question := indicatorFlags{Study: k.Study, askFlags: askFlags{
		engineFlags: k.engineFlags, scenarioFlag: k.scenarioFlag, fileFlags: k.fileFlags, Level: k.Level,
	}}
	options := analysis.AuditOptions{Rule: k.Rule, RadiusM: k.RadiusM, Kinds: k.Kinds, Land: k.Land}
	return tell(ctx, c, question, "", options, nil, (*analysis.Engine).Audit)
}

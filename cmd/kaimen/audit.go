package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
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
	Classes []string `help:"Instead of a rule: how far facilities of an area serve, joined by commas: from so many square meters to below so many, and meters, such as 400-5000=300,5000-=500." placeholder:"FROM-BELOW=M"`
	Kinds   []string `help:"Facility kinds, joined by commas; default those of the rule, else park,pocket_park." placeholder:"KIND"`
	Land    string   `help:"What is to be covered: estates, buildings or landcover; default the first that the study has." placeholder:"LAND"`
}

// Run tells the share of land within a radius.
func (k auditCommand) Run(ctx context.Context, c console) error {
	question := indicatorFlags{Study: k.Study, askFlags: askFlags{
		engineFlags: k.engineFlags, scenarioFlag: k.scenarioFlag, fileFlags: k.fileFlags, Level: k.Level,
	}}
	options := analysis.AuditOptions{Rule: k.Rule, RadiusM: k.RadiusM, Kinds: k.Kinds, Land: k.Land}
	var unfit error
	options.Classes, unfit = radiusClasses(k.Classes)
	return tell(ctx, c, question, "", options, unfit, (*analysis.Engine).Audit)
}

// radiusClasses reads classes of area, each with how far it serves.
//
// Errors: invalid, with each that cannot be read.
func radiusClasses(texts []string) (list []standard.RadiusClass, err error) {
	var errs []error
	for _, text := range texts {
		sizes, meters, _ := strings.Cut(text, "=")
		from, below, ranged := strings.Cut(sizes, "-")
		class := standard.RadiusClass{}
		var unread [3]error
		if from != "" {
			class.MinAreaM2 = new(float64)
			*class.MinAreaM2, unread[0] = strconv.ParseFloat(from, 64)
		}
		if below != "" {
			class.MaxAreaM2 = new(float64)
			*class.MaxAreaM2, unread[1] = strconv.ParseFloat(below, 64)
		}
		class.Meters, unread[2] = strconv.ParseFloat(meters, 64)
		errs = append(errs, refused(!ranged || errors.Join(unread[:]...) != nil, "classes",
			"%q is no class; give square meters and meters, such as 400-5000=300, or 5000-=500 for all larger ones", text))
		list = append(list, class)
	}
	return list, coverage.AllFaults(errs...)
}

package main

import (
	"context"

	"kaimen/coverage/analysis"
)

type sensitivityCommand struct {
	indicatorFlags
	kindFlag
	Vary       []string `help:"What is moved, one at a time, joined by commas: speed, facility, gate, bridge; default all." placeholder:"WHAT"`
	SpeedShare *float64 `help:"Share by which all go slower, and faster; default 0.1." placeholder:"SHARE"`
	Limit      *int     `help:"How many variants of each are told as rows, the worst first; default 20." placeholder:"N"`
	Target     *float64 `help:"Coverage rate, 0 to 1, that zones and study should reach; default none." placeholder:"RATE"`
}

// Run moves assumptions and tells which conclusions stand.
func (k sensitivityCommand) Run(ctx context.Context, c console) error {
	options := analysis.SensitivityOptions{Vary: k.Vary, SpeedShare: k.SpeedShare, Limit: k.Limit, Target: k.Target}
	return tell(ctx, c, k.indicatorFlags, k.Kind, options, nil, (*analysis.Engine).Sensitivity)
}

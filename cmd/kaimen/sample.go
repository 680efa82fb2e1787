package main

import (
	"context"
	"fmt"

	"kaimen/data/sample"
)

type sampleCommand struct {
	Dir  string `arg:"" help:"Folder to write to; made if it is not there." placeholder:"DIR"`
	Seed uint64 `help:"Another seed gives another town; 0 is the default one."`
}

// Run writes the sample district.
func (s sampleCommand) Run(ctx context.Context, c console) error {
	if _, err := sample.Write(ctx, s.Dir, sample.Options{Seed: s.Seed}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.stdout, "a made-up district in %s; next: kaimen import %s/study.yaml\n", s.Dir, s.Dir)
	return err
}

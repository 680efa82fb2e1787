package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"kaimen/coverage"
	"kaimen/data"
)

type editCommand struct {
	storeFlag
	Study   string `arg:"" help:"The study."`
	Layer   string `arg:"" help:"The layer: facilities, demand, boundaries …"`
	Feature string `arg:"" optional:"" help:"Id of the row that is put, patched or deleted; of a facility kind/id."`
	Add     string `type:"existingfile" xor:"what" required:"" help:"Add the features of this GeoJSON file." placeholder:"FILE"`
	Put     string `type:"existingfile" xor:"what" required:"" help:"Put the Feature of this file in the place of the row, or add it." placeholder:"FILE"`
	Patch   string `type:"existingfile" xor:"what" required:"" help:"Apply the JSON merge patch (RFC 7396) of this file to the GeoJSON of the row." placeholder:"FILE"`
	Delete  bool   `xor:"what" required:"" help:"Delete the row."`
}

// Run changes rows by the rules of an import, and stores all of it or nothing.
func (k editCommand) Run(ctx context.Context, c console) error {
	e, err := k.edit()
	if err != nil {
		return err
	}
	return k.withSnapshots(ctx, func(s coverage.Snapshots) error {
		info, err := s.Current(ctx, k.Study)
		if err != nil {
			return err
		}
		base, err := s.Get(ctx, info.ID)
		if err != nil {
			return err
		}
		done, err := data.Edit(ctx, base, e, data.Options{Now: time.Now()})
		if err != nil {
			return err
		}
		if done.Snapshot != base {
			if err := s.PutIf(ctx, done.Snapshot, base.ID); err != nil {
				return err
			}
		}
		c.issues(done.Warnings)
		for _, feature := range done.Features {
			fmt.Fprintln(c.stdout, feature)
		}
		_, err = fmt.Fprintf(c.stdout, "study %s snapshot %s in %s\n", k.Study, done.Snapshot.ID, k.Store)
		return err
	})
}

// edit is what the flags ask for.
func (k editCommand) edit() (coverage.Edit, error) {
	e := coverage.Edit{Layer: coverage.LayerName(k.Layer), Feature: k.Feature}
	file := ""
	switch {
	case k.Add != "":
		e.Kind, file = coverage.EditAdd, k.Add
	case k.Put != "":
		e.Kind, file = coverage.EditPut, k.Put
	case k.Patch != "":
		e.Kind, file = coverage.EditPatch, k.Patch
	default:
		e.Kind = coverage.EditRemove
	}
	if (e.Feature == "") != (e.Kind == coverage.EditAdd) {
		return e, coverage.Errorf(coverage.Invalid, "--put, --patch and --delete are about one row, whose id follows the layer; --add has the ids in its file")
	}
	if file == "" {
		return e, nil
	}
	var err error
	e.Text, err = os.ReadFile(file)
	return e, err
}

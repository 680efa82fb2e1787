package main

import (
	"context"
	"encoding/json"
	"io"

	"kaimen/coverage/accessibility"
	"kaimen/data/export"
)

// scoreRow is one score in JSON; null where nothing is within reach.
type scoreRow struct {
	ID    string   `json:"id"`
	Score *float64 `json:"score"`
}

// supplyRow is what a supply has to give in JSON; its ratio is null where its
// catchment holds no demand.
type supplyRow struct {
	ID       string   `json:"id"`
	Capacity float64  `json:"capacity"`
	Demand   float64  `json:"demand"`
	Ratio    *float64 `json:"ratio"`
}

// scoreFile is all of an answer in JSON.
type scoreFile struct {
	accessibility.Options
	Scores   []scoreRow  `json:"scores,omitempty"`
	Supplies []supplyRow `json:"supplies,omitempty"`
}

// write writes a row for each demand, or for each supply of a ratio.
func (k accessibilityCommand) write(ctx context.Context, in scoreInput, r accessibility.Result) error {
	ids, scores := in.demand.ids, r.Scores
	if scores == nil {
		ids, scores = in.supply.ids, r.Ratios
	}
	options, err := k.options()
	if err != nil {
		return err
	}
	return k.tableFile(ctx, func(w io.Writer) error { return k.writeJSON(w, in, r) }, func(bool) (export.Table, error) {
		rows := make([]scoreRow, len(ids))
		for i, id := range ids {
			rows[i] = scoreRow{id, accessibility.Finite(scores[i])}
		}
		return export.RowsTable("scores", options, rows), nil
	})
}

func (k accessibilityCommand) writeJSON(w io.Writer, in scoreInput, r accessibility.Result) error {
	options, err := k.options()
	if err != nil {
		return err
	}
	options.Decay = options.DecayName()
	file := scoreFile{Options: options}
	for i, s := range r.Scores {
		file.Scores = append(file.Scores, scoreRow{in.demand.ids[i], accessibility.Finite(s)})
	}
	for j, ratio := range r.Ratios {
		file.Supplies = append(file.Supplies, supplyRow{in.supply.ids[j], in.supply.amount[j], r.Caught[j], accessibility.Finite(ratio)})
	}
	return json.NewEncoder(w).Encode(file)
}

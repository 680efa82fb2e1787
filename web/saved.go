package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/job"
	"kaimen/data/export"
	"kaimen/web/ogc"
)

// shelfKey is where the context of a job's request has what takes its rows.
type shelfKey struct{}

// shelf takes the rows of the answer to one job.
type shelf struct {
	kind string // of the job
	rows []job.Rows
}

// answered tells answers apart.
type answered struct {
	study    string
	snapshot coverage.SnapshotID
	key      analysis.Key
}

// save keeps the rows of an answer where it is that of a job, whatever its form.
// rows makes them, with all their shapes, and says what was asked. A search that
// was stopped has come to its end here, so that ctx may be over.
func (s *server) save(ctx context.Context, a answered, rows func(context.Context) (ogc.Asked, export.Table, error)) error {
	to, ok := ctx.Value(shelfKey{}).(*shelf)
	if !ok {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	snapshot, err := s.snapshot(ctx, a.study, a.snapshot)
	if err != nil {
		return err
	}
	asked, table, err := rows(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(table.Columns, func(c coverage.Column) bool { return c.Name == "level" }) {
		asked.Level = "" // the rows are of no level
	}
	to.rows, err = ogc.Save(ogc.Answer{
		Kind: to.kind, Study: snapshot.Study, Region: snapshot.Bounds(), Snapshot: snapshot.ID, Key: string(a.key), Asked: asked,
	}, table)
	return err
}

// asked puts a question in the words of a title.
func (s *server) asked(q *analysis.Question, options any) ogc.Asked {
	a := ogc.Asked{
		Facility: s.kindName(q.Kind), Level: q.Level, CutoffsS: listed(q.CutoffS), CutoffsM: listed(q.CutoffM),
		Profile: q.Profile, Cohort: s.engine.Library().Weight(q.Cohort), When: q.When,
	}
	a.Options = optionWords(options)
	return withScenario(a, q.Scenario)
}

// askedIsochrones is asked for isochrones of a place, or of facilities.
func (s *server) askedIsochrones(q *analysis.IsochronesQuestion, at []float64) ogc.Asked {
	a := ogc.Asked{CutoffsS: q.CutoffsS, CutoffsM: q.CutoffsM, Profile: q.Profile, When: q.When}
	if q.Kind != nil {
		a.Facility = s.kindName(*q.Kind)
	}
	a.Options = optionWords(map[string]any{"at": at, "direction": q.Direction, "as": q.As, "min_hole_m2": q.MinHoleM2})
	return withScenario(a, q.Scenario)
}

func withScenario(a ogc.Asked, w *analysis.WhatIf) ogc.Asked {
	if w != nil {
		a.Scenario, a.Changes = w.Name, w.Changes
	}
	return a
}

// kindName is the name of a facility kind; empty for none.
func (s *server) kindName(kind string) coverage.Name {
	if kind == "" {
		return coverage.Name{}
	}
	return s.engine.Library().Kind(kind).Name
}

func listed(x *float64) []float64 {
	if x == nil {
		return nil
	}
	return []float64{*x}
}

// optionWords writes the options of a question as name=value, by name, without
// those that stand for nothing. Of lists of objects their number is told.
func optionWords(options any) string {
	text, err := json.Marshal(options)
	if err != nil {
		panic("web: options have a JSON form: " + err.Error()) // they are told in every answer
	}
	var members map[string]any
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if in.Decode(&members) != nil {
		return ""
	}
	var given []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if value := optionWord(members[name]); value != "" {
			given = append(given, name+"="+value)
		}
	}
	return strings.Join(given, " ")
}

func optionWord(v any) string {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		if len(v) > 0 {
			return "{…}"
		}
	case []any:
		var words []string
		for _, item := range v {
			switch item.(type) {
			case map[string]any, []any:
				return strconv.Itoa(len(v))
			}
			words = append(words, fmt.Sprint(item))
		}
		return strings.Join(words, ";")
	default:
		if text := fmt.Sprint(v); text != "0" && text != "false" {
			return text
		}
	}
	return ""
}

// collectionsPath is where the collections of saved rows are.
const collectionsPath = ogc.Root + "/collections/"

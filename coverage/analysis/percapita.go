package analysis

import (
	"context"
	"fmt"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/standard"
	"kaimen/coverage/zonal"
)

// PerCapitaOptions choose the rules.
type PerCapitaOptions struct {
	Rules []string `json:"rules" nullable:"false"` // ids of the standards library; default: those of supply for demand that hold everywhere
	// Applied are these rules as they are, those of a local file among them.
	Applied []standard.Rule `json:"applied" nullable:"false"`
}

// PerCapitaSummary is the study as a whole, rule by rule.
type PerCapitaSummary struct {
	Rules []PerCapitaRow `json:"rules" nullable:"false"`
}

// PerCapitaRow holds what one zone has against what one rule asks for. Only
// facilities within the zone count.
type PerCapitaRow struct {
	ZoneHead
	Rule       string          `json:"rule"`
	Standard   string          `json:"standard"`
	Clause     string          `json:"clause"`
	Verified   bool            `json:"verified"` // the figure was read in its source
	Local      bool            `json:"local"`    // from a local file
	Weight     string          `json:"weight"`   // what the rule is for: people, households, grids …
	Demand     coverage.Amount `json:"demand"`   // of that
	Unit       string          `json:"unit"`
	Value      float64         `json:"value"`      // as the rule says, in Unit
	Need       float64         `json:"need"`       // for the demand
	Have       *float64        `json:"have"`       // nil where there are facilities and none tells
	Shortfall  *float64        `json:"shortfall"`  // Need less Have, 0 where there is enough
	Actual     *float64        `json:"actual"`     // Have as the rule measures it, in Unit
	Facilities int             `json:"facilities"` // of the rule's kinds, in the zone
	Unknown    int             `json:"unknown"`    // of these, whose supply is not known: Have is without them
}

// The answers on rules of supply for demand.
type (
	PerCapitaRequest = Request[PerCapitaOptions]
	PerCapitaAnswer  = Answer[PerCapitaOptions, PerCapitaSummary, PerCapitaRow]
)

// PerCapita holds what zones have against rules of so much for so many: stalls
// for households, park for residents, workers for ten thousand.
//
// Holds:  Need, Facilities and Unknown add up over the zones of a level and what
// lies in none of them.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   O(rules · (demand + facilities)).
func (e *Engine) PerCapita(ctx context.Context, r PerCapitaRequest) (*PerCapitaAnswer, error) {
	return ask(ctx, e, indicator[PerCapitaOptions, PerCapitaSummary, PerCapitaRow]{
		name: "percapita", on: onDemand, prepare: preparePerCapita, find: findPerCapita,
	}, r)
}

func preparePerCapita(e *Engine, b *base, r *PerCapitaRequest) (issues []coverage.Issue) {
	o := &r.Options
	var all []standard.Rule
	var ids []string
	o.Rules, o.Applied = append([]string{}, o.Rules...), []standard.Rule{} // lists in JSON, too, where there are none
	for _, rule := range e.library.Rules() {
		if rule.Ratio == nil || figureOf(&rule) == nil {
			continue
		}
		all, ids = append(all, rule), append(ids, rule.ID)
		if len(o.Rules) == 0 && rule.Region == (coverage.Name{}) {
			o.Applied = append(o.Applied, rule)
		}
	}
	for _, id := range o.Rules {
		k := slices.Index(ids, id)
		if k < 0 {
			issues = append(issues, fault("rules", "%q is no rule of supply for demand; there are %s", id, join(ids)))
			continue
		}
		o.Applied = append(o.Applied, all[k])
		if weight := all[k].Ratio.Weight; weight != standard.WeightGrids && !slices.Contains(b.cohorts(), weight) {
			issues = append(issues, fault("rules", "%q is for %s, which study %s has no figures of; it has %s", id, weight, b.Study.ID, join(b.cohorts())))
		}
	}
	return issues
}

// figureOf is what a rule asks for at least, nil where it sets no such figure.
func figureOf(r *standard.Rule) *float64 {
	switch r.Bound {
	case standard.BoundRange:
		return r.Min
	case standard.BoundMost:
		return nil
	}
	return r.Value
}

func findPerCapita(_ context.Context, w *work[PerCapitaOptions], a *PerCapitaAnswer) error {
	a.Summary.Rules = []PerCapitaRow{}
	for i := range w.Options.Applied {
		rule := &w.Options.Applied[i]
		demand, ok := weightOf(w.base, rule.Ratio.Weight)
		if !ok {
			a.Warnings = append(a.Warnings, Warning{
				Code: coverage.ReasonMissingValue, Layer: coverage.LayerDemand,
				Message: fmt.Sprintf("the rule %s is left out: it is for %s, which the study has no figures of", rule.ID, rule.Ratio.Weight),
			})
			continue
		}
		study := ratioRows(w.base, coverage.LevelStudy, rule, demand)[0]
		a.Summary.Rules = append(a.Summary.Rules, study)
		a.Rows = append(a.Rows, ratioRows(w.base, w.Level, rule, demand)...)
		a.Warnings = append(a.Warnings, supplyWarnings(rule, &study)...)
	}
	return nil
}

// supplyWarnings tells what is not known of the facilities that a rule counts.
func supplyWarnings(rule *standard.Rule, study *PerCapitaRow) []Warning {
	switch {
	case study.Facilities == 0:
		return []Warning{{
			Code: coverage.ReasonNoFacility, Layer: coverage.LayerFacilities,
			Message: fmt.Sprintf("the study has no facility of %s, which the rule %s counts", join(rule.Ratio.Kinds), rule.ID),
		}}
	case study.Unknown > 0:
		return []Warning{{
			Code: coverage.ReasonMissingValue, Layer: coverage.LayerFacilities, Count: study.Unknown,
			Message: fmt.Sprintf("%d of %d facilities that the rule %s counts have no %s, and are left out of what there is",
				study.Unknown, study.Facilities, rule.ID, rule.Ratio.Supply),
		}}
	}
	return nil
}

// weightOf sums a weight by the zones of a level, or counts the ordinary grids.
func weightOf(b *base, weight string) (func(coverage.Level) []coverage.Amount, bool) {
	if weight == standard.WeightGrids {
		return func(level coverage.Level) []coverage.Amount {
			counts := b.zones.CountInside(coverage.LevelGrid, level, func(z *zonal.Zone) bool { return z.Kind != coverage.KindDedicated })
			list := make([]coverage.Amount, len(counts))
			for k, n := range counts {
				list[k] = coverage.Amount(n) * coverage.AmountUnit
			}
			return list
		}, len(b.zones.Of(coverage.LevelGrid)) > 0
	}
	counted := b.counted(weight)
	return func(level coverage.Level) []coverage.Amount {
		return counted.zones.Amounts(level, weightsOf(counted.Snapshot, weight), func(int) bool { return true })
	}, slices.Contains(b.cohorts(), weight)
}

// ratioRows holds the zones of a level against a rule.
func ratioRows(b *base, level coverage.Level, rule *standard.Rule, demand func(coverage.Level) []coverage.Amount) []PerCapitaRow {
	zones, amounts := b.zones.Of(level), demand(level)
	rows := make([]PerCapitaRow, len(zones))
	have := make([]float64, len(zones))
	site := b.zones.SiteAt(level)
	for f := range b.Facilities {
		k := site(f)
		if k < 0 || !slices.Contains(rule.Ratio.Kinds, b.Facilities[f].Kind) {
			continue
		}
		rows[k].Facilities++
		if x := offerOf(&b.Facilities[f], string(rule.Ratio.Supply)); x != nil {
			have[k] += *x
		} else {
			rows[k].Unknown++
		}
	}
	value := *figureOf(rule)
	for k := range rows {
		r := &rows[k]
		r.ZoneHead, r.Rule, r.Standard, r.Clause = headOf(&zones[k]), rule.ID, rule.Standard, rule.Clause
		r.Verified, r.Local, r.Weight, r.Unit, r.Value = rule.Verified, rule.Local, rule.Ratio.Weight, rule.Unit, value
		r.Demand = amounts[k]
		r.Need = value * r.Demand.Float() / rule.Ratio.Per
		if r.Facilities > 0 && r.Unknown == r.Facilities {
			continue
		}
		short := max(r.Need-have[k], 0)
		r.Have, r.Shortfall = &have[k], &short
		if r.Demand > 0 {
			r.Actual = accessibility.Finite(have[k] * rule.Ratio.Per / r.Demand.Float())
		}
	}
	return rows
}

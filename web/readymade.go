package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/analysis"
	"kaimen/coverage/equity"
	"kaimen/data/export"
	"kaimen/data/export/form"
	"kaimen/web/fail"
)

// scoreBody is demand, supply and the costs between them, which the asker has
// made, and how to score.
type scoreBody struct {
	Method string            `json:"method" doc:"cumulative, gravity, nearest, ratio, 2sfca, e2sfca, 3sfca or bfca." example:"2sfca"`
	Decay  string            `json:"decay,omitempty" doc:"step, exponential, power, gaussian, gaussian_to_zero, logistic, linear or zones. Default: the method's own." example:"gaussian_to_zero"`
	Cutoff optional[float64] `json:"cutoff,omitempty" doc:"The largest cost that counts, inclusive, in the unit of the costs." example:"1800"`
	Beta   optional[float64] `json:"beta,omitempty" doc:"Of exponential and power." example:"0.002"`
	Sigma  optional[float64] `json:"sigma,omitempty" doc:"Of gaussian." example:"300"`
	Center optional[float64] `json:"center,omitempty" doc:"Of logistic." example:"600"`
	Spread optional[float64] `json:"spread,omitempty" doc:"Of logistic." example:"120"`
	Zones  string            `json:"zones,omitempty" doc:"Ends and weights." example:"600=1,1200=0.68,1800=0.22"`
	Demand []scoreDemand     `json:"demand" nullable:"false"`
	Supply []scoreSupply     `json:"supply" nullable:"false"`
	Pairs  []scorePair       `json:"pairs" nullable:"false" doc:"The costs; a pair that is missing is out of reach."`
}

type scoreDemand struct {
	ID     string  `json:"id" example:"a"`
	Weight float64 `json:"weight,omitempty" minimum:"0" doc:"People there; needed by methods that share supply out." example:"120"`
}

type scoreSupply struct {
	ID       string            `json:"id" example:"s"`
	Capacity optional[float64] `json:"capacity,omitempty" doc:"What it offers; needed by all methods but nearest." example:"40"`
}

type scorePair struct {
	Origin      string  `json:"origin" doc:"Id of a demand." example:"a"`
	Destination string  `json:"destination" doc:"Id of a supply." example:"s"`
	Cost        float64 `json:"cost" minimum:"0" example:"600"`
}

// scoreAnswer is the scores.
type scoreAnswer struct {
	Options  accessibility.Options `json:"options"`
	Scores   []demandScore         `json:"scores" nullable:"false"`   // none by ratio
	Supplies []supplyScore         `json:"supplies" nullable:"false"` // none by methods that do not share supply out
}

type demandScore struct {
	ID    string   `json:"id"`
	Score *float64 `json:"score"` // null where nothing is within reach, by nearest
}

type supplyScore struct {
	ID     string   `json:"id"`
	Demand float64  `json:"demand"` // in its catchment, as the method weighs it
	Ratio  *float64 `json:"ratio"`  // capacity for each unit of that; null where there is none
}

// measureBody is values, each had by so many people.
type measureBody struct {
	Values []measureValue    `json:"values" nullable:"false"`
	Line   optional[float64] `json:"line,omitempty" doc:"The value below which people fall short: adds the measures of Foster, Greer and Thorbecke." example:"10"`
}

type measureValue struct {
	Value  float64           `json:"value" minimum:"0" example:"14561"`
	Weight float64           `json:"weight" minimum:"0" doc:"People who have it." example:"381"`
	Order  optional[float64] `json:"order,omitempty" doc:"What tells rich from poor, such as income: adds the Palma ratio. Give it for all values, or for none." example:"1"`
}

// TableHead is how an answer on tables of the asker's own is wanted. Its name is
// exported only because parameters are looked for in exported fields.
type TableHead struct {
	Format string         `query:"f" enum:"json,csv,xlsx,gpkg,parquet" doc:"Form of the answer; all but json have its rows alone. Default: what the Accept header asks for, else json."`
	BOM    optional[bool] `query:"bom" doc:"CSV for a spreadsheet, as elsewhere."`
	Accept string         `header:"Accept" hidden:"true"`
	Strict strictQuery
}

type (
	scoreInput struct {
		TableHead
		Body scoreBody
	}
	measureInput struct {
		TableHead
		Body measureBody
	}
	tablePlanInput struct {
		TableHead
		Body tablePlanBody
	}
)

// told answers with a, or with its rows as a file.
func (s *server) told(ctx context.Context, in *TableHead, name string, a any, rows func() export.Table) (*huma.StreamResponse, error) {
	f, err := chooseFormat(in.Format, in.Accept, matrixFormats()...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	out := answer{contentType: f.mediaType(), cache: cacheNever, negotiated: true, write: func(w io.Writer) error { return writeJSON(w, a) }}
	if known, file := form.ByName(string(f)); file {
		out.filename = name + known.Endings[0]
		out.write = func(w io.Writer) error { return known.Write(ctx, w, csvFor(in.BOM, in.Accept), rows()) }
	}
	return s.stream(out), nil
}

func (s *server) registerReadyMade(api huma.API) {
	registry := api.OpenAPI().Components.Schemas
	post := func(id, path, summary, description string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodPost, Path: path, Tags: []string{tagIndicators}, Summary: summary, Description: description,
			MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax,
		}
	}
	answers := func(t reflect.Type, rows string) map[string]*huma.Response {
		return good("The answer.", fileContent(map[string]*huma.MediaType{
			"application/json": {Schema: registry.Schema(t, true, "")}, "text/csv": csvContent(rows),
		}, matrixFormats()))
	}
	failures := []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}
	scores := post("post-accessibility-of-matrix", "/api/v1/accessibility", "How well is everybody served, by costs of your own?",
		"Scores of accessibility from a ready-made matrix of costs instead of a study.")
	scores.Responses = answers(reflect.TypeFor[scoreAnswer](), "id,score; of ratio, which scores no demand: id,demand,ratio.")
	registerLong(s, api, scores, append(failures, http.StatusNotAcceptable), func(ctx context.Context, in *scoreInput) (*huma.StreamResponse, error) {
		a, err := in.Body.score()
		if err != nil {
			return nil, s.fail(err, "body")
		}
		return s.told(ctx, &in.TableHead, "accessibility", a, a.table)
	})
	measures := post("post-equity-of-values", "/api/v1/equity", "How even are values of your own?",
		"Gini, Theil, the Lorenz curve and, with an order or a line, the Palma ratio and the measures of Foster, Greer and Thorbecke.")
	measures.Responses = answers(reflect.TypeFor[equity.Measures](), "The Lorenz curve: people_share,value_share.")
	registerLong(s, api, measures, append(failures, http.StatusNotAcceptable), func(ctx context.Context, in *measureInput) (*huma.StreamResponse, error) {
		m, err := in.Body.measure()
		if err != nil {
			return nil, s.fail(err, "body")
		}
		return s.told(ctx, &in.TableHead, "equity", m, func() export.Table { return export.RowsTable("lorenz", m, m.Lorenz) })
	})
	plans := post("post-plans-of-matrix", "/api/v1/plans", "Where next, by costs of your own?",
		"Sites chosen on a ready-made matrix of costs instead of a study, with a bound that no plan can pass.")
	plans.Responses = answers(reflect.TypeFor[analysis.TablePlan](), "A line per site, with the members of reasons as columns.")
	registerLong(s, api, plans, append(failures, http.StatusNotAcceptable), func(ctx context.Context, in *tablePlanInput) (*huma.StreamResponse, error) {
		plan, err := in.Body.plan(ctx)
		if err != nil {
			return nil, s.fail(err, "body")
		}
		return s.told(ctx, &in.TableHead, "plan", plan, func() export.Table { return export.RowsTable("plan", plan, plan.Reasons) })
	})
}

// table is the scores, or the ratios where there are none.
func (a scoreAnswer) table() export.Table {
	if a.Options.Method == accessibility.Ratio {
		return export.RowsTable("ratios", a.Options, a.Supplies)
	}
	return export.RowsTable("scores", a.Options, a.Scores)
}

// unfit gathers the faults of a body, each with its list and place there.
type unfit []coverage.Issue

func (u *unfit) add(list string, place int, format string, args ...any) {
	*u = append(*u, coverage.Issue{
		Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: list, Line: place + 1, Message: fmt.Sprintf(format, args...),
	})
}

func (u unfit) err() error {
	if len(u) == 0 {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: u}
}

// index names the places of ids, which must be there and differ.
func (u *unfit) index(list string, n int, id func(i int) string) map[string]int32 {
	at := make(map[string]int32, n)
	for i := range n {
		if id(i) == "" {
			u.add(list, i, "the id is blank")
			continue
		}
		if first, taken := at[id(i)]; taken {
			u.add(list, i, "%q stands at place %d, too; give each id once", fail.Shown(id(i)), first)
			continue
		}
		at[id(i)] = int32(i)
	}
	return at
}

// score resolves the body and scores it; all faults are told.
func (b *scoreBody) score() (scoreAnswer, error) {
	zones, err := accessibility.ParseZones(b.Zones)
	o := accessibility.Options{
		Method: accessibility.Method(b.Method), Decay: b.Decay, Zones: zones, Cutoff: b.Cutoff.pointer(),
		Beta: b.Beta.pointer(), Sigma: b.Sigma.pointer(), Center: b.Center.pointer(), Spread: b.Spread.pointer(),
	}
	var faults unfit
	for _, i := range o.Validate() {
		i.Code = coverage.ReasonUnknownParameter
		faults = append(faults, i)
	}
	weights, capacities := make([]float64, len(b.Demand)), make([]float64, len(b.Supply))
	demand := faults.index("demand", len(b.Demand), func(i int) string { return b.Demand[i].ID })
	supply := faults.index("supply", len(b.Supply), func(i int) string { return b.Supply[i].ID })
	for i := range b.Demand {
		weights[i] = b.Demand[i].Weight
	}
	for i := range b.Supply {
		c := b.Supply[i].Capacity
		switch {
		case c.Set && !(c.Value >= 0):
			faults.add("supply", i, "the capacity is %v; give a number from 0 up", c.Value)
		case !c.Set && o.Method.NeedsCapacity():
			faults.add("supply", i, "the capacity is missing, and the method %s needs it", o.Method)
		}
		capacities[i] = c.Value
	}
	pairs := b.pairs(&faults, demand, supply)
	if err := coverage.AllFaults(err, faults.err()); err != nil {
		return scoreAnswer{}, err
	}
	m, repeated := accessibility.Rows(len(weights), len(capacities), pairs)
	for _, k := range repeated {
		faults.add("pairs", k, "%s to %s stands before, too; give each pair once", fail.Shown(b.Pairs[k].Origin), fail.Shown(b.Pairs[k].Destination))
	}
	if err := faults.err(); err != nil {
		return scoreAnswer{}, err
	}
	if !o.Method.NeedsCapacity() {
		capacities = nil // every supply counts
	}
	r, err := accessibility.Score(m, weights, capacities, o)
	if err != nil {
		return scoreAnswer{}, err
	}
	o.Decay = o.DecayName()
	return b.tell(o, r), nil
}

// pairs puts the costs in places for ids.
func (b *scoreBody) pairs(faults *unfit, demand, supply map[string]int32) []accessibility.Pair {
	pairs := make([]accessibility.Pair, len(b.Pairs))
	for k, p := range b.Pairs {
		from, known := demand[p.Origin]
		if !known {
			faults.add("pairs", k, "the origin %q is no demand", fail.Shown(p.Origin))
		}
		to, known := supply[p.Destination]
		if !known {
			faults.add("pairs", k, "the destination %q is no supply", fail.Shown(p.Destination))
		}
		pairs[k] = accessibility.Pair{Demand: from, Supply: to, Cost: p.Cost}
	}
	return pairs
}

func (b *scoreBody) tell(o accessibility.Options, r accessibility.Result) scoreAnswer {
	a := scoreAnswer{Options: o, Scores: []demandScore{}, Supplies: []supplyScore{}}
	for i, x := range r.Scores {
		a.Scores = append(a.Scores, demandScore{b.Demand[i].ID, accessibility.Finite(x)})
	}
	for k, x := range r.Ratios {
		a.Supplies = append(a.Supplies, supplyScore{b.Supply[k].ID, r.Caught[k], accessibility.Finite(x)})
	}
	return a
}

func (b *measureBody) measure() (equity.Measures, error) {
	values, weights := make([]float64, len(b.Values)), make([]float64, len(b.Values))
	var order []float64
	var faults unfit
	for i, v := range b.Values {
		values[i], weights[i] = v.Value, v.Weight
		if v.Order.Set != b.Values[0].Order.Set {
			faults.add("values", i, "some values have an order and some have none; give it for all, or for none")
		}
		if v.Order.Set {
			order = append(order, v.Order.Value)
		}
	}
	if err := faults.err(); err != nil {
		return equity.Measures{}, err
	}
	m, palma, err := equity.Measure(values, weights, order, b.Line.pointer())
	return m, ofBody(coverage.AllFaults(palma, err))
}

// ofBody marks the sources of an error as members of the body.
func ofBody(err error) error {
	known, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		return err
	}
	marked := &coverage.Error{Code: known.Code, Message: known.Message}
	for _, i := range known.Issues {
		i.Code = coverage.ReasonUnknownParameter
		marked.Issues = append(marked.Issues, i)
	}
	return marked
}

package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
)

type isochronesCommand struct {
	engineFlags
	scenarioFlag
	coordFlag
	bomFlag
	Study      string    `arg:"" help:"Id of the study."`
	At         lonLat    `xor:"origin" required:"" help:"The place to start from, in degrees." placeholder:"LON,LAT"`
	Origins    string    `xor:"origin" required:"" type:"existingfile" help:"CSV or GeoJSON of points: id, lon, lat; each is drawn on its own." placeholder:"FILE"`
	Kind       string    `xor:"origin" required:"" help:"Facility kind: the service area of all its facilities together." placeholder:"KIND"`
	CutoffsMin []float64 `name:"cutoffs-min" xor:"cutoffs" help:"Travel times in minutes (5,10,15 if no cutoffs are given)." placeholder:"MIN,…"`
	CutoffsM   []float64 `name:"cutoffs-m" xor:"cutoffs" help:"Distances along the network in meters." placeholder:"M,…"`
	Direction  string    `help:"away from the origin or toward it; default away from places, toward facilities." placeholder:"DIR"`
	Profile    string    `help:"Who travels how: walk, walk_detailed, elder, child, stroller, wheelchair, bike, ebike, car." default:"walk"`
	As         string    `help:"polygons, or the lines of the road within reach." default:"polygons"`
	When       string    `help:"A moment of the week, such as \"Mo 14:30\": gates that are shut then are not passed." placeholder:"MOMENT"`
	MinHoleM2  float64   `name:"min-hole-m2" help:"Fill holes of less than so many square meters." placeholder:"M2"`
	Output     string    `short:"o" help:"Write to this file, in the format of its ending: .geojson .gpkg .shp.zip .parquet .pmtiles .geojsons .geojsonl, or without the shapes .json .csv .xlsx." placeholder:"FILE"`
}

// lonLat is a place as a flag has it: longitude, comma, latitude.
type lonLat struct {
	at    orb.Point
	given bool
}

// Decode takes the next word whatever it begins with: most of the world has a
// minus sign in front of one of the two.
func (p *lonLat) Decode(ctx *kong.DecodeContext) error {
	text := fmt.Sprint(ctx.Scan.Pop().Value)
	words := strings.Split(text, ",")
	if len(words) != 2 {
		return fmt.Errorf("%q is no place; give longitude,latitude in degrees, such as 105.07,29.59", text)
	}
	for axis, word := range words {
		x, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil {
			return fmt.Errorf("%q is no number; give longitude,latitude in degrees, such as 105.07,29.59", word)
		}
		p.at[axis] = x
	}
	p.given = true
	return nil
}

func (k isochronesCommand) request(ctx context.Context) (analysis.IsochronesRequest, error) {
	r := analysis.IsochronesRequest{
		Study: k.Study, Profile: k.Profile, Kind: k.Kind, Direction: k.Direction, As: k.As, MinHoleM2: k.MinHoleM2, When: k.When,
	}
	var errs [4]error
	if k.Output != "" {
		_, errs[3] = k.system(k.Output)
	}
	r.Cutoffs, errs[0] = analysis.Cutoffs(k.CutoffsMin, k.CutoffsM)
	if k.At.given {
		r.At = []analysis.Place{{ID: "origin", At: k.At.at}}
	}
	if k.Origins != "" {
		r.At, errs[1] = readPlaces(k.Origins)
	}
	r.Scenario, errs[2] = k.read(ctx, k.storeFlag, k.Study)
	return r, coverage.AllFaults(errs[:]...)
}

// Run prints how much is within reach, then writes the shapes.
func (k isochronesCommand) Run(ctx context.Context, c console) error {
	request, err := k.request(ctx)
	if err != nil {
		return err
	}
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		r, err := engine.Isochrones(ctx, request)
		if err != nil {
			return k.named(err)
		}
		c.printIsochrones(r)
		if k.Output == "" {
			return nil
		}
		return fileFlags{k.coordFlag, k.bomFlag, k.Output}.tableFile(ctx, func(w io.Writer) error { return export.IsochronesJSON(w, r) },
			func(bool) (export.Table, error) { return export.IsochronesTable(r), nil })
	})
}

// printIsochrones prints the totals first, then a line for each ring of the
// first origin, the largest cutoff first.
func (c console) printIsochrones(r *analysis.IsochronesResult) {
	fmt.Fprintf(c.stdout, "totals origins=%d rows=%d\n", r.Question.Origins, len(r.Rows))
	fmt.Fprintf(c.stdout, "study=%s snapshot=%s profile=%s direction=%s as=%s key=%s\n",
		r.Study, r.Snapshot, r.Question.Profile, r.Question.Direction, r.Question.As, r.Key)
	c.printScenario(r.Question.Scenario)
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.ID != r.Rows[0].ID {
			break
		}
		fmt.Fprintf(c.stdout, "id=%s cutoff_s=%s cutoff_m=%s state=%s area_m2=%s length_m=%s reached_m=%s\n",
			row.ID, number(row.CutoffS), number(row.CutoffM), row.State, number(row.AreaM2), number(row.LengthM), number(&row.ReachedM))
	}
	c.warnings(r.Warnings)
}

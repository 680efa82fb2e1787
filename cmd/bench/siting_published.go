package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"kaimen/coverage/siting"
	"kaimen/coverage/siting/instance"
)

// graphRows counts the problems of the OR-Library that are proven to have the
// published value, of 30 s each.
func graphRows(ctx context.Context) ([]row, error) {
	var rows []row
	for _, m := range []struct {
		model siting.Model
		file  string
	}{{siting.Median, "optima.txt"}, {siting.Center, "p-center-optima.txt"}} {
		best, err := instance.Optima(sitingFile("facility-location/pmed/" + m.file))
		if err != nil {
			return nil, err
		}
		proven, slowest, slow := 0, 0.0, ""
		for k := 1; k <= 10; k++ {
			name := fmt.Sprintf("pmed%d", k)
			p, err := instance.PMed(sitingFile("facility-location/pmed/"+name+".txt"), m.model)
			if err != nil {
				return nil, err
			}
			s, err := within(ctx, p, 30*time.Second)
			if err != nil {
				return nil, err
			}
			if s.plan.Proven && s.plan.Objective == float64(best[name]) {
				proven++
			}
			if s.took > slowest {
				slowest, slow = s.took, name
			}
		}
		rows = append(rows, atLeast(fmt.Sprintf("siting: pmed1–10, %s: proven the published optimum in 30 s each", m.model), float64(proven), "of 10", 10,
			fmt.Sprintf("slowest %s, %.3g s", slow, slowest)))
	}
	return rows, nil
}

// censusRows measures maximal covering on the census points of New York. One
// search a number of sites tells where it stood after 10 s and after 60.
func censusRows(ctx context.Context) ([]row, error) {
	plans, err := instance.Plans(sitingFile("facility-location/mclp/optima.csv"))
	if err != nil {
		return nil, err
	}
	var rows []row
	var shorts, gaps []string
	worstShort, worstGap := -100.0, 0.0
	for _, known := range plans {
		p, err := instance.NewYork(sitingFile("facility-location/mclp/NewYork.txt"), known.Number)
		if err != nil {
			return nil, err
		}
		s, err := within(ctx, p, 60*time.Second)
		if err != nil {
			return nil, err
		}
		short := s.short(10, p.Model, known.Value)
		worstShort = max(worstShort, short)
		shorts = append(shorts, fmt.Sprintf("p %d %.3f", known.Number, short))
		if known.Number == 50 {
			rows = append(rows, provenIn("siting: New York, 2,713 points, p 50: proven", s, 15, ""))
			continue
		}
		worstGap = max(worstGap, s.gap(60))
		gaps = append(gaps, fmt.Sprintf("p %d %.3f", known.Number, s.gap(60)))
	}
	return append(rows,
		atMost("siting: New York, p 50–100: below the best known after 10 s", worstShort, "%", 0.1, strings.Join(shorts, ", ")),
		atMost("siting: New York, p 60–100: gap after 60 s", worstGap, "%", 0.8, strings.Join(gaps, ", ")),
	), nil
}

// planeRows measures maximal covering in the plane against proven optima.
func planeRows(ctx context.Context) ([]row, error) {
	var rows []row
	for _, known := range instance.Planes() {
		p, err := instance.Plane(sitingFile(known.File), known.Radius, known.Number)
		if err != nil {
			return nil, err
		}
		s, err := within(ctx, p, 20*time.Second)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(known.File), ".dat")
		rows = append(rows, atMost(fmt.Sprintf("siting: %s, p %d: below the optimum after 20 s", name, known.Number),
			s.short(20, p.Model, known.Value), "%", 0.1, s.state()))
	}
	return rows, nil
}

// medianRows tells how far p-median on 1,304 points is from proven optima.
func medianRows(ctx context.Context) ([]row, error) {
	var rows []row
	for _, known := range instance.Medians() {
		p, err := instance.TSPLIB(sitingFile(known.File), known.Number)
		if err != nil {
			return nil, err
		}
		s, err := within(ctx, p, 20*time.Second)
		if err != nil {
			return nil, err
		}
		rows = append(rows, told(fmt.Sprintf("siting: rl1304, p %d: above the optimum after 20 s", known.Number),
			s.short(20, p.Model, known.Value), "%", s.state()))
	}
	return rows, nil
}

// capacityRows measures capacitated p-median against proven optima, 5 s each.
func capacityRows(ctx context.Context) ([]row, error) {
	all, err := instance.PMedCap(sitingFile("solver/capacitated/pmedcap-subset.txt"))
	if err != nil {
		return nil, err
	}
	worst, met, proven, gap := 0.0, 0, 0, 0.0
	for _, known := range all {
		s, err := within(ctx, known.Problem, 5*time.Second)
		if err != nil {
			return nil, err
		}
		above := s.short(5, known.Problem.Model, known.Best)
		worst, gap = max(worst, above), max(gap, s.gap(5))
		if above == 0 {
			met++
		}
		if s.plan.Proven {
			proven++
		}
	}
	return []row{atMost("siting: pmedcap, ten problems: farthest above the optimum after 5 s", worst, "%", 0.5,
		fmt.Sprintf("%d of %d met, %d proven, widest gap %.3g %%", met, len(all), proven, gap))}, nil
}

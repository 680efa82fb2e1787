package main

import (
	"context"
	"fmt"
	"time"

	"kaimen/coverage/siting"
	"kaimen/coverage/siting/instance"
)

// mergeRows measures a hundred sites and millions of customers that are never
// held at once: merged as they are drawn, then solved for a tenth of the cost of
// all sites. Of two radii the slower counts.
func mergeRows(ctx context.Context) ([]row, error) {
	var rows []row
	for _, size := range []struct {
		customers int
		goal      float64 // seconds
	}{{1_000_000, 2}, {10_000_000, 10}} {
		var slowest search
		var most float64
		var note string
		for _, radius := range []float64{3.25, 5.5} {
			start := time.Now()
			instance.EachCordeau(cordeauSites, size.customers, radius, 1, func(int64, []int32) {})
			drawn := time.Since(start).Seconds()
			var p *siting.Problem
			start = time.Now()
			grown, err := peak(func() error {
				p = merged(size.customers, radius)
				return nil
			})
			if err != nil {
				return nil, err
			}
			merging := time.Since(start).Seconds()
			s, err := within(ctx, p, 60*time.Second)
			if err != nil {
				return nil, err
			}
			s.took += merging
			most = max(most, grown)
			if slowest.took == 0 || s.took > slowest.took || !s.plan.Proven {
				slowest = s
				note = fmt.Sprintf("radius %g: drawn and merged in %.3g s to %d rows; drawing alone %.3g s", radius, merging, len(p.Demand), drawn)
			}
		}
		name := fmt.Sprintf("siting: %d sites, %d M customers", cordeauSites, size.customers/1_000_000)
		rows = append(rows,
			provenIn(name+": drawn, merged and proven", slowest, size.goal, note),
			atMost(name+": growth of the heap while merging", most, "MB", 100, ""))
	}
	return rows, nil
}

const cordeauSites = 100

// merged is a problem of which equal rows are one.
func merged(customers int, radius float64) *siting.Problem {
	sites := instance.CordeauSites(cordeauSites, 1)
	m := siting.NewMerger(sites)
	instance.EachCordeau(cordeauSites, customers, radius, 1, func(weight int64, near []int32) { m.Add(weight, -1, near) })
	p := m.Problem()
	p.Model, p.Budget = siting.MaxCover, 0
	for _, s := range sites {
		p.Budget += s.Cost
	}
	p.Budget /= 10
	return p
}

// districtRows measures a district: when there is a plan to look at, and when it
// is known to be the best or nearly so. The farther a candidate reaches, the more
// plans are nearly alike, and the harder is the proof: for many sites it is
// measured at the reach of a pocket park and at twice that.
func districtRows(ctx context.Context) ([]row, error) {
	town := instance.District()
	p := town.Problem()
	name := fmt.Sprintf("siting: district, %d × %d", len(p.Sites), len(p.Demand))
	var rows []row
	first := 0.0
	for _, number := range []int{5, 10} {
		p.Number = number
		s, err := within(ctx, p, 10*time.Second)
		if err != nil {
			return nil, err
		}
		first = max(first, s.first())
		rows = append(rows, provenIn(fmt.Sprintf("%s, p %d: proven", name, number), s, 5, ""))
	}
	for _, reach := range []float64{500, 1000} {
		town.RadiusMeters = reach
		p := town.Problem()
		p.Number = 30
		s, err := within(ctx, p, 10*time.Second)
		if err != nil {
			return nil, err
		}
		first = max(first, s.first())
		rows = append(rows, atMost(fmt.Sprintf("%s, p 30, reach %v m: gap after 10 s", name, reach), s.gap(10), "%", 0.6,
			fmt.Sprintf("%s; %d pairs", s.state(), len(p.Reach.Site))))
	}
	return append(rows, atMost(name+": first plan, the latest of four", first*1e3, "ms", 50, fmt.Sprintf("%d pairs", len(p.Reach.Site)))), nil
}

// cityRows measures cities: one search of 60 s each tells when there was a plan,
// where it stood after 20 s and at the end, and what memory it took with the
// problem itself.
func cityRows(ctx context.Context) ([]row, error) {
	const number = 50
	var rows []row
	for _, sites := range []int{10_000, 50_000} {
		var s search
		var pairs int
		grown, err := peak(func() (err error) {
			p := instance.City(sites, 100_000).Problem()
			p.Number, pairs = number, len(p.Reach.Site)
			s, err = within(ctx, p, 60*time.Second)
			return err
		})
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("siting: city, %d × 100000, p %d", sites, number)
		rows = append(rows,
			atMost(name+": first plan", s.first(), "s", 1, fmt.Sprintf("%d pairs", pairs)),
			atMost(name+": gap after 20 s", s.gap(20), "%", 2, ""),
			atMost(name+": gap after 60 s", s.gap(60), "%", 1.2, s.state()),
			atMost(name+": growth of the heap, problem and search", grown, "MB", 1000, ""))
	}
	return rows, nil
}

package analysis

import (
	"cmp"
	"slices"

	"kaimen/coverage"
)

// ranked are the old estates, or all, those first in which most is lacking.
func (t *estateTable) ranked(all bool) []EstateRow {
	rows := []EstateRow{}
	for _, row := range t.rows {
		if all || row.Old {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, byUrgency)
	for i := range rows {
		rows[i].Rank = i + 1
	}
	return rows
}

// byUrgency orders estates as Estates tells.
func byUrgency(a, b EstateRow) int {
	return cmp.Or(
		cmp.Compare(b.UnservedNeeds, a.UnservedNeeds),
		cmp.Compare(amountOf(b.ElderlyUnserved), amountOf(a.ElderlyUnserved)),
		cmp.Compare(b.StepBarred, a.StepBarred),
		cmp.Compare(oneIf(b.ChargingMissing), oneIf(a.ChargingMissing)),
		cmp.Compare(a.ID, b.ID),
	)
}

// amountOf is an amount, 0 if it is not known.
func amountOf(a *coverage.Amount) coverage.Amount {
	if a == nil {
		return 0
	}
	return *a
}

func oneIf(holds bool) int {
	if holds {
		return 1
	}
	return 0
}

// summary sums up the rows that are listed, and tells where else demand lives.
func (t *estateTable) summary(listed []EstateRow) EstateSummary {
	s := EstateSummary{Estates: len(t.rows), InNone: t.none, Demand: t.none, Needs: make([]EstateNeed, len(t.needs))}
	for k := range t.rows {
		s.Demand += t.rows[k].Demand
		s.Old += oneIf(t.rows[k].Old)
	}
	for k := range listed {
		row := &listed[k]
		s.InListed += row.Demand
		s.Uninhabited += oneIf(row.Demand == 0)
		s.Unserved += row.Unserved
		s.UnservedNeeds += row.UnservedNeeds
		s.StepBarred += row.StepBarred
		s.ChargingMissing += oneIf(row.ChargingMissing)
		if row.ElderlyUnserved != nil {
			if s.ElderlyUnserved == nil {
				s.ElderlyUnserved = new(coverage.Amount)
			}
			*s.ElderlyUnserved += *row.ElderlyUnserved
		}
		for i, need := range t.needs {
			s.Needs[i].Covered += row.Covered[need.String()]
			s.Needs[i].MissingIn += oneIf(slices.Contains(row.Missing, need.String()))
		}
	}
	for i, need := range t.needs {
		s.Needs[i].Need, s.Needs[i].CoverageRate = need.String(), rateOf(s.Needs[i].Covered, s.InListed)
	}
	s.InOther = s.Demand - s.InListed - s.InNone
	return s
}

// remember sets beside each estate what was before the scenario.
func remember(a *EstateAnswer, was []EstateRow) {
	before := make(map[string]*EstateRow, len(was))
	var unserved coverage.Amount
	for k := range was {
		before[was[k].ID] = &was[k]
		unserved += was[k].Unserved
	}
	change := a.Summary.Unserved - unserved
	a.Summary.UnservedBefore, a.Summary.UnservedChange = &unserved, &change
	for k := range a.Rows {
		row := &a.Rows[k]
		old := before[row.ID]
		row.Before = EstateBefore{
			Rank: &old.Rank, Missing: old.Missing, Unserved: &old.Unserved, UnservedNeeds: &old.UnservedNeeds,
			ElderlyUnserved: old.ElderlyUnserved, StepBarred: &old.StepBarred,
			ChargingInside: &old.ChargingInside, ChargingReachable: &old.ChargingReachable, ChargingMissing: &old.ChargingMissing,
		}
		change := row.Unserved - old.Unserved
		row.UnservedChange = &change
	}
}

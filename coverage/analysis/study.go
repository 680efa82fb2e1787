package analysis

import (
	"context"
	"maps"
	"slices"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/standard"
)

// StudySummary is what a page needs to know of a study before it asks.
type StudySummary struct {
	ID          string                     `json:"id"`
	Name        coverage.Name              `json:"name"`
	Snapshot    coverage.SnapshotID        `json:"snapshot"`
	ImportedAt  time.Time                  `json:"imported_at"`
	Synthetic   bool                       `json:"synthetic"`
	Attribution []string                   `json:"attribution" nullable:"false"`
	Bounds      [4]float64                 `json:"bounds"` // west, south, east, north
	Counts      map[coverage.LayerName]int `json:"counts"`
	Levels      []LevelSummary             `json:"levels" nullable:"false"`  // the study first, then outermost first
	Kinds       []KindSummary              `json:"kinds" nullable:"false"`   // facility kinds there are, as shown
	Cohorts     []CohortSummary            `json:"cohorts" nullable:"false"` // weights of the demand, people first
	Profiles    []ProfileSummary           `json:"profiles" nullable:"false"`
	Report      ReportSummary              `json:"report"`
	Warnings    []Warning                  `json:"warnings" nullable:"false"`
}

// LevelSummary is a level there are zones of.
type LevelSummary struct {
	Level coverage.Level `json:"level"`
	Name  coverage.Name  `json:"name"`
	Count int            `json:"count"`
}

// KindSummary is a facility kind there are facilities of.
type KindSummary struct {
	standard.Kind
	Count int `json:"count"`
}

// CohortSummary is a weight of the demand with its sum.
type CohortSummary struct {
	Cohort string          `json:"cohort"`
	Name   coverage.Name   `json:"name"`
	Total  coverage.Amount `json:"total"`
}

// ProfileSummary is a way of getting about.
type ProfileSummary struct {
	Profile  string        `json:"profile"`
	Name     coverage.Name `json:"name"`
	SpeedKMH float64       `json:"speed_kmh"`
}

// ReportSummary is an import report with its issues only counted.
type ReportSummary struct {
	Sources []coverage.SourceReport  `json:"sources" nullable:"false"`
	Network []coverage.NetworkReport `json:"network" nullable:"false"`
	Issues  int                      `json:"issues"`
}

// Study describes the current snapshot of a study.
//
// Errors: not_found, naming the studies there are.
func (e *Engine) Study(ctx context.Context, id string) (*StudySummary, error) {
	b, err := e.base(ctx, id)
	if err != nil {
		return nil, err
	}
	info, box := b.Info(), b.Bounds()
	s := &StudySummary{
		ID: b.Study.ID, Name: b.Study.Name, Snapshot: b.ID, ImportedAt: b.ImportedAt,
		Synthetic: b.Study.Synthetic, Attribution: append([]string{}, b.Study.Attribution...),
		Bounds: [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}, Counts: info.Counts,
		Levels: b.levelSummaries(), Kinds: e.kindSummaries(b), Cohorts: e.cohortSummaries(b), Warnings: []Warning{},
		Report: ReportSummary{
			Sources: append([]coverage.SourceReport{}, b.Report.Sources...),
			Network: append([]coverage.NetworkReport{}, b.Report.Network...),
			Issues:  len(b.Report.Issues),
		},
	}
	for _, p := range network.Profiles() {
		s.Profiles = append(s.Profiles, ProfileSummary{p.ID, p.Name, float64(p.SpeedMetersPerHour) / 1000})
	}
	if b.Study.Synthetic {
		s.Warnings = append(s.Warnings, synthetic())
	}
	return s, nil
}

// levelNames names the levels for people.
func levelNames() map[coverage.Level]coverage.Name {
	return map[coverage.Level]coverage.Name{
		coverage.LevelStudy:     {ZH: "全域", EN: "Whole study"},
		coverage.LevelStreet:    {ZH: "街道", EN: "Street"},
		coverage.LevelCommunity: {ZH: "社区", EN: "Community"},
		coverage.LevelGrid:      {ZH: "网格", EN: "Grid"},
		coverage.LevelBuilding:  {ZH: "楼栋", EN: "Building"},
	}
}

func (b *base) levelSummaries() []LevelSummary {
	var list []LevelSummary
	for _, level := range b.zones.Levels() {
		list = append(list, LevelSummary{level, levelNames()[level], len(b.zones.Of(level))})
	}
	return list
}

func (e *Engine) kindSummaries(b *base) []KindSummary {
	counts := make(map[string]int)
	for i := range b.Facilities {
		counts[b.Facilities[i].Kind]++
	}
	list := []KindSummary{}
	for _, kind := range slices.SortedFunc(maps.Keys(counts), e.library.Order) {
		list = append(list, KindSummary{e.library.Kind(kind), counts[kind]})
	}
	return list
}

func (e *Engine) cohortSummaries(b *base) []CohortSummary {
	list := []CohortSummary{}
	for _, cohort := range b.cohorts() {
		c := CohortSummary{Cohort: cohort, Name: e.library.Weight(cohort)}
		for _, w := range weightsOf(b.counted(cohort).Snapshot, cohort) {
			c.Total += w
		}
		list = append(list, c)
	}
	return list
}

// listCohorts lists whatever can be counted: the weights of the demand, people
// first, then those of buildings.
func (b *base) listCohorts() []string {
	names := cohortsOf(b.Snapshot)
	if len(b.Buildings) == 0 {
		return names
	}
	for _, weight := range buildingWeights() {
		if !slices.Contains(names, weight) {
			names = append(names, weight)
		}
	}
	return names
}

// kindsOf lists the facility kinds of a snapshot by id.
func kindsOf(s *coverage.Snapshot) []string {
	seen := make(map[string]bool)
	for i := range s.Facilities {
		seen[s.Facilities[i].Kind] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// cohortsOf lists the weights of a snapshot's demand, people first.
func cohortsOf(s *coverage.Snapshot) []string {
	seen := make(map[string]bool)
	for i := range s.Demand {
		for name := range s.Demand[i].Weights {
			seen[name] = true
		}
	}
	names := slices.Sorted(maps.Keys(seen))
	if i := slices.Index(names, coverage.WeightPeople); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, coverage.WeightPeople)
	}
	return names
}

package main

import (
	"path/filepath"
	"testing"

	"kaimen/coverage"
	"kaimen/data/gpkg"
)

// The sample's five levels add up exactly for every kind under both rules, and
// what is counted is what the import took in.
func TestSampleLevelsAddUp(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	store := filepath.Join(work, "s.gpkg")
	must(t, "sample", filepath.Join(work, "sample"))
	must(t, "import", filepath.Join(work, "sample", "study.yaml"), "--store", store)
	out := filepath.Join(work, "overview.csv")
	must(t, "analyze", "overview", "dongxing-sample", "--store", store, "--profile", "elder", "--levels", "study,street,community,grid,building", "-o", out)
	rows := readTable(t, out)
	type sums struct{ demand, time, distance, disagree, facilities float64 }
	byKind := make(map[string]map[string]*sums)
	for _, row := range rows.rows {
		kind, level := rows.text(row, "kind"), rows.text(row, "level")
		if byKind[kind] == nil {
			byKind[kind] = make(map[string]*sums)
		}
		if byKind[kind][level] == nil {
			byKind[kind][level] = &sums{}
		}
		s := byKind[kind][level]
		s.demand += rows.number(row, "demand")
		s.time += rows.number(row, "time_covered")
		s.distance += rows.number(row, "distance_covered")
		s.disagree += rows.number(row, "disagree")
		s.facilities += rows.number(row, "facilities_inside")
	}
	if len(byKind) != 22 {
		t.Errorf("%d kinds, want 22", len(byKind))
	}
	apart := 0.0
	for kind, levels := range byKind {
		study := levels["study"]
		apart += study.disagree
		for level, s := range levels {
			facilities := s.facilities
			if level == "building" { // most facilities stand in no building
				facilities = study.facilities
			}
			if s.demand != study.demand || s.time != study.time || s.distance != study.distance || s.disagree != study.disagree || facilities != study.facilities {
				t.Errorf("%s by %s adds up to %+v, the study has %+v", kind, level, *s, *study)
			}
		}
	}
	if apart == 0 {
		t.Error("an elder covers less than 1,000 m in 15 minutes, and the rules disagree nowhere")
	}
	s, err := gpkg.Open(store)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // it was only read
	info, err := s.Current(t.Context(), "dongxing-sample")
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := s.Get(t.Context(), info.ID)
	if err != nil {
		t.Fatal(err)
	}
	reconcile(t, snapshot, byKind["market"]["study"].demand)
}

// reconcile holds demand counted against the report of the import: all rows
// read are used or set aside, and the people of the used ones are counted.
func reconcile(t *testing.T, s *coverage.Snapshot, counted float64) {
	t.Helper()
	for _, source := range s.Report.Sources {
		if source.Layer != coverage.LayerDemand {
			continue
		}
		aside := 0
		for _, c := range source.SetAside {
			aside += c.Rows
		}
		if source.Read != source.Used+aside || source.Used != len(s.Demand) {
			t.Errorf("%s: %d read, %d used, %d set aside, %d in the study", source.Source, source.Read, source.Used, aside, len(s.Demand))
		}
	}
	people := coverage.Amount(0)
	for _, n := range s.Report.Network {
		if n.Layer == coverage.LayerDemand && n.Profile == "walk" {
			for _, state := range n.States {
				people += state.People
			}
		}
	}
	if people.Float() != counted {
		t.Errorf("the import tied %v people to the network, the answers count %v", people, counted)
	}
}

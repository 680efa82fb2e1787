package standard_test

import (
	"testing"

	"kaimen/coverage/standard"
)

func TestTablesAreComplete(t *testing.T) {
	t.Parallel()
	l, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	// The kinds that the design names must all be known, in both languages.
	for _, id := range []string{
		"street_hall", "community_center", "service_station", "elder_care", "youth_home", "childcare",
		"rider_harbor", "nursery", "pocket_park", "park", "parking", "charging_post", "ebike_charging",
		"drying_rack", "clinic", "hospital", "pharmacy", "school", "kindergarten", "library", "market", "sports",
	} {
		k := l.Kind(id)
		if !l.Known(id) || k.Name.ZH == "" || k.Name.EN == "" || k.Name.EN == id {
			t.Errorf("kind %s is not in the table in both languages: %+v", id, k)
		}
	}
	for _, tier := range l.Tiers() {
		if tier.Source == "" || tier.Minutes <= 0 || tier.Meters <= 0 {
			t.Errorf("tier %+v lacks a source or a value", tier)
		}
	}
}

func TestUnknownNamesStandForThemselves(t *testing.T) {
	t.Parallel()
	l, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	k := l.Kind("lighthouse")
	if l.Known("lighthouse") || k.Name.ZH != "lighthouse" || k.Group != standard.GroupService {
		t.Errorf("an unknown kind became %+v", k)
	}
	if l.Order("market", "lighthouse") >= 0 || l.Order("elder_care", "market") >= 0 || l.Order("a", "b") >= 0 {
		t.Error("kinds are not ordered by the table, unknown ones last by id")
	}
	if name := l.Weight("dogs"); name.EN != "dogs" {
		t.Errorf("an unknown weight became %+v", name)
	}
}

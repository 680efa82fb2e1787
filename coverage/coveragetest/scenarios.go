package coveragetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kaimen/coverage"

	diff "github.com/google/go-cmp/cmp"
)

// Scenarios runs on one implementation what every coverage.Scenarios must do.
// Each subtest calls open for an empty one of its own.
func Scenarios(t *testing.T, open func(t *testing.T) coverage.Scenarios) {
	for _, tc := range []struct {
		name string
		test func(*testing.T, coverage.Scenarios)
	}{
		{"what is put comes back byte for byte", scenarioRoundTrip},
		{"changing keeps the time of making", scenarioTimes},
		{"changes rely on what they expect", scenarioExpected},
		{"ids are checked", scenarioIDs},
		{"not found names what there is", scenarioNotFound},
		{"list goes on where it ended", scenarioPages},
		{"studies do not see each other's", scenarioStudies},
		{"of many who make one id, one does", scenarioRace},
		{"of many who change one, none is lost", scenarioLost},
		{"a canceled put leaves no trace", scenarioCanceled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.test(t, open(t))
		})
	}
}

// saved is a scenario whose times have nanoseconds and an offset.
func saved(study, id, text string) coverage.SavedScenario {
	at := time.Date(2026, 11, 23, 8, 30, 0, 123456789, time.FixedZone("", 8*3600))
	return coverage.SavedScenario{Study: study, ID: id, Text: []byte(text), MadeAt: at, ChangedAt: at}
}

func mustSave(t testing.TB, c coverage.Scenarios, s coverage.SavedScenario) coverage.SavedScenario {
	t.Helper()
	kept, _, err := c.Put(t.Context(), s, coverage.Expected{})
	if err != nil {
		t.Fatalf("put: %v", err)
	}
	return kept
}

func scenarioRoundTrip(t *testing.T, c coverage.Scenarios) {
	for i, text := range []string{
		`{"changes":[]}`, `{"name":{"zh":"打通断头路","en":"a 'link' & <more>"},"changes":[]}`, "  { \"changes\" : [ ] }\n", `"\u0000"`, strings.Repeat(`{"n":0.1}`, 200_000),
	} {
		s := saved("town", fmt.Sprintf("s-%d", i), text)
		kept, made, err := c.Put(t.Context(), s, coverage.Expected{})
		if err != nil || !made {
			t.Fatalf("put: made %v, %v", made, err)
		}
		want := s
		want.MadeAt, want.ChangedAt = s.MadeAt.UTC(), s.ChangedAt.UTC()
		got, err := c.Get(t.Context(), "town", s.ID)
		if d := diff.Diff(want, got); err != nil || d != "" {
			t.Errorf("get: %v (-put +got):\n%.500s", err, d)
		}
		if d := diff.Diff(want, kept); d != "" {
			t.Errorf("put tells (-put +told):\n%.500s", d)
		}
	}
}

func scenarioTimes(t *testing.T, c coverage.Scenarios) {
	first := mustSave(t, c, saved("town", "a", "1"))
	later := saved("town", "a", "2")
	later.MadeAt, later.ChangedAt = first.MadeAt.Add(time.Hour), first.ChangedAt.Add(time.Hour)
	kept, made, err := c.Put(t.Context(), later, coverage.Expected{})
	if err != nil || made || !kept.MadeAt.Equal(first.MadeAt) || !kept.ChangedAt.Equal(later.ChangedAt) {
		t.Errorf("changed: %+v, made %v, %v; want the old time of making and the new one of the change", kept, made, err)
	}
	same := later
	same.ChangedAt = later.ChangedAt.Add(time.Hour)
	kept, made, err = c.Put(t.Context(), same, coverage.Expected{})
	if err != nil || made || !kept.ChangedAt.Equal(later.ChangedAt) {
		t.Errorf("put with the same text: %+v, made %v, %v; want nothing changed", kept, made, err)
	}
	if got, err := c.Get(t.Context(), "town", "a"); err != nil || !got.ChangedAt.Equal(later.ChangedAt) || string(got.Text) != "2" {
		t.Errorf("get: %+v, %v", got, err)
	}
}

func scenarioExpected(t *testing.T, c coverage.Scenarios) {
	s := mustSave(t, c, saved("town", "a", "1"))
	for _, tc := range []struct {
		id string
		e  coverage.Expected
		ok bool
	}{
		{"a", coverage.Expected{}, true},
		{"a", coverage.Expected{Present: true}, true},
		{"a", coverage.Expected{Hashes: []string{"0", s.Hash()}}, true},
		{"a", coverage.Expected{Hashes: []string{"0"}}, false},
		{"a", coverage.Expected{Hashes: []string{}}, false},
		{"a", coverage.Expected{Absent: true}, false},
		{"b", coverage.Expected{Present: true}, false},
		{"b", coverage.Expected{Hashes: []string{s.Hash()}}, false},
	} {
		_, _, err := c.Put(t.Context(), saved("town", tc.id, "1"), tc.e)
		if tc.ok && err != nil || !tc.ok && coverage.CodeOf(err) != coverage.Conflict {
			t.Errorf("put %s with %+v: %v", tc.id, tc.e, err)
		}
		if tc.ok {
			continue
		}
		if err := c.Delete(t.Context(), "town", tc.id, tc.e); coverage.CodeOf(err) != coverage.Conflict {
			t.Errorf("delete %s with %+v: %v", tc.id, tc.e, err)
		}
	}
	if list, err := c.List(t.Context(), "town", "", 10); err != nil || len(list) != 1 {
		t.Errorf("what was refused left %v, %v", list, err)
	}
	if _, made, err := c.Put(t.Context(), saved("town", "b", "1"), coverage.Expected{Absent: true}); err != nil || !made {
		t.Errorf("put of what is absent, as expected: %v, %v", made, err)
	}
	if err := c.Delete(t.Context(), "town", "a", coverage.Expected{Hashes: []string{s.Hash()}}); err != nil {
		t.Errorf("delete as expected: %v", err)
	}
	if _, err := c.Get(t.Context(), "town", "a"); coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("get of what was deleted: %v; want not_found", err)
	}
}

func scenarioIDs(t *testing.T, c coverage.Scenarios) {
	for _, id := range []string{"", "A", "-a", "a-", "a b", "a/b", "街", "'; --", strings.Repeat("a", 65)} {
		if _, _, err := c.Put(t.Context(), saved("town", id, "1"), coverage.Expected{}); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("put %q: %v; want invalid", id, err)
		}
	}
	for _, id := range []string{"a", "0", "a-b", "a--b", strings.Repeat("a", 64)} {
		mustSave(t, c, saved("town", id, "1"))
	}
}

func scenarioNotFound(t *testing.T, c coverage.Scenarios) {
	_, err := c.Get(t.Context(), "town", "a")
	if coverage.CodeOf(err) != coverage.NotFound || !strings.Contains(err.Error(), "none") {
		t.Errorf("get of nothing: %v", err)
	}
	mustSave(t, c, saved("town", "north", "1"))
	mustSave(t, c, saved("town", "south", "1"))
	for _, err := range []error{
		func() error { _, err := c.Get(t.Context(), "town", "nort"); return err }(),
		c.Delete(t.Context(), "town", "nort", coverage.Expected{}),
	} {
		if coverage.CodeOf(err) != coverage.NotFound || !strings.Contains(err.Error(), "north, south") {
			t.Errorf("%v; want not_found with north and south", err)
		}
	}
}

func scenarioPages(t *testing.T, c coverage.Scenarios) {
	want := []string{"0", "a", "a-b", "a0", "ab", "b"} // "-" is before digits, and digits before letters
	for _, id := range []string{"b", "a0", "ab", "a", "a-b", "0"} {
		mustSave(t, c, saved("town", id, id))
	}
	var got []string
	for after := ""; ; after = got[len(got)-1] {
		page, err := c.List(t.Context(), "town", after, 4)
		if err != nil {
			t.Fatal(err)
		}
		for i := range page {
			got = append(got, page[i].ID)
			if string(page[i].Text) != page[i].ID {
				t.Errorf("%s has the text %s", page[i].ID, page[i].Text)
			}
		}
		if len(page) < 4 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("ids %v, want %v", got, want)
	}
}

func scenarioStudies(t *testing.T, c coverage.Scenarios) {
	mustSave(t, c, saved("town", "a", "1"))
	mustSave(t, c, saved("other", "a", "2"))
	if err := c.Delete(t.Context(), "town", "a", coverage.Expected{}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Get(t.Context(), "other", "a"); err != nil || string(got.Text) != "2" {
		t.Errorf("the other study's: %+v, %v", got, err)
	}
	if list, err := c.List(t.Context(), "town", "", 10); err != nil || len(list) != 0 {
		t.Errorf("list: %v, %v", list, err)
	}
}

func scenarioRace(t *testing.T, c coverage.Scenarios) {
	const writers = 6
	errs := make([]error, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			_, _, errs[i] = c.Put(t.Context(), saved("town", "a", fmt.Sprint(i)), coverage.Expected{Absent: true})
		})
	}
	all.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
			if got, err := c.Get(t.Context(), "town", "a"); err != nil || string(got.Text) != fmt.Sprint(i) {
				t.Errorf("what is kept is %s, %v; %d was told that its own is", got.Text, err, i)
			}
		} else if coverage.CodeOf(err) != coverage.Conflict {
			t.Errorf("%v; want conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d made it", won)
	}
}

// Each writer adds a letter to what it has read, and does so again until nobody
// was faster: in the end all letters are there.
func scenarioLost(t *testing.T, c coverage.Scenarios) {
	const writers, rounds = 4, 3
	mustSave(t, c, saved("town", "a", ""))
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for done := 0; done < rounds; {
				now, err := c.Get(t.Context(), "town", "a")
				if err != nil {
					t.Error(err)
					return
				}
				_, _, err = c.Put(t.Context(), saved("town", "a", string(now.Text)+"x"), coverage.Expected{Hashes: []string{now.Hash()}})
				if err == nil {
					done++
				} else if coverage.CodeOf(err) != coverage.Conflict {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if got, err := c.Get(t.Context(), "town", "a"); err != nil || len(got.Text) != writers*rounds {
		t.Errorf("%d letters of %d, %v", len(got.Text), writers*rounds, err)
	}
}

func scenarioCanceled(t *testing.T, c coverage.Scenarios) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.Put(ctx, saved("town", "a", "1"), coverage.Expected{}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled put: %v; want ctx.Err()", err)
	}
	if list, err := c.List(t.Context(), "town", "", 10); err != nil || len(list) != 0 {
		t.Errorf("list: %v, %v", list, err)
	}
}

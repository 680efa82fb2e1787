package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kaimen/coverage"
)

// Text is s as JSON in its one form, which Read reads back equal: without white
// space, members in the order in which they are described, those not given left
// out.
//
// Errors: of a number that JSON has no form for; Check finds it before.
func (s *Scenario) Text() ([]byte, error) {
	whole := *s
	whole.Changes = append([]Change{}, s.Changes...) // a list in JSON, too, where there are none
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false)
	if err := out.Encode(whole); err != nil {
		return nil, err
	}
	return bytes.TrimRight(text.Bytes(), "\n"), nil
}

// Save puts s in the form in which a study keeps it, once it is sure that all of
// it fits the study as it is in base. An id that is empty is made of the text:
// the same scenario has the same. now is when it is saved.
//
// Errors: invalid for the id, and with every fault of every change; too_large
// beyond 4 MiB.
func (s *Scenario) Save(base *coverage.Snapshot, id string, now time.Time) (coverage.SavedScenario, error) {
	kept := coverage.SavedScenario{Study: base.Study.ID, ID: id, MadeAt: now.UTC(), ChangedAt: now.UTC()}
	var unfit error
	if id != "" {
		unfit = coverage.CheckScenarioID(id)
	}
	if _, issues := s.Resolve(base); len(issues) > 0 {
		return kept, coverage.AllFaults(&coverage.Error{Code: coverage.Invalid, Message: "the scenario cannot be saved", Issues: issues}, unfit)
	}
	if unfit != nil {
		return kept, unfit
	}
	var err error
	if kept.Text, err = s.Text(); err != nil {
		return kept, err
	}
	if len(kept.Text) > maxBytes {
		return kept, coverage.Errorf(coverage.TooLarge, "the scenario has more than %d MiB", maxBytes>>20)
	}
	if id == "" {
		kept.ID = "s-" + kept.Hash()[:12]
	}
	return kept, nil
}

// Keep puts what Save made under an id of its own content. It takes no other's
// place; the same scenario that is there already stays.
//
// Errors: conflict where the id has other content by now.
func Keep(ctx context.Context, in coverage.Scenarios, s coverage.SavedScenario) (kept coverage.SavedScenario, made bool, err error) {
	kept, made, err = in.Put(ctx, s, coverage.Expected{Absent: true})
	if coverage.CodeOf(err) != coverage.Conflict {
		return kept, made, err
	}
	there, errThere := in.Get(ctx, s.Study, s.ID)
	if errThere != nil || there.Hash() != s.Hash() {
		return kept, false, err
	}
	return there, false, nil
}

// Load is the scenario that a study keeps.
//
// Errors: of a text that Save did not make.
func Load(kept coverage.SavedScenario) (*Scenario, error) {
	s, err := Read(bytes.NewReader(kept.Text))
	if err != nil {
		return nil, fmt.Errorf("the saved scenario %s of study %s: %w", kept.ID, kept.Study, err)
	}
	return s, nil
}

package coverage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// SavedScenario is a scenario that a study keeps under an id of its own. What
// its text says is for coverage/scenario to read.
type SavedScenario struct {
	Study, ID string
	Text      []byte    // JSON, as --scenario and bodies of requests take it
	MadeAt    time.Time // when the id was first saved
	ChangedAt time.Time // when Text became what it is
}

// Hash names the text, whatever id it is kept under: 32 hexadecimal digits.
func (s *SavedScenario) Hash() string {
	sum := sha256.Sum256(s.Text)
	return hex.EncodeToString(sum[:16])
}

// Over is s as it is kept in the place of what was there before, nil for nothing:
// that keeps its MadeAt, and with the same text stays as it is. Times are in UTC.
func (s SavedScenario) Over(before *SavedScenario) SavedScenario {
	s.MadeAt, s.ChangedAt = s.MadeAt.UTC(), s.ChangedAt.UTC()
	switch {
	case before == nil:
		return s
	case before.Hash() == s.Hash():
		return *before
	}
	s.MadeAt = before.MadeAt
	return s
}

// MaxScenarioID is how long an id may be.
const MaxScenarioID = 64

var scenarioID = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)

// CheckScenarioID refuses what is no id of a saved scenario: up to 64 lower case
// letters, digits and dashes, the first and last of them no dash.
//
// Errors: invalid.
func CheckScenarioID(id string) error {
	if len(id) <= MaxScenarioID && scenarioID.MatchString(id) {
		return nil
	}
	return Errorf(Invalid, "%.80q is no id of a scenario; give up to %d lower case letters, digits and dashes, such as south-gate-open", id, MaxScenarioID)
}

// Expected is what a change of a saved scenario relies on, so that nobody's work
// is lost. The zero value relies on nothing.
type Expected struct {
	Absent  bool     // nothing is saved under the id
	Present bool     // something is
	Hashes  []string // it is one of these; nil for any
}

// Check holds what is expected against what is saved, nil for nothing.
//
// Errors: conflict.
func (e Expected) Check(study, id string, saved *SavedScenario) error {
	hash := ""
	if saved != nil {
		hash = saved.Hash()
	}
	switch {
	case hash != "" && e.Absent:
		return Errorf(Conflict, "study %s has a scenario %s already, of the hash %s; choose another id, or change that one", study, id, hash)
	case hash == "" && (e.Present || e.Hashes != nil):
		return Errorf(Conflict, "study %s has no scenario %s any more, or never had; save it anew", study, id)
	case hash != "" && e.Hashes != nil && !slices.Contains(e.Hashes, hash):
		return Errorf(Conflict, "the scenario %s of study %s was changed by somebody else; its hash is %s now: read it again and decide", id, study, hash)
	}
	return nil
}

// Scenarios keeps saved scenarios. Implementations may be shared by any number
// of goroutines. That there is such a study, and that the text fits it, is for
// whoever puts to check.
type Scenarios interface {
	// Put saves s if what is there is as expected, all or nothing, and returns it
	// as it is kept then, and whether its id is new. What was there before keeps
	// its MadeAt; with the same text it stays as it is.
	// Errors: invalid for the id; conflict if something else is there than expected.
	Put(ctx context.Context, s SavedScenario, e Expected) (kept SavedScenario, made bool, err error)
	// Get returns a scenario, equal to the one that was put. Errors: not_found.
	Get(ctx context.Context, study, id string) (SavedScenario, error)
	// List returns at most limit scenarios of a study whose ids come after the one
	// given, in the order of their ids, byte by byte.
	List(ctx context.Context, study, after string, limit int) ([]SavedScenario, error)
	// Delete removes a scenario if it is as expected.
	// Errors: not_found; conflict if another is there than expected.
	Delete(ctx context.Context, study, id string, e Expected) error
}

// NoScenario is a store's answer to an id that it does not have: not_found,
// naming some that it has.
func NoScenario(study, id string, some []SavedScenario) error {
	ids := make([]string, 0, len(some))
	for i := range some {
		ids = append(ids, some[i].ID)
	}
	there := "it has none"
	if len(ids) > 0 {
		there = "it has " + strings.Join(ids, ", ")
	}
	if len(ids) == ShownScenarios {
		there += " …"
	}
	return &Error{Code: NotFound, Message: fmt.Sprintf("study %s has no saved scenario %.80q; %s", study, id, there)}
}

// ShownScenarios is how many are named where one is not found.
const ShownScenarios = 20

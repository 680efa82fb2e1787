package coverage_test

import (
	"testing"

	"kaimen/coverage"
)

// What was given is the value where a message begins with it, in quotation marks,
// and nowhere else: a number in the middle of a message may be a limit.
func TestFaultf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		issue          coverage.Issue
		value, message string
	}{
		{coverage.Faultf(coverage.ReasonUnknownParameter, "kind", "%q is no kind; there are %s", "a \"b", "school"), `a "b`, `"a \"b" is no kind; there are school`},
		{coverage.Faultf(coverage.ReasonUnknownParameter, "level", "%q is no level", coverage.LevelGrid), "grid", `"grid" is no level`},
		{coverage.Faultf(coverage.ReasonBadValue, "p", "p is %d; give 1 to %d", 0, 50), "", "p is 0; give 1 to 50"},
	} {
		if i := tc.issue; i.Value != tc.value || i.Message != tc.message || i.Source == "" || i.Severity != coverage.SeverityError {
			t.Errorf("%+v", i)
		}
	}
}

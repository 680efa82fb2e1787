package coveragetest_test

import (
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
)

func TestMemoryScenarios(t *testing.T) {
	t.Parallel()
	coveragetest.Scenarios(t, func(*testing.T) coverage.Scenarios { return &coveragetest.MemoryScenarios{} })
}

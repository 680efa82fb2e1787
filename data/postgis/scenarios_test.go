package postgis_test

import (
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
)

func TestScenarios(t *testing.T) {
	t.Parallel()
	coveragetest.Scenarios(t, func(t *testing.T) coverage.Scenarios { return open(t, freshURL(t)).Scenarios() })
}

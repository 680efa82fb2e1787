package scenario_test

import (
	"encoding/json"
	"testing"
	"time"
)

var storedAt = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package main

import (
	"strings"
	"testing"

	"kaimen/coverage/standard"

	"github.com/google/go-cmp/cmp"
)

func TestRadiusClasses(t *testing.T) {
	t.Parallel()
	size := func(x float64) *float64 { return &x }
	want := []standard.RadiusClass{
		{MaxAreaM2: size(400), Meters: 100}, {MinAreaM2: size(400), MaxAreaM2: size(5000), Meters: 300}, {MinAreaM2: size(5000), Meters: 500.5},
	}
	got, err := radiusClasses([]string{"-400=100", "400-5000=300", "5000-=500.5"})
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for _, text := range []string{"400=300", "400-5000", "a-b=300", "", "1-2=x"} {
		if _, err := radiusClasses([]string{text}); err == nil {
			t.Errorf("%q is taken for a class", text)
		}
	}
	// All are told at once, and what the classes say is for the Engine to check.
	store := t.TempDir() + "/s.gpkg"
	must(t, "import", small(t, nil), "--store", store)
	_, stderr, code := kaimen(t, "analyze", "audit", "small", "--store", store, "--classes", "1-2,x=3", "--level", "moon")
	for _, part := range []string{`"1-2"`, `"x=3"`, "moon"} {
		if code != exitUsage || !strings.Contains(stderr, part) {
			t.Errorf("exit %d, %s is not told:\n%s", code, part, stderr)
		}
	}
}

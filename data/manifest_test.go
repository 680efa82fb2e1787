package data_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/data"
)

func TestManifestFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		code       string
		line       int
		words      string
	}{
		{"unknown key", "study: s\nname: {zh: 中}\nsourcs: {}\n", coverage.ReasonBadManifest, 3, "sourcs"},
		{"unknown key of a source", "study: s\nsources:\n  demand:\n    - file: a.csv\n      wher: x\n", coverage.ReasonBadManifest, 5, "wher"},
		{"key twice", "study: s\nstudy: t\n", coverage.ReasonBadManifest, 2, "study"},
		{"wrong type", "study: s\nsources:\n  demand: a.csv\n", coverage.ReasonBadManifest, 3, ""},
		{"no YAML", "study: [\n", coverage.ReasonBadManifest, 1, ""},
		{"empty", "", coverage.ReasonBadManifest, 0, "empty"},
		{"two documents", "study: s\nsources: {demand: [{file: a.csv}]}\n---\nstudy: t\n", coverage.ReasonBadManifest, 0, "second"},
		{"no id", "sources: {demand: [{file: a.csv}]}\n", coverage.ReasonBadManifest, 0, "lower case"},
		{"no file", "study: s\nsources: {demand: [{kind: a}]}\n", coverage.ReasonBadManifest, 0, "names no file"},
		{"crs", "study: s\ncrs: Mars\nsources: {demand: [{file: a.csv}]}\n", coverage.ReasonUnknownCRS, 0, "Mars"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := writeStudy(t, map[string]string{"study.yaml": tc.text})
			m, err := data.ReadManifest(path)
			refused, ok := errors.AsType[*coverage.Error](err)
			if m != nil || !ok || len(refused.Issues) != 1 {
				t.Fatalf("have %v, %v", m, err)
			}
			have := refused.Issues[0]
			equal(t, "fault", brief(have), fmt.Sprintf("%s study.yaml %d ", tc.code, tc.line))
			if !strings.Contains(have.Message, tc.words) {
				t.Errorf("%q does not hold %q", have.Message, tc.words)
			}
		})
	}
}

func TestManifestMissing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "study.yaml")
	_, report, err := data.Import(t.Context(), path, data.Options{})
	equal(t, "code", coverage.CodeOf(err), coverage.Invalid)
	equal(t, "issue", brief(report.Issues[0]), "missing_file study.yaml 0 ")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	_, report, err = data.Import(t.Context(), path, data.Options{})
	equal(t, "code of a folder", coverage.CodeOf(err), coverage.Invalid)
	equal(t, "issue of a folder", brief(report.Issues[0]), "unreadable study.yaml 0 ")
}

// FuzzManifest: no text panics, and what is accepted names a study.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(townManifest))
	f.Add([]byte("study: s\nsources: {facilities: [{file: a.csv, where: \"a > 0 && $env['b c'] in [1, 'x']\", kinds: {1: a}}]}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "study.yaml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := data.ReadManifest(path)
		if err != nil {
			equal(t, "code", coverage.CodeOf(err), coverage.Invalid)
			return
		}
		equal(t, "the id is valid", coverage.ValidStudyID(m.Study), true)
	})
}

package standard

import (
	"testing"

	"kaimen/coverage"
)

// Among the files of the program, unlike in an override, what stands in two of
// them is a fault: neither would be seen to win.
func TestFilesDoNotOverrideEachOther(t *testing.T) {
	t.Parallel()
	const text = `
standard: S
name: {zh: 标准, en: Standard}
rules:
  - {id: s/a, name: {zh: 甲, en: A}, bound: least, value: 1, unit: m, source: plan}
circles:
  - {id: c, name: {zh: 圈, en: Circle}, source: plan, needs: [{id: n, name: {zh: 甲, en: A}, kinds: [park], meters: 1}]}
`
	var l Library
	if s := l.read("one.yaml", []byte(text), false); len(s.issues) > 0 {
		t.Fatal(s.issues)
	}
	s := l.read("two.yaml", []byte(text), false)
	if len(s.issues) != 2 || len(l.rules) != 1 || len(l.drafts) != 1 {
		t.Fatalf("%v", s.issues)
	}
	for i, want := range []string{"another file has a rule of this id; give each its own", "another file has a circle of this id; give each its own"} {
		if got := s.issues[i]; got.Code != coverage.ReasonDuplicateID || got.Source != "two.yaml" || got.Message != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
	if l.rules[0].Local {
		t.Error("a rule of a file of the program counts as local")
	}
}

package data

import (
	"fmt"

	"kaimen/coverage"
)

// keptIssues is how many issues of one code are kept for one source. The rest
// is counted: a million rows with the same fault are one fault.
const keptIssues = 1000

// issueLog keeps issues in the order in which they were found.
type issueLog struct {
	issues []coverage.Issue
	counts map[issueKind]int
	full   []issueKind // in the order in which they filled up
	errors bool
}

// issueKind is what issues are counted by.
type issueKind struct {
	source int
	code   string
	like   *coverage.Issue // where the log filled up; nil in keys of counts
}

// add notes an issue of a source.
func (l *issueLog) add(source int, i coverage.Issue) {
	l.errors = l.errors || i.Severity == coverage.SeverityError
	if l.counts == nil {
		l.counts = make(map[issueKind]int)
	}
	kind := issueKind{source: source, code: i.Code}
	l.counts[kind]++
	switch n := l.counts[kind]; {
	case n <= keptIssues:
		l.issues = append(l.issues, i)
	case n == keptIssues+1:
		l.full = append(l.full, issueKind{source: source, code: i.Code, like: &i})
	}
}

// all returns the issues, with one more for every kind of which some were only
// counted.
func (l *issueLog) all() []coverage.Issue {
	out := append(make([]coverage.Issue, 0, len(l.issues)+len(l.full)), l.issues...) // a list in JSON, never null
	for _, k := range l.full {
		n := l.counts[issueKind{source: k.source, code: k.code}]
		out = append(out, coverage.Issue{
			Severity: k.like.Severity, Code: k.code, Layer: k.like.Layer, Source: k.like.Source,
			Message: fmt.Sprintf("%d more rows have the same trouble (%s); only the first %d are listed", n-keptIssues, k.code, keptIssues),
		})
	}
	return out
}

package data

import (
	"cmp"
	"fmt"

	"github.com/paulmach/orb"

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
	kept   int // of one code and source; 0 means keptIssues
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
	case n <= l.most():
		l.issues = append(l.issues, i)
	case n == l.most()+1:
		l.full = append(l.full, issueKind{source: source, code: i.Code, like: &i})
	}
}

func (l *issueLog) most() int { return cmp.Or(l.kept, keptIssues) }

// count is how many issues there are, listed or not.
func (l *issueLog) count() (n int) {
	for _, of := range l.counts {
		n += of
	}
	return n
}

// place gives the issues since a number of them the position of their row,
// which may be known only after them.
func (l *issueLog) place(since int, at *orb.Point) {
	for i := since; i < len(l.issues); i++ {
		if l.issues[i].At == nil {
			l.issues[i].At = at
		}
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
			Message: fmt.Sprintf("%d more rows have the same trouble (%s); only the first %d are listed", n-l.most(), k.code, l.most()),
		})
	}
	return out
}

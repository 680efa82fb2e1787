package standard

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"kaimen/coverage"
)

// The largest text read, some thousand lines, and the deepest brackets in it:
// the parser's time grows with the square of either.
const (
	maxBytes = 64 << 10
	maxDepth = 16
)

// reader gathers the faults of one file.
type reader struct {
	file   string
	issues []coverage.Issue
	unread map[string]bool // ids of rules and circles that have faults
}

func (r *reader) fault(line int, id, code, format string, args ...any) {
	r.issues = append(r.issues, coverage.Issue{
		Severity: coverage.SeverityError, Code: code, Source: r.file, Line: line, Feature: id, Message: fmt.Sprintf(format, args...),
	})
	if id != "" {
		r.unread[id] = true
	}
}

// documents lists the documents of a YAML text that hold a mapping; what is
// neither that nor empty is a fault.
func (r *reader) documents(text []byte) (list []*table) {
	file := r.parse(text)
	if file == nil {
		return nil
	}
	for _, d := range file.Docs {
		switch body := d.Body.(type) {
		case nil, *ast.CommentGroupNode:
		case *ast.MappingNode:
			list = append(list, r.table(body, "", ""))
		default:
			r.fault(lineOf(body), "", coverage.ReasonUnreadable, "%s is no mapping; begin with standard:, rules:, circles: or tiers:", show(body))
		}
	}
	return list
}

func (r *reader) parse(text []byte) (file *ast.File) {
	unreadable := func(line int, format string, args ...any) {
		r.fault(line, "", coverage.ReasonUnreadable, format, args...)
	}
	if len(text) > maxBytes {
		unreadable(0, "the text has %d bytes; at most %d are read", len(text), maxBytes)
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		unreadable(0, "the text is not UTF-8; save it as UTF-8")
		return nil
	}
	// The parser reads foreign bytes, which may surprise it: a file must not end
	// the program.
	defer func() {
		if fault := recover(); fault != nil {
			unreadable(0, "the text is no YAML that can be read: %v", fault)
			file = nil
		}
	}()
	tokens := lexer.Tokenize(string(text))
	if line := tooDeep(tokens); line > 0 {
		unreadable(line, "brackets stand more than %d deep", maxDepth)
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // duplicates are told with the other faults
	if err == nil {
		return file
	}
	line, message := 0, err.Error()
	if at, ok := errors.AsType[yaml.Error](err); ok {
		message = at.GetMessage()
		if t := at.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
	}
	message, _, _ = strings.Cut(message, "\n")
	unreadable(line, "this is no YAML: %s", message)
	return nil
}

// tooDeep is the line where brackets stand too deep; 0 if they never do.
func tooDeep(tokens token.Tokens) int {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
		if depth > maxDepth {
			return t.Position.Line
		}
	}
	return 0
}

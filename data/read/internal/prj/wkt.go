// Package prj finds the name of a coordinate system in its well-known text, as
// ESRI writes it beside shapefiles and OGC 01-009 defines it.
package prj

import (
	"errors"
	"strconv"
	"strings"
)

// maxDepth is far beyond any real text, whose depth is six.
const maxDepth = 32

// node is a keyword with what stands between its brackets.
type node struct {
	word     string // PROJCS, UNIT, …
	values   []string
	children []*node
}

// child is the first child with this word, or an empty node.
func (n *node) child(word string) *node {
	for _, c := range n.children {
		if c.word == word {
			return c
		}
	}
	return &node{}
}

// value is the i-th value, blank if there is none.
func (n *node) value(i int) string {
	if i < len(n.values) {
		return n.values[i]
	}
	return ""
}

// number is the i-th value as a number, otherwise if it is none.
func (n *node) number(i int, otherwise float64) float64 {
	x, err := strconv.ParseFloat(n.value(i), 64)
	if err != nil {
		return otherwise
	}
	return x
}

var errForm = errors.New("the text is not of the form WORD[...]")

// parse reads one node; after it only blanks may stand.
func parse(text string) (*node, error) {
	p := parser{rest: strings.TrimSpace(text)}
	n, err := p.node(0)
	if err == nil && strings.TrimSpace(p.rest) != "" {
		err = errForm
	}
	return n, err
}

type parser struct{ rest string }

func (p *parser) node(depth int) (*node, error) {
	open := strings.IndexAny(p.rest, "[(")
	if open <= 0 || depth > maxDepth {
		return nil, errForm
	}
	n := &node{word: strings.ToUpper(strings.TrimSpace(p.rest[:open]))}
	p.rest = p.rest[open+1:]
	for {
		if err := p.item(n, depth); err != nil {
			return nil, err
		}
		if p.rest == "" {
			return nil, errForm
		}
		c := p.rest[0]
		p.rest = p.rest[1:]
		if c == ']' || c == ')' {
			p.rest = strings.TrimLeft(p.rest, " \t\r\n")
			return n, nil
		}
	}
}

// item reads a quoted text, a node, or a bare word or number, up to the comma
// or bracket after it.
func (p *parser) item(n *node, depth int) error {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	if strings.HasPrefix(p.rest, `"`) {
		text, rest, closed := strings.Cut(p.rest[1:], `"`)
		if !closed {
			return errForm
		}
		n.values = append(n.values, text)
		p.rest = strings.TrimLeft(rest, " \t\r\n")
		if !strings.HasPrefix(p.rest, ",") && !strings.HasPrefix(p.rest, "]") && !strings.HasPrefix(p.rest, ")") {
			return errForm
		}
		return nil
	}
	end := strings.IndexAny(p.rest, ",[]()")
	if end < 0 {
		return errForm
	}
	if p.rest[end] == '[' || p.rest[end] == '(' {
		c, err := p.node(depth + 1)
		if err != nil {
			return err
		}
		n.children = append(n.children, c)
		return nil
	}
	n.values = append(n.values, strings.TrimSpace(p.rest[:end]))
	p.rest = p.rest[end:]
	return nil
}

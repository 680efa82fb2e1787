package ogc

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// readCQLText reads the text notation.
//
// Errors: what is wrong, with its place counted in characters from 1.
func readCQLText(text string, s scope) (test, error) {
	p := &cqlParser{scope: s, text: text}
	p.next()
	t := p.or()
	if p.err == nil && p.token.kind != tokenEnd {
		p.fail("the filter goes on with %s where it should end, or AND or OR should stand", p.token)
	}
	if p.err != nil {
		return nil, p.err
	}
	return t, nil
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenName // in double quotes
	tokenText
	tokenNumber
	tokenSign
)

type token struct {
	kind  tokenKind
	text  string // without quotes; of a sign, the sign
	start int    // bytes
}

// String is the token as an error shows it.
func (t token) String() string {
	if t.kind == tokenEnd {
		return "nothing"
	}
	return strconv.Quote(shown(t.text))
}

// cqlParser reads by recursive descent, one token ahead. After the first fault
// it is at the end of its text.
type cqlParser struct {
	scope
	text  string
	at    int // bytes, behind token
	token token
	depth int
	err   error
}

func (p *cqlParser) fail(format string, args ...any) {
	p.failAt(p.token.start, format, args...)
}

func (p *cqlParser) failAt(start int, format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("at character %d: %s", utf8.RuneCountInString(p.text[:start])+1, fmt.Sprintf(format, args...))
	}
	p.at, p.token = len(p.text), token{start: len(p.text)}
}

var number = regexp.MustCompile(`^[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?|^[0-9]+\.`)

// next reads the next token.
func (p *cqlParser) next() {
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			break
		}
		p.at += size
	}
	start := p.at
	p.token = token{start: start}
	rest := p.text[start:]
	if rest == "" {
		return
	}
	take := func(kind tokenKind, n int) {
		p.token = token{kind, rest[:n], start}
		p.at += n
	}
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\'' || r == '"':
		p.quoted(rest)
	case number.MatchString(rest):
		take(tokenNumber, len(number.FindString(rest)))
	case wordRune(r):
		n := strings.IndexFunc(rest, func(r rune) bool { return !wordRune(r) && !unicode.IsDigit(r) && r != '.' })
		if n < 0 {
			n = len(rest)
		}
		take(tokenWord, n)
	case slices.ContainsFunc([]string{"<>", "<=", ">="}, func(s string) bool { return strings.HasPrefix(rest, s) }):
		take(tokenSign, 2)
	case strings.ContainsRune("=<>(),-+", r):
		take(tokenSign, 1)
	default:
		p.fail("%q is not understood", r)
	}
}

func wordRune(r rune) bool { return r == '_' || r == ':' || unicode.IsLetter(r) }

// quoted reads a text or a name; the quote in it is doubled, or stands behind a
// backslash.
func (p *cqlParser) quoted(rest string) {
	quote := rest[0]
	var out strings.Builder
	for i := 1; i < len(rest); i++ {
		doubled := (rest[i] == quote || rest[i] == '\\') && i+1 < len(rest) && rest[i+1] == quote
		switch {
		case doubled:
			i++
			out.WriteByte(quote)
		case rest[i] == quote:
			kind := tokenText
			if quote == '"' {
				kind = tokenName
			}
			p.token = token{kind, out.String(), p.token.start}
			p.at += i + 1
			return
		default:
			out.WriteByte(rest[i])
		}
	}
	p.fail("the quote %c that begins here has no end", quote)
}

// is tells whether the token is this word or sign, and if so goes on.
func (p *cqlParser) is(text string) bool {
	if (p.token.kind == tokenWord || p.token.kind == tokenSign) && strings.EqualFold(p.token.text, text) {
		p.next()
		return true
	}
	return false
}

func (p *cqlParser) want(text string) {
	if !p.is(text) {
		p.fail("%q is wanted, not %s", text, p.token)
	}
}

// or is the whole of an expression: terms with OR between them.
func (p *cqlParser) or() test {
	if p.depth++; p.depth > maxFilterDepth {
		p.fail("brackets stand more than %d deep", maxFilterDepth)
	}
	defer func() { p.depth-- }()
	tests := []test{p.and()}
	for p.is("OR") {
		tests = append(tests, p.and())
	}
	return anyOf(tests...)
}

func (p *cqlParser) and() test {
	tests := []test{p.negated()}
	for p.is("AND") {
		tests = append(tests, p.negated())
	}
	return all(tests...)
}

func (p *cqlParser) negated() test {
	negative := false
	for p.is("NOT") {
		negative = !negative
	}
	t := p.predicate()
	if negative {
		return not(t)
	}
	return t
}

// predicate is a comparison, a test of a place, a constant, or an expression in
// brackets.
func (p *cqlParser) predicate() test {
	start := p.token.start
	if p.is("(") {
		t := p.or()
		p.want(")")
		return t
	}
	if p.token.kind == tokenWord && strings.EqualFold(p.token.text, "S_INTERSECTS") {
		p.next()
		p.want("(")
		a := p.place()
		p.want(",")
		b := p.place()
		p.want(")")
		return intersects(a, b)
	}
	a := p.operand()
	t, err := p.compared(a)
	if err != nil {
		p.failAt(start, "%s", err)
	}
	return t
}

// compared is what follows the left side of a comparison.
func (p *cqlParser) compared(a operand) (test, error) {
	if p.err != nil {
		return nil, p.err
	}
	if p.is("IS") {
		negative := p.is("NOT")
		p.want("NULL")
		return negatedIf(negative, isNull(a), nil)
	}
	negative := p.is("NOT")
	switch {
	case p.is("LIKE"):
		pattern := p.token
		if pattern.kind != tokenText {
			p.fail("a pattern in single quotes is wanted, not %s", pattern)
		} else {
			p.next()
		}
		t, err := like(a, pattern.text)
		return negatedIf(negative, t, err)
	case p.is("BETWEEN"):
		low := p.operand()
		p.want("AND")
		high := p.operand()
		if p.err != nil {
			return nil, p.err
		}
		t, err := between(a, low, high)
		return negatedIf(negative, t, err)
	case p.is("IN"):
		list := p.list()
		if p.err != nil {
			return nil, p.err
		}
		t, err := among(a, list)
		return negatedIf(negative, t, err)
	case negative:
		p.fail("LIKE, BETWEEN or IN is wanted behind NOT, not %s", p.token)
		return nil, p.err
	}
	for _, op := range []string{"=", "<>", "<=", ">=", "<", ">"} {
		if p.is(op) {
			b := p.operand()
			if p.err != nil {
				return nil, p.err
			}
			return comparison(op, a, b)
		}
	}
	if a.kind == "boolean" {
		return comparison("=", a, constant(true))
	}
	p.fail("a comparison is wanted behind %s, not %s", a.word, p.token)
	return nil, p.err
}

func negatedIf(negative bool, t test, err error) (test, error) {
	if err != nil || !negative {
		return t, err
	}
	return not(t), nil
}

func (p *cqlParser) list() (list []operand) {
	p.want("(")
	for {
		list = append(list, p.operand())
		if !p.is(",") {
			p.want(")")
			return list
		}
	}
}

// operand is a property, a text, a number, TRUE, FALSE, DATE('…') or
// TIMESTAMP('…'). A moment is its text: that is how layers keep theirs.
func (p *cqlParser) operand() operand {
	t := p.token
	switch {
	case t.kind == tokenText:
		p.next()
		return constant(t.text)
	case t.kind == tokenNumber || t.kind == tokenSign && (t.text == "-" || t.text == "+"):
		return constant(p.number())
	case p.is("TRUE"):
		return constant(true)
	case p.is("FALSE"):
		return constant(false)
	case t.kind == tokenWord && (strings.EqualFold(t.text, "DATE") || strings.EqualFold(t.text, "TIMESTAMP")) && strings.HasPrefix(strings.TrimSpace(p.text[p.at:]), "("):
		p.next()
		p.want("(")
		moment := p.token
		if moment.kind != tokenText || strings.Contains(moment.text, "/") || momentsFault(moment.text) != "" {
			p.fail("a moment in single quotes is wanted, not %s", moment)
			return operand{}
		}
		p.next()
		p.want(")")
		return constant(moment.text)
	case t.kind == tokenWord || t.kind == tokenName:
		a, err := p.property(t.text)
		if err != nil {
			p.fail("%s", err)
			return operand{}
		}
		p.next()
		return a
	}
	p.fail("a property or a value is wanted, not %s", t)
	return operand{}
}

// number reads a number with its sign.
func (p *cqlParser) number() any {
	minus := ""
	if p.is("-") {
		minus = "-"
	} else {
		p.is("+")
	}
	t := p.token
	if t.kind != tokenNumber {
		p.fail("a number is wanted, not %s", t)
		return 0.0
	}
	p.next()
	return plainNumber(minus + t.text)
}

// plainNumber is an int64 where the text is one, else a float64.
func plainNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	x, _ := strconv.ParseFloat(text, 64) // out of range it is an infinity, which compares rightly
	return x
}

// place is the geometry property, BBOX(…), or a shape in well-known text.
func (p *cqlParser) place() place {
	t := p.token
	switch {
	case (t.kind == tokenWord || t.kind == tokenName) && t.text == geometryProperty:
		g, err := p.geometry()
		if err != nil {
			p.fail("%s", err)
		}
		p.next()
		return g
	case p.is("BBOX"):
		return p.bbox(t.start)
	case t.kind == tokenWord:
		g, end, err := shapeIn(p.text, t.start)
		if err == nil {
			g, err = p.literal(g)
		}
		if err != nil {
			p.fail("%s", err)
			return place{}
		}
		p.at = end
		p.next()
		return place{g}
	}
	p.fail("%s or a shape is wanted, not %s", geometryProperty, t)
	return place{}
}

func (p *cqlParser) bbox(start int) place {
	p.want("(")
	var v []float64
	for p.err == nil {
		v = append(v, float(p.number()))
		if !p.is(",") {
			break
		}
	}
	p.want(")")
	if p.err != nil {
		return place{}
	}
	g, err := p.boxShape(v)
	if err != nil {
		p.failAt(start, "%s", err)
	}
	return place{g}
}

var shapeWord = regexp.MustCompile(`(?i)^(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)\s*\(`)

// shapeIn reads well-known text from a place on, and tells where it ends.
func shapeIn(text string, start int) (orb.Geometry, int, error) {
	if !shapeWord.MatchString(text[start:]) {
		return nil, 0, fmt.Errorf("%s, BBOX(…), or a shape such as POLYGON((…)) is wanted", geometryProperty)
	}
	open := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '(':
			open++
		case ')':
			if open--; open > 0 {
				continue
			}
			g, err := wkt.Unmarshal(strings.ToUpper(strings.Join(strings.Fields(text[start:i+1]), " ")))
			if err != nil {
				return nil, 0, errors.New("the shape that begins here is not well formed")
			}
			return g, i + 1, wholeShape(g)
		}
	}
	return nil, 0, errors.New("the brackets of the shape that begins here do not close")
}

// wholeShape refuses shapes that bound nothing.
func wholeShape(g orb.Geometry) error {
	rings := func(p orb.Polygon) error {
		for _, ring := range p {
			if len(ring) < 4 || !ring.Closed() {
				return errors.New("a ring needs four positions, the last equal to the first")
			}
		}
		return nil
	}
	switch g := g.(type) {
	case orb.LineString:
		if len(g) < 2 {
			return errors.New("a line needs two positions")
		}
	case orb.Polygon:
		return rings(g)
	case orb.MultiPolygon:
		for _, p := range g {
			if err := rings(p); err != nil {
				return err
			}
		}
	case orb.Collection:
		for _, member := range g {
			if err := wholeShape(member); err != nil {
				return err
			}
		}
	}
	return nil
}

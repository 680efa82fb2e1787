package gazetteer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// fold is text as it is compared: full-width letters as plain ones, in lower
// case, without accents, and without all that is neither letter nor digit.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(text))
}

// sounds gives the ways in which characters are read, each worked out once.
type sounds map[rune][]string

// of lists the readings of a character in plain letters, none for what is no
// Chinese character.
func (s sounds) of(r rune) []string {
	if r < 0x3007 {
		return nil
	}
	if known, ok := s[r]; ok {
		return known
	}
	var list []string
	args := pinyin.NewArgs()
	args.Heteronym = true
	for _, reading := range pinyin.SinglePinyin(r, args) {
		list = append(list, reading)
		if plain := strings.ReplaceAll(reading, "v", "u"); plain != reading { // lv may be typed lu
			list = append(list, plain)
		}
	}
	slices.Sort(list)
	s[r] = slices.Compact(list)
	return s[r]
}

// spoken is a folded name with the readings of its characters.
type spoken struct {
	runes    []rune
	readings [][]string // along runes
}

// speak reads a folded name; nil where it has no character to be read.
func (s sounds) speak(name string) *spoken {
	p := &spoken{runes: []rune(name)}
	heard := false
	for _, r := range p.runes {
		list := s.of(r)
		heard = heard || len(list) > 0
		p.readings = append(p.readings, list)
	}
	if !heard {
		return nil
	}
	return p
}

// find tells where the query begins in the name as it is read, and whether it
// goes to its end; -1 where it is not in it. Each character may be given itself,
// by a whole reading or by its first letters; the last by the beginning of a
// reading.
func (p *spoken) find(query string) (at int, whole bool) {
	for at := range p.runes {
		if end := p.match(at, query); end >= 0 {
			return at, at == 0 && end == len(p.runes)
		}
	}
	return -1, false
}

// match is where the name goes on behind a query that begins at a place; -1
// where it does not.
func (p *spoken) match(at int, query string) int {
	if query == "" {
		return at
	}
	if at == len(p.runes) {
		return -1
	}
	if r, size := utf8.DecodeRuneInString(query); r == p.runes[at] {
		if end := p.match(at+1, query[size:]); end >= 0 {
			return end
		}
	}
	for _, reading := range p.readings[at] {
		if reading[0] != query[0] {
			continue
		}
		if strings.HasPrefix(reading, query) {
			return at + 1
		}
		for _, part := range [...]string{reading, initial(reading), reading[:1]} {
			rest, ok := strings.CutPrefix(query, part)
			if !ok {
				continue
			}
			if end := p.match(at+1, rest); end >= 0 {
				return end
			}
		}
	}
	return -1
}

// initial is what a reading begins with, zh, ch and sh being one.
func initial(reading string) string {
	if len(reading) > 1 && reading[1] == 'h' {
		return reading[:2]
	}
	return reading[:1]
}

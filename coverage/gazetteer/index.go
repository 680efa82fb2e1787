package gazetteer

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Entry is something that can be found.
type Entry struct {
	Group string   // what it is listed with
	Names []string // what it is called, in any language; blanks are skipped
	ID    string   // found by its beginning; empty for none
	Rank  int      // among entries of equal weight, the lowest first
	// Weight is how much it matters, such as its people: the heaviest first.
	Weight float64
}

// Match is how a query was found in an entry.
type Match string

// The matches, the best first.
const (
	Exact  Match = "exact"  // the name or the id is the query
	Prefix Match = "prefix" // the name begins with it
	Inside Match = "inside" // the name holds it
	Pinyin Match = "pinyin" // the name is read so
	ByID   Match = "id"     // the id begins with it
)

// Matches lists them, the best first.
func Matches() []Match { return []Match{Exact, Prefix, Inside, Pinyin, ByID} }

// Hit is an entry that was found.
type Hit struct {
	Entry int // its place in what the Index was made of
	Match Match
	score int // lower is better
}

// Index finds entries. It is built once, then only read; any number of
// goroutines may share it.
type Index struct {
	entries []Entry
	keys    []key
}

// key is how an entry is found.
type key struct {
	names  []string // folded
	spoken []*spoken
	id     string
}

// New makes an Index of entries.
//
// Cost: O(total length of the names).
func New(entries []Entry) *Index {
	x := &Index{entries: entries, keys: make([]key, len(entries))}
	heard := make(sounds)
	for i := range entries {
		k := &x.keys[i]
		k.id = fold(entries[i].ID)
		for _, name := range entries[i].Names {
			folded := fold(name)
			if folded == "" || slices.Contains(k.names, folded) {
				continue
			}
			k.names = append(k.names, folded)
			if s := heard.speak(folded); s != nil {
				k.spoken = append(k.spoken, s)
			}
		}
	}
	return x
}

// Find returns at most limit hits, and how many there are in all. They stand in
// groups, that of the best hit first; within one the best first: by how they
// match, then the heaviest, the lowest rank, the shortest name, the first in the
// alphabet. No group takes more than half of the places that others could use.
//
// Cost: O(total length of the names); a millisecond for some ten thousand.
func (x *Index) Find(query string, limit int) (hits []Hit, total int) {
	query = fold(query)
	if query == "" || limit < 1 {
		return nil, 0
	}
	latin := strings.ContainsFunc(query, func(r rune) bool { return r >= 'a' && r <= 'z' })
	best := make(map[string][]Hit) // of each group as many as may be listed, in order
	for i := range x.keys {
		match, score := x.keys[i].match(query, latin)
		if score < 0 {
			continue
		}
		total++
		group, h := x.entries[i].Group, Hit{i, match, score}
		list := best[group]
		if len(list) == limit && x.compare(h, list[limit-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, h, x.compare)
		list = slices.Insert(list, at, h)
		best[group] = list[:min(len(list), limit)]
	}
	for _, list := range best {
		hits = append(hits, list...)
	}
	slices.SortFunc(hits, x.compare)
	return x.grouped(hits, limit), total
}

// Where a query is found in a name, the best first. A whole reading is as good as
// the beginning of a name.
const (
	scoreExact = iota
	scorePrefix
	scoreInside
	scoreReadFirst
	scoreReadInside
	scoreID
)

// match tells how the query is found in k; a score of -1 where it is not.
func (k *key) match(query string, latin bool) (Match, int) {
	best, score := Match(""), -1
	take := func(m Match, s int) {
		if score < 0 || s < score {
			best, score = m, s
		}
	}
	if k.id != "" && k.id == query {
		return Exact, scoreExact
	}
	for _, name := range k.names {
		switch at := strings.Index(name, query); {
		case at == 0 && len(name) == len(query):
			return Exact, scoreExact
		case at == 0:
			take(Prefix, scorePrefix)
		case at > 0:
			take(Inside, scoreInside)
		}
	}
	if score < 0 && latin {
		for _, s := range k.spoken {
			switch at, whole := s.find(query); {
			case whole:
				take(Pinyin, scorePrefix)
			case at == 0:
				take(Pinyin, scoreReadFirst)
			case at > 0:
				take(Pinyin, scoreReadInside)
			}
		}
	}
	if score < 0 && strings.HasPrefix(k.id, query) {
		take(ByID, scoreID)
	}
	return best, score
}

func (x *Index) compare(a, b Hit) int {
	p, q := &x.entries[a.Entry], &x.entries[b.Entry]
	return cmp.Or(
		cmp.Compare(a.score, b.score),
		cmp.Compare(q.Weight, p.Weight),
		cmp.Compare(p.Rank, q.Rank),
		cmp.Compare(x.length(a.Entry), x.length(b.Entry)),
		slices.Compare(x.keys[a.Entry].names, x.keys[b.Entry].names),
		cmp.Compare(p.ID, q.ID),
		cmp.Compare(a.Entry, b.Entry),
	)
}

// length is that of the first name.
func (x *Index) length(i int) int {
	if names := x.keys[i].names; len(names) > 0 {
		return utf8.RuneCountInString(names[0])
	}
	return utf8.RuneCountInString(x.keys[i].id)
}

// grouped takes the best hits, of no group more than half as long as others have
// some, and puts those of a group together.
func (x *Index) grouped(sorted []Hit, limit int) []Hit {
	var taken, left []Hit
	count := make(map[string]int)
	for _, h := range sorted {
		group := x.entries[h.Entry].Group
		if len(taken) < limit && count[group] < max(1, limit/2) {
			taken = append(taken, h)
			count[group]++
		} else if len(left) < limit {
			left = append(left, h)
		}
	}
	taken = append(taken, left[:min(len(left), limit-len(taken))]...)
	slices.SortStableFunc(taken, x.compare)
	var order []string
	for _, h := range taken {
		if group := x.entries[h.Entry].Group; !slices.Contains(order, group) {
			order = append(order, group)
		}
	}
	slices.SortStableFunc(taken, func(a, b Hit) int {
		return cmp.Compare(slices.Index(order, x.entries[a.Entry].Group), slices.Index(order, x.entries[b.Entry].Group))
	})
	return taken
}

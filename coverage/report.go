package coverage

import (
	"slices"
	"strings"
)

// Report says what became of every row of an import. It belongs to a Snapshot
// but not to its hash: it speaks of files and rows, not of the content.
type Report struct {
	Sources []SourceReport `json:"sources"`
	// Network says, by layer, how the used rows sit on the walking network.
	Network []NetworkReport `json:"network,omitempty"`
	Issues  []Issue         `json:"issues"`
	// Guesses lists what was assumed because the manifest did not say.
	Guesses []string `json:"guesses,omitempty"`
}

// SourceReport is the balance of one source: Read = Used + the sum of SetAside.
type SourceReport struct {
	Layer    LayerName     `json:"layer"`
	Source   string        `json:"source"`
	Read     int           `json:"read"`
	Used     int           `json:"used"`
	SetAside []ReasonCount `json:"set_aside,omitempty"` // ordered by code
}

// NetworkReport counts the end states of a layer's used rows on the network.
type NetworkReport struct {
	Layer   LayerName     `json:"layer"`
	Profile string        `json:"profile"`
	States  []ReasonCount `json:"states"` // ordered by code; rows add up to the layer's
}

// ReasonCount is how many rows ended for one reason, and the people among them.
type ReasonCount struct {
	Code   string `json:"code"`
	Rows   int    `json:"rows"`
	People Amount `json:"people,omitempty"`
}

// Tally counts rows by reason code.
type Tally map[string]ReasonCount

// Add counts one row with its people under code.
func (t Tally) Add(code string, people Amount) {
	c := t[code]
	c.Code, c.Rows, c.People = code, c.Rows+1, c.People+people
	t[code] = c
}

// Counts returns the tally ordered by code.
func (t Tally) Counts() []ReasonCount {
	out := make([]ReasonCount, 0, len(t))
	for _, c := range t {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b ReasonCount) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Reconciles tells whether every source's rows add up.
func (r Report) Reconciles() bool {
	for _, s := range r.Sources {
		sum := s.Used
		for _, c := range s.SetAside {
			sum += c.Rows
		}
		if sum != s.Read {
			return false
		}
	}
	return true
}

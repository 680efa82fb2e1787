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
	// Levels says, outermost first, how the zones of each level fit together.
	Levels []LevelReport `json:"levels,omitempty"`
	Issues []Issue       `json:"issues"`
	// Edits counts, by layer, the rows that were changed one by one since.
	Edits []EditReport `json:"edits,omitempty"`
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
	// Repairs counts the used rows whose shape was set right on the way in, by
	// what was done; a row may stand under several.
	Repairs []ReasonCount `json:"repairs,omitempty"`
}

// EditReport counts the rows of a layer that were changed one by one since the
// layer was imported as a whole.
type EditReport struct {
	Layer   LayerName `json:"layer"`
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Removed int       `json:"removed"`
}

// What is set right in shapes without asking: none of it moves an edge.
const (
	RepairRingClosed = "ring_closed" // the first position was put at the end again
	RepairRingTurned = "ring_turned" // outer rings run counterclockwise, holes clockwise
)

// NetworkReport counts the end states of a layer's used rows on the network.
type NetworkReport struct {
	Layer   LayerName     `json:"layer"`
	Profile string        `json:"profile"`
	States  []ReasonCount `json:"states"` // ordered by code; rows add up to the layer's
}

// LevelReport says how the zones of one level fit into each other and into the
// zones around them. Areas are square meters, to the nearest one. What is not
// looked at (buildings need not tile their grid) is 0.
type LevelReport struct {
	Level     Level `json:"level"`
	Zones     int   `json:"zones"`
	Dedicated int   `json:"dedicated"` // zones that are one institution
	ByID      int   `json:"by_id"`     // zones that name the zone around them
	ByPlace   int   `json:"by_place"`  // zones whose parent was found by where they lie
	Orphans   int   `json:"orphans"`   // zones in none, though there is an outer level

	AreaM2     float64 `json:"area_m2"` // of all zones, overlaps counted twice
	Gaps       int     `json:"gaps"`    // between zones of this level, within their parent
	GapM2      float64 `json:"gap_m2"`
	Overlaps   int     `json:"overlaps"` // pairs of zones
	OverlapM2  float64 `json:"overlap_m2"`
	Outside    int     `json:"outside"` // zones that reach beyond their parent
	OutsideM2  float64 `json:"outside_m2"`
	Duplicates int     `json:"duplicates"`
	Slivers    int     `json:"slivers"` // thin or small gaps, overlaps and reaches, in none of the counts above
	SliverM2   float64 `json:"sliver_m2"`
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

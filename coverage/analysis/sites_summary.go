package analysis

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/siting"
)

// SitesSummary is the plan as a whole.
type SitesSummary struct {
	Model siting.Model `json:"model"`
	// Objective is what the plan achieves, and Bound what no plan can pass, both in
	// Unit; Meaning says it in words. Gap is how far they are apart, as a share of
	// the larger. Proven is true if no plan is better.
	Objective float64 `json:"objective"`
	Bound     float64 `json:"bound"`
	Gap       float64 `json:"gap"`
	Proven    bool    `json:"proven"`
	Unit      string  `json:"unit"`
	Meaning   string  `json:"meaning"`
	// End is why the search ended: proven, effort, canceled or deadline. Complete is
	// false where the answer lacks what was asked for, being cut short.
	End      string `json:"end"`
	Complete bool   `json:"complete"`

	Sites  int    `json:"sites"` // opened
	Spent  int64  `json:"spent"`
	Budget *int64 `json:"budget"`

	// Demand is of all kinds, as the model counts it. Before is within the cutoff of
	// existing facilities, After of these and the plan. Unreachable is beyond the
	// cutoff of every site there is, and Uncovered the rest that is not After.
	Demand            coverage.Amount `json:"demand"`
	Before            coverage.Amount `json:"before"`
	After             coverage.Amount `json:"after"`
	BeforeRate        *float64        `json:"before_rate"`
	AfterRate         *float64        `json:"after_rate"`
	Uncovered         coverage.Amount `json:"uncovered"`
	Unreachable       coverage.Amount `json:"unreachable"`
	UnreachablePoints int             `json:"unreachable_points"`
	// The mean way to the nearest site, in seconds, or in meters by a cutoff in
	// meters, over demand that is within what was searched; nil for none.
	MeanBefore *float64 `json:"mean_before"`
	MeanAfter  *float64 `json:"mean_after"`
	// Short is how much demand the plan falls short of what the model asks for; 0
	// but in plans that were cut short.
	Short coverage.Amount `json:"short"`

	CandidateCount int        `json:"candidate_count"`
	RejectedCount  int        `json:"rejected_count"`
	Marks          SiteMarks  `json:"marks"`
	Fair           SiteFair   `json:"fairness"`
	Work           int64      `json:"work"`  // pairs of demand and site that the search visited
	Nodes          int        `json:"nodes"` // of the search tree
	Kinds          []SiteSum  `json:"kinds" nullable:"false"`
	Areas          []SiteArea `json:"areas" nullable:"false"` // zones of the area level

	UnreachableLargest []SitePlace       `json:"unreachable_largest" nullable:"false"`
	Curve              []SiteCurvePoint  `json:"curve" nullable:"false"`
	AlternativePlans   []SiteAlternative `json:"alternatives" nullable:"false"`
	Changes            []SiteChange      `json:"stability" nullable:"false"`
	Skipped            []SiteSkipped     `json:"stability_skipped" nullable:"false"`
	RejectedBy         []SiteRejections  `json:"rejected_by" nullable:"false"`
	Notes              []string          `json:"notes" nullable:"false"` // what holds of all candidates
	Candidates         []SiteCandidate   `json:"candidates" nullable:"false"`
	Rejected           []SiteRejected    `json:"rejected" nullable:"false"`
}

// SiteMarks counts the candidates by mark; see siting.Marks.
type SiteMarks struct {
	In              int `json:"in"`
	Out             int `json:"out"`
	Interchangeable int `json:"interchangeable"`
	Open            int `json:"open"`
}

// SiteFair is the price of fairness: what mclp covers with the same means where no
// zone is looked at, and what this plan covers less. All is nil but for maxmin and
// a floor.
type SiteFair struct {
	Without      *coverage.Amount `json:"without" nullable:"true"`
	WithoutBound *coverage.Amount `json:"without_bound" nullable:"true"`
	Price        *coverage.Amount `json:"price" nullable:"true"`
	PriceShare   *float64         `json:"price_share"` // of Without
	LeastRate    *float64         `json:"least_rate"`  // of the zone covered least, by this plan
	LeastWithout *float64         `json:"least_without"`
}

// SiteSum is one kind of a plan.
type SiteSum struct {
	Kind       string          `json:"kind"`
	Cohort     string          `json:"cohort"`
	CutoffS    *float64        `json:"cutoff_s"`
	CutoffM    *float64        `json:"cutoff_m"`
	Existing   int             `json:"existing"`
	Candidates int             `json:"candidates"`
	Number     int             `json:"number"` // asked for; 0 for any
	Sites      int             `json:"sites"`  // opened
	Spent      int64           `json:"spent"`
	Demand     coverage.Amount `json:"demand"` // of the cohort, not weighted
	Before     coverage.Amount `json:"before"`
	After      coverage.Amount `json:"after"`
	BeforeRate *float64        `json:"before_rate"`
	AfterRate  *float64        `json:"after_rate"`
}

// SiteArea is how a zone is covered by one kind before and after.
type SiteArea struct {
	Kind       string          `json:"kind"`
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Demand     coverage.Amount `json:"demand"`
	Before     coverage.Amount `json:"before"`
	After      coverage.Amount `json:"after"`
	BeforeRate *float64        `json:"before_rate"`
	AfterRate  *float64        `json:"after_rate"`
}

// SitePlace is a demand point.
type SitePlace struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind"`
	At     orb.Point       `json:"at"`
	Demand coverage.Amount `json:"demand"`
}

// SiteCurvePoint is the best plan found for a number of sites. Phased is the
// objective of that number of sites of one order, in which each number adds a site
// to those before; nil where so few are no plan.
type SiteCurvePoint struct {
	Number    int      `json:"number"`
	Objective float64  `json:"objective"`
	Bound     float64  `json:"bound"`
	Proven    bool     `json:"proven"`
	Phased    *float64 `json:"phased"`
	Sites     []string `json:"sites" nullable:"false"`
}

// SiteAlternative is another plan about as good.
type SiteAlternative struct {
	Objective float64  `json:"objective"`
	Worse     float64  `json:"worse"` // than the plan, as a share of its objective; below 0 for better
	Added     []string `json:"added" nullable:"false"`
	Removed   []string `json:"removed" nullable:"false"`
}

// SiteChange is how the plan holds when something changes; see
// siting.VariantResult.
type SiteChange struct {
	Name       string   `json:"name"`
	Achieved   float64  `json:"achieved"`
	Best       float64  `json:"best"`
	Bound      float64  `json:"bound"`
	Proven     bool     `json:"proven"`
	Regret     *float64 `json:"regret"`
	RegretMost *float64 `json:"regret_most"`
	// Short is how much demand the plan then falls short of what the model asks for.
	Short  coverage.Amount `json:"short"`
	Broken string          `json:"broken,omitempty"` // a rule that the plan breaks then
	Failed string          `json:"failed,omitempty"` // why there is no plan then
	Sites  []string        `json:"sites" nullable:"false"`
}

// SiteSkipped is a change that says nothing or cannot be judged.
type SiteSkipped struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// SiteRejections counts sites that a reason bars; one site may have several.
type SiteRejections struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
	Rows int    `json:"rows"`
}

// SiteCandidate is a place that a facility may go to.
type SiteCandidate struct {
	ID           string      `json:"id"`
	Kind         string      `json:"kind"`
	Name         string      `json:"name"`
	Source       string      `json:"source"`
	At           orb.Point   `json:"at"`
	Mark         siting.Mark `json:"mark"`
	Chosen       bool        `json:"chosen"`
	Cost         int64       `json:"cost"`
	Capacity     *float64    `json:"capacity"`
	AreaM2       *float64    `json:"area_m2"`
	WidthM       *float64    `json:"width_m"`
	FrontageM    *float64    `json:"frontage_m"`
	SlopePercent *float64    `json:"slope_percent"`
	Remarks      []string    `json:"remarks" nullable:"false"`
}

// SiteRejected is a place that a facility may not go to, with all reasons.
type SiteRejected struct {
	ID      string             `json:"id"`
	Kind    string             `json:"kind"`
	Name    string             `json:"name"`
	Source  string             `json:"source"`
	At      orb.Point          `json:"at"`
	Reasons []candidate.Reason `json:"reasons" nullable:"false"`
}

// size is what a summary weighs beside rows of answers.
func (s *SitesSummary) size() int {
	return len(s.Candidates) + len(s.Rejected) + len(s.Areas) + len(s.Curve) + len(s.Changes)
}

// rejectedBy counts reasons, by kind and code.
func (w *siteWork) rejectedBy() []SiteRejections {
	counts := make(map[[2]string]int)
	for i := range w.found.Rejected {
		r := &w.found.Rejected[i]
		for _, reason := range r.Reasons {
			counts[[2]string{r.Kind, reason.Code}]++
		}
	}
	list := []SiteRejections{}
	for key, n := range counts {
		list = append(list, SiteRejections{key[0], key[1], n})
	}
	slices.SortFunc(list, func(a, b SiteRejections) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// positive is a figure of which 0 stands for none.
func positive(x float64) *float64 {
	if x > 0 {
		return &x
	}
	return nil
}

// listed are all candidates with their marks, and all that was rejected.
func (s *SitesSummary) list(w *siteWork, marks []siting.Mark, chosen []bool) {
	s.Candidates, s.Rejected = []SiteCandidate{}, []SiteRejected{}
	if !*w.Options.Details {
		return
	}
	for i := range w.found.Candidates {
		c := &w.found.Candidates[i]
		s.Candidates = append(s.Candidates, SiteCandidate{
			ID: c.ID, Kind: c.Kind, Name: c.Name, Source: string(c.Source), At: c.At, Mark: marks[i], Chosen: chosen[i], Cost: c.Cost,
			Capacity: c.Capacity, AreaM2: positive(decimeters(c.AreaM2)), WidthM: positive(decimeters(c.WidthM)),
			FrontageM: positive(decimeters(c.FrontageM)), SlopePercent: c.SlopePercent, Remarks: messages(c.Remarks),
		})
	}
	for i := range w.found.Rejected {
		r := &w.found.Rejected[i]
		s.Rejected = append(s.Rejected, SiteRejected{r.ID, r.Kind, r.Name, string(r.Source), r.At, r.Reasons})
	}
}

func messages(reasons []candidate.Reason) []string {
	list := make([]string, len(reasons))
	for i := range reasons {
		list[i] = reasons[i].Message
	}
	return list
}

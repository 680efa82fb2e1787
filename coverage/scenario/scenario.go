package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/crs"
)

// Verb says what a change does.
type Verb string

// The changes there are.
const (
	AddFacility    Verb = "add_facility"
	RemoveFacility Verb = "remove_facility"
	MoveFacility   Verb = "move_facility"
	CloseRoad      Verb = "close_road"
	OpenRoad       Verb = "open_road"
	DrawRoad       Verb = "draw_road"
	CloseGate      Verb = "close_gate"
	OpenGate       Verb = "open_gate"
	AddGate        Verb = "add_gate"
)

// Scenario is changes in their order. The zero value changes nothing. It is
// only read once it is made; goroutines may share it.
type Scenario struct {
	Name    coverage.Name `json:"name,omitzero" doc:"What the scenario is called, in Chinese, English or both."`
	CRS     string        `json:"crs,omitempty" doc:"The coordinate system of all places, in degrees: WGS 84, GCJ-02 or BD-09. Default: WGS 84." example:"GCJ-02"`
	Changes []Change      `json:"changes" nullable:"false" doc:"Made one after another, in this order."`
}

// Change is one change. Which members it needs and may have goes by Verb; the
// others stay at their zero values.
type Change struct {
	Verb Verb `json:"change" enum:"add_facility,remove_facility,move_facility,close_road,open_road,draw_road,close_gate,open_gate,add_gate" doc:"What is changed."`

	Kind      string      `json:"kind,omitempty" doc:"Of a facility: its kind." example:"pocket_park"`
	ID        string      `json:"id,omitempty" doc:"Of a facility: its id; with the kind it names one facility." example:"n1"`
	Name      string      `json:"name,omitempty" doc:"Of a facility that is added." example:"Corner park"`
	At        *orb.Point  `json:"at,omitempty" doc:"Longitude and latitude of a facility or gate." example:"[105.07,29.59]"`
	Entrances []orb.Point `json:"entrances,omitempty" nullable:"false" doc:"Where a facility is entered; without any, at its own place." example:"[[105.07,29.59]]"`
	Capacity  *float64    `json:"capacity,omitempty" doc:"Of a facility that is added: places, stalls or beds; 0 or more." example:"60"`

	Road  string            `json:"road,omitempty" doc:"Id of a road of the study." example:"900000000001"`
	From  *orb.Point        `json:"from,omitempty" doc:"With to: the road is closed between these places, which lie within 15 m of it; else all of it is." example:"[105.07,29.59]"`
	To    *orb.Point        `json:"to,omitempty" doc:"With from." example:"[105.071,29.59]"`
	Line  []orb.Point       `json:"line,omitempty" nullable:"false" doc:"Of a road that is drawn. An end within 15 m of a road joins it; what it crosses on its way it does not meet." example:"[[105.07,29.59],[105.071,29.59]]"`
	Class string            `json:"class,omitempty" doc:"Of a road that is drawn: its OpenStreetMap highway value." example:"footway"`
	Tags  map[string]string `json:"tags,omitempty" doc:"Of a road that is drawn: further OpenStreetMap tags, such as oneway." example:"{\"oneway\":\"yes\"}"`

	Gate  string `json:"gate,omitempty" doc:"Id of a gate; of one that is added, if it is to be named." example:"G001"`
	State string `json:"state,omitempty" doc:"Of a gate that is added: closed to everybody, or for residents, who enter or leave by it and do not pass through; open ones change nothing until they are closed." example:"closed"`
}

// The most that a scenario may hold.
const (
	maxChanges   = 1000
	maxPoints    = 10_000 // of one line, or of one facility's entrances
	maxAllPoints = 50_000 // of all changes
	maxWordBytes = 500    // of an id, a name, a tag
	maxTags      = 100
)

// form says which members a change has.
type form struct {
	verb        Verb
	needs, more []string
}

// forms are the changes in the order in which they are explained.
var forms = []form{
	{AddFacility, []string{"kind", "id", "at"}, []string{"name", "entrances", "capacity"}},
	{RemoveFacility, []string{"kind", "id"}, nil},
	{MoveFacility, []string{"kind", "id", "at"}, []string{"entrances"}},
	{CloseRoad, []string{"road"}, []string{"from", "to"}},
	{OpenRoad, []string{"road"}, nil},
	{DrawRoad, []string{"line", "class"}, []string{"tags"}},
	{CloseGate, []string{"gate"}, nil},
	{OpenGate, []string{"gate"}, nil},
	{AddGate, []string{"at", "state"}, []string{"gate"}},
}

// member is one member of a change and whether it is given.
type member struct {
	name  string
	given bool
}

func (c *Change) members() []member {
	return []member{
		{"kind", c.Kind != ""},
		{"id", c.ID != ""},
		{"name", c.Name != ""},
		{"at", c.At != nil},
		{"entrances", len(c.Entrances) > 0},
		{"capacity", c.Capacity != nil},
		{"road", c.Road != ""},
		{"from", c.From != nil},
		{"to", c.To != nil},
		{"line", len(c.Line) > 0},
		{"class", c.Class != ""},
		{"tags", len(c.Tags) > 0},
		{"gate", c.Gate != ""},
		{"state", c.State != ""},
	}
}

// Empty tells whether nothing is changed.
func (s *Scenario) Empty() bool { return s == nil || len(s.Changes) == 0 }

// Hash names the changes with their order and coordinate system, whatever the
// scenario is called: 12 hexadecimal digits.
func (s *Scenario) Hash() string {
	text, err := json.Marshal(Scenario{CRS: s.CRS, Changes: append([]Change{}, s.Changes...)})
	if err != nil {
		text = []byte(err.Error()) // a number that is none: Check refuses it
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// Check finds every fault that a scenario has whatever it is applied to:
// members that a change lacks or cannot have, and values out of bounds. The
// Line of an issue is the number of its change.
func (s *Scenario) Check() (issues []coverage.Issue) {
	system, err := s.system()
	if err != nil {
		issues = append(issues, coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "scenario.crs", Message: err.Error(),
		})
	}
	if len(s.Changes) > maxChanges {
		return append(issues, coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: sourceName,
			Message: fmt.Sprintf("%d changes; at most %d are taken", len(s.Changes), maxChanges),
		})
	}
	points := 0
	for i := range s.Changes {
		c := &s.Changes[i]
		points += len(c.Line) + len(c.Entrances)
		for _, text := range c.faults(system) {
			issues = append(issues, c.issue(i, "%s", text))
		}
	}
	if points > maxAllPoints {
		issues = append(issues, coverage.Issue{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: sourceName,
			Message: fmt.Sprintf("%d points of lines and entrances; at most %d are taken", points, maxAllPoints),
		})
	}
	return issues
}

// sourceName is where changes stand in a request.
const sourceName = "scenario.changes"

// issue is a fault of change i, counted from 0.
func (c *Change) issue(i int, format string, args ...any) coverage.Issue {
	return coverage.Issue{
		Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: sourceName, Line: i + 1,
		Message: c.label(i) + ": " + fmt.Sprintf(format, args...),
	}
}

// label names change i for people.
func (c *Change) label(i int) string {
	if c.Verb == "" {
		return fmt.Sprintf("change %d", i+1)
	}
	return fmt.Sprintf("change %d (%s)", i+1, short(string(c.Verb)))
}

// system is the coordinate system of all places.
func (s *Scenario) system() (crs.System, error) {
	if s.CRS == "" {
		return crs.WGS84, nil
	}
	system, err := crs.Parse(s.CRS)
	if err != nil {
		return crs.WGS84, err
	}
	if !system.InDegrees() {
		return crs.WGS84, fmt.Errorf("crs %q is in meters; give places in degrees of WGS 84, GCJ-02 or BD-09", s.CRS)
	}
	return system, nil
}

// inWGS84 is a copy with all places in WGS 84. The scenario has no faults.
func (s *Scenario) inWGS84() []Change {
	changes := slices.Clone(s.Changes)
	system, err := s.system()
	if err != nil || system == crs.WGS84 {
		return changes
	}
	for i := range changes {
		c := &changes[i]
		for _, at := range []**orb.Point{&c.At, &c.From, &c.To} {
			if *at != nil {
				p := system.ToWGS84(**at)
				*at = &p
			}
		}
		for _, list := range []*[]orb.Point{&c.Entrances, &c.Line} {
			*list = slices.Clone(*list)
			for k, p := range *list {
				(*list)[k] = system.ToWGS84(p)
			}
		}
	}
	return changes
}

// faults lists what is wrong with a change, whatever came before.
func (c *Change) faults(system crs.System) (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	at := slices.IndexFunc(forms, func(f form) bool { return f.verb == c.Verb })
	if at < 0 {
		var verbs []string
		for _, f := range forms {
			verbs = append(verbs, string(f.verb))
		}
		add("%q is no change; give one of %s", short(string(c.Verb)), strings.Join(verbs, ", "))
		return faults
	}
	form := forms[at]
	for _, m := range c.members() {
		switch needed := slices.Contains(form.needs, m.name); {
		case needed && !m.given:
			add("%s is missing", m.name)
		case m.given && !needed && !slices.Contains(form.more, m.name):
			add("%s has no place in it; it takes %s", m.name, strings.Join(slices.Concat(form.needs, form.more), ", "))
		}
	}
	if (c.From == nil) != (c.To == nil) {
		add("give from and to, or neither for the whole road")
	}
	for _, p := range c.places() {
		if !geo.OnEarth(p) || !geo.OnEarth(system.ToWGS84(p)) {
			add("[%v, %v] is no longitude and latitude in degrees", p[0], p[1])
		}
	}
	if len(c.Line) == 1 {
		add("a line has two points or more")
	}
	if len(c.Line) > maxPoints || len(c.Entrances) > maxPoints {
		add("%d points; at most %d are taken", max(len(c.Line), len(c.Entrances)), maxPoints)
	}
	if c.Capacity != nil && !(*c.Capacity >= 0 && !math.IsInf(*c.Capacity, 1)) {
		add("a capacity of %v; give 0 or more", *c.Capacity)
	}
	if c.State != "" && !slices.Contains(gateStates, c.State) {
		add("%q is no state of a gate; give %s", short(c.State), strings.Join(gateStates, ", "))
	}
	return append(faults, c.longWords()...)
}

var gateStates = []string{"closed", "residents", "open"}

// places are all the points of a change.
func (c *Change) places() (list []orb.Point) {
	for _, p := range []*orb.Point{c.At, c.From, c.To} {
		if p != nil {
			list = append(list, *p)
		}
	}
	return append(append(list, c.Entrances...), c.Line...)
}

func (c *Change) longWords() (faults []string) {
	words := []string{c.Kind, c.ID, c.Name, c.Road, c.Class, c.Gate}
	for key, value := range c.Tags {
		words = append(words, key, value)
	}
	longest := 0
	for _, w := range words {
		longest = max(longest, len(w))
	}
	if longest > maxWordBytes {
		faults = append(faults, fmt.Sprintf("a word of %d bytes; at most %d are taken", longest, maxWordBytes))
	}
	if len(c.Tags) > maxTags {
		faults = append(faults, fmt.Sprintf("%d tags; at most %d are taken", len(c.Tags), maxTags))
	}
	return faults
}

// short is a word cut to what is worth sending back.
func short(word string) string {
	const most = 60
	if len(word) <= most {
		return word
	}
	return strings.ToValidUTF8(word[:most], "") + "…"
}

package standard

import (
	"bytes"
	"embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"kaimen/coverage"
)

//go:embed *.yaml
var files embed.FS

// tables are the files that are no standards; all others are.
var tables = []string{"kinds.yaml", "tiers.yaml", "weights.yaml"}

// Group is a family of facility kinds that share a color on the map.
type Group string

// The groups, in the order in which they are shown.
const (
	GroupCare     Group = "care"
	GroupLearning Group = "learning"
	GroupGreen    Group = "green"
	GroupMobility Group = "mobility"
	GroupService  Group = "service"
)

// Groups lists the groups in order.
func Groups() []Group {
	return []Group{GroupCare, GroupLearning, GroupGreen, GroupMobility, GroupService}
}

// Kind is a facility kind.
type Kind struct {
	ID    string        `json:"kind"`
	Name  coverage.Name `json:"name"`
	Group Group         `json:"group"`
}

// Tier is one ring of the service circle under both rules.
type Tier struct {
	Minutes  float64 `yaml:"minutes"`
	Meters   float64 `yaml:"meters"`
	Verified bool    `yaml:"verified"` // read in Source
	Source   string  `yaml:"source"`
}

// Library is the tables and standards of this package, read once and then only
// read; goroutines may share it. The zero value holds nothing.
type Library struct {
	kinds   []Kind
	weights map[string]coverage.Name
	tiers   []Tier
	rules   []Rule
	drafts  []Circle // as written
	circles []Circle // with what their needs take from rules
}

// Load reads the tables and standards that come with the program.
//
// Errors: a table that does not fit its form: a bug in this program, which the
// tests would show.
func Load() (*Library, error) {
	l, err := loadTables()
	if err != nil {
		return nil, err
	}
	entries, err := files.ReadDir(".") // in order of name
	if err != nil {
		return nil, err
	}
	var faults []coverage.Issue
	for _, e := range entries {
		if slices.Contains(tables, e.Name()) {
			continue
		}
		text, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		faults = append(faults, l.read(e.Name(), text, false).issues...)
	}
	last := &reader{file: "circles.yaml", unread: make(map[string]bool)}
	l.resolve(last)
	if faults = append(faults, last.issues...); len(faults) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the standards cannot be used", Issues: faults}
	}
	return l, nil
}

// With is l with a local override on top: rules, circles and tiers in the form
// of the files that come with the program. l stays as it was.
//
// A rule that l has is changed in the members that are given; its source must
// be given, and it counts as recalled and without a clause unless verified and
// clause are given too. Figures begin anew where bound is given, and a role
// (ratio, reach, radius, size) takes the place of the one before. Circles and tiers that l has are replaced
// whole. Whatever is new needs all its members and comes last, tiers by minutes.
//
// Input:    name stands in messages: local.yaml. text is YAML of one or more
// documents, at most 64 KiB, without anchors, aliases and tags.
// Errors:   invalid, with every fault found, each with its line, the id of its
// rule or circle, its member, and what may be given instead.
// Cost:     a copy of l's lists.
func (l *Library) With(name string, text []byte) (*Library, error) {
	with := &Library{
		kinds: l.kinds, weights: l.weights,
		tiers: slices.Clone(l.tiers), rules: slices.Clone(l.rules), drafts: slices.Clone(l.drafts),
	}
	s := with.read(name, text, true)
	with.resolve(s.reader)
	s.checkTiers()
	if len(s.issues) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: name + " cannot be used", Issues: s.issues}
	}
	return with, nil
}

// loadTables reads the tables that are no standards.
func loadTables() (*Library, error) {
	l := &Library{weights: make(map[string]coverage.Name)}
	var kinds []struct{ Kind, Group, ZH, EN string }
	if err := decode("kinds.yaml", &kinds); err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if !slices.Contains(Groups(), Group(k.Group)) {
			return nil, fmt.Errorf("kinds.yaml: kind %s: no group is named %q", k.Kind, k.Group)
		}
		l.kinds = append(l.kinds, Kind{k.Kind, coverage.Name{ZH: k.ZH, EN: k.EN}, Group(k.Group)})
	}
	var weights []struct{ Weight, ZH, EN string }
	if err := decode("weights.yaml", &weights); err != nil {
		return nil, err
	}
	for _, w := range weights {
		l.weights[w.Weight] = coverage.Name{ZH: w.ZH, EN: w.EN}
	}
	return l, decode("tiers.yaml", &l.tiers)
}

func decode(name string, into any) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Kind is the kind with this id. An unknown one is named by its id and stands
// in the service group.
func (l *Library) Kind(id string) Kind {
	for _, k := range l.kinds {
		if k.ID == id {
			return k
		}
	}
	return Kind{ID: id, Name: coverage.Name{ZH: id, EN: id}, Group: GroupService}
}

// Kinds lists the kinds of the table, in its order.
func (l *Library) Kinds() []Kind { return slices.Clone(l.kinds) }

// Known tells whether a kind is in the table.
func (l *Library) Known(kind string) bool {
	return slices.ContainsFunc(l.kinds, func(k Kind) bool { return k.ID == kind })
}

// Order puts two kinds in the order in which they are shown: that of the
// table, unknown kinds last by id.
func (l *Library) Order(a, b string) int {
	place := func(id string) int {
		if i := slices.IndexFunc(l.kinds, func(k Kind) bool { return k.ID == id }); i >= 0 {
			return i
		}
		return len(l.kinds)
	}
	if pa, pb := place(a), place(b); pa != pb {
		return pa - pb
	}
	return bytes.Compare([]byte(a), []byte(b))
}

// Weight names a weight of demand; an unknown one goes by its id.
func (l *Library) Weight(id string) coverage.Name {
	if name, ok := l.weights[id]; ok {
		return name
	}
	return coverage.Name{ZH: id, EN: id}
}

// Tiers lists the rings of the service circle, the innermost first.
func (l *Library) Tiers() []Tier { return slices.Clone(l.tiers) }

package standard

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"kaimen/coverage"
)

//go:embed kinds.yaml
var kindsYAML []byte

//go:embed weights.yaml
var weightsYAML []byte

//go:embed tiers.yaml
var tiersYAML []byte

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

// Library is the tables of this package, read once and then only read.
type Library struct {
	kinds   []Kind
	weights map[string]coverage.Name
	tiers   []Tier
}

// Load reads the tables that come with the program.
//
// Errors: a table that does not fit its form: a bug in this program, which the
// tests would show.
func Load() (*Library, error) {
	l := &Library{weights: make(map[string]coverage.Name)}
	var kinds []struct{ Kind, Group, ZH, EN string }
	if err := decode("kinds.yaml", kindsYAML, &kinds); err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if !slices.Contains(Groups(), Group(k.Group)) {
			return nil, fmt.Errorf("kinds.yaml: kind %s: no group is named %q", k.Kind, k.Group)
		}
		l.kinds = append(l.kinds, Kind{k.Kind, coverage.Name{ZH: k.ZH, EN: k.EN}, Group(k.Group)})
	}
	var weights []struct{ Weight, ZH, EN string }
	if err := decode("weights.yaml", weightsYAML, &weights); err != nil {
		return nil, err
	}
	for _, w := range weights {
		l.weights[w.Weight] = coverage.Name{ZH: w.ZH, EN: w.EN}
	}
	return l, decode("tiers.yaml", tiersYAML, &l.tiers)
}

func decode(name string, text []byte, into any) error {
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

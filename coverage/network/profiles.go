package network

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed profiles.yaml
var profilesYAML []byte

// ours are the profiles that come with the program, read once.
var ours = sync.OnceValue(func() []Profile {
	list, err := ParseProfiles(profilesYAML)
	if err != nil {
		panic("network: profiles.yaml: " + err.Error()) // a bug in this program, which any test would show
	}
	return list
})

// Profiles lists the profiles that requests may name, Walk first.
func Profiles() []Profile { return slices.Clone(ours()) }

// Walk is the default profile: 4.0 km/h on all roads that people may walk on.
// At this speed 15 minutes are 1,000 m, the upper end of the national
// standard's distance for a 15-minute circle (GB 50180-2018: 800–1,000 m).
//
// Motorways and trunk roads count only where foot is tagged as allowed; a foot
// tag outranks the general access tag; one-way rules do not bind people on
// foot; open ground is walked round along its edge; steps are walked at the
// same speed as a path; a gate binds only if its state is given. Where heights
// are known, speed falls with the slope.
func Walk() Profile { return ours()[0] }

// Named is the profile of an id.
func Named(id string) (Profile, bool) {
	for _, p := range ours() {
		if p.ID == id {
			return p, true
		}
	}
	return Profile{}, false
}

// ParseProfiles reads profiles from YAML: a list, each with the members that
// Profile names.
//
// Errors: all faults of all profiles at once.
func ParseProfiles(text []byte) ([]Profile, error) {
	var list []Profile
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&list); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("there is no profile; give at least one")
	}
	var faults []error
	seen := make(map[string]bool)
	for i := range list {
		p := &list[i]
		if p.ID == "" || seen[p.ID] {
			faults = append(faults, fmt.Errorf("profile %d: id %q is blank or stands twice", i+1, p.ID))
		}
		seen[p.ID] = true
		for _, fault := range p.faults() {
			faults = append(faults, fmt.Errorf("profile %s: %s", p.ID, fault))
		}
	}
	return list, errors.Join(faults...)
}

// The speeds a profile may have, in meters an hour: a crawl, and a fast train.
const (
	slowest = 100
	fastest = 400_000
)

func (p *Profile) faults() (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	speed := func(name string, v uint32) {
		if v < slowest || v > fastest {
			add("%s is %d; give meters an hour, %d to %d", name, v, slowest, fastest)
		}
	}
	speed("speed_m_per_h", p.SpeedMetersPerHour)
	if p.OffsetMetersPerHour != 0 {
		speed("offset_m_per_h", p.OffsetMetersPerHour)
	}
	for class, v := range p.ClassSpeeds {
		speed("class_speeds_m_per_h of "+class, v)
	}
	if p.Steps != nil {
		speed("steps up_m_per_h", p.Steps.UpMetersPerHour)
		speed("steps down_m_per_h", p.Steps.DownMetersPerHour)
	}
	for key, values := range p.Factors {
		for value, f := range values {
			if !(f >= 0.01 && f <= 2) {
				add("the factor of %s=%s is %v; give 0.01 to 2", key, value, f)
			}
		}
	}
	if !(p.SnapMeters > 0 && p.SnapMeters <= 10_000) {
		add("snap_m is %v; give meters above 0 and up to 10,000", p.SnapMeters)
	}
	if !(p.IslandMeters >= 0) {
		add("island_m is %v; give meters, 0 for no islands", p.IslandMeters)
	}
	if len(p.Access.Classes) == 0 {
		add("access has no classes of road")
	}
	faults = append(faults, p.Slope.faults()...)
	slices.Sort(faults) // maps come in no order
	return faults
}

func (s *Slope) faults() (faults []string) {
	if !(s.Tobler >= 0 && s.Tobler <= 20) {
		faults = append(faults, fmt.Sprintf("slope: tobler is %v; give 0 to 20", s.Tobler))
	}
	if s.Tobler > 0 && len(s.Table) > 0 {
		faults = append(faults, "slope: give tobler or a table, not both")
	}
	if (s.Tobler > 0 || len(s.Table) > 0) && !(s.Clip > 0 && s.Clip <= 1) {
		faults = append(faults, fmt.Sprintf("slope: clip is %v; give the steepest grade to believe, above 0 and up to 1", s.Clip))
	}
	for i, row := range s.Table {
		if i > 0 && !(row[0] > s.Table[i-1][0]) {
			faults = append(faults, fmt.Sprintf("slope: the grades of the table do not ascend at %v", row[0]))
		}
		if !(row[1] >= 0.01 && row[1] <= 3) {
			faults = append(faults, fmt.Sprintf("slope: the factor at %v is %v; give 0.01 to 3", row[0], row[1]))
		}
	}
	return faults
}

package read

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// restriction is a relation of type restriction.
type restriction struct {
	value        string // no_left_turn, only_straight_on, …
	from, to     []int64
	via          []int64 // nodes
	overWay      bool    // a way is among its via
	conditional  bool
	notForCars   bool
	otherMembers bool // a via that is a relation, a from that is a node
}

// carKeys are the keys of what holds for motorcars, the closest first.
var carKeys = []string{"motorcar", "motor_vehicle", "vehicle"}

// hourKeys are the older way to say when a restriction holds.
var hourKeys = []string{"day_off", "day_on", "hour_off", "hour_on"}

// newRestriction reads the tags of a relation; false if it restricts no turn.
func newRestriction(tag func(string) string) (restriction, bool) {
	var r restriction
	if tag("type") != "restriction" {
		return r, false
	}
	for _, key := range carKeys {
		if r.value = tag("restriction:" + key); r.value != "" {
			break
		}
	}
	if r.value == "" {
		r.value = tag("restriction")
	}
	for _, vehicle := range strings.Split(tag("except"), ";") {
		r.notForCars = r.notForCars || slices.Contains(carKeys, strings.TrimSpace(vehicle))
	}
	if r.value != "" { // a condition beside it only widens or narrows it
		r.conditional = slices.ContainsFunc(hourKeys, func(key string) bool { return tag(key) != "" })
		return r, true
	}
	r.conditional = tag("restriction:conditional") != "" ||
		slices.ContainsFunc(carKeys, func(key string) bool { return tag("restriction:"+key+":conditional") != "" })
	r.notForCars = r.notForCars || !r.conditional && slices.ContainsFunc(
		[]string{"bicycle", "bus", "caravan", "coach", "emergency", "foot", "goods", "hazmat", "hgv", "moped", "motorcycle", "psv", "taxi", "tourist_bus", "trailer"},
		func(vehicle string) bool {
			return tag("restriction:"+vehicle) != "" || tag("restriction:"+vehicle+":conditional") != ""
		})
	return r, true
}

// member notes a member of the relation.
func (r *restriction) member(role string, node, way bool, id int64) {
	switch {
	case role == "via" && node:
		r.via = append(r.via, id)
	case role == "via" && way:
		r.overWay = true
	case role == "from" && way:
		r.from = append(r.from, id)
	case role == "to" && way:
		r.to = append(r.to, id)
	case role == "via" || role == "from" || role == "to":
		r.otherMembers = true
	}
}

// fault is the code of why the restriction is not used, as far as the relation
// itself tells; empty if it may be.
func (r *restriction) fault() string {
	no, only := strings.HasPrefix(r.value, "no_"), strings.HasPrefix(r.value, "only_")
	switch {
	case r.notForCars:
		return ReasonNotForCars
	case r.conditional:
		return ReasonConditional
	case !no && !only, r.otherMembers:
		return coverage.ReasonBadValue
	case r.overWay:
		return ReasonViaWay
	case len(r.from) == 0 || len(r.to) == 0 || len(r.via) == 0:
		return ReasonMissingMember
	case len(r.via) > 1:
		return coverage.ReasonBadValue
	}
	return ""
}

// turnsOf gives the roads of the file the turns that restrictions say, and tells
// what became of each. A way that is cut into parts is meant by those parts of
// it that have the node.
func turnsOf(roads []coverage.Road, restrictions []restriction) Balance {
	parts := make(map[int64][]int) // the roads of each way that a restriction names
	for i := range restrictions {
		for _, way := range slices.Concat(restrictions[i].from, restrictions[i].to) {
			parts[way] = nil
		}
	}
	for i := range roads {
		if len(parts) == 0 {
			break
		}
		name, _, _ := strings.Cut(roads[i].ID, "#")
		way, err := strconv.ParseInt(name, 10, 64)
		if list, named := parts[way]; named && err == nil {
			parts[way] = append(list, i)
		}
	}
	used, aside := 0, coverage.Tally{}
	for i := range restrictions {
		if code := turn(roads, parts, &restrictions[i]); code != "" {
			aside.Add(code, 0)
			continue
		}
		used++
	}
	return balanceOf(used, aside)
}

// turn adds the turns of one restriction; it returns the code of why it cannot.
func turn(roads []coverage.Road, parts map[int64][]int, r *restriction) string {
	if code := r.fault(); code != "" {
		return code
	}
	via := r.via[0]
	// Only no_entry is from several ways, and no_exit to several.
	from, code := touching(roads, parts, r.from, via, r.value == "no_entry")
	if code != "" {
		return code
	}
	to, code := touching(roads, parts, r.to, via, r.value == "no_exit")
	if code != "" {
		return code
	}
	for _, f := range from {
		for _, t := range to {
			roads[f].Turns = append(roads[f].Turns, coverage.Turn{Via: via, To: roads[t].ID, Only: strings.HasPrefix(r.value, "only_")})
		}
		roads[f].Turns = orderedTurns(roads[f].Turns)
	}
	return ""
}

// touching lists the roads of the ways that have the node via, or the code of
// why there are none. Ways that do not have it are passed over: where an editor
// cuts a way, the piece that is farther off often stays a member.
func touching(roads []coverage.Road, parts map[int64][]int, ways []int64, via int64, several bool) (out []int, code string) {
	code, meeting := ReasonMissingMember, 0
	for _, way := range ways {
		before := len(out)
		for _, i := range parts[way] {
			code = coverage.ReasonBadValue // if none of all these has the node
			if slices.Contains(roads[i].Nodes, via) {
				out = append(out, i)
			}
		}
		if len(out) > before {
			meeting++
		}
	}
	if meeting == 0 || meeting > 1 && !several {
		return nil, code
	}
	return out, ""
}

// orderedTurns are turns in order, each once, whatever the order of the file.
func orderedTurns(turns []coverage.Turn) []coverage.Turn {
	slices.SortFunc(turns, func(a, b coverage.Turn) int {
		switch {
		case a.Via != b.Via:
			return cmp.Compare(a.Via, b.Via)
		case a.To != b.To:
			return strings.Compare(a.To, b.To)
		case a.Only != b.Only && b.Only:
			return -1
		case a.Only != b.Only:
			return 1
		}
		return 0
	})
	return slices.Compact(turns)
}

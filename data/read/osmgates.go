package read

import (
	"cmp"
	"slices"
	"strconv"

	"kaimen/coverage"
)

// What keeps nodes and relations from being used, beside the codes of coverage.
const (
	ReasonNoBarrier     = "no_barrier"     // barrier=no: somebody looked, and there is none
	ReasonViaWay        = "via_way"        // a turn restriction that leads over a whole road
	ReasonConditional   = "conditional"    // a turn restriction that holds at times only
	ReasonNotForCars    = "not_for_cars"   // a turn restriction for other vehicles alone
	ReasonMissingMember = "missing_member" // a turn restriction of a road that is not among the roads
)

// Balance says what became of elements: Read = Used + the sum of SetAside.
type Balance struct {
	Read, Used int
	SetAside   []coverage.ReasonCount // ordered by code
}

// balanceOf closes the books on elements of which used were used.
func balanceOf(used int, aside coverage.Tally) Balance {
	b := Balance{Read: used, Used: used}
	if len(aside) > 0 {
		b.SetAside = aside.Counts()
	}
	for _, c := range b.SetAside {
		b.Read += c.Rows
	}
	return b
}

// gateTags are the keys kept in Gate.Tags: those that say who may pass, and
// what is in the way. Kind, Name and Hours hold the others.
var gateTags = []string{
	"access", "access:conditional", "bicycle", "crossing", "entrance", "foot", "foot:conditional", "height", "kerb",
	"kerb:height", "locked", "maxheight", "maxwidth", "maxwidth:physical", "motor_vehicle", "motor_vehicle:conditional",
	"motorcar", "motorcycle", "stroller", "tactile_paving", "vehicle", "wheelchair", "width",
}

// accessTags are the keys that make an entrance on a road a gate.
var accessTags = []string{"access", "bicycle", "foot", "locked", "motor_vehicle", "motorcar", "vehicle", "wheelchair"}

// gateNodes gathers the nodes that may be gates; on which of them a road lies
// is known only at the end.
type gateNodes struct {
	list  []coverage.Gate // without At
	aside coverage.Tally
	// What has been seen of the node at hand.
	barrier, highway, entrance, kerb, name, hours string
	tags                                          map[string]string
}

// begin forgets the node before.
func (g *gateNodes) begin() {
	g.barrier, g.highway, g.entrance, g.kerb, g.name, g.hours = "", "", "", "", "", ""
	g.tags = nil
}

// tag notes one tag of the node at hand.
func (g *gateNodes) tag(key, value []byte) {
	switch string(key) {
	case "barrier":
		g.barrier = string(value)
	case "highway":
		g.highway = string(value)
	case "name":
		g.name = string(value)
	case "opening_hours":
		g.hours = string(value)
	default:
		if _, ok := slices.BinarySearch(gateTags, string(key)); !ok {
			return
		}
		switch string(key) {
		case "entrance":
			g.entrance = string(value)
		case "kerb":
			g.kerb = string(value)
		}
		if g.tags == nil {
			g.tags = make(map[string]string)
		}
		g.tags[string(key)] = string(value)
	}
}

// end takes the node at hand if it may be a gate.
func (g *gateNodes) end(id int64, shared func(string) string) {
	kind := g.kind()
	if kind == "" {
		return
	}
	if kind == "no" {
		g.setAside(ReasonNoBarrier)
		return
	}
	for key, value := range g.tags {
		g.tags[shared(key)] = shared(value)
	}
	g.list = append(g.list, coverage.Gate{
		ID: "node/" + strconv.FormatInt(id, 10), Name: g.name, Kind: shared(kind), Hours: g.hours, Node: id, Tags: g.tags,
	})
}

// kind is what the node at hand is as a gate; "no" if it is said to be none,
// empty if it is something else.
func (g *gateNodes) kind() string {
	switch {
	case g.barrier != "" && g.barrier != "no":
		return g.barrier
	case g.kerb != "":
		return "kerb"
	case (g.highway == "crossing" || g.highway == "traffic_signals" || g.highway == "elevator") && g.tags["wheelchair"] != "":
		return g.highway
	case g.entrance != "" && slices.ContainsFunc(accessTags, func(key string) bool { return g.tags[key] != "" }):
		return "entrance"
	}
	return g.barrier
}

func (g *gateNodes) setAside(code string) {
	if g.aside == nil {
		g.aside = coverage.Tally{}
	}
	g.aside.Add(code, 0)
}

// onRoads are the gates that stand on a node of a road, by node, and what
// became of all nodes that may be gates.
func (g *gateNodes) onRoads(roads []coverage.Road) ([]coverage.Gate, Balance) {
	at := make(map[int64]int, len(g.list)) // a node to its place in the list
	slices.SortStableFunc(g.list, func(a, b coverage.Gate) int { return cmp.Compare(a.Node, b.Node) })
	for i := range g.list {
		at[g.list[i].Node] = i // of one that stands twice in the file, the last holds, as of its place
	}
	met := make([]bool, len(g.list))
	for i := range roads {
		for k, id := range roads[i].Nodes {
			if place, ok := at[id]; ok {
				met[place], g.list[place].At = true, roads[i].Line[k]
			}
		}
	}
	var out []coverage.Gate
	for i := range g.list {
		switch {
		case met[i]:
			out = append(out, g.list[i])
		case at[g.list[i].Node] != i:
			g.setAside(coverage.ReasonDuplicateID)
		default:
			g.setAside(coverage.ReasonNotRoad)
		}
	}
	return out, balanceOf(len(out), g.aside)
}

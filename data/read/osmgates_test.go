package read_test

import (
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read"
)

// Two roads cross at node 2; way 12 lacks its middle, so that it has the parts
// 12 and 12#2, of which the second holds node 4. Node 8 is on no road.
const gated = `<osm version="0.6">
<node id="1" lon="1" lat="1"><tag k="barrier" v="lift_gate"/><tag k="name" v="东门"/><tag k="opening_hours" v="06:00-22:00"/><tag k="motor_vehicle" v="private"/><tag k="source" v="survey"/></node>
<node id="2" lon="2" lat="1"><tag k="highway" v="crossing"/><tag k="kerb" v="raised"/></node>
<node id="3" lon="3" lat="1"><tag k="highway" v="crossing"/></node>
<node id="4" lon="4" lat="1"><tag k="highway" v="traffic_signals"/><tag k="wheelchair" v="no"/></node>
<node id="5" lon="5" lat="1"><tag k="barrier" v="no"/></node>
<node id="6" lon="6" lat="1"><tag k="entrance" v="yes"/><tag k="access" v="private"/></node>
<node id="7" lon="7" lat="1"><tag k="entrance" v="yes"/></node>
<node id="8" lon="8" lat="1"><tag k="barrier" v="gate"/></node>
<way id="11"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="12"><nd ref="2"/><nd ref="5"/><nd ref="99"/><nd ref="4"/><nd ref="6"/><nd ref="7"/><tag k="highway" v="service"/></way>
<way id="13"><nd ref="7"/><nd ref="4"/><tag k="route" v="ferry"/><tag k="duration" v="00:10"/><tag k="foot" v="yes"/></way>
<way id="14"><nd ref="8"/><nd ref="4"/><tag k="barrier" v="fence"/></way>
RELATIONS
</osm>`

// relation is a restriction; its members are written role:kind:id.
func relation(tags, members string) string {
	var b strings.Builder
	b.WriteString(`<relation id="1"><tag k="type" v="restriction"/>`)
	for _, m := range strings.Fields(members) {
		part := strings.Split(m, ":")
		b.WriteString(`<member type="` + part[1] + `" ref="` + part[2] + `" role="` + part[0] + `"/>`)
	}
	for _, tag := range strings.Fields(tags) {
		key, value, _ := strings.Cut(tag, "=")
		b.WriteString(`<tag k="` + key + `" v="` + value + `"/>`)
	}
	return b.String() + "</relation>"
}

func readGated(t *testing.T, relations ...string) *read.OSMRoads {
	t.Helper()
	text := strings.Replace(gated, "RELATIONS", strings.Join(relations, "\n"), 1)
	got, err := read.OSM(context.Background(), write(t, "a.osm", text), read.OSMOptions{})
	must(t, err)
	return got
}

func TestGatesOnRoads(t *testing.T) {
	t.Parallel()
	got := readGated(t)
	want := []coverage.Gate{
		{
			ID: "node/1", Kind: "lift_gate", Name: "东门", Hours: "06:00-22:00", Node: 1, At: orb.Point{1, 1},
			Tags: map[string]string{"motor_vehicle": "private"},
		},
		{ID: "node/2", Kind: "kerb", Node: 2, At: orb.Point{2, 1}, Tags: map[string]string{"kerb": "raised"}},
		{ID: "node/4", Kind: "traffic_signals", Node: 4, At: orb.Point{4, 1}, Tags: map[string]string{"wheelchair": "no"}},
		{ID: "node/6", Kind: "entrance", Node: 6, At: orb.Point{6, 1}, Tags: map[string]string{"access": "private", "entrance": "yes"}},
	}
	if diff := cmp.Diff(want, got.Gates); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(read.Balance{Read: 6, Used: 4, SetAside: []coverage.ReasonCount{
		{Code: read.ReasonNoBarrier, Rows: 1}, {Code: coverage.ReasonNotRoad, Rows: 1},
	}}, got.GateNodes); diff != "" {
		t.Error(diff)
	}
	ferry := got.Roads[len(got.Roads)-1]
	if diff := cmp.Diff(coverage.Road{
		ID: "13", Class: "ferry", Nodes: []int64{7, 4}, Line: orb.LineString{{7, 1}, {4, 1}},
		Tags: map[string]string{"duration": "00:10", "foot": "yes"},
	}, ferry); diff != "" {
		t.Error(diff)
	}
	if got.Ways != 4 || got.NotHighway != 1 || got.Used() != 3 {
		t.Errorf("%d ways, %d no highway, %d used", got.Ways, got.NotHighway, got.Used())
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	const across = "from:way:11 via:node:2 to:way:12"
	for _, tc := range []struct {
		name, tags, members string
		road                string // that is bound; else
		aside               string // the reason
		want                []coverage.Turn
	}{
		{"no", "restriction=no_left_turn", across, "11", "", []coverage.Turn{{Via: 2, To: "12"}}},
		{"only", "restriction=only_straight_on", across, "11", "", []coverage.Turn{{Via: 2, To: "12", Only: true}}},
		{"to the second part", "restriction=no_right_turn", "from:way:13 via:node:4 to:way:12", "13", "", []coverage.Turn{{Via: 4, To: "12#2"}}},
		{"from the second part", "restriction=no_right_turn", "from:way:12 via:node:4 to:way:13", "12#2", "", []coverage.Turn{{Via: 4, To: "13"}}},
		{"u-turn", "restriction=no_u_turn", "from:way:11 via:node:3 to:way:11", "11", "", []coverage.Turn{{Via: 3, To: "11"}}},
		{"of motorcars", "restriction:motorcar=no_left_turn", across, "11", "", []coverage.Turn{{Via: 2, To: "12"}}},
		{"a condition beside it", "restriction=no_left_turn restriction:conditional=none@(Su)", across, "11", "", []coverage.Turn{{Via: 2, To: "12"}}},
		{"but bicycles", "restriction=no_left_turn except=bicycle;psv", across, "11", "", []coverage.Turn{{Via: 2, To: "12"}}},
		{"a piece that is farther off", "restriction=no_left_turn", across + " from:way:13", "11", "", []coverage.Turn{{Via: 2, To: "12"}}},
		{"no entry from two", "restriction=no_entry", across + " from:way:12", "12", "", []coverage.Turn{{Via: 2, To: "12"}}},
		{"but cars", "restriction=no_left_turn except=psv;motorcar", across, "", read.ReasonNotForCars, nil},
		{"of lorries", "restriction:hgv=no_left_turn", across, "", read.ReasonNotForCars, nil},
		{"at times", "restriction:conditional=no_left_turn@(Mo-Fr)", across, "", read.ReasonConditional, nil},
		{"at times, the old way", "restriction=no_left_turn hour_on=07:00", across, "", read.ReasonConditional, nil},
		{"over a way", "restriction=no_u_turn", "from:way:11 via:way:12 to:way:13", "", read.ReasonViaWay, nil},
		{"a way that is not there", "restriction=no_u_turn", "from:way:77 via:node:2 to:way:12", "", read.ReasonMissingMember, nil},
		{"a way that is no road", "restriction=no_u_turn", "from:way:14 via:node:4 to:way:13", "", read.ReasonMissingMember, nil},
		{"no via", "restriction=no_u_turn", "from:way:11 to:way:12", "", read.ReasonMissingMember, nil},
		{"two vias", "restriction=no_u_turn", across + " via:node:3", "", coverage.ReasonBadValue, nil},
		{"two from at the node", "restriction=no_left_turn", across + " from:way:12", "", coverage.ReasonBadValue, nil},
		{"roads that do not meet there", "restriction=no_u_turn", "from:way:11 via:node:2 to:way:13", "", coverage.ReasonBadValue, nil},
		{"no value", "note=x", across, "", coverage.ReasonBadValue, nil},
		{"a relation as member", "restriction=no_u_turn", across + " via:relation:5", "", coverage.ReasonBadValue, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := relation(tc.tags, tc.members)
			got := readGated(t, r, r) // the same said twice is one turn
			for _, road := range got.Roads {
				if road.ID == tc.road {
					if diff := cmp.Diff(tc.want, road.Turns); diff != "" {
						t.Error(diff)
					}
				}
			}
			want := read.Balance{Read: 2, Used: 2}
			if tc.aside != "" {
				want = read.Balance{Read: 2, SetAside: []coverage.ReasonCount{{Code: tc.aside, Rows: 2}}}
			}
			if diff := cmp.Diff(want, got.Restrictions); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// plainOSM is the file as encoding/xml has it, to count by.
type plainOSM struct {
	Nodes []plainElement `xml:"node"`
	Ways  []plainElement `xml:"way"`
}

type plainElement struct {
	ID int64 `xml:"id,attr"`
	ND []struct {
		Ref int64 `xml:"ref,attr"`
	} `xml:"nd"`
	Tags []struct {
		K string `xml:"k,attr"`
		V string `xml:"v,attr"`
	} `xml:"tag"`
}

func (e plainElement) tag(key string) string {
	for _, t := range e.Tags {
		if t.K == key {
			return t.V
		}
	}
	return ""
}

// Barriers on the nodes of roads are those that a plain count over the XML
// finds; every one of them stands where its file says.
func TestGatesAgainstPlainXML(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-osm-samples")
	total := 0
	for _, name := range chineseSamples {
		file, err := os.Open(filepath.Join(dir, name+".osm.gz"))
		must(t, err)
		unpacked, err := gzip.NewReader(file)
		must(t, err)
		text, err := io.ReadAll(unpacked)
		must(t, errors.Join(err, file.Close()))
		var plain plainOSM
		must(t, xml.Unmarshal(text, &plain))
		got, err := read.OSM(context.Background(), filepath.Join(dir, name+".osm.pbf"), read.OSMOptions{})
		must(t, err)
		taken := map[string]bool{}
		for _, road := range got.Roads {
			id, _, _ := strings.Cut(road.ID, "#")
			taken[id] = true
		}
		onRoad := map[int64]bool{}
		for _, way := range plain.Ways {
			for _, nd := range way.ND {
				onRoad[nd.Ref] = onRoad[nd.Ref] || taken[strconv.FormatInt(way.ID, 10)]
			}
		}
		var want, have []string
		for _, node := range plain.Nodes {
			if barrier := node.tag("barrier"); barrier != "" && barrier != "no" && onRoad[node.ID] {
				want = append(want, "node/"+strconv.FormatInt(node.ID, 10)+" "+barrier)
			}
		}
		for _, g := range got.Gates {
			if !slices.Contains([]string{"kerb", "entrance", "crossing", "traffic_signals", "elevator"}, g.Kind) {
				have = append(have, g.ID+" "+g.Kind)
			}
		}
		slices.Sort(want)
		slices.Sort(have)
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		total += len(have)
	}
	if total < 30 {
		t.Errorf("only %d barriers in all samples", total)
	}
}

// GDAL counts the restrictions of Monaco, of which all can be used, and its
// ferries; in Porto Alegre it places the barriers where they stand.
func TestOSMAgainstGDAL(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed (Debian: gdal-bin)")
	}
	rows := func(path, layer, columns, where string) [][]string {
		out := filepath.Join(t.TempDir(), "out.csv")
		run(t, "ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_XY", "-select", columns, "-where", where, out, path, layer)
		text, err := os.ReadFile(out)
		must(t, err)
		var rows [][]string
		for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
			rows = append(rows, strings.Split(line, ","))
		}
		return rows
	}
	path := filepath.Join(sharedData(t, "monaco"), "monaco-2016.osm.pbf")
	got, err := read.OSM(context.Background(), path, read.OSMOptions{})
	must(t, err)
	ferries := 0
	for _, road := range got.Roads {
		if road.Class == "ferry" {
			ferries++
		}
	}
	if n := len(rows(path, "other_relations", "osm_id", "type = 'restriction'")); got.Restrictions.Read != n || n == 0 {
		t.Errorf("%+v restrictions, GDAL has %d", got.Restrictions, n)
	}
	if n := len(rows(path, "lines", "osm_id", `highway IS NULL AND other_tags LIKE '%"route"=>"ferry"%'`)); ferries != n || n == 0 {
		t.Errorf("%d ferries, GDAL has %d", ferries, n)
	}

	path = filepath.Join(sharedData(t, "porto-alegre"), "poa.osm.pbf")
	got, err = read.OSM(context.Background(), path, read.OSMOptions{})
	must(t, err)
	at := map[string]orb.Point{}
	for _, r := range rows(path, "points", "osm_id,barrier", "barrier IS NOT NULL") {
		x, errX := strconv.ParseFloat(r[0], 64)
		y, errY := strconv.ParseFloat(r[1], 64)
		must(t, errors.Join(errX, errY))
		at["node/"+strings.Trim(r[2], `"`)+" "+strings.Trim(r[3], `"`)] = orb.Point{x, y}
	}
	barriers := 0
	for _, g := range got.Gates {
		if p, ok := at[g.ID+" "+g.Kind]; ok {
			barriers++
			if p != g.At {
				t.Errorf("%s at %v, in GDAL at %v", g.ID, g.At, p)
			}
		}
	}
	if barriers < 400 || barriers > len(at) {
		t.Errorf("%d of the %d barriers of GDAL", barriers, len(at))
	}
}

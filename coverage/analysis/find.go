package analysis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/gazetteer"
	"kaimen/coverage/zonal"
	"kaimen/geo"
)

// The groups in which what is found is listed.
const (
	GroupPlace    = "place" // coordinates
	GroupKind     = "kind"
	GroupZone     = "zone"
	GroupEstate   = "estate"
	GroupFacility = "facility"
	GroupRoad     = "road"
)

// MatchPlace is the match of coordinates.
const MatchPlace = "coordinates"

// Find is a search for places by name.
type Find struct {
	Study string
	Text  string
	Limit int
	// Lines asks for the lines of the roads that are found.
	Lines bool
}

// Found is the answer to a Find.
type Found struct {
	Study    string              `json:"study" example:"dongxing-sample"`
	Snapshot coverage.SnapshotID `json:"snapshot" example:"41784fadbc00994f2d02"`
	Total    int                 `json:"total" doc:"How many there are in all, be they listed or not." example:"3"`
	Rows     []FoundRow          `json:"rows" nullable:"false" doc:"In groups, that of the best first; within one the best first."`
}

// FoundRow is one thing that was found.
type FoundRow struct {
	Group  string           `json:"group" enum:"place,kind,zone,estate,facility,road" doc:"What it is. A place is coordinates."`
	ID     string           `json:"id" doc:"Of a zone or an estate its id, of a facility kind/id, of a kind the kind, of a road its name, of a place longitude,latitude." example:"C0101"`
	Name   string           `json:"name" doc:"As its source names it; its id where it has no name." example:"麻柳坝社区"`
	Match  string           `json:"match" enum:"exact,prefix,inside,pinyin,id,coordinates" doc:"How it was found."`
	Level  coverage.Level   `json:"level,omitempty" enum:"street,community,grid,building" doc:"Of a zone."`
	Kind   string           `json:"kind,omitempty" doc:"Of a facility." example:"school"`
	Around []string         `json:"around" nullable:"false" doc:"Names of the zones around it, the outermost first."`
	People *coverage.Amount `json:"people,omitempty" doc:"Who live in a zone." example:"4012"`
	Count  int              `json:"count,omitempty" doc:"Of a kind, its facilities; of a road, its parts." example:"12"`
	At     *[2]float64      `json:"at,omitempty" doc:"A point of it, longitude and latitude (WGS 84); a kind has none."`
	Bounds *[4]float64      `json:"bounds,omitempty" doc:"West, south, east, north (WGS 84) of what has extent."`
	Lines  [][][2]float64   `json:"lines,omitempty" doc:"Of a road, where they were asked for."`
}

// thing is what stands behind an entry of the gazetteer.
type thing struct {
	row   FoundRow
	at    orb.Point        // of what is a point, or stands for one
	zone  *zonal.Zone      // nil for what is none
	area  orb.MultiPolygon // of what has one
	parts []int            // of a road, in Snapshot.Roads
}

// names are the things of a snapshot that can be found, with their index.
type names struct {
	index  *gazetteer.Index
	things []thing
}

// Find finds zones, facilities, estates, roads and kinds of a study by name, and
// places by their coordinates.
//
// Errors: not_found for the study.
// Cost: that of gazetteer.Find; more at the first time, when the index is built.
func (e *Engine) Find(ctx context.Context, f Find) (*Found, error) {
	b, err := e.base(ctx, f.Study)
	if err != nil {
		return nil, err
	}
	n, err := e.names.get(ctx, b.ID, func(context.Context) (*names, error) { return b.listNames(e.kindSummaries(b)), nil })
	if err != nil {
		return nil, err
	}
	found := &Found{Study: b.Study.ID, Snapshot: b.ID, Rows: []FoundRow{}}
	for _, at := range gazetteer.Places(f.Text, b.Bounds()) {
		found.Rows = append(found.Rows, b.placeRow(at))
	}
	hits, total := n.index.Find(f.Text, max(0, f.Limit-len(found.Rows)))
	found.Total = len(found.Rows) + total
	for _, h := range hits {
		row := b.rowOf(n.things[h.Entry])
		row.Match = string(h.Match)
		if f.Lines {
			row.Lines = b.linesOf(n.things[h.Entry].parts)
		}
		found.Rows = append(found.Rows, row)
	}
	return found, nil
}

// rowOf is a thing as it is told, with what is worked out for few alone.
func (b *base) rowOf(t thing) FoundRow {
	row := t.row
	row.Around = []string{}
	if row.Group == GroupKind {
		return row
	}
	if t.area != nil {
		t.at = geo.InteriorPoint(t.area)
	}
	row.At = &[2]float64{t.at[0], t.at[1]}
	if t.zone != nil {
		row.Around = b.parents(t.zone)
	} else {
		row.Around = b.around(t.at)
	}
	return row
}

// placeRow is coordinates as a row.
func (b *base) placeRow(at orb.Point) FoundRow {
	text := fmt.Sprintf("%.5f,%.5f", at[0], at[1])
	row := b.rowOf(thing{at: at, row: FoundRow{Group: GroupPlace, ID: text, Name: text}})
	row.Match = MatchPlace
	return row
}

// around names the zones about a place, buildings apart, the outermost first.
func (b *base) around(at orb.Point) []string {
	list := []string{}
	for _, level := range b.zones.Levels() {
		if level == coverage.LevelStudy || level == coverage.LevelBuilding {
			continue
		}
		if k := b.zones.PlaceAt(level)(at); k >= 0 {
			zone := &b.zones.Of(level)[k]
			list = append(list, nameOr(zone.Name, zone.ID))
		}
	}
	return list
}

// parents names the zones about a zone, the outermost first.
func (b *base) parents(zone *zonal.Zone) []string {
	list := []string{}
	for _, z := range slices.Backward(b.holding(zone)[1:]) {
		list = append(list, nameOr(z.Name, z.ID))
	}
	return list
}

func (b *base) linesOf(parts []int) (lines [][][2]float64) {
	for _, i := range parts {
		line := make([][2]float64, len(b.Roads[i].Line))
		for k, p := range b.Roads[i].Line {
			line[k] = p
		}
		lines = append(lines, line)
	}
	return lines
}

// listNames makes the index of all that can be found.
func (b *base) listNames(kinds []KindSummary) *names {
	n := &names{}
	var entries []gazetteer.Entry
	add := func(t thing, entry gazetteer.Entry, bound orb.Bound) {
		entry.Group = t.row.Group
		if bound.Min != bound.Max {
			t.row.Bounds = &[4]float64{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]}
		}
		n.things, entries = append(n.things, t), append(entries, entry)
	}
	for _, k := range kinds {
		add(thing{row: FoundRow{Group: GroupKind, ID: k.ID, Name: k.Name.ZH, Count: k.Count}},
			gazetteer.Entry{Names: []string{k.Name.ZH, k.Name.EN}, ID: k.ID, Weight: float64(k.Count)}, orb.Bound{})
	}
	b.nameZones(add)
	for i := range b.Estates {
		x := &b.Estates[i]
		add(thing{row: FoundRow{Group: GroupEstate, ID: x.ID, Name: nameOr(x.Name, x.ID)}, area: x.Area},
			gazetteer.Entry{Names: []string{x.Name}, ID: x.ID, Weight: float64(x.Households)}, x.Area.Bound())
	}
	for i := range b.Facilities {
		x := &b.Facilities[i]
		add(thing{row: FoundRow{Group: GroupFacility, ID: x.Kind + "/" + x.ID, Name: nameOr(x.Name, x.ID), Kind: x.Kind}, at: x.At},
			gazetteer.Entry{Names: []string{x.Name}, ID: x.ID}, orb.Bound{})
	}
	b.nameRoads(add)
	n.index = gazetteer.New(entries)
	return n
}

type adding = func(t thing, entry gazetteer.Entry, bound orb.Bound)

// nameZones adds the zones of every level with their people.
func (b *base) nameZones(add adding) {
	weights := weightsOf(b.Snapshot, coverage.WeightPeople)
	for _, level := range b.zones.Levels() {
		if level == coverage.LevelStudy {
			continue
		}
		people := b.zones.Amounts(level, weights, func(int) bool { return true })
		zones := b.zones.Of(level)
		for i := range zones {
			z := &zones[i]
			add(thing{row: FoundRow{Group: GroupZone, ID: z.ID, Name: nameOr(z.Name, z.ID), Level: level, People: &people[i]}, zone: z, area: z.Area},
				gazetteer.Entry{Names: []string{z.Name}, ID: z.ID, Rank: level.Rank(), Weight: float64(people[i])}, z.Area.Bound())
		}
	}
}

// nameRoads adds each name of roads once.
func (b *base) nameRoads(add adding) {
	parts := make(map[string][]int)
	for i := range b.Roads {
		if name := strings.TrimSpace(b.Roads[i].Name); name != "" {
			parts[name] = append(parts[name], i)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		list := parts[name]
		box := b.Roads[list[0]].Line.Bound()
		for _, i := range list[1:] {
			box = box.Union(b.Roads[i].Line.Bound())
		}
		middle := b.Roads[list[len(list)/2]].Line
		add(thing{row: FoundRow{Group: GroupRoad, ID: name, Name: name, Count: len(list)}, at: middle[len(middle)/2], parts: list},
			gazetteer.Entry{Names: []string{name}}, box)
	}
}

func nameOr(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

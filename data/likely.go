package data

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"kaimen/coverage"
)

// layerWords are parts of the names of files by which people call the layers,
// the more telling first.
var layerWords = []struct {
	layer coverage.LayerName
	words []string
}{
	{coverage.LayerRequests, []string{"诉求", "工单", "投诉", "request", "12345"}},
	{coverage.LayerGates, []string{"出入口", "大门", "gate"}},
	{coverage.LayerLandCover, []string{"地表", "水系", "水面", "绿地", "landcover", "land_cover", "water"}},
	{coverage.LayerParcels, []string{"地块", "闲置", "宗地", "parcel"}},
	{coverage.LayerEstates, []string{"小区", "estate"}},
	{coverage.LayerBuildings, []string{"建筑", "楼栋", "房屋", "building"}},
	{coverage.LayerDemand, []string{"人口", "居民", "户数", "people", "population", "demand", "pop"}},
	{coverage.LayerRoads, []string{"道路", "路网", "road", "street_network"}},
	{coverage.LayerFacilities, []string{"设施", "学校", "药店", "公园", "停车", "医院", "poi", "facilit", "school", "clinic", "park", "pharmac"}},
	{coverage.LayerBoundaries, []string{"边界", "社区", "街道", "网格", "区划", "boundar", "commun", "street", "grid", "zone"}},
}

// levelWords are parts of names by which the level of zones is known.
var levelWords = []struct {
	level coverage.Level
	words []string
}{
	{coverage.LevelGrid, []string{"网格", "grid"}},
	{coverage.LevelCommunity, []string{"社区", "村", "commun"}},
	{coverage.LevelStreet, []string{"街道", "乡镇", "street", "town"}},
}

// likelyLayer guesses which layer a file is for: by its shapes, its name, and
// how many fields of the layer have a column of a usual name.
func likelyLayer(file string, g *glance) coverage.Understood {
	if isOSM(file) {
		return coverage.Understood{Value: string(coverage.LayerRoads), How: coverage.KnownUsual, Why: "a file of OpenStreetMap gives the roads"}
	}
	if g.cells {
		return coverage.Understood{Value: string(coverage.LayerDemand), How: coverage.KnownGuess, Why: "a raster holds people per cell"}
	}
	columns := make([]string, len(g.columns))
	for i, c := range g.columns {
		columns[i] = c.name
	}
	best, most := coverage.LayerFacilities, -1
	for _, l := range layers() {
		if !coverage.IsLayer(l.name) || !l.takes(g.shapes) {
			continue
		}
		if score := l.score(file, columns); score > most {
			best, most = l.name, score
		}
	}
	return coverage.Understood{Value: string(best), How: coverage.KnownGuess, Why: "by its name, its shapes and its columns"}
}

// takes tells whether a layer is made of such shapes; a table has none.
func (l layer) takes(shapes []string) bool {
	area := slices.ContainsFunc(shapes, func(s string) bool { return strings.HasSuffix(s, "Polygon") })
	line := slices.ContainsFunc(shapes, func(s string) bool { return strings.HasSuffix(s, "LineString") })
	switch l.shape {
	case inArea:
		return area && !line
	case alongLine:
		return line && !area
	case atPlace:
		return !line
	}
	return !line && !area
}

// score is how much speaks for a layer. The name of the file says most, then
// what no other layer has.
func (l layer) score(file string, columns []string) (points int) {
	const byName, byNeeded, byField = 4, 2, 1
	for _, of := range layerWords {
		if of.layer == l.name && slices.ContainsFunc(of.words, func(w string) bool { return strings.Contains(strings.ToLower(file), w) }) {
			points += byName
		}
	}
	names := l.fieldNames()
	if l.name == coverage.LayerDemand {
		names = slices.Compact(slices.Sorted(slices.Values(slices.Concat(names, usualWeights))))
	}
	for _, field := range names {
		if slices.Contains([]string{"id", "name", "x", "y"}, field) && len(layerAliases[l.name][field]) == 0 {
			continue // every table has them
		}
		usual := usualNames(l.name, field)
		if slices.Contains([]string{"id", "name"}, field) {
			usual = layerAliases[l.name][field]
		}
		if !slices.ContainsFunc(columns, func(c string) bool { return slices.Contains(usual, strings.ToLower(c)) }) {
			continue
		}
		points += byField
		if l.needs(field) {
			points += byNeeded
		}
	}
	return points
}

// suggestLevel gives boundaries without a column of their level that which their
// file's name tells.
func (i *inspector) suggestLevel() {
	s := &i.out.Settings
	if s.Layer != coverage.LayerBoundaries || s.Level != "" || s.Fields["level"] != "" || i.hasColumn("level") {
		return
	}
	for _, of := range levelWords {
		if slices.ContainsFunc(of.words, func(w string) bool { return strings.Contains(strings.ToLower(i.given.Name), w) }) {
			s.Level = of.level
			return
		}
	}
}

// summedBy are the levels that cells of a raster may be summed by, the finest
// first: cells are not smaller than buildings.
var summedBy = []coverage.Level{coverage.LevelGrid, coverage.LevelCommunity, coverage.LevelStreet}

// suggestZone gives people without positions the zones of the study that they
// are counted by: a raster the finest ones, a table those that it names.
func (i *inspector) suggestZone() {
	s := &i.out.Settings
	if s.Layer != coverage.LayerDemand || s.Zone != "" {
		return
	}
	switch {
	case i.seen.cells:
		s.Zone = summedBy[0]
		for _, level := range summedBy {
			if i.base != nil && len(zonesAt(&i.base.Layers, level)) > 0 {
				s.Zone = level
				return
			}
		}
	case i.base != nil && len(i.seen.shapes) == 0 && !i.hasColumn("x"):
		s.Zone = i.namedZones()
	}
}

// namedZones is the level of which most rows name a zone, more than half of
// them, in some column; empty for none.
func (i *inspector) namedZones() (level coverage.Level) {
	most := i.seen.rows / 2
	for _, of := range append(slices.Clone(summedBy), coverage.LevelBuilding) {
		ids := make(map[string]bool)
		for _, zone := range zonesAt(&i.base.Layers, of) {
			ids[zone.ID] = true
		}
		for _, c := range i.seen.columns {
			named := 0
			for value := range c.met {
				if ids[value] {
					named++
				}
			}
			if named > most {
				level, most = of, named
			}
		}
	}
	return level
}

// zonesAt are the zones of a level, in the order of their layer, as they are
// drawn.
func zonesAt(l *coverage.Layers, level coverage.Level) (zones []coverage.PreviewRow) {
	if level == coverage.LevelBuilding {
		for _, b := range l.Buildings {
			zones = append(zones, coverage.PreviewRow{ID: b.ID, Name: b.Name, Geometry: b.Area})
		}
		return zones
	}
	for _, b := range l.Boundaries {
		if b.Level == level {
			zones = append(zones, coverage.PreviewRow{ID: b.ID, Name: b.Name, Geometry: b.Area})
		}
	}
	return zones
}

// hasColumn tells whether a column has a usual name of a field.
func (i *inspector) hasColumn(field string) bool {
	return slices.ContainsFunc(usualNames(i.out.Settings.Layer, field), func(name string) bool {
		return slices.ContainsFunc(i.seen.columns, func(c *columnGlance) bool { return strings.EqualFold(c.name, name) })
	})
}

// likelyID are names of columns that hold ids, though no rule of the import
// takes them.
var likelyID = regexp.MustCompile(`(?i)(^|_|\b)(id|fid|gid|no|num|code)$|号$|码$|序号`)

// suggestID takes, where a needed id has no column, one that tells all rows
// apart: by a likely name, else the first. It tells whether it found one.
func (i *inspector) suggestID(in *intake) bool {
	_, given := i.given.Fields["id"]
	if given || in.columns == nil || in.columns["id"] != "" || !in.layer.needs("id") || in.features && i.seen.named {
		return false
	}
	var fits []string
	for _, c := range i.out.Columns {
		if c.Unique && c.Type != "other" && c.Type != "date" && !in.bound(c.Name) {
			fits = append(fits, c.Name)
		}
	}
	if len(fits) == 0 {
		return false
	}
	column := fits[0]
	if k := slices.IndexFunc(fits, likelyID.MatchString); k >= 0 {
		column = fits[k]
	}
	fields := maps.Clone(i.given.Fields)
	if fields == nil {
		fields = make(map[string]string)
	}
	fields["id"] = column
	i.out.Settings.Fields = fields
	return true
}

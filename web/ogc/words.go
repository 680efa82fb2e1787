package ogc

import "kaimen/coverage"

// layerText is what people read of a collection, in both languages.
type layerText struct{ title, about coverage.Name }

// textOf is the text of a layer or a part of one; its name where it has none.
func textOf(layer string) layerText {
	if text, ok := layerTexts()[layer]; ok {
		return text
	}
	return layerText{title: coverage.Name{ZH: layer, EN: layer}}
}

func layerTexts() map[string]layerText {
	name := func(zh, en string) coverage.Name { return coverage.Name{ZH: zh, EN: en} }
	return map[string]layerText{
		"boundaries.street":    {name("街道", "Streets (subdistricts)"), name("街道界。", "Boundaries of streets.")},
		"boundaries.community": {name("社区", "Communities"), name("社区界。", "Boundaries of communities.")},
		"boundaries.grid":      {name("网格", "Grids"), name("网格界。", "Boundaries of grids.")},
		"boundaries.building":  {name("楼栋界", "Building zones"), name("楼栋级边界。", "Boundaries at the level of buildings.")},
		"roads":                {name("道路", "Roads"), name("路网；不含节点号和高程。", "The road network, without the ids and heights of its nodes.")},
		"facilities":           {name("设施", "Facilities"), name("设施，以点表示；entrances 为出入口（JSON）。", "Facilities as points; entrances is JSON text.")},
		"facilities.outlines":  {name("设施用地", "Grounds of facilities"), name("有用地轮廓的设施。", "Those facilities whose outline is known, as areas.")},
		"demand":               {name("人口", "People"), name("居住点及其人口。", "Where people live, and how many.")},
		"buildings":            {name("建筑", "Buildings"), name("建筑轮廓。", "Footprints of buildings.")},
		"estates":              {name("小区", "Housing estates"), name("居住小区。", "Housing compounds.")},
		"parcels":              {name("可用地块", "Idle land"), name("可以建设施的地块。", "Land that may take a facility.")},
		"gates":                {name("大门与路障", "Gates"), name("大门、路障、路缘。", "Gates, barriers and kerbs.")},
		"landcover":            {name("地表", "Land cover"), name("水面、绿地等。", "Water, green and other ground.")},
		"requests":             {name("诉求", "Requests"), name("居民诉求。", "What residents asked for.")},
	}
}

// titled is the name of the study with that of the layer.
func (t layerText) titled(s coverage.Study) coverage.Name {
	zh, en := s.Name.ZH, s.Name.EN
	if zh == "" {
		zh = s.ID
	}
	if en == "" {
		en = s.ID
	}
	return coverage.Name{ZH: zh + " · " + t.title.ZH, EN: en + " · " + t.title.EN}
}

// description says what the layer holds and whether it is real.
func (t layerText) description(s coverage.Study) coverage.Name {
	if s.Synthetic {
		return coverage.Name{ZH: t.about.ZH + madeUp().ZH, EN: t.about.EN + " " + madeUp().EN}
	}
	return t.about
}

// madeUp says that a study is not real.
func madeUp() coverage.Name {
	return coverage.Name{ZH: "数据为虚构。", EN: "The data is made up and describes no real place."}
}

// both is a name in both languages, in one line.
func both(n coverage.Name) string {
	if n.ZH == n.EN || n.EN == "" {
		return n.ZH
	}
	if n.ZH == "" {
		return n.EN
	}
	return n.ZH + " / " + n.EN
}

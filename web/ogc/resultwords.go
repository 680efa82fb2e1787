package ogc

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/job"
)

// kindText is what people read of an answer to a kind of question; its name
// where it has none.
func kindText(kind string) layerText {
	name := func(zh, en string) coverage.Name { return coverage.Name{ZH: zh, EN: en} }
	if text, ok := map[string]layerText{
		"coverage":      {name("覆盖率", "Coverage"), name("各区域有多少人能到达设施。", "How many people of each zone reach a facility.")},
		"gaps":          {name("服务盲区", "Gaps"), name("到不了设施的居住点。", "Where people live who reach no facility.")},
		"gap-areas":     {name("盲区范围", "Gap areas"), name("未被服务的连片地块及其成因。", "Ground that is not served, and why.")},
		"isochrones":    {name("等时圈", "Isochrones"), name("可达范围。", "What is within reach.")},
		"plans":         {name("选址方案", "New sites"), name("建议的新设施位置。", "Where new facilities would go.")},
		"links":         {name("缺失连接", "Missing links"), name("可打通的道路与大门。", "Roads and gates that could be opened.")},
		"compare":       {name("情景对比", "Before and after"), name("情景前后的覆盖率。", "Coverage before and after a scenario.")},
		"overview":      {name("总览", "Overview"), name("各类设施按两种口径的覆盖率。", "The coverage of many kinds under both rules.")},
		"disagreements": {name("口径分歧", "Disagreements"), name("只在一种口径下被覆盖的居住点。", "Homes that are covered under one rule alone.")},
		"nearest":       {name("最近设施", "Nearest"), name("到最近或第几近设施的距离。", "How far it is to the nearest facilities.")},
		"distribution":  {name("出行成本分布", "Distribution"), name("多少人在多远以内有设施。", "How many have a facility within how much.")},
		"catchments":    {name("吸引范围", "Catchments"), name("各设施所服务的人口。", "Whom each facility serves.")},
		"completeness":  {name("生活圈完整度", "Completeness"), name("生活圈内所需设施的齐全程度。", "How complete the service circle is.")},
		"place":         {name("地点详情", "Place"), name("一处居民各类设施的到达情况与路径。", "What one place reaches, and the ways to it.")},
		"per-capita":    {name("人均配置", "Per head"), name("设施供给与标准所需。", "What there is beside what the rules ask for.")},
		"accessibility": {name("可达性", "Accessibility"), name("可达性得分。", "Scores of accessibility.")},
		"equity":        {name("公平性", "Equity"), name("服务分布是否均衡。", "How even it is.")},
		"sensitivity":   {name("敏感性", "Sensitivity"), name("假设变动时的覆盖率。", "Coverage when an assumption moves.")},
		"estates":       {name("小区短板", "Estates"), name("各小区居民所缺的设施。", "What the residents of estates lack.")},
		"audit":         {name("半径覆盖", "Straight-line audit"), name("直线半径内的居住用地。", "Residential land within a radius.")},
	}[kind]; ok {
		return text
	}
	return layerText{title: name(kind, kind)}
}

// levelName is a level as titles have it.
func levelName(level coverage.Level) coverage.Name {
	return map[coverage.Level]coverage.Name{
		coverage.LevelStudy: {ZH: "全区", EN: "whole study"}, coverage.LevelStreet: {ZH: "按街道", EN: "by street"},
		coverage.LevelCommunity: {ZH: "按社区", EN: "by community"}, coverage.LevelGrid: {ZH: "按网格", EN: "by grid"},
		coverage.LevelBuilding: {ZH: "按楼栋", EN: "by building"},
	}[level]
}

func partName(part string) coverage.Name {
	return map[string]coverage.Name{
		partPoints: {ZH: "点", EN: "points"}, partLines: {ZH: "线", EN: "lines"},
		partAreas: {ZH: "面", EN: "areas"}, partNone: {ZH: "无图形", EN: "without a shape"},
	}[part]
}

// words gathers words of both languages.
type words struct{ zh, en []string }

// add takes a name, unless it is empty.
func (w *words) add(n coverage.Name) {
	if n.ZH != "" || n.EN != "" {
		w.zh, w.en = append(w.zh, cmp.Or(n.ZH, n.EN)), append(w.en, cmp.Or(n.EN, n.ZH))
	}
}

// addf takes one text for each language.
func (w *words) addf(zh, en string, args ...any) {
	w.add(coverage.Name{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)})
}

// cutoffs are the cutoffs of a question, with their unit.
func (a *Asked) cutoffs() (n coverage.Name) {
	list := func(values []float64, per float64, unit coverage.Name) {
		if len(values) == 0 {
			return
		}
		var texts []string
		for _, x := range values {
			texts = append(texts, strconv.FormatFloat(x/per, 'f', -1, 64))
		}
		n = coverage.Name{ZH: strings.Join(texts, "、") + " " + unit.ZH, EN: strings.Join(texts, ", ") + " " + unit.EN}
	}
	list(a.CutoffsM, 1, coverage.Name{ZH: "米", EN: "m"})
	list(a.CutoffsS, 60, coverage.Name{ZH: "分钟", EN: "min"})
	return n
}

// answered is when rows were first answered, as titles tell it.
func answered(s *job.Saved) string { return s.Answered.UTC().Format("2006-01-02 15:04 UTC") }

// title is the study, the question and when it was answered.
func (a *about) title(s *job.Saved) coverage.Name {
	asked := &a.Asked
	var w words
	w.add(asked.Facility)
	w.add(levelName(asked.Level))
	w.add(asked.cutoffs())
	if asked.Changes > 0 {
		w.add(coverage.Name{ZH: "情景", EN: "scenario"})
	}
	w.add(partName(a.Part))
	name, kind, when := a.Name, kindText(s.Kind).title, answered(s)
	zh, en := cmp.Or(name.ZH, s.Study)+" · "+kind.ZH, cmp.Or(name.EN, s.Study)+" · "+kind.EN
	if len(w.zh) > 0 {
		zh, en = zh+"："+strings.Join(w.zh, "，"), en+": "+strings.Join(w.en, ", ")
	}
	return coverage.Name{ZH: zh + " · " + when, EN: en + " · " + when}
}

// whatIf tells of the scenario.
func (a *Asked) whatIf() coverage.Name {
	if a.Changes == 0 {
		return coverage.Name{ZH: "现状，无情景。", EN: "As things are, without a scenario."}
	}
	zh, en := cmp.Or(a.Scenario.ZH, a.Scenario.EN), cmp.Or(a.Scenario.EN, a.Scenario.ZH)
	if zh != "" {
		zh, en = "“"+zh+"”", " “"+en+"”"
	}
	return coverage.Name{ZH: fmt.Sprintf("情景%s，改动 %d 处。", zh, a.Changes), EN: fmt.Sprintf("Scenario%s, changes: %d.", en, a.Changes)}
}

// description says what the rows are and all that was asked.
func (a *about) description(s *job.Saved) coverage.Name {
	asked := &a.Asked
	var w words
	w.add(kindText(s.Kind).about)
	if asked.Unfinished {
		w.addf("搜索未做完，此为中断时的最优。", "The search was cut short; this is the best it had by then.")
	}
	w.add(asked.whatIf())
	var with words
	with.add(asked.Cohort)
	if asked.Profile != "" {
		with.addf("出行方式 %[1]s", "profile %[1]s", asked.Profile)
	}
	if asked.When != "" {
		with.addf("时刻 %[1]s", "at %[1]s", asked.When)
	}
	if asked.Options != "" {
		with.addf("选项 %[1]s", "options %[1]s", asked.Options)
	}
	if len(with.zh) > 0 {
		w.add(coverage.Name{ZH: "条件：" + strings.Join(with.zh, "，") + "。", EN: "Asked of: " + strings.Join(with.en, ", ") + "."})
	}
	w.addf("快照 %[1]s，%[2]s 作答。", "Snapshot %[1]s, answered %[2]s.", s.Basis, answered(s))
	if a.Synthetic {
		w.add(madeUp())
	}
	return coverage.Name{ZH: strings.Join(w.zh, ""), EN: strings.Join(w.en, " ")}
}

package data

import (
	"slices"
	"strings"

	"kaimen/coverage"
)

// noColumn, given for a field in the manifest, says that the file has no
// column for it: nothing is guessed then.
const noColumn = "-"

// aliases are the usual names of columns, Chinese and English, tried in order
// without regard to case after the field's own name. What is found by them is
// a guess, and told. Areas have none: whether 面积 is in 平方米, 亩 or 公顷 no name
// tells.
var aliases = map[string][]string{
	"id":         {"编号", "编码", "代码", "code", "uid", "objectid"},
	"name":       {"名称", "name_zh", "title"},
	"kind":       {"类别", "类型", "种类", "category", "type"},
	"level":      {"级别", "层级"},
	"parent":     {"上级", "上级编号", "上级编码", "parent_id", "parent_code"},
	"x":          {"lon", "lng", "longitude", "long", "经度", "x坐标", "东坐标"},
	"y":          {"lat", "latitude", "纬度", "y坐标", "北坐标"},
	"people":     {"常住人口", "人口", "人口数", "总人口", "常住人口数", "居住人口", "population", "pop", "residents"},
	"elderly":    {"老年人口", "老年人", "老人", "60岁以上", "65岁以上", "over60", "over65"},
	"children":   {"儿童", "儿童数", "未成年人", "0-14岁"},
	"households": {"户数", "总户数", "住户数", "家庭户数", "hh"},
	"vehicles":   {"车辆", "车辆数", "机动车", "机动车数", "汽车数", "cars"},
	"building":   {"楼栋编号", "楼栋", "楼号", "building_id"},
	"capacity":   {"容量", "床位", "床位数", "车位", "车位数", "泊位", "泊位数", "学位", "学位数", "规模"},
	"area_m2":    {"用地面积", "占地面积", "面积", "area"},
	"staff":      {"工作人员", "工作人员数", "从业人员", "职工数", "员工数"},
	"hours":      {"营业时间", "开放时间", "服务时间", "opening_hours"},
	"address":    {"地址", "详细地址", "addr"},
	"facility":   {"设施编号", "设施", "facility_id"},
	"use":        {"用途", "建筑用途", "房屋用途", "使用性质"},
	"estate":     {"小区编号", "小区", "所属小区", "estate_id"},
	"floors":     {"层数", "楼层", "楼层数", "地上层数", "总层数", "levels", "building:levels", "storeys"},
	"old":        {"老旧小区", "是否老旧"},
	"gated":      {"封闭小区", "是否封闭"},
	"year_built": {"建成年份", "建成年代", "竣工年份", "建设年份"},
	"buildings":  {"楼栋数", "栋数"},
	"kinds":      {"允许用途", "可建类别"},
	"state":      {"状态", "办理状态", "status"},
	"opened_at":  {"受理时间", "上报时间", "登记时间", "创建时间", "created_at", "opened"},
	"closed_at":  {"办结时间", "结案时间", "完成时间", "closed"},
}

// layerAliases are names that mean a field in one layer alone; they are tried
// before the others.
var layerAliases = map[coverage.LayerName]map[string][]string{
	coverage.LayerBoundaries: {
		"id":     {"网格编号", "网格编码", "社区编号", "社区编码", "街道编号", "街道编码", "区划代码"},
		"name":   {"网格名称", "社区名称", "街道名称"},
		"parent": {"社区编号", "社区编码", "所属社区", "街道编号", "街道编码", "所属街道"},
	},
	coverage.LayerDemand:     {"id": {"网格编号", "网格编码", "社区编号", "社区编码", "楼栋编号"}},
	coverage.LayerFacilities: {"id": {"设施编号", "站点编号"}, "name": {"设施名称", "站点名称"}, "kind": {"设施类别", "设施类型"}},
	coverage.LayerBuildings:  {"id": {"楼栋编号", "楼栋编码"}, "name": {"楼栋名称", "楼名"}},
	coverage.LayerEstates:    {"id": {"小区编号", "小区编码"}, "name": {"小区名称"}},
	coverage.LayerParcels:    {"id": {"地块编号", "地块编码"}, "name": {"地块名称"}},
	coverage.LayerGates:      {"id": {"出入口编号"}, "name": {"出入口名称"}},
	coverage.LayerRequests:   {"id": {"工单编号", "工单号", "诉求编号", "受理编号"}, "kind": {"诉求类别", "诉求类型", "问题类别", "事项类别"}},
}

// gateStates are the states of a gate, by the words that sources have for them.
var gateStates = map[string]string{
	"open": "open", "开放": "open", "常开": "open",
	"closed": "closed", "关闭": "closed", "常闭": "closed", "封闭": "closed",
	"residents": "residents", "居民": "residents", "业主": "residents", "仅限业主": "residents",
}

// usualNames lists what a column of a field may be called, the likeliest first.
func usualNames(l coverage.LayerName, field string) []string {
	return slices.Concat([]string{field}, layerAliases[l][field], aliases[field])
}

// guessColumn takes the column of a usual name for a field that the manifest
// does not list, if no other field has it.
func (in *intake) guessColumn(field string, columns []string) bool {
	var fits []string
	for _, alias := range usualNames(in.layer.name, field) {
		for _, column := range columns {
			if strings.EqualFold(column, alias) && !in.bound(column) {
				fits = append(fits, column)
			}
		}
	}
	if len(fits) == 0 {
		return false
	}
	in.columns[field] = fits[0]
	also := ""
	if len(fits) > 1 {
		also = "; " + strings.Join(fits[1:], ", ") + " would fit as well"
	}
	in.guess("%s is column %s%s", field, fits[0], also)
	return true
}

// bound tells whether a column is that of another field.
func (in *intake) bound(column string) bool {
	for _, taken := range in.columns {
		if taken == column {
			return true
		}
	}
	for _, taken := range in.source.Fields {
		if taken == column {
			return true
		}
	}
	return in.layer.has(column) // a column of its own name is nobody else's
}

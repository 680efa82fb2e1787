package processes

import "kaimen/coverage"

// offer is a question of the API that is to be a process.
type offer struct {
	id       string
	question string // as the addresses of the API and jobs name it
	title    coverage.Name
}

// offers are all of them, in the order in which they are shown. Everything else
// about a process is read in the document of the API; one that the API does not
// have is no process.
func offers() []offer {
	return []offer{
		{"coverage", "coverage", name("覆盖率", "Coverage by zone")},
		{"gaps", "gaps", name("服务盲区（居民点）", "Gaps, as places where people live")},
		{"gap-areas", "gap-areas", name("服务盲区（范围）", "Gaps, as areas with their cause")},
		{"isochrones", "isochrones", name("等时圈与服务区", "Isochrones and service areas")},
		{"siting", "plans", name("选址", "Sites for new facilities")},
		{"links", "links", name("断头路与可打通的路段", "Dead ends and missing links")},
		{"compare", "compare", name("方案前后对比", "Before and after a scenario")},
		{"accessibility", "accessibility", name("可达性", "Accessibility scores")},
		{"overview", "overview", name("各类设施总览", "Overview of all kinds")},
		{"nearest", "nearest", name("最近设施", "Cost to the nearest facilities")},
		{"catchments", "catchments", name("设施吸引范围", "Catchments of facilities")},
		{"completeness", "completeness", name("生活圈完整度", "Completeness of the service circle")},
		{"per-capita", "per-capita", name("人均配置", "Supply per head")},
		{"equity", "equity", name("均衡性", "Equity")},
		{"estates", "estates", name("老旧小区", "Old housing estates")},
		{"disagreements", "disagreements", name("两种口径的差异", "Where the two rules disagree")},
		{"audit", "audit", name("直线距离核查", "Audit in a straight line")},
		{"sensitivity", "sensitivity", name("敏感性", "Sensitivity")},
		{"matrix", "matrix", name("出行成本矩阵", "Matrix of travel costs")},
	}
}

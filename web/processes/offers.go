package processes

import "kaimen/coverage"

// offer is a question of the API that is to be a process.
type offer struct {
	id           string
	question     string // as the addresses of the API and jobs name it
	title, about coverage.Name
}

// offers are all of them, in the order in which they are shown. Everything else
// about a process is read in the document of the API; one that the API does not
// have is no process.
func offers() []offer {
	return []offer{
		{
			"coverage", "coverage", name("覆盖率", "Coverage by zone"),
			name("各区域中，阈值内能到达某类设施的需求量及最近设施的距离。", "For each zone, the demand that reaches a facility of a kind within the cutoff, and how far the nearest is."),
		},
		{
			"gaps", "gaps", name("服务盲区（居民点）", "Gaps, as places where people live"),
			name("阈值外的需求点，由大到小，附最近设施与原因。", "The demand points beyond the cutoff, the largest first, each with its nearest facility and the reason."),
		},
		{
			"gap-areas", "gap-areas", name("服务盲区（范围）", "Gaps, as areas with their cause"),
			name("某类设施服务不到的连片范围，按影响人口排序，附到最近设施的路径与成因。", "The ground that a kind does not serve, as ranked areas with their people, the way to the nearest facility and the cause."),
		},
		{
			"isochrones", "isochrones", name("等时圈与服务区", "Isochrones and service areas"),
			name("从一处出发，或某类全部设施，在各阈值内可达的范围或道路。", "What is within reach of a place, or of all facilities of a kind, at each cutoff: as rings, or as the road itself."),
		},
		{
			"siting", "plans", name("选址", "Sites for new facilities"),
			name("从可用地块、小区、道路沿线或指定点中选择新设施位置，给出最优性界限与每处理由。", "Sites from idle parcels, estates, places along roads or points, with a bound that no plan can pass and the reason of each."),
		},
		{
			"links", "links", name("断头路与可打通的路段", "Dead ends and missing links"),
			name("可打通的路段，及每段能使多少人进入服务范围。", "Links that could be opened, and the people whom each would bring within reach."),
		},
		{
			"compare", "compare", name("方案前后对比", "Before and after a scenario"),
			name("方案改变前后的覆盖率、各区域变化，及得失的需求点。", "Coverage before and after the changes of a scenario, by zone, and the demand points that gain or lose."),
		},
		{
			"accessibility", "accessibility", name("可达性", "Accessibility scores"),
			name("累积机会、重力模型或移动搜索法的得分，按区域平均。", "Scores by cumulative opportunities, gravity or floating catchments, and their means by zone."),
		},
		{
			"overview", "overview", name("各类设施总览", "Overview of all kinds"),
			name("多类设施在多级区域上，按时间与距离两种口径的覆盖率。", "The coverage of many kinds at many levels, under the time rule and the distance rule."),
		},
		{
			"nearest", "nearest", name("最近设施", "Cost to the nearest facilities"),
			name("到各项需求最近或第 k 近设施的出行成本，及全部满足所需的成本。", "The cost to the nearest or k-th nearest facility of each need, and until all needs are met."),
		},
		{
			"distribution", "distribution", name("出行成本分布", "Distribution of costs"),
			name("按到最近设施的时间或距离分档累计的人数。", "The demand by what its way to the nearest facility costs, step by step and added up."),
		},
		{
			"catchments", "catchments", name("设施吸引范围", "Catchments of facilities"),
			name("需求分配到最近设施后，各设施的负荷与容量。", "All demand allotted to its nearest facility: the load of each beside its capacity."),
		},
		{
			"completeness", "completeness", name("生活圈完整度", "Completeness of the service circle"),
			name("各区域居民能到达多少类必备设施，缺哪些。", "For each zone, how many of the required kinds its people reach, and which are missing."),
		},
		{
			"per-capita", "per-capita", name("人均配置", "Supply per head"),
			name("各区域按配置标准的应有、现有与缺口。", "What each zone has against rules of supply for demand: need, have, shortfall."),
		},
		{
			"equity", "equity", name("均衡性", "Equity"),
			name("基尼、泰尔、帕尔马系数与洛伦兹曲线，各人群覆盖率及区域排名。", "Gini, Theil, Palma and the Lorenz curve of what people have, cohorts side by side, and zones ranked."),
		},
		{
			"estates", "estates", name("老旧小区", "Old housing estates"),
			name("老旧小区按居民所缺设施排序，可对比方案前后。", "Old estates ranked by what their residents lack, also before and after a scenario."),
		},
		{
			"disagreements", "disagreements", name("两种口径的差异", "Where the two rules disagree"),
			name("只在时间或只在距离口径下被覆盖的建筑。", "The buildings that are covered under one of the two rules alone."),
		},
		{
			"audit", "audit", name("直线距离核查", "Audit in a straight line"),
			name("按直线服务半径核查绿地等设施的覆盖。", "The coverage of facilities such as parks by radii in a straight line."),
		},
		{
			"sensitivity", "sensitivity", name("敏感性", "Sensitivity"),
			name("步速、设施、大门或桥梁改变时，哪些结论仍然成立。", "Which conclusions stand when speed, a facility, a gate or a bridge changes."),
		},
		{
			"matrix", "matrix", name("出行成本矩阵", "Matrix of travel costs"),
			name("多个起点到多个终点的出行时间与距离。", "Time and distance from many origins to many destinations."),
		},
	}
}

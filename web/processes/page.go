package processes

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/web/ogc"
)

// turns are the links to the next and the previous page of a list.
func turns(c *ogc.Call, address string, offset, limit, all int) (links []ogc.Link) {
	to := func(rel, title string, offset int) {
		links = append(links, ogc.Link{
			Href: c.With(c.Base()+address, url.Values{"offset": {strconv.Itoa(offset)}}), Rel: rel, Type: typeJSON, Title: title,
		})
	}
	if offset+limit < all {
		to("next", "Next page / 下一页", offset+limit)
	}
	if offset > 0 {
		to("prev", "Previous page / 上一页", max(0, offset-limit))
	}
	return links
}

// buttons are the turns among links, as a page shows them.
func buttons(links []ogc.Link) (list [][2]string) {
	for _, l := range links {
		if l.Rel == "next" || l.Rel == "prev" {
			english, chinese, _ := strings.Cut(l.Title, " / ")
			list = append(list, [2]string{l.Href, chinese + " / " + english})
		}
	}
	return list
}

func processesPage(c *ogc.Call, shown []*process, links []ogc.Link) ogc.Page {
	p := ogc.Page{
		Title: coverage.Name{ZH: "分析过程", EN: "Processes"}, Above: [][2]string{c.Home()}, Links: buttons(links),
		Lead:  "可执行的分析；以 POST 执行。 / The questions that can be run, by POST.",
		Table: &ogc.Table{Head: []string{"过程 / Process", "id", "说明 / About"}},
	}
	for _, of := range shown {
		p.Table.Rows = append(p.Table.Rows, []ogc.Cell{
			{Text: ogc.Both(of.title), Href: c.Base() + "/processes/" + of.id + "?f=html"}, {Text: of.id}, {Text: ogc.Both(of.about)},
		})
	}
	return p
}

func processPage(c *ogc.Call, of *process) ogc.Page {
	p := ogc.Page{
		Title: of.title, Lead: ogc.Both(of.about), Above: above(c, "processes"),
		Table: &ogc.Table{Head: []string{"输入或输出 / Input or output", "名称 / Name", "类型 / Type", "必需 / Required", "说明 / About"}},
	}
	names := slices.Sorted(maps.Keys(of.inputs))
	slices.SortStableFunc(names, func(a, b string) int { return of.inputs[b].MinOccurs - of.inputs[a].MinOccurs })
	for _, name := range names {
		in, needed := of.inputs[name], ""
		if in.MinOccurs > 0 {
			needed = "是 / yes"
		}
		p.Table.Rows = append(p.Table.Rows, []ogc.Cell{{Text: "输入 / input"}, {Text: name}, {Text: typeOf(in.Schema)}, {Text: needed}, {Text: in.Description}})
	}
	for _, name := range slices.Sorted(maps.Keys(of.outputs)) {
		var types []string
		for _, f := range of.outputs[name].formats {
			types = append(types, f.mediaType)
		}
		p.Table.Rows = append(p.Table.Rows, []ogc.Cell{{Text: "输出 / output"}, {Text: name}, {Text: strings.Join(types, ", ")}, {}, {Text: of.outputs[name].Description}})
	}
	return p
}

// typeOf is the type of an input in a word.
func typeOf(s schema) string {
	if t, ok := s["type"].(string); ok {
		if list, ok := s["enum"].([]any); ok {
			words := make([]string, len(list))
			for i, v := range list {
				words[i], _ = v.(string)
			}
			return strings.Join(words, ", ")
		}
		if of, ok := s["items"].(schema); ok && t == "array" {
			return "array: " + typeOf(of)
		}
		return t
	}
	for _, word := range []string{"oneOf", "allOf"} {
		list, _ := s[word].([]any)
		var types []string
		for _, of := range list {
			if t := typeOf(of.(schema)); t != "" && !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
		if len(types) > 0 {
			return strings.Join(types, ", ")
		}
	}
	return ""
}

// above leads from the landing page to a list.
func above(c *ogc.Call, list string) [][2]string {
	text := map[string]string{"processes": "分析过程 / Processes", "jobs": "任务 / Jobs"}[list]
	return [][2]string{c.Home(), {c.Base() + "/" + list + "?f=html", text}}
}

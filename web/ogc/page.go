package ogc

import (
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"halves": func(s string) []string { return strings.SplitN(s, " / ", 2) },
}).Parse(pageText))

// page is what the template shows. Where a text has both languages, " / "
// stands between them.
type page struct {
	Title coverage.Name
	Lead  string
	Above [][2]string // address and text of the pages above
	Links [][2]string
	Lines []string
	Table *table
	JSON  string // address of the other form
}

type table struct {
	Head []string
	Rows [][]cell
}

type cell struct {
	Text, Href string
	Number     bool
}

// trail leads from the landing page to the place above this one: "collections",
// then the id of a collection, then "items".
func (c *call) trail(steps ...string) [][2]string {
	path, list := "", [][2]string{{c.base + "?f=html", "开门可及 / Kaimen"}}
	for i, step := range steps {
		path += "/" + url.PathEscape(step)
		text := step
		switch i {
		case 0:
			text = "要素集 / Collections"
		case 2:
			text = "要素 / Features"
		}
		list = append(list, [2]string{c.base + path + "?f=html", text})
	}
	return list
}

// writePage writes p as HTML.
func writePage(w io.Writer, c *call, p page) error {
	p.JSON = c.with(c.URL.Path, url.Values{"f": {"json"}})
	return pageTemplate.Execute(w, p)
}

// itemsPage shows the features of a page of items as a table.
func (c *call) itemsPage(from Collection, sel *selection, hits found, links []link) page {
	info := from.Info()
	p := page{
		Title: info.Title, Above: c.trail("collections", info.ID), Table: &table{Head: []string{"要素 / Feature"}},
		Lead: fmt.Sprintf("共 %d 个，本页 %d 个 / %d features, %d on this page", hits.matched, len(hits.places), hits.matched, len(hits.places)),
	}
	for _, l := range links {
		if l.Rel == "next" || l.Rel == "prev" {
			english, chinese, _ := strings.Cut(l.Title, " / ")
			p.Links = append(p.Links, [2]string{l.Href, chinese + " / " + english})
		}
	}
	for _, column := range info.Columns {
		p.Table.Head = append(p.Table.Head, column.Name)
	}
	for _, place := range hits.places {
		f := from.At(place, nil)
		row := []cell{{Text: f.ID, Href: c.of(info.ID, "/items/"+url.PathEscape(f.ID)+"?f=html")}}
		for _, v := range f.Values {
			row = append(row, cellOf(v))
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	return p
}

// itemPage shows one feature, a line for each property.
func (c *call) itemPage(info *Info, f Feature, in system) page {
	p := page{Title: coverage.Name{ZH: f.ID, EN: f.ID}, Above: c.trail("collections", info.ID, "items"), Table: &table{Head: []string{"属性 / Property", "值 / Value"}}}
	for i, column := range info.Columns {
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: column.Name}, cellOf(f.Values[i])})
	}
	where := geometryName(info.Shape)
	switch g := in.write(f.Geometry).(type) {
	case nil:
	case orb.Point:
		where += " " + numbers(g[:])
	default:
		box := g.Bound()
		where += " " + numbers([]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]})
	}
	p.Table.Rows = append(p.Table.Rows, []cell{{Text: geometryProperty}, {Text: where}}, []cell{{Text: "crs"}, {Text: in.uri}})
	return p
}

func cellOf(v any) cell {
	switch v := v.(type) {
	case nil:
		return cell{}
	case string:
		return cell{Text: v}
	case float64:
		return cell{Text: strconv.FormatFloat(v, 'f', -1, 64), Number: true}
	case int64:
		return cell{Text: strconv.FormatInt(v, 10), Number: true}
	}
	return cell{Text: fmt.Sprint(v)}
}

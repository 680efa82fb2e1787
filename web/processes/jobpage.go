package processes

import (
	"strconv"
	"strings"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/ogc"
)

// stateText is a status as people read it.
func stateText(state job.State) string {
	text := map[job.State]string{
		job.Accepted: "等待", job.Running: "进行中", job.Successful: "完成", job.Failed: "失败", job.Dismissed: "已取消",
	}[state]
	return text + " / " + string(state)
}

func jobsPage(c *ogc.Call, s *server, list []statusInfo, links []ogc.Link) ogc.Page {
	p := ogc.Page{
		Title: coverage.Name{ZH: "任务", EN: "Jobs"}, Above: [][2]string{c.Home()}, Links: buttons(links),
		Lead:  "稍后作答的分析，最新的在前。 / What is answered later, the newest first.",
		Table: &ogc.Table{Head: []string{"任务 / Job", "过程 / Process", "状态 / Status", "进度 % / Progress %", "创建 / Created"}},
	}
	for _, info := range list {
		p.Table.Rows = append(p.Table.Rows, []ogc.Cell{
			{Text: info.JobID, Href: c.Base() + "/jobs/" + info.JobID + "?f=html"},
			{Text: ogc.Both(s.byID[info.ProcessID].title)},
			{Text: stateText(info.Status)},
			{Text: strconv.Itoa(info.Progress), Number: true},
			{Text: moment(info.Created)},
		})
	}
	return p
}

func moment(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

func jobPage(c *ogc.Call, of *process, info statusInfo) ogc.Page {
	p := ogc.Page{
		Title: of.title, Lead: stateText(info.Status), Above: above(c, "jobs"),
		Table: &ogc.Table{Head: []string{"项 / What", "值 / Value"}, Rows: [][]ogc.Cell{
			{{Text: "jobID"}, {Text: info.JobID}},
			{{Text: "过程 / Process"}, {Text: info.ProcessID, Href: c.Base() + "/processes/" + info.ProcessID + "?f=html"}},
			{{Text: "说明 / Message"}, {Text: info.Message}},
			{{Text: "进度 / Progress"}, {Text: strconv.Itoa(info.Progress) + " %"}},
			{{Text: "创建 / Created"}, {Text: moment(info.Created)}},
		}},
	}
	for _, at := range []struct {
		text string
		time *time.Time
	}{{"开始 / Started", info.Started}, {"结束 / Finished", info.Finished}} {
		if at.time != nil {
			p.Table.Rows = append(p.Table.Rows, []ogc.Cell{{Text: at.text}, {Text: moment(*at.time)}})
		}
	}
	for _, l := range info.Links {
		if strings.HasSuffix(l.Rel, "/results") {
			p.Links = append(p.Links, [2]string{l.Href + "?f=html", "结果 / Results"})
		}
	}
	return p
}

// resultsPage tells of results, which no page shows, where to have them.
func resultsPage(c *ogc.Call, of *process, j job.Job, out *delivery) ogc.Page {
	self := c.Base() + "/jobs/" + j.ID
	return ogc.Page{
		Title: of.title, Lead: stateText(stateOf(j)), Above: append(above(c, "jobs"), [2]string{self + "?f=html", j.ID}),
		Links: [][2]string{{self + "/results?f=json", "下载结果 / Get the results"}},
		Table: &ogc.Table{Head: []string{"项 / What", "值 / Value"}, Rows: [][]ogc.Cell{
			{{Text: "类型 / Type"}, {Text: out.mediaType}},
			{{Text: "字节 / Bytes"}, {Text: strconv.Itoa(len(out.body)), Number: true}},
		}},
	}
}

package analysis

import (
	"strings"

	"kaimen/coverage"
)

// The stages that a request of a resident passes: ordered, dispatched, accepted,
// rated (点单、派单、接单、评单), as far as figures tell them apart.
const (
	StageOpen    = "open"    // it waits for somebody
	StageDoing   = "doing"   // it is dispatched or accepted, and being done
	StageDone    = "done"    // it is done, rated or not
	StageDropped = "dropped" // it was withdrawn or turned down, and nobody is to do it
)

// stages lists them in their order.
func stages() []string { return []string{StageOpen, StageDoing, StageDone, StageDropped} }

// stageOf is the stage that a request is in. A word for dropped is taken at its
// word; else what is closed is done, whatever the word; and a word that is not
// known stands for open.
func stageOf(q *coverage.Request) (stage string, known bool) {
	stage, known = stageOfWord(strings.ToLower(strings.TrimSpace(q.State)))
	switch {
	case stage == StageDropped:
		return stage, true
	case q.ClosedAt != "":
		return StageDone, known
	case !known:
		return StageOpen, q.State == ""
	}
	return stage, true
}

// stageOfWord reads a state as sources name it, in lower case.
func stageOfWord(word string) (stage string, known bool) {
	if strings.HasPrefix(word, "cancel") {
		return StageDropped, true
	}
	switch word {
	case "open", "opened", "new", "ordered", "submitted", "received", "registered", "pending", "waiting",
		"点单", "已点单", "新建", "已提交", "已登记", "待派单", "待受理", "待处理", "待办", "未受理", "未处理", "未办理":
		return StageOpen, true
	case "dispatched", "assigned", "accepted", "doing", "started", "processing", "in progress", "in_progress", "in-progress",
		"派单", "已派单", "接单", "已接单", "待接单", "受理", "已受理", "处理中", "办理中", "进行中", "在办":
		return StageDoing, true
	case "done", "closed", "resolved", "completed", "complete", "finished", "fixed", "rated",
		"评单", "已评单", "待评单", "已评价", "待评价", "办结", "已办结", "完成", "已完成", "已解决", "已处理", "已关闭", "已结案", "结案":
		return StageDone, true
	case "dropped", "rejected", "declined", "withdrawn", "invalid", "duplicate",
		"取消", "已取消", "撤销", "已撤销", "撤单", "已撤单", "退回", "已退回", "退单", "已退单", "不予受理", "无效", "重复":
		return StageDropped, true
	}
	return "", false
}

// openRequest tells requests that wait for somebody or are being done.
func openRequest(q *coverage.Request) bool {
	stage, _ := stageOf(q)
	return stage == StageOpen || stage == StageDoing
}

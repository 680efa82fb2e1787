package data

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"kaimen/coverage"
)

// personalWords mark a column that tells who somebody is, anywhere in its
// name; personalNames are whole names of such columns. Requests keep none.
var (
	personalWords = []string{
		"姓名", "联系人", "电话", "手机", "联系方式", "身份证", "证件号", "微信", "邮箱", "诉求人", "来电人", "反映人", "投诉人", "举报人",
		"家庭住址", "phone", "mobile", "id_card", "idcard", "wechat", "email",
	}
	personalNames = []string{"name", "full_name", "first_name", "last_name", "surname", "tel", "telephone", "contact", "caller", "reporter", "complainant"}
)

// personal tells whether a column holds what tells who somebody is.
func personal(column string) bool {
	lower := strings.ToLower(column)
	return slices.Contains(personalNames, lower) ||
		slices.ContainsFunc(personalWords, func(word string) bool { return strings.Contains(lower, word) })
}

// personalNumber is a mobile number or an identity number of China.
var personalNumber = regexp.MustCompile(`(^|[^0-9])(1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])($|[^0-9])`)

// withoutPersonal leaves the personal columns of requests out, and tells.
func (in *intake) withoutPersonal(columns []string) []string {
	if in.layer.name != coverage.LayerRequests {
		return columns
	}
	var kept, dropped []string
	for _, column := range columns {
		if personal(column) {
			dropped = append(dropped, column)
		} else {
			kept = append(kept, column)
		}
	}
	if len(dropped) > 0 {
		in.issue(coverage.Issue{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonPersonal,
			Message: "personal data is not kept of requests: dropped columns " + strings.Join(dropped, ", "),
		})
	}
	return kept
}

func addRequest(r *row, into *coverage.Layers) {
	q := coverage.Request{ID: r.impersonal("id", r.id()), At: r.point(), State: r.impersonal("state", r.text("state"))}
	q.Kind = r.impersonal("kind", r.kind(true))
	q.OpenedAt, q.ClosedAt = r.moment("opened_at"), r.moment("closed_at")
	if q.ClosedAt != "" && q.OpenedAt != "" && q.ClosedAt[:10] < q.OpenedAt[:10] {
		r.note(coverage.SeverityWarning, coverage.ReasonBadValue, "%s: %s is before %s", r.label("closed_at"), q.ClosedAt, q.OpenedAt)
	}
	if r.keep(q.ID) {
		into.Requests = append(into.Requests, q)
	}
}

// impersonal refuses a value with a phone or identity number in it, without
// repeating it.
func (r *row) impersonal(field, value string) string {
	if !personalNumber.MatchString(value) {
		return value
	}
	if field == "id" {
		r.name = ""
	}
	r.fault(coverage.ReasonPersonal, "%s: the value looks like a phone or identity number; requests keep nothing that tells who somebody is",
		r.label(field))
	return ""
}

// moments are the ways in which times are written, without and with a clock.
var (
	days   = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"}
	clocks = []string{"2006-1-2 15:04:05", "2006-1-2 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02T15:04:05", "2006年1月2日 15:04", "20060102150405"}
)

// moment is a field as a day, 2006-01-02, or a time, 2006-01-02T15:04:05 with
// its offset if it has one; blank for a blank.
func (r *row) moment(name string) string {
	text := r.text(name)
	if text == "" {
		return ""
	}
	for _, form := range days {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format("2006-01-02")
		}
	}
	for _, form := range clocks {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format("2006-01-02T15:04:05")
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.Format(time.RFC3339)
	}
	r.fault(coverage.ReasonBadValue, "%s: %q is no time; write 2026-11-23 or 2026-11-23 08:30", r.label(name), text)
	return ""
}

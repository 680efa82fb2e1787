package hours_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kaimen/coverage/hours"
)

func parse(t testing.TB, s string) hours.Hours {
	t.Helper()
	h, err := hours.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func moment(t testing.TB, s string) hours.Moment {
	t.Helper()
	m, err := hours.ParseMoment(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// week is every minute, from Monday on.
func week() (moments []hours.Moment) {
	for d := range 7 {
		for m := range 24 * 60 {
			moments = append(moments, hours.Moment{Weekday: time.Weekday((d + 1) % 7), Minute: m})
		}
	}
	return moments
}

// Each text is open and shut at moments that follow from the specification, and
// is written in one way.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, open, shut, written string }{
		{"24/7", "Mo 00:00,Su 23:59", "", "24/7"},
		{"off", "", "Mo 00:00,We 12:00", "off"},
		{"closed", "", "We 12:00", "off"},
		{"Mo-Su off", "", "We 12:00", "off"},
		// The first minute is in, that of shutting is not.
		{"Mo-Fr 08:00-17:00", "Mo 08:00,Fr 16:59", "Mo 07:59,Fr 17:00,Sa 12:00", "Mo-Fr 08:00-17:00"},
		{"10:00-16:00", "Mo 10:00,Su 15:59", "Mo 16:00", "10:00-16:00"},
		{"Mo-Fr 08:00-12:00,13:00-17:30", "Mo 11:59,Mo 13:00", "Mo 12:30", "Mo-Fr 08:00-12:00,13:00-17:30"},
		{"Mo-Fr 08:00-12:00, 13:00-17:30", "Fr 13:00", "Sa 13:00", "Mo-Fr 08:00-12:00,13:00-17:30"},
		{"Tu,Th 9:00-10:00", "Tu 09:00,Th 09:30", "We 09:30,Mo 09:30", "Tu,Th 09:00-10:00"},
		{"Mo-Fr", "Mo 00:00,Fr 23:59", "Sa 00:00", "Mo-Fr 00:00-24:00"},
		{"Mo-Fr 08:00-24:00", "Mo 23:59", "Tu 00:00", "Mo-Fr 08:00-24:00"},
		{"Mo-Fr: 08:00-17:00", "Mo 08:00", "Sa 08:00", "Mo-Fr 08:00-17:00"},
		{"Mo-Fr 08:00-17:00 open;", "Mo 08:00", "Sa 08:00", "Mo-Fr 08:00-17:00"},
		{"mo-FR 08:00-17:00", "Mo 08:00", "Sa 08:00", "Mo-Fr 08:00-17:00"},
		// Days over the end of the week.
		{"Fr-Mo 10:00-12:00", "Fr 10:00,Su 10:00,Mo 10:00", "Tu 10:00,Th 10:00", "Mo,Fr-Su 10:00-12:00"},
		// Nights, also from Sunday to Monday and as an hour past 24.
		{"22:00-06:00", "Mo 00:00,Mo 05:59,Su 22:00", "Mo 06:00,Mo 21:59", "22:00-06:00"},
		{"Su 22:00-06:00", "Su 22:00,Mo 05:59", "Su 21:59,Mo 06:00,Su 00:00", "Su 22:00-06:00"},
		{"Sa 20:00-26:00", "Sa 23:00,Su 01:59", "Su 02:00", "Sa 20:00-02:00"},
		{"Sa 08:00-08:00", "Sa 08:00,Su 07:59", "Su 08:00,Sa 07:59", "Sa 08:00-24:00; Su 00:00-08:00"},
		{"Fr 18:00-42:00", "Fr 18:00,Sa 17:59", "Sa 18:00,Fr 17:59", "Fr 18:00-24:00; Sa 00:00-18:00"},
		{"Fr 10:00-48:00", "Fr 10:00,Sa 23:59", "Su 00:00,Fr 09:59", "Fr 10:00-24:00; Sa 00:00-24:00"},
		// A later rule stands for the whole of the days that it names.
		{"Mo-Sa 10:00-20:00; Tu 10:00-14:00", "Mo 19:00,Tu 13:59", "Tu 14:00,Tu 19:00", "Mo,We-Sa 10:00-20:00; Tu 10:00-14:00"},
		{"Mo-Sa 10:00-20:00; Tu off", "Mo 10:00", "Tu 10:00,Su 10:00", "Mo,We-Sa 10:00-20:00"},
		{"24/7; Su off", "Sa 23:59", "Su 00:00,Su 23:59", "Mo-Sa 00:00-24:00"},
		// Off with a time shuts that time.
		{"Mo-Fr 08:00-18:00; 12:00-14:00 off", "Mo 11:59,Mo 14:00", "Mo 12:00,Fr 13:59", "Mo-Fr 08:00-12:00,14:00-18:00"},
		// The night that Tuesday leaves to Wednesday goes with Wednesday's rule
		// after a semicolon, and stays after a comma.
		{"Mo-Tu 11:00-01:00; We 11:00-03:00", "Tu 00:59,Tu 23:59,Th 02:59", "We 00:30", ""},
		{"Mo-Tu 11:00-01:00, We 11:00-03:00", "Tu 00:59,We 00:30,Th 02:59", "We 01:00", "Mo,Tu 11:00-01:00, We 11:00-03:00"},
		{"Mo-Fr 08:00-12:00, We 14:00-18:00", "We 08:00,We 14:00", "Tu 14:00", "Mo,Tu,Th,Fr 08:00-12:00; We 08:00-12:00,14:00-18:00"},
		// What a later rule leaves to a day ruled before adds to it.
		{"Mo 10:00-18:00; Su 22:00-02:00", "Mo 01:59,Mo 10:00", "Mo 02:00,Su 21:59", "Mo 10:00-18:00, Su 22:00-02:00"},
		// As tables here write it.
		{"06:00－22:00", "Mo 06:00", "Mo 22:00", "06:00-22:00"},
		{"06：00—22：00", "Mo 06:00", "Mo 22:00", "06:00-22:00"},
		{"6:00——22:00", "Mo 06:00", "Mo 22:00", "06:00-22:00"},
		{"０６：００～２２：００", "Mo 06:00", "Mo 22:00", "06:00-22:00"},
		{"06:00至22:00", "Mo 06:00", "Mo 22:00", "06:00-22:00"},
		{"全天", "Mo 00:00", "", "24/7"},
		{"24小时", "Mo 00:00", "", "24/7"},
		{"24小时营业", "Mo 00:00", "", "24/7"},
		{"全天开放", "Mo 00:00", "", "24/7"},
		{"每天 06:00-22:00", "Su 06:00", "Su 22:00", "06:00-22:00"},
		{"周一至周五 08:00-17:00", "Mo 08:00", "Sa 08:00", "Mo-Fr 08:00-17:00"},
		{"周一至周五08:00-12:00、14:00-17:00", "Fr 14:00", "Fr 13:00", "Mo-Fr 08:00-12:00,14:00-17:00"},
		{"周一至五：8:00-17:00，周六 9:00-12:00", "Mo 08:00,Sa 09:00", "Sa 08:00", "Mo-Fr 08:00-17:00; Sa 09:00-12:00"},
		{"星期一、三、五　全天；星期日休息", "Mo 00:00,Fr 23:59", "Tu 12:00,Su 12:00", "Mo,We,Fr 00:00-24:00"},
		{"每天 8:00-20:00；周一不开放", "Tu 08:00", "Mo 08:00", "Tu-Su 08:00-20:00"},
		{"周末 9:00-17:00", "Sa 09:00,Su 09:00", "Fr 09:00", "Sa,Su 09:00-17:00"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			t.Parallel()
			h := parse(t, tc.text)
			for _, c := range []struct {
				moments string
				want    bool
			}{{tc.open, true}, {tc.shut, false}} {
				for _, m := range strings.FieldsFunc(c.moments, func(r rune) bool { return r == ',' }) {
					if got := h.Open(moment(t, m)); got != c.want {
						t.Errorf("at %s open is %v", m, got)
					}
				}
			}
			if tc.written != "" && h.String() != tc.written {
				t.Errorf("written %q, want %q", h, tc.written)
			}
		})
	}
}

// What is not understood is named, with its place and the reason; every rule
// has its say.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, want string }{
		{"", "the end (character 1): a rule with days or times is missing"},
		{"Mo-Fr 08:00-17:00; PH off", `"PH" (character 20): holidays`},
		{"SH 08:00-12:00", `"SH" (character 1): holidays`},
		{"周一至周五 8:00-17:00，节假日休息", `"节假日" (character 18): holidays`},
		{"工作日 8:00-17:00", `"工作日" (character 1): holidays`},
		{"Apr-Sep 08:00-20:00", `"Apr" (character 1): dates`},
		{"2026 Mo 08:00-20:00", `"2026" (character 1)`},
		{"week 1-10 Mo 08:00-20:00", `"week" (character 1): dates`},
		{"sunrise-sunset", `"sunrise" (character 1): times that go by the sun`},
		{"08:00-sunset", `"sunset" (character 7): times that go by the sun`},
		{"08:00-日落", `"日落" (character 7): times that go by the sun`},
		{"Mo[1] 08:00-12:00", `"[" (character 3)`},
		{"10:00+", `"+" (character 6): when it shuts is not said`},
		{"10:00-12:00+", `"+" (character 12): when it shuts is not said`},
		{"10:00", "the end (character 6): a span of time has a beginning and an end"},
		{"10:00-16:00/01:30", `"/" (character 12)`},
		{`Mo 10:00-12:00 "on call"`, `"\"on call\"" (character 16): a comment`},
		{`"on call`, `"\"on call" (character 1): a comment`},
		{`Mo 10:00-12:00 || off`, `"||" (character 16): what holds when`},
		{"Mo 10:00-12:00 unknown", `"unknown" (character 16)`},
		{"25:00-26:00", `"25:00" (character 1): it is no time of the day`},
		{"24:00-26:00", `"24:00" (character 1)`},
		{"08:60-12:00", `"08:60" (character 1)`},
		{"08:00-48:01", `"48:01" (character 7): it is no time of the day; the last is 48:00`},
		{"8:5-9:00", `"5" (character 3): a time has hours and minutes`},
		{"8-17", `"-" (character 2): a time has hours and minutes`},
		{"0800-1700", `"0800" (character 1): a time is written with a colon`},
		{"08.00-17.00", `"." (character 3)`},
		{"上午8:00-12:00", `"上午" (character 1): times are written by the 24-hour clock`},
		{"8:00am-5:00pm", `"am" (character 5): times are written by the 24-hour clock`},
		{"Mo-", "the end (character 4): a day is missing"},
		{"Mo-周末 08:00-09:00", `"周末" (character 4): a range goes from one day to another`},
		{"Mo-Fr 08:00-12:00;; Sa 08:00-12:00", `";" (character 19): a rule with days or times is missing`},
		{"Mon 08:00-12:00", `"Mon" (character 1): days, times and off`},
		{"open", "says no time"},
		{"营业", "says no time"},
		{"周一至周五", "says no time"},
		{"Mo 08:00-12:00,", "the end (character 16): after a comma"},
		{"Mo 08:00-12:00, off", `"off" (character 17): after a comma`},
		// The second rule would undo the first on all days: nobody means that.
		{"Mo-Fr 08:00-12:00; 14:00-18:00", `"14" (character 20): it names no days`},
		{"Mo-Fr 08:00-12:00; off", `"off" (character 20): it names no days`},
		{"周一休息", "when it is shut and not when it is open"},
		{strings.Repeat(" ", 1001), "more than 1000 characters"},
		// All at once.
		{"PH off; Mo 25:00-26:00; Tu 08:00-09:00; sunset", `(character 1): holidays`},
		{"PH off; Mo 25:00-26:00; Tu 08:00-09:00; sunset", `"25:00" (character 12)`},
		{"PH off; Mo 25:00-26:00; Tu 08:00-09:00; sunset", `"sunset" (character 41)`},
	} {
		if h, err := hours.Parse(tc.text); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q: %v, error %v, want %s", tc.text, h, err, tc.want)
		}
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Mo 14:30": "Mo 14:30", "su 0:05": "Su 00:05", "周日 23：59": "Su 23:59", "Sa 00:00": "Sa 00:00",
	} {
		if got := moment(t, text).String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := moment(t, "We 14:30"); got != (hours.Moment{Weekday: time.Wednesday, Minute: 870}) {
		t.Errorf("We 14:30 is %v", got)
	}
	for _, text := range []string{"", "Mo", "14:30", "Mo 24:00", "Mo-Tu 14:30", "每天 14:30", "Mo 14:30-15:00", "PH 14:30", "Mo 14", "Mo 14:30; Tu"} {
		if m, err := hours.ParseMoment(text); err == nil {
			t.Errorf("%q is %v, want an error", text, m)
		}
	}
	for _, m := range []hours.Moment{{Weekday: 7}, {Weekday: -1}, {Minute: -1}, {Minute: 1440}} {
		if hours.Always().Open(m) {
			t.Errorf("open at %s", m)
		}
	}
}

// Every moment of the week is written and read back.
func TestMomentsReturn(t *testing.T) {
	t.Parallel()
	for _, m := range week() {
		if got := moment(t, m.String()); got != m {
			t.Fatalf("%s came back as %s", m, got)
		}
	}
}

// drawn is a rule made at random, with what it says minute by minute.
type drawn struct {
	text  string
	days  [7]bool
	times [][2]int // minutes of the day, the end up to 48:00
	off   bool
	adds  bool // after a comma
	keeps bool // what its days held before
}

func drawRule(t *rapid.T) (r drawn) {
	names := []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}
	r.adds, r.off = rapid.Bool().Draw(t, "adds"), rapid.IntRange(0, 4).Draw(t, "off") == 0
	var days []string
	for range rapid.IntRange(1, 3).Draw(t, "ranges") {
		a, n := rapid.IntRange(0, 6).Draw(t, "day"), rapid.IntRange(0, 6).Draw(t, "more")
		for i := range n + 1 {
			r.days[(a+i)%7] = true
		}
		days = append(days, names[a]+"-"+names[(a+n)%7])
	}
	var times []string
	for range rapid.IntRange(0, 3).Draw(t, "spans") {
		a, n := rapid.IntRange(0, 1439).Draw(t, "from"), rapid.IntRange(1, 1440).Draw(t, "minutes")
		r.times = append(r.times, [2]int{a, a + n})
		times = append(times, fmt.Sprintf("%02d:%02d-%02d:%02d", a/60, a%60, (a+n)/60, (a+n)%60))
	}
	r.keeps = r.adds || r.off && len(times) > 0
	if len(times) == 0 {
		r.times = [][2]int{{0, 1440}}
		if !r.off {
			times = []string{"00:00-24:00"} // else a comma after it would go on with days
		}
	}
	r.text = strings.Join(days, ",") + " " + strings.Join(times, ",")
	if r.off {
		r.text += " off"
	}
	return r
}

// A minute is open as the last rule that speaks of it says; what is written
// opens in the same minutes, and is written the same again.
func TestWeek(t *testing.T) {
	t.Parallel()
	moments := week()
	rapid.Check(t, func(t *rapid.T) {
		open := make([]bool, len(moments))
		text := "Mo 00:00-00:01"
		open[0] = true
		for range rapid.IntRange(1, 4).Draw(t, "rules") {
			r := drawRule(t)
			text += map[bool]string{true: ", ", false: "; "}[r.adds] + r.text
			for i := range open {
				if r.days[i/1440] && !r.keeps {
					open[i] = false
				}
			}
			for d := range 7 {
				for _, s := range r.times {
					for m := s[0]; r.days[d] && m < s[1]; m++ {
						open[(d*1440+m)%len(open)] = !r.off
					}
				}
			}
		}
		h := parse2(t, text)
		again := parse2(t, h.String())
		if h.String() != again.String() {
			t.Fatalf("%q is written %q and then %q", text, h, again)
		}
		for i, m := range moments {
			if h.Open(m) != open[i] || again.Open(m) != open[i] {
				t.Fatalf("%q, written %q, at %s: %v and %v, want %v", text, h, m, h.Open(m), again.Open(m), open[i])
			}
		}
	})
}

func parse2(t *rapid.T, s string) hours.Hours {
	h, err := hours.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The same weeks as a reader made by others finds: see testdata/README.txt.
func TestAgainstOthers(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/weeks.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, moments := 0, week()
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		text, spans, _ := strings.Cut(s.Text(), "\t")
		open := make([]bool, len(moments))
		for _, span := range strings.Fields(spans) {
			var from, to int
			if _, err := fmt.Sscanf(span, "%d-%d", &from, &to); err != nil {
				t.Fatal(err)
			}
			for m := from; m < to; m++ {
				open[m] = true
			}
		}
		h := parse(t, text)
		for i, m := range moments {
			if h.Open(m) != open[i] {
				t.Errorf("%q, written %q, at %s: %v, others say %v", text, h, m, h.Open(m), open[i])
				break
			}
		}
	}
	if lines < 40 {
		t.Errorf("only %d lines", lines)
	}
}

// FuzzParse: nothing panics; what is read is written and read back to the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"24/7", "off", "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; Su off", "Fr-Mo 22:00-06:00", "PH off",
		"周一至五：8:00-17:00，周六、日 全天", `08:00-sunset || "call"`, "Sa 20:00-48:00, Mo-Su 12:00-13:00 off",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := hours.Parse(s)
		if err != nil {
			return
		}
		again, err := hours.Parse(h.String())
		if err != nil || again.String() != h.String() {
			t.Fatalf("%q is written %q and then %q, %v", s, h, again, err)
		}
	})
}

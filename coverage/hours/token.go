package hours

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is.
type kind int

const (
	end     kind = iota // of the text
	day                 // days: one of them, or several that go by one word
	bareDay             // a day's number alone, as in 周一至五
	number              // value
	colon
	dash
	comma
	semicolon
	always   // 24/7
	wholeDay // 全天
	open
	shut
	other // not understood; why says more, if we know what it is
)

// token is a piece of the text.
type token struct {
	kind  kind
	text  string
	at    int // the character it begins at, counted from 1
	days  daySet
	value int
	why   string
}

// chinese tells whether the token is written beyond ASCII.
func (t token) chinese() bool { return t.text > "~" }

// word is a piece of text with a meaning of its own. Words with why are
// understood only so far that their refusal can say what they are about.
type word struct {
	text string
	n    int // characters of text
	kind kind
	days daySet
	why  string
}

const (
	aboutHolidays = "holidays are not known here"
	aboutDates    = "dates, months, weeks and seasons are not known here"
	aboutSun      = "times that go by the sun are not known here"
	aboutComment  = "a comment may change what is meant"
	aboutHalfDays = "times are written by the 24-hour clock, such as 14:00"
)

// words is every word; it is only read.
var words = allWords()

func allWords() []word {
	list := []word{
		{text: "24/7", kind: always},
		{text: "24小时", kind: wholeDay},
		{text: "全天", kind: wholeDay},
		{text: "每天", kind: day, days: allDays},
		{text: "每日", kind: day, days: allDays},
		{text: "周末", kind: day, days: 1<<5 | 1<<6},
		{text: "||", kind: other, why: "what holds when other rules are silent is not known here"},
		{text: "+", kind: other, why: "when it shuts is not said"},
	}
	add := func(k kind, why, texts string) {
		for _, text := range strings.Fields(texts) {
			list = append(list, word{text: text, kind: k, why: why})
		}
	}
	add(open, "", "open 开放 营业")
	add(shut, "", "off closed 不开放 不营业 休息 关闭")
	add(other, aboutHolidays, "PH SH 节假日 法定节假日 工作日 假期")
	add(other, aboutDates, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec week easter 夏季 冬季")
	add(other, aboutSun, "sunrise sunset dawn dusk 日出 日落")
	add(other, aboutHalfDays, "AM PM 上午 下午 中午 晚上 早上 凌晨")
	for i, names := range []string{"一", "二", "三", "四", "五", "六", "日天"} {
		list = append(list, word{text: dayNames[i], kind: day, days: 1 << i})
		for _, name := range names {
			list = append(list, word{text: string(name), kind: bareDay, days: 1 << i})
			for _, prefix := range []string{"周", "星期", "礼拜"} {
				list = append(list, word{text: prefix + string(name), kind: day, days: 1 << i})
			}
		}
	}
	for i := range list {
		list[i].n = utf8.RuneCountInString(list[i].text)
	}
	return list
}

// plain is a character as it is read: full-width forms and the many dashes as
// ASCII has them. Each character stays one.
func plain(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	switch r {
	case '–', '—', '―', '‐', '−', '─', '~', '〜', '至', '到':
		return '-'
	case '、':
		return ','
	}
	return r
}

// lex cuts the text into tokens, the last of kind end.
//
// Cost: O(n).
func lex(s string) []token {
	original := []rune(s)
	text := make([]rune, len(original))
	for i, r := range original {
		text[i] = plain(r)
	}
	var tokens []token
	for i := 0; i < len(text); {
		if unicode.IsSpace(text[i]) {
			i++
			continue
		}
		t, n := next(text[i:])
		t.at, t.text = i+1, string(original[i:i+n])
		tokens = append(tokens, t)
		i += n
	}
	return append(tokens, token{kind: end, at: len(text) + 1})
}

// next is the token that the text begins with, and its length.
func next(text []rune) (token, int) {
	if w, ok := longestWord(text); ok {
		return token{kind: w.kind, days: w.days, why: w.why}, w.n
	}
	if k, ok := map[rune]kind{':': colon, '-': dash, ',': comma, ';': semicolon}[text[0]]; ok {
		n := 1
		for k == dash && n < len(text) && text[n] == '-' {
			n++ // the Chinese dash is two characters
		}
		return token{kind: k}, n
	}
	if text[0] == '"' {
		if n := slices.Index(text[1:], '"'); n >= 0 {
			return token{kind: other, why: aboutComment}, n + 2
		}
		return token{kind: other, why: aboutComment}, len(text)
	}
	digits := run(text, isDigit)
	if digits > 0 && digits <= 2 {
		value := 0
		for _, r := range text[:digits] {
			value = value*10 + int(r-'0')
		}
		return token{kind: number, value: value}, digits
	}
	if digits > 0 {
		why := "hours and minutes have two digits at most"
		if digits == 4 {
			why = "a time is written with a colon, and years are not known here"
		}
		return token{kind: other, why: why}, digits
	}
	return token{kind: other}, max(1, run(text, unicode.IsLetter))
}

// longestWord is the longest word that the text begins with. A word of Latin
// letters has to end where the letters do: Mo is no part of Month.
func longestWord(text []rune) (word, bool) {
	latin := run(text, isLatin)
	var best word
	for _, w := range words {
		if w.n <= best.n || w.n > len(text) || latin != 0 && latin != w.n {
			continue
		}
		if strings.EqualFold(string(text[:w.n]), w.text) {
			best = w
		}
	}
	return best, best.n > 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// run counts the characters at the beginning that are of a kind.
func run(text []rune, is func(rune) bool) int {
	n := 0
	for n < len(text) && is(text[n]) {
		n++
	}
	return n
}

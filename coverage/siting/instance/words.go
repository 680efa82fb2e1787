package instance

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// mostPoints bounds the instances whose every pair has a cost: a file of a few
// bytes can name many points, and their pairs must not fill the memory.
const mostPoints = 6000

// words hands out the words of a text file one by one. The first fault stays;
// what is read after it is empty or 0.
type words struct {
	path string
	text string // what is left
	line int
	err  error
}

func open(path string) *words {
	text, err := os.ReadFile(path)
	return &words{path: path, text: string(text), line: 1, err: err}
}

// fault keeps what is wrong at the line of the last word.
func (w *words) fault(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("%s: line %d: %s", w.path, w.line, fmt.Sprintf(format, args...))
	}
}

// skip passes over space, and counts its lines.
func (w *words) skip() {
	rest := strings.TrimLeft(w.text, " \t\r\n")
	w.line += strings.Count(w.text[:len(w.text)-len(rest)], "\n")
	w.text = rest
}

// word is the next word; there must be one.
func (w *words) word(what string) string {
	if w.err != nil {
		return ""
	}
	w.skip()
	end := strings.IndexAny(w.text, " \t\r\n")
	if end < 0 {
		end = len(w.text)
	}
	word := w.text[:end]
	w.text = w.text[end:]
	if word == "" {
		w.fault("the file ends where %s should stand", what)
	}
	return word
}

// integer is the next word as a whole number from low to high.
func (w *words) integer(what string, low, high int64) int64 {
	word := w.word(what)
	if w.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < low || n > high {
		w.fault("%s is %q; it should be a whole number from %d to %d", what, word, low, high)
		return 0
	}
	return n
}

// count is the next word as a number of rows of so many words each, which the
// rest of the file can hold.
func (w *words) count(what string, rowWords int) int {
	n := w.integer(what, 0, math.MaxInt32)
	if room := (len(w.text) + 1) / (2 * rowWords); int(n) > room {
		w.fault("%s is %d; the rest of the file has room for %d at most", what, n, room)
		return 0
	}
	return int(n)
}

// points is the next word as a number of points whose every pair will have a
// cost.
func (w *words) points(what string, rowWords int) int {
	n := w.count(what, rowWords)
	if n > mostPoints {
		w.fault("%s is %d; no more than %d are read, as all their pairs are kept", what, n, mostPoints)
		return 0
	}
	return n
}

// number is the next word as a finite number.
func (w *words) number(what string) float64 {
	word := w.word(what)
	if w.err != nil {
		return 0
	}
	x, err := strconv.ParseFloat(word, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		w.fault("%s is %q; it should be a number", what, word)
		return 0
	}
	return x
}

// expect passes over words that must stand next.
func (w *words) expect(want ...string) {
	for _, text := range want {
		if got := w.word(strconv.Quote(text)); w.err == nil && got != text {
			w.fault("found %q where %q should stand", got, text)
		}
	}
}

// until passes over lines up to and with one that starts with a word, and hands
// out what else stands on that line.
func (w *words) until(head string) string {
	for w.err == nil {
		w.skip()
		if w.text == "" {
			w.fault("the file has no line %q", head)
			return ""
		}
		line, _, _ := strings.Cut(w.text, "\n")
		if rest, ok := strings.CutPrefix(line, head); ok {
			w.text = w.text[len(line):]
			return strings.Trim(rest, " \t\r:")
		}
		w.text = w.text[len(line):]
	}
	return ""
}

// end tells the first fault; text that is left is one.
func (w *words) end() error {
	if w.err != nil {
		return w.err
	}
	if w.skip(); w.text != "" {
		w.fault("more text than the instance has")
	}
	return w.err
}

package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// search shows on a terminal where a search for sites stands, in one line that is
// written over; nothing where stderr is a file or a pipe.
func (c console) search() (watch func(objective float64, bound, gap *float64, done float64), finish func()) {
	file, ok := c.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(float64, *float64, *float64, float64) {}, func() {}
	}
	width := 0
	show := func(line string) {
		fmt.Fprintf(file, "\r%s%s", line, strings.Repeat(" ", max(0, width-len(line))))
		width = len(line)
	}
	watch = func(objective float64, bound, gap *float64, done float64) {
		line := fmt.Sprintf("best %.6g", objective)
		if bound != nil && gap != nil {
			line += fmt.Sprintf("  bound %.6g  gap %.2f%%", *bound, *gap*100)
		}
		show(line + fmt.Sprintf("  effort %.0f%%  (Ctrl-C keeps the best)", done*100))
	}
	return watch, func() {
		if width > 0 {
			show("")
			fmt.Fprint(file, "\r")
		}
	}
}

package main

import (
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows the stages of long work as bars on a terminal, and nothing
// where stderr is a file or a pipe.
func (c console) progress() (step func(stage string, done, total int64), finish func()) {
	file, ok := c.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(string, int64, int64) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	current := ""
	step = func(stage string, done, total int64) {
		if bar == nil || stage != current {
			if bar != nil {
				_ = bar.Finish()
			}
			current = stage
			bar = progressbar.NewOptions64(total,
				progressbar.OptionSetWriter(file),
				progressbar.OptionSetDescription(stage),
				progressbar.OptionSetWidth(30),
				progressbar.OptionClearOnFinish(),
			)
		}
		_ = bar.Set64(min(done, total))
	}
	return step, func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}
}

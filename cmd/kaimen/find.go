package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

type findCommand struct {
	engineFlags
	Study  string   `arg:"" help:"Id of the study."`
	Text   []string `arg:"" help:"A name or a part of it, in characters, in pinyin or by its first letters; the beginning of an id; or coordinates." placeholder:"TEXT"`
	Limit  int      `help:"How many at most." default:"12" placeholder:"N"`
	Output string   `short:"o" help:"Write the answer, with the lines of roads, to this .json file." placeholder:"FILE"`
}

// Run prints one line for each thing that is found.
func (k findCommand) Run(ctx context.Context, c console) error {
	if k.Limit < 1 || k.Limit > 100 {
		return coverage.Errorf(coverage.Invalid, "--limit %d: from 1 to 100", k.Limit)
	}
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		found, err := engine.Find(ctx, analysis.Find{Study: k.Study, Text: strings.Join(k.Text, " "), Limit: k.Limit, Lines: k.Output != ""})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "totals study=%s snapshot=%s found=%d listed=%d\n", found.Study, found.Snapshot, found.Total, len(found.Rows))
		w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "what\tid\tname\tmatch\tin\tlon\tlat")
		for _, r := range found.Rows {
			what := string(r.Level)
			if what == "" {
				what = r.Group
			}
			lon, lat := "", ""
			if r.At != nil {
				lon, lat = fmt.Sprintf("%.5f", r.At[0]), fmt.Sprintf("%.5f", r.At[1])
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", what, r.ID, r.Name, r.Match, strings.Join(r.Around, " / "), lon, lat)
		}
		if err := w.Flush(); err != nil || k.Output == "" {
			return err
		}
		return writeFile(k.Output, map[string]writer{".json": asJSON(found)}, ".json")
	})
}

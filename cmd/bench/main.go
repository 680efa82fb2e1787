// Command bench measures what Kaimen promises to be fast, each figure beside a
// yardstick taken in the same run, and prints one table. Real data is used
// where the shared data directory is there (KAIMEN_SHARED_DATA), the sample
// district where it is not; the table says which.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

// row is one measured figure.
type row struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Yardstick string  `json:"yardstick,omitempty"` // what else was measured in this run
	Goal      string  `json:"goal"`                // empty: told, not judged
	OK        bool    `json:"ok"`
}

// atMost judges a figure that must not be larger than goal.
func atMost(name string, value float64, unit string, goal float64, yardstick string) row {
	return row{name, value, unit, yardstick, fmt.Sprintf("≤ %v", goal), value <= goal}
}

// atLeast judges a figure that must not be smaller than goal.
func atLeast(name string, value float64, unit string, goal float64, yardstick string) row {
	return row{name, value, unit, yardstick, fmt.Sprintf("≥ %v", goal), value >= goal}
}

// told is a figure without a goal.
func told(name string, value float64, unit, yardstick string) row {
	return row{name, value, unit, yardstick, "", true}
}

func main() {
	out := flag.String("o", "", "write the table as JSON to this file")
	child := flag.String("import", "", "import this manifest once, print what it took as JSON, and measure nothing else")
	served := flag.String("serve", "", "serve this store until the standard input ends, and measure nothing")
	only := flag.String("only", "", "take the figures of these groups alone, joined by commas: "+groupNames())
	flag.Parse()
	ctx := context.Background()
	var err error
	switch {
	case *child != "":
		err = importOnce(ctx, *child)
	case *served != "":
		err = serveChild(ctx, *served)
	default:
		var rows []row
		if rows, err = measure(ctx, *only); err == nil {
			printTable(os.Stdout, rows)
			err = write(*out, rows)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func printTable(w io.Writer, rows []row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tfigure\tunit\tin the same run\tgoal\tmet")
	for _, r := range rows {
		met := "yes"
		switch {
		case r.Goal == "":
			met = "–"
		case !r.OK:
			met = "NO"
		}
		fmt.Fprintf(t, "%s\t%.4g\t%s\t%s\t%s\t%s\n", r.Name, r.Value, r.Unit, r.Yardstick, r.Goal, met)
	}
	_ = t.Flush()
}

func write(path string, rows []row) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

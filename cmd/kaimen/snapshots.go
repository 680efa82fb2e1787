package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"kaimen/coverage"
)

type snapshotsCommand struct {
	List    listSnapshotsCommand    `cmd:"" help:"List the snapshots of a study, or of all, the newest first."`
	Compare compareSnapshotsCommand `cmd:"" help:"Say which rows came, went or changed from one snapshot to another."`
	Prune   pruneSnapshotsCommand   `cmd:"" help:"Delete the old snapshots of a study."`
}

type listSnapshotsCommand struct {
	storeFlag
	Study string `arg:"" optional:"" help:"Of this study alone."`
}

// Run prints one line a snapshot.
func (k listSnapshotsCommand) Run(ctx context.Context, c console) error {
	return k.withSnapshots(ctx, func(s coverage.Snapshots) error {
		infos, err := s.List(ctx)
		if k.Study != "" {
			infos, err = coverage.Versions(ctx, s, k.Study)
		}
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "study\tsnapshot\tcurrent\timported_at\trows")
		for _, i := range infos {
			current := ""
			if i.Current {
				current = "current"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", i.Study.ID, i.ID, current, i.ImportedAt.Format(time.RFC3339), rowCounts(i.Counts))
		}
		return w.Flush()
	})
}

func rowCounts(counts map[coverage.LayerName]int) string {
	var parts []string
	for _, layer := range coverage.LayerNames() {
		if n := counts[layer]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", layer, n))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

type compareSnapshotsCommand struct {
	storeFlag
	From   string `arg:"" help:"A snapshot's id; or a study, to compare its current snapshot with the one before." placeholder:"ID|STUDY"`
	To     string `arg:"" optional:"" help:"The later snapshot's id." placeholder:"ID"`
	Output string `short:"o" help:"Write the whole comparison to this file: .json." placeholder:"FILE"`
}

// Run prints what leads from one snapshot to the other.
func (k compareSnapshotsCommand) Run(ctx context.Context, c console) error {
	return k.withSnapshots(ctx, func(s coverage.Snapshots) error {
		from, to, err := k.pair(ctx, s)
		if err != nil {
			return err
		}
		a, err := s.Get(ctx, from)
		if err != nil {
			return err
		}
		b, err := s.Get(ctx, to)
		if err != nil {
			return err
		}
		d := coverage.Compare(a, b)
		c.printDifference(d)
		if k.Output == "" {
			return nil
		}
		return writeFile(k.Output, map[string]writer{".json": func(w io.Writer) error {
			text := json.NewEncoder(w)
			text.SetIndent("", "  ")
			return text.Encode(d)
		}}, ".json")
	})
}

// pair finds which two snapshots are meant.
func (k compareSnapshotsCommand) pair(ctx context.Context, s coverage.Snapshots) (from, to coverage.SnapshotID, err error) {
	if k.To != "" {
		return coverage.SnapshotID(k.From), coverage.SnapshotID(k.To), nil
	}
	infos, err := coverage.Versions(ctx, s, k.From)
	if err != nil {
		return "", "", err
	}
	if len(infos) < 2 {
		return "", "", coverage.Errorf(coverage.NotFound,
			"study %s has one snapshot alone, %s; there is nothing to compare it with", k.From, infos[0].ID)
	}
	return infos[1].ID, infos[0].ID, nil
}

// shownFeatures is how many rows of a layer are printed by name; -o writes all.
const shownFeatures = 20

func (c console) printDifference(d coverage.Difference) {
	fmt.Fprintf(c.stdout, "from=%s to=%s layers=%d\n", d.From, d.To, len(d.Layers))
	if len(d.Study) > 0 {
		fmt.Fprintf(c.stdout, "study: %s\n", strings.Join(d.Study, ", "))
	}
	for _, l := range d.Layers {
		fmt.Fprintf(c.stdout, "%s: rows=%d was=%d added=%d removed=%d changed=%d\n",
			l.Layer, l.After, l.Before, len(l.Added), len(l.Removed), len(l.Changed))
		var lines []string
		for _, f := range l.Added {
			lines = append(lines, "  + "+featureName(f))
		}
		for _, f := range l.Removed {
			lines = append(lines, "  - "+featureName(f))
		}
		for _, f := range l.Changed {
			lines = append(lines, fmt.Sprintf("  ~ %s: %s", featureName(f.Feature), strings.Join(f.Columns, ", ")))
		}
		for _, line := range lines[:min(len(lines), shownFeatures)] {
			fmt.Fprintln(c.stdout, line)
		}
		if more := len(lines) - shownFeatures; more > 0 {
			fmt.Fprintf(c.stdout, "  … and %d more; -o FILE.json writes all\n", more)
		}
	}
	if len(d.Study)+len(d.Layers) == 0 {
		fmt.Fprintln(c.stdout, "the two are the same")
	}
}

func featureName(f coverage.Feature) string { return strings.TrimPrefix(f.Kind+" "+f.ID, " ") }

type pruneSnapshotsCommand struct {
	storeFlag
	Study  string `arg:"" help:"The study."`
	Keep   int    `required:"" help:"How many snapshots to keep, the current one among them; at least 1." placeholder:"N"`
	DryRun bool   `help:"Say what would be deleted, and delete nothing."`
}

// Run deletes all but the newest snapshots of a study, the oldest first, so
// that what is left after a fault are still the newest.
func (k pruneSnapshotsCommand) Run(ctx context.Context, c console) error {
	if k.Keep < 1 {
		return coverage.Errorf(coverage.Invalid, "--keep %d: at least 1 is kept, the current snapshot", k.Keep)
	}
	return k.withSnapshots(ctx, func(s coverage.Snapshots) error {
		gone, kept, err := coverage.Prune(ctx, s, k.Study, k.Keep, k.DryRun)
		done := "deleted"
		if k.DryRun {
			done = "would delete"
		}
		for _, i := range gone {
			fmt.Fprintf(c.stdout, "%s %s of %s (%s)\n", done, i.ID, i.ImportedAt.Format(time.RFC3339), rowCounts(i.Counts))
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.stdout, "study %s: %s %d, kept %d\n", k.Study, done, len(gone), kept)
		return err
	})
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kaimen/coverage/network"
	"kaimen/data"
)

// The OpenStreetMap extract of Delaware comes with a module that we use, so
// that every machine which builds Kaimen has it: 724,000 nodes of 73,144 ways.
const (
	extractModule = "github.com/paulmach/osm"
	extractFile   = "testdata/delaware-latest.osm.pbf"
)

// run is what a child process tells of one import.
type run struct {
	Seconds       float64 `json:"seconds"`
	CPUSeconds    float64 `json:"-"`       // of all cores, from the process's start to its end
	PeakMegabytes float64 `json:"peak_mb"` // 0 where the system does not say
	Told          int     `json:"told"`    // how often progress was shown
	Roads         int     `json:"roads"`
	Nodes         int     `json:"nodes"`
}

// extractPath is where the extract lies, or "" where it does not.
func extractPath(ctx context.Context) (string, error) {
	folder, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", extractModule).Output()
	if err != nil {
		return "", fmt.Errorf("find the module %s: %w", extractModule, err)
	}
	file := filepath.Join(strings.TrimSpace(string(folder)), extractFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "bench: %s is not there: its rows are passed over\n", file)
		return "", nil
	}
	return file, nil
}

// extractRows measures from a file to a network that answers, each time in a
// process of its own, whose peak memory is that of the import alone.
func extractRows(ctx context.Context, work, file string) ([]row, error) {
	if file == "" {
		return nil, nil
	}
	manifest := filepath.Join(work, "delaware.yaml")
	text := fmt.Sprintf("study: delaware\ncrs: EPSG:4326\nsources:\n  roads: [{file: %q}]\n", file)
	if err := os.WriteFile(manifest, []byte(text), 0o644); err != nil {
		return nil, err
	}
	const runs = 3
	var best run // the fastest, with the largest peak of all
	for i := range runs {
		r, err := importInChild(ctx, manifest)
		if err != nil {
			return nil, err
		}
		worst := max(r.PeakMegabytes, best.PeakMegabytes)
		if i == 0 || r.Seconds < best.Seconds {
			best = r
		}
		best.PeakMegabytes = worst
	}
	rows := []row{atMost("Delaware: file to ready network", best.Seconds, "s", 2,
		fmt.Sprintf("%.2g s of processor; %d roads, %d nodes after contraction; progress told %d times",
			best.CPUSeconds, best.Roads, best.Nodes, best.Told))}
	if best.PeakMegabytes > 0 {
		rows = append(rows, atMost("Delaware: peak memory of the process", best.PeakMegabytes, "MB", 600, ""))
	}
	return rows, nil
}

// importInChild runs this program again with -import.
func importInChild(ctx context.Context, manifest string) (r run, err error) {
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	child := exec.CommandContext(ctx, self, "-import", manifest)
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		return r, fmt.Errorf("import %s in a child: %w", manifest, err)
	}
	err = json.Unmarshal(out, &r)
	r.CPUSeconds = (child.ProcessState.UserTime() + child.ProcessState.SystemTime()).Seconds()
	return r, err
}

// importOnce is the child: it imports as a user would, with its report, then
// builds the network as a server would, and tells what that took.
func importOnce(ctx context.Context, manifest string) error {
	var r run
	start := time.Now()
	snapshot, _, err := data.Import(ctx, manifest, data.Options{Now: start, Progress: func(string, int64, int64) { r.Told++ }})
	if err != nil {
		return err
	}
	n, _, err := network.Build(ctx, network.GroundOf(snapshot), network.Walk())
	if err != nil {
		return err
	}
	r.Seconds, r.Roads, r.Nodes = time.Since(start).Seconds(), len(snapshot.Roads), n.NodeCount()
	if r.PeakMegabytes, err = peakMegabytes(os.Getpid()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// peakMegabytes is the largest that the memory of a process has been, as
// Linux keeps it (proc(5), VmHWM); 0 on other systems.
func peakMegabytes(pid int) (float64, error) {
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { _ = status.Close() }() // it was only read
	for lines := bufio.NewScanner(status); lines.Scan(); {
		var kilobytes float64
		if n, _ := fmt.Sscanf(lines.Text(), "VmHWM: %f kB", &kilobytes); n == 1 {
			return kilobytes / 1024, nil
		}
	}
	return 0, nil
}

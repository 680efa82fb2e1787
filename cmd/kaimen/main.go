// Command kaimen imports a district's layers, answers who reaches what on
// foot, and serves the answers to browsers, scripts and GIS tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"kaimen/coverage"
)

// version is set when a release is built.
var version = "dev"

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // something broke
	exitUsage  = 2 // wrong usage or bad input: the user can mend it
)

// cli is the command line. Every flag may also come from the environment.
type cli struct {
	Serve       serveCommand       `cmd:"" help:"Serve the map, the API and tiles."`
	Import      importCommand      `cmd:"" help:"Import a study.yaml into a store."`
	Check       checkCommand       `cmd:"" help:"Report every problem of a study.yaml; write nothing."`
	Inspect     inspectCommand     `cmd:"" help:"Say how an import would understand a file, and what would become of its rows; store nothing."`
	Analyze     analyzeCommand     `cmd:"" help:"Answer a question about a study."`
	Find        findCommand        `cmd:"" help:"Find zones, facilities, estates, roads and kinds of a study by name."`
	Export      exportCommand      `cmd:"" help:"Write a layer of a study, or all of them, to a file."`
	Worker      workerCommand      `cmd:"" help:"Do the jobs of a PostgreSQL store, beside other workers."`
	Jobs        jobsCommand        `cmd:"" help:"List, show and stop the jobs of a store."`
	Edit        editCommand        `cmd:"" help:"Add, replace, change or delete single rows of a layer."`
	Snapshots   snapshotsCommand   `cmd:"" help:"List, compare and prune the versions of a study."`
	Scenarios   scenariosCommand   `cmd:"" help:"List, show, save and delete the scenarios that a study keeps."`
	Standards   standardsCommand   `cmd:"" help:"List the rules that answers are held against, and check a local file of them."`
	Coordinates coordinatesCommand `cmd:"" help:"Tell a place in the coordinate systems that plans are drawn in."`
	Sample      sampleCommand      `cmd:"" help:"Write a made-up district as ordinary files with a study.yaml."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// console is what commands read and write; tests hand in their own.
type console struct {
	stdout, stderr io.Writer
	log            *slog.Logger
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("kaimen"),
		kong.Description("Kaimen (开门可及): who reaches what within 15 minutes on foot, and who does not."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
	)
	if err != nil {
		panic("kaimen: the command line is not well formed: " + err.Error())
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "kaimen: %v\n(kaimen --help lists the commands, kaimen COMMAND --help its flags)\n", err)
		return exitUsage
	}
	io := console{stdout, stderr, slog.New(slog.NewTextHandler(stderr, nil))}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return io.report(parsed.Run(io))
}

// report tells what went wrong and returns the exit code.
func (c console) report(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(c.stderr, "kaimen: stopped; the store is as it was")
		return exitFailed
	}
	e, known := errors.AsType[*coverage.Error](err)
	if !known || len(e.Issues) == 0 {
		fmt.Fprintf(c.stderr, "kaimen: %v\n", err)
	} else {
		fmt.Fprintf(c.stderr, "kaimen: %s\n", e.Message)
		c.issues(e.Issues)
	}
	switch coverage.CodeOf(err) {
	case coverage.Invalid, coverage.NotFound, coverage.Unsupported, coverage.TooLarge, coverage.Conflict:
		return exitUsage
	}
	return exitFailed
}

// shownIssues is how many issues of one code are printed before the rest is
// only counted; kaimen check --report writes them all.
const shownIssues = 20

// issues prints issues, errors first, at most shownIssues of each code.
func (c console) issues(issues []coverage.Issue) {
	for _, severity := range []coverage.Severity{coverage.SeverityError, coverage.SeverityWarning} {
		seen := make(map[string]int)
		var codes []string
		for _, i := range issues {
			if i.Severity != severity {
				continue
			}
			if seen[i.Code]++; seen[i.Code] == 1 {
				codes = append(codes, i.Code)
			}
			if seen[i.Code] <= shownIssues {
				fmt.Fprintf(c.stderr, "  %s: %s [%s]\n", i.Severity, i, i.Code)
			}
		}
		for _, code := range codes {
			if more := seen[code] - shownIssues; more > 0 {
				fmt.Fprintf(c.stderr, "  … and %d more of %s\n", more, code)
			}
		}
	}
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(c console) error {
	_, err := fmt.Fprintln(c.stdout, "kaimen", version)
	return err
}

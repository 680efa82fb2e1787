package web

import (
	"bytes"
	"cmp"
	_ "embed" // the answers to the examples
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kaimen/web/reference"
)

// Example is a request to the sample district that runs as it stands.
type Example struct {
	Operation string // the id of its operation
	Title     string // what it asks for; no other example of the operation has it
	// Target is path and query. {snapshot} stands for the id of the sample's
	// snapshot, {job} and {result} for those of the job that First asks for,
	// {newest} and {oldest} for those of the snapshots that it lists.
	Target string
	Prefer string // header; empty for none
	Body   string // empty for none
	Type   string // media type of Body; empty for JSON
	File   string // name of a zip to be sent as the body; empty for none
	Status int    // what it is answered with; 0 means 200
	First  First  // what must be asked before; zero for nothing
}

// First is a question that must be asked before an example is sent.
type First struct {
	Target string
	As     FirstAs
}

// FirstAs is how a question is asked before an example.
type FirstAs int

// A job that is waited for, a job that is not, a search whose answer is not
// waited for, or a list of snapshots.
const (
	AsFinishedJob FirstAs = iota + 1
	AsJob
	AsSearch
	AsSnapshots
)

// BodyType is the media type of Body.
func (e *Example) BodyType() string { return cmp.Or(e.Type, "application/json") }

// ids that examples cannot know beforehand, as the document shows them.
const (
	exampleJob    = "0006450c2e7b1ff2a94c1d03"
	exampleResult = "9f86d081884c7d659a2feaa0c55ad015"
	exampleNewest = "c3ab8ff13720e8ad9047"
	exampleOldest = "5f0b3e8a1c7d49f26ab0"
)

//go:embed spec/examples.json
var answersText []byte

// answers are what the examples are answered with, cut short: made by a test
// from a server of the sample, and held against it.
type answers struct {
	Snapshot string                              `json:"snapshot"`
	Answers  map[string]map[string]exampleAnswer `json:"answers"` // by operation and title
}

type exampleAnswer struct {
	Type string          `json:"type"`           // media type
	Body json.RawMessage `json:"body,omitempty"` // a text where it is no JSON; absent where it is binary
}

// Examples lists the examples of every operation. Operations that may be
// answered later have one more, which is.
func Examples() []Example { return examplesOf((&server{}).operations(mux.NewRouter())) }

func examplesOf(document *huma.OpenAPI) []Example {
	table := exampleTable()
	list := slices.Clone(table)
	for _, op := range operationsOf(document) {
		at := slices.IndexFunc(table, func(e Example) bool { return e.Operation == op.OperationID })
		if at >= 0 && op.Responses["202"] != nil && table[at].Status != http.StatusAccepted {
			later := table[at]
			later.Title, later.Prefer, later.Status = "Later, as a job", "respond-async", http.StatusAccepted
			list = append(list, later)
		}
	}
	kept := answersKept()
	for i := range list {
		list[i].Target = strings.ReplaceAll(list[i].Target, "{snapshot}", kept.Snapshot)
		if list[i].Status == 0 {
			list[i].Status = http.StatusOK
		}
	}
	return list
}

func answersKept() (a answers) {
	if err := json.Unmarshal(answersText, &a); err != nil {
		panic("web: spec/examples.json is what a test wrote: " + err.Error())
	}
	return a
}

// operationsOf are the operations of a document by path and method.
func operationsOf(document *huma.OpenAPI) (list []*huma.Operation) {
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		item := document.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				list = append(list, op)
			}
		}
	}
	return list
}

// illustrate puts the examples into the document.
func illustrate(document *huma.OpenAPI) {
	kept, operations := answersKept(), make(map[string]*huma.Operation)
	for _, op := range operationsOf(document) {
		operations[op.OperationID] = op
	}
	shown := make(map[string]bool) // operations whose parameters have theirs
	for _, e := range examplesOf(document) {
		op := operations[e.Operation]
		if op == nil {
			panic("web: an example is of operation " + e.Operation + ", which is not there")
		}
		if !shown[e.Operation] {
			shown[e.Operation] = true
			showPath(op, e)
		}
		if e.Body != "" && op.RequestBody != nil {
			var value any = json.RawMessage(e.Body)
			if !json.Valid([]byte(e.Body)) {
				value = e.Body
			}
			show(op.RequestBody.Content[e.BodyType()], e.Title, &huma.Example{Value: value})
		}
		answer, ok := kept.Answers[e.Operation][e.Title]
		response := op.Responses[strconv.Itoa(e.Status)]
		if !ok || answer.Body == nil || response == nil || response.Content[answer.Type] == nil {
			continue // it is binary, or a test tells what is missing
		}
		show(response.Content[answer.Type], e.Title, &huma.Example{Value: answer.Body})
	}
}

func show(media *huma.MediaType, title string, example *huma.Example) {
	if media.Examples == nil {
		media.Examples = make(map[string]*huma.Example)
	}
	media.Example = nil // the two exclude each other
	example.Summary = title
	media.Examples[exampleName(title)] = example
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// exampleName is a title as the name of an example.
func exampleName(title string) string {
	return strings.Trim(notInName.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

// showPath gives the parameters of a path the values of an example, so that they
// belong together.
func showPath(op *huma.Operation, e Example) {
	path, _, _ := strings.Cut(filled(e.Target), "?")
	names := regexp.MustCompile(`\{([^}]+)\}`).FindAllStringSubmatch(op.Path, -1)
	pattern := "^" + parameterInPath.ReplaceAllString(regexp.QuoteMeta(op.Path), "([^/]+)") + "$"
	values := regexp.MustCompile(pattern).FindStringSubmatch(path)
	if values == nil {
		panic("web: the example " + e.Target + " is not of " + op.Path)
	}
	for _, p := range op.Parameters {
		at := slices.IndexFunc(names, func(name []string) bool { return name[1] == p.Name })
		if p.In != "path" || at < 0 {
			continue
		}
		value, err := url.PathUnescape(values[at+1])
		if err != nil {
			panic("web: the example " + e.Target + " is well formed: " + err.Error())
		}
		p.Example = value
		if p.Schema.Type == huma.TypeInteger {
			p.Example = json.RawMessage(value)
		}
		p.Schema.Examples = nil // the value beside it is the one
	}
}

// filled is a target with ids such as a server makes them.
func filled(target string) string {
	return strings.NewReplacer("{job}", exampleJob, "{result}", exampleResult, "{newest}", exampleNewest, "{oldest}", exampleOldest).Replace(target)
}

// commandsOf are the examples as commands of a shell.
func commandsOf(document *huma.OpenAPI) (commands []reference.Command) {
	operations := make(map[string]*huma.Operation)
	for _, op := range operationsOf(document) {
		operations[op.OperationID] = op
	}
	for _, e := range examplesOf(document) {
		commands = append(commands, reference.Command{
			Operation: e.Operation, Title: e.Title, Text: e.command(operations[e.Operation].Method), Status: e.Status,
		})
	}
	return commands
}

// command is the example as a command of a POSIX shell with curl.
func (e *Example) command(method string) string {
	var out bytes.Buffer
	switch e.First.As {
	case AsFinishedJob, AsJob:
		out.WriteString("JOB=$(curl -s -H 'Prefer: respond-async' '" + reference.Origin + e.First.Target + `' | sed 's/^{"id":"\([^"]*\)".*/\1/')` + "\n")
		if strings.Contains(e.Target, "{result}") {
			out.WriteString("RESULT=$(curl -s " + reference.Origin + jobsPath + `/$JOB | sed 's|.*` + resultsPath + `/\([^"]*\)".*|\1|')  # when it is over` + "\n")
		}
	case AsSearch:
		out.WriteString("curl -s '" + reference.Origin + e.First.Target + "' >plan.json &\n")
	case AsSnapshots:
		name, before := "NEWEST", `"snapshots":\[{`
		if strings.Contains(e.Target, "{oldest}") {
			name, before = "OLDEST", ""
		}
		out.WriteString(name + "=$(curl -s " + reference.Origin + e.First.Target + ` | sed 's/.*` + before + `"snapshot":"\([^"]*\)".*/\1/')` + "\n")
	}
	out.WriteString("curl")
	if method == http.MethodPut || method == http.MethodPatch || method == http.MethodDelete || method == http.MethodPost && e.Body == "" && e.File == "" {
		out.WriteString(" -X " + method)
	}
	if e.Prefer != "" {
		out.WriteString(" -H 'Prefer: " + e.Prefer + "'")
	}
	address := "'" + reference.Origin + e.Target + "'"
	if strings.ContainsAny(e.Target, "{") { // an id of the shell's
		address = `"` + reference.Origin + strings.NewReplacer("{job}", "$JOB", "{result}", "$RESULT", "{newest}", "$NEWEST", "{oldest}", "$OLDEST").Replace(e.Target) + `"`
	}
	switch {
	case e.File != "":
		out.WriteString(" -H 'Content-Type: " + zipType + "' --data-binary @" + e.File + " " + address)
	case e.Body != "":
		how := " -d '"
		if e.Type != "" && !json.Valid([]byte(e.Body)) {
			how = " --data-binary '" // as it is, with its ends of lines
		}
		out.WriteString(" -H 'Content-Type: " + e.BodyType() + "' " + address + how + strings.ReplaceAll(e.Body, "'", `'\''`) + "'")
	case strings.HasSuffix(e.Target, ".mvt"):
		out.WriteString(" -o tile.mvt " + address)
	default:
		out.WriteString(" " + address)
	}
	return out.String()
}

package siting_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// writers are both formats, by the ending of their files.
var writers = map[string]func(io.Writer, *siting.Problem, func(int) string) error{
	".lp": siting.WriteLP, ".mps": siting.WriteMPS,
}

// answer is what a program found. Sites are told by CBC only.
type answer struct {
	ok        bool
	objective float64
	sites     []int32
}

// program solves a file; cbc and glpsol do.
type program func(t *testing.T, file string) answer

// programs are those that are installed, by name.
func programs(t *testing.T) map[string]program {
	t.Helper()
	found := map[string]program{}
	for name, run := range map[string]program{"cbc": cbc, "glpsol": glpsol} {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("%s is not installed: its answers are not compared", name)
			continue
		}
		found[name] = run
	}
	if len(found) == 0 {
		t.Skip("neither cbc nor glpsol is installed")
	}
	return found
}

// run ends a program with all that it has started after a minute.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out[max(0, len(out)-2000):])
	}
}

// cbc reads a table such as
//
//	Optimal - objective value 7.00000000
//	      0 y_0                    1                       3
func cbc(t *testing.T, file string) answer {
	t.Helper()
	run(t, "cbc", file, "-ratioGap", "0", "-allowableGap", "0", "-solve", "-solution", file+".txt")
	lines := lines(t, file+".txt")
	if !strings.HasPrefix(lines[0], "Optimal") {
		return answer{}
	}
	_, number, _ := strings.Cut(lines[0], "objective value")
	a := answer{ok: true, objective: math.Abs(parse(t, number))}
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		if site, is := strings.CutPrefix(fields[1], "y_"); is && parse(t, fields[2]) > 0.5 {
			a.sites = append(a.sites, int32(parse(t, site)))
		}
	}
	return a
}

// glpsol reads a line such as
//
//	s mip 12 20 o 7
func glpsol(t *testing.T, file string) answer {
	t.Helper()
	format := map[string]string{".lp": "--lp", ".mps": "--freemps"}[filepath.Ext(file)]
	run(t, "glpsol", format, file, "--write", file+".out")
	for _, line := range lines(t, file+".out") {
		if fields := strings.Fields(line); len(fields) == 6 && fields[0] == "s" {
			return answer{ok: fields[4] == "o", objective: math.Abs(parse(t, fields[5]))}
		}
	}
	t.Fatal("glpsol tells no status")
	return answer{}
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func parse(t *testing.T, number string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// written is p as a file of a format.
func written(t *testing.T, p *siting.Problem, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := writers[format](&b, p, func(j int) string { return fmt.Sprintf("place\n%d", j) }); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "problem"+format)
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Of small problems every program finds in every format what trying all sets
// does, also that there is no plan.
func TestFilesOfSmallProblems(t *testing.T) {
	t.Parallel()
	found := programs(t)
	problems := 10
	if testing.Short() {
		problems = 4
	}
	for _, model := range siting.Models() {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			draw := rapid.Custom(func(t *rapid.T) *siting.Problem { return drawProblem(t, model) })
			list := []*siting.Problem{crowded(model)}
			for seed := 0; len(list) < problems; seed++ {
				// Of the smallest there is little to get wrong.
				if p := draw.Example(seed); len(p.Sites) >= 3 && len(p.Demand) >= 3 {
					list = append(list, p)
				}
			}
			for n, p := range list {
				if model == siting.Backup && p.Number == 0 {
					p.Number = bits.OnesCount(tabulate(p).allowed)
				}
				best := bruteForce(p)
				for format := range writers {
					for name, solve := range found {
						got := solve(t, written(t, p, format))
						if got.ok != best.ok || best.ok && math.Abs(got.objective-best.objective) > 1e-5 {
							t.Errorf("problem %d: %s of %s: %+v, and the best is %t %v: %+v", n, name, format, got, best.ok, best.objective, p)
						}
					}
				}
			}
		})
	}
}

// crowded is the street, with two sites too close to each other that exist both,
// and one of them too close to site 1.
func crowded(model siting.Model) *siting.Problem {
	p := street(model)
	p.Number = 1
	for j := range p.Sites {
		p.Sites[j].Capacity = 70
	}
	p.Sites = append(p.Sites, siting.Site{State: siting.Existing, Capacity: 40})
	p.Apart = [][2]int32{{0, 3}, {1, 0}}
	return p
}

// Of larger problems the programs agree with each other, and their plan has the
// value that they tell.
func TestFilesOfLargerProblems(t *testing.T) {
	t.Parallel()
	found := programs(t)
	if testing.Short() {
		t.Skip("larger problems take some seconds each")
	}
	for _, model := range siting.Models() {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			p := scattered(model, 30, 120)
			if issues := p.Faults(); len(issues) > 0 {
				t.Fatal(issues)
			}
			var answers []answer
			for _, c := range []struct{ name, format string }{{"cbc", ".lp"}, {"cbc", ".mps"}, {"glpsol", ".mps"}} {
				if solve := found[c.name]; solve != nil {
					answers = append(answers, solve(t, written(t, p, c.format)))
				}
			}
			for _, a := range answers {
				if !a.ok || math.Abs(a.objective-answers[0].objective) > 1e-5*(1+answers[0].objective) {
					t.Errorf("%+v and %+v", a, answers[0])
				}
				if a.sites == nil || !slices.Contains(valued, model) {
					continue
				}
				chosen := slices.DeleteFunc(a.sites, func(j int32) bool { return p.Sites[j].State == siting.Existing })
				value, err := siting.Value(p, chosen)
				if err != nil || math.Abs(value-a.objective) > 1e-5*(1+value) {
					t.Errorf("%v has the value %v with %v, and is told to have %v", chosen, value, err, a.objective)
				}
			}
		})
	}
}

// scattered is demand and sites on a square of 100, with one site that exists,
// one required and one forbidden. For single sources, the demand is a third.
func scattered(model siting.Model, sites, demand int) *siting.Problem {
	if model == siting.SingleSource {
		sites, demand = sites/3, demand/3
	}
	r := rand.New(rand.NewPCG(7, 7))
	p := &siting.Problem{
		Model: model, Cutoff: 22, Number: sites / 5, Budget: siting.NoBudget, Areas: 3,
		Steps: []siting.Step{{Cutoff: 10, Share: 1000}, {Cutoff: 20, Share: 600}, {Cutoff: 30, Share: 250}},
	}
	at := make([][2]float64, sites)
	for j := range at {
		at[j] = [2]float64{r.Float64() * 100, r.Float64() * 100}
		p.Sites = append(p.Sites, siting.Site{Cost: 1 + r.Int64N(9), Capacity: int64(demand)/2 + r.Int64N(int64(demand))})
	}
	p.Sites[0].State, p.Sites[1].State, p.Sites[2].State = siting.Existing, siting.Required, siting.Forbidden
	switch model {
	case siting.SetCover:
		p.Number = 0
	case siting.SingleSource:
		p.Number = 5
	case siting.MaxCover:
		p.Floor, p.Number = 0.3, 0
		p.Budget = int64(sites)
	}
	if model != siting.SingleSource {
		p.Apart = [][2]int32{{3, 4}, {5, 6}, {0, 7}}
		p.Limits = []siting.Limit{{Name: "east", Site: []int32{8, 9, 10, 11, 12}, Most: 2}}
	}
	if model == siting.Backup || model == siting.SetCover {
		p.Number, p.Limits = 2*sites/3, nil
	}
	p.Reach.Start = []int64{0}
	for range demand {
		x, y := r.Float64()*100, r.Float64()*100
		p.Demand = append(p.Demand, siting.Demand{Weight: 1 + r.Int64N(9), Area: int32(r.IntN(4)) - 1})
		near := make([]int32, 0, sites)
		away := func(j int32) uint32 { return uint32(math.Hypot(at[j][0]-x, at[j][1]-y)) }
		for j := range int32(sites) {
			if away(j) < 60 {
				near = append(near, j)
			}
		}
		slices.SortFunc(near, func(a, b int32) int { return int(away(a)) - int(away(b)) })
		for _, j := range near {
			p.Reach.Site, p.Reach.Cost = append(p.Reach.Site, j), append(p.Reach.Cost, away(j))
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	return p
}

func TestFileByHand(t *testing.T) {
	t.Parallel()
	// Two demands: the first within of both sites, the second of the other alone.
	p := &siting.Problem{
		Model: siting.MaxCover, Number: 1, Budget: siting.NoBudget,
		Sites:  []siting.Site{{}, {State: siting.Required}},
		Demand: []siting.Demand{{Weight: 1000000}, {Weight: 3}, {Weight: 0}},
		Reach:  siting.Reach{Start: []int64{0, 2, 3, 3}, Site: []int32{0, 1, 1}},
	}
	want := `\ mclp
\ y_0 = a  Subject To
\ y_1 = b
Maximize
 obj: + 1000000 z_0 + 3 z_1
Subject To
 number: + 1 y_0 + 1 y_1 <= 1
 within_0: + 1 y_0 + 1 y_1 - 1 z_0 >= 0
 within_1: + 1 y_1 - 1 z_1 >= 0
Bounds
 0 <= y_0 <= 1
 1 <= y_1 <= 1
 0 <= z_0 <= 1
 0 <= z_1 <= 1
Generals
 y_0
 y_1
End
`
	var b strings.Builder
	// A name that would start a section stays in its comment.
	if err := siting.WriteLP(&b, p, func(j int) string { return []string{"a\r\nSubject To", "b"}[j] }); err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
	want = `* mclp
* The objective is the negative of what is to be the largest.
NAME mclp
ROWS
 N obj
 L number
 G within_0
 G within_1
COLUMNS
 mark_0 'MARKER' 'INTORG'
 y_0 number 1
 y_0 within_0 1
 y_1 number 1
 y_1 within_0 1
 y_1 within_1 1
 mark_1 'MARKER' 'INTEND'
 z_0 obj -1000000
 z_0 within_0 -1
 z_1 obj -3
 z_1 within_1 -1
RHS
 rhs number 1
BOUNDS
 LO bnd y_0 0
 UP bnd y_0 1
 FX bnd y_1 1
 LO bnd z_0 0
 UP bnd z_0 1
 LO bnd z_1 0
 UP bnd z_1 1
ENDATA
`
	b.Reset()
	if err := siting.WriteMPS(&b, p, nil); err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// A problem that has nothing to weigh, and no rule to keep, is a file as well.
func TestFileOfNothing(t *testing.T) {
	t.Parallel()
	p := &siting.Problem{Model: siting.MaxCover, Budget: 5, Sites: make([]siting.Site, 2), Reach: siting.Reach{Start: []int64{0}}}
	for format := range writers {
		for name, solve := range programs(t) {
			if got := solve(t, written(t, p, format)); !got.ok || got.objective != 0 {
				t.Errorf("%s of %s: %+v", name, format, got)
			}
		}
	}
}

type fullDisk struct{}

var errFull = errors.New("no room")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestFileErrors(t *testing.T) {
	t.Parallel()
	for format, write := range writers {
		p := street(siting.MaxCover)
		if err := write(fullDisk{}, p, nil); !errors.Is(err, errFull) {
			t.Errorf("%s to a full disk: %v", format, err)
		}
		p.Number = -1
		if err := write(io.Discard, p, nil); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%s of faults: %v", format, err)
		}
		p = street(siting.Backup)
		p.Number = 0
		if err := write(io.Discard, p, nil); coverage.CodeOf(err) != coverage.Unsupported || !strings.Contains(err.Error(), "number") {
			t.Errorf("%s of two objectives: %v", format, err)
		}
	}
}

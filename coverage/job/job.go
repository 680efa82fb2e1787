// Package job says what a job is: long work that is asked for now and answered
// later. It knows no queue and no protocol: who asks sees a Queue, who works is
// a Func under the name of its kind.
package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// State is where a job stands.
type State string

// The states. The last three are final.
const (
	Accepted   State = "accepted"   // waits for a worker
	Running    State = "running"    // a worker has it
	Successful State = "successful" // its result is there
	Failed     State = "failed"     // its problem says why
	Dismissed  State = "dismissed"  // was stopped; what it had found by then is its result
)

// States are all of them, in the order of a life.
func States() []State { return []State{Accepted, Running, Successful, Failed, Dismissed} }

// Final tells whether a job in this state stays in it.
func (s State) Final() bool { return s == Successful || s == Failed || s == Dismissed }

// Progress is how far a job has come.
type Progress struct {
	Percent int             // 0 to 100; a job never goes back
	Doing   string          // what is being done, in a word or two
	Best    json.RawMessage // the best answer so far as its kind tells it; nil for none
}

// Job is one piece of work as the queue knows it. Times are zero until they
// have come.
type Job struct {
	ID       string
	Kind     string
	Study    string // empty where a job is of no study
	Args     json.RawMessage
	State    State
	Stopping bool // it is to stop, and still has what it found to hand over
	Progress
	Created, Started, Finished time.Time
	Result                     string          // id of the result; empty for none
	Rows                       []string        // ids of its saved rows, in their order
	Problem                    json.RawMessage // of a failed job
}

// Task is what a Func gets to do.
type Task struct {
	Args json.RawMessage
	File []byte // what came with the question, such as an archive; nil for nothing
}

// Result is what a job answers: a body with its type.
type Result struct {
	ContentType string
	Filename    string // to be saved under; empty to be shown
	Body        []byte
	// Rows is the same answer in a form of its own, whatever that of the body, for
	// who looks at it row by row; none for an answer without rows. They are saved
	// with the result and read by themselves, see Shelf.
	Rows []Rows
}

// ID is a hash of the body and its type: the same answer has the same id.
func (r Result) ID() string { return hashOf(r.Body, r.ContentType, r.Filename) }

// Rows is a list of rows that a job answers. What About and Body hold is between
// those who answer and those who read.
type Rows struct {
	Kind  string // of the question
	Study string
	Basis string          // what the rows stand on, such as a snapshot
	About json.RawMessage // describes them; small, since lists are made of it
	Body  []byte
}

// ID is a hash of all there is in r: the same rows have the same id, in whatever
// form and how often they were asked for.
func (r Rows) ID() string {
	return hashOf(r.Body, r.Kind, r.Study, r.Basis, string(r.About))
}

// hashOf is a hash of words and a body.
func hashOf(body []byte, words ...string) string {
	sum := sha256.New()
	for _, text := range words {
		sum.Write([]byte(text))
		sum.Write([]byte{0})
	}
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// Saved describes rows that are kept.
type Saved struct {
	ID                 string
	Kind, Study, Basis string
	About              json.RawMessage
	Answered           time.Time // first, of the jobs that are kept
}

// SavedFilter chooses saved rows; its zero value takes all.
type SavedFilter struct{ ID, Basis string }

// Shelf is where the rows of finished jobs are. They stay as long as a job that
// answered them.
type Shelf interface {
	// Saved lists rows without reading them, those answered last first, each once.
	Saved(ctx context.Context, f SavedFilter) ([]Saved, error)
	// Rows reads the body of rows. Errors: not_found.
	Rows(ctx context.Context, id string) ([]byte, error)
}

// Failure is why a job failed, in the words of whoever asks for such jobs.
type Failure struct{ Problem json.RawMessage }

// Error is the problem as it stands.
func (f *Failure) Error() string { return string(f.Problem) }

// Func does the work of one kind. The same task gives the same result, so that
// it may be begun again. tell may be called as often as it likes, from any
// goroutine, and never waits.
//
// When ctx ends, the work ends soon: with the best result so far, where there
// is one, or with an error.
type Func func(ctx context.Context, task Task, tell func(Progress)) (Result, error)

// Registry is the work that can be done, by kind.
type Registry map[string]Func

// Order asks for a job.
type Order struct {
	Kind, Study string
	Args        json.RawMessage
	File        []byte
	// Basis is what the answer will stand on, such as a snapshot: orders that
	// are alike in all but this are different jobs.
	Basis string
	// Key is the client's own name for this order; empty for none.
	Key string
}

// Filter chooses jobs; its zero value takes the first of all of them.
type Filter struct {
	Study  string
	State  State
	Kinds  []string // of these kinds alone; none for any
	Before string   // only jobs older than the one of this id
	Limit  int      // at most so many; 0 for 100
}

// Queue takes orders and knows what became of them. Any number of goroutines
// may share it.
type Queue interface {
	// Ask takes an order. Where the same is accepted or running already, that
	// job is returned; so is the job of an earlier order with the same Key.
	// Errors: conflict for a Key that another order had.
	Ask(ctx context.Context, o Order) (Job, error)
	// Get returns a job. Errors: not_found.
	Get(ctx context.Context, id string) (Job, error)
	// List returns jobs, the newest first.
	List(ctx context.Context, f Filter) ([]Job, error)
	// Drop stops a job, which keeps what it has found by then, or removes it if
	// it is over; removed says which. Errors: not_found.
	Drop(ctx context.Context, id string) (j Job, removed bool, err error)
	// Result returns what a job answered, without its Rows. Errors: not_found.
	Result(ctx context.Context, id string) (Result, error)
	Shelf
}

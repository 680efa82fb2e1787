package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// MatrixWriter takes the pairs of a matrix one by one, holding none. Close ends
// the file with what is known only then. It serves one goroutine.
type MatrixWriter interface {
	Write(p analysis.Pair) error
	Close(report analysis.MatrixReport) error
}

// NewMatrixCSV writes pairs as lines of origin, destination, cost_s, cost_m.
// The report has no place in a CSV file and is left out.
func NewMatrixCSV(w io.Writer, synthetic bool, o CSVOptions) MatrixWriter {
	return &matrixCSV{newTable(w, o, synthetic, "origin", "destination", "cost_s", "cost_m")}
}

type matrixCSV struct{ t *table }

func (m *matrixCSV) Write(p analysis.Pair) error {
	m.t.text(p.Origin)
	m.t.text(p.Destination)
	m.t.number(p.CostS)
	m.t.number(p.CostM)
	m.t.end()
	return m.t.err
}

func (m *matrixCSV) Close(analysis.MatrixReport) error { return m.t.close() }

// NewMatrixJSON writes one JSON object: the pairs under "rows", then how the
// places sit on the network.
func NewMatrixJSON(w io.Writer, synthetic bool) MatrixWriter {
	return &matrixJSON{out: bufio.NewWriterSize(w, 1<<16), synthetic: synthetic}
}

type matrixJSON struct {
	out       *bufio.Writer
	synthetic bool
	rows      int
}

func (m *matrixJSON) Write(p analysis.Pair) error {
	lead := ",\n"
	if m.rows == 0 {
		lead = `{"rows":[` + "\n"
	}
	m.rows++
	return m.write(lead, p)
}

// MatrixTail is what a JSON matrix says after its rows.
type MatrixTail struct {
	Snapshot     coverage.SnapshotID    `json:"snapshot"`
	Synthetic    bool                   `json:"synthetic"`
	Pairs        int                    `json:"pairs"`                         // rows written
	Origins      []coverage.ReasonCount `json:"origins" nullable:"false"`      // how they sit on the network
	Destinations []coverage.ReasonCount `json:"destinations" nullable:"false"` // the same
	Warnings     []analysis.Warning     `json:"warnings" nullable:"false"`
}

func (m *matrixJSON) Close(r analysis.MatrixReport) error {
	lead := "\n],\n"
	if m.rows == 0 {
		lead = `{"rows":[],` + "\n"
	}
	tail := MatrixTail{
		r.Snapshot, m.synthetic, r.Pairs,
		append([]coverage.ReasonCount{}, r.Origins...), append([]coverage.ReasonCount{}, r.Destinations...),
		append([]analysis.Warning{}, r.Warnings...),
	}
	// The tail is an object of its own whose brace is opened by the rows.
	text, err := json.Marshal(tail)
	if err != nil {
		return fmt.Errorf("write the end of a matrix: %w", err)
	}
	if _, err := m.out.WriteString(lead + string(text[1:]) + "\n"); err != nil {
		return err
	}
	return m.out.Flush()
}

func (m *matrixJSON) write(lead string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write row %d of a matrix: %w", m.rows, err)
	}
	if _, err := m.out.WriteString(lead); err != nil {
		return err
	}
	_, err = m.out.Write(text)
	return err
}

// MatrixHead is what a matrix is told of before it is known.
type MatrixHead struct {
	Study     string              `json:"study"`
	Snapshot  coverage.SnapshotID `json:"snapshot"`
	Synthetic bool                `json:"synthetic"`
	Engine    string              `json:"engine"`
}

// MatrixHeadOf is the head of a matrix on a snapshot.
func MatrixHeadOf(s *coverage.Snapshot) MatrixHead {
	return MatrixHead{s.Study.ID, s.ID, s.Study.Synthetic, analysis.EngineVersion}
}

// MatrixRun is a matrix for formats that are no streams: find hands over its
// pairs, as the Engine does, and is called each time the rows are asked for. Once
// a table is written, Done tells how the last time ended. It serves one goroutine.
type MatrixRun struct {
	head   MatrixHead
	find   func(pair func(analysis.Pair) error) (analysis.MatrixReport, error)
	report analysis.MatrixReport
	err    error
}

// NewMatrixRun makes a run of find, which is to answer on the snapshot of head.
func NewMatrixRun(head MatrixHead, find func(pair func(analysis.Pair) error) (analysis.MatrixReport, error)) *MatrixRun {
	return &MatrixRun{head: head, find: find}
}

// Table is the pairs as rows: origin, destination, cost_s, cost_m, without shapes.
func (m *MatrixRun) Table() Table {
	return Table{
		Name: "matrix", Head: m.head, Synthetic: m.head.Synthetic,
		Columns: []coverage.Column{
			{Name: "origin", Type: coverage.ColumnText},
			{Name: "destination", Type: coverage.ColumnText},
			{Name: "cost_s", Type: coverage.ColumnReal},
			{Name: "cost_m", Type: coverage.ColumnReal},
		},
		Rows: func(yield func(Row) bool) {
			values := make([]any, 4)
			m.report, m.err = m.find(func(p analysis.Pair) error {
				values[0], values[1], values[2], values[3] = p.Origin, p.Destination, p.CostS, p.CostM
				if !yield(Row{Values: values}) {
					return errEnough
				}
				return nil
			})
			if errors.Is(m.err, errEnough) {
				m.err = nil // the writer has an error of its own to tell
			}
		},
	}
}

var errEnough = errors.New("no more rows are wanted")

// Done is the report, once the table is written.
//
// Errors: those of find; conflict where the study was imported anew meanwhile, so
// that the head is of another snapshot.
func (m *MatrixRun) Done() (analysis.MatrixReport, error) {
	if m.err == nil && m.report.Snapshot != m.head.Snapshot {
		return m.report, coverage.Errorf(coverage.Conflict, "study %s was imported anew while it was asked; ask again", m.head.Study)
	}
	return m.report, m.err
}

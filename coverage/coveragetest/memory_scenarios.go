package coveragetest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"kaimen/coverage"
)

// MemoryScenarios is a Scenarios kept in memory, for tests that need some. The
// zero value is ready to use.
type MemoryScenarios struct {
	mu   sync.Mutex
	kept map[[2]string]coverage.SavedScenario // by study and id
}

// Put keeps s.
func (m *MemoryScenarios) Put(ctx context.Context, s coverage.SavedScenario, e coverage.Expected) (coverage.SavedScenario, bool, error) {
	if err := ctx.Err(); err != nil {
		return s, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := coverage.CheckScenarioID(s.ID); err != nil {
		return s, false, err
	}
	before := m.find(s.Study, s.ID)
	if err := e.Check(s.Study, s.ID, before); err != nil {
		return s, false, err
	}
	s.Text = slices.Clone(s.Text)
	s = s.Over(before)
	if m.kept == nil {
		m.kept = make(map[[2]string]coverage.SavedScenario)
	}
	m.kept[[2]string{s.Study, s.ID}] = s
	return s, before == nil, nil
}

// find is what is kept under an id; nil for nothing.
func (m *MemoryScenarios) find(study, id string) *coverage.SavedScenario {
	if s, there := m.kept[[2]string{study, id}]; there {
		return &s
	}
	return nil
}

// Get returns what was put.
func (m *MemoryScenarios) Get(ctx context.Context, study, id string) (coverage.SavedScenario, error) {
	m.mu.Lock()
	s, there := m.kept[[2]string{study, id}]
	m.mu.Unlock()
	if !there {
		some, _ := m.List(ctx, study, "", coverage.ShownScenarios) // which gives no error
		return s, coverage.NoScenario(study, id, some)
	}
	return s, nil
}

// List is by id.
func (m *MemoryScenarios) List(_ context.Context, study, after string, limit int) (list []coverage.SavedScenario, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range slices.SortedFunc(maps.Keys(m.kept), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		if key[0] == study && key[1] > after && len(list) < limit {
			list = append(list, m.kept[key])
		}
	}
	return list, nil
}

// Delete forgets a scenario.
func (m *MemoryScenarios) Delete(ctx context.Context, study, id string, e coverage.Expected) error {
	m.mu.Lock()
	before := m.find(study, id)
	err := e.Check(study, id, before)
	if err == nil {
		delete(m.kept, [2]string{study, id})
	}
	m.mu.Unlock()
	if err == nil && before == nil {
		some, _ := m.List(ctx, study, "", coverage.ShownScenarios)
		return coverage.NoScenario(study, id, some)
	}
	return err
}

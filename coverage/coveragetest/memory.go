package coveragetest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"kaimen/coverage"
)

// Memory is a Snapshots kept in memory, for tests that need some store. The
// zero value is ready to use.
type Memory struct {
	mu      sync.Mutex
	byID    map[coverage.SnapshotID]*coverage.Snapshot
	current map[string]coverage.SnapshotID
}

// Put keeps s and makes it current.
func (m *Memory) Put(_ context.Context, s *coverage.Snapshot) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(s)
	return nil
}

// PutIf keeps s and makes it current, if current was that.
func (m *Memory) PutIf(_ context.Context, s *coverage.Snapshot, current coverage.SnapshotID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if have := m.current[s.Study.ID]; have != current {
		return coverage.NotCurrent(s.Study.ID, current, have)
	}
	m.keep(s)
	return nil
}

// keep is Put for who holds mu.
func (m *Memory) keep(s *coverage.Snapshot) {
	if m.byID == nil {
		m.byID, m.current = make(map[coverage.SnapshotID]*coverage.Snapshot), make(map[string]coverage.SnapshotID)
	}
	m.byID[s.ID], m.current[s.Study.ID] = s, s.ID
}

// Get returns what was put.
func (m *Memory) Get(_ context.Context, id coverage.SnapshotID) (*coverage.Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.byID[id]; ok {
		return s, nil
	}
	return nil, coverage.NoSnapshot(id)
}

// Delete forgets a snapshot that is not current.
func (m *Memory) Delete(_ context.Context, id coverage.SnapshotID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.byID[id]
	switch {
	case !ok:
		return coverage.NoSnapshot(id)
	case m.current[s.Study.ID] == id:
		return coverage.StillCurrent(id, s.Study.ID)
	}
	delete(m.byID, id)
	return nil
}

// Current describes the snapshot put last.
func (m *Memory) Current(_ context.Context, study string) (coverage.SnapshotInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, ok := m.current[study]
	if !ok {
		return coverage.SnapshotInfo{}, coverage.Errorf(coverage.NotFound, "no study %s; there are: %s",
			study, strings.Join(slices.Sorted(maps.Keys(m.current)), ", "))
	}
	info := m.byID[id].Info()
	info.Current = true
	return info, nil
}

// List describes all snapshots by study and id.
func (m *Memory) List(context.Context) ([]coverage.SnapshotInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []coverage.SnapshotInfo
	for id, s := range m.byID {
		info := s.Info()
		info.Current = m.current[s.Study.ID] == id
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b coverage.SnapshotInfo) int {
		return strings.Compare(a.Study.ID+string(a.ID), b.Study.ID+string(b.ID))
	})
	return list, nil
}

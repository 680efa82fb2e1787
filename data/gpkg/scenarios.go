package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kaimen/coverage"
)

// scenarios is the store as coverage.Scenarios.
type scenarios struct{ store *Store }

// Scenarios are kept in a table of the same file.
func (s *Store) Scenarios() coverage.Scenarios { return scenarios{s} }

// Put implements coverage.Scenarios in one transaction.
func (c scenarios) Put(ctx context.Context, s coverage.SavedScenario, e coverage.Expected) (kept coverage.SavedScenario, made bool, err error) {
	if err := coverage.CheckScenarioID(s.ID); err != nil {
		return s, false, err
	}
	err = c.change(ctx, fmt.Sprintf("save scenario %s of study %s in", s.ID, s.Study), s.Study, s.ID, e, func(tx *sql.Tx, before *coverage.SavedScenario) error {
		kept, made = s.Over(before), before == nil
		if before != nil && kept.Hash() == before.Hash() {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO kaimen_scenarios (study, id, document, made_at, changed_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (study, id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at`,
			s.Study, s.ID, s.Text, kept.MadeAt.Format(time.RFC3339Nano), kept.ChangedAt.Format(time.RFC3339Nano))
		return err
	})
	return kept, made, err
}

// Delete implements coverage.Scenarios in one transaction.
func (c scenarios) Delete(ctx context.Context, study, id string, e coverage.Expected) error {
	return c.change(ctx, fmt.Sprintf("delete scenario %s of study %s from", id, study), study, id, e, func(tx *sql.Tx, before *coverage.SavedScenario) error {
		if before == nil {
			return c.none(ctx, tx, study, id)
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM kaimen_scenarios WHERE study = ? AND id = ?", study, id)
		return err
	})
}

// change calls do with what is saved under an id, nil for nothing, once it is as
// expected. Writers stand in line, so that it stays so.
func (c scenarios) change(ctx context.Context, doing, study, id string, e coverage.Expected, do func(*sql.Tx, *coverage.SavedScenario) error) error {
	change := func() error {
		tx, err := c.store.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after Commit it does nothing
		before, err := find(ctx, tx, study, id)
		if err != nil {
			return err
		}
		if err := e.Check(study, id, before); err != nil {
			return err
		}
		if err := do(tx, before); err != nil {
			return err
		}
		return tx.Commit()
	}
	if err := change(); err != nil {
		return c.store.fail(ctx, doing, err)
	}
	return nil
}

// Get implements coverage.Scenarios.
func (c scenarios) Get(ctx context.Context, study, id string) (coverage.SavedScenario, error) {
	s, err := find(ctx, c.store.read, study, id)
	if err == nil && s == nil {
		err = c.none(ctx, c.store.read, study, id)
	}
	if err != nil {
		return coverage.SavedScenario{}, c.store.fail(ctx, fmt.Sprintf("look for scenario %s of study %s in", id, study), err)
	}
	return *s, nil
}

// none is the error for an id that is not there.
func (c scenarios) none(ctx context.Context, db listing, study, id string) error {
	some, err := list(ctx, db, study, "", coverage.ShownScenarios)
	if err != nil {
		return err
	}
	return coverage.NoScenario(study, id, some)
}

const scenarioColumns = "SELECT study, id, document, made_at, changed_at FROM kaimen_scenarios "

// find is what is saved under an id; nil for nothing.
func find(ctx context.Context, db querier, study, id string) (*coverage.SavedScenario, error) {
	s, err := scanScenario(db.QueryRowContext(ctx, scenarioColumns+"WHERE study = ? AND id = ?", study, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &s, err
}

// List implements coverage.Scenarios.
func (c scenarios) List(ctx context.Context, study, after string, limit int) ([]coverage.SavedScenario, error) {
	found, err := list(ctx, c.store.read, study, after, limit)
	if err != nil {
		return nil, c.store.fail(ctx, fmt.Sprintf("list the scenarios of study %s in", study), err)
	}
	return found, nil
}

// listing is a *sql.DB or a *sql.Tx.
type listing interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func list(ctx context.Context, db listing, study, after string, limit int) (found []coverage.SavedScenario, err error) {
	rows, err := db.QueryContext(ctx, scenarioColumns+"WHERE study = ? AND id > ? ORDER BY id LIMIT ?", study, after, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		s, err := scanScenario(rows.Scan)
		if err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, rows.Err()
}

func scanScenario(scan func(...any) error) (s coverage.SavedScenario, err error) {
	var made, changed string
	if err := scan(&s.Study, &s.ID, &s.Text, &made, &changed); err != nil {
		return s, err
	}
	var errMade, errChanged error
	s.MadeAt, errMade = time.Parse(time.RFC3339Nano, made)
	s.ChangedAt, errChanged = time.Parse(time.RFC3339Nano, changed)
	return s, errors.Join(errMade, errChanged)
}

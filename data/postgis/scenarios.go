package postgis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
)

// scenarios is the store as coverage.Scenarios.
type scenarios struct{ store *Store }

// Scenarios are kept in a table of the same schema.
func (s *Store) Scenarios() coverage.Scenarios { return scenarios{s} }

// Put implements coverage.Scenarios in one transaction.
func (c scenarios) Put(ctx context.Context, s coverage.SavedScenario, e coverage.Expected) (kept coverage.SavedScenario, made bool, err error) {
	if err := coverage.CheckScenarioID(s.ID); err != nil {
		return s, false, err
	}
	err = c.change(ctx, fmt.Sprintf("save scenario %s of study %s in", s.ID, s.Study), s.Study, s.ID, e, func(tx pgx.Tx, before *coverage.SavedScenario) error {
		kept, made = s.Over(before), before == nil
		if before != nil && kept.Hash() == before.Hash() {
			return nil
		}
		_, err := tx.Exec(ctx, fmt.Sprintf(`INSERT INTO %s (study, id, document, made_at, changed_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (study, id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at`, c.table()),
			s.Study, s.ID, s.Text, kept.MadeAt.Format(time.RFC3339Nano), kept.ChangedAt.Format(time.RFC3339Nano))
		return err
	})
	return kept, made, err
}

// Delete implements coverage.Scenarios in one transaction.
func (c scenarios) Delete(ctx context.Context, study, id string, e coverage.Expected) error {
	return c.change(ctx, fmt.Sprintf("delete scenario %s of study %s from", id, study), study, id, e, func(tx pgx.Tx, before *coverage.SavedScenario) error {
		if before == nil {
			return c.none(ctx, tx, study, id)
		}
		_, err := tx.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE study = $1 AND id = $2", c.table()), study, id)
		return err
	})
}

// change calls do with what is saved under an id, nil for nothing, once it is as
// expected. Whoever changes the same id at the same time waits, so that it stays
// so.
func (c scenarios) change(ctx context.Context, doing, study, id string, e coverage.Expected, do func(pgx.Tx, *coverage.SavedScenario) error) error {
	change := func() error {
		tx, err := c.store.pool.Begin(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after Commit it does nothing
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", c.store.schema+" scenario "+study+" "+id); err != nil {
			return err
		}
		before, err := c.find(ctx, tx, study, id)
		if err != nil {
			return err
		}
		if err := e.Check(study, id, before); err != nil {
			return err
		}
		if err := do(tx, before); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return tx.Commit(context.WithoutCancel(ctx)) // as in Store.Put
	}
	if err := change(); err != nil {
		return c.store.fail(ctx, doing, err)
	}
	return nil
}

// Get implements coverage.Scenarios.
func (c scenarios) Get(ctx context.Context, study, id string) (coverage.SavedScenario, error) {
	s, err := c.find(ctx, c.store.pool, study, id)
	if err == nil && s == nil {
		err = c.none(ctx, c.store.pool, study, id)
	}
	if err != nil {
		return coverage.SavedScenario{}, c.store.fail(ctx, fmt.Sprintf("look for scenario %s of study %s in", id, study), err)
	}
	return *s, nil
}

// List implements coverage.Scenarios.
func (c scenarios) List(ctx context.Context, study, after string, limit int) ([]coverage.SavedScenario, error) {
	found, err := c.list(ctx, c.store.pool, study, after, limit)
	if err != nil {
		return nil, c.store.fail(ctx, fmt.Sprintf("list the scenarios of study %s in", study), err)
	}
	return found, nil
}

func (c scenarios) table() string { return c.store.table("scenarios") }

// none is the error for an id that is not there.
func (c scenarios) none(ctx context.Context, db querier, study, id string) error {
	some, err := c.list(ctx, db, study, "", coverage.ShownScenarios)
	if err != nil {
		return err
	}
	return coverage.NoScenario(study, id, some)
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// find is what is saved under an id; nil for nothing.
func (c scenarios) find(ctx context.Context, db querier, study, id string) (*coverage.SavedScenario, error) {
	rows, err := db.Query(ctx, fmt.Sprintf("SELECT study, id, document, made_at, changed_at FROM %s WHERE study = $1 AND id = $2", c.table()), study, id)
	if err != nil {
		return nil, err
	}
	s, err := pgx.CollectExactlyOneRow(rows, scanScenario)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &s, err
}

func (c scenarios) list(ctx context.Context, db querier, study, after string, limit int) ([]coverage.SavedScenario, error) {
	rows, err := db.Query(ctx, fmt.Sprintf(`SELECT study, id, document, made_at, changed_at FROM %s
		WHERE study = $1 AND id > $2 ORDER BY id LIMIT $3`, c.table()), study, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanScenario)
}

func scanScenario(row pgx.CollectableRow) (s coverage.SavedScenario, err error) {
	var made, changed string
	if err := row.Scan(&s.Study, &s.ID, &s.Text, &made, &changed); err != nil {
		return s, err
	}
	var errMade, errChanged error
	s.MadeAt, errMade = time.Parse(time.RFC3339Nano, made)
	s.ChangedAt, errChanged = time.Parse(time.RFC3339Nano, changed)
	return s, errors.Join(errMade, errChanged)
}

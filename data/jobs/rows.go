package jobs

import (
	"context"
	"errors"

	"kaimen/coverage"
	"kaimen/coverage/job"
)

// shelve saves the rows of our job, which is finished by now. Rows that another
// job answered before were first answered then.
func (h *held) shelve(ctx context.Context, in tx, list []job.Rows) error {
	for i, r := range list {
		id := r.ID()
		_, err := in.exec(ctx, `INSERT INTO kaimen_rows (job, place, id, kind, study, basis, answered, about, body) VALUES (?, ?, ?, ?, ?, ?,
			COALESCE((SELECT MIN(answered) FROM kaimen_rows WHERE id = ?), (SELECT finished FROM kaimen_job WHERE id = ?)), ?, ?)`,
			h.id, int64(i), id, r.Kind, r.Study, r.Basis, id, h.id, string(r.About), append([]byte{}, r.Body...))
		if err != nil {
			return err
		}
	}
	return nil
}

// Saved lists the rows of jobs; see job.Shelf.
func (q *Queue) Saved(ctx context.Context, f job.SavedFilter) (list []job.Saved, err error) {
	// Of jobs with the same rows, the first stands for all.
	query, args := `SELECT id, kind, study, basis, answered, about FROM kaimen_rows WHERE NOT EXISTS
		(SELECT 1 FROM kaimen_rows AS other WHERE other.id = kaimen_rows.id AND other.job < kaimen_rows.job)`, []any{}
	for _, by := range []struct{ condition, value string }{{"id = ?", f.ID}, {"basis = ?", f.Basis}} {
		if by.value != "" {
			query += " AND " + by.condition
			args = append(args, by.value)
		}
	}
	err = q.db.within(ctx, func(in tx) error {
		return in.query(ctx, func(scan func(...any) error) error {
			var s job.Saved
			var answered int64
			var about string
			err := scan(&s.ID, &s.Kind, &s.Study, &s.Basis, &answered, &about)
			s.Answered, s.About = moment(answered), raw(about)
			list = append(list, s)
			return err
		}, query+` ORDER BY answered DESC, job DESC, place`, args...)
	})
	return list, err
}

// Rows reads the rows of a job; see job.Shelf.
func (q *Queue) Rows(ctx context.Context, id string) (body []byte, err error) {
	err = q.db.within(ctx, func(in tx) error {
		return one(ctx, in, []any{&body}, `SELECT body FROM kaimen_rows WHERE id = ? LIMIT 1`, id)
	})
	if errors.Is(err, errNoRow) {
		err = coverage.Errorf(coverage.NotFound, "there are no rows %q; they are kept for %d days after their job, then ask again", id, int(q.o.Keep.Hours()/24))
	}
	return body, err
}

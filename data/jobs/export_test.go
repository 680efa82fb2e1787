package jobs

import "context"

// Mute makes the worker of a job seem long silent.
func (q *Queue) Mute(ctx context.Context, id string) error {
	return q.db.within(ctx, func(in tx) error {
		_, err := in.exec(ctx, `UPDATE kaimen_job SET beat = 0, holder = 'silent' WHERE id = ?`, id)
		return err
	})
}

// Begun makes a job seem to have been begun so often, by workers that died.
func (q *Queue) Begun(ctx context.Context, id string, times int) error {
	return q.db.within(ctx, func(in tx) error {
		_, err := in.exec(ctx, `UPDATE kaimen_job SET begun = ?, beat = 0, holder = 'dead' WHERE id = ?`, int64(times), id)
		return err
	})
}

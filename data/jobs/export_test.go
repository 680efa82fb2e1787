package jobs

import "context"

// Mute makes the worker of a job seem long silent.
func (q *Queue) Mute(ctx context.Context, id string) error {
	return q.db.within(ctx, func(in tx) error {
		_, err := in.exec(ctx, `UPDATE kaimen_job SET beat = 0, holder = 'silent' WHERE id = ?`, id)
		return err
	})
}

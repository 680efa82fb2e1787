package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
)

// List implements coverage.Store.
func (s *Store) List(ctx context.Context) ([]coverage.SnapshotInfo, error) {
	infos, err := s.list(ctx, "")
	if err != nil {
		return nil, s.fail(ctx, "list the studies of", err)
	}
	return infos, nil
}

// Current implements coverage.Store.
func (s *Store) Current(ctx context.Context, study string) (coverage.SnapshotInfo, error) {
	infos, err := s.list(ctx, study)
	if err == nil && (len(infos) == 0 || study == "") {
		err = s.noStudy(ctx, study)
	}
	if err != nil {
		return coverage.SnapshotInfo{}, s.fail(ctx, fmt.Sprintf("look for study %s in", study), err)
	}
	return infos[0], nil
}

func (s *Store) noStudy(ctx context.Context, study string) error {
	infos, err := s.list(ctx, "")
	if err != nil {
		return err
	}
	return coverage.NoStudy(study, infos)
}

// list describes the snapshots of one study, or of all for an empty name. It
// reads in one statement, so that what it tells is of one moment.
func (s *Store) list(ctx context.Context, study string) ([]coverage.SnapshotInfo, error) {
	rows, err := s.pool.Query(ctx, fmt.Sprintf(`SELECT s.id, s.about, s.imported_at, s.min_lon, s.min_lat, s.max_lon, s.max_lat,
		(SELECT coalesce(json_object_agg(l.layer, l.row_count), '{}')::text FROM %s sl
			JOIN %s l ON l.hash = sl.hash WHERE sl.snapshot = s.id AND l.row_count > 0)
		FROM %s s WHERE $1 = '' OR s.study = $1 ORDER BY s.study, s.put_order DESC`,
		s.table("snapshot_layers"), s.table("layers"), s.table("snapshots")), study)
	if err != nil {
		return nil, err
	}
	last := ""
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (coverage.SnapshotInfo, error) {
		info, err := scanInfo(row)
		info.Current = info.Study.ID != last
		last = info.Study.ID
		return info, err
	})
}

func scanInfo(row pgx.CollectableRow) (info coverage.SnapshotInfo, err error) {
	var about, imported, counts string
	err = row.Scan(&info.ID, &about, &imported, &info.Bounds.Min[0], &info.Bounds.Min[1],
		&info.Bounds.Max[0], &info.Bounds.Max[1], &counts)
	if err != nil {
		return info, err
	}
	info.ImportedAt, err = time.Parse(time.RFC3339Nano, imported)
	err = errors.Join(err, json.Unmarshal([]byte(about), &info.Study), json.Unmarshal([]byte(counts), &info.Counts))
	if err != nil {
		return info, fmt.Errorf("snapshot %s: %w", info.ID, err)
	}
	return info, nil
}

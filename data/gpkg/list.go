package gpkg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kaimen/coverage"
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
	rows, err := s.read.QueryContext(ctx, `SELECT s.id, s.about, s.imported_at, s.min_lon, s.min_lat, s.max_lon, s.max_lat,
		(SELECT json_group_object(l.layer, l.row_count) FROM kaimen_snapshot_layers sl
			JOIN kaimen_layers l ON l.hash = sl.hash WHERE sl.snapshot = s.id AND l.row_count > 0)
		FROM kaimen_snapshots s WHERE ?1 = '' OR s.study = ?1 ORDER BY s.study, s.put_order DESC`, study)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var infos []coverage.SnapshotInfo
	for rows.Next() {
		var info coverage.SnapshotInfo
		var about, imported, counts string
		err := rows.Scan(&info.ID, &about, &imported, &info.Bounds.Min[0], &info.Bounds.Min[1],
			&info.Bounds.Max[0], &info.Bounds.Max[1], &counts)
		if err != nil {
			return nil, err
		}
		at, err := time.Parse(time.RFC3339Nano, imported)
		err = errors.Join(err, json.Unmarshal([]byte(about), &info.Study), json.Unmarshal([]byte(counts), &info.Counts))
		if err != nil {
			return nil, fmt.Errorf("snapshot %s: %w", info.ID, err)
		}
		info.ImportedAt = at
		info.Current = len(infos) == 0 || infos[len(infos)-1].Study.ID != info.Study.ID
		infos = append(infos, info)
	}
	return infos, rows.Err()
}

package coverage

import (
	"context"
	"slices"
)

// Versions lists the snapshots of a study, the newest first.
//
// Errors: not_found, naming the studies there are.
func Versions(ctx context.Context, s Snapshots, study string) ([]SnapshotInfo, error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	infos := slices.DeleteFunc(slices.Clone(all), func(i SnapshotInfo) bool { return i.Study.ID != study })
	if len(infos) == 0 {
		return nil, NoStudy(study, all)
	}
	return infos, nil
}

// Prune deletes all but the newest snapshots of a study, the oldest first, so
// that what is left after a fault are still the newest; dry, it deletes nothing.
// It returns those that went, or would go, in that order, and how many are kept.
//
// Errors: invalid for a keep below 1, as the current snapshot stays; those of
// Versions and Delete, with what went before.
func Prune(ctx context.Context, s Snapshots, study string, keep int, dry bool) (gone []SnapshotInfo, kept int, err error) {
	if keep < 1 {
		return nil, 0, Errorf(Invalid, "keep %d: at least 1 is kept, the current snapshot", keep)
	}
	infos, err := Versions(ctx, s, study)
	if err != nil {
		return nil, 0, err
	}
	for _, i := range slices.Backward(infos[min(keep, len(infos)):]) {
		if !dry {
			if err := s.Delete(ctx, i.ID); err != nil {
				return gone, len(infos) - len(gone), err
			}
		}
		gone = append(gone, i)
	}
	return gone, len(infos) - len(gone), nil
}

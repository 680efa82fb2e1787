package ogc

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/geo/index"
	"kaimen/web/lru"
)

// keptRows is how many bytes of saved rows are kept ready, as they are saved. In
// memory they take about three times as many.
const keptRows = 64 << 20

// Results is the Source over the rows that jobs answered: each list of them is
// the collection STUDY.KIND.ID. All that are kept are there without a version;
// a version has those that stand on it. It lists the newest first.
type Results struct {
	shelf job.Shelf
	open  *lru.Cache[string, *rows]
}

// NewResults shows the rows on a shelf that Save wrote.
func NewResults(shelf job.Shelf) *Results {
	return &Results{shelf: shelf, open: lru.New[string](keptRows, func(r *rows) int {
		return min(r.bytes, keptRows) // the largest of all is kept as well
	})}
}

// ResultID names the collection of saved rows.
func ResultID(kind, study, rows string) string { return study + "." + kind + "." + rows }

// rowsNamed is the id of the saved rows whose collection has this id; false for
// one of layers.
func rowsNamed(collection string) (id string, ok bool) {
	parts := strings.Split(collection, ".")
	if len(parts) != 3 || len(parts[2]) != 32 || strings.Trim(parts[2], "0123456789abcdef") != "" {
		return "", false
	}
	return parts[2], true
}

// List describes all that is saved, or what stands on a version.
func (r *Results) List(ctx context.Context, version string) ([]Info, error) {
	saved, err := r.shelf.Saved(ctx, job.SavedFilter{Basis: version})
	if err != nil {
		return nil, err
	}
	list := make([]Info, len(saved))
	for i := range saved {
		if list[i], err = infoOf(&saved[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Open returns the collection of saved rows.
func (r *Results) Open(ctx context.Context, version, id string) (Collection, error) {
	name, _ := rowsNamed(id)
	saved, err := r.shelf.Saved(ctx, job.SavedFilter{ID: name, Basis: version})
	if err != nil {
		return nil, err
	}
	if name == "" || len(saved) != 1 || ResultID(saved[0].Kind, saved[0].Study, name) != id {
		return nil, coverage.Errorf(coverage.NotFound, "there is no collection %q here; results are kept for some days after their job, then ask again", shown(id))
	}
	info, err := infoOf(&saved[0])
	if err != nil {
		return nil, err
	}
	of, ok := r.open.Get(name)
	if !ok {
		body, err := r.shelf.Rows(ctx, name)
		if err != nil {
			return nil, err
		}
		if of, err = newRows(body, &info); err != nil {
			return nil, err
		}
		r.open.Put(name, of)
	}
	return &result{of, info}, nil
}

// infoOf describes saved rows.
func infoOf(s *job.Saved) (Info, error) {
	var of about
	if err := json.Unmarshal(s.About, &of); err != nil {
		return Info{}, fmt.Errorf("read what saved rows are about: %w", err)
	}
	info := Info{
		ID: ResultID(s.Kind, s.Study, s.ID), Title: of.title(s), Description: of.description(s),
		Attribution: of.Attribution, Synthetic: of.Synthetic, Shape: of.Shape,
		Extent: boundOf(of.Extent), Region: boundOf(of.Region), Columns: of.Columns, Sparse: of.Sparse, Len: of.Len,
	}
	info.Hash = s.ID + hashOf(info.ID, info.Title, info.Description)
	return info, nil
}

// rows are saved rows in memory.
type rows struct {
	bytes    int
	features []Feature
	blank    []int // places of those without a geometry
	boxes    func() *index.Boxes
	ids      func() (byID, byColumn map[string]int)
}

func newRows(body []byte, info *Info) (*rows, error) {
	features, err := unpack(body, info.Columns)
	if err == nil && len(features) != info.Len {
		err = fmt.Errorf("read saved rows: there are %d, not %d", len(features), info.Len)
	}
	if err != nil {
		return nil, err
	}
	r := &rows{bytes: len(body), features: features}
	for i := range features {
		if features[i].Geometry == nil {
			r.blank = append(r.blank, i)
		}
	}
	r.boxes = sync.OnceValue(func() *index.Boxes {
		return index.NewBoxes(len(features), func(i int) orb.Bound {
			if features[i].Geometry == nil {
				return emptyBound
			}
			return features[i].Geometry.Bound()
		})
	})
	column := slices.IndexFunc(info.Columns, func(c coverage.Column) bool { return c.Name == "id" })
	r.ids = sync.OnceValues(func() (byID, byColumn map[string]int) {
		byID, byColumn = make(map[string]int, len(features)), make(map[string]int, len(features))
		for i := range features {
			byID[features[i].ID] = i
			short, _ := features[i].Values[column].(string)
			if _, taken := byColumn[short]; taken {
				i = -1 // several have it
			}
			byColumn[short] = i
		}
		return byID, byColumn
	})
	return r, nil
}

// result is the collection of saved rows.
type result struct {
	*rows
	info Info
}

// Info describes the rows.
func (r *result) Info() *Info { return &r.info }

// At returns one row as a feature.
func (r *result) At(i int, values []any) Feature {
	f := r.features[i]
	f.Values = append(values[:0], f.Values...)
	return f
}

// Meeting asks the index, which is made when it is first needed.
func (r *result) Meeting(box orb.Bound) []int {
	list := r.boxes().Meeting(box, nil)
	if len(r.blank) > 0 {
		list = append(list, r.blank...)
		slices.Sort(list)
	}
	return list
}

// Find looks for the id of a feature, or for what one alone has in its column id.
func (r *result) Find(id string) (int, bool) {
	byID, byColumn := r.ids()
	if place, ok := byID[id]; ok {
		return place, true
	}
	place, ok := byColumn[id]
	return place, ok && place >= 0
}

// Beside gives the collections of layers, and those of r after them.
func (r *Results) Beside(layers Source) Source { return &beside{layers, r} }

type beside struct {
	layers  Source
	results *Results
}

// List describes both. A version whose layers are gone is there while results
// stand on it.
func (b *beside) List(ctx context.Context, version string) ([]Info, error) {
	layers, missing := b.layers.List(ctx, version)
	if missing != nil && coverage.CodeOf(missing) != coverage.NotFound {
		return nil, missing
	}
	results, err := b.results.List(ctx, version)
	if err == nil && len(results) == 0 {
		err = missing
	}
	if err != nil {
		return nil, err
	}
	return append(layers, results...), nil
}

// Open opens a collection of one of the two; their ids differ in form.
func (b *beside) Open(ctx context.Context, version, id string) (Collection, error) {
	if _, ok := rowsNamed(id); ok {
		return b.results.Open(ctx, version, id)
	}
	return b.layers.Open(ctx, version, id)
}

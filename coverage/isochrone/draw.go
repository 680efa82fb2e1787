package isochrone

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo/contour"
)

// Ring is what is within reach up to one cutoff.
type Ring struct {
	Cutoff   network.Cost
	ReachedM float64 // length of the road within reach, meters; of several ways over one stretch, one
	// Area is the ground about that road, in degrees, and AreaM2 its size. Nil
	// and 0 where nothing is within reach, and if lines were asked for.
	Area   orb.MultiPolygon
	AreaM2 float64
	// Lines are the stretches within reach, in degrees, in order of edge, each
	// from the tail; only if lines were asked for.
	Lines orb.MultiLineString
}

// Drawer draws the rings of one origin after another, reusing its memory. It
// belongs to one goroutine at a time.
type Drawer struct {
	tree    *reach.Tree
	field   field
	tracer  contour.Tracer
	strokes []stroke
	ends    []int        // by cutoff: how many of the strokes it draws
	before  []reach.Part // within reach of the cutoff before
}

// NewDrawer prepares drawing on g for ways by o.Metric, in o.Direction as seen
// from an origin.
//
// Memory: that of a reach.Tree, and 8 bytes a corner of the largest ring drawn.
func (g *Ground) NewDrawer(o reach.Options) *Drawer {
	return &Drawer{tree: reach.NewTree(g.n, o), field: field{Ground: g}}
}

// Polygons draws the ground within reach of an origin, which may have several
// places (a park its entrances, a kind all its facilities), by cutoff. Holes
// below minHoleM2 square meters, with what lies in them, are filled. See the
// package for what holds of the rings.
//
// Input:   cutoffs ascend; origins that are not on the network add nothing.
// Units:   cutoffs (inclusive) in the unit of the metric; the straight way from
// an origin to its road is counted, but not drawn.
// Errors:  too_large where the ground measures more than 16 million cells;
// cutoffs that do not ascend; ctx.Err() if ctx ends first.
// Cost:    one search within the largest cutoff, each stretch drawn once, and
// two passes over the cells for each cutoff.
func (d *Drawer) Polygons(ctx context.Context, origins []network.Snap, cutoffs []network.Cost, minHoleM2 float64) ([]Ring, error) {
	rings, err := d.spread(ctx, origins, cutoffs, func(r *Ring, parts []reach.Part) {
		d.gather(parts)
		d.ends = append(d.ends, len(d.strokes))
	})
	if err != nil || len(d.strokes) == 0 {
		return rings, err
	}
	f := &d.field
	if err := f.lay(d.strokes); err != nil {
		return nil, err
	}
	// Cells are whole units, so that a hole has some whole area.
	minHole := int64(min(max(minHoleM2, 0)/(f.perX*f.perY), 1<<60))
	drawn := 0
	for i := range rings {
		for ; drawn < d.ends[i]; drawn++ {
			if drawn%4096 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			f.draw(&d.strokes[drawn])
		}
		if rings[i].Area, err = d.tracer.Polygons(f.grid(), squared(f.o.BufferMeters), minHole); err != nil {
			return nil, fmt.Errorf("draw the ring of cutoff %d: %w", rings[i].Cutoff, err)
		}
		rings[i].AreaM2 = f.plane.MultiArea(rings[i].Area)
	}
	return rings, nil
}

// Lines tells the stretches of road within reach, by cutoff.
//
// Input, units, errors: as Polygons, but for too_large.
func (d *Drawer) Lines(ctx context.Context, origins []network.Snap, cutoffs []network.Cost) ([]Ring, error) {
	return d.spread(ctx, origins, cutoffs, func(r *Ring, parts []reach.Part) {
		for _, p := range parts {
			if p.From < p.To {
				r.Lines = append(r.Lines, d.field.n.PartLine(p.Edge, p.From, p.To, nil))
			}
		}
	})
}

// spread searches once and hands over what is within reach of each cutoff.
func (d *Drawer) spread(ctx context.Context, origins []network.Snap, cutoffs []network.Cost, each func(*Ring, []reach.Part)) ([]Ring, error) {
	if len(cutoffs) == 0 || !slices.IsSorted(cutoffs) {
		return nil, fmt.Errorf("cutoffs %v do not ascend", cutoffs)
	}
	d.strokes, d.ends, d.before = d.strokes[:0], d.ends[:0], d.before[:0]
	origins = slices.DeleteFunc(slices.Clone(origins), func(s network.Snap) bool { return !s.OK() })
	rings := make([]Ring, len(cutoffs))
	for i, c := range cutoffs {
		rings[i].Cutoff = c
	}
	if len(origins) == 0 {
		return rings, nil
	}
	d.field.scale = newScale(origins, d.field.o.CellMeters)
	if err := d.tree.From(ctx, origins, cutoffs[len(cutoffs)-1]); err != nil {
		return nil, err
	}
	for i, c := range cutoffs {
		parts, millimeters := d.tree.Parts(c), uint64(0)
		for _, p := range parts {
			millimeters += uint64(p.To - p.From)
		}
		rings[i].ReachedM = float64(millimeters) / 1000
		each(&rings[i], parts)
		d.before = append(d.before[:0], parts...)
	}
	return rings, ctx.Err()
}

// gather adds the strokes of parts that the cutoff before has not drawn the
// same. Both lists are in order; of parts that grew the new one is drawn over
// the old, which changes nothing but to add.
func (d *Drawer) gather(parts []reach.Part) {
	old := d.before
	for _, p := range parts {
		for len(old) > 0 && (old[0].Edge < p.Edge || old[0].Edge == p.Edge && old[0].From < p.From) {
			old = old[1:]
		}
		if len(old) > 0 && old[0] == p {
			continue
		}
		pieces := d.field.shore.of(p.Edge)
		for s := range d.field.n.Segments(p.Edge, p.From, p.To) {
			first, last := 0.0, 1.0
			if s.Start < s.End {
				first, last = float64(s.From-s.Start)/float64(s.End-s.Start), float64(s.To-s.Start)/float64(s.End-s.Start)
			}
			if len(pieces) == 0 {
				d.strokes = append(d.strokes, d.field.newStroke(s, first, last))
				continue
			}
			d.wade(pieces, s, first, last)
		}
	}
}

// wade adds a share of a segment by the pieces that water cuts it into.
func (d *Drawer) wade(pieces []piece, s network.Segment, first, last float64) {
	for i := range pieces {
		p := &pieces[i]
		if p.start != s.Start || p.end != s.End {
			continue
		}
		if from, to := math.Max(first, p.first), math.Min(last, p.last); from <= to {
			k := d.field.newStroke(s, from, to)
			if p.over || len(p.near) > 0 {
				k.piece = p
			}
			d.strokes = append(d.strokes, k)
		}
	}
}

package candidate

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
	"kaimen/geo/index"
)

// samePlace is how near two points are one, in meters.
const samePlace = 1.0

// points holds the planner's own points against the limits.
func (f *finder) points(ctx context.Context) error {
	boxes := index.NewBoxes(len(f.o.Points), func(i int) orb.Bound { return f.o.Points[i].At.Bound() })
	for i := range f.o.Points {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := &f.o.Points[i]
		common := append(f.kept(p.At), f.placed(p.At)...)
		for k, kind := range f.o.Kinds {
			reasons := notFor(p.Kinds, "point", kind)
			reasons = append(reasons, f.way(f.roads(&f.limits[k]), "It", p.At)...)
			reasons = append(reasons, common...)
			if len(p.Kinds) == 0 || slices.Contains(p.Kinds, kind) {
				reasons = append(reasons, f.before(boxes, i, kind)...)
			}
			f.settle(f.pointOf(p, kind), reasons)
		}
	}
	return nil
}

func (f *finder) pointOf(p *Point, kind string) Candidate {
	c := Candidate{Site: Site{ID: "point:" + p.ID, Kind: kind, Name: p.Name, Source: SourcePoint, Of: p.ID, At: p.At}, Capacity: p.Capacity}
	c.Cost = f.o.cost(kind, 0, p.Capacity)
	if p.Cost != nil {
		c.Cost = *p.Cost
	}
	return c
}

// before bars a point at the place of one before it that is for the kind too.
func (f *finder) before(boxes *index.Boxes, i int, kind string) []Reason {
	at := f.o.Points[i].At
	for _, k := range boxes.Meeting(geo.Around(at, samePlace), nil) {
		if k >= i {
			break
		}
		other := &f.o.Points[k]
		away := geo.Distance(at, other.At)
		if away < samePlace && (len(other.Kinds) == 0 || slices.Contains(other.Kinds, kind)) {
			return []Reason{{Duplicate, away, samePlace, "m", fmt.Sprintf("It lies %.1f m from point %s, which is in the list before it.", away, other.ID)}}
		}
	}
	return nil
}

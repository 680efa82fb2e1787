package candidate

import (
	"context"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo/index"
)

// Networks are the roads that sites are entered from.
type Networks struct {
	Walk  *network.Network
	Drive *network.Network // for kinds whose limits are ByCar; nil if there are none
}

// From lists the sites of a study for the kinds that o asks for.
//
// What has no ground of its own, an estate, a place along a road or a point, is
// held against its way to the network and what is kept free, not against areas.
//
// Input:  layers as a Snapshot holds them, and networks built of their roads; one
// that a scenario patched is fine, but places along roads are those of roads in
// the layers.
// Holds:  every pair of a site and a kind is in just one of the two lists. Places
// along roads are sites only where they are kept: Notes count the others. The
// same input gives the same lists.
// Errors: invalid, with an Issue for every fault of o; ctx.Err() if ctx ends first.
// Cost:   indices of the buildings, water and facilities; for each parcel its
// overlays, its width, and searches for roads along its outline, in all some 1 ms
// where 20 houses stand about it; for places along roads a search for the nearest road and one on the
// network within half of their distance, some microseconds each.
func From(ctx context.Context, layers *coverage.Layers, n Networks, o Options) (Found, error) {
	o = o.filled()
	limits, err := o.limits()
	if err != nil {
		return Found{}, err
	}
	faults := o.faults(n)
	for i, kind := range o.Kinds {
		if limits[i].ByCar && n.Drive == nil {
			faults = append(faults, coverage.Issue{
				Severity: coverage.SeverityError, Code: coverage.ReasonLayerMissing,
				Message: fmt.Sprintf("%s is driven to, and there is no network to drive on; build one, or set by-car off in its limits", kind),
			})
		}
	}
	if len(faults) > 0 {
		return Found{}, &coverage.Error{Code: coverage.Invalid, Message: "candidate sites cannot be listed", Issues: faults}
	}
	f := &finder{layers: layers, networks: n, o: &o, limits: limits}
	f.prepare()
	steps := map[Source]func(context.Context) error{
		SourceParcel: f.parcels, SourceEstate: f.estates, SourceEdge: f.edges, SourcePoint: f.points,
	}
	for _, s := range o.sources(limits) {
		if err := steps[s](ctx); err != nil {
			return Found{}, err
		}
	}
	return f.found, nil
}

// finder looks for sites.
type finder struct {
	layers   *coverage.Layers
	networks Networks
	o        *Options
	limits   []Limits     // along o.Kinds
	excluded *cover       // what the planner keeps free
	within   *cover       // where sites are wanted; nil for everywhere
	places   *index.Boxes // of the facilities
	found    Found
}

func (f *finder) prepare() {
	f.excluded = coverOf("excluded areas", len(f.o.Excluded), func(i int) orb.MultiPolygon { return f.o.Excluded[i] })
	if f.o.Within != nil {
		f.within = coverOf("areas asked for", 1, func(int) orb.MultiPolygon { return f.o.Within })
	}
	f.places = index.NewBoxes(len(f.layers.Facilities), func(i int) orb.Bound { return f.layers.Facilities[i].At.Bound() })
}

// roads is the network of a kind.
func (f *finder) roads(l *Limits) *network.Network {
	if l.ByCar {
		return f.networks.Drive
	}
	return f.networks.Walk
}

func (f *finder) note(format string, args ...any) {
	f.found.Notes = append(f.found.Notes, fmt.Sprintf(format, args...))
}

// settle puts a site where it belongs.
func (f *finder) settle(c Candidate, reasons []Reason) {
	if len(reasons) > 0 {
		f.found.Rejected = append(f.found.Rejected, Rejected{Site: c.Site, Reasons: reasons})
		return
	}
	f.found.Candidates = append(f.found.Candidates, c)
}

// outside tells of a place that is not where sites are wanted.
func (f *finder) outside(at orb.Point) bool { return f.within != nil && !f.within.holding(at) }

// placed bars a site whose place is not wanted.
func (f *finder) placed(at orb.Point) (reasons []Reason) {
	if f.outside(at) {
		reasons = append(reasons, Reason{Code: OutsideArea, Message: "It lies outside the area that sites are wanted in."})
	}
	return reasons
}

// kept bars a site that is no ground of its own where it is to be kept free.
func (f *finder) kept(at orb.Point) (reasons []Reason) {
	if f.excluded.holding(at) {
		reasons = append(reasons, Reason{Code: ExcludedArea, Message: "It lies in an area that is to be kept free."})
	}
	return reasons
}

// way bars a place that is not tied to a network near by. What it is, is told as
// the subject of a sentence.
func (f *finder) way(n *network.Network, what string, at orb.Point) (reasons []Reason) {
	snap, most := n.Snap(at), f.o.WayMeters
	away := float64(snap.Offset) / 1000
	switch {
	case snap.State == coverage.ReasonTooFar:
		far := n.Profile().SnapMeters
		return []Reason{{NoWay, far, most, "m", fmt.Sprintf("%s lies more than %.0f m from any road that may be used; sites lie within %.0f m of one.", what, far, most)}}
	case away > most:
		return []Reason{{NoWay, away, most, "m", fmt.Sprintf("%s lies %.0f m from the nearest road that may be used; sites lie within %.0f m of one.", what, away, most)}}
	case snap.State == coverage.ReasonIsland:
		return []Reason{{Code: NoWay, Message: what + " lies on roads that are cut off from the others."}}
	}
	return nil
}

// facilitiesAt lists the facilities that a mark picks out of those within a box
// and an area.
func (f *finder) facilitiesAt(area *index.Areas, box orb.Bound, pick func(*coverage.Facility) bool) (names []string) {
	for _, i := range f.places.Meeting(box, nil) {
		x := &f.layers.Facilities[i]
		if _, held := area.First(x.At); held && pick(x) {
			names = append(names, called(x))
		}
	}
	return names
}

// called is what a facility is called.
func called(x *coverage.Facility) string {
	if x.Name != "" {
		return fmt.Sprintf("%s (%s)", x.Name, x.Kind)
	}
	return fmt.Sprintf("%s (%s)", x.ID, x.Kind)
}

// listed names a few of many.
func listed(names []string) string {
	const few = 3
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

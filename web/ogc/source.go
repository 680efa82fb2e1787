package ogc

import (
	"context"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// Source is where collections come from. Any number of goroutines may share it.
//
// A version is empty for what is current, else it names a state whose
// collections never change: what is read of them may be kept for good. There may
// be more of them later, and fewer.
type Source interface {
	// List describes the collections of a version, in the order to be shown.
	// Errors: not_found for a version that is not there.
	List(ctx context.Context, version string) ([]Info, error)
	// Open returns one collection. Errors: not_found, naming what there is.
	Open(ctx context.Context, version, id string) (Collection, error)
}

// Info describes a collection without its features.
type Info struct {
	ID          string        // of letters, digits, dots and dashes; names it in addresses
	Title       coverage.Name // both languages are given
	Description coverage.Name
	Attribution []string
	Synthetic   bool
	Shape       coverage.Shape    // the one type of all its geometries; empty where no feature has one
	Extent      orb.Bound         // WGS 84 degrees; empty where there is no geometry
	Region      orb.Bound         // what the collection belongs to: it chooses the national grid
	Columns     []coverage.Column // of the properties, in order; none is a blob
	Sparse      []string          // names of whole-number columns with blanks, no number of which needs more than 32 bits
	Len         int
	Hash        string // differs whenever a feature, column or text above does
}

// Collection gives features by their place, 0 to Len-1, in an order that stays.
type Collection interface {
	Info() *Info
	// At returns the feature at a place. Its Values are the caller's to change; they
	// go into the list given, where that is long enough, which saves making one.
	At(place int, values []any) Feature
	// Meeting lists in ascending order the places whose box shares a point with
	// box (WGS 84 degrees), and those that have no geometry.
	Meeting(box orb.Bound) []int
	// Find is the place of the feature with this id, or with a short form of it
	// that no other feature shares.
	Find(id string) (place int, ok bool)
}

// Feature is one row of a collection.
type Feature struct {
	ID       string
	Geometry orb.Geometry // WGS 84 degrees, of the collection's Shape; or nil
	Values   []any        // by column: string, int64, float64, bool, or nil
}

package coverage

import (
	"bytes"
	"slices"

	"github.com/paulmach/orb"
)

// Difference says what leads from one snapshot to another. It is plain data;
// the zero value says that nothing does.
type Difference struct {
	From   SnapshotID        `json:"from" doc:"Id of the snapshot before." example:"9b1d2f4a6c8e0f3a5c7e"`
	To     SnapshotID        `json:"to" doc:"Id of the snapshot after." example:"0f3a5c7e9b1d2f4a6c8e"`
	Study  []string          `json:"study" nullable:"false" doc:"What differs in the study's description, by its JSON names." example:"[\"name\"]"`
	Layers []LayerDifference `json:"layers" nullable:"false" doc:"Those that differ, in the order of layers."`
}

// LayerDifference says which rows of a layer came, went or changed.
type LayerDifference struct {
	Layer   LayerName `json:"layer" doc:"Name of the layer." example:"facilities"`
	Before  int       `json:"before" doc:"Rows before." example:"319"`
	After   int       `json:"after" doc:"Rows after." example:"320"`
	Added   []Feature `json:"added" nullable:"false" doc:"In the order of the layer after."`
	Removed []Feature `json:"removed" nullable:"false" doc:"In the order of the layer before."`
	Changed []Change  `json:"changed" nullable:"false" doc:"In the order of the layer after."`
}

// Feature names a row within its layer.
type Feature struct {
	ID   string `json:"id" doc:"Id of the row." example:"12"`
	Kind string `json:"kind,omitempty" doc:"Kind of a facility, which is named by both." example:"pocket_park"`
}

// Change is a row that is in both snapshots and not the same.
type Change struct {
	Feature
	Columns []string `json:"columns" nullable:"false" doc:"Those that differ, in the layer's order, geometry first." example:"[\"geometry\",\"name\"]"`
}

// columnGeometry names a row's shape among its columns.
const columnGeometry = "geometry"

// Compare says what leads from a to b. They may be of two studies.
//
// Holds:  a layer is in Layers exactly if its hashes differ; Compare(b, a) swaps
// added and removed, and lists the same changes.
// Errors: none; both come from NewSnapshot or a store, so that ids are unique.
// Cost:   O(n) over the rows of the layers that differ; the others are passed over.
func Compare(a, b *Snapshot) Difference {
	d := Difference{From: a.ID, To: b.ID, Study: compareStudies(a.Study, b.Study), Layers: []LayerDifference{}}
	demand := demandSchema(unionOf(weightNames(a.Demand), weightNames(b.Demand)))
	for _, l := range []LayerDifference{
		compareRows(a.Hashes, b.Hashes, boundarySchema(), a.Boundaries, b.Boundaries, func(r *Boundary) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, roadSchema(), a.Roads, b.Roads, func(r *Road) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, facilitySchema(), a.Facilities, b.Facilities, func(r *Facility) Feature { return Feature{r.ID, r.Kind} }),
		compareRows(a.Hashes, b.Hashes, demand, a.Demand, b.Demand, func(r *Demand) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, buildingSchema(), a.Buildings, b.Buildings, func(r *Building) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, estateSchema(), a.Estates, b.Estates, func(r *Estate) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, parcelSchema(), a.Parcels, b.Parcels, func(r *Parcel) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, gateSchema(), a.Gates, b.Gates, func(r *Gate) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, landCoverSchema(), a.LandCover, b.LandCover, func(r *LandCover) Feature { return Feature{ID: r.ID} }),
		compareRows(a.Hashes, b.Hashes, requestSchema(), a.Requests, b.Requests, func(r *Request) Feature { return Feature{ID: r.ID} }),
	} {
		if len(l.Added)+len(l.Removed)+len(l.Changed) > 0 {
			d.Layers = append(d.Layers, l)
		}
	}
	return d
}

func compareStudies(a, b Study) []string {
	differ := []string{}
	for _, field := range []struct {
		name string
		same bool
	}{
		{"id", a.ID == b.ID},
		{"name", a.Name == b.Name},
		{"synthetic", a.Synthetic == b.Synthetic},
		{"attribution", slices.Equal(a.Attribution, b.Attribution)},
	} {
		if !field.same {
			differ = append(differ, field.name)
		}
	}
	return differ
}

func unionOf(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// hashes says which layers there is no need to look into.
type hashes = map[LayerName]LayerHash

func compareRows[T any](hashA, hashB hashes, s schema[T], a, b []T, name func(*T) Feature) LayerDifference {
	d := LayerDifference{
		Layer: s.layer, Before: len(a), After: len(b),
		Added: []Feature{}, Removed: []Feature{}, Changed: []Change{},
	}
	if hashA[s.layer] == hashB[s.layer] {
		return d
	}
	before := make(map[Feature]int, len(a))
	for i := range a {
		before[name(&a[i])] = i
	}
	stays := make([]bool, len(a))
	var c rowComparer
	for i := range b {
		feature := name(&b[i])
		old, met := before[feature]
		if !met {
			d.Added = append(d.Added, feature)
			continue
		}
		stays[old] = true
		if columns := differingColumns(&c, s, &a[old], &b[i]); len(columns) > 0 {
			d.Changed = append(d.Changed, Change{feature, columns})
		}
	}
	for i := range a {
		if !stays[i] {
			d.Removed = append(d.Removed, name(&a[i]))
		}
	}
	return d
}

// rowComparer compares values by the bytes that are hashed, so that what
// differs here and what gives another hash is the same.
type rowComparer struct{ a, b []byte }

func (c *rowComparer) sameGeometry(a, b orb.Geometry) bool {
	c.a, c.b = appendGeometry(c.a[:0], a), appendGeometry(c.b[:0], b)
	return bytes.Equal(c.a, c.b)
}

func (c *rowComparer) sameValue(a, b any) bool {
	c.a, c.b = appendValue(c.a[:0], a), appendValue(c.b[:0], b)
	return bytes.Equal(c.a, c.b)
}

func differingColumns[T any](c *rowComparer, s schema[T], a, b *T) []string {
	var columns []string
	if !c.sameGeometry(s.geometry(a), s.geometry(b)) {
		columns = append(columns, columnGeometry)
	}
	for _, column := range s.columns {
		if !c.sameValue(column.get(a), column.get(b)) {
			columns = append(columns, column.Name)
		}
	}
	return columns
}

package data

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/crs"
)

// inspectedIssues is how many issues of one code an inspection lists: people
// page through them to see every row that is set aside.
const inspectedIssues = 20_000

// Inspect says how an import would understand a file, and what would become of
// its rows. What f says of the file is taken; the rest is found out, and can be
// handed on to an import as the Settings of the answer. Nothing is stored.
//
// base, if there is one, is the study that the file is for: its roads or
// boundaries tell in which coordinate system the positions are. A blank f.Layer
// is guessed. At most preview rows are kept to be drawn.
//
// Holds:  what is wrong with the file is in the report, not an error.
// Errors: invalid for a name that is none; ctx.Err() if ctx ends first.
func Inspect(ctx context.Context, base *coverage.Snapshot, f coverage.LayerFile, preview int, o Options) (_ coverage.Inspection, err error) {
	dir, err := os.MkdirTemp("", "kaimen-inspect-")
	if err != nil {
		return coverage.Inspection{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := writeFile(f, dir); err != nil {
		return coverage.Inspection{}, err
	}
	i := &inspector{base: base, dir: dir, given: f, options: o}
	i.out.Format = endingOf(f.Name)
	i.out.Settings = f
	i.out.Settings.Body = nil
	if err := i.look(ctx); err != nil {
		return coverage.Inspection{}, err
	}
	in, err := i.take(ctx)
	if err == nil && len(in.undeclared) > 0 {
		in, err = i.place(ctx, in)
	}
	if err != nil {
		return coverage.Inspection{}, err
	}
	i.tell(in)
	i.draw(in, preview)
	return i.out, nil
}

// inspector is one run of Inspect.
type inspector struct {
	base    *coverage.Snapshot
	dir     string
	given   coverage.LayerFile
	options Options
	seen    *glance
	out     coverage.Inspection
}

// look settles what can be known of a file before its rows are taken: its
// tables, encoding, columns, and the layer that it is likely for.
func (i *inspector) look(ctx context.Context) error {
	path := filepath.Join(i.dir, i.given.Name)
	seen, err := glanceAt(ctx, path, &i.out)
	if err != nil {
		return err
	}
	i.seen = seen
	i.out.Layer = coverage.Understood{Value: string(i.given.Layer), How: coverage.KnownGiven}
	if i.given.Layer == "" {
		i.out.Layer = likelyLayer(i.given.Name, seen)
		i.out.Settings.Layer = coverage.LayerName(i.out.Layer.Value)
	}
	i.suggestLevel()
	i.suggestZone()
	return nil
}

// take reads the file as an import does.
func (i *inspector) take(ctx context.Context) (*intake, error) {
	in, err := i.taken(ctx)
	if err != nil || !i.suggestID(in) {
		return in, err
	}
	return i.taken(ctx)
}

func (i *inspector) taken(ctx context.Context) (*intake, error) {
	study := coverage.Study{ID: "inspected"}
	var held coverage.Layers
	if i.base != nil {
		study, held = i.base.Study, i.base.Layers
	}
	im := newImporter(manifestOf(study, i.out.Settings, i.dir), i.options)
	im.layers = held
	im.log.kept = inspectedIssues
	holdingOf(i.out.Settings.Layer).clear(&im.layers)
	if i.out.Settings.Layer == coverage.LayerRoads {
		im.layers.Gates = nil
	}
	for _, issue := range im.manifest.check() {
		im.log.add(0, issue)
	}
	var in *intake
	for _, l := range layers() {
		if l.name == i.out.Settings.Layer {
			s := &im.manifest.Sources.Of(l.name)[0]
			in = im.newIntake(layerOf(l, s), s, len(im.files))
			im.files = append(im.files, s.File)
		}
	}
	if err := in.run(ctx); err != nil {
		return nil, err
	}
	if in.layer.name != coverage.LayerRoads {
		return in, nil
	}
	return in, im.nodeRoads(ctx)
}

// place takes a file without a declared system in the one that fits best.
func (i *inspector) place(ctx context.Context, in *intake) (*intake, error) {
	list, by, err := i.systems(ctx, in.loose)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		fit := coverage.SystemFit{CRS: f.system.Name()}
		if by != nothing {
			fit.Miss, fit.Unit = &f.miss, string(by)
		}
		i.out.Systems = append(i.out.Systems, fit)
	}
	i.out.CRS = coverage.Understood{How: coverage.KnownNot, Why: "nothing says it, and in no system known here do its points lie near"}
	if len(list) == 0 {
		return in, nil
	}
	i.out.CRS = coverage.Understood{Value: list[0].system.Name(), How: coverage.KnownNot, Why: "nothing says it, and several systems would do"}
	if by != nothing && clearly(list) {
		i.out.CRS.How, i.out.CRS.Why = coverage.KnownGuess, "in this system its points fit the study best"
	}
	i.out.Settings.CRS = i.out.CRS.Value
	return i.taken(ctx)
}

// systems lists the systems in which points may be, the likeliest first.
func (i *inspector) systems(ctx context.Context, points []orb.Point) ([]fitting, yardstick, error) {
	if i.base != nil {
		im := newImporter(&Manifest{}, i.options)
		im.layers = i.base.Layers
		if list, by, err := im.rankSystems(ctx, points); err != nil || by != nothing {
			return list, by, err
		}
	}
	return systemsAlone(points), nothing, nil
}

// tell fills in what the reading has shown.
func (i *inspector) tell(in *intake) {
	i.out.Rows = in.report.Read
	i.out.Report = in.finished()
	i.out.Issues = in.log.count()
	i.out.Fields = i.fieldsOf(in)
	if i.out.CRS.How == "" {
		i.out.CRS = i.systemOf(in)
	}
	for c := range i.out.Columns {
		if in.layer.name == coverage.LayerRequests && personal(i.out.Columns[c].Name) {
			i.out.Columns[c].Samples, i.out.Columns[c].Values = nil, nil
		}
	}
}

// systemOf says how the coordinate system of a file came to be known.
func (i *inspector) systemOf(in *intake) coverage.Understood {
	system := coverage.Understood{Value: in.system.Name()}
	switch {
	case in.layer.shape == nowhere && !i.seen.cells:
		return coverage.Understood{How: coverage.KnownUsual, Why: "counts of zones have no positions"}
	case in.unplaced:
		return coverage.Understood{How: coverage.KnownNot}
	case isOSM(i.given.Name):
		system.How, system.Why = coverage.KnownUsual, "as all files of OpenStreetMap"
	case in.source.declared:
		system.How = coverage.KnownGiven
	case i.seen.crs != "":
		system.How = coverage.KnownFile
	default:
		system.How, system.Why = coverage.KnownUsual, "as in every GeoJSON file that says nothing else (RFC 7946)"
	}
	return system
}

// fieldsOf lists the fields of the layer and where each is taken from.
func (i *inspector) fieldsOf(in *intake) (list []coverage.FieldBound) {
	if zone := i.out.Settings.Zone; zone != "" {
		b := coverage.FieldBound{Field: "zone", Needed: true, How: coverage.KnownGiven}
		if i.given.Zone == "" {
			b.How = coverage.KnownGuess
		}
		list = append(list, b)
	}
	if i.seen.cells && in.layer.name == coverage.LayerDemand {
		return append(list, coverage.FieldBound{Field: coverage.WeightPeople, Needed: true, How: coverage.KnownUsual})
	}
	names := in.layer.fieldNames()
	if in.layer.name == coverage.LayerDemand {
		names = append(names, usualWeights...)
	}
	names = append(names, slices.Sorted(maps.Keys(in.columns))...) // weights of other names
	listed := make(map[string]bool)
	for _, name := range names {
		column, bound := in.columns[name]
		if listed[name] || in.features && slices.Contains(positionFields, name) && !bound {
			continue // it has a geometry
		}
		listed[name] = true
		b := coverage.FieldBound{Field: name, Needed: in.layer.needs(name) || slices.Contains(positionFields, name), Column: column}
		_, given := i.given.Fields[name]
		switch {
		case given, name == "level" && i.given.Level != "", name == "kind" && i.given.Kind != "":
			b.How = coverage.KnownGiven
		case name == "level" && i.out.Settings.Level != "":
			b.How = coverage.KnownGuess
		case bound && column == name:
			b.How = coverage.KnownFile
		case bound:
			b.How = coverage.KnownGuess
		case name == "id" && in.features && i.seen.named:
			b.How = coverage.KnownUsual
		default:
			b.How = coverage.KnownNot
		}
		list = append(list, b)
	}
	return list
}

// draw keeps rows to be drawn, spread evenly over the file; of people counted by
// zones, the zones.
func (i *inspector) draw(in *intake, most int) {
	if len(in.counts) > 0 {
		zones := countedZones(in)
		i.show(len(zones), func(n int) coverage.PreviewRow { return zones[n] }, most)
		return
	}
	t, _ := in.layers.Table(in.layer.name) // intakes are of layers that are there
	place := make(map[string]int)
	for c, column := range t.Columns {
		place[column.Name] = c
	}
	text := func(r coverage.Row, column string) string {
		c, there := place[column]
		if !there {
			return ""
		}
		s, _ := r.Values[c].(string)
		return s
	}
	i.show(t.Len, func(n int) coverage.PreviewRow {
		row := t.At(n, nil)
		return coverage.PreviewRow{ID: text(row, "id"), Kind: text(row, "kind"), Name: text(row, "name"), Geometry: row.Geometry}
	}, most)
}

// countedZones are the zones of the study that have a count.
func countedZones(in *intake) []coverage.PreviewRow {
	has := make(map[string]bool, len(in.counts))
	for _, c := range in.counts {
		has[c.zone] = true
	}
	return slices.DeleteFunc(zonesAt(&in.layers, in.source.Zone), func(zone coverage.PreviewRow) bool { return !has[zone.ID] })
}

// show keeps at most so many of the rows, spread evenly, and the bounds of all.
func (i *inspector) show(rows int, at func(int) coverage.PreviewRow, most int) {
	i.out.Drawn = rows
	if rows == 0 {
		return
	}
	step := max(1, (rows+most-1)/most)
	bounds := at(0).Geometry.Bound()
	for n := range rows {
		row := at(n)
		bounds = bounds.Union(row.Geometry.Bound())
		if n%step == 0 {
			i.out.Preview = append(i.out.Preview, row)
		}
	}
	i.out.Bounds = &bounds
}

// endingOf is the ending of a file's name, of two parts where the first says
// what is in it: .shp.zip, .osm.pbf.
func endingOf(name string) string {
	lower := strings.ToLower(name)
	last := filepath.Ext(lower)
	if before := filepath.Ext(strings.TrimSuffix(lower, last)); len(before) > 1 && len(before) < 9 && !strings.ContainsAny(before[1:], "0123456789 ") {
		return before + last
	}
	return last
}

// systemsAlone lists the systems in which points may be where there is no study
// to compare with. Degrees may be in any of three; of meters only a zone number
// before the easting tells the zone.
func systemsAlone(points []orb.Point) (list []fitting) {
	if len(points) == 0 {
		return nil
	}
	codes := []string{"EPSG:4326", "GCJ-02", "BD-09"}
	if x, y := points[0][0], points[0][1]; math.Abs(x) > 180 || math.Abs(y) > 90 {
		const millions = 1_000_000 // of an easting: the number of its zone
		codes = nil
		switch zone := int(x / millions); {
		case zone >= 13 && zone <= 23: // of 6°
			codes = append(codes, fmt.Sprintf("EPSG:%d", 4491+zone-13))
		case zone >= 25 && zone <= 45: // of 3°
			codes = append(codes, fmt.Sprintf("EPSG:%d", 4513+zone-25))
		}
	}
	for _, code := range codes {
		list = append(list, fitting{system: crs.MustParse(code)})
	}
	return list
}

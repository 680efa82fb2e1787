package sample

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"

	"github.com/paulmach/orb"
)

//go:embed study.yaml
var manifest []byte

//go:embed README.txt
var readme []byte

// write writes all files of the study.
func (t *town) write(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		make func(*bytes.Buffer)
	}{
		{"study.yaml", func(b *bytes.Buffer) { b.Write(manifest) }},
		{"README.txt", func(b *bytes.Buffer) { b.Write(readme) }},
		{"roads.osm", t.writeRoads},
		{"streets.geojson", t.writeStreets},
		{"communities.geojson", t.writeCommunities},
		{"grids.geojson", t.writeGrids},
		{"buildings.geojson", t.writeBuildings},
		{"estates.geojson", t.writeEstates},
		{"parcels.geojson", t.writeParcels},
		{"landcover.geojson", t.writeCovers},
		{"people.csv", t.writePeople},
		{"facilities.csv", t.writeFacilities},
		{"gates.csv", t.writeGates},
		{"requests.csv", t.writeRequests},
		{"dead_ends.csv", t.writeDeadEnds},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		var b bytes.Buffer
		f.make(&b)
		if err := os.WriteFile(filepath.Join(dir, f.name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// table writes CSV rows, each marked as synthetic.
func table(b *bytes.Buffer, header []string, rows func(row func(cells ...string))) {
	w := csv.NewWriter(b)
	put := func(cells []string) {
		if err := w.Write(cells); err != nil {
			panic("sample: a buffer takes any row: " + err.Error())
		}
	}
	put(append(header, "synthetic"))
	rows(func(cells ...string) { put(append(cells, "true")) })
	w.Flush()
}

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// lonLat is a place of the plane as two cells.
func lonLat(p orb.Point) (lon, lat string) {
	ll := toLL(p)
	return degrees(ll[0]), degrees(ll[1])
}

func (t *town) writePeople(b *bytes.Buffer) {
	header := []string{"id", "lon", "lat", "people", "households", "vehicles", "elderly", "children", "building"}
	table(b, header, func(row func(...string)) {
		for _, h := range t.buildings {
			if h.people == 0 {
				continue
			}
			lon, lat := lonLat(centroidOf(h.ring))
			row("P"+h.id[1:], lon, lat, strconv.Itoa(h.people), strconv.Itoa(h.households),
				strconv.Itoa(h.vehicles), strconv.Itoa(h.elderly), strconv.Itoa(h.children), h.id)
		}
	})
}

func (t *town) writeFacilities(b *bytes.Buffer) {
	table(b, []string{"id", "name", "kind", "lon", "lat", "capacity", "hours", "address", "area_m2", "staff"}, func(row func(...string)) {
		for _, f := range t.facilities {
			lon, lat := lonLat(f.at)
			row(f.id, f.name, f.kind, lon, lat, unlessZero(f.capacity), f.hours, f.address, unlessZero(f.areaM2), unlessZero(f.staff))
		}
	})
}

// unlessZero is a number as a cell; empty for 0, which stands for none.
func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (t *town) writeGates(b *bytes.Buffer) {
	table(b, []string{"id", "estate", "name", "state", "lon", "lat"}, func(row func(...string)) {
		for _, e := range t.estates {
			for _, g := range e.gates {
				lon, lat := lonLat(t.mesh.at[g.node])
				row(g.id, g.estate, g.name, g.state, lon, lat)
			}
		}
	})
}

func (t *town) writeDeadEnds(b *bytes.Buffer) {
	header := []string{"id", "lon_a", "lat_a", "lon_b", "lat_b", "node_a", "node_b", "gap_m"}
	table(b, header, func(row func(...string)) {
		for i, d := range t.deadEnds {
			p, q := t.mesh.at[d.ends[0]], t.mesh.at[d.ends[1]]
			lonA, latA := lonLat(p)
			lonB, latB := lonLat(q)
			row("X"+strconv.Itoa(101 + i)[1:], lonA, latA, lonB, latB,
				osmID(d.ends[0]), osmID(d.ends[1]), strconv.FormatFloat(distance(p, q), 'f', 0, 64))
		}
	})
}

// property is one attribute of a feature; its value is a string, int or bool.
type property struct {
	key   string
	value any
}

// collection writes a GeoJSON feature collection, marked as synthetic as a
// whole and in each feature.
func collection(b *bytes.Buffer, name string, rows func(feature func(orb.MultiPolygon, ...property))) {
	w := bufio.NewWriter(b)
	_, _ = w.WriteString(`{"type":"FeatureCollection","name":` + quote(name) + `,"synthetic":true,"features":[`)
	separator := "\n"
	rows(func(area orb.MultiPolygon, properties ...property) {
		_, _ = w.WriteString(separator + `{"type":"Feature","properties":{`)
		separator = ",\n"
		for _, p := range properties {
			_, _ = w.WriteString(quote(p.key) + ":" + quote(p.value) + ",")
		}
		_, _ = w.WriteString(`"synthetic":true},"geometry":`)
		_, _ = w.Write(appendArea(nil, area))
		_, _ = w.WriteString("}")
	})
	_, _ = w.WriteString("\n]}\n")
	_ = w.Flush() // into a buffer, which takes all
}

func quote(v any) string {
	j, err := json.Marshal(v)
	if err != nil {
		panic("sample: strings, ints and bools have a JSON form: " + err.Error())
	}
	return string(j)
}

// appendArea writes a Polygon when there is one part, else a MultiPolygon.
func appendArea(out []byte, area orb.MultiPolygon) []byte {
	if len(area) == 1 {
		out = append(out, `{"type":"Polygon","coordinates":`...)
		return append(appendPolygon(out, area[0]), '}')
	}
	out = append(out, `{"type":"MultiPolygon","coordinates":[`...)
	for i, p := range area {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendPolygon(out, p)
	}
	return append(out, `]}`...)
}

func appendPolygon(out []byte, p orb.Polygon) []byte {
	for i, ring := range p {
		out = append(out, "[,"[min(i, 1)], '[')
		for k, q := range ring {
			if k > 0 {
				out = append(out, ',')
			}
			ll := toLL(q)
			out = append(out, '[')
			out = strconv.AppendFloat(out, ll[0], 'f', -1, 64)
			out = append(out, ',')
			out = strconv.AppendFloat(out, ll[1], 'f', -1, 64)
			out = append(out, ']')
		}
		out = append(out, ']')
	}
	return append(out, ']')
}

func shape(ring []orb.Point) orb.MultiPolygon { return orb.MultiPolygon{{closed(ring)}} }

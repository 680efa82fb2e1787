package sample_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"kaimen/data/sample"
)

// The tests read the files as anyone would, and share nothing with the code
// that wrote them.

var written = sync.OnceValues(func() (study, error) {
	dir, err := os.MkdirTemp("", "sample")
	if err != nil {
		return study{}, err
	}
	defer os.RemoveAll(dir)
	return generate(dir, 0)
})

// study is the content of the files.
type study struct {
	counts                              sample.Counts
	streets, communities, grids         []area
	buildings, estates, parcels, cover  []area
	people, facilities, gates, deadEnds []map[string]string
	nodes                               map[int64]orb.Point
	ways                                []way
	marked                              bool // every collection says it is synthetic
}

type area struct {
	id, name string
	shape    orb.MultiPolygon // degrees
	of       geojson.Properties
	box      orb.Bound
}

type way struct {
	id    int64
	nodes []int64
	tags  map[string]string
}

func load(t *testing.T) study {
	t.Helper()
	s, err := written()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func generate(dir string, seed uint64) (s study, err error) {
	if s.counts, err = sample.Write(context.Background(), dir, sample.Options{Seed: seed}); err != nil {
		return s, err
	}
	s.marked = true
	for name, into := range map[string]*[]area{
		"streets": &s.streets, "communities": &s.communities, "grids": &s.grids, "buildings": &s.buildings,
		"estates": &s.estates, "parcels": &s.parcels, "landcover": &s.cover,
	} {
		if *into, err = s.areas(filepath.Join(dir, name+".geojson")); err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, into := range map[string]*[]map[string]string{
		"people": &s.people, "facilities": &s.facilities, "gates": &s.gates, "dead_ends": &s.deadEnds,
	} {
		if *into, err = table(filepath.Join(dir, name+".csv")); err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, s.roads(filepath.Join(dir, "roads.osm"))
}

func (s *study) areas(path string) ([]area, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var head struct{ Synthetic bool }
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, err
	}
	s.marked = s.marked && head.Synthetic
	features, err := geojson.UnmarshalFeatureCollection(b)
	if err != nil {
		return nil, err
	}
	var out []area
	for _, f := range features.Features {
		s.marked = s.marked && f.Properties.MustBool("synthetic", false)
		a := area{id: f.Properties.MustString("id"), name: f.Properties.MustString("name", ""), of: f.Properties}
		switch g := f.Geometry.(type) {
		case orb.Polygon:
			a.shape = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			a.shape = g
		}
		a.box = a.shape.Bound()
		out = append(out, a)
	}
	return out, nil
}

func table(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		cells := make(map[string]string)
		for i, c := range row {
			cells[rows[0][i]] = c
		}
		if cells["synthetic"] != "true" {
			return nil, fmt.Errorf("row %s is not marked as synthetic", row)
		}
		out = append(out, cells)
	}
	return out, nil
}

func (s *study) roads(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var file struct {
		Nodes []struct {
			ID  int64   `xml:"id,attr"`
			Lat float64 `xml:"lat,attr"`
			Lon float64 `xml:"lon,attr"`
		} `xml:"node"`
		Ways []struct {
			ID   int64 `xml:"id,attr"`
			Refs []struct {
				ID int64 `xml:"ref,attr"`
			} `xml:"nd"`
			Tags []struct {
				Key   string `xml:"k,attr"`
				Value string `xml:"v,attr"`
			} `xml:"tag"`
		} `xml:"way"`
	}
	if err := xml.Unmarshal(b, &file); err != nil {
		return err
	}
	s.nodes = make(map[int64]orb.Point)
	for _, n := range file.Nodes {
		s.nodes[n.ID] = orb.Point{n.Lon, n.Lat}
	}
	for _, w := range file.Ways {
		out := way{id: w.ID, tags: make(map[string]string)}
		for _, r := range w.Refs {
			if _, ok := s.nodes[r.ID]; !ok {
				return fmt.Errorf("way %d refers to node %d, which is not there", w.ID, r.ID)
			}
			out.nodes = append(out.nodes, r.ID)
		}
		for _, tag := range w.Tags {
			out.tags[tag.Key] = tag.Value
		}
		s.ways = append(s.ways, out)
	}
	return nil
}

func number(t *testing.T, row map[string]string, key string) int {
	t.Helper()
	n, err := strconv.Atoi(row[key])
	if err != nil || n < 0 {
		t.Fatalf("%s: %s is %q, not a whole number", row["id"], key, row[key])
	}
	return n
}

func at(t *testing.T, row map[string]string, lon, lat string) orb.Point {
	t.Helper()
	x, errX := strconv.ParseFloat(row[lon], 64)
	y, errY := strconv.ParseFloat(row[lat], 64)
	if errX != nil || errY != nil {
		t.Fatalf("%s: no position in %v", row["id"], row)
	}
	return orb.Point{x, y}
}

// xy is meters east and north of the town's middle, good to a few centimeters.
func xy(p orb.Point) orb.Point {
	return orb.Point{(p[0] - 105.07) * 111195.08 * math.Cos(29.59*math.Pi/180), (p[1] - 29.59) * 111195.08}
}

func meters(p, q orb.Point) float64 {
	a, b := xy(p), xy(q)
	return math.Hypot(a[0]-b[0], a[1]-b[1])
}

// squareMeters is the area of a shape in degrees.
func squareMeters(m orb.MultiPolygon) float64 {
	sum := 0.0
	for _, p := range m {
		for _, r := range p {
			for i := 1; i < len(r); i++ {
				a, b := xy(r[i-1]), xy(r[i])
				sum += (a[0]*b[1] - a[1]*b[0]) / 2
			}
		}
	}
	return sum
}

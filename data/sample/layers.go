package sample

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// areaOfGrids is the union of grids, by leaving out the edges they share.
func (t *town) areaOfGrids(grids []int) orb.MultiPolygon {
	faces := make([][]int, len(grids))
	for i, g := range grids {
		faces[i] = t.mesh.expandRing(t.grids[g].ring)
	}
	return t.mesh.outline(faces)
}

func (t *town) writeStreets(b *bytes.Buffer) {
	collection(b, "streets", func(feature func(orb.MultiPolygon, ...property)) {
		for s, name := range streetNames {
			var grids []int
			for _, c := range t.communities {
				if c.street == s {
					grids = append(grids, c.grids...)
				}
			}
			feature(t.areaOfGrids(grids), property{"id", name.code}, property{"name", name.name})
		}
	})
}

func (t *town) writeCommunities(b *bytes.Buffer) {
	collection(b, "communities", func(feature func(orb.MultiPolygon, ...property)) {
		for _, c := range t.communities {
			feature(t.areaOfGrids(c.grids), property{"id", c.name.code}, property{"name", c.name.short()},
				property{"street", streetNames[c.street].code})
		}
	})
}

func (t *town) writeGrids(b *bytes.Buffer) {
	collection(b, "grids", func(feature func(orb.MultiPolygon, ...property)) {
		for _, c := range t.communities {
			for _, i := range c.grids {
				g, kind := t.grids[i], ""
				if g.kind != "" {
					kind = "dedicated"
				}
				feature(t.areaOfGrids([]int{i}), property{"id", g.id}, property{"name", g.name},
					property{"community", c.name.code}, property{"kind", kind})
			}
		}
	})
}

func (t *town) writeBuildings(b *bytes.Buffer) {
	collection(b, "buildings", func(feature func(orb.MultiPolygon, ...property)) {
		for _, h := range t.buildings {
			estate := ""
			if h.estate != nil {
				estate = h.estate.id
			}
			feature(shape(h.ring), property{"id", h.id}, property{"name", h.name}, property{"use", h.use},
				property{"estate", estate}, property{"floors", h.floors}, property{"households", h.households})
		}
	})
}

func (t *town) writeEstates(b *bytes.Buffer) {
	collection(b, "estates", func(feature func(orb.MultiPolygon, ...property)) {
		for _, e := range t.estates {
			feature(shape(e.ring), property{"id", e.id}, property{"name", e.name}, property{"old", e.old},
				property{"gated", e.gated}, property{"year_built", e.year}, property{"buildings", len(e.houses)},
				property{"households", e.households})
		}
	})
}

func (t *town) writeParcels(b *bytes.Buffer) {
	collection(b, "parcels", func(feature func(orb.MultiPolygon, ...property)) {
		for i, p := range t.parcels {
			feature(shape(p.ring), property{"id", fmt.Sprintf("L%03d", i+1)},
				property{"name", fmt.Sprintf("闲置地块%d号", i+1)}, property{"kinds", p.kinds})
		}
	})
}

func (t *town) writeCovers(b *bytes.Buffer) {
	collection(b, "landcover", func(feature func(orb.MultiPolygon, ...property)) {
		feature(shape(t.water), property{"id", "C0001"}, property{"kind", "water"}, property{"name", "桐江"})
		for i, c := range t.covers {
			feature(shape(c.ring), property{"id", fmt.Sprintf("C%04d", i+2)}, property{"kind", c.kind}, property{"name", c.name})
		}
	})
}

// osmID is the id of a node or way, beyond those OpenStreetMap has given out.
func osmID(n int) string { return strconv.FormatInt(900000000000+int64(n), 10) }

type osmTag struct {
	Key   string `xml:"k,attr"`
	Value string `xml:"v,attr"`
}

type osmNode struct {
	XMLName xml.Name `xml:"node"`
	ID      string   `xml:"id,attr"`
	Version int      `xml:"version,attr"`
	Lat     string   `xml:"lat,attr"`
	Lon     string   `xml:"lon,attr"`
	Tags    []osmTag `xml:"tag"`
}

type osmRef struct {
	ID string `xml:"ref,attr"`
}

type osmWay struct {
	XMLName xml.Name `xml:"way"`
	ID      string   `xml:"id,attr"`
	Version int      `xml:"version,attr"`
	Refs    []osmRef `xml:"nd"`
	Tags    []osmTag `xml:"tag"`
}

// writeRoads writes OSM XML: the nodes in use, then the ways.
func (t *town) writeRoads(b *bytes.Buffer) {
	used := make([]bool, len(t.mesh.at))
	var ways []osmWay
	for _, s := range t.streets {
		for _, path := range t.parts(s) {
			w := osmWay{ID: osmID(len(ways) + 1), Version: 1, Tags: s.tags()}
			for _, n := range path {
				used[n] = true
				w.Refs = append(w.Refs, osmRef{osmID(n)})
			}
			ways = append(ways, w)
		}
	}
	states := make(map[int]string)
	for _, e := range t.estates {
		for _, g := range e.gates {
			states[g.node] = g.state
		}
	}
	b.WriteString(xml.Header + "<!-- synthetic: made-up data, no place on Earth -->\n")
	b.WriteString(`<osm version="0.6" generator="kaimen sample" synthetic="true">` + "\n")
	for n, p := range t.mesh.at {
		if !used[n] {
			continue
		}
		lon, lat := lonLat(p)
		node := osmNode{ID: osmID(n), Version: 1, Lat: lat, Lon: lon}
		if state, ok := states[n]; ok {
			node.Tags = append(node.Tags, osmTag{"barrier", "gate"}, osmTag{"gate:state", state})
		}
		element(b, node)
	}
	for _, w := range ways {
		element(b, w)
	}
	b.WriteString("</osm>\n")
}

func element(b *bytes.Buffer, v any) {
	x, err := xml.Marshal(v)
	if err != nil {
		panic("sample: nodes and ways have an XML form: " + err.Error())
	}
	b.Write(x)
	b.WriteByte('\n')
}

func (s *street) tags() []osmTag {
	tags := []osmTag{{"highway", s.highway}}
	if s.name != "" {
		tags = append(tags, osmTag{"name", s.name})
	}
	tags = append(tags, osmTag{"width", strconv.FormatFloat(s.width, 'f', -1, 64)})
	if s.bridge {
		tags = append(tags, osmTag{"bridge", "yes"}, osmTag{"layer", "1"})
	}
	if s.oneway {
		tags = append(tags, osmTag{"oneway", "yes"})
	}
	return append(tags, osmTag{"source", "synthetic"})
}

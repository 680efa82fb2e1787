package ogc

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/tile"
	"kaimen/web/accept"
	"kaimen/web/fail"
)

// Tiles is where vector tiles of collections come from. Any number of goroutines
// may share it.
type Tiles interface {
	// Has tells whether a collection has tiles, by its id.
	Has(collection string) bool
	// Set describes the tiles of a collection that has some.
	// Errors: not_found for a version that is not there.
	Set(ctx context.Context, version, collection string) (TileSet, error)
	// Tile is one tile, that tile.Check finds sound. Errors: as Set.
	Tile(ctx context.Context, version, collection string, z, x, y uint32) (Tile, error)
}

// TileSet describes the tiles of a collection.
type TileSet struct {
	Layer            string // the one layer inside the tiles
	MinZoom, MaxZoom int    // nothing is drawn at zooms before the first
	Columns          []coverage.Column
	TileJSON         string // address of its TileJSON, after the origin
}

// Tile is a vector tile as it is kept.
type Tile struct {
	Packed []byte // compressed with gzip; empty where nothing is drawn
	Tag    string // strong ETag of what it unpacks to, with its quotes
}

const (
	relTilesets = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relSchemes  = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
	relScheme   = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	typeMVT     = "application/vnd.mapbox-vector-tile"
	// packedMark tells the tag of a compressed body from that of a plain one, as
	// elsewhere on the server.
	packedMark = "-gzip"
)

// tileClasses lists what is kept of OGC API – Tiles 1.0 and of Two Dimensional
// Tile Matrix Set and Tile Set Metadata 2.0.
func tileClasses() []string {
	var list []string
	for _, class := range []string{"core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30"} {
		list = append(list, conf+"ogcapi-tiles-1/1.0/conf/"+class)
	}
	for _, class := range []string{"tilematrixset", "json-tilematrixset", "tilematrixsetlimits", "json-tilematrixsetlimits", "tilesetmetadata", "json-tilesetmetadata"} {
		list = append(list, conf+"tms/2.0/conf/"+class)
	}
	return list
}

// tileRoutes are the addresses of tiles; none on a server without.
func (s *server) tileRoutes() map[string]resource {
	if s.Tiles == nil {
		return nil
	}
	return map[string]resource{
		"/tileMatrixSets":                                            s.matrixSets,
		"/tileMatrixSets/{set}":                                      s.matrixSet,
		"/collections/{collection}/tiles":                            s.tilesets,
		"/collections/{collection}/tiles/{set}":                      s.tileset,
		"/collections/{collection}/tiles/{set}/{matrix}/{row}/{col}": s.tile,
	}
}

// tiled tells whether a collection has tiles.
func (s *server) tiled(info *Info) bool { return s.Tiles != nil && s.Tiles.Has(info.ID) }

// openedTiles is the collection that an address names, with its tiles.
//
// Errors: not_found for one that has none, or for another set of matrices.
func (s *server) openedTiles(c *call) (*Info, TileSet, error) {
	info, _, err := s.opened(c)
	if err != nil {
		return nil, TileSet{}, err
	}
	if !s.Tiles.Has(info.ID) {
		return nil, TileSet{}, fail.New(http.StatusNotFound, coverage.NotFound, "collection "+info.ID+" has no tiles; its features are at "+c.of(info.ID, "/items"))
	}
	if set, ok := mux.Vars(c.Request)["set"]; ok && set != quad {
		return nil, TileSet{}, noMatrixSet(set)
	}
	of, err := s.Tiles.Set(c.Context(), c.version, info.ID)
	return info, of, err
}

// templated is a link whose address has places to fill.
type templated struct {
	link
	Templated bool `json:"templated,omitempty"`
}

// tilesetDocument is the metadata of a set of tiles.
type tilesetDocument struct {
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Attribution string          `json:"attribution,omitempty"`
	DataType    string          `json:"dataType"`
	MatrixSet   string          `json:"tileMatrixSetURI"`
	Limits      []matrixLimits  `json:"tileMatrixSetLimits,omitempty"`
	CRS         string          `json:"crs"`
	BoundingBox *boxDocument    `json:"boundingBox,omitempty"`
	Center      *centerDocument `json:"centerPoint,omitempty"`
	Layers      []layerDocument `json:"layers,omitempty"`
	Links       []templated     `json:"links"`
}

type boxDocument struct {
	LowerLeft  orb.Point `json:"lowerLeft"`
	UpperRight orb.Point `json:"upperRight"`
	CRS        string    `json:"crs"`
}

type centerDocument struct {
	Coordinates orb.Point `json:"coordinates"`
	Matrix      string    `json:"tileMatrix"`
	CRS         string    `json:"crs"`
}

// layerDocument describes the layer inside the tiles.
type layerDocument struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"`
	DataType   string         `json:"dataType"`
	Dimension  int            `json:"geometryDimension"`
	MinMatrix  string         `json:"minTileMatrix"`
	MaxMatrix  string         `json:"maxTileMatrix"`
	Properties schemaOfValues `json:"propertiesSchema"`
}

type schemaOfValues struct {
	Type       string     `json:"type"`
	Properties properties `json:"properties"`
}

// matrixLimits are the rows and columns of one matrix that tiles may be in.
type matrixLimits struct {
	Matrix string `json:"tileMatrix"`
	MinRow uint32 `json:"minTileRow"`
	MaxRow uint32 `json:"maxTileRow"`
	MinCol uint32 `json:"minTileCol"`
	MaxCol uint32 `json:"maxTileCol"`
}

func (s *server) tilesets(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	info, of, err := s.openedTiles(c)
	if err != nil {
		return nil, err
	}
	listed := c.tilesetOf(info, &of)
	listed.Limits, listed.Layers, listed.Center, listed.Description = nil, nil, nil, ""
	p := page{Title: coverage.Name{ZH: "瓦片", EN: "Tiles"}, Lead: both(info.Title), Above: c.trail("collections", info.ID), Links: [][2]string{
		{c.of(info.ID, "/tiles/"+quad+"?f=html"), quad},
		{c.base + "/tileMatrixSets?f=html", "瓦片矩阵集 / Tile matrix sets"},
	}}
	return c.document(struct {
		Links    []link            `json:"links"`
		Tilesets []tilesetDocument `json:"tilesets"`
	}{c.selves(c.of(info.ID, "/tiles"), typeJSON), []tilesetDocument{listed}}, p)
}

func (s *server) tileset(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	info, of, err := s.openedTiles(c)
	if err != nil {
		return nil, err
	}
	doc := c.tilesetOf(info, &of)
	self := c.selves(c.of(info.ID, "/tiles/"+quad), typeJSON)
	doc.Links = append([]templated{{link: self[0]}, {link: self[1]}}, doc.Links[1:]...)
	p := page{
		Title: coverage.Name{ZH: info.Title.ZH + " · 瓦片", EN: info.Title.EN + " · tiles"}, Lead: both(info.Description),
		Above: append(c.trail("collections", info.ID), [2]string{c.of(info.ID, "/tiles?f=html"), "瓦片 / Tiles"}),
		Links: [][2]string{{c.origin + of.TileJSON, "TileJSON"}, {c.base + "/tileMatrixSets/" + quad + "?f=html", quad}},
		Table: &table{Head: []string{"项 / What", "值 / Value"}, Rows: [][]cell{
			{{Text: "瓦片地址 / Tiles"}, {Text: c.of(info.ID, tileTemplate)}},
			{{Text: "级别 / Zooms"}, {Text: fmt.Sprintf("%d – %d", of.MinZoom, of.MaxZoom)}},
			{{Text: "图层 / Layer"}, {Text: of.Layer}},
		}},
	}
	for _, column := range of.Columns {
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: "属性 / Property"}, {Text: column.Name + " (" + jsonType(column.Type) + ")"}})
	}
	return c.document(doc, p)
}

// tileTemplate is the address of a tile below its collection: row before column,
// as the standard has it.
const tileTemplate = "/tiles/" + quad + "/{tileMatrix}/{tileRow}/{tileCol}"

// tilesetOf describes the tiles of a collection. The first link is to itself.
func (c *call) tilesetOf(info *Info, of *TileSet) tilesetDocument {
	doc := tilesetDocument{
		Title: both(info.Title), Description: both(info.Description), Attribution: joined(info.Attribution),
		DataType: "vector", MatrixSet: uriQuad, CRS: uriMercator,
		Layers: []layerDocument{{
			ID: of.Layer, Title: both(info.Title), DataType: "vector", Dimension: dimensionOf(info.Shape),
			MinMatrix: strconv.Itoa(of.MinZoom), MaxMatrix: strconv.Itoa(of.MaxZoom), Properties: schemaOfValues{Type: "object"},
		}},
		Links: []templated{
			{link: link{c.of(info.ID, "/tiles/"+quad), "self", typeJSON, "These tiles / 本瓦片集"}},
			{link: link{c.base + "/tileMatrixSets/" + quad, relScheme, typeJSON, quad}},
			{link{c.of(info.ID, tileTemplate), "item", typeMVT, "A tile / 瓦片"}, true},
			{link: link{c.origin + of.TileJSON, "describedby", typeJSON, "TileJSON"}},
			{link: link{c.of(info.ID, ""), "collection", typeJSON, both(info.Title)}},
		},
	}
	for i, column := range of.Columns {
		doc.Layers[0].Properties.Properties = append(doc.Layers[0].Properties.Properties, property{name: column.Name, Title: column.Name, Type: jsonType(column.Type), Sequence: i + 1})
	}
	if info.Extent.IsEmpty() {
		return doc
	}
	doc.BoundingBox = &boxDocument{info.Extent.Min, info.Extent.Max, uriCRS84}
	doc.Center = &centerDocument{info.Extent.Center(), strconv.Itoa(max(of.MinZoom, min(13, of.MaxZoom))), uriCRS84}
	for z := of.MinZoom; z <= of.MaxZoom; z++ {
		west, north := tile.At(uint32(z), orb.Point{info.Extent.Min[0], info.Extent.Max[1]})
		east, south := tile.At(uint32(z), orb.Point{info.Extent.Max[0], info.Extent.Min[1]})
		doc.Limits = append(doc.Limits, matrixLimits{strconv.Itoa(z), north, south, west, east})
	}
	return doc
}

func dimensionOf(s coverage.Shape) int {
	return slices.Index([]coverage.Shape{coverage.ShapePoint, coverage.ShapeLineString, coverage.ShapeMultiPolygon}, s)
}

// tile answers with one tile, as it is kept where the client takes gzip.
func (s *server) tile(c *call) (*reply, error) {
	if err := c.allow(nil, form{"mvt", typeMVT, []string{"application/x-protobuf"}}); err != nil {
		return nil, err
	}
	info, _, err := s.openedTiles(c)
	if err != nil {
		return nil, err
	}
	z, x, y, ok := addressOf(mux.Vars(c.Request))
	if !ok {
		return nil, fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf(
			"there is no such tile; matrices go from 0 to %d, rows and columns from 0 to 2^matrix - 1", tile.MaxZoom))
	}
	kept, err := s.Tiles.Tile(c.Context(), c.version, info.ID, z, x, y)
	if err != nil {
		return nil, err
	}
	a := &reply{tag: kept.Tag, kind: typeMVT, empty: len(kept.Packed) == 0, headers: map[string]string{"Vary": "Accept, Accept-Encoding"}}
	body := kept.Packed
	if accept.Gzip(strings.Join(c.Header.Values("Accept-Encoding"), ",")) {
		a.headers["Content-Encoding"] = "gzip"
		a.tag = strings.TrimSuffix(a.tag, `"`) + packedMark + `"`
	} else if body, err = tile.Unpack(kept.Packed); err != nil {
		return nil, err
	}
	a.write = func(w io.Writer) error { _, err := w.Write(body); return err }
	return a, nil
}

// addressOf reads the address of a tile; false if there is none such.
func addressOf(vars map[string]string) (z, x, y uint32, ok bool) {
	var numbers [3]uint32
	for i, name := range []string{"matrix", "col", "row"} {
		n, err := strconv.ParseUint(vars[name], 10, 32)
		if err != nil {
			return 0, 0, 0, false
		}
		numbers[i] = uint32(n)
	}
	return numbers[0], numbers[1], numbers[2], tile.Check(numbers[0], numbers[1], numbers[2]) == nil
}

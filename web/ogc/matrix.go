package ogc

import (
	"math"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"kaimen/coverage"
	"kaimen/web/fail"
)

const (
	quad        = "WebMercatorQuad"
	uriQuad     = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	uriMercator = "http://www.opengis.net/def/crs/EPSG/0/3857"
	// lastMatrix is the innermost matrix of the published definition.
	lastMatrix = 24
	// earthRadius of the projection, in meters.
	earthRadius = 6378137
	// pixel is the size of a standard pixel in meters, which scales are told for.
	pixel = 0.00028
)

// matrixSetDocument defines a set of tile matrices.
//
// Source: OGC 17-083r4, Two Dimensional Tile Matrix Set and Tile Set Metadata 2.0,
// clause 6 and annex D.1.
type matrixSetDocument struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	URI      string   `json:"uri"`
	CRS      string   `json:"crs"`
	Axes     []string `json:"orderedAxes"`
	ScaleSet string   `json:"wellKnownScaleSet"`
	Matrices []matrix `json:"tileMatrices"`
	Links    []link   `json:"links,omitempty"`
}

// matrix is one zoom.
type matrix struct {
	ID         string     `json:"id"`
	Scale      float64    `json:"scaleDenominator"`
	CellSize   float64    `json:"cellSize"`
	Corner     string     `json:"cornerOfOrigin"`
	Origin     [2]float64 `json:"pointOfOrigin"`
	TileWidth  int        `json:"tileWidth"`
	TileHeight int        `json:"tileHeight"`
	Width      int        `json:"matrixWidth"`
	Height     int        `json:"matrixHeight"`
}

const quadTitle = "Google Maps Compatible for the World"

// webMercatorQuad is the one set that tiles are cut by.
func webMercatorQuad() matrixSetDocument {
	set := matrixSetDocument{
		ID: quad, Title: quadTitle, URI: uriQuad, CRS: uriMercator, Axes: []string{"E", "N"},
		ScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
	}
	half := math.Pi * earthRadius
	for z := range lastMatrix + 1 {
		n := 1 << z
		cell := 2 * half / 256 / float64(n)
		set.Matrices = append(set.Matrices, matrix{
			ID: strconv.Itoa(z), Scale: cell / pixel, CellSize: cell, Corner: "topLeft", Origin: [2]float64{-half, half},
			TileWidth: 256, TileHeight: 256, Width: n, Height: n,
		})
	}
	return set
}

func (s *server) matrixSets(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	type listed struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URI   string `json:"uri"`
		CRS   string `json:"crs"`
		Links []link `json:"links"`
	}
	address := c.base + "/tileMatrixSets/" + quad
	return c.document(struct {
		Links []link   `json:"links"`
		Sets  []listed `json:"tileMatrixSets"`
	}{c.selves(c.base+"/tileMatrixSets", typeJSON), []listed{{
		quad, quadTitle, uriQuad, uriMercator, []link{{address, "self", typeJSON, quad}},
	}}}, page{
		Title: coverage.Name{ZH: "瓦片矩阵集", EN: "Tile matrix sets"}, Above: c.trail(), Links: [][2]string{{address + "?f=html", quad}},
	})
}

func (s *server) matrixSet(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	if set := mux.Vars(c.Request)["set"]; set != quad {
		return nil, noMatrixSet(set)
	}
	doc := webMercatorQuad()
	doc.Links = c.selves(c.base+"/tileMatrixSets/"+quad, typeJSON)
	p := page{
		Title: coverage.Name{ZH: quad, EN: quad}, Lead: doc.URI,
		Above: append(c.trail(), [2]string{c.base + "/tileMatrixSets?f=html", "瓦片矩阵集 / Tile matrix sets"}),
		Table: &table{Head: []string{"矩阵 / Matrix", "比例尺分母 / Scale denominator", "像元（米） / Cell (m)", "行列数 / Rows and columns"}},
	}
	for _, m := range doc.Matrices {
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: m.ID}, cellOf(m.Scale), cellOf(m.CellSize), {Text: whole(m.Width), Number: true}})
	}
	return c.document(doc, p)
}

func noMatrixSet(set string) error {
	return fail.New(http.StatusNotFound, coverage.NotFound, "there is no tile matrix set \""+shown(set)+"\"; there is "+quad)
}

// tilePaths adds the paths of the tiles of one collection to a document.
func tilePaths(paths object, info *Info) {
	at, title := "/collections/"+info.ID+"/tiles", both(info.Title)+" – tiles"
	whole := object{"type": "integer", "minimum": 0}
	inPath := func(name string, schema object) object {
		return object{"name": name, "in": "path", "required": true, "schema": schema}
	}
	paths[at] = object{"get": operationOf("tilesets."+info.ID, title, typeJSON, nil)}
	paths[at+"/"+quad] = object{"get": operationOf("tileset."+info.ID, title, typeJSON, nil)}
	one := operationOf("tile."+info.ID, title, typeMVT, []object{
		inPath("tileMatrix", object{"type": "string"}), inPath("tileRow", whole), inPath("tileCol", whole),
	})
	parameters := one["parameters"].([]object)
	parameters[len(parameters)-1]["schema"] = object{"type": "string", "enum": []string{"mvt"}}
	responses := one["responses"].(object)
	responses["200"] = object{"description": "One Mapbox Vector Tile.", "content": object{typeMVT: object{"schema": object{"type": "string", "format": "binary"}}}}
	responses["204"] = object{"description": "Nothing is to be drawn here."}
	paths[at+"/"+quad+"/{tileMatrix}/{tileRow}/{tileCol}"] = object{"get": one}
}

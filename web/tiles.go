package web

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"

	"kaimen/coverage"
	"kaimen/geo/tile"
	"kaimen/web/accept"
	"kaimen/web/fail"
)

// mvtType is the Content-Type of a vector tile.
const mvtType = "application/vnd.mapbox-vector-tile"

// TileSetInput names the tiles of a layer. Its name is exported only because
// parameters are looked for in exported fields.
type TileSetInput struct {
	Study    string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Snapshot string `path:"snapshot" doc:"Id of a snapshot of the study." example:"41784fadbc00994f2d02"`
	Layer    string `path:"layer" doc:"One of boundaries, landcover, buildings, estates, parcels, roads; boundaries.LEVEL for one level; several joined by commas for tiles that hold them all." example:"roads"`
	Strict   strictQuery
}

type tileInput struct {
	TileSetInput
	Z uint64 `path:"z" doc:"Zoom, 0 to 16." example:"14"`
	X uint64 `path:"x" doc:"Column, counted from the west." example:"12973"`
	Y uint64 `path:"y" doc:"Row, counted from the north." example:"6782"`

	AcceptEncoding string `header:"Accept-Encoding" hidden:"true"`
}

// tileJSON is a TileJSON 3.0.0 document.
type tileJSON struct {
	TileJSON     string        `json:"tilejson" doc:"Version of the format." example:"3.0.0"`
	Name         string        `json:"name" doc:"Name of the layer, or names joined by commas." example:"roads"`
	Tiles        []string      `json:"tiles" nullable:"false" doc:"The address of a tile with {z}, {x} and {y} in it."`
	VectorLayers []vectorLayer `json:"vector_layers" nullable:"false"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds" doc:"West, south, east, north in degrees."`
	Center       [3]float64    `json:"center" doc:"Longitude, latitude, zoom to begin with."`
	Attribution  string        `json:"attribution,omitempty"`
}

// vectorLayer is a layer inside the tiles of a set.
type vectorLayer struct {
	ID      string            `json:"id"`
	Fields  map[string]string `json:"fields" doc:"Property names with the type of their values."`
	MinZoom int               `json:"minzoom"`
	MaxZoom int               `json:"maxzoom"`
}

type tileJSONOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         tileJSON
}

func (s *server) registerTiles(api huma.API) {
	register(api, huma.Operation{
		OperationID: "get-tileset", Method: http.MethodGet, Path: "/tiles/{study}/{snapshot}/{layer}.json", Tags: []string{tagTiles},
		Summary:     "Describe the vector tiles of layers",
		Description: "A TileJSON 3.0 document. The address of the tiles is absolute, by the host that was asked (X-Forwarded-Proto and X-Forwarded-Host are heeded).",
		Middlewares: huma.Middlewares{withBase},
	}, []int{http.StatusNotFound}, s.getTileSet)
	register(api, huma.Operation{
		OperationID: "get-tile", Method: http.MethodGet, Path: "/tiles/{study}/{snapshot}/{layer}/{z}/{x}/{y}.mvt", Tags: []string{tagTiles},
		Summary: "Get a vector tile",
		Description: "One Mapbox Vector Tile (2.1) with the layers that the address names and that are seen here, in its order. A tile never changes, since its address " +
			"holds the snapshot; it is kept and sent compressed where Accept-Encoding has gzip. Shapes are simpler and fewer further out, and areas " +
			"side by side keep one line between them. 204 where nothing is to be drawn; 404 outside the zooms and the grid.",
		Responses: tileResponses(),
	}, []int{http.StatusNotFound}, s.getTile)
}

func (s *server) getTile(ctx context.Context, in *tileInput) (*huma.StreamResponse, error) {
	if in.Z > tile.MaxZoom || in.X >= 1<<in.Z || in.Y >= 1<<in.Z {
		return nil, fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf(
			"there is no tile %d/%d/%d; zooms go to %d, columns and rows from 0 to 2^zoom - 1", in.Z, in.X, in.Y, tile.MaxZoom))
	}
	packed, err := s.packed(ctx, tileKey{in.key(), uint32(in.Z), uint32(in.X), uint32(in.Y)})
	if err != nil {
		return nil, s.fail(err, "path")
	}
	if len(packed.bytes) == 0 {
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			ctx.SetHeader("Cache-Control", cacheForever)
			ctx.SetStatus(http.StatusNoContent)
		}}, nil
	}
	if !accept.Gzip(in.AcceptEncoding) {
		return s.stream(answer{tag: packed.tag, contentType: mvtType, cache: cacheForever, write: packed.unpack}), nil
	}
	return s.stream(answer{tag: packed.tag, contentType: mvtType, cache: cacheForever, packed: true, write: writing(packed.bytes)}), nil
}

// packed is a tile as it is kept.
func (s *server) packed(ctx context.Context, key tileKey) (packedTile, error) {
	if kept, ok := s.tiles.encoded.Get(key); ok {
		return kept, nil
	}
	layers, err := s.tileLayers(ctx, key.layerKey)
	if err != nil {
		return packedTile{}, err
	}
	// A tile of several layers is their bytes one after the other.
	var data []byte
	for _, layer := range layers {
		drawn, err := layer.encode(key.z, key.x, key.y)
		if err != nil {
			return packedTile{}, fmt.Errorf("tile %d/%d/%d of %s: %w", key.z, key.x, key.y, layer.name, err)
		}
		data = append(data, drawn...)
	}
	made := s.tiles.pack(data)
	s.tiles.encoded.Put(key, made)
	return made, nil
}

// unpack writes the tile for a client that takes no compression.
func (t packedTile) unpack(w io.Writer) error {
	data, err := tile.Unpack(t.bytes)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func (in *TileSetInput) key() layerKey { return layerKey{in.Study, in.Snapshot, in.Layer} }

func (s *server) getTileSet(ctx context.Context, in *TileSetInput) (*tileJSONOutput, error) {
	layers, err := s.tileLayers(ctx, in.key())
	if err != nil {
		return nil, s.fail(err, "path")
	}
	box, minZoom := layers[0].bounds, tile.MaxZoom
	var inside []vectorLayer
	for _, layer := range layers {
		box, minZoom = box.Union(layer.bounds), min(minZoom, layer.rule.MinZoom)
		inside = append(inside, vectorLayer{ID: layer.name, Fields: layer.fields(), MinZoom: layer.rule.MinZoom, MaxZoom: tile.MaxZoom})
	}
	document := tileJSON{
		TileJSON: "3.0.0", Name: in.Layer, MinZoom: minZoom, MaxZoom: tile.MaxZoom,
		Tiles:        []string{fmt.Sprintf("%s/tiles/%s/%s/%s/{z}/{x}/{y}.mvt", baseOf(ctx), in.Study, in.Snapshot, in.Layer)},
		Bounds:       [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]},
		Center:       [3]float64{round7((box.Min[0] + box.Max[0]) / 2), round7((box.Min[1] + box.Max[1]) / 2), float64(max(minZoom, 13))},
		Attribution:  layers[0].attribution,
		VectorLayers: inside,
	}
	return &tileJSONOutput{cacheForever, document}, nil
}

// round7 rounds to a centimeter on the ground.
func round7(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

// withBase keeps the origin the request came to, for absolute addresses.
func withBase(ctx huma.Context, next func(huma.Context)) {
	r, _ := humamux.Unwrap(ctx)
	next(huma.WithValue(ctx, baseKey{}, origin(r)))
}

type baseKey struct{}

func baseOf(ctx context.Context) string {
	base, _ := ctx.Value(baseKey{}).(string)
	return base
}

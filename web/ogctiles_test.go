package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

const communities = "/ogc/collections/town.boundaries.community"

func readJSON[T any](t testing.TB, b *bench, target string) (doc T) {
	t.Helper()
	w := b.get(t, target)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%s: status %d of %s\n%s", target, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

type linked struct {
	Links []struct {
		Href, Rel, Type string
		Templated       bool
	}
}

// local is the path of the link with this relation; the test fails without one.
func (l linked) local(t testing.TB, rel string) string {
	t.Helper()
	for _, link := range l.Links {
		if link.Rel == rel {
			u, err := url.Parse(link.Href)
			if err != nil || !u.IsAbs() {
				t.Fatalf("%q is no absolute address: %v", link.Href, err)
			}
			return u.RequestURI()
		}
	}
	t.Fatalf("no link %s among %+v", rel, l.Links)
	return ""
}

type tileset struct {
	linked
	DataType, CRS, TileMatrixSetURI string
	TileMatrixSetLimits             []struct {
		TileMatrix                                     string
		MinTileRow, MaxTileRow, MinTileCol, MaxTileCol uint32
	}
	BoundingBox struct {
		LowerLeft, UpperRight [2]float64
		CRS                   string
	}
	Layers []struct {
		ID, DataType, MinTileMatrix, MaxTileMatrix string
		GeometryDimension                          int
		PropertiesSchema                           struct{ Properties map[string]any }
	}
}

// A client that knows the landing page alone finds a tile: collection, list of
// sets, set, template, with the definition of the matrices beside it
// (OGC 20-057, requirements core, tileset, tilesets-list and geodata-tilesets).
func TestTilesByDiscovery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const tilesets, scheme = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	list := readJSON[struct {
		linked
		Tilesets []tileset
	}](t, b, readJSON[linked](t, b, communities).local(t, tilesets))
	if len(list.Tilesets) != 1 || list.Tilesets[0].DataType != "vector" || list.Tilesets[0].CRS != "http://www.opengis.net/def/crs/EPSG/0/3857" ||
		list.Tilesets[0].TileMatrixSetURI != "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad" {
		t.Fatalf("%+v", list)
	}
	list.Tilesets[0].local(t, scheme)
	set := readJSON[tileset](t, b, list.Tilesets[0].local(t, "self"))
	if l := set.Layers; len(l) != 1 || l[0].ID != "boundaries.community" || l[0].DataType != "vector" || l[0].GeometryDimension != 2 ||
		l[0].MinTileMatrix != "8" || l[0].MaxTileMatrix != "16" || l[0].PropertiesSchema.Properties["name"] == nil {
		t.Errorf("%+v", l)
	}
	if box := set.BoundingBox; box.LowerLeft != [2]float64{105.045, 29.57} || box.UpperRight != [2]float64{105.075, 29.6} {
		t.Errorf("%+v", box)
	}
	template := set.local(t, "item")
	for _, l := range set.Links {
		if l.Templated != (l.Rel == "item") || l.Rel == "item" && l.Type != "application/vnd.mapbox-vector-tile" {
			t.Errorf("%+v", l)
		}
	}
	if len(set.TileMatrixSetLimits) != 9 {
		t.Fatalf("limits %+v", set.TileMatrixSetLimits)
	}
	for z, limit := range set.TileMatrixSetLimits {
		// The corners by another library.
		zoom := maptile.Zoom(z + 8)
		first, last := maptile.At(orb.Point{105.045, 29.6}, zoom), maptile.At(orb.Point{105.075, 29.57}, zoom)
		if limit.TileMatrix != fmt.Sprint(zoom) || limit.MinTileCol != first.X || limit.MinTileRow != first.Y || limit.MaxTileCol != last.X || limit.MaxTileRow != last.Y {
			t.Errorf("zoom %d: %+v, want %v to %v", zoom, limit, first, last)
		}
		address := expand(t, template, zoom, first.X, first.Y)
		w := b.get(t, address)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
			t.Fatalf("%s: status %d of %s", address, w.Code, w.Header().Get("Content-Type"))
		}
		// It is the tile of the server's own address.
		own := b.get(t, fill(b, fmt.Sprintf("/tiles/town/{S}/boundaries.community/%d/%d/%d.mvt", zoom, first.X, first.Y)))
		if !bytes.Equal(w.Body.Bytes(), own.Body.Bytes()) || w.Header().Get("ETag") != own.Header().Get("ETag") {
			t.Errorf("%s is another tile than that of /tiles", address)
		}
	}
	if describedBy := set.local(t, "describedby"); b.get(t, describedBy).Code != http.StatusOK {
		t.Errorf("%s is not there", describedBy)
	}
}

func expand(t testing.TB, template string, zoom maptile.Zoom, column, row uint32) string {
	t.Helper()
	path, err := url.PathUnescape(template)
	if err != nil || !strings.HasSuffix(path, "/{tileMatrix}/{tileRow}/{tileCol}") {
		t.Fatalf("template %s: %v", template, err)
	}
	return strings.NewReplacer("{tileMatrix}", fmt.Sprint(zoom), "{tileRow}", fmt.Sprint(row), "{tileCol}", fmt.Sprint(column)).Replace(path)
}

// The definition is the published one (OGC 17-083r4, annex D.1), whose numbers
// for the zooms below stand here.
func TestTileMatrixSet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	list := readJSON[struct {
		TileMatrixSets []struct {
			linked
			ID, URI string
		}
	}](t, b, readJSON[linked](t, b, "/ogc").local(t, "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"))
	if len(list.TileMatrixSets) != 1 || list.TileMatrixSets[0].ID != "WebMercatorQuad" {
		t.Fatalf("%+v", list)
	}
	set := readJSON[struct {
		ID, URI, CRS, WellKnownScaleSet string
		OrderedAxes                     []string
		TileMatrices                    []struct {
			ID                                               string
			ScaleDenominator, CellSize                       float64
			CornerOfOrigin                                   string
			PointOfOrigin                                    [2]float64
			TileWidth, TileHeight, MatrixWidth, MatrixHeight int
		}
	}](t, b, list.TileMatrixSets[0].local(t, "self"))
	if set.ID != "WebMercatorQuad" || set.CRS != "http://www.opengis.net/def/crs/EPSG/0/3857" || len(set.TileMatrices) != 25 ||
		set.WellKnownScaleSet != "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible" || len(set.OrderedAxes) != 2 {
		t.Errorf("%+v", set)
	}
	for z, want := range map[int][2]float64{
		0: {559082264.028717, 156543.033928041}, 1: {279541132.014358, 78271.5169640204}, 10: {545978.773465544, 152.874056570353},
		18: {2132.72958385001, 0.597164283478001}, 24: {33.3238997477002, 0.0093306919293519},
	} {
		m := set.TileMatrices[z]
		if math.Abs(m.ScaleDenominator/want[0]-1) > 1e-9 || math.Abs(m.CellSize/want[1]-1) > 1e-7 || m.ID != fmt.Sprint(z) || m.MatrixWidth != 1<<z ||
			m.MatrixHeight != 1<<z || m.TileWidth != 256 || m.TileHeight != 256 || m.CornerOfOrigin != "topLeft" ||
			math.Abs(m.PointOfOrigin[0]+20037508.3427892) > 1e-6 || math.Abs(m.PointOfOrigin[1]-20037508.3427892) > 1e-6 {
			t.Errorf("zoom %d: %+v", z, m)
		}
	}
}

func TestOGCTileAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := maptile.At(orb.Point{105.052, 29.5801}, 14)
	tile := func(matrix, row, column any) string {
		return fmt.Sprintf("%s/tiles/WebMercatorQuad/%v/%v/%v", communities, matrix, row, column)
	}
	for name, tc := range map[string]struct {
		target  string
		headers []string
		status  int
	}{
		"a tile":                    {tile(14, at.Y, at.X), nil, 200},
		"by its type":               {tile(14, at.Y, at.X) + "?f=mvt", []string{"Accept", "application/vnd.mapbox-vector-tile"}, 200},
		"column before row":         {tile(14, at.X, at.Y), nil, 204},
		"empty":                     {tile(14, 0, 0), nil, 204},
		"before the first zoom":     {tile(0, 0, 0), nil, 204},
		"beyond the last zoom":      {tile(17, 0, 0), nil, 404},
		"row out of range":          {tile(2, 4, 0), nil, 404},
		"column out of range":       {tile(2, 0, 4), nil, 404},
		"no number":                 {tile("x", 0, 0), nil, 404},
		"minus":                     {tile(1, -1, 0), nil, 404},
		"too large a number":        {tile(1, "99999999999999999999", 0), nil, 404},
		"another set":               {communities + "/tiles/WorldCRS84Quad/1/0/0", nil, 404},
		"metadata of another set":   {communities + "/tiles/WorldCRS84Quad", nil, 404},
		"definition of another set": {"/ogc/tileMatrixSets/WorldCRS84Quad", nil, 404},
		"no collection":             {"/ogc/collections/town.zoo/tiles", nil, 404},
		"no tiles":                  {"/ogc/collections/town.facilities/tiles", nil, 404},
		"no tile either":            {"/ogc/collections/town.facilities/tiles/WebMercatorQuad/1/0/0", nil, 404},
		"unknown parameter":         {tile(14, at.Y, at.X) + "?zoo=1", nil, 400},
		"another form":              {tile(14, at.Y, at.X) + "?f=png", nil, 400},
		"another type":              {tile(14, at.Y, at.X), []string{"Accept", "image/png"}, 406},
	} {
		w := b.get(t, tc.target, tc.headers...)
		if w.Code != tc.status || tc.status >= 400 && w.Header().Get("Content-Type") != "application/problem+json" || tc.status == 204 && w.Body.Len() > 0 {
			t.Errorf("%s: status %d of %s, want %d\n%s", name, w.Code, w.Header().Get("Content-Type"), tc.status, w.Body)
		}
	}
	current, kept := b.get(t, tile(14, at.Y, at.X), "Accept-Encoding", "gzip"), b.get(t, fill(b, strings.Replace(tile(14, at.Y, at.X), "/ogc/", "/ogc/at/{S}/", 1)))
	if current.Header().Get("Cache-Control") != "no-cache" || kept.Code != http.StatusOK || !strings.Contains(kept.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control %s, of a snapshot %s", current.Header().Get("Cache-Control"), kept.Header().Get("Cache-Control"))
	}
	if current.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(current.Header().Get("Vary"), "Accept-Encoding") {
		t.Errorf("%v", current.Header())
	}
	again := b.get(t, tile(14, at.Y, at.X), "Accept-Encoding", "gzip", "If-None-Match", current.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Header().Get("ETag") != current.Header().Get("ETag") || current.Header().Get("ETag") == kept.Header().Get("ETag") {
		t.Errorf("again: status %d, ETag %s", again.Code, again.Header().Get("ETag"))
	}
}

// Only layers with tiles say so, and what is said of tiles is there in both
// languages and in the document of the API.
func TestOGCTilesAreTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	document := b.get(t, "/ogc/api").Body.String()
	classes := b.get(t, "/ogc/conformance").Body.String()
	for _, class := range []string{"core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30"} {
		if !strings.Contains(classes, `"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/`+class+`"`) {
			t.Errorf("%s is not declared", class)
		}
	}
	list := readJSON[struct {
		Collections []struct {
			linked
			ID string
		}
	}](t, b, "/ogc/collections")
	var tiled []string
	for _, c := range list.Collections {
		has := slices.ContainsFunc(c.Links, func(l struct {
			Href, Rel, Type string
			Templated       bool
		},
		) bool {
			return strings.HasSuffix(l.Rel, "/tilesets-vector")
		})
		if strings.Contains(document, `"/collections/`+c.ID+`/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"`) != has {
			t.Errorf("%s: tiles %v, and the document says otherwise", c.ID, has)
		}
		if has {
			tiled = append(tiled, c.ID)
		}
	}
	slices.Sort(tiled)
	want := []string{"town.boundaries.community", "town.boundaries.street", "town.buildings", "town.roads", "wood.roads"}
	if !slices.Equal(tiled, want) {
		t.Errorf("tiles of %v, want %v", tiled, want)
	}
	for _, page := range []string{communities + "/tiles", communities + "/tiles/WebMercatorQuad", "/ogc/tileMatrixSets", "/ogc/tileMatrixSets/WebMercatorQuad"} {
		text := b.get(t, page, "Accept", "text/html").Body.String()
		if !strings.Contains(text, "瓦片") || !strings.Contains(text, "ile") || !strings.Contains(text, "WebMercatorQuad") {
			t.Errorf("%s as a page:\n%s", page, text)
		}
	}
}

package ogc

import (
	"kaimen/coverage"
)

const conf = "http://www.opengis.net/spec/"

// conformanceClasses lists what is kept of which standard.
func conformanceClasses() []string {
	return []string{
		conf + "ogcapi-common-1/1.0/conf/core",
		conf + "ogcapi-common-2/1.0/conf/collections",
		conf + "ogcapi-features-1/1.0/conf/core",
		conf + "ogcapi-features-1/1.0/conf/oas30",
		conf + "ogcapi-features-1/1.0/conf/html",
		conf + "ogcapi-features-1/1.0/conf/geojson",
		conf + "ogcapi-features-2/1.0/conf/crs",
		conf + "ogcapi-features-3/1.0/conf/queryables",
		conf + "ogcapi-features-3/1.0/conf/queryables-query-parameters",
		conf + "ogcapi-features-3/1.0/conf/filter",
		conf + "ogcapi-features-3/1.0/conf/features-filter",
		conf + "ogcapi-features-5/1.0/conf/schemas",
		conf + "ogcapi-features-5/1.0/conf/core-roles-features",
		conf + "cql2/1.0/conf/cql2-text",
		conf + "cql2/1.0/conf/cql2-json",
		conf + "cql2/1.0/conf/basic-cql2",
		conf + "cql2/1.0/conf/advanced-comparison-operators",
		conf + "cql2/1.0/conf/basic-spatial-functions",
		conf + "cql2/1.0/conf/basic-spatial-functions-plus",
		conf + "cql2/1.0/conf/property-property",
	}
}

// aboutServer is what the landing page says of itself.
const aboutServer = "The layers of every study, saved results and analyses, for GIS programs. / 各研究区的图层、已存结果与分析，供 GIS 软件使用。"

type landingDocument struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Links       []link `json:"links"`
}

func (s *server) landing(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	if c.version != "" { // a version that is not there has no landing page
		if _, err := s.Source.List(c.Context(), c.version); err != nil {
			return nil, err
		}
	}
	doc := landingDocument{Title: "Kaimen 开门可及", Description: aboutServer, Links: append(c.selves(c.base, typeJSON),
		link{c.base + "/api", "service-desc", typeOpenAPI, "OpenAPI document / 接口描述"},
		link{c.base + "/api?f=html", "service-doc", typeHTML, "What there is to ask / 接口说明"},
		link{c.base + "/conformance", "conformance", typeJSON, "Standards kept / 符合的标准"},
		link{c.base + "/conformance", relConforms, typeJSON, "Standards kept / 符合的标准"},
		link{c.base + "/collections", "data", typeJSON, "Collections / 要素集"},
		link{c.base + "/collections", relData, typeJSON, "Collections / 要素集"},
	)}
	if s.Tiles != nil {
		doc.Links = append(doc.Links, link{c.base + "/tileMatrixSets", relSchemes, typeJSON, "Tile matrix sets / 瓦片矩阵集"})
	}
	p := page{Title: coverage.Name{ZH: "开门可及", EN: "Kaimen"}, Lead: aboutServer, Links: [][2]string{
		{c.base + "/collections?f=html", "要素集 / Collections"},
		{c.base + "/api?f=html", "接口说明 / What there is to ask"},
		{c.base + "/conformance?f=html", "符合的标准 / Standards kept"},
	}}
	s.land(c, &doc, &p)
	return c.document(doc, p)
}

func (s *server) conformance(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	list := s.classes(c)
	if s.Tiles != nil {
		list = append(list, tileClasses()...)
	}
	p := page{Title: coverage.Name{ZH: "符合的标准", EN: "Standards kept"}, Above: c.trail(), Lines: list}
	return c.document(struct {
		ConformsTo []string `json:"conformsTo"`
		Links      []link   `json:"links"`
	}{list, c.selves(c.base+"/conformance", typeJSON)}, p)
}

type extentDocument struct {
	Spatial struct {
		BBox [][4]float64 `json:"bbox"`
		CRS  string       `json:"crs"`
	} `json:"spatial"`
}

type collectionDocument struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Attribution string          `json:"attribution,omitempty"`
	Extent      *extentDocument `json:"extent,omitempty"`
	ItemType    string          `json:"itemType"`
	CRS         []string        `json:"crs"`
	StorageCRS  string          `json:"storageCrs"`
	ItemCount   int             `json:"itemCount"`
	Links       []link          `json:"links"`
}

type collectionsDocument struct {
	Links       []link               `json:"links"`
	CRS         []string             `json:"crs"`
	Collections []collectionDocument `json:"collections"`
}

func (s *server) collections(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	c.lists = true
	infos, err := s.Source.List(c.Context(), c.version)
	if err != nil {
		return nil, err
	}
	doc := collectionsDocument{Links: c.selves(c.base+"/collections", typeJSON), Collections: []collectionDocument{}}
	for _, system := range systemsOf(emptyBound) {
		doc.CRS = append(doc.CRS, system.uri)
	}
	p := page{Title: coverage.Name{ZH: "要素集", EN: "Collections"}, Above: c.trail(), Table: &table{
		Head: []string{"要素集 / Collection", "id", "要素数 / Features"},
	}}
	for i := range infos {
		info := &infos[i]
		doc.Collections = append(doc.Collections, s.describe(c, info))
		p.Table.Rows = append(p.Table.Rows, []cell{
			{Text: both(info.Title), Href: c.of(info.ID, "?f=html")}, {Text: info.ID}, {Text: whole(info.Len), Number: true},
		})
	}
	return c.document(doc, p)
}

func (s *server) collection(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeJSON), htmlForm); err != nil {
		return nil, err
	}
	info, _, err := s.opened(c)
	if err != nil {
		return nil, err
	}
	doc := s.describe(c, info)
	doc.Links = append(c.selves(c.of(info.ID, ""), typeJSON), doc.Links[1:]...)
	p := page{Title: info.Title, Lead: both(info.Description), Above: c.trail("collections"), Links: [][2]string{
		{c.of(info.ID, "/items?f=html"), "要素 / Features (" + whole(info.Len) + ")"},
		{c.of(info.ID, "/items"), "GeoJSON"},
		{c.of(info.ID, "/queryables?f=html"), "可查询的属性 / Queryables"},
		{c.of(info.ID, "/schema?f=html"), "结构 / Schema"},
	}}
	if s.tiled(info) {
		p.Links = append(p.Links, [2]string{c.of(info.ID, "/tiles?f=html"), "瓦片 / Tiles"})
	}
	p.Table = &table{Head: []string{"项 / What", "值 / Value"}, Rows: [][]cell{
		{{Text: "id"}, {Text: info.ID}},
		{{Text: "几何 / Geometry"}, {Text: geometryName(info.Shape)}},
		{{Text: "来源 / Attribution"}, {Text: doc.Attribution}},
	}}
	if doc.Extent != nil {
		box := doc.Extent.Spatial.BBox[0]
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: "范围 / Extent"}, {Text: numbers(box[:])}})
	}
	for _, uri := range doc.CRS {
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: "坐标系 / CRS"}, {Text: uri}})
	}
	return c.document(doc, p)
}

// describe is a collection as the list of collections shows it.
func (s *server) describe(c *call, info *Info) collectionDocument {
	self := c.of(info.ID, "")
	doc := collectionDocument{
		ID: info.ID, Title: both(info.Title), Description: both(info.Description), Attribution: joined(info.Attribution),
		ItemType: "feature", StorageCRS: uriCRS84, ItemCount: info.Len,
		Links: []link{
			{self, "self", typeJSON, "This collection / 本要素集"},
			{c.of(info.ID, "/items"), "items", typeGeoJSON, "Features as GeoJSON / 要素（GeoJSON）"},
			{c.of(info.ID, "/items?f=html"), "items", typeHTML, "Features as a page / 要素（网页）"},
			{c.of(info.ID, "/schema"), "describedby", typeSchema, "Schema of the properties / 属性结构"},
			{c.of(info.ID, "/schema"), relSchema, typeSchema, "Schema of the properties / 属性结构"},
			{c.of(info.ID, "/geojson-schema"), "describedBy", typeSchema, "Schema of a GeoJSON feature / GeoJSON 要素结构"},
			{c.of(info.ID, "/queryables"), relQueryables, typeSchema, "What filters may name / 可查询的属性"},
		},
	}
	if s.tiled(info) {
		doc.Links = append(doc.Links, link{c.of(info.ID, "/tiles"), relTilesets, typeJSON, "Vector tiles / 矢量瓦片"})
	}
	for _, system := range systemsOf(info.Region) {
		doc.CRS = append(doc.CRS, system.uri)
	}
	if !info.Extent.IsEmpty() {
		doc.Extent = &extentDocument{}
		doc.Extent.Spatial.BBox = [][4]float64{{info.Extent.Min[0], info.Extent.Min[1], info.Extent.Max[0], info.Extent.Max[1]}}
		doc.Extent.Spatial.CRS = uriCRS84
	}
	return doc
}

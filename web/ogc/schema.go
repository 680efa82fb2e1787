package ogc

import (
	"bytes"
	"encoding/json"
	"slices"

	"kaimen/coverage"
)

// geometryProperty is how filters and schemas name the geometry.
const geometryProperty = "geometry"

// schemaDocument is a JSON Schema of the properties of a feature.
type schemaDocument struct {
	Schema               string     `json:"$schema"`
	ID                   string     `json:"$id"`
	Type                 string     `json:"type"`
	Title                string     `json:"title"`
	Description          string     `json:"description,omitempty"`
	Properties           properties `json:"properties"`
	AdditionalProperties bool       `json:"additionalProperties"`
}

// property is one member of a schema.
type property struct {
	name     string
	Title    string      `json:"title,omitempty"`
	Type     string      `json:"type,omitempty"`
	Format   string      `json:"format,omitempty"`
	Role     string      `json:"x-ogc-role,omitempty"`
	Sequence int         `json:"x-ogc-propertySeq,omitempty"`
	Members  *properties `json:"properties,omitempty"`
}

// properties are the members of a schema. They keep their order: clients show
// fields in the order in which they find them.
type properties []property

// MarshalJSON writes an object.
func (list properties) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, p := range list {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := json.Marshal(p.name)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(text)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func (s *server) schema(c *call) (*reply, error) {
	return s.describeProperties(c, "/schema", coverage.Name{ZH: "结构", EN: "Schema"}, "")
}

func (s *server) queryables(c *call) (*reply, error) {
	return s.describeProperties(c, "/queryables", coverage.Name{ZH: "可查询的属性", EN: "Queryables"}, "filter=…（CQL2）或 名称=值 / filter=… (CQL2), or NAME=VALUE")
}

func (s *server) describeProperties(c *call, below string, title coverage.Name, lead string) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeSchema), htmlForm); err != nil {
		return nil, err
	}
	info, _, err := s.opened(c)
	if err != nil {
		return nil, err
	}
	doc := c.schemaOf(info, below)
	p := page{Title: title, Lead: lead, Above: c.trail("collections", info.ID), Table: &table{Head: []string{"属性 / Property", "类型 / Type"}}}
	for i, column := range info.Columns {
		doc.Properties = append(doc.Properties, property{name: column.Name, Title: column.Name, Type: jsonType(column.Type), Sequence: i + 1})
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: column.Name}, {Text: jsonType(column.Type)}})
	}
	if info.Shape != "" {
		doc.Properties = append(doc.Properties, property{
			name: geometryProperty, Title: geometryProperty, Format: geometryFormat(info.Shape), Role: "primary-geometry", Sequence: len(info.Columns) + 1,
		})
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: geometryProperty}, {Text: geometryName(info.Shape)}})
	}
	return c.document(doc, p)
}

func (c *call) schemaOf(info *Info, below string) schemaDocument {
	return schemaDocument{
		Schema: "https://json-schema.org/draft/2020-12/schema", ID: c.of(info.ID, below), Type: "object",
		Title: both(info.Title), Description: both(info.Description),
	}
}

// featureSchema describes a whole GeoJSON feature. GDAL reads the types of its
// fields from it, so that a column whose first values are blank is still one of
// numbers. The id is left out, since GDAL has it already, and so are whole
// numbers, which it would cut to 32 bits, where they are never blank.
func (s *server) featureSchema(c *call) (*reply, error) {
	if err := c.allow(nil, jsonForm(typeSchema), htmlForm); err != nil {
		return nil, err
	}
	info, _, err := s.opened(c)
	if err != nil {
		return nil, err
	}
	var members properties
	p := page{Title: coverage.Name{ZH: "GeoJSON 要素结构", EN: "Schema of a GeoJSON feature"}, Above: c.trail("collections", info.ID), Table: &table{Head: []string{"属性 / Property", "类型 / Type"}}}
	for _, column := range info.Columns {
		if column.Name == "id" || column.Type == coverage.ColumnInteger && !slices.Contains(info.Sparse, column.Name) {
			continue
		}
		members = append(members, property{name: column.Name, Type: jsonType(column.Type)})
		p.Table.Rows = append(p.Table.Rows, []cell{{Text: column.Name}, {Text: jsonType(column.Type)}})
	}
	geometry := property{name: geometryProperty, Type: "object", Title: geometryName(info.Shape)}
	if info.Shape == "" {
		geometry.Type, geometry.Title = "null", ""
	}
	doc := c.schemaOf(info, "/geojson-schema")
	doc.AdditionalProperties = true
	doc.Properties = properties{
		{name: "type", Type: "string"},
		{name: "id", Type: "string"},
		geometry,
		{name: "properties", Type: "object", Members: &members},
	}
	return c.document(doc, p)
}

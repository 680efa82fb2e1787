package crs

import (
	"fmt"
	"strconv"
	"strings"
)

// How a definition is written: by whom it is read decides its words.
type dialect int

const (
	ogc  dialect = iota // OGC 01-009, with the codes of the authority
	esri                // as ESRI has it in .prj files: names with underlines, no codes
)

const unitMeter = "metre" //nolint:misspell // the registry's word, which programs look for

// base is the geographic system below others, with its codes at EPSG.
type base struct {
	name, esriName, datum, datumName, esriDatum, spheroid, esriSpheroid string
	code, datumCode, spheroidCode                                       int
	inverseFlattening                                                   float64
}

func (s System) base() base {
	if s.code == 4490 || s.family == gaussKruger {
		return base{
			"China Geodetic Coordinate System 2000", "GCS_China_Geodetic_Coordinate_System_2000",
			"China_2000", "China 2000", "D_China_2000", "CGCS2000", "CGCS2000", 4490, 1043, 1024, inverseFlatCGCS,
		}
	}
	return base{"WGS 84", "GCS_WGS_1984", "WGS_1984", "World Geodetic System 1984", "D_WGS_1984", "WGS 84", "WGS_1984", 4326, 6326, 7030, inverseFlatWGS84}
}

// Defined tells whether s has a published definition, by which programs find
// their way from it to other systems. GCJ-02 and BD-09 have none.
func (s System) Defined() bool { return s.family != gcj02 && s.family != bd09 }

// WKT is the definition of s in well-known text as GeoPackages carry it. What
// is not Defined is a local system of its name, which no program takes for
// another. Web Mercator, in which no file is written, has no definition here.
//
// Source: OGC 01-009, clause 7; codes of the EPSG registry.
func (s System) WKT() string { return s.text(ogc) }

// ESRI is the definition in the words of a .prj file, else as WKT.
func (s System) ESRI() string { return s.text(esri) }

func (s System) text(d dialect) string {
	switch s.family {
	case geographic:
		return s.base().text(d)
	case gaussKruger, utm:
		return s.projected(d)
	case gcj02, bd09:
		return fmt.Sprintf(`LOCAL_CS["%[1]s",LOCAL_DATUM["%[1]s",0],UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]`, s.Name())
	}
	return ""
}

// authority is the code of something, which ESRI leaves out.
func (d dialect) authority(code int) string {
	if d == esri {
		return ""
	}
	return fmt.Sprintf(`,AUTHORITY["EPSG","%d"]`, code)
}

// real is a number that shows that it is not whole-numbered by nature.
func (d dialect) real(x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if d == esri && !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

func (b base) text(d dialect) string {
	name, datum, spheroid, unit := b.name, b.datum, b.spheroid, "degree"
	if d == esri {
		name, datum, spheroid, unit = b.esriName, b.esriDatum, b.esriSpheroid, "Degree"
	}
	return fmt.Sprintf(`GEOGCS["%s",DATUM["%s",SPHEROID["%s",%s,%s%s]%s],PRIMEM["Greenwich",%s%s],UNIT["%s",0.0174532925199433%s]%s]`,
		name, datum, spheroid, d.real(semiMajor), d.real(b.inverseFlattening), d.authority(b.spheroidCode), d.authority(b.datumCode),
		d.real(0), d.authority(8901), unit, d.authority(9122), d.authority(b.code))
}

// projected is the definition of a transverse Mercator. Coordinates in files are
// easting first whatever order of axes the authority has, so none is given.
func (s System) projected(d dialect) string {
	g := s.grid
	name, projection, unit := s.Title(), "Transverse_Mercator", unitMeter
	origin, meridian, scale, east, north := "latitude_of_origin", "central_meridian", "scale_factor", "false_easting", "false_northing"
	if d == esri {
		name, unit = s.esriTitle(), "Meter"
		if s.family == gaussKruger {
			projection = "Gauss_Kruger"
		}
		origin, meridian, scale, east, north = "Latitude_Of_Origin", "Central_Meridian", "Scale_Factor", "False_Easting", "False_Northing"
	}
	parameter := func(name string, x float64) string { return fmt.Sprintf(`PARAMETER["%s",%s]`, name, d.real(x)) }
	parts := []string{
		s.base().text(d), fmt.Sprintf(`PROJECTION["%s"]`, projection),
		parameter(origin, 0), parameter(meridian, float64(g.meridian)), parameter(scale, g.scale),
		parameter(east, g.falseEast), parameter(north, g.falseNorth), fmt.Sprintf(`UNIT["%s",%s%s]`, unit, d.real(1), d.authority(9001)),
	}
	return fmt.Sprintf(`PROJCS["%s",%s%s]`, name, strings.Join(parts, ","), d.authority(s.code))
}

// esriTitle is the name of a projected system with underlines.
func (s System) esriTitle() string {
	if s.family == utm {
		return strings.NewReplacer("WGS 84 / UTM zone ", "WGS_1984_UTM_Zone_").Replace(s.Title())
	}
	return strings.NewReplacer(" / ", "_", "3-degree Gauss-Kruger", "3_Degree_GK", "Gauss-Kruger", "GK", "zone", "Zone", " ", "_").Replace(s.Title())
}

// PROJJSON is the definition as GeoParquet has it, a value that encoding/json
// writes; nil for web Mercator.
//
// Source: PROJJSON 0.7 (proj.org/specifications/projjson.html).
func (s System) PROJJSON() any {
	const schema = "https://proj.org/schemas/v0.7/projjson.schema.json"
	switch s.family {
	case geographic:
		return s.base().json(schema)
	case gaussKruger, utm:
		return s.projectedJSON(schema)
	case gcj02, bd09:
		return object{
			"$schema": schema, "type": "EngineeringCRS", "name": s.Name(),
			"datum": object{"type": "EngineeringDatum", "name": s.Name()},
			"coordinate_system": object{"subtype": "Cartesian", "axis": []object{
				axis("Longitude", "", "east", "degree"), axis("Latitude", "", "north", "degree"),
			}},
		}
	}
	return nil
}

type object = map[string]any

func epsg(code int) object { return object{"authority": "EPSG", "code": code} }

func axis(name, short, direction, unit string) object {
	return object{"name": name, "abbreviation": short, "direction": direction, "unit": unit}
}

func (b base) json(schema string) object {
	out := object{
		"type": "GeographicCRS", "name": b.name, "id": epsg(b.code),
		"datum": object{
			"type": "GeodeticReferenceFrame", "name": b.datumName, "id": epsg(b.datumCode),
			"ellipsoid": object{"name": b.spheroid, "semi_major_axis": semiMajor, "inverse_flattening": b.inverseFlattening},
		},
		"coordinate_system": object{"subtype": "ellipsoidal", "axis": []object{
			axis("Geodetic latitude", "Lat", "north", "degree"), axis("Geodetic longitude", "Lon", "east", "degree"),
		}},
	}
	if schema != "" {
		out["$schema"] = schema
	}
	return out
}

func (s System) projectedJSON(schema string) object {
	parameter := func(name string, code int, x float64, unit string) object {
		return object{"name": name, "value": x, "unit": unit, "id": epsg(code)}
	}
	north, east := axis("Northing", "X", "north", unitMeter), axis("Easting", "Y", "east", unitMeter)
	axes := []object{north, east}
	if s.family == utm { // whose authority has the easting first
		axes = []object{axis("Easting", "E", "east", unitMeter), axis("Northing", "N", "north", unitMeter)}
	}
	_, conversion, _ := strings.Cut(s.Title(), " / ")
	return object{
		"$schema": schema, "type": "ProjectedCRS", "name": s.Title(), "id": epsg(s.code), "base_crs": s.base().json(""),
		"conversion": object{
			"name": conversion, "method": object{"name": "Transverse Mercator", "id": epsg(9807)},
			"parameters": []object{
				parameter("Latitude of natural origin", 8801, 0, "degree"),
				parameter("Longitude of natural origin", 8802, float64(s.grid.meridian), "degree"),
				parameter("Scale factor at natural origin", 8805, s.grid.scale, "unity"),
				parameter("False easting", 8806, s.grid.falseEast, unitMeter),
				parameter("False northing", 8807, s.grid.falseNorth, unitMeter),
			},
		},
		"coordinate_system": object{"subtype": "Cartesian", "axis": axes},
	}
}

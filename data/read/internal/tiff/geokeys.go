package tiff

import "strings"

// Numbers of the keys that are looked at, and what they may hold.
const (
	keyModel, keyRaster        = 1024, 1025
	keyCitation                = 1026
	keyGeographic              = 2048
	keyProjected               = 3072
	keyProjectedCitation       = 3073
	keyGeographicCitation      = 2049
	modelProjected             = 1
	rasterIsPoint, userDefined = 2, 32767
)

// GeoKeys is what a file says of its coordinate system.
type GeoKeys struct {
	// Code is of the EPSG registry; 0 if the file gives none.
	Code int
	// Citation is the system in the writer's words, where there is no code.
	Citation string
	// PointCells tells that places are of the middle of cells, not of a corner.
	PointCells bool
}

// readGeoKeys reads the directory of keys: four numbers each, of which the
// second says where the value is, 0 for in the fourth itself.
func readGeoKeys(d *directory) GeoKeys {
	var out GeoKeys
	numbers, text := d.whole(tagGeoKeys), d.text(tagGeoText)
	codes, words := make(map[uint64]uint64), make(map[uint64]string)
	for i := 4; i+4 <= len(numbers); i += 4 {
		key, where, count, value := numbers[i], numbers[i+1], numbers[i+2], numbers[i+3]
		switch {
		case where == 0:
			codes[key] = value
		case where == tagGeoText && value+count <= uint64(len(text)):
			words[key] = strings.Trim(text[value:value+count], "|\x00 ")
		}
	}
	out.PointCells = codes[keyRaster] == rasterIsPoint
	code := codes[keyGeographic]
	if codes[keyModel] == modelProjected {
		code = codes[keyProjected]
	}
	if code > 0 && code < userDefined {
		out.Code = int(code)
		return out
	}
	for _, key := range []uint64{keyProjectedCitation, keyCitation, keyGeographicCitation} {
		if out.Citation == "" {
			out.Citation = words[key]
		}
	}
	return out
}

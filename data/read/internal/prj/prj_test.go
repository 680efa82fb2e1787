package prj_test

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"kaimen/data/read/internal/prj"
)

const (
	china = `GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],` +
		`PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	world = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
)

// transverse is a system as ArcGIS writes it.
func transverse(name, geogcs, projection, east, meridian, scale, rest string) string {
	return `PROJCS["` + name + `",` + geogcs + `,PROJECTION["` + projection + `"],PARAMETER["False_Easting",` + east +
		`],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",` + meridian + `],PARAMETER["Scale_Factor",` + scale +
		`],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]` + rest + `]`
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"wgs84", world, "EPSG:4326"},
		{"cgcs2000", china, "EPSG:4490"},
		{"3 degrees, by meridian", transverse("CGCS2000_3_Degree_GK_CM_105E", china, "Gauss_Kruger", "500000.0", "105.0", "1.0", ""), "EPSG:4544"},
		{"3 degrees, by zone", transverse("CGCS2000_3_Degree_GK_Zone_35", china, "Gauss_Kruger", "35500000.0", "105.0", "1.0", ""), "EPSG:4523"},
		{"6 degrees, by meridian", transverse("CGCS2000_GK_CM_105E", china, "Gauss_Kruger", "500000.0", "105.0", "1.0", ""), "EPSG:4507"},
		{"6 degrees, by zone", transverse("CGCS2000_GK_Zone_18", china, "Gauss_Kruger", "18500000.0", "105.0", "1.0", ""), "EPSG:4496"},
		{"only 3 degrees have 108", transverse("My own", china, "Transverse_Mercator", "500000", "108", "1", ""), "EPSG:4545"},
		{"utm", transverse("WGS_1984_UTM_Zone_48N", world, "Transverse_Mercator", "500000.0", "105.0", "0.9996", ""), "EPSG:32648"},
		{"its own code", transverse("?", world, "Oblique", "0", "0", "1", `,AUTHORITY["EPSG","32722"]`), "EPSG:32722"},
		{"other easting", transverse("Shanghai", china, "Gauss_Kruger", "0", "121.5", "1.0", ""), "Shanghai"},
		{"feet", strings.Replace(transverse("CGCS2000_3_Degree_GK_CM_105E", china, "Gauss_Kruger", "500000.0", "105.0", "1.0", ""), `["Meter",1.0]`, `["Foot",0.3048]`, 1), "CGCS2000_3_Degree_GK_CM_105E"},
		{"xian", strings.NewReplacer("China_Geodetic_Coordinate_System_2000", "Xian_1980", "D_China_2000", "D_Xian_1980").Replace(china), "GCS_Xian_1980 (Xian 1980, "},
		{"beijing", strings.NewReplacer("China_Geodetic_Coordinate_System_2000", "Beijing_1954", "D_China_2000", "D_Beijing_1954").Replace(china), "GCS_Beijing_1954 (Beijing 1954, "},
		{"not wkt", "+proj=longlat", "(the text is not of the form"},
		{"cut off", world[:40], "(the text is not of the form"},
		{"deep", strings.Repeat("A[", 100000), "(the text is not of the form"},
	} {
		if got := prj.Name(tc.text); got != tc.want && (!strings.HasPrefix(got, tc.want) || strings.HasPrefix(tc.want, "EPSG")) {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// PROJ's own texts of every system that the importer knows, in both dialects,
// are recognized. The codes are left out of them, so that the parameters
// decide.
func TestAgainstPROJ(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("gdalsrsinfo")
	if err != nil {
		t.Skip("gdalsrsinfo of GDAL is not installed")
	}
	for _, code := range []int{4326, 4490, 3857, 4491, 4496, 4507, 4512, 4513, 4533, 4534, 4544, 4554, 32660, 32748} {
		for _, dialect := range []string{"wkt1", "wkt_esri"} {
			out, err := exec.Command(tool, "-o", dialect, "--single-line", "EPSG:"+strconv.Itoa(code)).Output()
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(out), `"EPSG"`, `"NONE"`)
			if got := prj.Name(text); got != "EPSG:"+strconv.Itoa(code) {
				t.Errorf("%d in %s is %s: %s", code, dialect, got, text)
			}
		}
	}
}

func FuzzName(f *testing.F) {
	f.Add(world)
	f.Add(transverse("CGCS2000_3_Degree_GK_CM_105E", china, "Gauss_Kruger", "500000.0", "105.0", "1.0", ""))
	f.Add(`A["b",(`)
	f.Fuzz(func(t *testing.T, text string) {
		if prj.Name(text) == "" {
			t.Error("no name")
		}
	})
}

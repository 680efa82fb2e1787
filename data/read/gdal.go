package read

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// converterLimit is how long ogr2ogr may work on one file.
const converterLimit = 10 * time.Minute

// converted are the endings that GDAL's ogr2ogr reads for us, where it is
// installed. Others are not left to it.
var converted = []string{".dgn", ".dxf", ".fgb", ".gdb", ".gdb.zip", ".gml", ".gpx", ".kml", ".kmz", ".mif", ".ods", ".tab", ".xls"}

// guarded is the settings under which it runs. It takes a file for what its
// first bytes say, whatever the ending, and some of its formats are lists of
// other files and of addresses to open: those are left out.
var guarded = []string{
	"GDAL_SKIP=OGR_VRT,VRT,WFS,OAPIF,CSW,HTTP,WCS,WMS,WMTS,GMLAS,STACTA,STACIT,DB2ODBC,ODBC,PGeo,MSSQLSpatial",
	"GML_DOWNLOAD_SCHEMA=NO",
	"GML_SKIP_RESOLVE_ELEMS=ALL",
}

// Converted lists the endings that Open knows where GDAL is installed, in
// order.
func Converted() []string { return slices.Clone(converted) }

// convertible tells whether a file's name has one of these endings.
func convertible(name string) bool {
	return slices.ContainsFunc(converted, func(ending string) bool { return strings.HasSuffix(strings.ToLower(name), ending) })
}

// openConverted has a GeoPackage made of a file and opens that.
func openConverted(path string, o Options) (_ Source, err error) {
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		return nil, fmt.Errorf("%w here: installing GDAL (the program ogr2ogr) lets it be read, or convert the file to a GeoPackage", ErrFormat)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kaimen-gdal-")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			err = errors.Join(err, remove())
		}
	}()
	out := filepath.Join(dir, "out.gpkg")
	said, err := convert(program, full, out, o)
	if err != nil {
		return nil, err
	}
	s, err := openGeoPackage(out, Options{Layer: o.Layer})
	if err != nil {
		return nil, err
	}
	s.(*geopackage).name = filepath.Base(path)
	return &convertedSource{heldSource{s, remove}, said}, nil
}

// convert runs the program and returns what it said.
func convert(program, from, to string, o Options) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), converterLimit)
	defer cancel()
	args := []string{"-f", "GPKG", "-nlt", "CONVERT_TO_LINEAR", "-dim", "XY"}
	if o.Encoding != "" { // only drawings do not say theirs
		args = append(args, "--config", "DXF_ENCODING", o.Encoding)
	}
	var said bytes.Buffer
	c := exec.CommandContext(ctx, program, append(args, to, from)...)
	c.Stderr = &said
	c.Env = append(os.Environ(), guarded...)
	c.WaitDelay = time.Second
	err := c.Run()
	text := brief(said.String(), from)
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("ogr2ogr was not done after %v", converterLimit)
	case err != nil:
		return "", fmt.Errorf("ogr2ogr cannot read it: %s (%w)", text, err)
	}
	return text, nil
}

// brief is the beginning of what a program said, in one line, by the file's
// name without its folder.
func brief(text, path string) string {
	const most = 500
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), path, filepath.Base(path))
	if len(text) > most {
		text = text[:most] + " …"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// convertedSource is a source that GDAL made.
type convertedSource struct {
	heldSource
	said string
}

func (s *convertedSource) Notes() []string {
	out := []string{"it was read by GDAL (ogr2ogr)"}
	if s.said != "" {
		out = append(out, "GDAL says: "+s.said)
	}
	return append(out, s.Source.Notes()...)
}

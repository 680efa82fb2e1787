package read

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kaimen/data/read/internal/prj"
	"kaimen/data/read/internal/tiff"
)

// Grid is the first band of a raster file, such as people per cell. It serves
// one goroutine; Close ends it.
type Grid struct {
	Width, Height int
	// Transform gives the place of the outer corner of a cell in the file's
	// coordinate system: x = t[0] + column*t[1] + row*t[2],
	// y = t[3] + column*t[4] + row*t[5]. The middle of the cell lies half a
	// column and half a row further.
	Transform [6]float64
	// CRS is the coordinate system that the file names, as in Source.
	CRS string

	name  string
	image *tiff.Image
	close []func() error
}

// Raster opens a GeoTIFF (also BigTIFF) of strips or tiles: uncompressed, LZW,
// deflate or PackBits, predictors 1 to 3, whole numbers of 8, 16 and 32 bits and
// fractions of 32 and 64, either order of bytes. Of several bands the first is
// read. It may lie in a .zip, where o.Layer chooses one of several.
//
// Errors: a file that is not there, is no TIFF, is of a form that is not read,
// is damaged, or does not say where it lies; a .zip without a raster, or with
// several of which none is chosen. All name the file.
// Cost:   only the directory is read, until Rows asks for cells.
// Source: TIFF 6.0; OGC 19-008r4 (GeoTIFF 1.1).
func Raster(path string, o Options) (*Grid, error) {
	name := filepath.Base(path)
	var release func() error
	if strings.HasSuffix(strings.ToLower(name), ".zip") {
		var err error
		if path, release, err = rasterInArchive(path, o); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	g, err := openGrid(path, name)
	if err != nil {
		if release != nil {
			err = errors.Join(err, release())
		}
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if release != nil {
		g.close = append(g.close, release)
	}
	return g, nil
}

func openGrid(path, name string) (*Grid, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	g, err := newGrid(file, name)
	if err != nil {
		_ = file.Close() // it was only read; the first error is the one to tell
		return nil, err
	}
	return g, nil
}

func newGrid(file *os.File, name string) (*Grid, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	image, err := tiff.Open(file, info.Size())
	if err != nil {
		return nil, err
	}
	t := image.Transform
	if !image.Placed || t[1]*t[5] == t[2]*t[4] {
		return nil, errors.New("it does not say where its cells lie; a GeoTIFF does, with a size of cells and a corner")
	}
	if image.Keys.PointCells { // told of the middle of cells
		t[0] -= (t[1] + t[2]) / 2
		t[3] -= (t[4] + t[5]) / 2
	}
	return &Grid{
		Width: image.Width, Height: image.Height, Transform: t, CRS: gridSystem(image.Keys),
		name: name, image: image, close: []func() error{file.Close},
	}, nil
}

func gridSystem(keys tiff.GeoKeys) string {
	const esri = "ESRI PE String = "
	switch {
	case keys.Code > 0:
		return fmt.Sprintf("EPSG:%d", keys.Code)
	case strings.HasPrefix(keys.Citation, esri):
		return prj.Name(keys.Citation[len(esri):])
	case keys.Citation != "":
		return keys.Citation
	}
	return Undeclared
}

// NoData is the number that stands for no value in the file; false if it has
// none.
func (g *Grid) NoData() (float64, bool) { return g.image.NoData, g.image.HasNoData }

// Rows hands over the rows of a window from the top, width numbers each, in
// which a cell without a value is NaN, and returns f's error if it has one. The
// numbers are valid until the next row.
//
// Errors: a window that is not wholly inside the grid; a damaged part of the
// file, by its number.
// Cost: each strip or tile that the window meets is unpacked once.
func (g *Grid) Rows(column, row, width, height int, f func(row int, values []float64) error) error {
	if column < 0 || row < 0 || width < 0 || height < 0 || width > g.Width-column || height > g.Height-row {
		return fmt.Errorf("read %s: a window of %d by %d cells at column %d, row %d is not inside %d by %d",
			g.name, width, height, column, row, g.Width, g.Height)
	}
	values := make([]float64, width)
	for y := row; y < row+height; y++ {
		if err := g.image.Row(y, column, values); err != nil {
			return fmt.Errorf("read %s: row %d: %w", g.name, y, err)
		}
		if err := f(y, values); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the file.
func (g *Grid) Close() error {
	var err error
	for _, f := range g.close {
		err = errors.Join(err, f())
	}
	return err
}

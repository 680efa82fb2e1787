package read

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"kaimen/data/read/internal/unzip"
)

// What a .zip may unpack to. Real data seldom shrinks to a fiftieth, blank
// columns of a .dbf to a three hundredth at the worst; a bomb has nothing else.
const (
	maxUnpacked = 8 << 30
	maxRatio    = 500
	ratioCounts = 64 << 20 // below this much nothing is suspicious
)

// openArchive unpacks a .zip into a folder of its own and opens the layer in
// it that is asked for, or the only one.
func openArchive(name string, o Options) (Source, error) {
	members, remove, err := unpacked(name)
	if err != nil {
		return nil, err
	}
	m, o, err := choose(members, o, isLayer)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	s, err := Open(m.path, o)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	return &heldSource{s, remove}, nil
}

// unpacked unpacks a .zip into a folder that remove takes away.
func unpacked(name string) (_ []member, remove func() error, err error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = z.Close() }() // it was only read
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "kaimen-zip-")
	if err != nil {
		return nil, nil, err
	}
	remove = func() error { return os.RemoveAll(dir) }
	members, err := unpack(&z.Reader, dir, info.Size())
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return members, remove, nil
}

// rasterInArchive unpacks a .zip and finds the raster in it that is asked for,
// or the only one.
func rasterInArchive(name string, o Options) (path string, remove func() error, err error) {
	members, remove, err := unpacked(name)
	if err != nil {
		return "", nil, err
	}
	isRaster := func(m member) bool { return isTIFF(m.name) }
	m, rest, err := choose(members, o, isRaster)
	switch {
	case !slices.ContainsFunc(members, isRaster):
		err = fmt.Errorf("%w: the archive holds no .tif", ErrFormat)
	case err == nil && rest.Layer != "": // a raster has no layers of its own
		err = fmt.Errorf("the archive has no layer %q; there are: %s", o.Layer, m.name)
	}
	if err != nil {
		return "", nil, errors.Join(err, remove())
	}
	return m.path, remove, nil
}

// HoldsRaster tells whether what a .zip holds is a raster: the file in it that
// layer names, or, without one, if no other file in it could be meant. It is
// false of a file that cannot be opened.
func HoldsRaster(path, layer string) bool {
	z, err := zip.OpenReader(path)
	if err != nil {
		return false
	}
	defer func() { _ = z.Close() }() // it was only read
	entries, err := unzip.Entries(&z.Reader)
	if err != nil {
		return false
	}
	rasters := false
	for _, e := range entries {
		m := member{name: e.Name}
		switch {
		case !isTIFF(m.name):
			if format, _, ok := formatOf(m.name); layer == "" && ok && format.ending != ".txt" {
				return false
			}
		case layer == "" || m.called(layer):
			rasters = true
		}
	}
	return rasters
}

func isTIFF(name string) bool {
	ending := strings.ToLower(path.Ext(name))
	return ending == ".tif" || ending == ".tiff"
}

// member is a file out of a .zip.
type member struct {
	name string // within the .zip
	path string
}

// layer is the member's name for the user: without folder and ending.
func (m member) layer() string {
	base := path.Base(m.name)
	return strings.TrimSuffix(base, path.Ext(base))
}

// called tells whether layer names the member.
func (m member) called(layer string) bool {
	return layer == m.name || layer == m.layer() || layer == path.Base(m.name)
}

// unpack writes the members out. What a member states of its size is not
// believed: bytes are counted as they come.
func unpack(z *zip.Reader, dir string, packed int64) ([]member, error) {
	entries, err := unzip.Entries(z)
	if err != nil {
		return nil, err
	}
	var out []member
	made, written := -1, int64(0)
	for _, e := range entries {
		folder := filepath.Join(dir, strconv.Itoa(e.Folder))
		if e.Folder > made {
			made = e.Folder
			if err := os.Mkdir(folder, 0o700); err != nil {
				return nil, err
			}
		}
		m := member{name: e.Name, path: filepath.Join(folder, path.Base(e.Name))}
		if err := unpackOne(e.File, m.path, packed, &written); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name, err)
		}
		out = append(out, m)
	}
	return out, nil
}

var errBomb = errors.New("the archive unpacks to far more than any data does; unpack it yourself if you trust it, and name the file inside")

func unpackOne(f *zip.File, to string, packed int64, written *int64) error {
	limit := min(maxUnpacked, max(ratioCounts, packed*maxRatio)) - *written
	in, err := f.Open()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	n, err := io.Copy(file, io.LimitReader(in, limit+1))
	*written += n
	if n > limit {
		err = errBomb
	}
	return errors.Join(err, file.Close(), in.Close())
}

// isLayer tells whether a member is a layer. A .dbf beside its .shp is none of
// its own, nor are the full names of its fields.
func isLayer(m member) bool {
	f, _, ok := formatOf(m.name)
	if table, ends := strings.CutSuffix(m.path, "_fields.csv"); ends && (beside(table+".dbf", ".shp") != "" || beside(table+".shp", ".dbf") != "") {
		return false
	}
	return ok && f.ending != ".zip" && (f.ending != ".dbf" || beside(m.path, ".shp") == "")
}

// choose finds the layer to open among the members that are layers. Where there
// are shapes or features, texts and tables are company.
func choose(members []member, o Options, fits func(member) bool) (member, Options, error) {
	var layers []member
	for _, m := range members {
		if fits(m) {
			layers = append(layers, m)
		}
	}
	names := make([]string, len(layers))
	for i, m := range layers {
		names[i] = m.name
		if o.Layer != "" && m.called(o.Layer) {
			o.Layer = ""
			return m, o, nil
		}
	}
	slices.Sort(names)
	layers = withoutNotes(layers)
	switch {
	case len(layers) == 1: // it may have layers itself
		return layers[0], o, nil
	case len(layers) == 0:
		return member{}, o, fmt.Errorf("%w: the archive holds no file that can be read; known endings are %s", ErrFormat, strings.Join(Formats(), " "))
	case o.Layer == "":
		return member{}, o, fmt.Errorf("the archive holds %d layers; choose one with layer: %s", len(layers), strings.Join(names, ", "))
	}
	return member{}, o, fmt.Errorf("the archive has no layer %q; there are: %s", o.Layer, strings.Join(names, ", "))
}

// withoutNotes leaves out the texts, which are notes about the others, unless
// there is nothing else.
func withoutNotes(layers []member) []member {
	rest := slices.DeleteFunc(slices.Clone(layers), func(m member) bool {
		f, _, _ := formatOf(m.name)
		return f.ending == ".txt"
	})
	if len(rest) == 0 {
		return layers
	}
	return rest
}

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
func openArchive(name string, o Options) (_ Source, err error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = z.Close() }() // it was only read
	dir, err := os.MkdirTemp("", "kaimen-zip-")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			err = errors.Join(err, remove())
		}
	}()
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	members, err := unpack(&z.Reader, dir, info.Size())
	if err != nil {
		return nil, err
	}
	m, o, err := choose(members, o)
	if err != nil {
		return nil, err
	}
	s, err := Open(m.path, o)
	if err != nil {
		return nil, err
	}
	return &heldSource{s, remove}, nil
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

// choose finds the layer to open. A .dbf beside its .shp is no layer of its own,
// and where there are shapes or features, texts and tables are company.
func choose(members []member, o Options) (member, Options, error) {
	var layers []member
	for _, m := range members {
		f, _, ok := formatOf(m.name)
		if !ok || f.ending == ".zip" || f.ending == ".dbf" && beside(m.path, ".shp") != "" {
			continue
		}
		layers = append(layers, m)
	}
	names := make([]string, len(layers))
	for i, m := range layers {
		names[i] = m.name
		if o.Layer == m.name || o.Layer == m.layer() || o.Layer == path.Base(m.name) {
			o.Layer = ""
			return m, o, nil
		}
	}
	slices.Sort(names)
	// One file of which all others are notes about it.
	shapes := slices.DeleteFunc(slices.Clone(layers), func(m member) bool {
		f, _, _ := formatOf(m.name)
		return f.ending == ".txt"
	})
	if len(shapes) > 0 {
		layers = shapes
	}
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

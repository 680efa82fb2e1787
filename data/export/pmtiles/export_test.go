package pmtiles

import (
	"bytes"

	"github.com/paulmach/orb"
)

// Archived is an archive of some tiles, with so much room for its root.
func Archived(ids []uint64, contents []string, room int) ([]byte, error) {
	var tiles, out bytes.Buffer
	a := newArchive(&tiles)
	a.root, a.leaf = room, 16
	for i, id := range ids {
		if err := a.add(id, []byte(contents[i])); err != nil {
			return nil, err
		}
	}
	if err := a.writeHead(&out, extent{bounds: orb.Bound{Max: orb.Point{1, 1}}}, []byte("{}")); err != nil {
		return nil, err
	}
	return append(out.Bytes(), tiles.Bytes()...), nil
}

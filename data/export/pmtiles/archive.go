package pmtiles

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/paulmach/orb"

	"kaimen/geo/tile"
)

// Sizes and codes of the specification, chapters 3 and 4.
const (
	headerBytes = 127
	// rootBytes is what the first 16 KiB have left for the root directory.
	rootBytes = 16384 - headerBytes
	// leafEntries are some 10 kB.
	leafEntries = 4096
	gzipped     = 2 // of compressions
	mvtType     = 1 // of tiles
)

// entry says where the contents of one tile or of a run of tiles are; without a
// run, where the leaf directory is that begins with this tile.
type entry struct {
	id     uint64
	offset uint64
	length uint32
	run    uint32
}

// archive takes tiles in the order of their IDs. Equal contents are kept once.
type archive struct {
	out     io.Writer
	size    uint64 // of all contents
	entries []entry
	tiles   uint64
	known   map[[sha256.Size]byte]entry // by what a tile unpacks to
	packer  *tile.Packer
	root    int // most bytes of a root directory
	leaf    int // fewest entries of a leaf but the last
}

func newArchive(out io.Writer) *archive {
	return &archive{out: out, known: make(map[[sha256.Size]byte]entry), packer: tile.NewPacker(), root: rootBytes, leaf: leafEntries}
}

// add takes a tile; one without bytes is none.
func (a *archive) add(id uint64, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	a.tiles++
	sum := sha256.Sum256(data)
	at, known := a.known[sum]
	if !known {
		packed := a.packer.Pack(data)
		at = entry{offset: a.size, length: uint32(len(packed))}
		if _, err := a.out.Write(packed); err != nil {
			return err
		}
		a.size += uint64(len(packed))
		a.known[sum] = at
	}
	if n := len(a.entries); n > 0 {
		last := &a.entries[n-1]
		if last.offset == at.offset && last.id+uint64(last.run) == id {
			last.run++
			return nil
		}
	}
	a.entries = append(a.entries, entry{id, at.offset, at.length, 1})
	return nil
}

// extent is what the header says of where tiles are.
type extent struct {
	bounds   orb.Bound
	min, max int
}

// writeHead writes all that stands before the contents of tiles: header, root
// directory, metadata and leaf directories.
func (a *archive) writeHead(w io.Writer, of extent, metadata []byte) error {
	if len(a.entries) == 0 {
		return errors.New("an archive without tiles is none") // a bug in this program: a row has a place
	}
	root, leaves := a.directories()
	document := a.packer.Pack(metadata)
	var h [headerBytes]byte
	copy(h[:], "PMTiles\x03")
	at := 8
	number := func(values ...uint64) {
		for _, v := range values {
			binary.LittleEndian.PutUint64(h[at:], v)
			at += 8
		}
	}
	place := func(p orb.Point) {
		for _, degrees := range p {
			binary.LittleEndian.PutUint32(h[at:], uint32(int32(math.Round(degrees*1e7))))
			at += 4
		}
	}
	section := uint64(headerBytes)
	for _, n := range []uint64{uint64(len(root)), uint64(len(document)), uint64(len(leaves)), a.size} {
		number(section, n)
		section += n
	}
	number(a.tiles, uint64(len(a.entries)), uint64(len(a.known)))
	at += copy(h[at:], []byte{1, gzipped, gzipped, mvtType, byte(of.min), byte(of.max)}) // 1: in the order of IDs
	place(of.bounds.Min)
	place(of.bounds.Max)
	h[at] = byte(of.min)
	at++
	place(of.bounds.Center())
	for _, part := range [][]byte{h[:], root, document, leaves} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// directories makes a root that has all entries; where it would be too large,
// one of leaves, as many entries in each as it takes.
func (a *archive) directories() (root, leaves []byte) {
	if root = a.directory(a.entries); len(root) <= a.root {
		return root, nil
	}
	for size := a.leaf; ; size *= 2 {
		var index []entry
		leaves = nil
		for first := 0; first < len(a.entries); first += size {
			leaf := a.directory(a.entries[first:min(first+size, len(a.entries))])
			index = append(index, entry{id: a.entries[first].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root = a.directory(index); len(root) <= a.root || len(index) == 1 { // one entry always fits
			return root, leaves
		}
	}
}

// directory writes entries field by field, compressed (chapter 4.2).
func (a *archive) directory(entries []entry) []byte {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	before := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-before)
		before = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0) // right behind the one before
			continue
		}
		b = binary.AppendUvarint(b, e.offset+1)
	}
	return a.packer.Pack(b)
}

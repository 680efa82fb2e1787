// Package tiff reads the first band of GeoTIFF files, strip by strip or tile by
// tile.
//
// Source: Adobe (1992), TIFF revision 6.0; Adobe (2002), Photoshop TIFF
// technical note 3 (floating point predictor); OGC 19-008r4, GeoTIFF 1.1.
package tiff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Numbers of the tags that are looked at.
const (
	tagWidth, tagHeight           = 256, 257
	tagBits                       = 258
	tagCompression                = 259
	tagStripOffsets               = 273
	tagSamples                    = 277
	tagRowsPerStrip               = 278
	tagStripBytes                 = 279
	tagPlanar                     = 284
	tagPredictor                  = 317
	tagTileWidth, tagTileHeight   = 322, 323
	tagTileOffsets, tagTileBytes  = 324, 325
	tagSampleFormat               = 339
	tagPixelScale, tagTiePoint    = 33550, 33922
	tagTransformation             = 34264
	tagGeoKeys, tagGeoText        = 34735, 34737
	tagNoData                     = 42113
	maxTags                       = 4096
	kindASCII                     = 2
	classicMark, bigMark          = 42, 43
	classicEntry, bigEntry        = 12, 20
	smallestBigHead, smallestHead = 16, 8
)

// sizes are the bytes of a value of each kind of field; 0 for kinds that there
// are not. Whole numbers are 1, 3, 4 and 16, fractions 12.
var sizes = [...]int{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8}

// directory is the tags of an image, each with its values as bytes.
type directory struct {
	order  binary.ByteOrder
	fields map[uint16]field
}

type field struct {
	kind   uint16
	values []byte
}

// readDirectory reads the first directory of a file of size bytes. What a tag
// claims is held against the size before it is read.
func readDirectory(r io.ReaderAt, size int64) (*directory, error) {
	d := &directory{fields: make(map[uint16]field)}
	read := func(at int64, n int64) ([]byte, error) {
		if at < 0 || n < 0 || n > size || at > size-n {
			return nil, fmt.Errorf("a part of %d bytes at byte %d lies outside the file of %d bytes; it is cut off or damaged", n, at, size)
		}
		b := make([]byte, n)
		_, err := io.ReadFull(io.NewSectionReader(r, at, n), b)
		return b, err
	}
	head, err := read(0, smallestHead)
	if err != nil {
		return nil, errors.New("this is no TIFF: it is too short")
	}
	switch string(head[:2]) {
	case "II":
		d.order = binary.LittleEndian
	case "MM":
		d.order = binary.BigEndian
	default:
		return nil, errors.New("this is no TIFF: it does not begin with II or MM")
	}
	big := false
	start := int64(d.order.Uint32(head[4:]))
	switch d.order.Uint16(head[2:]) {
	case classicMark:
	case bigMark:
		big = true
		if head, err = read(0, smallestBigHead); err != nil {
			return nil, err
		}
		start = int64(d.order.Uint64(head[8:]))
	default:
		return nil, errors.New("this is no TIFF: its version is neither 42 nor 43")
	}
	return d, d.readFields(read, start, big)
}

func (d *directory) readFields(read func(at, n int64) ([]byte, error), start int64, big bool) error {
	countBytes, entryBytes := int64(2), int64(classicEntry)
	if big {
		countBytes, entryBytes = 8, bigEntry
	}
	b, err := read(start, countBytes)
	if err != nil {
		return err
	}
	count := uint64(d.order.Uint16(b))
	if big {
		count = d.order.Uint64(b)
	}
	if count > maxTags {
		return fmt.Errorf("the file states %d tags; there are at most %d", count, maxTags)
	}
	entries, err := read(start+countBytes, int64(count)*entryBytes)
	if err != nil {
		return err
	}
	for ; len(entries) > 0; entries = entries[entryBytes:] {
		tag, kind := d.order.Uint16(entries), d.order.Uint16(entries[2:])
		n, inline := uint64(d.order.Uint32(entries[4:])), entries[8:12]
		if big {
			n, inline = d.order.Uint64(entries[4:]), entries[12:20]
		}
		if int(kind) >= len(sizes) || sizes[kind] == 0 || n > math.MaxInt32 {
			continue // a kind of a later version, or nothing of ours
		}
		length := int64(n) * int64(sizes[kind])
		if length <= int64(len(inline)) {
			d.fields[tag] = field{kind, inline[:length]}
			continue
		}
		at := int64(d.order.Uint32(inline))
		if big {
			at = int64(d.order.Uint64(inline))
		}
		if !wanted(tag) {
			continue // a color profile may be long
		}
		values, err := read(at, length)
		if err != nil {
			return fmt.Errorf("tag %d: %w", tag, err)
		}
		d.fields[tag] = field{kind, values}
	}
	return nil
}

func wanted(tag uint16) bool {
	switch tag {
	case tagBits, tagStripOffsets, tagStripBytes, tagTileOffsets, tagTileBytes, tagSampleFormat,
		tagPixelScale, tagTiePoint, tagTransformation, tagGeoKeys, tagGeoText, tagNoData:
		return true
	}
	return false
}

// whole is the values of a tag as whole numbers; nil if it is not there.
func (d *directory) whole(tag uint16) []uint64 {
	f := d.fields[tag]
	var out []uint64
	for b := f.values; len(b) > 0; b = b[sizes[f.kind]:] {
		switch f.kind {
		case 1:
			out = append(out, uint64(b[0]))
		case 3:
			out = append(out, uint64(d.order.Uint16(b)))
		case 4, 13:
			out = append(out, uint64(d.order.Uint32(b)))
		case 16, 18:
			out = append(out, d.order.Uint64(b))
		default:
			return nil
		}
	}
	return out
}

// one is the first value of a tag, or otherwise.
func (d *directory) one(tag uint16, otherwise uint64) uint64 {
	if all := d.whole(tag); len(all) > 0 {
		return all[0]
	}
	return otherwise
}

// floats is the values of a tag of 64-bit fractions.
func (d *directory) floats(tag uint16) []float64 {
	f := d.fields[tag]
	if f.kind != 12 {
		return nil
	}
	out := make([]float64, len(f.values)/8)
	for i := range out {
		out[i] = math.Float64frombits(d.order.Uint64(f.values[8*i:]))
	}
	return out
}

// text is the value of a tag of text.
func (d *directory) text(tag uint16) string {
	if f := d.fields[tag]; f.kind == kindASCII {
		return string(f.values)
	}
	return ""
}

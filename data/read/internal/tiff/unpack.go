package tiff

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// unpackers undo each compression (tag 259). They return at most size bytes,
// and take no more memory than comes out of them.
var unpackers = map[uint64]func(r io.Reader, size int) ([]byte, error){
	1:     stored,
	5:     lzw,
	8:     deflate,
	32773: packBits,
	32946: deflate, // the number that was used before 8 was given out
}

func stored(r io.Reader, size int) ([]byte, error) {
	var out bytes.Buffer
	_, err := io.CopyN(&out, r, int64(size))
	if err == io.EOF {
		err = nil // the caller tells how much is missing
	}
	return out.Bytes(), err
}

func deflate(r io.Reader, size int) ([]byte, error) {
	z, err := zlib.NewReader(r)
	if err != nil {
		return nil, err
	}
	return stored(z, size)
}

// packBits undoes runs: a byte n up to 127 stands before n+1 bytes as they are,
// one from 129 before a byte that stands 257-n times, 128 for nothing.
func packBits(r io.Reader, size int) ([]byte, error) {
	in := bufio.NewReader(r)
	var out []byte
	for len(out) < size {
		n, err := in.ReadByte()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch {
		case n < 128:
			run := make([]byte, int(n)+1)
			if _, err := io.ReadFull(in, run); err != nil {
				return nil, err
			}
			out = append(out, run...)
		case n > 128:
			c, err := in.ReadByte()
			if err != nil {
				return nil, err
			}
			out = append(out, bytes.Repeat([]byte{c}, 257-int(n))...)
		}
	}
	return out[:size], nil
}

const (
	lzwClear, lzwEnd = 256, 257
	lzwBits          = 12 // of the longest code
)

var errLZW = errors.New("its LZW codes are damaged")

// lzw undoes the compression of TIFF 6.0, section 13: codes of 9 to 12 bits,
// the high bit first; a code grows one entry before it would have to.
func lzw(r io.Reader, size int) ([]byte, error) {
	in := bufio.NewReader(r)
	// An entry is a piece of what came out already, so only its place is kept.
	var starts, lengths [1 << lzwBits]int
	var out []byte
	next, width := lzwEnd+1, 9
	lastStart, lastLength := 0, 0 // the piece written last; none after a clear
	bits, held := uint32(0), 0
	for len(out) < size {
		for held < width {
			b, err := in.ReadByte()
			if err == io.EOF {
				return out, nil
			}
			if err != nil {
				return nil, err
			}
			bits, held = bits<<8|uint32(b), held+8
		}
		held -= width
		code := int(bits>>held) & (1<<width - 1)
		start := len(out)
		switch {
		case code == lzwEnd:
			return out, nil
		case code == lzwClear:
			next, width, lastLength = lzwEnd+1, 9, 0
			continue
		case code < lzwClear:
			out = append(out, byte(code))
		case code < next:
			out = append(out, out[starts[code]:starts[code]+lengths[code]]...)
		case code == next && lastLength > 0: // the last piece and its first byte
			out = append(out, out[lastStart:lastStart+lastLength]...)
			out = append(out, out[start])
		default:
			return nil, errLZW
		}
		if lastLength > 0 && next < 1<<lzwBits {
			// The new entry is the last piece and the byte after it.
			starts[next], lengths[next] = lastStart, lastLength+1
			next++
		}
		lastStart, lastLength = start, len(out)-start
		if next+1 >= 1<<width && width < lzwBits {
			width++
		}
	}
	return out[:size], nil
}

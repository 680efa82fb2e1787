package pbf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
)

// The limits that the format itself sets.
const (
	maxHeaderBytes = 64 << 10
	maxBlobBytes   = 32 << 20
)

// blobs reads the blocks of a file one after the other.
type blobs struct {
	r      io.Reader
	offset int64 // of the next block
	packed bytes.Buffer
	plain  bytes.Buffer
	zlib   io.ReadCloser
}

// next returns the type and the unpacked content of the next block, which is
// good until the next call; io.EOF after the last.
func (b *blobs) next() (kind string, content []byte, err error) {
	var size [4]byte
	if n, err := io.ReadFull(b.r, size[:]); n == 0 && err == io.EOF {
		return "", nil, io.EOF
	} else if err != nil {
		return "", nil, cut(err)
	}
	headerSize := int64(binary.BigEndian.Uint32(size[:]))
	if headerSize > maxHeaderBytes {
		return "", nil, errors.New("a block header is too long: this is not an OSM PBF file, or it is damaged")
	}
	header, err := b.read(headerSize)
	if err != nil {
		return "", nil, err
	}
	kind, dataSize, err := blobHeader(header)
	if err != nil {
		return "", nil, err
	}
	data, err := b.read(dataSize)
	if err != nil {
		return "", nil, err
	}
	b.offset += 4 + headerSize + dataSize
	content, err = b.unpack(data)
	return kind, content, err
}

// read takes n bytes; memory grows with what is there, not with what is declared.
func (b *blobs) read(n int64) ([]byte, error) {
	b.packed.Reset()
	if _, err := io.CopyN(&b.packed, b.r, n); err != nil {
		return nil, cut(err)
	}
	return b.packed.Bytes(), nil
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends in the middle of a block")
	}
	return err
}

func blobHeader(header []byte) (kind string, size int64, err error) {
	m := message{rest: header}
	for m.next() {
		switch m.number {
		case 1:
			kind = string(m.data)
		case 3:
			size = int64(m.value)
		}
	}
	if m.err != nil || kind == "" {
		return "", 0, errors.New("a block header is broken: this is not an OSM PBF file, or it is damaged")
	}
	if size < 0 || size > maxBlobBytes {
		return "", 0, fmt.Errorf("a block of %d bytes is declared, the format allows %d", size, maxBlobBytes)
	}
	return kind, size, nil
}

func (b *blobs) unpack(blob []byte) ([]byte, error) {
	var plain, packed []byte
	rawSize := int64(-1)
	m := message{rest: blob}
	for m.next() {
		switch m.number {
		case 1:
			plain = m.data
		case 2:
			rawSize = int64(m.value)
		case 3:
			packed = m.data
		case 4, 5, 6, 7:
			return nil, errors.New("a block is compressed otherwise than with zlib, which is not supported")
		}
	}
	switch {
	case m.err != nil:
		return nil, m.err
	case packed == nil && len(plain) <= maxBlobBytes:
		return plain, nil
	case packed == nil || rawSize < 0 || rawSize > maxBlobBytes:
		return nil, fmt.Errorf("a block unpacks to more than the %d bytes that the format allows", maxBlobBytes)
	}
	if err := b.inflate(packed, rawSize); err != nil {
		return nil, fmt.Errorf("a block does not unpack: %w", err)
	}
	return b.plain.Bytes(), nil
}

func (b *blobs) inflate(packed []byte, size int64) (err error) {
	source := bytes.NewReader(packed)
	if b.zlib == nil {
		b.zlib, err = zlib.NewReader(source)
	} else {
		err = b.zlib.(zlib.Resetter).Reset(source, nil)
	}
	if err != nil {
		b.zlib = nil
		return err
	}
	b.plain.Reset()
	// One byte more than declared shows a block that unpacks to too much.
	n, err := b.plain.ReadFrom(io.LimitReader(b.zlib, size+1))
	if err == nil && n != size {
		err = fmt.Errorf("it holds another number of bytes than the %d declared", size)
	}
	return err
}

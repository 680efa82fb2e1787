package tile

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Packer compresses tiles with gzip, as archives and servers keep them. It is for
// one goroutine at a time.
type Packer struct {
	w   *gzip.Writer
	out bytes.Buffer
}

// NewPacker returns a Packer. Its tables are some 800 kB: use it again.
func NewPacker() *Packer { return &Packer{w: gzip.NewWriter(io.Discard)} }

// Pack compresses a tile; nothing stays nothing. Equal tiles give equal bytes,
// whatever was packed before.
func (p *Packer) Pack(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	p.out.Reset()
	p.w.Reset(&p.out)
	_, err := p.w.Write(data)
	if err == nil {
		err = p.w.Close()
	}
	if err != nil {
		panic("tile: a buffer takes all bytes: " + err.Error()) // a bug in this program
	}
	return bytes.Clone(p.out.Bytes())
}

// Unpack is the inverse of Pack.
//
// Errors: bytes that Pack did not make.
func Unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack a tile: %w", err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpack a tile: %w", err)
	}
	return data, nil
}

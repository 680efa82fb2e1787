package tile

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Pack compresses a tile with gzip, as archives and servers keep it. Nothing
// stays nothing. Equal tiles give equal bytes.
func Pack(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("tile: a buffer takes all bytes: " + err.Error()) // a bug in this program
	}
	return out.Bytes()
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

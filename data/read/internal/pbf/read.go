package pbf

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Handler says what is wanted; a nil function leaves its elements undecoded.
type Handler struct {
	Node     func(*Node) error
	Way      func(*Way) error
	Relation func(*Relation) error
	// Done is told how many bytes of the file are done, after each block.
	Done func(offset int64)
}

// Read hands the nodes, ways and relations of a PBF file to h, in the order of the file.
//
// Errors: a damaged, cut or foreign file, with the byte at which the block at
// fault begins; a file that needs a feature we do not have, by its name; ctx's
// error; what a function of h returns.
// Cost:    one pass; memory for one block, which the format limits to 32 MiB.
func Read(ctx context.Context, r io.Reader, h Handler) error {
	in := &blobs{r: r}
	b := &block{}
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := in.offset
		kind, content, err := in.next()
		if err == io.EOF && n > 0 {
			return nil
		}
		if err == io.EOF {
			return errors.New("the file is empty")
		}
		if err == nil {
			err = readBlock(kind, content, n == 0, b, h)
		}
		if err != nil {
			return fmt.Errorf("block at byte %d: %w", start, err)
		}
		if h.Done != nil {
			h.Done(in.offset)
		}
	}
}

func readBlock(kind string, content []byte, first bool, b *block, h Handler) error {
	switch {
	case kind == "OSMHeader":
		return checkHeader(content)
	case first:
		return fmt.Errorf("the file begins with a block of type %q, not with OSMHeader", kind)
	case kind != "OSMData":
		return nil // the format asks readers to pass over types they do not know
	}
	if err := b.parse(content); err != nil {
		return err
	}
	return b.read(h)
}

// checkHeader refuses files that need what we lack. Files with history hold
// several versions of an element, of which only the last is true today.
func checkHeader(content []byte) error {
	m := message{rest: content}
	for m.next() {
		if m.number != 4 {
			continue
		}
		if feature := string(m.data); feature != "OsmSchema-V0.6" && feature != "DenseNodes" {
			return fmt.Errorf("the file needs the feature %q, which is not supported", feature)
		}
	}
	return m.err
}

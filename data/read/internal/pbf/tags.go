package pbf

import (
	"errors"
	"fmt"
)

// tags are those of one element: places in the strings of its block, checked.
type tags struct {
	block      *block
	keys, vals []uint32
}

// read takes the tags of an element that stores keys and values apart.
func (t *tags) read(keys, vals []byte) (err error) {
	if t.keys, err = t.block.stringNumbers(t.keys[:0], keys); err != nil {
		return err
	}
	if t.vals, err = t.block.stringNumbers(t.vals[:0], vals); err != nil {
		return err
	}
	if len(t.keys) != len(t.vals) {
		return errors.New("its tags have another number of keys than of values")
	}
	return nil
}

func (b *block) stringNumbers(list []uint32, packed []byte) ([]uint32, error) {
	n := numbers{rest: packed}
	for {
		v, ok := n.next()
		if n.bad {
			return list, errWire
		}
		if !ok {
			return list, nil
		}
		if v >= uint64(len(b.strings)) {
			return list, fmt.Errorf("a tag or role refers to string %d of %d", v, len(b.strings))
		}
		list = append(list, uint32(v))
	}
}

// Tag returns the value of a tag, empty if the element has none of that key.
func (t *tags) Tag(key string) string {
	for i, k := range t.keys {
		if string(t.block.strings[k]) == key {
			return string(t.block.strings[t.vals[i]])
		}
	}
	return ""
}

// Tags calls each with every tag, in the order of the file.
func (t *tags) Tags(each func(key, value []byte)) {
	for i, k := range t.keys {
		each(t.block.strings[k], t.block.strings[t.vals[i]])
	}
}

// Node is a node with its position in nanodegrees, as stored; as the handler
// sees it, good until the handler returns.
type Node struct {
	ID, Lon, Lat int64
	tags
	pairs []byte // of a node stored densely: key, value, key, value, …
}

// Tagged tells whether the node has tags. Most have none.
func (n *Node) Tagged() bool { return len(n.pairs) > 0 || len(n.keys) > 0 }

// Tags calls each with every tag, in the order of the file. Those of nodes
// stored densely are looked at only here.
func (n *Node) Tags(each func(key, value []byte)) error {
	if len(n.pairs) > 0 {
		all, err := n.block.stringNumbers(n.keys[:0], n.pairs)
		n.keys = all[:0] // the room is kept
		if err == nil && len(all)%2 != 0 {
			err = errors.New("its tags have another number of keys than of values")
		}
		if err != nil {
			return fmt.Errorf("node %d: %w", n.ID, err)
		}
		for i := 0; i < len(all); i += 2 {
			each(n.block.strings[all[i]], n.block.strings[all[i+1]])
		}
		return nil
	}
	n.tags.Tags(each)
	return nil
}

// cutPairs takes the tags of one node, which end in a zero, off a list of many;
// false if no zero ends them.
func cutPairs(list []byte) (pairs, rest []byte, ok bool) {
	// A zero between two numbers is a byte of its own: every number ends in a
	// byte below 0x80, and all bytes of it before that are above.
	inside := false
	for i, c := range list {
		if c == 0 && !inside {
			return list[:i:i], list[i+1:], true
		}
		inside = c >= 0x80
	}
	return nil, nil, false
}

package pbf

import (
	"errors"
	"fmt"
	"slices"
)

// block is one OSMData block: its strings and how its coordinates are stored.
type block struct {
	strings                  [][]byte
	groups                   [][]byte
	granularity              int64
	lonOffset, latOffset     int64
	way                      Way
	idList, latList, lonList numbers // kept to spare allocation
}

func (b *block) parse(content []byte) error {
	b.strings, b.groups = b.strings[:0], b.groups[:0]
	b.granularity, b.lonOffset, b.latOffset = 100, 0, 0
	m := message{rest: content}
	for m.next() {
		switch m.number {
		case 1:
			table := message{rest: m.data}
			for table.next() {
				if table.number == 1 {
					b.strings = append(b.strings, table.data)
				}
			}
			if table.err != nil {
				return fmt.Errorf("strings: %w", table.err)
			}
		case 2:
			b.groups = append(b.groups, m.data)
		case 17:
			b.granularity = int64(m.value)
		case 19:
			b.latOffset = int64(m.value)
		case 20:
			b.lonOffset = int64(m.value)
		}
	}
	return m.err
}

// read hands the elements of the block to the handler.
func (b *block) read(h Handler) error {
	for _, group := range b.groups {
		m := message{rest: group}
		for m.next() {
			var err error
			switch {
			case m.number == 1 && h.Node != nil:
				err = b.plainNode(m.data, h.Node)
			case m.number == 2 && h.Node != nil:
				err = b.denseNodes(m.data, h.Node)
			case m.number == 3 && h.Way != nil:
				err = b.readWay(m.data, h.Way)
			}
			if err != nil {
				return err
			}
		}
		if m.err != nil {
			return m.err
		}
	}
	return nil
}

func (b *block) node(id, lon, lat int64, each func(Node)) {
	each(Node{ID: id, Lon: b.lonOffset + b.granularity*lon, Lat: b.latOffset + b.granularity*lat})
}

func (b *block) plainNode(data []byte, each func(Node)) error {
	var id, lon, lat int64
	m := message{rest: data}
	for m.next() {
		switch m.number {
		case 1:
			id = signed(m.value)
		case 8:
			lat = signed(m.value)
		case 9:
			lon = signed(m.value)
		}
	}
	if m.err != nil {
		return fmt.Errorf("a node: %w", m.err)
	}
	b.node(id, lon, lat, each)
	return nil
}

// denseNodes reads three lists of equal length, each of differences.
func (b *block) denseNodes(data []byte, each func(Node)) error {
	ids, lats, lons := &b.idList, &b.latList, &b.lonList
	*ids, *lats, *lons = numbers{}, numbers{}, numbers{}
	m := message{rest: data}
	for m.next() {
		switch m.number {
		case 1:
			ids.rest = m.data
		case 8:
			lats.rest = m.data
		case 9:
			lons.rest = m.data
		}
	}
	if m.err != nil {
		return fmt.Errorf("nodes: %w", m.err)
	}
	var id, lon, lat int64
	for {
		did, okID := ids.next()
		dlat, okLat := lats.next()
		dlon, okLon := lons.next()
		if okID != okLat || okID != okLon || ids.bad || lats.bad || lons.bad {
			return errors.New("nodes: their numbers and coordinates do not match")
		}
		if !okID {
			return nil
		}
		id, lat, lon = id+signed(did), lat+signed(dlat), lon+signed(dlon)
		b.node(id, lon, lat, each)
	}
}

// Way is a way as the handler sees it, good until the handler returns.
type Way struct {
	ID         int64
	block      *block
	keys, vals []uint32 // places in the strings, checked
	refs       []byte
}

func (b *block) readWay(data []byte, each func(*Way) error) error {
	w := &b.way
	w.ID, w.block, w.refs = 0, b, nil
	w.keys, w.vals = w.keys[:0], w.vals[:0]
	var err error
	m := message{rest: data}
	for m.next() && err == nil {
		switch m.number {
		case 1:
			w.ID = int64(m.value)
		case 2:
			w.keys, err = b.stringNumbers(w.keys, &m)
		case 3:
			w.vals, err = b.stringNumbers(w.vals, &m)
		case 8:
			w.refs = m.data
		}
	}
	if err == nil {
		err = m.err
	}
	if err == nil && len(w.keys) != len(w.vals) {
		err = errors.New("its tags have another number of keys than of values")
	}
	if err != nil {
		return fmt.Errorf("way %d: %w", w.ID, err)
	}
	return each(w)
}

func (b *block) stringNumbers(list []uint32, m *message) ([]uint32, error) {
	n := numbers{rest: m.data}
	for {
		v, ok := n.next()
		if n.bad {
			return list, errWire
		}
		if !ok {
			return list, nil
		}
		if v >= uint64(len(b.strings)) {
			return list, fmt.Errorf("a tag refers to string %d of %d", v, len(b.strings))
		}
		list = append(list, uint32(v))
	}
}

// Tag returns the value of a tag, empty if the way has none of that key.
func (w *Way) Tag(key string) string {
	for i, k := range w.keys {
		if string(w.block.strings[k]) == key {
			return string(w.block.strings[w.vals[i]])
		}
	}
	return ""
}

// Tags calls each with every tag, in the order of the file.
func (w *Way) Tags(each func(key, value []byte)) {
	for i, k := range w.keys {
		each(w.block.strings[k], w.block.strings[w.vals[i]])
	}
}

// Refs appends the ids of the way's nodes, in order, to list.
func (w *Way) Refs(list []int64) ([]int64, error) {
	// Every number takes at least a byte, so the room is never more than the file's.
	list = slices.Grow(list, len(w.refs)/2)
	n := numbers{rest: w.refs}
	id := int64(0)
	for {
		v, ok := n.next()
		if n.bad {
			return list, fmt.Errorf("way %d: its list of nodes is broken", w.ID)
		}
		if !ok {
			return list, nil
		}
		id += signed(v)
		list = append(list, id)
	}
}

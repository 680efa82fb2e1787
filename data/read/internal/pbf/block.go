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
	node                     Node // these are kept to spare allocation
	way                      Way
	relation                 Relation
	idList, latList, lonList numbers
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
			case m.number == 4 && h.Relation != nil:
				err = b.readRelation(m.data, h.Relation)
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

// place puts a node where its stored numbers say.
func (b *block) place(id, lon, lat int64) *Node {
	n := &b.node
	n.ID, n.Lon, n.Lat = id, b.lonOffset+b.granularity*lon, b.latOffset+b.granularity*lat
	n.tags = tags{block: b, keys: n.keys[:0], vals: n.vals[:0]}
	n.pairs = nil
	return n
}

func (b *block) plainNode(data []byte, each func(*Node) error) error {
	var id, lon, lat int64
	var keys, vals []byte
	m := message{rest: data}
	for m.next() {
		switch m.number {
		case 1:
			id = signed(m.value)
		case 2:
			keys = m.data
		case 3:
			vals = m.data
		case 8:
			lat = signed(m.value)
		case 9:
			lon = signed(m.value)
		}
	}
	n := b.place(id, lon, lat)
	err := m.err
	if err == nil {
		err = n.read(keys, vals)
	}
	if err != nil {
		return fmt.Errorf("node %d: %w", id, err)
	}
	return each(n)
}

// denseNodes reads three lists of equal length, each of differences, and the
// tags of all nodes one after the other, if any has some.
func (b *block) denseNodes(data []byte, each func(*Node) error) error {
	ids, lats, lons, tagged := &b.idList, &b.latList, &b.lonList, []byte(nil)
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
		case 10:
			tagged = m.data
		}
	}
	if m.err != nil {
		return fmt.Errorf("nodes: %w", m.err)
	}
	anyTags := len(tagged) > 0
	var id, lon, lat int64
	for {
		did, okID := ids.next()
		dlat, okLat := lats.next()
		dlon, okLon := lons.next()
		if okID != okLat || okID != okLon || ids.bad || lats.bad || lons.bad {
			return errors.New("nodes: their numbers and coordinates do not match")
		}
		if !okID {
			break
		}
		id, lat, lon = id+signed(did), lat+signed(dlat), lon+signed(dlon)
		n := b.place(id, lon, lat)
		if anyTags {
			var ok bool
			if n.pairs, tagged, ok = cutPairs(tagged); !ok {
				return errors.New("nodes: their numbers and tags do not match")
			}
		}
		if err := each(n); err != nil {
			return err
		}
	}
	if len(tagged) > 0 {
		return errors.New("nodes: their numbers and tags do not match")
	}
	return nil
}

// Way is a way as the handler sees it, good until the handler returns.
type Way struct {
	ID int64
	tags
	refs []byte
}

func (b *block) readWay(data []byte, each func(*Way) error) error {
	w := &b.way
	w.ID, w.refs, w.block = 0, nil, b
	var keys, vals []byte
	m := message{rest: data}
	for m.next() {
		switch m.number {
		case 1:
			w.ID = int64(m.value)
		case 2:
			keys = m.data
		case 3:
			vals = m.data
		case 8:
			w.refs = m.data
		}
	}
	err := m.err
	if err == nil {
		err = w.read(keys, vals)
	}
	if err != nil {
		return fmt.Errorf("way %d: %w", w.ID, err)
	}
	return each(w)
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

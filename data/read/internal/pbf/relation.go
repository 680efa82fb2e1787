package pbf

import (
	"errors"
	"fmt"
)

// MemberKind says what a member of a relation is.
type MemberKind uint8

// The kinds of members, as the format numbers them.
const (
	MemberNode MemberKind = iota
	MemberWay
	MemberRelation
)

// Relation is a relation as the handler sees it, good until the handler
// returns.
type Relation struct {
	ID int64
	tags
	roles, ids, kinds []byte
	roleList          []uint32 // kept to spare allocation
}

func (b *block) readRelation(data []byte, each func(*Relation) error) error {
	r := &b.relation
	r.ID, r.block, r.roles, r.ids, r.kinds = 0, b, nil, nil, nil
	var keys, vals []byte
	m := message{rest: data}
	for m.next() {
		switch m.number {
		case 1:
			r.ID = int64(m.value)
		case 2:
			keys = m.data
		case 3:
			vals = m.data
		case 8:
			r.roles = m.data
		case 9:
			r.ids = m.data
		case 10:
			r.kinds = m.data
		}
	}
	err := m.err
	if err == nil {
		err = r.read(keys, vals)
	}
	if err != nil {
		return fmt.Errorf("relation %d: %w", r.ID, err)
	}
	return each(r)
}

// Members calls each with every member, in the order of the file.
//
// Errors: lists of roles, ids and kinds that do not go together.
func (r *Relation) Members(each func(role []byte, kind MemberKind, id int64)) error {
	var err error
	if r.roleList, err = r.block.stringNumbers(r.roleList[:0], r.roles); err != nil {
		return fmt.Errorf("relation %d: %w", r.ID, err)
	}
	ids, kinds := numbers{rest: r.ids}, numbers{rest: r.kinds}
	id := int64(0)
	for _, role := range r.roleList {
		difference, okID := ids.next()
		kind, okKind := kinds.next()
		if !okID || !okKind || kind > uint64(MemberRelation) {
			return fmt.Errorf("relation %d: %w", r.ID, errMembers)
		}
		id += signed(difference)
		each(r.block.strings[role], MemberKind(kind), id)
	}
	if len(ids.rest) > 0 || len(kinds.rest) > 0 {
		return fmt.Errorf("relation %d: %w", r.ID, errMembers)
	}
	return nil
}

var errMembers = errors.New("its lists of members are broken")

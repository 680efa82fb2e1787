package read

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/read/internal/pbf"
)

func osmFromPBF(ctx context.Context, path string, o OSMOptions) (*OSMRoads, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	progress := func(before int64) func(int64) {
		if o.Progress == nil {
			return nil
		}
		return func(offset int64) { o.Progress(before+offset, 2*info.Size()) }
	}

	b := &roadBuilder{}
	if err := pbf.Read(ctx, file, pbf.Handler{Way: b.pbfWay, Relation: b.pbfRelation, Done: progress(0)}); err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	count := 0
	for i := range b.ways {
		count += len(b.ways[i].Nodes)
	}
	wanted := make([]int64, 0, count)
	for i := range b.ways {
		wanted = append(wanted, b.ways[i].Nodes...)
	}
	nodes := newNodeTable(wanted)
	any := false
	err = pbf.Read(ctx, file, pbf.Handler{Done: progress(info.Size()), Node: func(n *pbf.Node) error {
		any = true
		nodes.set(n.ID, func() orb.Point { return orb.Point{degrees(n.Lon), degrees(n.Lat)} })
		if !n.Tagged() {
			return nil
		}
		b.gates.begin()
		err := n.Tags(b.gates.tag)
		b.gates.end(n.ID, b.shared)
		return err
	}})
	if err != nil {
		return nil, err
	}
	if !any && b.out.Ways == 0 {
		return nil, errNoElements
	}
	return b.finish(nodes), nil
}

var errNoElements = errors.New("the file holds no nodes and no ways")

func (b *roadBuilder) pbfWay(w *pbf.Way) error {
	if !b.takes(w.Tag("highway"), w.Tag("route")) {
		return nil
	}
	road := coverage.Road{ID: strconv.FormatInt(w.ID, 10), Class: classFerry}
	w.Tags(func(key, value []byte) { b.tag(&road, string(key), string(value)) })
	var err error
	road.Nodes, err = w.Refs(nil)
	b.ways = append(b.ways, road)
	return err
}

func (b *roadBuilder) pbfRelation(r *pbf.Relation) error {
	turn, ok := newRestriction(r.Tag)
	if !ok {
		return nil
	}
	err := r.Members(func(role []byte, kind pbf.MemberKind, id int64) {
		turn.member(string(role), kind == pbf.MemberNode, kind == pbf.MemberWay, id)
	})
	b.turns = append(b.turns, turn)
	return err
}

// degrees turns nanodegrees to the float64 nearest to the decimal number, the
// same that its text in an XML file gives. Both divisions are of whole numbers
// that a float64 holds exactly, so there is one rounding.
func degrees(nano int64) float64 {
	if nano%100 == 0 {
		return float64(nano/100) / 1e7
	}
	return float64(nano) / 1e9
}

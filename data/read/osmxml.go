package read

import (
	"compress/bzip2"
	"compress/gzip"
	"context"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmxml"

	"kaimen/coverage"
)

func osmFromXML(ctx context.Context, path string, o OSMOptions) (*OSMRoads, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	var r io.Reader = &countedReader{r: file, total: info.Size(), progress: o.Progress}
	switch name := strings.ToLower(path); {
	case strings.HasSuffix(name, ".gz"):
		if r, err = gzip.NewReader(r); err != nil {
			return nil, err
		}
	case strings.HasSuffix(name, ".bz2"):
		r = bzip2.NewReader(r)
	}
	return scanXML(ctx, r)
}

// scanXML keeps every node, as which of them roads use is known only after the
// ways, which come later in the file.
func scanXML(ctx context.Context, r io.Reader) (*OSMRoads, error) {
	b := &roadBuilder{}
	var ids []int64
	var points []orb.Point
	scanner := osmxml.New(ctx, r)
	defer func() { _ = scanner.Close() }() // it only stops its goroutine; Err tells of faults
	for scanner.Scan() {
		switch element := scanner.Object().(type) {
		case *osm.Node:
			ids = append(ids, int64(element.ID))
			points = append(points, orb.Point{element.Lon, element.Lat})
			b.xmlNode(element)
		case *osm.Way:
			b.xmlWay(element)
		case *osm.Relation:
			b.xmlRelation(element)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, err
	}
	if len(ids) == 0 && b.out.Ways == 0 {
		return nil, errNoElements
	}
	var wanted []int64
	for i := range b.ways {
		wanted = append(wanted, b.ways[i].Nodes...)
	}
	nodes := newNodeTable(wanted)
	for i, id := range ids {
		nodes.set(id, func() orb.Point { return points[i] })
	}
	return b.finish(nodes), nil
}

func (b *roadBuilder) xmlNode(n *osm.Node) {
	if len(n.Tags) == 0 {
		return
	}
	b.gates.begin()
	for _, t := range n.Tags {
		b.gates.tag([]byte(t.Key), []byte(t.Value))
	}
	b.gates.end(int64(n.ID), b.shared)
}

func (b *roadBuilder) xmlRelation(r *osm.Relation) {
	turn, ok := newRestriction(r.Tags.Find)
	if !ok {
		return
	}
	for _, m := range r.Members {
		turn.member(m.Role, m.Type == osm.TypeNode, m.Type == osm.TypeWay, m.Ref)
	}
	b.turns = append(b.turns, turn)
}

func (b *roadBuilder) xmlWay(w *osm.Way) {
	if !b.takes(w.Tags.Find("highway"), w.Tags.Find("route")) {
		return
	}
	road := coverage.Road{ID: strconv.FormatInt(int64(w.ID), 10), Class: classFerry, Nodes: make([]int64, len(w.Nodes))}
	for i, n := range w.Nodes {
		road.Nodes[i] = int64(n.ID)
	}
	for _, t := range w.Tags {
		b.tag(&road, t.Key, t.Value)
	}
	b.ways = append(b.ways, road)
}

// countedReader tells the progress of a file, about every megabyte.
type countedReader struct {
	r                 io.Reader
	done, told, total int64
	progress          func(done, total int64)
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	if c.progress != nil && (c.done-c.told >= 1<<20 || err == io.EOF) {
		c.told = c.done
		c.progress(c.done, c.total)
	}
	return n, err
}

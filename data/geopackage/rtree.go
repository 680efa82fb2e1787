package geopackage

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// The rows of a layer are all known before its spatial index is made, so the
// index is packed whole, by sort-tile-recursive (Leutenegger, Lopez, Edgington
// 1997, STR: a simple and efficient algorithm for R-tree packing), and written
// as SQLite keeps it (sqlite.org/rtree.html, "Shadow Tables"). Row by row, the
// index alone took longer than all the rest.

// Cell is one entry of a node: a row in a leaf, a child node above.
type Cell struct {
	id  int64
	box [4]float32 // minx, maxx, miny, maxy
}

const (
	nodeHeaderBytes = 2 + 2 // depth (in the root alone), count of cells
	cellBytes       = 8 + 4*4
	rootNode        = 1
)

// CellOf rounds outward, so that no row lies outside its box.
func CellOf(id int64, b orb.Bound) Cell {
	return Cell{id, [4]float32{roundDown(b.Min[0]), roundUp(b.Max[0]), roundDown(b.Min[1]), roundUp(b.Max[1])}}
}

func roundDown(x float64) float32 {
	f := float32(x)
	if float64(f) > x {
		f = math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}

func roundUp(x float64) float32 { return -roundDown(-x) }

// IndexName is the name GeoPackage gives to the index of a feature table.
func IndexName(table string) string { return "rtree_" + table + "_geom" }

// WriteIndex makes the R-tree of a feature table out of its cells.
func WriteIndex(ctx context.Context, tx *sql.Tx, table string, cells []Cell) error {
	index := IndexName(table)
	_, err := tx.ExecContext(ctx, fmt.Sprintf("CREATE VIRTUAL TABLE %s USING rtree(id, minx, maxx, miny, maxy)", Quote(index)))
	if err != nil {
		return err
	}
	p := packer{tx: tx, next: rootNode + 1}
	err = tx.QueryRowContext(ctx, fmt.Sprintf("SELECT length(data) FROM %s WHERE nodeno = %d",
		Quote(index+"_node"), rootNode)).Scan(&p.nodeBytes)
	if err != nil {
		return err
	}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&p.node, "INSERT OR REPLACE INTO " + Quote(index+"_node") + " VALUES (?, ?)"},
		{&p.parent, "INSERT INTO " + Quote(index+"_parent") + " VALUES (?, ?)"},
		{&p.row, "INSERT INTO " + Quote(index+"_rowid") + " VALUES (?, ?)"},
	} {
		prepared, err := tx.PrepareContext(ctx, s.text)
		if err != nil {
			return err
		}
		defer func() { _ = prepared.Close() }()
		*s.stmt = prepared
	}
	return p.pack(ctx, cells)
}

type packer struct {
	tx                *sql.Tx
	node, parent, row *sql.Stmt
	nodeBytes         int
	next              int64 // the first node number not given away
	places            []place
}

// place tells in which leaf a row is.
type place struct{ row, leaf int64 }

// pack writes the tree from the leaves up: each turn of the loop ties the
// cells of one level into nodes, whose boxes are the cells of the next.
func (p *packer) pack(ctx context.Context, cells []Cell) error {
	capacity := (p.nodeBytes - nodeHeaderBytes) / cellBytes
	depth := 0
	for ; len(cells) > capacity; depth++ {
		tile(cells, capacity)
		above := make([]Cell, 0, len(cells)/capacity+1)
		for members := range slices.Chunk(cells, capacity) {
			if err := ctx.Err(); err != nil {
				return err
			}
			node := Cell{id: p.next, box: around(members)}
			p.next++
			if err := p.write(node.id, 0, depth, members); err != nil {
				return err
			}
			above = append(above, node)
		}
		cells = above
	}
	if err := p.write(rootNode, depth, depth, cells); err != nil {
		return err
	}
	return p.writePlaces(ctx)
}

// writePlaces writes where the rows are in the order of the rows, in which a
// table grows at its end, several times faster than in any other.
func (p *packer) writePlaces(ctx context.Context) error {
	const stride = 1024
	slices.SortFunc(p.places, func(a, b place) int { return cmp.Compare(a.row, b.row) })
	for i, at := range p.places {
		if i%stride == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := p.row.Exec(at.row, at.leaf); err != nil {
			return err
		}
	}
	return nil
}

// write writes one node of a level (0 is the leaves) and notes where each of
// its members is.
func (p *packer) write(id int64, depth, level int, members []Cell) error {
	data := make([]byte, 0, p.nodeBytes)
	data = binary.BigEndian.AppendUint16(data, uint16(depth))
	data = binary.BigEndian.AppendUint16(data, uint16(len(members)))
	for _, m := range members {
		data = binary.BigEndian.AppendUint64(data, uint64(m.id))
		for _, x := range m.box {
			data = binary.BigEndian.AppendUint32(data, math.Float32bits(x))
		}
		if level == 0 {
			p.places = append(p.places, place{m.id, id})
		} else if _, err := p.parent.Exec(m.id, id); err != nil {
			return err
		}
	}
	_, err := p.node.Exec(id, data[:p.nodeBytes])
	return err
}

// tile orders cells so that each run of capacity lies close together: strips
// by longitude, and within a strip by latitude.
func tile(cells []Cell, capacity int) {
	nodes := (len(cells) + capacity - 1) / capacity
	strip := capacity * int(math.Ceil(math.Sqrt(float64(nodes))))
	along := func(axis int) func(a, b Cell) int {
		return func(a, b Cell) int {
			return cmp.Or(cmp.Compare(a.box[axis]+a.box[axis+1], b.box[axis]+b.box[axis+1]), cmp.Compare(a.id, b.id))
		}
	}
	slices.SortFunc(cells, along(0))
	for members := range slices.Chunk(cells, strip) {
		slices.SortFunc(members, along(2))
	}
}

func around(members []Cell) [4]float32 {
	box := members[0].box
	for _, m := range members[1:] {
		box = [4]float32{min(box[0], m.box[0]), max(box[1], m.box[1]), min(box[2], m.box[2]), max(box[3], m.box[3])}
	}
	return box
}

// Quote makes a name safe in SQL.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

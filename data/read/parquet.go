package read

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	pf "github.com/parquet-go/parquet-go/format"

	"kaimen/data/read/internal/geoparquet"
	"kaimen/data/read/internal/wkb"
)

// parquetTable is a Parquet file; with metadata called "geo" it is GeoParquet
// 1.x, else a table.
type parquetTable struct {
	ownEncoding
	name     string
	disk     *os.File
	file     *parquet.File
	columns  []string
	leaves   map[int]leaf // by the number of the column in the file
	geometry int          // number of the geometry's column; -1 in a table
	crs      string
	notes    []string
	met      bool
}

// leaf is a column that is read.
type leaf struct {
	name    string
	logical pf.LogicalTypeValue
}

// maxParquet is the most that a file may state to unpack to, in bytes.
const maxParquet = 8 << 30

func openParquet(path string, _ Options) (_ Source, err error) {
	defer recovered(&err)
	disk, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, disk.Close())
		}
	}()
	info, err := disk.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkFooter(disk, info.Size()); err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(disk, info.Size(), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("this is no Parquet file that can be read: %w", err)
	}
	s := &parquetTable{name: filepath.Base(path), disk: disk, file: file, leaves: make(map[int]leaf), geometry: -1}
	if err := s.checkSize(); err != nil {
		return nil, err
	}
	return s, s.bind()
}

// checkFooter holds the length that the last eight bytes state against the
// size of the file; the library would allocate it.
func checkFooter(file io.ReaderAt, size int64) error {
	const mark, least = "PAR1", 12
	var end [8]byte
	if size >= least {
		if _, err := file.ReadAt(end[:], size-int64(len(end))); err != nil {
			return err
		}
	}
	if string(end[4:]) != mark {
		return errors.New("this is no Parquet file: it does not end with PAR1; it may be cut off")
	}
	if n := int64(binary.LittleEndian.Uint32(end[:])); n > size-least {
		return fmt.Errorf("this is no Parquet file that can be read: it states %d bytes of metadata and has %d in all", n, size)
	}
	return nil
}

func (s *parquetTable) checkSize() error {
	total := int64(0)
	for _, g := range s.file.Metadata().RowGroups {
		for _, c := range g.Columns {
			if c.MetaData.TotalUncompressedSize < 0 || c.MetaData.TotalUncompressedSize > maxParquet-total {
				return fmt.Errorf("the file states more than %d GiB of values; divide it", maxParquet>>30)
			}
			total += c.MetaData.TotalUncompressedSize
		}
	}
	return nil
}

// bind finds the columns: those that hold one value each are read.
func (s *parquetTable) bind() error {
	primary, err := s.readGeo()
	if err != nil {
		return err
	}
	for _, c := range s.file.Root().Columns() {
		switch {
		case c.Leaf() && c.MaxRepetitionLevel() == 0 && c.Name() == primary:
			if c.Type().Kind() != parquet.ByteArray {
				return fmt.Errorf("the geometry column %s holds no bytes", primary)
			}
			s.geometry = c.Index()
		case c.Leaf() && c.MaxRepetitionLevel() == 0:
			l := leaf{name: c.Name()}
			if t := c.Type().LogicalType(); t != nil {
				l.logical = t.Value
			}
			s.leaves[c.Index()] = l
			s.columns = append(s.columns, l.name)
		default:
			s.notes = append(s.notes, "column "+c.Name()+" holds several values in one and is not read")
		}
	}
	if primary != "" && s.geometry < 0 {
		return fmt.Errorf("there is no geometry column %q, which the file's metadata names", primary)
	}
	return nil
}

// readGeo returns the name of the geometry's column, blank in a table.
func (s *parquetTable) readGeo() (string, error) {
	text, ok := s.file.Lookup("geo")
	if !ok {
		return "", nil
	}
	column, err := geoparquet.Parse(text)
	if err != nil {
		return "", fmt.Errorf("its metadata geo: %w", err)
	}
	s.crs = column.CRS
	if s.crs == "" {
		s.crs = Undeclared
	}
	return column.Name, nil
}

func (s *parquetTable) Columns() []string {
	if s.geometry >= 0 && !s.met {
		return nil
	}
	return slices.Clone(s.columns)
}

func (s *parquetTable) CRS() string { return s.crs }

func (s *parquetTable) Notes() []string { return slices.Clone(s.notes) }

func (s *parquetTable) Close() error { return s.disk.Close() }

func (s *parquetTable) Each(f func(Record) error) (err error) {
	s.met = true
	var stopped error
	line := 0
	defer func() {
		if err != nil && stopped == nil {
			err = fmt.Errorf("read %s: after row %d: %w", s.name, line, err)
		}
	}()
	defer recovered(&err)
	hand := func(row parquet.Row) error {
		line++
		stopped = f(s.record(line, row))
		return stopped
	}
	for _, group := range s.file.RowGroups() {
		if err := eachParquetRow(group.Rows(), hand); err != nil {
			return err
		}
	}
	return nil
}

func eachParquetRow(rows parquet.Rows, f func(parquet.Row) error) (err error) {
	defer func() {
		if closed := rows.Close(); err == nil { // else the first error is the one to tell, as it is
			err = closed
		}
	}()
	buffer := make([]parquet.Row, 256)
	for {
		n, err := rows.ReadRows(buffer)
		for _, row := range buffer[:n] {
			if err := f(row); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrNoProgress
		}
	}
}

func (s *parquetTable) record(line int, row parquet.Row) Record {
	r := Record{Line: line, Fields: make(map[string]any, len(s.columns))}
	if s.geometry < 0 {
		r.Line++ // a table's header is row 1
	}
	for _, v := range row {
		l, read := s.leaves[v.Column()]
		switch {
		case v.Column() == s.geometry && !v.IsNull():
			r.Geometry, r.Err = wkb.Parse(v.ByteArray())
		case read:
			r.Fields[l.name] = l.value(v)
		}
	}
	return r
}

// value is a cell as the other readers give it; bytes that are no text are
// nil.
func (l leaf) value(v parquet.Value) any {
	if v.IsNull() {
		return nil
	}
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean()
	case parquet.Int32:
		return l.whole(int64(v.Int32()))
	case parquet.Int64:
		return l.whole(v.Int64())
	case parquet.Float:
		return fraction(float64(v.Float()), 32)
	case parquet.Double:
		return fraction(v.Double(), 64)
	case parquet.ByteArray, parquet.FixedLenByteArray:
		b := v.ByteArray()
		if d, ok := l.logical.(*pf.DecimalType); ok {
			return decimalOf(b, d.Scale)
		}
		if utf8.Valid(b) {
			return string(b)
		}
	}
	return nil
}

func fraction(x float64, bits int) any {
	if text := strconv.FormatFloat(x, 'f', -1, bits); decimal.MatchString(text) {
		return json.Number(text)
	}
	return nil // NaN stands for no value
}

// whole is a whole number, or what it stands for: a date, a time, a decimal.
func (l leaf) whole(n int64) any {
	switch t := l.logical.(type) {
	case *pf.DateType:
		return time.Unix(n*24*60*60, 0).UTC().Format(time.DateOnly)
	case *pf.TimestampType:
		at := time.Unix(0, n)
		switch t.Unit.Value.(type) {
		case *pf.MilliSeconds:
			at = time.UnixMilli(n)
		case *pf.MicroSeconds:
			at = time.UnixMicro(n)
		}
		return at.UTC().Format(time.RFC3339Nano)
	case *pf.DecimalType:
		return scaled(big.NewInt(n), t.Scale)
	case *pf.IntType:
		if !t.IsSigned && t.BitWidth == 64 {
			return json.Number(strconv.FormatUint(uint64(n), 10))
		}
		if !t.IsSigned {
			return json.Number(strconv.FormatUint(uint64(uint32(n)), 10))
		}
	}
	return json.Number(strconv.FormatInt(n, 10))
}

// decimalOf is a number in two's complement, the high byte first.
func decimalOf(b []byte, scale int32) any {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return scaled(n, scale)
}

// scaled is n over ten to the scale, written out.
func scaled(n *big.Int, scale int32) any {
	const most = 76 // digits of the widest decimal there is
	if scale < 0 || scale > most {
		return nil
	}
	divisor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	return number(new(big.Rat).SetFrac(n, divisor).FloatString(int(scale)))
}

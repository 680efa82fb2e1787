package tiff

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

const (
	// maxBlock is the most that a strip or tile may unpack to, in bytes.
	maxBlock = 256 << 20
	// maxSide is the most cells in a row or column: the earth in steps of 2.4 m.
	maxSide = 1 << 24
)

// Image is the first band of the first image of a file. It serves one
// goroutine.
type Image struct {
	Width, Height int
	// Transform gives the place of a corner of cells: x = t[0] + column*t[1] +
	// row*t[2], y = t[3] + column*t[4] + row*t[5]. Placed tells whether there is
	// one.
	Transform [6]float64
	Placed    bool
	// NoData marks cells without a value; HasNoData tells whether there is one.
	NoData    float64
	HasNoData bool
	Keys      GeoKeys

	dir         *directory
	file        io.ReaderAt
	size        int64
	blockWidth  int
	blockHeight int
	across      int // blocks side by side
	offsets     []uint64
	lengths     []uint64
	samples     int // in each block, side by side
	bytes       int // of a sample
	format      uint64
	compression uint64
	predictor   uint64
	blocks      map[int][]byte // of the row of blocks looked at
}

// Open reads the directory of a file of size bytes.
//
// Errors: no TIFF; an image of a form that is not read, which the error names;
// claims that the file has no bytes for.
func Open(file io.ReaderAt, size int64) (*Image, error) {
	d, err := readDirectory(file, size)
	if err != nil {
		return nil, err
	}
	m := &Image{dir: d, file: file, size: size, blocks: make(map[int][]byte)}
	for _, step := range []func() error{m.setSamples, m.setBlocks, m.setPlace} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	m.setNoData()
	m.Keys = readGeoKeys(d)
	return m, nil
}

func (m *Image) setSamples() error {
	d := m.dir
	bits := d.one(tagBits, 1)
	for _, b := range d.whole(tagBits) {
		if b != bits {
			return errors.New("its bands differ in their bits, which is not read")
		}
	}
	m.format = d.one(tagSampleFormat, formatUnsigned)
	if !readableSample(m.format, bits) {
		return fmt.Errorf("its values have %d bits in format %d; read are whole numbers of 8, 16 and 32 bits and fractions of 32 and 64", bits, m.format)
	}
	m.bytes = int(bits / 8)
	samples := d.one(tagSamples, 1)
	if samples < 1 || samples > 1024 {
		return fmt.Errorf("it has %d bands; read are files of at most 1024", samples)
	}
	m.samples = int(samples)
	if d.one(tagPlanar, 1) == 2 {
		m.samples = 1 // bands follow one another, the first being first
	}
	m.compression, m.predictor = d.one(tagCompression, 1), d.one(tagPredictor, 1)
	if _, ok := unpackers[m.compression]; !ok {
		return fmt.Errorf("its compression is number %d; read are none, LZW, deflate and PackBits: gdal_translate -co COMPRESS=DEFLATE writes one", m.compression)
	}
	if m.predictor < 1 || m.predictor > 3 || m.predictor == 3 && m.format != formatFloat {
		return fmt.Errorf("its predictor is number %d, which is not read", m.predictor)
	}
	return nil
}

func (m *Image) setBlocks() error {
	d := m.dir
	width, height := d.one(tagWidth, 0), d.one(tagHeight, 0)
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return fmt.Errorf("it states a size of %d by %d cells; read are 1 to %d each way", width, height, maxSide)
	}
	m.Width, m.Height = int(width), int(height)
	blockWidth, blockHeight := width, min(d.one(tagRowsPerStrip, height), height)
	m.offsets, m.lengths = d.whole(tagStripOffsets), d.whole(tagStripBytes)
	if _, tiled := d.fields[tagTileOffsets]; tiled {
		blockWidth, blockHeight = d.one(tagTileWidth, 0), d.one(tagTileHeight, 0)
		m.offsets, m.lengths = d.whole(tagTileOffsets), d.whole(tagTileBytes)
	}
	if blockWidth < 1 || blockHeight < 1 || blockWidth > math.MaxInt32 || blockHeight > math.MaxInt32 ||
		blockWidth*blockHeight > maxBlock/uint64(m.samples*m.bytes) {
		return fmt.Errorf("it states strips or tiles of %d by %d cells; read are those of at most %d MiB", blockWidth, blockHeight, maxBlock>>20)
	}
	m.blockWidth, m.blockHeight = int(blockWidth), int(blockHeight)
	m.across = (m.Width + m.blockWidth - 1) / m.blockWidth
	down := (m.Height + m.blockHeight - 1) / m.blockHeight
	if need := int64(m.across) * int64(down); int64(len(m.offsets)) < need || int64(len(m.lengths)) < need {
		return fmt.Errorf("it states %d by %d cells, which take %d strips or tiles, and lists %d", m.Width, m.Height, need, min(len(m.offsets), len(m.lengths)))
	}
	return nil
}

func (m *Image) setPlace() error {
	d := m.dir
	if t := d.floats(tagTransformation); len(t) >= 16 {
		m.Transform, m.Placed = [6]float64{t[3], t[0], t[1], t[7], t[4], t[5]}, true
	} else if s, p := d.floats(tagPixelScale), d.floats(tagTiePoint); len(s) >= 2 && len(p) >= 6 {
		m.Transform = [6]float64{p[3] - p[0]*s[0], s[0], 0, p[4] + p[1]*s[1], 0, -s[1]}
		m.Placed = true
	}
	for _, x := range m.Transform {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return errors.New("its place holds a number that is none")
		}
	}
	return nil
}

func (m *Image) setNoData() {
	text := strings.TrimSpace(strings.TrimRight(m.dir.text(tagNoData), "\x00"))
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return
	}
	if m.format == formatFloat && m.bytes == 4 {
		x = float64(float32(x)) // as the cells have it
	}
	m.NoData, m.HasNoData = x, true
}

// Row reads width cells of a row, from column on, into out, in which cells
// without a value become NaN. Rows are best asked for in order.
//
// Errors: cells outside the image; a strip or tile that is damaged.
func (m *Image) Row(row, column int, out []float64) error {
	if row < 0 || row >= m.Height || column < 0 || len(out) > m.Width-column {
		return fmt.Errorf("row %d, columns %d to %d lie outside the image of %d by %d", row, column, column+len(out)-1, m.Width, m.Height)
	}
	first := row / m.blockHeight * m.across
	for i := range m.blocks {
		if i < first || i >= first+m.across {
			delete(m.blocks, i) // of another row of blocks
		}
	}
	for done := 0; done < len(out); {
		x := column + done
		index := first + x/m.blockWidth
		block, err := m.block(index)
		if err != nil {
			return fmt.Errorf("strip or tile %d: %w", index, err)
		}
		inside := x % m.blockWidth
		n := min(len(out)-done, m.blockWidth-inside)
		at := (row%m.blockHeight*m.blockWidth + inside) * m.samples * m.bytes
		m.convert(out[done:done+n], block, at)
		done += n
	}
	return nil
}

// convert turns the first sample of each cell into a number.
func (m *Image) convert(out []float64, block []byte, at int) {
	for i := range out {
		x := math.NaN()
		if block != nil { // else it is not stored, being without values
			x = sample(m.dir.order, m.format, block[at:at+m.bytes])
		}
		if m.HasNoData && x == m.NoData {
			x = math.NaN()
		}
		out[i] = x
		at += m.samples * m.bytes
	}
}

// block is a strip or tile, unpacked; nil for one that the file leaves out.
func (m *Image) block(index int) ([]byte, error) {
	if b, ok := m.blocks[index]; ok {
		return b, nil
	}
	offset, length := m.offsets[index], m.lengths[index]
	if offset == 0 && length == 0 {
		m.blocks[index] = nil
		return nil, nil
	}
	if length > uint64(m.size) || offset > uint64(m.size)-length {
		return nil, fmt.Errorf("its %d bytes at byte %d lie outside the file of %d", length, offset, m.size)
	}
	rows := m.blockHeight
	if _, tiled := m.dir.fields[tagTileOffsets]; !tiled {
		rows = min(rows, m.Height-index/m.across*m.blockHeight) // the last strip may be lower
	}
	rowBytes := m.blockWidth * m.samples * m.bytes
	b, err := unpackers[m.compression](io.NewSectionReader(m.file, int64(offset), int64(length)), rows*rowBytes)
	if err != nil {
		return nil, err
	}
	if len(b) < rows*rowBytes {
		return nil, fmt.Errorf("it holds %d bytes, and its cells need %d", len(b), rows*rowBytes)
	}
	for y := range rows {
		m.unpredict(b[y*rowBytes : (y+1)*rowBytes])
	}
	m.blocks[index] = b
	return b, nil
}

package coverage

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// encodeTags writes tags as JSON; map keys come out in order.
func encodeTags(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	b, err := json.Marshal(tags)
	if err != nil {
		panic("coverage: a map of strings has a JSON form: " + err.Error())
	}
	return string(b)
}

func decodeTags(v any) (map[string]string, error) {
	s, err := as[string](v)
	if err != nil || s == "" {
		return nil, err
	}
	var tags map[string]string
	if err := json.Unmarshal([]byte(s), &tags); err != nil {
		return nil, fmt.Errorf("not a JSON object of strings: %w", err)
	}
	return tags, nil
}

// encodeList writes values as a JSON list; nothing for none.
func encodeList[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "not finite" // Check tells it: no store would give it back
	}
	return string(b)
}

func decodeList[T any](v any) ([]T, error) {
	s, err := as[string](v)
	if err != nil || s == "" {
		return nil, err
	}
	var list []T
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		return nil, fmt.Errorf("not a JSON list of %T: %w", *new(T), err)
	}
	return list, nil
}

// encodeNodes writes node ids as zig-zag varints of their differences.
func encodeNodes(nodes []int64) []byte {
	b := make([]byte, 0, 3*len(nodes)+8)
	last := int64(0)
	for _, n := range nodes {
		b = binary.AppendVarint(b, n-last)
		last = n
	}
	return b
}

// decodeNodes reads what encodeNodes wrote, which must be exactly count ids.
func decodeNodes(v any, count int) ([]int64, error) {
	b, err := as[[]byte](v)
	if err != nil {
		return nil, err
	}
	return decodeDifferences(b, count, "node ids")
}

// encodeHeights writes heights in centimeters as encodeNodes writes ids;
// nothing for none.
func encodeHeights(meters []float64) []byte {
	if len(meters) == 0 {
		return []byte{}
	}
	centimeters := make([]int64, len(meters))
	for i, m := range meters {
		centimeters[i] = int64(math.Round(m * 100))
	}
	return encodeNodes(centimeters)
}

func decodeHeights(v any, count int) ([]float64, error) {
	b, err := as[[]byte](v)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	centimeters, err := decodeDifferences(b, count, "heights")
	if err != nil {
		return nil, err
	}
	meters := make([]float64, count)
	for i, c := range centimeters {
		meters[i] = float64(c) / 100
	}
	return meters, nil
}

// encodeArea writes polygons as they are hashed: how many there are, of each the
// number of its rings, of each its points, whose coordinates stay as they are to
// the bit.
func encodeArea(area orb.MultiPolygon) []byte { return appendGeometry(nil, area) }

// decodeArea reads what encodeArea wrote.
func decodeArea(v any) (orb.MultiPolygon, error) {
	b, err := as[[]byte](v)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	r := areaReader{rest: b}
	area := make(orb.MultiPolygon, r.count(1))
	for i := range area {
		area[i] = make(orb.Polygon, r.count(1))
		for k := range area[i] {
			area[i][k] = make(orb.Ring, r.count(pointBytes))
			for n := range area[i][k] {
				area[i][k][n] = r.point()
			}
		}
	}
	if r.broken || len(r.rest) > 0 {
		return nil, errors.New("its bytes are no polygons")
	}
	return area, nil
}

const pointBytes = 16

// areaReader takes an area to pieces; once broken it reads nothing more.
type areaReader struct {
	rest   []byte
	broken bool
}

// count is how many things follow, each of so many bytes at least: no more than
// there is room for.
func (r *areaReader) count(bytes int) int {
	n, read := binary.Uvarint(r.rest)
	if r.broken || read <= 0 || n > uint64((len(r.rest)-read)/bytes) {
		r.broken = true
		return 0
	}
	r.rest = r.rest[read:]
	return int(n)
}

// point is the next one, for which count has found room.
func (r *areaReader) point() (p orb.Point) {
	for i := range p {
		p[i] = math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
		r.rest = r.rest[8:]
	}
	return p
}

func decodeDifferences(b []byte, count int, what string) ([]int64, error) {
	values := make([]int64, 0, count)
	last := int64(0)
	for len(b) > 0 && len(values) <= count {
		delta, n := binary.Varint(b)
		if n <= 0 {
			return nil, fmt.Errorf("%s end in the middle of one", what)
		}
		last += delta
		values, b = append(values, last), b[n:]
	}
	if len(values) != count {
		return nil, fmt.Errorf("%d %s on a line of %d points", len(values), what, count)
	}
	return values, nil
}

package geo

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// Side tells on which side of the line from a to b the point c lies: +1 left,
// -1 right, 0 exactly on it. The answer is exact for the coordinates given,
// without rounding; with a NaN or infinite coordinate it is 0.
//
// Cost:    a few operations; points within rounding of the line take an exact
// detour of about a microsecond.
// Source:  the error bound is that of Shewchuk (1997), Adaptive precision
// floating-point arithmetic and fast robust geometric predicates.
func Side(a, b, c orb.Point) int {
	left := (a[0] - c[0]) * (b[1] - c[1])
	right := (a[1] - c[1]) * (b[0] - c[0])
	det := left - right
	const bound = 3.3306690738754716e-16 // (3 + 16 u) u, u = 2^-53
	const tiny = 1e-300                  // below it products lose digits that the bound does not count
	if limit := bound*(math.Abs(left)+math.Abs(right)) + tiny; det > limit {
		return 1
	} else if det < -limit {
		return -1
	}
	return exactSide(a, b, c)
}

func exactSide(a, b, c orb.Point) int {
	if !Finite(a) || !Finite(b) || !Finite(c) {
		return 0
	}
	var q [6]big.Rat
	for i, v := range [6]float64{a[0], a[1], b[0], b[1], c[0], c[1]} {
		q[i].SetFloat64(v)
	}
	var acx, acy, bcx, bcy big.Rat
	acx.Sub(&q[0], &q[4])
	acy.Sub(&q[1], &q[5])
	bcx.Sub(&q[2], &q[4])
	bcy.Sub(&q[3], &q[5])
	left, right := acx.Mul(&acx, &bcy), acy.Mul(&acy, &bcx)
	return left.Cmp(right)
}

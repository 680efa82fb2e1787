package coverage

import (
	"fmt"
	"math"
	"strconv"
)

// Amount is a weight of demand (people, households, vehicles, square meters) in
// millionths. Integers make sums exact in any order, so that buildings, grids,
// communities and streets add up to the last digit.
type Amount int64

// AmountUnit is one person, household or vehicle.
const AmountUnit Amount = 1_000_000

// maxAmount keeps an Amount what it was on the way through a float64 and a JSON
// number: from 2^33 units up, neighboring floats lie more than a millionth apart.
const maxAmount = 8e9

// AmountOf rounds x to the nearest millionth.
//
// Errors: NaN, infinite, negative, and values above 8e9.
func AmountOf(x float64) (Amount, error) {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return 0, fmt.Errorf("%v is not a number", x)
	case x < 0:
		return 0, fmt.Errorf("%v is negative", x)
	case x > maxAmount:
		return 0, fmt.Errorf("%v is larger than %g", x, float64(maxAmount))
	}
	return Amount(math.Round(x * float64(AmountUnit))), nil
}

// Float returns a as a number of whole units.
func (a Amount) Float() float64 { return float64(a) / float64(AmountUnit) }

// String returns a in decimal with no more digits than it needs.
func (a Amount) String() string { return strconv.FormatFloat(a.Float(), 'f', -1, 64) }

// MarshalJSON writes a as a JSON number of whole units.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Amount) UnmarshalJSON(b []byte) error {
	x, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("amount: %q is not a number", b)
	}
	if x < 0 { // differences may be negative; inputs go through AmountOf alone
		n, err := AmountOf(-x)
		*a = -n
		return err
	}
	*a, err = AmountOf(x)
	return err
}

package equity

// Measures is all that this package tells of one spread.
type Measures struct {
	Gini  float64  `json:"gini"`
	Theil float64  `json:"theil"`
	Palma *float64 `json:"palma,omitempty"` // nil if not asked for, or if there is none
	Line  *float64 `json:"line,omitempty"`
	*Poverty
	Lorenz []Point `json:"lorenz" nullable:"false"`
}

// Measure takes all measures: the Palma ratio if there is an order, those of
// Foster, Greer and Thorbecke if there is a line. That there is no Palma ratio,
// and why, is palma, and does not keep the others.
//
// Errors: as Lorenz and FGT.
// Cost:   some sorts of the values.
func Measure(values, weights, order []float64, line *float64) (m Measures, palma, err error) {
	m.Line = line
	if line != nil {
		poverty, err := FGT(values, weights, *line)
		if err != nil {
			return m, nil, err
		}
		m.Poverty = &poverty
	}
	if m.Lorenz, err = Lorenz(values, weights); err != nil {
		return m, nil, err
	}
	if m.Gini, err = Gini(values, weights); err != nil {
		return m, nil, err
	}
	if m.Theil, err = Theil(values, weights); err != nil {
		return m, nil, err
	}
	if order != nil {
		var x float64
		if x, palma = Palma(values, weights, order); palma == nil {
			m.Palma = &x
		}
	}
	return m, palma, nil
}

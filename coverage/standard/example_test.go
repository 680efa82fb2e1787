package standard_test

import (
	"fmt"

	"kaimen/coverage/standard"
)

// A town asks for more green space than the national standard.
func ExampleLibrary_With() {
	national, err := standard.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	town, err := national.With("local.yaml", []byte(`
standard: Town plan 2035
name: {zh: 城市总体规划, en: Town plan}
rules:
  - {id: gb50180-2018/green-15min, value: 3, source: "town plan, table 4", verified: true}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range []*standard.Library{national, town} {
		r, _ := l.Rule("gb50180-2018/green-15min")
		fmt.Println(r.Standard, r.Bound, *r.Value, r.Unit, r.Local)
	}
	// Output:
	// GB 50180-2018 least 2 m2/person false
	// Town plan 2035 least 3 m2/person true
}

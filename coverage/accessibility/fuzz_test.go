package accessibility_test

import (
	"fmt"
	"strings"
	"testing"

	"kaimen/coverage/accessibility"
)

// Zones that are read and found good weigh from 0 to 1, less and less, and read
// back the same from how they are written.
func FuzzParseZones(f *testing.F) {
	for _, text := range []string{"600=1,1200=0.68,1800=0.22", "", "1=1", "5:1", "NaN=1", "1=-0", "1e308=1,Inf=0", "0x1p-1074=0x1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		zones, err := accessibility.ParseZones(text)
		o := accessibility.Options{Method: accessibility.Enhanced, Zones: zones}
		if err != nil || o.Validate() != nil {
			return
		}
		decay, err := accessibility.Zoned(zones)
		if err != nil {
			t.Fatal(err)
		}
		before := 1.0
		var written []string
		for _, z := range zones {
			if w := decay(z.To); !(w >= 0 && w <= before) || w != z.Weight {
				t.Fatalf("%v weighs %v after %v", z, w, before)
			}
			before = z.Weight
			written = append(written, fmt.Sprintf("%v=%v", z.To, z.Weight))
		}
		again, err := accessibility.ParseZones(strings.Join(written, ","))
		if err != nil || fmt.Sprint(again) != fmt.Sprint(zones) {
			t.Fatalf("%v, read back %v, %v", zones, again, err)
		}
	})
}

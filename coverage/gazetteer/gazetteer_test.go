package gazetteer_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage/gazetteer"
)

func find(t *testing.T, entries []gazetteer.Entry, query string) (names []string) {
	t.Helper()
	hits, _ := gazetteer.New(entries).Find(query, 12)
	for _, h := range hits {
		names = append(names, entries[h.Entry].Names[0])
	}
	return names
}

func named(names ...string) (entries []gazetteer.Entry) {
	for _, name := range names {
		entries = append(entries, gazetteer.Entry{Group: "zone", Names: []string{name}})
	}
	return entries
}

func TestAName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, query string
		match       gazetteer.Match
	}{
		{"麻柳坝社区", "麻柳坝社区", gazetteer.Exact},
		{"麻柳坝社区", "麻柳", gazetteer.Prefix},
		{"麻柳坝社区", "柳坝", gazetteer.Inside},
		{"麻柳坝社区", "mlb", gazetteer.Pinyin},             // the first letters
		{"麻柳坝社区", "maliuba", gazetteer.Pinyin},         // in full
		{"麻柳坝社区", "MaLiu", gazetteer.Pinyin},           // in part, in any case
		{"麻柳坝社区", "mal", gazetteer.Pinyin},             // ma and the first letter of liu
		{"麻柳坝社区", "麻liub", gazetteer.Pinyin},           // as an input method leaves it
		{"麻柳坝社区", "lbsq", gazetteer.Pinyin},            // from within
		{"中山路", "zhsl", gazetteer.Pinyin},              // zh is one initial
		{"中山路", "zsl", gazetteer.Pinyin},               // and so is z
		{"重庆路", "chongqing", gazetteer.Pinyin},         // of several readings any
		{"重庆路", "zhongqing", gazetteer.Pinyin},         //
		{"绿地", "lvdi", gazetteer.Pinyin},               // as typed
		{"绿地", "ludi", gazetteer.Pinyin},               //
		{"ＡＢＣ大厦", "abc大厦", gazetteer.Exact},            // of any width
		{"Praça São João", "sao jo", gazetteer.Inside}, // without accents
		{"3号楼", "３号", gazetteer.Prefix},
	} {
		hits, total := gazetteer.New(named(tc.name)).Find(tc.query, 12)
		if total != 1 || hits[0].Match != tc.match {
			t.Errorf("%s in %s: %d hits %v, want one by %s", tc.query, tc.name, total, hits, tc.match)
		}
	}
	for _, tc := range [][2]string{{"麻柳坝社区", "麻坝"}, {"麻柳坝社区", "mb"}, {"麻柳坝社区", "maliux"}, {"Park", "prk"}, {"麻柳坝社区", ""}, {"麻柳坝社区", " - "}} {
		if got := find(t, named(tc[0]), tc[1]); got != nil {
			t.Errorf("%q is found in %s", tc[1], tc[0])
		}
	}
}

// The whole name stands before one that begins with the query, and that before
// one that holds it; among equals the more people.
func TestOrder(t *testing.T) {
	t.Parallel()
	entries := named("东大公园", "公园东路", "公园", "公园西路", "gongyuan")
	entries[3].Weight = 500
	want := []string{"公园", "公园西路", "公园东路", "东大公园"}
	if got := find(t, entries, "公园"); !slices.Equal(got, want) {
		t.Errorf("公园: %v, want %v", got, want)
	}
	// Written so, then read so: the whole of a name counts as its beginning.
	want = []string{"gongyuan", "公园", "公园西路", "公园东路", "东大公园"}
	if got := find(t, entries, "gongyuan"); !slices.Equal(got, want) {
		t.Errorf("gongyuan: %v, want %v", got, want)
	}
}

func TestAnID(t *testing.T) {
	t.Parallel()
	entries := []gazetteer.Entry{
		{Group: "facility", Names: []string{"新江小学"}, ID: "F0541"},
		{Group: "facility", Names: []string{"F05 号楼"}, ID: "F0001"},
		{Group: "facility", Names: []string{"f0541"}, ID: "F0002"},
	}
	// By its beginning an id is found, but after all names.
	if got, want := find(t, entries, "f05"), []string{"f0541", "F05 号楼", "新江小学"}; !slices.Equal(got, want) {
		t.Errorf("f05: %v, want %v", got, want)
	}
	hits, _ := gazetteer.New(entries[:1]).Find("f0541", 12)
	if len(hits) != 1 || hits[0].Match != gazetteer.Exact {
		t.Errorf("F0541: %v, want it by its id", hits)
	}
}

// Twenty schools leave room for the road and the zone named after one, although
// these match less well; and where there is nothing else, schools take all.
func TestGroups(t *testing.T) {
	t.Parallel()
	var entries []gazetteer.Entry
	for i := range 20 {
		entries = append(entries, gazetteer.Entry{Group: "facility", Names: []string{fmt.Sprintf("学校%d", i)}})
	}
	entries = append(entries,
		gazetteer.Entry{Group: "road", Names: []string{"老学校路"}},
		gazetteer.Entry{Group: "zone", Names: []string{"学校社区"}, Weight: 10},
	)
	hits, total := gazetteer.New(entries).Find("学校", 12)
	var groups []string
	for _, h := range hits {
		groups = append(groups, entries[h.Entry].Group)
	}
	if total != 22 || len(hits) != 12 {
		t.Fatalf("%d of %d, want 12 of 22", len(hits), total)
	}
	if got, want := slices.Compact(groups), []string{"zone", "facility", "road"}; !slices.Equal(got, want) {
		t.Errorf("groups %v, want %v, each together", got, want)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	near := orb.Bound{Min: orb.Point{105, 29.5}, Max: orb.Point{105.1, 29.6}}
	here := orb.Point{105.05, 29.58}
	for _, text := range []string{
		"29.58, 105.05", "105.05, 29.58", "105.05 29.58", "[105.05,29.58]", "29.58N 105.05E", "105.05°E, 29.58°N", "wgs84: 29.58, 105.05", "２９．５８，１０５．０５",
	} {
		if got := gazetteer.Places(text, near); len(got) != 1 || got[0] != here {
			t.Errorf("%s: %v, want %v alone", text, got, here)
		}
	}
	// In Sichuan the shift of GCJ-02 is some hundred meters to the east and south.
	for _, text := range []string{"gcj02: 29.58, 105.05", "GCJ-02 105.05, 29.58"} {
		got := gazetteer.Places(text, near)
		if len(got) != 1 || got[0] == here || got[0][0] < 105.04 || got[0][0] > 105.06 || got[0][1] < 29.57 || got[0][1] > 29.59 {
			t.Errorf("%s: %v, want one near %v and not there", text, got, here)
		}
	}
	// Far from the study both orders are as good.
	if got, want := gazetteer.Places("10, 20", near), []orb.Point{{20, 10}, {10, 20}}; !slices.Equal(got, want) {
		t.Errorf("10, 20: %v, want %v", got, want)
	}
	for _, text := range []string{"29.58", "200, 300", "utm: 1, 2", "29.58N 105.05N", "一, 二", "1, 2, 3"} {
		if got := gazetteer.Places(text, near); got != nil {
			t.Errorf("%s: %v, want nothing", text, got)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, query := range []string{"mlb", "麻liu", "２９", "", "a b", "\xff"} {
		f.Add(query)
	}
	entries := named("麻柳坝社区", "重庆中路", "Praça São João", "")
	index := gazetteer.New(entries)
	f.Fuzz(func(t *testing.T, query string) {
		hits, total := index.Find(query, 2)
		if len(hits) > 2 || total < len(hits) || total > len(entries) {
			t.Errorf("%q: %d of %d", query, len(hits), total)
		}
		gazetteer.Places(query, orb.Bound{})
	})
}

func BenchmarkFind(b *testing.B) {
	for _, query := range []string{"l", "mlb", "maliuba", "麻柳"} {
		b.Run("entries=40k/"+query, func(b *testing.B) {
			entries := make([]gazetteer.Entry, 40_000)
			for i := range entries {
				entries[i] = gazetteer.Entry{Group: "zone", Names: []string{fmt.Sprintf("麻柳坝社区临江路%d号楼", i)}, ID: fmt.Sprint("B", i)}
			}
			index := gazetteer.New(entries)
			for b.Loop() {
				index.Find(query, 12)
			}
		})
	}
}

package sample_test

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"kaimen/data/sample"
)

// wantFacilities are the figures of the model district; kinds not listed are
// free, but must be there.
var wantFacilities = map[string]int{
	"service_station": 237, "community_center": 47, "street_hall": 3, "elder_care": 22, "youth_home": 20,
	"childcare": 19, "rider_harbor": 23, "nursery": 3, "pocket_park": 3, "parking": 4,
}

func checkCounts(t *testing.T, s study) {
	t.Helper()
	kinds := make(map[string]int)
	stalls := 0
	for _, f := range s.facilities {
		kinds[f["kind"]]++
		if f["kind"] == "parking" {
			stalls += number(t, f, "capacity")
		}
	}
	if !reflect.DeepEqual(kinds, s.counts.Facilities) {
		t.Errorf("Counts says %v, the file holds %v", s.counts.Facilities, kinds)
	}
	for kind, want := range wantFacilities {
		if kinds[kind] != want {
			t.Errorf("%s: %d, want %d", kind, kinds[kind], want)
		}
	}
	if n := kinds["charging_post"] + kinds["ebike_charging"] + kinds["drying_rack"]; n != 16 {
		t.Errorf("%d charging and drying sites, want 16", n)
	}
	for _, kind := range []string{"school", "kindergarten", "clinic", "hospital", "pharmacy", "market", "park", "library", "sports"} {
		if kinds[kind] == 0 {
			t.Errorf("there is no %s", kind)
		}
	}
	dedicated, old, oldHouses, oldHomes := 0, 0, 0, 0
	for _, g := range s.grids {
		if g.of.MustString("kind") == "dedicated" {
			dedicated++
		}
	}
	for _, e := range s.estates {
		if e.of.MustBool("old") {
			old++
			oldHouses += e.of.MustInt("buildings")
			oldHomes += e.of.MustInt("households")
		}
	}
	for _, c := range []struct {
		what              string
		got, counts, want int
	}{
		{"streets", len(s.streets), s.counts.Streets, 3},
		{"communities", len(s.communities), s.counts.Communities, 47},
		{"ordinary grids", len(s.grids) - dedicated, s.counts.OrdinaryGrids, 284},
		{"dedicated grids", dedicated, s.counts.DedicatedGrids, 19},
		{"old estates", old, s.counts.OldEstates, 61},
		{"buildings of old estates", oldHouses, s.counts.OldBuildings, 407},
		{"households of old estates", oldHomes, s.counts.OldHouseholds, 15090},
		{"pairs of dead ends", len(s.deadEnds), s.counts.DeadEndPairs, 25},
		{"buildings", len(s.buildings), s.counts.Buildings, len(s.buildings)},
		{"estates", len(s.estates), s.counts.Estates, len(s.estates)},
		{"gates", len(s.gates), s.counts.Gates, len(s.gates)},
		{"parcels", len(s.parcels), s.counts.Parcels, len(s.parcels)},
		{"parking stalls", stalls, s.counts.ParkingStalls, stalls},
		{"roads", len(s.ways), s.counts.Roads, len(s.ways)},
	} {
		if c.got != c.want || c.counts != c.want {
			t.Errorf("%s: %d in the files, %d in Counts, want %d", c.what, c.got, c.counts, c.want)
		}
	}
	if stalls < 1000 {
		t.Errorf("%d parking stalls, want 1,000 or more", stalls)
	}
	if n := len(s.parcels); n < 60 || n > 130 {
		t.Errorf("%d idle parcels, want 60 to 130", n)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	checkCounts(t, load(t))
}

// Any seed that draws a town at all draws one with the same counts.
func TestCountsOfOtherSeeds(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 77, 20261123} {
		s, err := generate(t.TempDir(), seed)
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			continue
		}
		checkCounts(t, s)
	}
}

func TestPeopleAddUp(t *testing.T) {
	t.Parallel()
	s := load(t)
	homes := make(map[string]int)
	for _, b := range s.buildings {
		homes[b.id] = b.of.MustInt("households")
	}
	sum := make(map[string]int)
	for _, p := range s.people {
		for _, key := range []string{"people", "households", "vehicles", "elderly", "children"} {
			sum[key] += number(t, p, key)
		}
		if number(t, p, "elderly")+number(t, p, "children") > number(t, p, "people") {
			t.Errorf("%s: more old and young than people: %v", p["id"], p)
		}
		if homes[p["building"]] != number(t, p, "households") {
			t.Errorf("%s: %s households, its building has %d", p["id"], p["households"], homes[p["building"]])
		}
		delete(homes, p["building"])
	}
	for id, n := range homes {
		if n != 0 {
			t.Errorf("building %s has %d households and no people", id, n)
		}
	}
	if sum["people"] != 219400 || sum["people"] != s.counts.Residents {
		t.Errorf("%d people, Counts says %d, want 219400", sum["people"], s.counts.Residents)
	}
	for key, got := range map[string]int{"households": s.counts.Households, "vehicles": s.counts.Vehicles, "elderly": s.counts.Elderly, "children": s.counts.Children} {
		if sum[key] != got {
			t.Errorf("%s: %d in the file, %d in Counts", key, sum[key], got)
		}
	}
	for key, share := range map[string]float64{"elderly": 0.20, "children": 0.14} {
		if got := float64(sum[key]) / 219400; got < share-0.01 || got > share+0.01 {
			t.Errorf("%s are %.3f of all, want about %.2f", key, got, share)
		}
	}
}

// An estate's figures are those of its buildings.
func TestEstatesAddUp(t *testing.T) {
	t.Parallel()
	s := load(t)
	houses, homes := make(map[string]int), make(map[string]int)
	for _, b := range s.buildings {
		houses[b.of.MustString("estate")]++
		homes[b.of.MustString("estate")] += b.of.MustInt("households")
	}
	for _, e := range s.estates {
		if houses[e.id] != e.of.MustInt("buildings") || homes[e.id] != e.of.MustInt("households") {
			t.Errorf("%s %s: %v, its buildings say %d and %d", e.id, e.name, e.of, houses[e.id], homes[e.id])
		}
		if y := e.of.MustInt("year_built"); y < 1970 || y > 2026 || e.of.MustBool("old") && y >= 2000 {
			t.Errorf("%s %s: built in %d", e.id, e.name, y)
		}
	}
}

func TestMarkedSynthetic(t *testing.T) {
	t.Parallel()
	s := load(t) // reading fails on an unmarked CSV row
	if !s.marked {
		t.Error("a collection or a feature does not say that it is synthetic")
	}
	for _, w := range s.ways {
		if w.tags["source"] != "synthetic" {
			t.Errorf("way %d: source is %q", w.id, w.tags["source"])
		}
	}
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	one, two, other := t.TempDir(), t.TempDir(), t.TempDir()
	for dir, seed := range map[string]uint64{one: 0, two: sample.DefaultSeed, other: 5} {
		if _, err := sample.Write(context.Background(), dir, sample.Options{Seed: seed}); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(one)
	if err != nil || len(files) != 15 {
		t.Fatalf("%d files, %v; want 15", len(files), err)
	}
	for _, f := range files {
		a, b, c := content(t, one, f.Name()), content(t, two, f.Name()), content(t, other, f.Name())
		if a != b {
			t.Errorf("%s differs between two runs", f.Name())
		}
		if fixed := f.Name() == "study.yaml" || f.Name() == "README.txt"; fixed != (a == c) {
			t.Errorf("%s: same for another seed: %v", f.Name(), a == c)
		}
	}
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every file that study.yaml names is written, and every column it names is there.
func TestManifestFits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := sample.Write(context.Background(), dir, sample.Options{}); err != nil {
		t.Fatal(err)
	}
	source := regexp.MustCompile(`(?s)file: ([a-z_.]+).*?(?:fields: \{([^}]*)\}|\})`)
	found := source.FindAllStringSubmatch(content(t, dir, "study.yaml"), -1)
	if len(found) != 12 {
		t.Fatalf("%d sources, want 12", len(found))
	}
	for _, m := range found {
		text := content(t, dir, m[1])
		for _, pair := range strings.Split(m[2], ", ") {
			_, column, ok := strings.Cut(pair, ": ")
			if !ok {
				continue
			}
			header, _, _ := strings.Cut(text, "\n")
			if !strings.Contains(text, `"`+column+`":`) && !strings.Contains(","+header+",", ","+column+",") {
				t.Errorf("%s has no column %s", m[1], column)
			}
		}
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "none")
	if _, err := sample.Write(ctx, dir, sample.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was canceled", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

func TestUnwritable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sample.Write(context.Background(), file, sample.Options{}); err == nil || !strings.Contains(err.Error(), "write sample") {
		t.Errorf("got %v, want an error that says what was being done", err)
	}
}

// The names and codes are those of the public list.
func TestNamesAreReal(t *testing.T) {
	t.Parallel()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(root, "cn-dongxing-511011", "511011-communities-2023.csv"))
	if err != nil {
		t.Skipf("the list of names is not there: %v; set KAIMEN_SHARED_DATA", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]string)
	for _, r := range rows {
		known[r[0]] = strings.TrimSuffix(r[1], "居委会")
	}
	for _, c := range load(t).communities {
		if known[c.id] != c.name {
			t.Errorf("%s is %q, the list says %q", c.id, c.name, known[c.id])
		}
		if !strings.HasPrefix(c.id, c.of.MustString("street")) {
			t.Errorf("%s does not belong to street %v", c.id, c.of["street"])
		}
	}
}

// The default district is the same on every machine. The sum was taken alike on
// amd64 without and with fused multiplication (GOAMD64=v1, v3) and on 386; it
// is renewed when the drawing changes on purpose.
func TestSameBytesOnAnyMachine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := sample.Write(context.Background(), dir, sample.Options{}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, f := range files {
		sum.Write([]byte(content(t, dir, f.Name())))
	}
	const want = "a36ae40ac499dadd2f716b7d02adbceb66ed1a7756752ff3c66c99ddd7a1c865"
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("sum %s, want %s", got, want)
	}
}

func TestManifestNamesTheEdition(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := sample.Write(context.Background(), dir, sample.Options{}); err != nil {
		t.Fatal(err)
	}
	manifest := content(t, dir, "study.yaml")
	for _, want := range []string{"study: " + sample.Study + "\n", "attribution:\n  - \"" + sample.Attribution + "\"\n"} {
		if !strings.Contains(manifest, want) {
			t.Errorf("study.yaml does not hold %q", want)
		}
	}
}

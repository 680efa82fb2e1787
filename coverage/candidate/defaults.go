package candidate

import (
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/standard"
)

// Rules whose figures the defaults are.
const (
	ruleBikesASite = "charging/ebike-site"
	ruleBikeArea   = "charging/ebike-area"
)

// DefaultLimits are what a kind asks of a site unless the planner says otherwise.
// Where the library has a rule on the size of a kind in the open air it holds, a
// local one too; what follows is else plain reasoning, to be set aside by whoever
// knows better:
//
//   - pocket_park: 8 m wide, the least width of green in a block (GB 50180 before
//     2018, read in a secondary source); slopes to 8 %, the steepest that main
//     paths of parks should have (GB 51192-2016, recalled, not read).
//   - park: from 10,000 m² and 50 m width, the least of a park of the 10-minute
//     circle (GB 50180-2018, read in an encyclopedia).
//   - sports: 15 m wide, half of a basketball court with its run-off.
//   - parking: 300 to 15,000 m², 10 to 500 stalls at 30 m² (a local rule asks for
//     25 m² a stall on the ground at least: jianbiaoku.com, book 6629, clause 52);
//     12 m wide, a row of stalls of 5.3 m and the aisle of 6 m behind it; 4 m of
//     frontage, a lane and its curbs; slopes to 5 %, where a car still stands
//     safely and doors stay open.
//   - charging_post: as a car park, from 60 m², two stalls, and 6 m width, a stall
//     along the road; in estates a post for every tenth household, which is about
//     what cars by battery are to households in China in 2024.
//   - ebike_charging: from 25 m² and 3 m width, ten bikes of 2 m and a gangway of
//     1 m; 2.5 m² a bike and 100 bikes at most (Tianjin, 2025: charging/ebike-area
//     and charging/ebike-site of the library); in estates 0.7 a household, about
//     what e-bikes are to households in China.
//   - drying_rack: from 20 m² and 3 m width.
//   - all others, which are rooms: no figures, in estates too, and on ground that
//     is built over, since a house that stands idle may take them.
//
// Frontage is at least 3 m unless said: a way in, and a cart or a fire hose. Of
// kinds in the open air buildings, water and other facilities may cover 5 % of a
// parcel, which is what lines of different maps are off by, and excluded ground 1 %.
func DefaultLimits(kind string, library *standard.Library) Limits {
	l, open := openAir()[kind]
	if !open {
		return Limits{MinFrontageM: 3, MaxBuildings: 1, MaxWater: 0.05, MaxFacilities: 1, MaxExcluded: 0.01, InEstates: true}
	}
	l.MaxBuildings, l.MaxWater, l.MaxFacilities, l.MaxExcluded = 0.05, 0.05, 0.05, 0.01
	for _, rule := range library.Rules() {
		l.size(kind, rule)
	}
	if kind == "ebike_charging" {
		l.AreaPerUnitM2, l.MaxUnits = figure(library, ruleBikeArea), figure(library, ruleBikesASite)
	}
	return l
}

// openAir are the kinds that take open ground.
func openAir() map[string]Limits {
	return map[string]Limits{
		"pocket_park":    {MinWidthM: 8, MinFrontageM: 3, MaxSlopePercent: 8},
		"park":           {MinAreaM2: 10_000, MinWidthM: 50, MinFrontageM: 3, MaxSlopePercent: 8},
		"sports":         {MinWidthM: 15, MinFrontageM: 3, MaxSlopePercent: 5},
		"parking":        {MinAreaM2: 300, MaxAreaM2: 15_000, MinWidthM: 12, MinFrontageM: 4, MaxSlopePercent: 5, ByCar: true, AreaPerUnitM2: 30},
		"charging_post":  {MinAreaM2: 60, MaxAreaM2: 15_000, MinWidthM: 6, MinFrontageM: 4, MaxSlopePercent: 5, ByCar: true, InEstates: true, AreaPerUnitM2: 30, UnitsPerHousehold: 0.1},
		"ebike_charging": {MinAreaM2: 25, MinWidthM: 3, MinFrontageM: 3, MaxSlopePercent: 5, InEstates: true, UnitsPerHousehold: 0.7},
		"drying_rack":    {MinAreaM2: 20, MinWidthM: 3, MinFrontageM: 3, InEstates: true},
	}
}

// size takes a rule on the size of a kind in place of the area limits. Of several
// the one that comes last holds, so that a local rule goes before those that come
// with the program. What holds in one region alone, or a standard says of a size
// "about", binds nothing.
func (l *Limits) size(kind string, rule standard.Rule) {
	if rule.Size == nil || rule.Unit != "m2" || !slices.Contains(rule.Size.Kinds, kind) || rule.Region != (coverage.Name{}) && !rule.Local {
		return
	}
	switch rule.Bound {
	case standard.BoundLeast:
		l.MinAreaM2, l.MaxAreaM2 = *rule.Value, 0
	case standard.BoundMost:
		l.MinAreaM2, l.MaxAreaM2 = 0, *rule.Value
	case standard.BoundRange:
		l.MinAreaM2, l.MaxAreaM2 = *rule.Min, *rule.Max
	}
}

// figure is the value of a rule; 0, which asks for nothing, if a town has taken
// the rule's place with one of another form.
func figure(library *standard.Library, id string) float64 {
	rule, ok := library.Rule(id)
	if !ok || rule.Value == nil {
		return 0
	}
	return *rule.Value
}

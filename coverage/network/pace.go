package network

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// way is how a profile goes along a road: roads of one way run on into each
// other, so that a chain between junctions is of one way.
type way struct {
	steps bool
	// Speeds in meters an hour on level ground, along the road and against it; 0
	// where nobody may go.
	along, against uint32
	sloped         bool // the slope changes its speed
	stop           bool // one may start and end on it
	waitMS         uint32
}

// even tells whether the way is the same in both directions.
func (w *way) even() bool { return w.along == w.against }

// wayOf is how the profile goes along r.
func (p *Profile) wayOf(r *coverage.Road) way {
	w := way{steps: r.Class == "steps", stop: !slices.Contains(p.NoStop, r.Class)}
	switch {
	case r.Class == "steps" && p.Steps != nil:
		w.along, w.against = p.Steps.speeds(r.Tags["incline"])
	case r.Class == "ferry":
		speed := p.speedOn(r)
		w.along, w.against, w.waitMS = speed, speed, p.FerryWaitSeconds*1000
	default:
		speed := p.speedOn(r)
		w.along, w.against = speed, speed
		// Terrain lies deep below a bridge and high above a tunnel.
		w.sloped = !set(r.Tags["bridge"]) && !set(r.Tags["tunnel"])
	}
	switch p.direction(r) {
	case 1:
		w.against = 0
	case -1:
		w.along = 0
	}
	return w
}

func set(value string) bool { return value != "" && value != "no" }

// speeds are those up and down a flight of steps, along it and against it.
func (s *Steps) speeds(incline string) (along, against uint32) {
	grade, known := gradeOf(incline)
	switch {
	case incline == "up" || known && grade > 0:
		return s.UpMetersPerHour, s.DownMetersPerHour
	case incline == "down" || known && grade < 0:
		return s.DownMetersPerHour, s.UpMetersPerHour
	}
	// The speed of the mean of both times.
	up, down := float64(s.UpMetersPerHour), float64(s.DownMetersPerHour)
	mean := uint32(math.Round(2 * up * down / (up + down)))
	return mean, mean
}

// speedOn is the speed on level ground.
func (p *Profile) speedOn(r *coverage.Road) uint32 {
	if r.Class == "ferry" {
		if speed, known := crossing(r); known {
			return speed
		}
	}
	speed, known := p.ClassSpeeds[r.Class]
	if !known {
		speed = p.SpeedMetersPerHour
	}
	if limit, known := maxSpeed(r.Tags["maxspeed"]); known && p.MaxSpeed {
		speed = min(speed, limit)
	}
	factor := 1.0
	for _, key := range slices.Sorted(maps.Keys(p.Factors)) {
		if f, known := p.Factors[key][r.Tags[key]]; known {
			factor *= f
		}
	}
	if factor != 1 {
		speed = uint32(math.Round(float64(speed) * factor))
	}
	return max(speed, slowest)
}

// crossing is the speed of a ferry that tells how long it takes.
func crossing(r *coverage.Road) (metersPerHour uint32, known bool) {
	hours, minutes, ok := strings.Cut(r.Tags["duration"], ":")
	if !ok {
		hours, minutes = "0", r.Tags["duration"]
	}
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(minutes)
	if errH != nil || errM != nil || h < 0 || h > 100 || m < 0 || m > 6000 || h+m == 0 {
		return 0, false
	}
	speed := lineMeters(r.Line) * 60 / float64(60*h+m)
	return uint32(min(max(speed, slowest), fastest)), true
}

// maxSpeed reads a maxspeed tag in km/h or mph; words leave it unknown.
func maxSpeed(value string) (metersPerHour uint32, known bool) {
	number, mph := strings.CutSuffix(value, "mph")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(x >= 1 && x <= 400) {
		return 0, false
	}
	if mph {
		return uint32(math.Round(x * 1609.344)), true
	}
	return uint32(math.Round(x * 1000)), true
}

// direction is 1 for a road that may be used along its line alone, -1 for one
// that may be used against it alone, and 0 for one that is open both ways.
func (p *Profile) direction(r *coverage.Road) int {
	if len(p.OneWay) == 0 {
		return 0
	}
	for _, key := range p.OneWay {
		switch r.Tags[key] {
		case "yes", "true", "1":
			return 1
		case "-1", "reverse":
			return -1
		case "no", "false", "0":
			return 0
		}
	}
	around := r.Tags["junction"]
	if around == "roundabout" || around == "circular" || slices.Contains(p.OneWayClasses, r.Class) {
		return 1
	}
	return 0
}

// slowdown is how many times longer a stretch of a grade takes than level
// ground; a climb has a positive grade.
func (s *Slope) slowdown(grade float64) float64 {
	grade = min(max(grade, -s.Clip), s.Clip)
	if s.Tobler > 0 {
		return math.Exp(s.Tobler * (math.Abs(grade+0.05) - 0.05))
	}
	last := len(s.Table) - 1
	i, _ := slices.BinarySearchFunc(s.Table, grade, func(row [2]float64, g float64) int {
		if row[0] < g {
			return -1
		}
		return 1
	})
	switch {
	case i == 0:
		return 1 / s.Table[0][1]
	case i > last:
		return 1 / s.Table[last][1]
	}
	a, b := s.Table[i-1], s.Table[i]
	return 1 / (a[1] + (b[1]-a[1])*(grade-a[0])/(b[0]-a[0]))
}

// bends tells whether slopes change any speed.
func (s *Slope) bends() bool { return s.Tobler > 0 || len(s.Table) > 0 }

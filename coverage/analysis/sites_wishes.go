package analysis

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// unmet tells the wishes that no plan can meet, in the words of whoever asked:
// people and not the integers of the problem, ids and not places in lists, each
// with the nearest value that can be met.
func (w *siteWork) unmet() error {
	var issues []coverage.Issue
	if len(w.found.Candidates)+len(w.Options.Links) == 0 {
		return unanswerable([]coverage.Issue{w.noCandidate()})
	}
	issues = append(issues, w.tooMany()...)
	issues = append(issues, overreach(w.p, w.Options.Share, w.Options.Floor, w.areaName)...)
	words := w.words()
	for _, issue := range w.p.Faults() {
		issues = append(issues, words.issue(issue))
	}
	if len(issues) > 0 {
		return unanswerable(issues)
	}
	return nil
}

// tooMany tells kinds of which more sites are to be opened than may be.
func (w *siteWork) tooMany() (issues []coverage.Issue) {
	for k := range w.kinds {
		kind, free := &w.kinds[k], 0
		for s, of := range w.sites {
			if of.kind == k && of.candidate >= 0 && w.p.Sites[s].State != siting.Forbidden {
				free++
			}
		}
		if kind.Number > free && len(w.kinds) > 1 {
			f := fault("kinds", "%d sites of %s are to be opened, and %d may be; give at most that", kind.Number, kind.Kind, free)
			f.Line = k + 1
			issues = append(issues, f)
		}
	}
	return issues
}

// noCandidate says why there is nothing to choose from.
func (w *siteWork) noCandidate() coverage.Issue {
	reasons := ""
	for _, r := range w.rejectedBy() {
		reasons += fmt.Sprintf(" %s %d,", r.Code, r.Rows)
	}
	if reasons == "" {
		return fault("sources", "there is no place for a new site: the study has no parcel, estate or road to place one; give points, or ask for other sources")
	}
	return fault("sources", "there is no place for a new site: all %d were rejected, by%s and may have several reasons; ease the limits, give points, or ask for other sources, such as edge",
		len(w.found.Rejected), reasons)
}

// coverable is what all sites that are not forbidden cover: the rate by area, -1
// where nobody lives, and the weight of all, and of what is covered.
func coverable(p *siting.Problem) (rates []float64, all, most int64) {
	total, covered := make([]int64, p.Areas), make([]int64, p.Areas)
	for i, d := range p.Demand {
		all += d.Weight
		reached := slices.ContainsFunc(p.Reach.Within(i, p.Cutoff), func(s int32) bool { return p.Sites[s].State != siting.Forbidden })
		if reached {
			most += d.Weight
		}
		if d.Area < 0 {
			continue
		}
		total[d.Area] += d.Weight
		if reached {
			covered[d.Area] += d.Weight
		}
	}
	rates = make([]float64, p.Areas)
	for k := range rates {
		rates[k] = -1
		if total[k] > 0 {
			rates[k] = float64(covered[k]) / float64(total[k])
		}
	}
	return rates, all, most
}

// overreach tells a share and a floor that all sites together do not meet, and
// takes them out of the problem, so that they are told once.
func overreach(p *siting.Problem, share, floor *float64, area func(k int) string) (issues []coverage.Issue) {
	if share == nil && floor == nil {
		return nil
	}
	rates, all, most := coverable(p)
	if share != nil && p.Target > most {
		issues = append(issues, fault("share", "share is %v, and all sites together cover %v of the demand; give at most that", *share, floored(float64(most)/float64(max(all, 1)))))
		p.Target = 0
	}
	if floor == nil {
		return issues
	}
	for k, rate := range rates {
		if rate >= 0 && rate < p.Floor {
			issues = append(issues, fault("floor", "floor is %v, and all sites together cover %v of %s; give at most that", *floor, floored(rate), area(k)))
		}
	}
	if len(issues) > 0 {
		p.Floor = 0
	}
	return issues
}

// floored is a rate that is met for sure, with four digits.
func floored(rate float64) float64 { return math.Floor(rate*1e4) / 1e4 }

// areaName names an area of the problem: its zone, with its kind where there are
// several.
func (w *siteWork) areaName(area int) string {
	z := w.zones[area%len(w.zones)]
	name := string(w.Options.AreaLevel) + " " + z.ID
	if z.Name != "" {
		name += " (" + z.Name + ")"
	}
	if len(w.kinds) > 1 {
		name += " for " + w.kinds[area/len(w.zones)].Kind
	}
	return name
}

var (
	siteInText   = regexp.MustCompile(`\bsites? (\d+)\b( and (\d+)\b)?`)
	weightInText = regexp.MustCompile(`(takes|holds more than|may be open hold|which is|for all demand,) (\d+)`)
)

// faultWords puts faults of a problem in the words of whoever asked.
type faultWords struct {
	site        func(site int32) string
	sites       int
	weight      func(weight int64) string
	capacitated bool
	source      map[string]string // what the parts of a problem are called
}

// words are those of a request on a study.
func (w *siteWork) words() faultWords {
	source := map[string]string{"apart": "required", "limits": "kinds", "target": "share", "sites": "sources", "problem": "number"}
	if capacitated(w.Options.Model) {
		source["sites"] = "capacity"
	}
	return faultWords{
		site: w.nameOf, sites: len(w.sites), weight: func(x int64) string { return w.scale.amount(x).String() },
		capacitated: capacitated(w.Options.Model), source: source,
	}
}

func (f faultWords) issue(i coverage.Issue) coverage.Issue {
	i.Code, i.Layer, i.Message = coverage.ReasonUnknownParameter, "", f.named(i.Message)
	if f.capacitated && (i.Source == "sites" || i.Source == "number") {
		i.Message = weightInText.ReplaceAllStringFunc(i.Message, func(text string) string {
			m := weightInText.FindStringSubmatch(text)
			x, err := strconv.ParseInt(m[2], 10, 64)
			if err != nil {
				return text
			}
			return m[1] + " " + f.weight(x)
		})
	}
	if source, ok := f.source[i.Source]; ok {
		i.Source = source
	}
	return i
}

// named puts ids in place of the indices of sites.
func (f faultWords) named(text string) string {
	name := func(digits string) string {
		if s, err := strconv.Atoi(digits); err == nil && s < f.sites {
			return f.site(int32(s))
		}
		return digits
	}
	return siteInText.ReplaceAllStringFunc(text, func(text string) string {
		m := siteInText.FindStringSubmatch(text)
		if m[3] != "" {
			return "sites " + name(m[1]) + " and " + name(m[3])
		}
		return "site " + name(m[1])
	})
}

// err is an error of a solver in these words.
func (f faultWords) err(err error) error {
	e, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		return err
	}
	told := &coverage.Error{Code: e.Code, Message: e.Message}
	for _, i := range e.Issues {
		told.Issues = append(told.Issues, f.issue(i))
	}
	return told
}

package analysis

import (
	"fmt"
	"math"
	"regexp"
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
	rates, all, coverable := w.coverable()
	if o := &w.Options; o.Share != nil && w.p.Target > coverable {
		issues = append(issues, fault("share", "share is %v, and all sites together cover %v of the demand; give at most that", *o.Share, floored(float64(coverable)/float64(max(all, 1)))))
		w.p.Target = 0
	}
	if o := &w.Options; o.Floor != nil {
		for k, rate := range rates {
			if rate >= 0 && rate < *o.Floor {
				issues = append(issues, fault("floor", "floor is %v, and all sites together cover %v of %s; give at most that", *o.Floor, floored(rate), w.areaName(k)))
			}
		}
		if len(issues) > 0 {
			w.p.Floor = 0
		}
	}
	for _, issue := range w.p.Faults() {
		issues = append(issues, w.translated(issue))
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
func (w *siteWork) coverable() (rates []float64, all, coverable int64) {
	total, covered := make([]int64, w.p.Areas), make([]int64, w.p.Areas)
	for i, d := range w.p.Demand {
		all += d.Weight
		reached := false
		for _, s := range w.p.Reach.Within(i, w.p.Cutoff) {
			reached = reached || w.p.Sites[s].State != siting.Forbidden
		}
		if reached {
			coverable += d.Weight
		}
		if d.Area >= 0 {
			total[d.Area] += d.Weight
			if reached {
				covered[d.Area] += d.Weight
			}
		}
	}
	rates = make([]float64, w.p.Areas)
	for k := range rates {
		rates[k] = -1
		if total[k] > 0 {
			rates[k] = float64(covered[k]) / float64(total[k])
		}
	}
	return rates, all, coverable
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
	weightInText = regexp.MustCompile(`\b\d{4,}\b`)
)

// translated puts a fault of the problem in the words of the request.
func (w *siteWork) translated(i coverage.Issue) coverage.Issue {
	i.Code, i.Layer = coverage.ReasonUnknownParameter, ""
	name := func(digits string) string {
		if s, err := strconv.Atoi(digits); err == nil && s < len(w.sites) {
			return w.nameOf(int32(s))
		}
		return digits
	}
	i.Message = siteInText.ReplaceAllStringFunc(i.Message, func(text string) string {
		m := siteInText.FindStringSubmatch(text)
		if m[3] != "" {
			return "sites " + name(m[1]) + " and " + name(m[3])
		}
		return "site " + name(m[1])
	})
	switch i.Source {
	case "apart":
		i.Source = "required"
	case "limits":
		i.Source = "kinds"
	case "target":
		i.Source = "share"
	case "sites", "number":
		if capacitated(w.Options.Model) {
			i.Message = weightInText.ReplaceAllStringFunc(i.Message, func(digits string) string {
				x, err := strconv.ParseInt(digits, 10, 64)
				if err != nil {
					return digits
				}
				return w.scale.amount(x).String()
			})
		}
		if i.Source == "sites" {
			i.Source = "capacity"
			if len(w.found.Candidates) == 0 || !capacitated(w.Options.Model) {
				i.Source = "sources"
			}
		}
	}
	return i
}

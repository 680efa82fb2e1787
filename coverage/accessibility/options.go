package accessibility

import (
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// Method is a way to score. The formulas stand in the package's text.
type Method string

// The methods and where they come from.
const (
	Cumulative Method = "cumulative" // Hansen (1959), as counted since Wickstrom (1971): what lies within the cutoff
	Gravity    Method = "gravity"    // Hansen (1959): what can be reached, weighted by how near it is
	Nearest    Method = "nearest"    // the least cost to any supply
	Ratio      Method = "ratio"      // Luo and Wang (2003), step 1: supply per demand in its catchment, of each supply
	TwoStep    Method = "2sfca"      // Luo and Wang (2003); with a decay other than step, as reviewed by Wang (2012)
	Enhanced   Method = "e2sfca"     // Luo and Qi (2009): 2sfca by zones
	ThreeStep  Method = "3sfca"      // Wan, Zou and Sternberg (2012): demand first chooses among supply
	Balanced   Method = "bfca"       // Paez, Higgins and Vivona (2019): shares of demand and of service add up to one
)

// The names of decays.
const (
	DecayStep           = "step"
	DecayExponential    = "exponential"
	DecayPower          = "power"
	DecayGaussian       = "gaussian"
	DecayGaussianToZero = "gaussian_to_zero"
	DecayLogistic       = "logistic"
	DecayLinear         = "linear"
	DecayZones          = "zones"
)

// Options say how to score. Costs are in the unit of the matrix. A nil number
// is one that is not given.
type Options struct {
	Method Method   `json:"method"`
	Decay  string   `json:"decay,omitempty"`  // empty for the method's own: step, or zones of e2sfca
	Cutoff *float64 `json:"cutoff,omitempty"` // the largest cost that counts, inclusive; with any decay
	Beta   *float64 `json:"beta,omitempty"`   // of exponential and power
	Sigma  *float64 `json:"sigma,omitempty"`  // of gaussian
	Center *float64 `json:"center,omitempty"` // of logistic
	Spread *float64 `json:"spread,omitempty"` // of logistic
	// Zones are those of the decay zones. Without them, a cutoff stands for its
	// three thirds with the weights 1, 0.68 and 0.22.
	Zones []Zone `json:"zones,omitempty"`
}

// methodRule is what a method takes.
type methodRule struct {
	method   Method
	decays   []string // the first is the default
	chosen   bool     // the decay has to be given
	weight   bool     // uses the weight of demand
	capacity bool     // needs the capacity of supply
}

// methodRules is every method.
func methodRules() []methodRule {
	graded := []string{DecayExponential, DecayPower, DecayGaussian, DecayGaussianToZero, DecayLogistic, DecayLinear, DecayZones}
	all := append([]string{DecayStep}, graded...)
	return []methodRule{
		{Cumulative, []string{DecayStep}, false, false, true},
		{Gravity, graded, true, false, true},
		{Nearest, nil, false, false, false},
		{Ratio, all, false, true, true},
		{TwoStep, all, false, true, true},
		{Enhanced, []string{DecayZones}, false, true, true},
		{ThreeStep, all, true, true, true},
		{Balanced, all, true, true, true},
	}
}

// decayRule is what a decay needs, and how it is made of that.
type decayRule struct {
	name  string
	needs []string
	build func(o Options) (Decay, error)
}

// decayRules is every decay.
func decayRules() []decayRule {
	return []decayRule{
		{DecayStep, []string{"cutoff"}, func(o Options) (Decay, error) { return Step(*o.Cutoff) }},
		{DecayExponential, []string{"beta"}, func(o Options) (Decay, error) { return Exponential(*o.Beta) }},
		{DecayPower, []string{"beta"}, func(o Options) (Decay, error) { return Power(*o.Beta) }},
		{DecayGaussian, []string{"sigma"}, func(o Options) (Decay, error) { return Gaussian(*o.Sigma) }},
		{DecayGaussianToZero, []string{"cutoff"}, func(o Options) (Decay, error) { return GaussianToZero(*o.Cutoff) }},
		{DecayLogistic, []string{"center", "spread"}, func(o Options) (Decay, error) { return Logistic(*o.Center, *o.Spread) }},
		{DecayLinear, []string{"cutoff"}, func(o Options) (Decay, error) { return Linear(*o.Cutoff) }},
		{DecayZones, []string{"zones"}, func(o Options) (Decay, error) {
			if o.Zones == nil {
				return Zoned(thirds(*o.Cutoff))
			}
			return Zoned(o.Zones)
		}},
	}
}

// Methods lists the methods.
func Methods() []Method {
	var out []Method
	for _, r := range methodRules() {
		out = append(out, r.method)
	}
	return out
}

// Decays lists the names of decays.
func Decays() []string {
	var out []string
	for _, r := range decayRules() {
		out = append(out, r.name)
	}
	return out
}

func (m Method) rule() (methodRule, bool) {
	rules := methodRules()
	i := slices.IndexFunc(rules, func(r methodRule) bool { return r.method == m })
	if i < 0 {
		return methodRule{}, false
	}
	return rules[i], true
}

// NeedsWeight tells whether the weight of demand counts.
func (m Method) NeedsWeight() bool { r, _ := m.rule(); return r.weight }

// NeedsCapacity tells whether the capacity of supply has to be known. Nearest
// does without, and then every supply counts.
func (m Method) NeedsCapacity() bool { r, _ := m.rule(); return r.capacity }

// DecayName is the decay asked for, or the method's own; empty if it has none.
func (o Options) DecayName() string {
	if r, ok := o.Method.rule(); ok && o.Decay == "" && !r.chosen && len(r.decays) > 0 {
		return r.decays[0]
	}
	return o.Decay
}

// Validate finds every fault, each with the parameter as its source: methods and
// decays that are not there or do not go together, numbers that are missing, are
// not above 0, or that nothing would look at.
func (o Options) Validate() []coverage.Issue {
	rule, ok := o.Method.rule()
	if !ok {
		issues := []coverage.Issue{unknown("method", "%q is no method; there are %s", o.Method, join(Methods()))}
		return append(issues, o.checkNumbers()...)
	}
	name := o.DecayName()
	if len(rule.decays) == 0 {
		var issues []coverage.Issue
		if name != "" {
			issues = append(issues, unknown("decay", "%q is given, and the method %s has no decay; leave it out", name, o.Method))
		}
		issues = append(issues, o.checkUse("the method "+string(o.Method), nil)...)
		return append(issues, o.checkNumbers()...)
	}
	if !slices.Contains(rule.decays, name) {
		text := "%q is no decay of the method %s; it takes %s"
		if name == "" {
			text = "the decay is missing (%q), without which the method %s cannot be used; it takes %s"
		}
		return append([]coverage.Issue{unknown("decay", text, name, o.Method, join(rule.decays))}, o.checkNumbers()...)
	}
	return append(o.checkUse("the decay "+name, decayRuleOf(name).needs), o.checkNumbers()...)
}

func decayRuleOf(name string) decayRule {
	rules := decayRules()
	return rules[slices.IndexFunc(rules, func(r decayRule) bool { return r.name == name })]
}

// parameter is a number of Options by its name.
type parameter struct {
	name  string
	value *float64
}

func (o Options) parameters() []parameter {
	return []parameter{{"cutoff", o.Cutoff}, {"beta", o.Beta}, {"sigma", o.Sigma}, {"center", o.Center}, {"spread", o.Spread}}
}

// checkNumbers looks at the numbers that are given.
func (o Options) checkNumbers() []coverage.Issue {
	var issues []coverage.Issue
	for _, p := range o.parameters() {
		if p.value != nil {
			issues = append(issues, positive(p.name, *p.value)...)
		}
	}
	if o.Zones != nil {
		issues = append(issues, checkZones(o.Zones)...)
	}
	return issues
}

// checkUse holds what is given against what is needed. A cutoff is never
// needless, but beside zones, which end by themselves.
func (o Options) checkUse(who string, needs []string) []coverage.Issue {
	var issues []coverage.Issue
	for _, p := range o.parameters() {
		needed := slices.Contains(needs, p.name)
		switch {
		case needed && p.value == nil:
			issues = append(issues, missing(p.name, "%s is missing, and %s needs it; give a number above 0", p.name, who))
		case !needed && p.value != nil && p.name != "cutoff":
			issues = append(issues, unknown(p.name, "%s is %v, and %s has no use for it; leave it out", p.name, *p.value, who))
		}
	}
	zoned := slices.Contains(needs, "zones")
	switch {
	case zoned && o.Zones == nil && o.Cutoff == nil:
		issues = append(issues, missing("zones", "zones are missing, and %s needs them, or a cutoff to take thirds of; give ends and weights, such as 600=1,1200=0.68,1800=0.22", who))
	case zoned && o.Zones != nil && o.Cutoff != nil:
		issues = append(issues, unknown("cutoff", "cutoff is %v, and zones are given, which end by themselves; leave one out", *o.Cutoff))
	case !zoned && o.Zones != nil:
		issues = append(issues, unknown("zones", "zones are given, and %s has no use for them; leave them out", who))
	}
	return issues
}

// decay makes the decay of options without fault; nil for a method without.
func (o Options) decay() (Decay, error) {
	name := o.DecayName()
	if name == "" {
		return nil, nil
	}
	d, err := decayRuleOf(name).build(o)
	if err != nil || o.Cutoff == nil {
		return d, err
	}
	return d.within(*o.Cutoff), nil
}

// ParseZones reads ends and weights, such as "600=1,1200=0.68,1800=0.22". Blank
// text is no zones, nil. Whether they ascend and weights fall is for Validate.
//
// Errors: invalid, with every part that is no end and weight.
func ParseZones(text string) ([]Zone, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var zones []Zone
	var issues []coverage.Issue
	for part := range strings.SplitSeq(text, ",") {
		end, weight, _ := strings.Cut(part, "=")
		to, err1 := strconv.ParseFloat(strings.TrimSpace(end), 64)
		w, err2 := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		if err1 != nil || err2 != nil {
			issues = append(issues, fault("zones", "%q is no zone; give its end and weight, such as 600=1", part))
			continue
		}
		zones = append(zones, Zone{to, w})
	}
	return zones, invalid(issues)
}

func unknown(source, format string, args ...any) coverage.Issue {
	i := fault(source, format, args...)
	i.Code = coverage.ReasonUnknownParameter
	return i
}

func missing(source, format string, args ...any) coverage.Issue {
	i := fault(source, format, args...)
	i.Code = coverage.ReasonMissingValue
	return i
}

func join[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

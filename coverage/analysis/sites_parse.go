package analysis

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"kaimen/coverage"
)

// ParseSiteKinds reads kinds with the number of new sites of each, such as
// "pocket_park:3" or "parking" for any number, and figures of single kinds, such
// as "parking.cost=50000" or "parking.min_area_m2=600", by the JSON names of
// SiteKind.
//
// Errors: invalid, with an issue for every item that cannot be read; the kinds
// are those without fault.
func ParseSiteKinds(kinds, figures []string) ([]SiteKind, error) {
	var list []SiteKind
	var errs []error
	at := make(map[string]int)
	for _, text := range kinds {
		kind, number, counted := strings.Cut(text, ":")
		k := SiteKind{Kind: kind}
		if counted {
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 {
				errs = append(errs, invalid("kinds", "%q: %q is no number of sites; give a kind and a number from 1 up, such as pocket_park:3", text, number))
				continue
			}
			k.Number = n
		}
		if _, twice := at[kind]; twice || kind == "" {
			errs = append(errs, invalid("kinds", "%q names no kind, or one that stands before; give each kind once, such as pocket_park:3", text))
			continue
		}
		at[kind] = len(list)
		list = append(list, k)
	}
	for _, text := range figures {
		name, value, given := strings.Cut(text, "=")
		kind, member, dotted := strings.Cut(name, ".")
		k, known := at[kind]
		switch {
		case !given || !dotted:
			errs = append(errs, invalid("figures", "%q is no figure of a kind; give KIND.NAME=VALUE, such as parking.cost=50000", text))
		case !known && len(kinds) > 0:
			errs = append(errs, invalid("figures", "%q is of the kind %q, which is not among those asked for: %s", text, kind, strings.Join(kinds, ", ")))
		default:
			if !known {
				k = len(list)
				at[kind] = k
				list = append(list, SiteKind{Kind: kind})
			}
			errs = append(errs, list[k].set(text, member, value))
		}
	}
	return list, coverage.AllFaults(errs...)
}

// set sets one member by its JSON name.
func (k *SiteKind) set(text, member, value string) error {
	if member == "kind" || member == "" {
		return invalid("figures", "%q names no figure of a kind; give KIND.NAME=VALUE, such as parking.cost=50000", text)
	}
	if !json.Valid([]byte(value)) {
		value = strconv.Quote(value)
	}
	decoder := json.NewDecoder(strings.NewReader(`{` + strconv.Quote(member) + `:` + value + `}`))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(k); err != nil {
		return invalid("figures", "%q cannot be used: %s", text, strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// ParseSiteSteps reads cutoffs with what demand counts up to them, such as
// "5=1,10=0.6,15=0.3".
//
// Errors: invalid, with an issue for every step that cannot be read.
func ParseSiteSteps(text string) (list []SiteStep, err error) {
	if text == "" {
		return nil, nil
	}
	var errs []error
	for part := range strings.SplitSeq(text, ",") {
		cutoff, share, _ := strings.Cut(part, "=")
		c, errC := strconv.ParseFloat(strings.TrimSpace(cutoff), 64)
		s, errS := strconv.ParseFloat(strings.TrimSpace(share), 64)
		if errC != nil || errS != nil || math.IsNaN(c) || math.IsNaN(s) {
			errs = append(errs, invalid("steps", "%q is no step; give a cutoff and a share, such as 10=0.6", part))
			continue
		}
		list = append(list, SiteStep{c, s})
	}
	return list, coverage.AllFaults(errs...)
}

package links

import (
	"context"
	"slices"
)

// Chosen is one step of a choice.
type Chosen struct {
	Candidate int  // place in the list
	Gain      Gain // by this step, given those before it
}

// Choose picks up to p candidates one after another, each the best (Better)
// given those already picked, and stops when none helps. first are the gains of
// each alone.
//
// Holds:  every gain of every step is exact, by the town with all those before
// made. The whole choice is greedy: two links that do nothing apart and much
// together are not found, so it has no proven distance from the best choice.
// Errors: of anew; ctx.Err() if ctx ends first.
// Cost:   that of Gains for every step after the first.
func Choose(ctx context.Context, town *Town, list []Candidate, first []Gain, p int, anew Anew) (steps []Chosen, err error) {
	gains := first
	var made []Candidate
	taken := make([]bool, len(list))
	for len(steps) < p {
		best := -1
		for i := range list {
			if !taken[i] && gains[i].Helps() && (best < 0 || Better(&list[i], &gains[i], &list[best], &gains[best]) < 0) {
				best = i
			}
		}
		if best < 0 {
			return steps, nil
		}
		taken[best] = true
		made = append(made, list[best])
		after, err := anew(ctx, made)
		if err != nil {
			return nil, err
		}
		gain, err := Between(ctx, town, after)
		if err != nil {
			return nil, err
		}
		steps, town = append(steps, Chosen{best, gain}), after
		if len(steps) == p {
			break
		}
		if gains, err = gainsOf(ctx, town, list, taken, made, anew); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// gainsOf are the gains of what is not taken yet; those of the others are none.
func gainsOf(ctx context.Context, town *Town, list []Candidate, taken []bool, made []Candidate, anew Anew) ([]Gain, error) {
	var left []Candidate
	var at []int
	for i := range list {
		if !taken[i] {
			left, at = append(left, list[i]), append(at, i)
		}
	}
	scores, err := Gains(ctx, town, left, func(ctx context.Context, more []Candidate) (*Town, error) {
		return anew(ctx, slices.Concat(made, more))
	})
	if err != nil {
		return nil, err
	}
	gains := make([]Gain, len(list))
	for k, i := range at {
		gains[i] = scores.Gains[k]
	}
	return gains, nil
}

// Package candidate lists where a facility may go in a study, and why not
// elsewhere.
//
// Sites come of idle parcels, of housing estates, of places along the roads, and
// of a planner's own points. Each site is held against the limits of each kind
// that is asked for: it is then a Candidate for that kind, or Rejected with all
// its reasons. Nothing that was given is in neither list, and nothing in both.
package candidate

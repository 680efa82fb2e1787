// Package links looks for missing links: short roads that are not there, and
// gates that are not open, and tells exactly whom each would bring within reach.
//
// Find lists candidates: a dead end that other road lies near, two junctions
// near each other in the plane and far apart on the network, a road that is
// there and may not be used. Gains tells for each what changes for the demand, to
// the millisecond, by the network with that one link; a link that cannot change
// anything is known by two costs. Choose picks several for what they do together.
package links

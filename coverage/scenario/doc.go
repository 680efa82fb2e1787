// Package scenario holds what-ifs: ordered changes to the facilities, roads and
// gates of a snapshot. A Scenario is read and checked in full, resolved against
// a snapshot, and applied to copies; the snapshot is never written. A scenario
// without changes leaves everything as it is.
//
// The order of changes is kept: each finds what those before it have left.
package scenario

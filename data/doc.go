// Package data brings the files of a study together: it reads a manifest
// (study.yaml) and the sources that it names, and makes a coverage.Snapshot of
// them, with a Report that says what became of every row.
//
// A fault in what was given (a number that is none, an id that stands twice, a
// boundary that crosses itself) stops the import, but only after all rows of
// all sources have been looked at, so that all faults are told at once. What a
// planner would expect of real files (a row without a position, a road that
// people may not walk on) is set aside or just told, with a reason code.
package data

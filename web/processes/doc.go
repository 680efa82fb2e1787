// Package processes offers the questions of the API as processes by OGC API –
// Processes, Part 1: Core, 1.0 (OGC 18-062r2): core, JSON, HTML, OpenAPI 3.0,
// process descriptions, and on a server that keeps jobs the list of jobs and
// dismissal.
//
// It answers nothing itself: a process is a question of the API under the name
// and in the forms of the standard. Its inputs are read in the API's own
// document, an execution is handed to the API's own handlers, and a job of one
// is a job of the other. What there is beside is echo, which test suites need.
package processes

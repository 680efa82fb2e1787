// Package jobs runs long work on River (riverqueue.com), in a SQLite file of
// its own or in PostgreSQL, and keeps results and progress beside the queue.
//
// River hands out the work, begins again what was interrupted, and does the
// regular cleaning. Our own tables hold what a client sees: the state of a job,
// how far it has come, its result. A job and its place in the queue are written
// in one transaction.
//
// A worker marks the jobs that it holds every quarter of a second. Where the
// mark is older than Options.Lease the worker is taken for dead and the job goes
// back into the queue; the old worker, should it live, has lost it and hands in
// nothing. Times are those of the database, so that clocks of machines need not
// agree.
package jobs

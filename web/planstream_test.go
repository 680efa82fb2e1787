package web

import (
	"testing"

	"kaimen/coverage"
)

// A ticket stops its own search and no other, and is free again when it is over.
func TestTickets(t *testing.T) {
	t.Parallel()
	var list tickets
	mine, done, err := list.start(t.Context(), "town", "a")
	if err != nil {
		t.Fatal(err)
	}
	other, otherDone, err := list.start(t.Context(), "wood", "a")
	if err != nil {
		t.Fatal(err)
	}
	defer otherDone()
	if _, _, err := list.start(t.Context(), "town", "a"); coverage.CodeOf(err) != coverage.Conflict {
		t.Errorf("a ticket in use is taken: %v", err)
	}
	if mine.Err() != nil || !list.stop("town", "a") || mine.Err() == nil || other.Err() != nil {
		t.Errorf("mine %v, other %v", mine.Err(), other.Err())
	}
	done()
	if list.stop("town", "a") {
		t.Error("a search that is over is stopped")
	}
	if _, again, err := list.start(t.Context(), "town", "a"); err != nil {
		t.Error(err)
	} else {
		again()
	}
	if free, none, err := list.start(t.Context(), "town", ""); err != nil || free != t.Context() {
		t.Errorf("without a ticket: %v", err)
	} else {
		none()
	}
}

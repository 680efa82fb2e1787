package data

import (
	"maps"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/data/read"
)

// layerTurns is the turn restrictions of an OpenStreetMap file. It is no layer
// of a study: its rows become part of the roads.
const layerTurns coverage.LayerName = "turns"

func addGate(r *row, into *coverage.Layers) {
	g := coverage.Gate{
		ID: r.id(), Estate: r.text("estate"), Name: r.text("name"), Kind: r.kind(false), State: r.gateState(),
		Hours: r.text("hours"), At: r.point(),
	}
	if g.State == "" && g.Kind == "" {
		g.State = "open" // nothing at all is said of it
	}
	if r.keep(g.ID) {
		into.Gates = append(into.Gates, g)
	}
}

// gateState is the state of a gate; a blank is blank.
func (r *row) gateState() string {
	text := r.text("state")
	state, ok := gateStates[strings.ToLower(text)]
	if text != "" && !ok {
		r.fault(coverage.ReasonBadValue, "%s: %q is not one of %s", r.label("state"), text,
			strings.Join(slices.Sorted(maps.Keys(gateStates)), ", "))
	}
	return state
}

// gatesOf takes what an OpenStreetMap file says of gates and of turns, beside
// its roads.
func (in *intake) gatesOf(found *read.OSMRoads) {
	if found.GateNodes.Read > 0 {
		gates := in.beside(coverage.LayerGates, found.GateNodes)
		for i := range found.Gates {
			g := &found.Gates[i]
			first, taken := gates.claims[coverage.LayerGates][g.ID]
			switch {
			case taken && isOSM(gates.files[first.source]): // two extracts meet at this node
				gates.report.Used--
				gates.setAside(coverage.ReasonDuplicateID)
			case gates.claim(&row{intake: gates, name: g.ID}, g.ID):
				in.layers.Gates = append(in.layers.Gates, *g)
			}
		}
	}
	if found.Restrictions.Read > 0 {
		in.beside(layerTurns, found.Restrictions)
	}
}

// beside is an intake of another layer that the file fills too.
func (in *intake) beside(name coverage.LayerName, b read.Balance) *intake {
	more := in.newIntake(layer{name: name}, in.source, in.ordinal)
	more.report.Read, more.report.Used = b.Read, b.Used
	for _, c := range b.SetAside {
		more.aside[c.Code] = c
	}
	in.further = append(in.further, more)
	return more
}

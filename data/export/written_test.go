package export_test

import (
	"io"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
)

// What follows writes answers and layers in the text formats.

func coverageCSV(w io.Writer, r *analysis.CoverageResult, o export.CSVOptions) error {
	t, err := export.CoverageTable(r, nil)
	if err != nil {
		return err
	}
	return export.WriteCSV(w, t, o)
}

func coverageGeoJSON(w io.Writer, r *analysis.CoverageResult, zones []zonal.Zone) error {
	t, err := export.CoverageTable(r, zones)
	if err != nil {
		return err
	}
	return export.WriteGeoJSON(w, t)
}

func gapsCSV(w io.Writer, r *analysis.GapsResult, o export.CSVOptions) error {
	return export.WriteCSV(w, export.GapsTable(r), o)
}

func gapsGeoJSON(w io.Writer, r *analysis.GapsResult) error {
	return export.WriteGeoJSON(w, export.GapsTable(r))
}

func compareCSV(w io.Writer, r *analysis.CompareResult, o export.CSVOptions) error {
	t, err := export.CompareTable(r, nil)
	if err != nil {
		return err
	}
	return export.WriteCSV(w, t, o)
}

func compareGeoJSON(w io.Writer, r *analysis.CompareResult, zones []zonal.Zone) error {
	t, err := export.CompareTable(r, zones)
	if err != nil {
		return err
	}
	return export.WriteGeoJSON(w, t)
}

func isochronesGeoJSON(w io.Writer, r *analysis.IsochronesResult) error {
	return export.WriteGeoJSON(w, export.IsochronesTable(r))
}

func layerGeoJSON(w io.Writer, head export.LayerHead, t coverage.Table) error {
	return export.WriteGeoJSON(w, export.LayerTable(head, t))
}

func answerCSV[O, S, R any](w io.Writer, a *analysis.Answer[O, S, R], o export.CSVOptions) error {
	return export.WriteCSV(w, export.AnswerTable("answer", a, nil), o)
}

func answerGeoJSON[O, S, R any](w io.Writer, a *analysis.Answer[O, S, R], shapes func(coverage.Level, string) orb.Geometry) error {
	return export.WriteGeoJSON(w, export.AnswerTable("answer", a, shapes))
}

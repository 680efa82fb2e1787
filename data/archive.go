package data

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kaimen/coverage"
	"kaimen/data/read"
)

// manifestName is what the manifest in an archive is called.
const manifestName = "study.yaml"

// ImportArchive imports a zip that holds one study.yaml, at its root or in a
// folder, and the files that it names. It is for archives of strangers: no file
// outside of the archive is read.
//
// Errors: those of Import; invalid for an archive that cannot be unpacked, that
// has no study.yaml or several, and for a source that lies elsewhere.
func ImportArchive(ctx context.Context, archive []byte, o Options) (_ *coverage.Snapshot, _ coverage.Report, err error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, coverage.Report{}, coverage.Errorf(coverage.Invalid, "the archive is no zip that can be read: %v", err)
	}
	dir, err := os.MkdirTemp("", "kaimen-study-")
	if err != nil {
		return nil, coverage.Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := read.Unpack(z, int64(len(archive)), dir); err != nil {
		return nil, coverage.Report{}, coverage.Errorf(coverage.Invalid, "the archive cannot be unpacked: %v", err)
	}
	manifest, err := manifestIn(dir)
	if err != nil {
		return nil, coverage.Report{}, err
	}
	if err := confined(manifest); err != nil {
		return nil, coverage.Report{}, err
	}
	return Import(ctx, manifest, o)
}

// manifestIn finds the only study.yaml in a folder.
func manifestIn(dir string) (manifest string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != manifestName {
			return err
		}
		if manifest != "" {
			return coverage.Errorf(coverage.Invalid, "the archive holds several files %s; send one study at a time", manifestName)
		}
		manifest = path
		return nil
	})
	if err == nil && manifest == "" {
		err = coverage.Errorf(coverage.Invalid, "the archive holds no %s; put it beside the files that it names", manifestName)
	}
	return manifest, err
}

// confined tells which sources of a manifest lie outside of its folder.
func confined(manifest string) error {
	m, _ := parseManifest(manifest)
	if m == nil {
		return nil // the import tells what is wrong with it
	}
	var faults []coverage.Issue
	for _, layer := range append(coverage.LayerNames(), layerElevation, layerEntrances) {
		for _, s := range m.Sources.Of(layer) {
			if s.File != "" && !filepath.IsLocal(filepath.FromSlash(s.File)) {
				faults = append(faults, coverage.Issue{
					Severity: coverage.SeverityError, Code: coverage.ReasonMissingFile, Layer: layer, Source: m.base,
					Message: fmt.Sprintf("%s does not lie in the folder of the archive's %s; put it there and name it from there", s.File, manifestName),
				})
			}
		}
	}
	if len(faults) > 0 {
		return refusal(m.base, faults)
	}
	return nil
}

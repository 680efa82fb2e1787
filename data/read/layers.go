package read

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Layers lists what Options.Layer may choose from in a file: the files in a .zip
// that are layers, the tables of a GeoPackage, the sheets of a workbook, in the
// order in which the file has them. None for a file that holds one thing.
//
// Errors: a file that cannot be opened as what its ending says.
func Layers(path string) ([]string, error) {
	f, zipped, ok := formatOf(path)
	if !ok || zipped {
		return nil, nil
	}
	list, err := layersOf(f.ending, path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return list, nil
}

func layersOf(ending, path string) ([]string, error) {
	switch ending {
	case ".zip":
		return layersInArchive(path)
	case ".gpkg":
		return layersOfGeoPackage(path)
	case ".xlsx":
		return sheetsOf(path)
	}
	return nil, nil
}

// layersInArchive lists the layers in a .zip, those of the one file in it where
// there is one.
func layersInArchive(path string) (list []string, err error) {
	members, remove, err := unpacked(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	layers := withoutNotes(slices.DeleteFunc(members, func(m member) bool { return !isLayer(m) }))
	if len(layers) == 1 {
		f, _, _ := formatOf(layers[0].name) // isLayer knows it
		if inner, err := layersOf(f.ending, layers[0].path); err != nil || inner != nil {
			return inner, err
		}
	}
	for _, m := range layers {
		list = append(list, m.name)
	}
	return list, nil
}

func layersOfGeoPackage(path string) (list []string, err error) {
	db, err := openSQLite(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	list, _, err = contentsOf(db)
	return list, err
}

func sheetsOf(path string) (list []string, err error) {
	defer recovered(&err)
	file, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxWorkbook, RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("this is no workbook that can be read: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return file.GetSheetList(), nil
}

/** Where a raster lies and how large its cells are, in degrees. */
interface Placed {
  west: number;
  north: number;
  cell: number;
}

type Entry = [tag: number, type: 'short' | 'long' | 'double', values: number[]];

const SIZES = { short: 2, long: 4, double: 8 };
const CODES = { short: 3, long: 4, double: 12 };

/** A GeoTIFF of numbers, row by row from the north, in WGS 84: one strip, not compressed (TIFF 6.0; OGC 19-008r4). */
export function geotiff(rows: readonly (readonly number[])[], { west, north, cell }: Placed): Uint8Array {
  const [height, width] = [rows.length, rows[0]!.length];
  const strip = width * height * 4;
  const entries: Entry[] = [
    [256, 'long', [width]], [257, 'long', [height]], [258, 'short', [32]], [259, 'short', [1]], [262, 'short', [1]],
    [273, 'long', [8]], [277, 'short', [1]], [278, 'long', [height]], [279, 'long', [strip]], [339, 'short', [3]],
    [33550, 'double', [cell, cell, 0]],
    [33922, 'double', [0, 0, 0, west, north, 0]],
    // A system of latitude and longitude, pixels as areas, EPSG:4326.
    [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326]],
  ];
  const directory = 8 + strip;
  let free = directory + 2 + 12 * entries.length + 4;
  const bytes = new DataView(new ArrayBuffer(free + entries.reduce((sum, [, type, v]) => sum + SIZES[type] * v.length, 0)));
  bytes.setUint32(0, 0x002a4949, true); // II, 42
  bytes.setUint32(4, directory, true);
  rows.flat().forEach((value, i) => bytes.setFloat32(8 + 4 * i, value, true));
  bytes.setUint16(directory, entries.length, true);
  entries.forEach(([tag, type, values], i) => {
    const at = directory + 2 + 12 * i;
    bytes.setUint16(at, tag, true);
    bytes.setUint16(at + 2, CODES[type], true);
    bytes.setUint32(at + 4, values.length, true);
    const inside = SIZES[type] * values.length <= 4;
    if (!inside) bytes.setUint32(at + 8, free, true);
    values.forEach((value, k) => {
      const place = (inside ? at + 8 : free) + SIZES[type] * k;
      if (type === 'double') bytes.setFloat64(place, value, true);
      else if (type === 'long') bytes.setUint32(place, value, true);
      else bytes.setUint16(place, value, true);
    });
    if (!inside) free += SIZES[type] * values.length;
  });
  return new Uint8Array(bytes.buffer);
}

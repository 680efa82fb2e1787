// The sheet as a PNG that knows how large it is on paper and what it shows.

import { DPI } from './paper';

const SIGNATURE_AND_HEADER = 8 + 25;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) c = TABLE[(c ^ b) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** A chunk of a PNG: length, type, data, checksum. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(type), 4);
  out.set(data, 8);
  view.setUint32(data.length + 8, crc(out.subarray(4, data.length + 8)));
  return out;
}

/** How many pixels stand on a meter of paper. */
function density(dotsPerInch: number): Uint8Array {
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  const perMeter = Math.round(dotsPerInch / 0.0254);
  view.setUint32(0, perMeter);
  view.setUint32(4, perMeter);
  data[8] = 1;
  return chunk('pHYs', data);
}

/** A text under a keyword of the PNG specification, in UTF-8. */
function note(keyword: string, text: string): Uint8Array {
  // Keyword, then uncompressed, no language, no translated keyword.
  const head = new TextEncoder().encode(keyword);
  const body = new TextEncoder().encode(text);
  const data = new Uint8Array(head.length + 5 + body.length);
  data.set(head);
  data.set(body, head.length + 5);
  return chunk('iTXt', data);
}

/** The PNG with its density and notes right after its header. */
export function annotate(png: Uint8Array, dotsPerInch: number, notes: Record<string, string>): Blob {
  const chunks = [density(dotsPerInch), ...Object.entries(notes).map(([keyword, text]) => note(keyword, text))];
  return new Blob(
    [png.subarray(0, SIGNATURE_AND_HEADER), ...chunks, png.subarray(SIGNATURE_AND_HEADER)] as BlobPart[],
    { type: 'image/png' },
  );
}

async function load(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/** What makes a sheet: its drawing without the map, the map, and where the map is in it. */
export interface Parts {
  drawing: SVGSVGElement;
  /** Address of the map's picture. */
  map: string;
  box: { x: number; y: number; width: number; height: number };
  width: number;
  height: number;
  ratio: number;
}

/**
 * Draws the sheet on a canvas: the map first, the drawing over it, so that no
 * picture has to be packed into the drawing. Errors: when the browser cannot
 * make a canvas of that size.
 */
export async function composePng({ drawing, map, box, width, height, ratio }: Parts, notes: Record<string, string>): Promise<Blob> {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  for (const below of copy.querySelectorAll('image, [data-role=paper]')) below.remove();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  copy.setAttribute('width', String(canvas.width));
  copy.setAttribute('height', String(canvas.height));
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }));
  try {
    const [above, below] = await Promise.all([load(address), load(map)]);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(below, box.x * ratio, box.y * ratio, box.width * ratio, box.height * ratio);
    context.drawImage(above, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(address);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error(`no canvas of ${canvas.width} × ${canvas.height} pixels`);
  return annotate(new Uint8Array(await blob.arrayBuffer()), DPI * ratio, notes);
}

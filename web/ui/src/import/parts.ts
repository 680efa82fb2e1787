import type { LayerFile, Sent } from '../api/imports';

// Files as people drop them: the parts of a shapefile are one file, and a new
// study is one archive with a study.yaml that says what each file is.

const SHAPEFILE = ['.shp', '.dbf', '.shx', '.prj', '.cpg', '.qpj', '.sbn', '.sbx', '.qix'];

const split = (name: string): [stem: string, ending: string] => {
  const cut = name.lastIndexOf('.');
  return cut <= 0 ? [name, ''] : [name.slice(0, cut), name.slice(cut).toLowerCase()];
};

/** Dropped files in groups, each of which is one file: the parts of a shapefile lie together. */
export function groups<F extends { name: string }>(files: readonly F[]): F[][] {
  const shapes = new Set(files.filter((f) => split(f.name)[1] === '.shp').map((f) => split(f.name)[0].toLowerCase()));
  const together = new Map<string, F[]>();
  const out: F[][] = [];
  for (const file of files) {
    const [stem, ending] = split(file.name);
    const key = stem.toLowerCase();
    if (!shapes.has(key) || !SHAPEFILE.includes(ending)) {
      out.push([file]);
      continue;
    }
    const group = together.get(key);
    if (group) {
      group.push(file);
      continue;
    }
    together.set(key, [file]);
    out.push(together.get(key)!);
  }
  return out;
}

/** Packs files under their names. Few of them shrink much, so speed comes first. */
async function pack(files: readonly Sent[]): Promise<Blob> {
  const { zip } = await import('fflate');
  const entries: Record<string, Uint8Array> = {};
  for (const { name, body } of files) entries[name] = new Uint8Array(await body.arrayBuffer());
  return new Promise((resolve, reject) =>
    zip(entries, { level: 1 }, (error, bytes) =>
      error ? reject(error) : resolve(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/zip' })),
    ),
  );
}

/** One group as one file: several parts become their zip. */
export async function one(group: readonly File[]): Promise<Sent> {
  const [first] = group;
  if (group.length === 1) return { name: first!.name, body: first! };
  const shape = group.find((f) => split(f.name)[1] === '.shp')!;
  return { name: `${split(shape.name)[0]}.shp.zip`, body: await pack(group.map((f) => ({ name: f.name, body: f }))) };
}

/** An id of a study, made of what people call it; "study" where nothing of that can stand in one. */
export function studyId(name: string): string {
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63).replace(/-+$/, '');
  return id || 'study';
}

/** The study.yaml of a new study, as JSON, which YAML reads. */
export function manifest(id: string, name: string, files: readonly LayerFile[]): string {
  const sources: Record<string, object[]> = {};
  for (const { layer, name: file, table, ...settings } of files) {
    const told = Object.entries({ ...settings, layer: table }).filter(([, v]) => v !== undefined && v !== '' && v !== null);
    (sources[layer] ??= []).push({ file, ...Object.fromEntries(told) });
  }
  return JSON.stringify({ study: id, name: { zh: name, en: name }, sources }, null, 2);
}

/** The archive of a new study. */
export function archive(id: string, name: string, files: readonly { sent: Sent; understood: LayerFile }[]): Promise<Blob> {
  const text = manifest(id, name, files.map((f) => f.understood));
  return pack([{ name: 'study.yaml', body: new Blob([text]) }, ...files.map((f) => f.sent)]);
}

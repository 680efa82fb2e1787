import type { ZoneProperties } from '../api/types';

/** Zones by id, of the asked level and of those around it. */
export type Directory = ReadonlyMap<string, ZoneProperties>;

/** A zone's ancestors, outermost first, without itself. */
export function ancestors(parent: string, directory: Directory): ZoneProperties[] {
  const chain: ZoneProperties[] = [];
  for (let id = parent; id !== ''; ) {
    const zone = directory.get(id);
    // A chain longer than there are levels would be a circle in the data.
    if (!zone || chain.length > 4) break;
    chain.unshift(zone);
    id = zone.parent ?? '';
  }
  return chain;
}

/** What to call a zone: its name, else its id. */
export function nameOf(zone: { id: string; name?: string }): string {
  return zone.name || zone.id;
}

/**
 * A zone with its ancestors in the order of the language: outer first in
 * Chinese. An ancestor whose name the next one begins with is not said twice.
 */
export function fullName(
  zone: { id: string; name?: string; parent: string },
  directory: Directory,
  lang: 'zh' | 'en',
): string {
  const chain = [...ancestors(zone.parent, directory).map(nameOf), nameOf(zone)].filter(
    (name, i, all) => !all[i + 1]?.startsWith(name),
  );
  return lang === 'zh' ? chain.join(' ') : chain.reverse().join(', ');
}

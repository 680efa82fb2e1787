// What is listed under the search, and where choosing it leads.

import type { FoundRow } from '../api/find';
import type { Tab } from '../question/question';

/** A thing that can be chosen: found by the server, or a tab of the page. */
export type Choice = { group: 'go'; id: Tab; name: string } | FoundRow;

export interface Group {
  name: Choice['group'];
  items: { choice: Choice; index: number }[];
}

/** Choices that stand beside each other and are of one group, under its name. */
export function grouped(choices: readonly Choice[]): Group[] {
  const groups: Group[] = [];
  choices.forEach((choice, index) => {
    let group = groups.find((g) => g.name === choice.group);
    if (!group) groups.push((group = { name: choice.group, items: [] }));
    group.items.push({ choice, index });
  });
  return groups;
}

/** Text as it is compared here: in lower case, of one width, without blanks. */
const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

/** The tabs that a text names: by their name, or by the beginning of a word they are found by. */
export function tabsNamed(text: string, tabs: readonly { tab: Tab; name: string; words: string }[]): Choice[] {
  const wanted = plain(text);
  if (wanted === '') return [];
  return tabs
    .filter(({ name, words }) => plain(name).includes(wanted) || words.split(' ').some((word) => plain(word).startsWith(wanted)))
    .map(({ tab, name }) => ({ group: 'go', id: tab, name }));
}

const KEPT = 6;
const keyOf = (study: string) => `kaimen.recent.${study}`;

/** What was chosen last in a study, the newest first. */
export function recent(study: string, storage: Storage): Choice[] {
  try {
    const list: unknown = JSON.parse(storage.getItem(keyOf(study)) ?? '[]');
    return Array.isArray(list) ? (list as Choice[]).slice(0, KEPT) : [];
  } catch {
    return []; // another program's text
  }
}

/** Keeps what was chosen. */
export function keepRecent(study: string, choice: Choice, storage: Storage): Choice[] {
  const list = [choice, ...recent(study, storage).filter((c) => c.group !== choice.group || c.id !== choice.id)].slice(0, KEPT);
  storage.setItem(keyOf(study), JSON.stringify(list));
  return list;
}

import type { Change, Facilities, Scenario, Summary } from '../api/types';
import { count, pick } from '../i18n/format';
import { useWords } from '../i18n/words';
import { lengthOf } from './line';

/** How many changes of a list are said in words. */
const TOLD = 3;

/** What is said of scenarios. */
export function useScenarioWords() {
  const words = useWords();
  const { t, lang } = words;

  /** What one change does, in words; names come from the facilities that are known. */
  function change(c: Change, summary: Summary, facilities: Facilities | undefined): string {
    const place = (): string => {
      const kind = words.kind(summary, c.kind ?? '');
      const named = c.name || facilities?.features.find((f) => f.properties.id === c.id && f.properties.kind === c.kind)?.properties.name || c.id;
      return t('scenario.facility', { kind: lang.value === 'zh' ? kind : words.inSentence(kind), name: named });
    };
    switch (c.change) {
      case 'add_facility':
      case 'remove_facility':
      case 'move_facility':
        return t(`changes.${c.change}`, { what: place() });
      case 'draw_road':
        return t('changes.draw_road', { m: t('unit.meters', { n: count(lengthOf(c.line ?? [])) }) });
      case 'close_road':
        return t(c.from ? 'changes.close_part' : 'changes.close_road', { road: c.road });
      case 'open_road':
        return t('changes.open_road', { road: c.road });
      case 'add_gate':
        return t('changes.add_gate', { state: t(`gate_states.${c.state ?? 'closed'}`) });
      default:
        return t(`changes.${c.change}`, { gate: c.gate });
    }
  }

  return {
    ...words,
    change,

    /** What a scenario is called; without a name, its id. */
    nameOf: (s: Pick<Scenario, 'name'> | undefined, id: string) => pick(s?.name, lang.value, id),

    /** The first of its changes, and how many more there are. */
    changes: (changes: readonly Change[], summary: Summary, facilities: Facilities | undefined) => {
      const told = words.list(changes.slice(0, TOLD).map((c) => change(c, summary, facilities)));
      return changes.length > TOLD ? t('scenario.more', { told, n: count(changes.length - TOLD) }) : told;
    },
  };
}

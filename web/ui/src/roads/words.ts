import type { RoadRow } from '../api/types';
import { meters, minutes } from '../i18n/format';
import { useWords } from '../i18n/words';
import type { Cutoff } from '../question/question';
import { namesOf } from './figures';

/** Words of roads to open: what one is called, and lengths in the question's unit. */
export function useRoadWords() {
  const words = useWords();
  const { t } = words;
  const far = (m: number) => t('unit.meters', { n: meters(m) });
  return {
    ...words,
    far,

    /** The road it is on, or those it would join; a gate is called by its id. */
    roadName: (r: Pick<RoadRow, 'id' | 'source' | 'from_name' | 'to_name'>): string => {
      const names = namesOf(r);
      if (r.source === 'gate') return [t('roads.gate', { id: r.id }), ...names].join(' ');
      return names.length > 1 ? t('roads.between', { from: names[0]!, to: names[1]! }) : (names[0] ?? t('roads.unnamed'));
    },

    /** A way saved, in minutes or meters; under a tenth of a minute in seconds. */
    way: (value: number, unit: Cutoff['unit']): string => {
      if (unit === 'm') return far(value);
      return value < 60 ? t('roads.seconds', { n: Math.max(1, Math.round(value)) }) : t('unit.minutes', { n: minutes(value) });
    },
  };
}

export type RoadWords = ReturnType<typeof useRoadWords>;

import { useWords } from '../i18n/words';
import { daysTaken, type Ask } from './figures';

/** Words of requests: what one is called, and how far it is. */
export function useRequestWords() {
  const words = useWords();
  const { t } = words;
  const kind = (id: string) => words.code('request_kinds', id);
  return {
    ...words,
    requestKind: kind,
    title: (a: Ask) => `${kind(a.kind)} · ${t(`request_stages.${a.stage}`)}`,
    about: (a: Ask) => {
      const taken = daysTaken(a);
      return [
        ...(a.opened ? [t('requests.opened', { day: a.opened })] : []),
        ...(taken === undefined ? [] : [t('requests.took', { n: taken })]),
        ...(a.gap ? [t('requests.inGap')] : []),
      ].join(' · ');
    },
  };
}

export type RequestWords = ReturnType<typeof useRequestWords>;

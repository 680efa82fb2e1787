import { computed } from 'vue';
import { collator, count, meters, minutes, percent } from '../i18n/format';
import { useWords } from '../i18n/words';
import type { Page } from '../page/page';
import { nameOf } from '../question/zones';
import { parentName, parseSort, sortRows } from '../tables/rows';
import { pinName } from './legend';

/** More rows than this are for a spreadsheet, not for paper. */
export const MOST_ROWS = 500;

/** A table as it is printed: headings, and rows of text; numbers stand right. */
export interface PrintedTable {
  title: string;
  head: readonly { text: string; number: boolean }[];
  rows: readonly (readonly string[])[];
  /** How many rows there are, which may be more than are printed. */
  all: number;
}

/** The tables behind what the map shows: what lies over the zones, then the zones as the page's table orders them. */
export function useTables(page: Page) {
  const words = useWords();
  const { t, lang } = words;
  const { study, question, answer, directory, state, over, plan, ground } = page;

  const ranked = (title: string, items: readonly (readonly [string, string])[]): PrintedTable[] =>
    items.length === 0 ? [] : [{
      title,
      head: [{ text: t('print.rank'), number: true }, { text: t('print.place'), number: false }, { text: t('print.figure'), number: false }],
      rows: items.slice(0, MOST_ROWS).map(([name, figure], i) => [String(i + 1), name, figure]),
      all: items.length,
    }];

  const zones = computed<PrintedTable[]>(() => {
    const [summary, asked, coverage] = [study.value, question.value, answer.value];
    if (!summary || !asked || !coverage) return [];
    const rows = sortRows(coverage.rows, parseSort(state.sort), directory.value, collator(lang.value));
    const columns = ['demand', 'covered', 'coverage_rate', 'uncovered', 'mean_s', 'mean_m', 'facilities_inside', 'facilities_reachable'] as const;
    return [{
      title: t('table.title', { level: words.level(summary, asked.level) }),
      head: [
        { text: t('print.rank'), number: true },
        ...['name', 'parent'].map((c) => ({ text: t(`table.${c}`), number: false })),
        ...columns.map((c) => ({ text: t(`table.${c}`), number: true })),
      ],
      rows: rows.slice(0, MOST_ROWS).map((r, i) => [
        String(i + 1), nameOf(r), parentName(r, directory.value),
        count(r.demand), count(r.covered), percent(r.coverage_rate), count(r.uncovered), minutes(r.mean_s), meters(r.mean_m),
        count(r.facilities_inside), count(r.facilities_reachable),
      ]),
      all: rows.length,
    }];
  });

  return computed<PrintedTable[]>(() => [
    ...(over.value === 'sites' ? ranked(t('print.sites'), (plan.value?.pins ?? []).map((p) => [pinName(p), p.tip.figure])) : []),
    ...ranked(t('print.pieces'), (ground.value?.pieces ?? []).map((p) => [p.tip.name, p.tip.figure])),
    ...zones.value,
  ]);
}

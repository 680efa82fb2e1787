import type { Coverage, Row, Rule } from '../api/types';
import type { useWords } from '../i18n/words';

type Words = ReturnType<typeof useWords>;

/** Which sentence an answer is said by, and the zone where most of those without live; none when the study is not divided. */
export function sentenceOf({ totals, rows }: Coverage): { path: string; worst?: Row } {
  if (totals.demand === 0) return { path: 'answer.nobody' };
  if (totals.uncovered === 0) return { path: 'answer.all' };
  const zones = rows.filter((r) => r.level !== 'study' && r.uncovered > 0);
  const worst = zones.reduce<Row | undefined>((a, b) => (a && a.uncovered >= b.uncovered ? a : b), undefined);
  return worst ? { path: 'answer.can', worst } : { path: 'answer.canShort' };
}

/** A rule with its limit. */
export function ruleText(rule: Rule, words: Words): string {
  if (rule.rule === 'time') {
    const value = Math.round((rule.cutoff_s ?? 0) / 6) / 10;
    return words.t('small.time', { cutoff: words.cutoff({ unit: 'min', value }) });
  }
  return words.t('small.distance', { cutoff: words.cutoff({ unit: 'm', value: Math.round(rule.cutoff_m ?? 0) }) });
}

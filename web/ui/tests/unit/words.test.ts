import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { count, date, index, mean, measure, meters, minutes, percent, pick, unitOf } from '../../src/i18n/format';
import { createMessages } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import type { Warning } from '../../src/api/types';
import { zh } from '../../src/i18n/zh';
import { textsOf } from '../../src/i18n/warning';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}
// A text with a singular and a plural holds its places twice.
const slots = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]))].sort();

describe('the two languages', () => {
  const chinese = new Map(leaves(zh));
  const english = new Map(leaves(en as Tree));

  test('have the same keys, none empty', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [key, text] of [...chinese, ...english]) expect(text.trim(), key).not.toBe('');
  });

  test('have the same places for values in every text', () => {
    // "within" differs in order only; the set of places must agree.
    for (const [key, text] of chinese) expect(slots(english.get(key)!), key).toEqual(slots(text));
  });

  test('use no Chinese in English but for the name of the language', () => {
    for (const [key, text] of english) {
      if (key !== 'app.language') expect(/[\u4e00-\u9fff]/.test(text), `${key}: ${text}`).toBe(false);
    }
  });

  test('hold nothing that the page does not say', () => {
    const root = new URL('../../src/', import.meta.url);
    const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((f) => /\.(vue|ts)$/.test(f) && !/i18n\/(zh|en)(\.\w+)?\.ts$/.test(f))
      .map((f) => readFileSync(new URL(f, root), 'utf8'))
      .join('\n');
    // These tables are read by codes and columns that are not known beforehand.
    const tables = ['groups', 'unit', 'layers', 'errors', 'reasons', 'repairs', 'warnings', 'tabs', 'table',
      'indicator', 'circle_rule', 'bound', 'supply', 'per', 'gaps_as', 'tier_sources', 'causes', 'cause_means', 'conclusions', 'variants', 'families', 'aside',
      'looks', 'paper', 'aims', 'aim_hints', 'sources', 'sources_none', 'source', 'wishes', 'plan_end', 'site_marks', 'candidate_marks', 'plan_legend', 'rejects',
      'import_miss', 'import_how', 'import_encodings', 'import_systems', 'import_levels', 'import_fields', 'remedies',
      'switches', 'tools', 'what_ifs', 'tour_stops', 'changes', 'gate_states', 'draft_names', 'draft_name_hints',
      'draft_tools', 'draft_hints', 'road_classes', 'change_classes', 'link_sources', 'link_hints', 'link_figures',
      'obstacles', 'roads_aside', 'request_kinds', 'request_stages', 'request_days', 'job_kinds', 'job_states',
      'job_stages', 'job_advice', 'faults', 'fault_places', 'found', 'tab_words', 'drawer_views', 'file_forms',
      'column_units', 'ranking_orders'];
    const unsaid = [...chinese.keys()].filter((key) => {
      return !tables.includes(key.split('.')[0]!) && !source.includes(`${key}'`) && !source.includes(`${key}"`);
    });
    expect(unsaid).toEqual([]);
  });

  test.each([
    ['reasons', 'coverage/issue.go', /^\s*Reason\w+\s*=\s*"(\w+)"/gm, 40],
    ['repairs', 'coverage/report.go', /^\s*Repair\w+\s*=\s*"(\w+)"/gm, 2],
    ['layers', 'coverage/table.go', /^\s*Layer\w+\s+LayerName\s*=\s*"(\w+)"/gm, 10],
    ['causes', 'coverage/analysis/gapareas_causes.go', /"(\w+)"(?=[^{}]*\}\n\})/g, 6],
    ['rejects', 'coverage/candidate/candidate.go', /^\s*[A-Z]\w+\s*=\s*"(\w+)"/gm, 19],
    // Sources of entrances stand in the report, though they are no layer.
    ['layers', 'data/entrances.go', /^const layer\w+ coverage\.LayerName = "(\w+)"/gm, 1],
  ])('the %s hold every code of %s', (table, file, code, least) => {
    const source = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
    const codes = [...source.matchAll(code)].map((m) => m[1]!);
    expect(codes.length).toBeGreaterThanOrEqual(least);
    expect(codes.filter((c) => !chinese.has(`${table}.${c}`))).toEqual([]);
  });
});

describe('warnings', () => {
  const chinese = new Map(leaves(zh));
  const say = (w: Warning) => {
    const text = textsOf(w).find(({ key }) => chinese.has(key));
    return text && chinese.get(text.key)!.replace(/\{(\w+)\}/g, (_, slot: string) => text.values[slot]!);
  };

  test('the lengths of a warning are said where it has them', () => {
    const edge = { code: 'edge_of_data', message: 'x', count: 0 };
    expect(say({ ...edge, have_m: 0, needed_m: 1000.4 })).toContain('只延伸到研究区外 0 米,不足 1,000 米');
    expect(say(edge)).toBe(chinese.get('warnings.edge_of_data'));
  });

  test('facilities have words of their own, and what has none falls through', () => {
    expect(say({ code: 'too_far', message: 'x', count: 2, layer: 'facilities' })).toContain('设施');
    expect(say({ code: 'too_far', message: 'x', count: 2, layer: 'demand' })).toContain('人口');
    expect(say({ code: 'new', message: 'x', count: 2 })).toBeUndefined();
  });
});

describe('numbers', () => {
  test.each([
    [0, '0 %'], [1, '100 %'], [0.8134, '81.3 %'], [0.05, '5.0 %'], [0.0004, '<0.1 %'],
    [0.9999, '>99.9 %'], [0.9991, '99.9 %'], [null, '–'],
  ])('the rate %s reads %s: only all is 100 %%, only none is 0 %%', (rate, text) => {
    expect(percent(rate)).toBe(text);
  });

  test('counts have separators, minutes one decimal, unknown a dash', () => {
    expect(count(178412)).toBe('178,412');
    expect(minutes(90)).toBe('1.5');
    expect(minutes(null)).toBe('–');
    expect(meters(1255.29)).toBe('1,255');
    expect(date('2026-11-23T09:12:00Z')).toBe('2026-11-23');
  });

  test('amounts due by a rule are whole where they are large, and never 0 when there is some', () => {
    expect([987.3, 99.94, 4.5, 0.01, 0].map((n) => measure(n))).toEqual(['987', '99.9', '4.5', '<0.1', '0']);
    // Beside 987 places due, 67.3 missing is written as 67, so that the columns add up.
    expect([measure(67.3, 987.3), measure(0.2, 987.3)]).toEqual(['67', '0.2']);
  });

  test('means and measures of evenness have as many decimals as they deserve', () => {
    expect([mean(6.04), mean(11), mean(null)]).toEqual(['6.0', '11.0', '–']);
    expect([index(0.777), index(null)]).toEqual(['0.78', '–']);
  });

  test.each([
    ['people', 'people'], ['elderly', 'people'], ['households', 'households'], ['dwellings', 'dwellings'], ['area', 'area'],
  ])('%s are counted as %s', (cohort, unit) => {
    expect(unitOf(cohort)).toBe(unit);
    for (const language of [zh, en]) expect(language.unit).toHaveProperty(unit);
  });

  test.each([
    ['en', '1', 1, '1 person'], ['en', '0', 2, '0 people'], ['en', '1,204', 2, '1,204 people'], ['zh', '1', 1, '1 人'],
  ] as const)('one is a person, others are people: %s %s', async (language, n, plural, text) => {
    const { i18n } = await createMessages(language);
    expect(i18n.global.t('unit.people', { n }, plural)).toBe(text);
  });

  test('a name falls back to the other language, then to the id', () => {
    expect(pick({ zh: '学校', en: 'School' }, 'en')).toBe('School');
    expect(pick({ zh: '学校' }, 'en')).toBe('学校');
    expect(pick({ zh: '' }, 'zh', 'school')).toBe('school');
  });
});

import { describe, expect, test } from 'vitest';
import type { Inspection, Issue } from '../../src/api/imports';
import { matchingKinds } from '../../src/import/choices';
import { drawn, faultyIds, reasons, totals, without } from '../../src/import/facts';
import { groups, manifest, studyId } from '../../src/import/parts';

const names = (list: { name: string }[][]) => list.map((g) => g.map((f) => f.name));
const file = (name: string) => ({ name });
const issue = (code: string, more: Partial<Issue> = {}): Issue => ({ code, severity: 'warning', message: '', ...more });

describe('dropped files', () => {
  test('parts of a shapefile are one file, whatever their order and case; a lone table is none of it', () => {
    const dropped = ['a.dbf', 'b.csv', 'A.shp', 'a.prj', 'c.dbf', 'a.shx'].map(file);
    expect(names(groups(dropped))).toEqual([['a.dbf', 'A.shp', 'a.prj', 'a.shx'], ['b.csv'], ['c.dbf']]);
  });

  test('a study is named in letters that an id may have', () => {
    expect(studyId('My District 2')).toBe('my-district-2');
    expect(studyId('东兴区')).toBe('study');
    expect(studyId('-'.repeat(80))).toBe('study');
    expect(studyId('a'.repeat(80))).toHaveLength(63);
  });

  test('a manifest lists each file under its layer, without what is not said', () => {
    const text = manifest('x', '某区', [
      { layer: 'roads', name: 'r.osm' },
      { layer: 'facilities', name: 'f.xlsx', table: '设施', crs: 'GCJ-02', fields: { id: '编号' }, level: '' },
      { layer: 'facilities', name: 'g.csv', kind: 'school' },
    ]);
    expect(JSON.parse(text)).toEqual({
      study: 'x',
      name: { zh: '某区', en: '某区' },
      sources: {
        roads: [{ file: 'r.osm' }],
        facilities: [{ file: 'f.xlsx', layer: '设施', crs: 'GCJ-02', fields: { id: '编号' } }, { file: 'g.csv', kind: 'school' }],
      },
    });
  });
});

describe('what is told of a file', () => {
  test('what stops an import comes first, then the most frequent', () => {
    const list = reasons([issue('a'), issue('b'), issue('b'), issue('c', { severity: 'error' })]);
    expect(list.map((r) => [r.code, r.issues.length])).toEqual([['c', 1], ['b', 2], ['a', 1]]);
  });

  test('only rows with errors and ids can be left out, each once, quoted for the condition', () => {
    const list = [
      issue('x', { severity: 'error', line: 2, feature: 'a"1' }), issue('y', { severity: 'error', line: 2, feature: 'a"1' }),
      issue('x', { line: 3, feature: 'warned' }), issue('x', { severity: 'error', line: 4 }), issue('x', { severity: 'error', feature: 'whole' }),
    ];
    expect(faultyIds(list)).toEqual(['a"1']);
    expect(without('编号', ['a"1'])).toBe('not ($env["编号"] in ["a\\"1"])');
    expect(without('id', ['b'], 'n > 0')).toBe('(n > 0) and not ($env["id"] in ["b"])');
  });

  test('totals tell whether they add up', () => {
    const source = { layer: 'facilities', source: 'f.csv', read: 5, used: 3, set_aside: [{ code: 'a', rows: 1 }, { code: 'b', rows: 1 }] };
    const report = { sources: [source, { ...source, used: 2 }, { ...source, source: 'other' }] } as never;
    expect(totals(report, 'f.csv').map((s) => [s.aside, s.balanced])).toEqual([[2, true], [2, false]]);
  });

  test('rows that are set aside lie over the others where they have a place', () => {
    const found = {
      preview: { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] }, properties: { id: 'a', kind: 'school', name: '' } }] },
      report: { issues: [issue('x', { at: [3, 4], line: 7 }), issue('y')] },
    } as unknown as Inspection;
    expect(drawn(found, 'x:7:', (i) => i.code).map((d) => [d.look, d.selected ?? false, d.tip?.name])).toEqual([['taken', false, 'a'], ['aside', true, 'x']]);
  });

  test('kinds are matched by their names in either language', () => {
    const kinds = [{ kind: 'school', name: { zh: '小学', en: 'Primary school' } }];
    expect(matchingKinds(['小学', '茶馆'], kinds)).toEqual({ 小学: 'school', 茶馆: '茶馆' });
    expect(matchingKinds(['primary school'], kinds)).toEqual({ 'primary school': 'school' });
    expect(matchingKinds(['school', '茶馆'], kinds)).toBeUndefined(); // nothing would change
  });
});

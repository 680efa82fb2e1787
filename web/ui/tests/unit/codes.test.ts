import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { en } from '../../src/i18n/en';
import { zh } from '../../src/i18n/zh';

const ROOT = new URL('../../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
/** The Go code of a room, without its tests. */
const goCode = (folder: string) =>
  readdirSync(new URL(folder, ROOT), { encoding: 'utf8' })
    .filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'))
    .map((f) => read(`${folder}/${f}`));

interface Operation {
  operationId?: string;
  parameters?: { name: string }[];
}
const spec = JSON.parse(read('web/spec/openapi.json')) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, { enum?: string[] }> }> };
};

/** Expects both languages to have words for all codes; those of warnings may be of a layer. */
function expectWords(table: string, codes: Iterable<string>, least: number) {
  const list = [...new Set(codes)];
  expect(list.length, `codes for ${table}`).toBeGreaterThanOrEqual(least);
  for (const messages of [zh, en]) {
    const words = (messages as unknown as Record<string, Record<string, string>>)[table]!;
    expect(list.filter((code) => !words[code] && !(table === 'warnings' && Object.keys(words).some((key) => key.startsWith(`${code}_`))))).toEqual([]);
  }
}

// The codes are read out of the code that gives them, so that a new one
// without words shows here.
describe('every code of the server has words', () => {
  test('warnings of answers', () => {
    const all = ['coverage', 'coverage/analysis', 'coverage/candidate', 'coverage/gap'].flatMap(goCode);
    const constants = new Map(all.flatMap((text) => [...text.matchAll(/^\s*(?:const )?([A-Z]\w+)\s*=\s*"([a-z_]+)"/gm)].map((m) => [m[1]!, m[2]!] as const)));
    const named = goCode('coverage/analysis').flatMap((text) =>
      // What is passed on, such as c.Code, is a code of its own place.
      [...text.matchAll(/(?:Warning\{\{?\s*Code:\s*|\bwarn\()(?:\w+\.)?([A-Z]\w+)/g)].map((m) => m[1]!).filter((name) => name !== 'Code'),
    );
    expect(named.filter((name) => !constants.has(name)), 'names without a text').toEqual([]);
    const told = named.map((name) => constants.get(name)!);
    expect(told).toContain('unknown_state');
    expectWords('warnings', told, 6);
  });

  test('kinds of jobs', () => {
    const asked = Object.values(spec.paths)
      .flatMap((methods) => Object.values(methods))
      .filter((o) => o.parameters?.some((p) => p.name === 'Prefer'))
      .map((o) => o.operationId!.replace(/^(get|post)-/, ''));
    const further = [...['web', 'web/processes'].flatMap(goCode).join('\n').matchAll(/^(?:const )?\s*\w+Kind\s*=\s*"([\w-]+)"/gm)].map((m) => m[1]!);
    expect(further).toContain('import');
    expectWords('job_kinds', [...asked, ...further], 20);
  });

  test('states of jobs', () => {
    expectWords('job_states', spec.components.schemas.JobItem!.properties.state!.enum!, 5);
  });

  test('stages of jobs', () => {
    const web = ['web', 'web/processes'].flatMap(goCode).join('\n');
    const table = /var stages = map\[string\]int\{([^}]*)\}/.exec(web)![1]!;
    const stages = [...table.matchAll(/"(\w+)"/g)].map((m) => m[1]!);
    const doing = [...web.matchAll(/Doing: "(\w+)"/g)].map((m) => m[1]!);
    expectWords('job_stages', [...stages, ...doing, 'reading'], 10);
  });

  test('kinds of problems, with what to do about them', () => {
    const codes = spec.components.schemas.Problem!.properties.code!.enum!;
    expectWords('errors', codes, 7);
    expectWords('job_advice', codes, 7);
  });

  test('faults of questions', () => {
    // What the Engine and the HTTP side find wrong with a question; the rest is about rows of files.
    const code = [...goCode('coverage/analysis'), ...goCode('coverage/scenario'), ...goCode('web')].join('\n');
    const used = new Set([...code.matchAll(/coverage\.(Reason\w+)/g)].map((m) => m[1]!));
    const declared = [...read('coverage/issue.go').matchAll(/(Reason\w+)\s*=\s*"(\w+)"/g)];
    const faults = declared.filter((m) => used.has(m[1]!)).map((m) => m[2]!);
    const said = { ...zh.reasons, ...zh.faults } as Record<string, string>;
    expect(faults.length).toBeGreaterThanOrEqual(8);
    expect(faults.filter((f) => !said[f])).toEqual([]);
    expectWords('faults', ['unknown_parameter', 'bad_value', 'missing_value', 'layer_missing', 'no_facility'], 5);
  });
});

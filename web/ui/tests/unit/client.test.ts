import { readFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { downloadAddress, getCoverage, getStudies, getZones } from '../../src/api/client';
import { getCompleteness, getEquity, getOverview, getPerCapita } from '../../src/api/indicators';
import { Problem, worthRetry } from '../../src/api/problem';
import { parameters, type Question } from '../../src/question/question';

const question: Question = {
  study: 'a town', kind: 'school', level: 'grid', profile: 'walk', cohort: 'people', cutoff: { unit: 'm', value: 300 },
};

afterEach(() => { vi.unstubAllGlobals(); });

function answer(status: number, body: unknown, type = 'application/json') {
  const fetched: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    fetched.push(typeof input === 'string' ? input : new URL(input.url).pathname + new URL(input.url).search);
    const response = new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } });
    // A response made by hand has no address of its own.
    return Object.defineProperty(response, 'url', { value: `http://localhost${fetched.at(-1)}` });
  });
  return fetched;
}

describe('questions', () => {
  const asked = 'kind=school&level=grid&profile=walk&cohort=people&cutoff_m=300';

  test('are asked with every part, escaped', async () => {
    const fetched = answer(200, {});
    await getCoverage(question);
    expect(fetched).toEqual([`/api/v1/studies/a%20town/coverage?${asked}&f=json`]);
  });

  test('are downloaded in full, in a form that spreadsheets read', () => {
    expect(downloadAddress('a town', 'gaps', parameters(question))).toBe(`/api/v1/studies/a%20town/gaps?${asked}&f=csv&bom=true`);
  });
});

describe('indicators', () => {
  const zones = 'level=grid&profile=walk&cohort=people';

  test('are asked by an address with what they depend on, and no more', async () => {
    const fetched = answer(200, {});
    await getOverview(question);
    await getEquity(question);
    // Needs have limits of their own, and supply for so many none at all: the cutoff is not sent.
    await getCompleteness(question, { circle: 'circle-15', rule: 'both' });
    await getPerCapita('a town', { level: 'grid' });
    expect(fetched).toEqual([
      `/api/v1/studies/a%20town/overview?${zones}&cutoff_m=300&kinds=school&f=json`,
      `/api/v1/studies/a%20town/equity?kind=school&${zones}&cutoff_m=300&f=json`,
      `/api/v1/studies/a%20town/completeness?${zones}&circle=circle-15&rule=both&f=json`,
      '/api/v1/studies/a%20town/per-capita?level=grid&f=json',
    ]);
  });

  test('that are not answered tell the address that was asked', async () => {
    answer(422, { title: 'Unprocessable Entity', code: 'invalid' }, 'application/problem+json');
    const problem = (await getPerCapita('town', { level: 'grid' }).catch((e: unknown) => e)) as Problem;
    expect(problem.report()).toContain('http://localhost/api/v1/studies/town/per-capita?level=grid&f=json');
  });
});

describe('answers', () => {
  test('no studies is an empty list, also when the server says null', async () => {
    answer(200, { studies: null });
    expect(await getStudies()).toEqual([]);
  });

  test('buildings are zones of their own layer', async () => {
    const fetched = answer(200, { type: 'FeatureCollection', features: [] });
    await getZones('town', 'building');
    await getZones('town', 'grid');
    expect(fetched[0]).toMatch(/\/layers\/buildings$/);
    expect(fetched[1]).toMatch(/\/layers\/boundaries\?level=grid$/);
  });

  test('a problem keeps all the server said, as text to copy', async () => {
    const body = {
      title: 'Unprocessable Entity', status: 422, detail: 'kind "x" is not in this study', code: 'invalid',
      errors: [{ code: 'invalid', message: 'no such kind', location: 'query.kind', value: 'x' }],
    };
    answer(422, body, 'application/problem+json');
    const problem = await getStudies().catch((e: unknown) => e);
    expect(problem).toBeInstanceOf(Problem);
    const { code, status, detail } = problem as Problem;
    expect({ code, status, detail }).toEqual({ code: 'invalid', status: 422, detail: body.detail });
    for (const part of ['422', 'invalid', body.detail, 'query.kind: no such kind', '/api/v1/studies']) {
      expect((problem as Problem).report()).toContain(part);
    }
    expect(worthRetry(problem)).toBe(false);
  });

  test('an error that is no problem+json still is a problem', async () => {
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
    const problem = (await getStudies().catch((e: unknown) => e)) as Problem;
    expect([problem.status, problem.code]).toEqual([502, 'internal']);
    expect(worthRetry(problem)).toBe(true);
  });

  test('no answer at all is said to be unreachable', async () => {
    vi.stubGlobal('fetch', async () => { throw new TypeError('Failed to fetch'); });
    const problem = (await getStudies().catch((e: unknown) => e)) as Problem;
    expect(problem.code).toBe('unreachable');
    expect(worthRetry(problem)).toBe(true);
  });
});

test('the generated types follow the specification: npm run generate', async () => {
  const spec = new URL('../../../spec/openapi.json', import.meta.url);
  const kept = readFileSync(new URL('../../src/api/gen/schema.ts', import.meta.url), 'utf8');
  expect(COMMENT_HEADER + astToString(await openapiTS(spec))).toBe(kept);
}, 60_000);

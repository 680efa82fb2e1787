// New sites. A search is streamed: where it stands, again and again, then the
// answer. All of it is in the address, so that the same one with another form
// is a download.

import { under, type Question } from '../question/question';
import { planQuestion, type PlanChoice } from '../question/plan';
import { client, joined, send, take, until, type Asked } from './client';
import { Problem } from './problem';
import type { Isochrones, Parcels, Plan, PlanProgress, ProblemBody } from './types';

/** How long a search may go on, in seconds: the longest that the server grants. */
const LONGEST = 600;

/** The address of a plan, or of the model behind it, in one of its forms. */
export function planAddress(study: string, asked: Asked, form: Readonly<Record<string, string>> = {}, what = 'plans'): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...asked, ...form })) if (value !== undefined) query.set(name, String(value));
  return `/api/v1/studies/${encodeURIComponent(study)}/${what}?${query}`;
}

/** What is asked for beside the plan itself. */
export interface Further {
  curve?: number;
  alternatives?: number;
}

/** The whole question of a plan. */
export function planAsked(q: Question, choice: PlanChoice, further: Further = {}): Asked {
  return { ...planQuestion(q, choice), ...further };
}

/** A name for a search by which it can be stopped. */
function newTicket(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/** A search that goes on. */
export interface Running {
  answer: Promise<Plan>;
  /** Ends it with the best so far. */
  stop(): Promise<void>;
  /** Calls it off: nobody waits for its answer any more. */
  drop(): void;
}

/** Starts a search; watch hears where it stands. Errors: a Problem, also for what the search itself found wrong. */
export function startPlan(study: string, asked: Asked, watch: (p: PlanProgress) => void): Running {
  const off = new AbortController();
  const ticket = newTicket();
  const address = planAddress(study, asked, { ticket, deadline_s: String(LONGEST) });
  return {
    answer: follow(address, off.signal, watch),
    async stop() {
      await client.DELETE('/api/v1/studies/{study}/plans/{ticket}', { params: { path: { study, ticket } } });
    },
    drop: () => off.abort(),
  };
}

async function follow(address: string, signal: AbortSignal, watch: (p: PlanProgress) => void): Promise<Plan> {
  const unreachable = (error: unknown) => new Problem(address, { status: 0, code: 'unreachable', detail: String(error) });
  const response = await send(address, { signal, headers: { Accept: 'text/event-stream' } });
  if (!response.body) throw unreachable('the answer is empty');
  try {
    for await (const { name, data } of events(response.body)) {
      if (name === 'progress') watch(data as PlanProgress);
      if (name === 'result') return data as Plan;
      if (name === 'problem') throw new Problem(address, data as ProblemBody);
    }
  } catch (error) {
    throw signal.aborted || error instanceof Problem ? error : unreachable(error);
  }
  throw unreachable('the stream ended before the answer');
}

/** The events of a stream, each with its data. */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<{ name: string; data: unknown }> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.filter((l) => l.startsWith(`${name}: `)).map((l) => l.slice(name.length + 2)).join('\n');
      yield { name: field('event'), data: JSON.parse(field('data')) };
    }
  }
}

/** The idle parcels of a study with their outlines. */
export function getParcels(study: string, signal?: AbortSignal): Promise<Parcels> {
  const params = { path: { study, layer: 'parcels' } };
  return take(client.GET('/api/v1/studies/{study}/layers/{layer}', { params, ...until(signal) }));
}

/** The ground from which a place is reached within the question's cutoff. */
export function getReached(q: Question, at: readonly [number, number], signal?: AbortSignal): Promise<Isochrones> {
  const cutoff = q.cutoff.unit === 'min' ? { cutoffs_min: [q.cutoff.value] } : { cutoffs_m: [q.cutoff.value] };
  const query = { at: [...at], ...cutoff, direction: 'toward' as const, profile: q.profile, ...under(q), min_hole_m2: 2000, f: 'geojson' as const };
  return take(client.GET('/api/v1/studies/{study}/isochrones', { params: { path: { study: q.study }, query }, querySerializer: joined, ...until(signal) }));
}

// Questions that may take long are asked as jobs: the server tells how far it
// is, and a job can be stopped. One that keeps no jobs answers at once.

import { client, take, until } from './client';
import { linkOf } from './jobs';
import { events } from './plans';
import { Problem } from './problem';
import type { Job, ProblemBody } from './types';

/** What is sent with a question to have it answered as a job. */
export const AS_JOB = { Prefer: 'respond-async' } as const;

/** What an asked question came to: its answer, or the job that will have it. */
type Sent = Promise<{ data?: unknown; error?: unknown; response: Response }>;

/**
 * The answer to a question that was sent with AS_JOB; watch hears how far its job is.
 *
 * Errors: a Problem, also of a job that failed or was stopped.
 */
export async function answerOf<T>(sent: Sent, signal: AbortSignal, watch: (job: Job) => void): Promise<T> {
  const { response } = await sent;
  if (response.status !== 202) return take<T>(sent);
  const begun = await take<Job>(sent);
  watch(begun);
  return resultOf<T>(begun, signal, watch);
}

/**
 * What a job leaves at its end; watch hears how far it is. Errors: a Problem,
 * that of the job if it failed, "canceled" if somebody stopped it.
 */
export async function resultOf<T>(begun: Job, signal: AbortSignal, watch: (job: Job) => void): Promise<T> {
  const job = await ended(begun.id, signal, watch);
  const address = `/api/v1/jobs/${job.id}`;
  if (job.state === 'dismissed') throw new Problem(address, { status: 409, code: 'canceled' });
  const result = linkOf(job, 'result')?.split('/').at(-1);
  if (job.state !== 'successful' || result === undefined) throw new Problem(address, job.problem ?? { status: 500 });
  return take<T>(client.GET('/api/v1/results/{result}', { params: { path: { result } }, ...until(signal) }));
}

/** Follows a job to its end. */
async function ended(id: string, signal: AbortSignal, watch: (job: Job) => void): Promise<Job> {
  const path = { job: id };
  const stream = await take<ReadableStream<Uint8Array>>(
    client.GET('/api/v1/jobs/{job}/events', { params: { path }, parseAs: 'stream', ...until(signal) }),
  );
  for await (const { name, data } of events(stream)) {
    if (name === 'problem') throw new Problem(`/api/v1/jobs/${id}/events`, data as ProblemBody);
    watch(data as Job);
    if (name === 'end') return data as Job;
  }
  // A stream that broke off says nothing of the job.
  return take(client.GET('/api/v1/jobs/{job}', { params: { path }, ...until(signal) }));
}

/** Stops a job. */
export async function stopJob(job: string): Promise<void> {
  await client.DELETE('/api/v1/jobs/{job}', { params: { path: { job } } });
}

// Jobs: what was asked for now and is answered later.

import { client, take, until } from './client';
import type { Job } from './types';

export type JobState = Job['state'];

/** A page of jobs, the newest first. */
export interface JobPage {
  jobs: Job[];
  /** Id behind which the next page begins; undefined on the last. */
  before?: string;
}

/** Which jobs are asked for. */
export interface JobFilter {
  study?: string;
  state?: JobState;
}

export async function getJobs(filter: JobFilter & { before?: string }, limit: number, signal?: AbortSignal): Promise<JobPage> {
  const query = { ...filter, limit };
  const body = await take<{ jobs: Job[]; next?: string }>(client.GET('/api/v1/jobs', { params: { query }, ...until(signal) }));
  const before = body.next && new URL(body.next, 'http://server').searchParams.get('before');
  return { jobs: body.jobs, ...(before ? { before } : {}) };
}

/** Stops a job that waits or runs; removes one that is over. */
export async function dropJob(job: string): Promise<void> {
  await take(client.DELETE('/api/v1/jobs/{job}', { params: { path: { job } } }));
}

/** Where something of a job is. */
export const linkOf = (job: Job, rel: Job['links'][number]['rel']) => job.links.find((l) => l.rel === rel)?.href;

/** Hears where a job stands until it is over. Returns what ends the hearing. */
export function watchJob(job: Job, told: (job: Job) => void): () => void {
  const address = linkOf(job, 'events');
  if (!address) return () => {};
  const source = new EventSource(address);
  const hear = (event: Event) => told(JSON.parse((event as MessageEvent<string>).data) as Job);
  source.addEventListener('progress', hear);
  source.addEventListener('end', (event) => {
    source.close();
    hear(event);
  });
  source.addEventListener('problem', () => source.close());
  return () => source.close();
}

import type { Fault, ProblemBody } from './types';

/**
 * A request that was not answered. status is 0 and code "unreachable" when
 * no answer came at all.
 */
export class Problem extends Error {
  readonly url: string;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly faults: Fault[];

  constructor(url: string, body: Omit<ProblemBody, 'code'> & { code?: string }) {
    super(body.detail ?? body.title ?? `status ${body.status ?? 0}`);
    this.name = 'Problem';
    this.url = url;
    this.status = body.status ?? 0;
    this.code = body.code ?? (this.status === 0 ? 'unreachable' : 'internal');
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    this.faults = body.errors ?? [];
  }

  /** Everything a colleague would need to look into it, as plain text. */
  report(): string {
    const lines = [`${this.status} ${this.code} ${this.title}`.trim(), this.url];
    if (this.detail) lines.push(this.detail);
    for (const f of this.faults) {
      lines.push(`- ${[f.location, f.message].filter(Boolean).join(': ')}`);
    }
    return lines.join('\n');
  }
}

/** Whether asking again may help: not when the question itself is at fault. */
export function worthRetry(error: unknown): boolean {
  return !(error instanceof Problem) || error.status === 0 || error.status >= 500;
}

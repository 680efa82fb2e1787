import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program. */
export const BINARY = process.env.KAIMEN_BIN ?? fileURLToPath(new URL('../../../../bin/kaimen', import.meta.url));

/** How long the sample may take to be made and imported on a busy machine. */
const START_MS = 90_000;

/** A server that answers, and how to end it. */
export interface Server {
  url: string;
  stop(): Promise<void>;
}

/**
 * The server under test: the one KAIMEN_URL names, else KAIMEN_BIN or
 * bin/kaimen with the sample district in a store of its own on a free port,
 * which it has to be where it needs flags of its own.
 */
export async function startServer(flags: readonly string[] = []): Promise<Server> {
  const given = flags.length === 0 && process.env.KAIMEN_URL;
  if (given) return { url: given.replace(/\/$/, ''), stop: async () => {} };
  if (!existsSync(BINARY)) {
    throw new Error(`${BINARY} is not there: run make build, or name a running server in KAIMEN_URL`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'kaimen-page-'));
  const server = await serve(BINARY, ['--sample', '--store', join(folder, 'sample.gpkg'), ...flags]);
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

/** Serves a store on a free port. */
export async function serve(binary: string, flags: readonly string[]): Promise<Server> {
  const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', ...flags]);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));

  async function stop() {
    child.kill('SIGTERM');
    await ended;
  }

  let said = '';
  const url = new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`kaimen serve ${why}; it said:\n${said}`));
    const timer = setTimeout(() => fail(`was not listening after ${START_MS / 1000} s`), START_MS);
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]!);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => fail(`could not start: ${error.message}`));
    child.once('close', (code) => fail(`ended with exit code ${code}`));
  });
  try {
    return { url: await url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

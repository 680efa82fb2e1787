import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launch } from './chromium';
import { startServer, type Server } from './server';

/** A page on a server of its own, and what went wrong on it. */
export interface Visit {
  server: Server;
  browser: Browser;
  page: Page;
  /** Errors in the console. */
  complaints: string[];
  /** Addresses asked for that are not the server's. */
  strangers: string[];
  end(): Promise<void>;
}

/** Starts a server and a browser with one page, in Chinese, light. */
export async function startVisit(executable: string, viewport: { width: number; height: number }, flags: readonly string[] = []): Promise<Visit> {
  return visitOf(await startServer(flags), executable, viewport);
}

/** The same on a server that is there. */
export async function visitOf(server: Server, executable: string, viewport: { width: number; height: number }): Promise<Visit> {
  const browser = await launch(executable);
  const context = await browser.newContext({ viewport, colorScheme: 'light', locale: 'zh-CN' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.stack ?? e.message));
  page.on('request', (r) => {
    const inside = r.url().startsWith(server.url) || /^(data|blob):/.test(r.url());
    if (!inside) strangers.push(r.url());
  });
  const end = async () => {
    await browser.close();
    await server.stop();
  };
  return { server, browser, page, complaints, strangers, end };
}

/** Waits until nothing fades in or out: an answer that is about to give way is pale for a moment. */
async function settled(page: Page) {
  await page.waitForFunction(() => {
    const fading = document.getAnimations().some((a) => a.playState === 'running' && Number.isFinite(a.effect?.getComputedTiming().endTime));
    return !fading && !document.querySelector('.answer[aria-busy=true]');
  });
}

/** Expects no fault that axe finds. */
export async function expectAccessible(page: Page, where: string) {
  await settled(page);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.target.join(' ')}`));
  expect(found, `accessibility faults, ${where}`).toEqual([]);
}

/** What the server itself says about the sample. */
export async function asked<T>(server: Server, path: string, question: Record<string, string | number>): Promise<T> {
  const query = new URLSearchParams(Object.entries(question).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${server.url}/api/v1/studies/dongxing-sample/${path}?${query}`);
  expect(response.status, path).toBe(200);
  return (await response.json()) as T;
}

/** The question that the address of a page holds, as the server is asked it, but for the kind. */
export function questionOf(page: Page) {
  const q = new URL(page.url()).searchParams;
  return { level: q.get('level')!, profile: q.get('profile')!, cohort: q.get('cohort')!, cutoff_min: Number(q.get('min')) };
}

/** Puts the page into a language and a theme. */
export async function dress(page: Page, language: string, theme: string) {
  if ((await page.getAttribute('html', 'data-theme')) !== theme) await page.getByTestId('theme').click();
  if (!(await page.getAttribute('html', 'lang'))!.startsWith(language)) await page.getByTestId('language').click();
}

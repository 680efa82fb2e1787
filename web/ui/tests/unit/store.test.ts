import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from '../../src/question/store';

/** The few parts of a window that the store touches, with a history to walk in. */
function fakeWindow(search: string) {
  const entries = [search];
  let at = 0;
  let popped = () => {};
  const set = (address: string) => address.replace(/^\//, '');
  return {
    entries,
    location: { pathname: '/', get search() { return entries[at]!; } },
    history: {
      pushState: (_: unknown, __: string, a: string) => { entries.splice(++at, entries.length, set(a)); },
      replaceState: (_: unknown, __: string, a: string) => { entries[at] = set(a); },
    },
    addEventListener: (_: string, act: () => void) => { popped = act; },
    setTimeout: (act: () => void, ms: number) => setTimeout(act, ms),
    clearTimeout: (id: ReturnType<typeof setTimeout>) => clearTimeout(id),
    back() { at--; popped(); },
  };
}

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

test('a pushed change is one step back', () => {
  const window = fakeWindow('?kind=school');
  const store = createStore(window as never);
  store.push({ kind: 'clinic', zone: 'z1' });
  expect(window.entries).toEqual(['?kind=school', '?kind=clinic&zone=z1']);
  window.back();
  expect(store.state).toEqual({ kind: 'school' });
});

test('a change to what already holds makes no new step', () => {
  const window = fakeWindow('?kind=school');
  createStore(window as never).push({ kind: 'school' });
  expect(window.entries).toHaveLength(1);
});

test('many replacements are one address, written a moment later', () => {
  const window = fakeWindow('');
  const store = createStore(window as never);
  store.replace({ find: 'a' });
  store.replace({ find: 'ab' });
  expect(store.state.find).toBe('ab');
  expect(window.entries).toEqual(['']);
  vi.runAllTimers();
  expect(window.entries).toEqual(['?find=ab']);
});

test('a push keeps the replacement that was still waiting', () => {
  const window = fakeWindow('');
  const store = createStore(window as never);
  store.replace({ find: 'ab' });
  store.push({ tab: 'gaps' });
  expect(window.entries).toEqual(['?find=ab', '?tab=gaps&find=ab']);
});

test('going back drops a replacement that belonged to the entry left', () => {
  const window = fakeWindow('?kind=school');
  const store = createStore(window as never);
  store.push({ kind: 'clinic' });
  store.replace({ find: 'ab' });
  window.back();
  vi.runAllTimers();
  expect(window.entries[0]).toBe('?kind=school');
});

test('undefined and empty values leave the state', () => {
  const store = createStore(fakeWindow('?kind=school&find=x&class=1') as never);
  store.push({ find: '', classes: [], kind: undefined });
  expect(store.state).toEqual({});
});

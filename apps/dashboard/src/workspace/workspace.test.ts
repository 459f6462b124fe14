import { createMemoryRunStore, type MemoryRunStore } from '@coldhunt/archive';
import { TransientError, type RunStore } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildWorkspace } from '../../test/build-workspace.ts';
import { FIND_LIMITS, findPlaces } from './find-places.ts';
import { HuntDetails } from './hunt-detail.ts';
import { Workspace } from './workspace.ts';

/** A clock that is set by hand. */
function clock(): { now: () => number; pass: (ms: number) => void } {
  let ms = Date.UTC(2026, 2, 3);
  return { now: () => ms, pass: (more) => (ms += more) };
}

const LOOKED_AT = /\/(?:(?:run|summary|coverage|custody)\.json|(?:plan|reduce)\/done\.json|scan\/.*)$/;

function copyRun(store: MemoryRunStore, from: string, to: string): void {
  for (const [path, body] of store.files) {
    if (path.startsWith(`${from}/`) && LOOKED_AT.test(path))
      void store.put(`${to}/${path.slice(from.length + 1)}`, body);
  }
}

describe('a workspace of many runs', () => {
  it('is read once, and then costs little at each look', async () => {
    const built = await buildWorkspace({ done: 'done', under: 'scanning' });
    for (let number = 0; number < 1000; number += 1) copyRun(built.store, 'done', `run-${number}`);
    const time = clock();
    const workspace = new Workspace({ store: built.store, now: time.now });
    expect((await workspace.look()).hunts).toHaveLength(1002);
    expect(built.reads()).toBeGreaterThan(1002);
    for (let second = 0; second < 20; second += 1) {
      time.pass(1000);
      await workspace.look();
      // The names, the one that is under way, and a few of the others once a minute is over.
      expect(built.reads()).toBeLessThan(30);
    }
    time.pass(60_000);
    await workspace.look();
    expect(built.reads()).toBeLessThan(400);
  });

  it('is shown from the first look on, when reading it takes long', async () => {
    const { store } = await buildWorkspace({ a: 'done', b: 'done', c: 'done' });
    for (let number = 0; number < 60; number += 1) copyRun(store, 'a', `run-${number}`);
    const time = clock();
    const slow: RunStore = {
      ...store,
      get: async (path) => {
        time.pass(1);
        return store.get(path);
      },
    };
    const workspace = new Workspace({ store: slow, now: time.now, lookForMs: 50 });
    const first = await workspace.look();
    expect(first.hunts.length).toBeLessThan(40);
    expect(first.hunts.length + first.unread).toBe(63);
    for (let look = 0; look < 20; look += 1) {
      time.pass(1000);
      await workspace.look();
    }
    expect((await workspace.look()).unread).toBe(0);
  });
});

describe('a workspace', () => {
  it('tells that its store is away, and shows what it knew', async () => {
    const { store } = await buildWorkspace({ a: 'done' });
    const time = clock();
    let isAway = false;
    const fail = (): never => {
      throw new TransientError('STORAGE_UNAVAILABLE', 'the store is away');
    };
    const failing: RunStore = { ...store, list: (prefix) => (isAway ? fail() : store.list(prefix)) };
    const workspace = new Workspace({ store: failing, now: time.now });
    expect(await workspace.look()).toMatchObject({ problem: null, hunts: [{ path: 'a' }] });
    isAway = true;
    time.pass(10_000);
    expect(await workspace.look()).toMatchObject({ problem: /store is away/, hunts: [{ path: 'a' }] });
    isAway = false;
    time.pass(10_000);
    expect((await workspace.look()).problem).toBeNull();
  });

  it('sees runs come, change and go', async () => {
    const { store } = await buildWorkspace({ a: 'scanning' });
    const time = clock();
    const workspace = new Workspace({ store, now: time.now });
    expect((await workspace.look()).hunts.map(({ state }) => state)).toEqual(['scanning']);
    copyRun(store, 'a', 'b');
    time.pass(6000);
    expect((await workspace.look()).hunts.map(({ path }) => path).toSorted()).toEqual(['a', 'b']);
    for (const path of store.files.keys()) if (path.startsWith('a/')) await store.remove(path);
    time.pass(6000);
    expect((await workspace.look()).hunts.map(({ path }) => path)).toEqual(['b']);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -40)],
    ['altered', (text: string) => text.replace('2026-01-01', '2025-01-01')],
    ['not JSON', () => '<html>'],
  ])('shows a run whose run.json is %s as unreadable, beside the others', async (_how, damage) => {
    const { store } = await buildWorkspace({ a: 'done', b: 'done' });
    await store.put('a/run.json', Buffer.from(damage(String(store.files.get('a/run.json') ?? ''))));
    const { hunts } = await new Workspace({ store }).look();
    expect(Object.fromEntries(hunts.map(({ path, state }) => [path, state]))).toEqual({ a: 'unreadable', b: 'done' });
  });
});

describe('finding runs', () => {
  const none = new Map();

  it('does not look into runs, nor deeper than it says', async () => {
    const store = createMemoryRunStore();
    for (const path of [
      'a/run.json',
      'a/nights/run.json',
      'x/y/run.json',
      'x/y2/z/w/run.json',
      'w/watch.json',
      'w/nights/1/run.json',
    ])
      await store.put(path, Buffer.from('{}'));
    expect(await findPlaces(store, none)).toEqual({
      places: [
        { path: 'a', kind: 'run' },
        { path: 'w', kind: 'watch' },
        { path: 'x/y', kind: 'run' },
      ],
      isCut: true,
    });
  });

  it('takes the place itself for a run where it is one', async () => {
    const store = createMemoryRunStore();
    await store.put('run.json', Buffer.from('{}'));
    expect((await findPlaces(store, none)).places).toEqual([{ path: '', kind: 'run' }]);
  });

  it('stops at its limits, and says so', async () => {
    const store = createMemoryRunStore();
    for (let number = 0; number < 50; number += 1) await store.put(`f${number}/run.json`, Buffer.from('{}'));
    expect(await findPlaces(store, none, { ...FIND_LIMITS, places: 10 })).toMatchObject({ isCut: true });
    expect((await findPlaces(store, none, { ...FIND_LIMITS, folders: 20 })).places.length).toBeLessThan(20);
  });
});

describe('the details of a hunt', () => {
  it('are listed once for many looks', async () => {
    const built = await buildWorkspace({ c: 'failing' });
    const time = clock();
    const workspace = new Workspace({ store: built.store, now: time.now });
    const [view] = (await workspace.look()).hunts;
    const details = new HuntDetails(time.now);
    const store = workspace.open('c');
    if (view === undefined || store === null) throw new Error('no hunt');
    const first = await details.read(view, store, new Set());
    expect(first.heat?.counts).toEqual({ failed: 1, running: 0, retried: 0, done: 1, waiting: 1 });
    expect(first.errors).toMatchObject([{ code: 'SHARD_GAVE_UP', objects: 1 }]);
    built.reads();
    for (let look = 0; look < 50; look += 1) await details.read(view, store, new Set());
    expect(built.reads()).toBe(0);
    const waiting = [0, 1, 2].map((index) => first.plan?.idAt(index) ?? '');
    time.pass(1500);
    const { heat } = await details.read(view, store, new Set(waiting));
    expect(heat?.counts).toMatchObject({ running: 2, waiting: 0, done: 1 });
  });

  it('tell what of the plan is damaged', async () => {
    const { store } = await buildWorkspace({ b: 'scanning' });
    const part = [...store.files.keys()].find((path) => path.startsWith('b/plan/') && path.endsWith('.zst')) ?? '';
    await store.put(part, Buffer.from('damaged'));
    const workspace = new Workspace({ store });
    const [view] = (await workspace.look()).hunts;
    const opened = workspace.open('b');
    if (view === undefined || opened === null) throw new Error('no hunt');
    expect(await new HuntDetails().read(view, opened, new Set())).toMatchObject({ heat: null, problem: /RUN_DAMAGED/ });
  });
});

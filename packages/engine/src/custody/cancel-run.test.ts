import { TransientError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../test/memory-store.ts';
import type { RunFile } from '../question/output.ts';
import { cancelRun, unlessCancelled } from './cancel-run.ts';
import { findGivenUp, writeAsked } from './custody-file.ts';

const RUN = { run_id: 'ab'.repeat(32), generation: 1 } as RunFile;
const ASKED = { atMs: 1, command: 'resume', ticket: null, purpose: null, callers: [], version: '1' };
const BY = { message: 'cancelled by a test', atMs: 2 };

/** Work that ends only when it is told to. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('a hunt that is cancelled', () => {
  it('stops what works on it, and says so', async () => {
    const store = createMemoryStore();
    await writeAsked(store, RUN, ASKED);
    const working = unlessCancelled(store, { everyMs: 5 }, untilAborted);
    await cancelRun(store, RUN, BY);
    await expect(working).rejects.toMatchObject({ code: 'RUN_CANCELLED', message: /cancelled by a test.*resumed/ });
    expect(await findGivenUp(store, RUN)).toMatchObject({ by: 'person', code: 'RUN_CANCELLED' });
  });

  it('is not begun by whoever comes to it later', async () => {
    const store = createMemoryStore();
    await cancelRun(store, RUN, BY);
    const begun: string[] = [];
    const act = async (): Promise<void> => void begun.push('begun');
    await expect(unlessCancelled(store, {}, act)).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    expect(begun).toEqual([]);
  });

  it('goes on once it is asked for again', async () => {
    const store = createMemoryStore();
    await cancelRun(store, RUN, BY);
    await writeAsked(store, RUN, ASKED);
    expect(await unlessCancelled(store, {}, async () => 'done')).toBe('done');
  });

  it('tells what work throws by itself, and the end that its caller asks for', async () => {
    const store = createMemoryStore();
    const stop = new AbortController();
    const working = unlessCancelled(store, { signal: stop.signal, everyMs: 5 }, untilAborted);
    stop.abort(new TransientError('INTERRUPTED', 'enough'));
    await expect(working).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const failing = unlessCancelled(store, {}, () => Promise.reject(new TransientError('STORAGE_FAILED', 'no')));
    await expect(failing).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  it('is not cancelled by a store that does not answer', async () => {
    const broken = { ...createMemoryStore(), get: () => Promise.reject(new Error('away')) };
    expect(await unlessCancelled(broken, { everyMs: 1 }, async () => 'done')).toBe('done');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from './run-process.ts';
import { loadServiceConfig, reductionSharesOf, scanSharesOf } from './service-config.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'coldhunt-service-'));
  await writeFile(
    join(cwd, 'coldhunt.yaml'),
    'service: {workers: 3, drain_timeout: 2m, lock_duration: 45s, thread_memory_mb: 700}\n',
  );
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('loadServiceConfig', () => {
  it('takes a flag before the environment, that before the file, and that before the default', () => {
    const env = { COLDHUNT_WORKERS: '5', COLDHUNT_DRAIN_TIMEOUT: '3m' };
    expect(loadServiceConfig({ flags: { workers: 7 }, env, cwd })).toEqual({
      threads: 7,
      drainTimeoutMs: 180_000,
      lockDurationMs: 45_000,
      threadMemoryMb: 700,
      memory: null,
      spillDir: null,
      maxSpill: null,
    });
    const unsaid = loadServiceConfig({ flags: {}, env: {}, cwd: tmpdir() });
    expect(unsaid).toMatchObject({ drainTimeoutMs: 25_000, lockDurationMs: 30_000 });
    expect(scanSharesOf(unsaid)).toEqual({ threads: availableParallelism(), heapMb: 512 });
    expect(reductionSharesOf(unsaid)).toBeNull();
  });

  it('takes what a process may take from flags and environment, and cuts threads and heaps after it', () => {
    const env = { COLDHUNT_MEMORY: '600MB', COLDHUNT_SPILL_DIR: '/spills' };
    const service = loadServiceConfig({ flags: { maxSpill: '2GiB' }, env, cwd: tmpdir() });
    expect(service).toMatchObject({ memory: 600e6, spillDir: '/spills', maxSpill: 2 * 1024 ** 3 });
    expect(reductionSharesOf(service)?.heapMb).toBeLessThan(600);
    expect(scanSharesOf({ ...service, threads: 1 }).heapMb).toBeGreaterThan(300);
    expect(() => scanSharesOf({ ...service, threads: 9 })).toThrow(/the smallest that works is \d+MB/);
  });
});

describe('runProcess', () => {
  it.each([
    ['a wrong setting', { COLDHUNT_WORKERS: 'many' }, 2],
    ['an error of what was started', {}, 1],
  ])('ends %s with one line and an exit code', async (_name, env, expected) => {
    let text = '';
    const handle = {
      env,
      cwd: () => cwd,
      stderr: { write: (more: string) => (text += more) },
      exitCode: 0,
      exit: () => undefined,
    };
    const start = (): Promise<void> => Promise.reject(new Error('redis://:secret@host cannot be reached'));
    await runProcess('worker', start, handle);
    expect(handle.exitCode).toBe(expected);
    expect(text).toMatch(/^coldhunt worker: .*\([A-Z_]+\)\n$/);
    expect(text).not.toContain('secret');
  });
});

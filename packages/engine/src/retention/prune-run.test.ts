import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource } from '../../test/memory-source.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { writeAsked } from '../custody/custody-file.ts';
import { runHunt } from '../hunt/run-hunt.ts';
import { openRun, reopenRun, runIdOf, writeRun } from '../question/output.ts';
import { verifyRun, type Verification } from '../verify/verify-run.ts';
import { listRuns, type ListedRun } from './list-runs.ts';
import { pruneRun } from './prune-run.ts';
import { scanAll } from '../../test/scan-all.ts';

const rule = buildRule({ type: 'query' });
const rules = [compileEquality(rule)];
const question = buildQuestion([rule]);
const run = { ...buildRun(question), run_id: runIdOf(question) };
const SECRET = 'host-of-the-board';
const objects = {
  a: `${JSON.stringify({ '@timestamp': '2026-02-01T00:00:00Z', 'process.name': 'aws', 'host.name': SECRET })}\n`,
};

async function finished(): Promise<MemoryStore> {
  const store = createMemoryStore();
  const sources = [createMemorySource(objects)];
  await writeRun(store, run);
  const asked = { command: 'scan', ticket: 'INC-1', purpose: null, callers: [], atMs: 0, version: '0.1.0' };
  await writeAsked(store, run, asked);
  await runHunt({
    run,
    rules,
    store,
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    runShards: scanAll({ rules, sources, store }),
  });
  return store;
}

async function verify(store: MemoryStore): Promise<Verification & { readonly findings: readonly unknown[] }> {
  const findings: unknown[] = [];
  const tell = (finding: unknown): void => void findings.push(finding);
  return { ...(await verifyRun({ run, rules, store, sources: null, scratch: createMemoryStore(), tell })), findings };
}

async function listed(store: MemoryStore): Promise<readonly ListedRun[]> {
  const found: ListedRun[] = [];
  for await (const each of listRuns(store, () => store)) found.push(each);
  return found;
}

function holdsSecret(store: MemoryStore): boolean {
  return [...store.files.values()].some((bytes) => Buffer.from(bytes).includes(SECRET));
}

it('is told from what was exported of it, and from one that was not finished', async () => {
  const store = await finished();
  expect(await listed(store)).toMatchObject([{ state: 'finished' }]);
  // As `evidence export` leaves it.
  store.files.delete('reduce/done.json');
  expect(await listed(store)).toMatchObject([{ state: 'exported', alerts: expect.any(Number) }]);
  store.files.delete('summary.json');
  expect(await listed(store)).toMatchObject([{ state: 'unfinished', alerts: null }]);
});

describe('a pruned run', () => {
  it('holds no content of events, and keeps question, plan, coverage, hashes and custody', async () => {
    const store = await finished();
    expect(holdsSecret(store)).toBe(true);
    expect(await pruneRun(store, run, Date.UTC(2026, 8, 1))).toBeGreaterThan(5);
    expect(holdsSecret(store)).toBe(false);
    const left = [...store.files.keys()].filter((path) => !path.startsWith('plan/')).toSorted();
    expect(left).toEqual(['coverage.json', 'custody.json', 'manifest.json', 'run.json', 'tombstone.json']);
  });

  it('is accepted by verify, which says when it was pruned', async () => {
    const store = await finished();
    await pruneRun(store, run, Date.UTC(2026, 8, 1));
    expect(await verify(store)).toMatchObject({ state: 'holds', findings: [], pruned_at: '2026-09-01T00:00:00.000Z' });
  });

  it.each<[string, (store: MemoryStore) => void]>([
    ['coverage was changed', (store) => store.files.set('coverage.json', Buffer.from('{}'))],
    ['coverage is gone', (store) => store.files.delete('coverage.json')],
    [
      'the manifest is another',
      (store) => store.files.set('manifest.json', Buffer.from('{"files":[\n],"objects":[\n]}\n')),
    ],
    ['custody is gone', (store) => store.files.delete('custody.json')],
    ['something was put in its place', (store) => store.files.set('alerts.ndjson', Buffer.from('{}\n'))],
  ])('does not hold where %s', async (_what, change) => {
    const store = await finished();
    await pruneRun(store, run, 0);
    change(store);
    expect((await verify(store)).state).toBe('wrong');
  });

  it('is gone on with where pruning was killed half-way', async () => {
    const store = await finished();
    const dying = { ...store, remove: () => Promise.reject(new Error('killed')) };
    await expect(pruneRun(dying, run, 0)).rejects.toThrow('killed');
    expect((await listed(store))[0]).toMatchObject({ state: 'pruned' });
    expect(await pruneRun(store, run, 0)).toBeGreaterThan(5);
    expect(holdsSecret(store)).toBe(false);
    expect((await verify(store)).state).toBe('holds');
  });

  it('is nothing to go on with, and is asked anew with clobber', async () => {
    const store = await finished();
    await pruneRun(store, run, 0);
    await expect(openRun(store, question)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await expect(reopenRun(store)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await openRun(store, question, { clobber: true });
    expect([...store.files.keys()].toSorted()).toEqual(['custody.json', 'run.json']);
  });

  it('is none before it is finished', async () => {
    const store = await finished();
    store.files.delete('summary.json');
    await expect(pruneRun(store, run, 0)).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
    expect(holdsSecret(store)).toBe(true);
  });
});

describe('a list of runs', () => {
  it('says what each is, pruned or not', async () => {
    const store = await finished();
    const known = { path: '', alerts: 1, coverage: 'complete', ticket: 'INC-1', listed_at: '2026-03-01T00:00:00.000Z' };
    expect(await listed(store)).toMatchObject([{ ...known, state: 'finished' }]);
    await pruneRun(store, run, 0);
    expect(await listed(store)).toMatchObject([{ ...known, state: 'pruned' }]);
    store.files.set('run.json', Buffer.from('{'));
    expect(await listed(store)).toMatchObject([{ state: 'unreadable', alerts: null }]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  InputError,
  SEMANTICS_REVISION,
  parseDocument,
  sealJson,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import { buildRule } from '../../test/build-match.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { createQuestion, type QuestionInput } from './create-question.ts';
import { openRun, reopenRun } from './open-run.ts';
import type { Question, RunFile } from './output.ts';
import { encodeRun, readRun } from './run-files.ts';
import { runIdOf } from './run-id.ts';

const RULE = buildRule();

function ask(over: Partial<QuestionInput> = {}): Question {
  return createQuestion({
    range: { from: '2026-02-01T00:00:00.000Z', to: null },
    archives: [{ uri: 's3://logs/events' }],
    rules: [RULE],
    ...over,
  });
}

function write(store: MemoryStore, path: string, value: unknown): void {
  store.files.set(path, sealJson(JSON.stringify(value)));
}

function finish(store: MemoryStore, run: RunFile): void {
  write(store, 'plan/done.json', { listed_at: '2026-03-01T00:00:00.000Z', listed: { objects: 42, bytes: 1 } });
  write(store, 'reduce/done.json', { run_id: run.run_id, generation: run.generation });
  write(store, 'summary.json', {});
}

describe('a question', () => {
  it('has the same run id however its parts were ordered, and another for anything that can change an answer', () => {
    const other = buildRule({ rule_id: 'rule-0' });
    const archives = [{ uri: 's3://logs/b' }, { uri: 's3://logs/a' }];
    const id = runIdOf(ask({ rules: [RULE, other], archives }));
    expect(runIdOf(ask({ rules: [other, RULE], archives: archives.toReversed() }))).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const ids = [
      ask(),
      ask({ range: { from: null, to: null } }),
      ask({ rules: [buildRule({ query: 'x: 1' })] }),
      ask({ archives: [{ uri: 's3://logs/other' }] }),
      ask({ archives: [{ uri: 's3://logs/events', layout: '%Y' }] }),
      ask({ options: { dedupe: false } }),
      ask({ options: { field_types: { n: 'long' } } }),
      ask({ exceptions: { items: [{ id: 'x' }] } }),
    ].map(runIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the same run id whatever an archive is called, and whatever keys would mean that no layout reads', () => {
    const uri = 's3://logs/a';
    const named = ask({ archives: [{ uri, name: 'prod' }] });
    expect(runIdOf(named)).toBe(runIdOf(ask({ archives: [{ uri }] })));
    expect(runIdOf(ask({ archives: [{ uri, layout_time: 'event', layout_tz: 'Europe/Rome' }] }))).toBe(runIdOf(named));
  });

  it.each([
    [{ mode: 'parity' as const, rules: [buildRule({ to: '2026-02-01' })] }, 'MODE_UNSUPPORTED'],
    [{ mode: 'parity' as const, rules: [buildRule({ from: 'now-1M' })] }, 'MODE_UNSUPPORTED'],
    [{ mode: 'parity' as const, rules: [buildRule({ query: '@timestamp > now-1h' })] }, 'MODE_UNSUPPORTED'],
    [{ mode: 'parity' as const, options: { dedupe: false } }, 'OPTION_INVALID'],
    [{ options: { schedule_offset_ms: 60_000 } }, 'OPTION_INVALID'],
    [{ rules: [] }, 'RULE_NOT_FOUND'],
    [{ rules: [RULE, buildRule({ version: 2 })] }, 'RULE_DUPLICATE'],
    [{ archives: [] }, 'URI_INVALID'],
    [{ archives: [{ uri: 's3://logs/a' }, { uri: 's3://logs/a' }] }, 'URI_INVALID'],
    [{ archives: [{ uri: 's3://logs/a/b' }, { uri: 's3://logs/a-c' }, { uri: 's3://logs/a' }] }, 'URI_INVALID'],
    [{ archives: [{ uri: 's3://logs/' }, { uri: 's3://logs/a' }] }, 'URI_INVALID'],
    [{ archives: [{ uri: 's3://key:secret@logs/a' }] }, 'URI_INVALID'],
    [{ options: { max_alerts: -1 } }, 'OPTION_INVALID'],
    [{ options: { max_line_bytes: 0 } }, 'OPTION_INVALID'],
    [{ options: { time_field: '' } }, 'OPTION_INVALID'],
    [{ options: { new_terms_fields: [] } }, 'OPTION_INVALID'],
    [{ options: { new_terms_fields: ['a', 'b', 'a'] } }, 'OPTION_INVALID'],
    [{ options: { new_terms_fields: ['a', 'b', 'c', 'd'] } }, 'OPTION_INVALID'],
  ])('is refused: %j', (over, code) => {
    expect(() => ask(over)).toThrow(expect.objectContaining({ code }));
  });

  it('takes archives that lie beside each other', () => {
    expect(
      ask({ archives: [{ uri: 's3://logs/a' }, { uri: 's3://logs/a-b' }, { uri: 's3://logs2/a' }] }).archives,
    ).toHaveLength(3);
  });
});

describe('a run folder', () => {
  it('takes a new run, and goes on with an unfinished one', async () => {
    const store = createMemoryStore();
    const first = await openRun(store, ask());
    expect(first).toMatchObject({ state: 'new', run: { generation: 1, run_id: runIdOf(ask()) } });
    expect(await readRun(store)).toEqual(first.run);
    expect(await openRun(store, ask())).toEqual({ run: first.run, state: 'resumed' });
  });

  it('reads back every number of a rule as it was', async () => {
    const store = createMemoryStore();
    const filters = [parseDocument('{"query":{"range":{"n":{"gte":1.0,"lt":9007199254740993,"big":1e400}}}}')];
    const { run } = await openRun(store, ask({ rules: [buildRule({ filters })] }));
    expect((await readRun(store)).run_id).toBe(run.run_id);
  });

  it('says when a finished run was listed and that nothing was looked at again', async () => {
    const store = createMemoryStore();
    const { run } = await openRun(store, ask());
    finish(store, run);
    await expect(openRun(store, ask())).rejects.toMatchObject({
      code: 'RUN_EXISTS',
      message: expect.stringMatching(
        /listed at 2026-03-01T00:00:00.000Z with 42 objects, and nothing was looked at again/,
      ),
    });
  });

  it('asks anew with clobber: nothing of the old run is left, what is not of a run stays', async () => {
    const store = createMemoryStore();
    const { run } = await openRun(store, ask());
    finish(store, run);
    for (const path of ['scan/a.ledger.json', 'plan/x.ndjson.zst', 'alerts.ndjson', 'alerts.csv', 'notes.txt'])
      write(store, path, {});
    const again = await openRun(store, ask({ range: { from: null, to: null } }), { clobber: true });
    expect(again).toMatchObject({ state: 'new', run: { generation: 2 } });
    expect([...store.files.keys()].toSorted()).toEqual(['notes.txt', 'run.json']);
  });

  it('takes nothing of an old run away where the new question cannot be asked', async () => {
    const store = createMemoryStore();
    const { run } = await openRun(store, ask());
    finish(store, run);
    const before = new Map(store.files);
    const refused = new InputError('STORAGE_NOT_FOUND', 'no such bucket');
    const beforeClearing = (): Promise<void> => Promise.reject(refused);
    const other = ask({ range: { from: null, to: null } });
    await expect(openRun(store, other, { clobber: true, beforeClearing })).rejects.toBe(refused);
    expect(store.files).toEqual(before);
    // Where nothing is lost nothing is asked twice.
    expect((await openRun(createMemoryStore(), other, { clobber: true, beforeClearing })).state).toBe('new');
  });

  it('refuses a place with files that are not of a run, and writes nothing there', async () => {
    const store = createMemoryStore();
    write(store, 'notes.txt', {});
    for (const options of [{}, { clobber: true }, { rescan: true }]) {
      await expect(openRun(store, ask(), options)).rejects.toMatchObject({
        code: 'RUN_FOLDER_TAKEN',
        message: expect.stringContaining('"notes.txt"'),
      });
    }
    expect([...store.files.keys()]).toEqual(['notes.txt']);
  });

  it('takes a place where only parts of a plan that was refused are left, or that may not be listed', async () => {
    const store = createMemoryStore();
    write(store, 'plan/x.ndjson.zst', {});
    expect(await openRun(store, ask())).toMatchObject({ state: 'new' });
    const unlisted = createMemoryStore();
    const denied: RunStore = {
      ...unlisted,
      list() {
        throw new InputError('STORAGE_DENIED', 'no right to list');
      },
    };
    expect(await openRun(denied, ask())).toMatchObject({ state: 'new' });
  });

  it('refuses another question, and says what differs', async () => {
    const store = createMemoryStore();
    await openRun(store, ask());
    await expect(openRun(store, ask({ options: { dedupe: false } }))).rejects.toMatchObject({
      code: 'RUN_OTHER_QUESTION',
      message: expect.stringMatching(/another question \(other options\)/),
    });
    await expect(
      openRun(store, ask({ archives: [{ uri: 's3://x/y' }], rules: [buildRule({ name: 'x' })] })),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/\(other archives, other rules\)/),
    });
  });

  it('refuses to go on under another semantics revision unless everything is scanned anew', async () => {
    const store = createMemoryStore();
    const question = { ...ask(), semantics_revision: SEMANTICS_REVISION + 1 };
    store.files.set(
      'run.json',
      encodeRun({ format: 1, run_id: runIdOf(question), generation: 3, question, rules_left_out: [] }),
    );
    await expect(openRun(store, ask())).rejects.toMatchObject({ code: 'RUN_REVISION' });
    await expect(reopenRun(store)).rejects.toMatchObject({ code: 'RUN_REVISION' });
    await expect(openRun(store, ask({ rules: [buildRule({ name: 'x' })] }), { rescan: true })).rejects.toMatchObject({
      code: 'RUN_OTHER_QUESTION',
    });
    expect(await openRun(store, ask(), { rescan: true })).toMatchObject({ state: 'new', run: { generation: 4 } });
  });

  it('reopens a finished run under a new generation', async () => {
    const store = createMemoryStore();
    const { run } = await openRun(store, ask());
    finish(store, run);
    expect(await reopenRun(store)).toMatchObject({ generation: 2, run_id: run.run_id });
    expect(await openRun(store, ask())).toMatchObject({ state: 'resumed', run: { generation: 2 } });
    write(store, 'summary.json', {});
    // Its old reduction does not make the new generation finished.
    expect(await openRun(store, ask())).toMatchObject({ state: 'resumed' });
  });

  it('gives one run to two processes that begin it at once', async () => {
    const store = createMemoryStore();
    const both = await Promise.all([openRun(store, ask()), openRun(store, ask())]);
    expect(both.map(({ state }) => state).toSorted()).toEqual(['new', 'resumed']);
  });

  it.each<[string, (run: Record<string, DocumentValue>) => unknown, string]>([
    ['of a newer version', (run) => ({ ...run, format: 2, anything: 'else' }), 'RUN_FORMAT_NEWER'],
    ['with a question that does not hash to its id', (run) => ({ ...run, run_id: 'a'.repeat(64) }), 'RUN_INVALID'],
    ['with an unknown entry', (run) => ({ ...run, more: 1 }), 'RUN_INVALID'],
    ['without a question', ({ format }) => ({ format }), 'RUN_INVALID'],
    ['that is no object', () => [1], 'RUN_INVALID'],
  ])('is refused with a run.json %s', async (_name, change, code) => {
    const store = createMemoryStore();
    const { run } = await openRun(store, ask());
    write(store, 'run.json', change(run as unknown as Record<string, DocumentValue>));
    await expect(openRun(store, ask())).rejects.toMatchObject({ code });
  });

  it('is refused with a run.json that is not JSON, until it is removed with clobber', async () => {
    const store = createMemoryStore();
    store.files.set('run.json', Buffer.from('{"torn'));
    await expect(openRun(store, ask())).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
    expect(await openRun(store, ask(), { clobber: true })).toMatchObject({ state: 'new' });
    await expect(readRun(createMemoryStore())).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

// Whoever may not list a bucket is answered "denied" for what is not there, as S3 does.

import { describe, expect, it } from 'vitest';
import { InputError, type RunStore } from '@coldhunt/core';
import { buildRule } from '../../test/build-match.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { createQuestion } from './create-question.ts';
import { openRun } from './open-run.ts';
import type { Question } from './output.ts';

function ask(uri: string): Question {
  return createQuestion({ range: { from: null, to: null }, archives: [{ uri }], rules: [buildRule()] });
}

/** `mayRead`: what is there can be read. */
function unlisted(store: MemoryStore, { mayRead }: { readonly mayRead: boolean }): RunStore {
  return {
    ...store,
    get: async (path) => {
      const found = mayRead ? await store.get(path) : null;
      if (found === null) throw new InputError('STORAGE_DENIED', `cannot read ${path}: access denied`);
      return found;
    },
  };
}

describe('a run folder that may not be listed', () => {
  it('takes a new run, and the same question again goes on with it', async () => {
    const store = unlisted(createMemoryStore(), { mayRead: true });
    expect((await openRun(store, ask('s3://logs/a'))).state).toBe('new');
    await expect(openRun(store, ask('s3://logs/b'))).rejects.toMatchObject({ code: 'RUN_OTHER_QUESTION' });
  });

  it('refuses a run that cannot be read, and leaves nothing of it', async () => {
    const files = createMemoryStore();
    const store = unlisted(files, { mayRead: false });
    await expect(openRun(store, ask('s3://logs/a'))).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    expect([...files.files.keys()]).toEqual([]);
  });

  it('leaves a run alone that is there and cannot be read', async () => {
    const files = createMemoryStore();
    const { run } = await openRun(files, ask('s3://logs/a'));
    const before = new Map(files.files);
    const store = unlisted(files, { mayRead: false });
    await expect(openRun(store, run.question)).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    await expect(openRun(store, run.question, { clobber: true })).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    expect(new Map(files.files)).toEqual(before);
  });
});

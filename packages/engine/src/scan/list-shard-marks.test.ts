import { expect, it } from 'vitest';
import { createMemoryStore } from '../../test/memory-store.ts';
import { failedPath, ledgerPath, statsPath } from './list-records.ts';
import { listShardMarks } from './list-shard-marks.ts';

it('tells of each shard whether it is done, failed or was tried again', async () => {
  const store = createMemoryStore();
  const [done, failed, mended, under] = ['aa', 'bb', 'cc', 'dd'].map((text) => text.repeat(16)) as [
    string,
    string,
    string,
    string,
  ];
  const paths = [
    ledgerPath(done),
    statsPath(done, 1),
    failedPath(failed, 1),
    failedPath(failed, 3),
    ledgerPath(mended),
    failedPath(mended, 2),
    statsPath(mended, 2),
    statsPath(under, 4),
    'scan/x.matches.zst',
    'scan/<b>.ledger.json',
  ];
  for (const path of paths) await store.put(path, Buffer.from('{}'));
  expect(Object.fromEntries(await listShardMarks(store))).toEqual({
    [done]: { state: 'ok', failedGeneration: null, tries: 1 },
    [failed]: { state: 'failed', failedGeneration: 3, tries: 0 },
    [mended]: { state: 'ok', failedGeneration: 2, tries: 2 },
    [under]: { state: null, failedGeneration: null, tries: 4 },
  });
});

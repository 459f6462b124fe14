import { describe, expect, it } from 'vitest';
import { SEMANTICS_REVISION, JsonNumber, parseDocument, sealJson } from '@coldhunt/core';
import { buildMatch } from '../../test/build-match.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { failedPath, ledgerPath, listRecords, readRecord } from './list-records.ts';
import type { ShardRecord } from './output.ts';
import { encodeShardRecord, parseShardRecord } from './record-codec.ts';

const ID = 'ab'.repeat(16);

function buildRecord(over: Partial<ShardRecord> = {}): ShardRecord {
  return {
    format: 1,
    semantics_revision: SEMANTICS_REVISION,
    shard_id: ID,
    sequence: 3,
    state: 'ok',
    objects: [],
    matches: {},
    excepted: {},
    without_time_samples: [],
    warnings: [],
    stored: { kind: 'inline', matches: [], events: [] },
    ...over,
  };
}

describe('a shard record', () => {
  it('comes back as it was, exact numbers and typed terms included', () => {
    const match = buildMatch({ time_ms: 1, terms: ['a', 1, 1.5, true, 9_007_199_254_740_993n], term_key: 'k' });
    const document = parseDocument('{"n":9007199254740993,"d":1.0,"null":null,"s":"\\ud800"}');
    const record = buildRecord({ stored: { kind: 'inline', matches: [match], events: [{ event: 0, document }] } });
    const bytes = encodeShardRecord(record);
    const back = parseShardRecord(bytes, 'x');
    expect(back).toEqual(record);
    expect(Buffer.from(encodeShardRecord(back)).equals(Buffer.from(bytes))).toBe(true);
    expect(document['n']).toBeInstanceOf(JsonNumber);
  });

  it.each([
    ['RUN_FORMAT_NEWER', buildRecord({ format: 99 })],
    ['RUN_REVISION', buildRecord({ semantics_revision: 0 })],
    ['RUN_INVALID', { ...buildRecord(), sequence: -1 }],
    [
      'RUN_INVALID',
      { ...buildRecord(), stored: { kind: 'inline', matches: [{}], events: [] } } as unknown as ShardRecord,
    ],
    [
      'RUN_INVALID',
      buildRecord({ stored: { kind: 'files', files: [{ path: '../run.json', sha256: '', matches: 1, events: 0 }] } }),
    ],
  ])('is refused with %s', (code, record) => {
    expect(() => parseShardRecord(encodeShardRecord(record), 'x')).toThrow(expect.objectContaining({ code }));
  });

  it('is refused when it is no JSON', () => {
    expect(() => parseShardRecord(Buffer.from('{'), 'x')).toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }));
    expect(() => parseShardRecord(sealJson('{"a":}'), 'x')).toThrow(expect.objectContaining({ code: 'RUN_INVALID' }));
  });
});

describe('listRecords', () => {
  it('takes a success before any failure, else the latest failure', async () => {
    const store = createMemoryStore();
    const other = 'cd'.repeat(16);
    for (const path of [
      failedPath(ID, 2),
      failedPath(ID, 10),
      failedPath(other, 1),
      ledgerPath(other),
      `scan/${other}.stats-1.json`,
      `scan/${'e'.repeat(64)}.matches.zst`,
    ]) {
      await store.put(path, encodeShardRecord(buildRecord()));
    }
    const found = await listRecords(store);
    expect([...found.values()].map(({ path, state }) => [path, state])).toEqual([
      [failedPath(ID, 10), 'failed'],
      [ledgerPath(other), 'ok'],
    ]);
    await expect(readRecord(store, found.get(ID) ?? { path: '', shard_id: '' })).resolves.toMatchObject({
      sequence: 3,
    });
    await expect(readRecord(store, { path: ledgerPath(other), shard_id: other })).rejects.toMatchObject({
      code: 'RUN_INVALID',
    });
  });
});

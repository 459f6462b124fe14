import { InvariantError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource, shardOf } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { scanShard } from '../scan/scan-shard.ts';
import { checkRecord } from './check-record.ts';

const objects = { 'a.ndjson': '{"@timestamp":"2026-02-01T00:00:00Z"}\n', 'b.ndjson': '{}\n' };
const shard = shardOf(objects);
const rule = buildRule();
const { record } = await scanShard(shard, {
  run: buildRun(buildQuestion([rule])),
  rules: [compileEquality(rule)],
  sources: [createMemorySource(objects)],
  store: createMemoryStore(),
  listedAt: '2026-03-01T00:00:00Z',
});
const [a, b] = record.objects;
if (a === undefined || b === undefined) throw new Error('two objects were scanned');

describe('a record', () => {
  it('that accounts for what its shard pinned is fine', () => {
    expect(() => checkRecord(record, shard)).not.toThrow();
  });

  it.each([
    ['lacks an object', [a], 'b.ndjson'],
    ['has one more', [a, b, { ...b, uri: 'memory:///archive/c' }], 'archive/c'],
    ['has another object', [a, { ...b, uri: 'memory:///archive/x' }], 'b.ndjson'],
    ['read another version', [{ ...a, etag: 'other' }, b], 'a.ndjson'],
    ['accounts for other bytes', [a, { ...b, bytes: b.bytes - 1 }], 'b.ndjson'],
    ['accounts for another range', [a, { ...b, range: { from: 0, to: b.bytes } }], 'b.ndjson'],
  ])('that %s is a bug that names the object', (_what, found, named) => {
    expect(() => checkRecord({ ...record, objects: found }, shard)).toThrow(InvariantError);
    expect(() => checkRecord({ ...record, objects: found }, shard)).toThrow(named);
  });
});

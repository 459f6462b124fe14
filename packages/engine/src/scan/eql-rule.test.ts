import { describe, expect, it } from 'vitest';
import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemorySource, shardOf } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { parseShardRecord } from './record-codec.ts';
import type { ShardRecord } from './output.ts';
import { scanShard } from './scan-shard.ts';

const FIELD_TYPES = createFieldTypes({ overrides: { text: 'keyword' } });

async function scan(query: string, documents: readonly object[], over: object = {}): Promise<ShardRecord> {
  const rule = buildRule({ type: 'eql', language: 'eql', query, index: [], new_terms_fields: undefined, ...over });
  const lines = documents.map((document) =>
    JSON.stringify({ '@timestamp': '2026-02-12T00:00:00Z', 'event.category': 'process', ...document }),
  );
  const objects = { 'a.ndjson': `${lines.join('\n')}\n` };
  const store = createMemoryStore();
  const { path } = await scanShard(shardOf(objects), {
    run: buildRun(buildQuestion([rule], { from: '2026-02-10T00:00:00.000Z', to: '2026-02-20T00:00:00.000Z' })),
    rules: [compileRule(rule, { fieldTypes: FIELD_TYPES })],
    sources: [createMemorySource(objects)],
    store,
    listedAt: '2026-03-01T00:00:00.000Z',
  });
  const bytes = await store.get(path);
  if (bytes === null) throw new Error('no record');
  return parseShardRecord(bytes, path);
}

describe('the scan for an EQL rule', () => {
  it('keeps the events that match, with the clauses that held', async () => {
    const query = 'process where process.name : ("CMD.exe", "power*") and not user.id in ("S-1-5-18", "0")';
    const record = await scan(query, [
      { process: { name: 'cmd.exe' } },
      { process: { name: 'PowerShell.exe' }, user: { id: 'S-1-5-18' } },
      { process: { name: 'PowerShell.exe' }, user: { id: '7' } },
      { process: { name: 'cmd.exe' }, 'event.category': 'file' },
    ]);
    expect(record.matches).toMatchObject({ 'rule-1': { total: 2, in_range: 2 } });
    expect(record.unevaluated).toBeUndefined();
    if (record.stored.kind !== 'inline') throw new Error('the matches are not inline');
    const explanations = record.stored.matches.map(({ explanation }) => explanation);
    expect(explanations.find((clauses) => clauses.at(-1)?.values.length === 0)).toMatchObject([
      { clause: 'event.category == "process"', holds: true, values: ['process'] },
      { clause: 'process.name : ("CMD.exe", "power*")', holds: true, values: ['cmd.exe'] },
      { clause: 'not user.id in ("S-1-5-18", "0")', holds: true, values: [] },
    ]);
  });

  it('reads the category where the rule says', async () => {
    const record = await scan('info where true', [{ 'event.type': 'info' }, { 'event.type': 'start' }], {
      event_category_override: 'event.type',
    });
    expect(record.matches).toMatchObject({ 'rule-1': { total: 1 } });
  });

  it('counts the events on which the query cannot be evaluated, and goes on', async () => {
    const query = 'process where number(text) > 1 and process.name == "a"';
    const record = await scan(query, [
      { text: 'x', process: { name: 'a' } },
      { text: '2', process: { name: 'a' } },
      { text: 'y', process: { name: 'a' } },
      { text: 'z', process: { name: 'b' } },
    ]);
    expect(record.matches).toMatchObject({ 'rule-1': { total: 1 } });
    expect(record.unevaluated).toEqual({ 'rule-1': { events: 2, first: expect.stringContaining('EQL_ARITHMETIC') } });
  });
});

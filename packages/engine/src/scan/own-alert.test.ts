import { describe, expect, it } from 'vitest';
import { parseDocument, viewDocument } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemorySource, shardOf } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { parseShardRecord } from './record-codec.ts';
import { isOwnAlert } from './own-alert.ts';
import { scanShard } from './scan-shard.ts';

describe('isOwnAlert', () => {
  it.each<[string, Rule['type'], boolean]>([
    ['{"kibana.alert.rule.rule_id":"r"}', 'query', true],
    ['{"kibana":{"alert":{"rule":{"rule_id":"r"}}}}', 'eql', true],
    ['{"signal":{"rule":{"rule_id":"r"}}}', 'query', true],
    ['{"kibana.alert.rule.rule_id":"other"}', 'query', false],
    ['{"rule":{"rule_id":"r"}}', 'query', false],
    ['{"kibana.alert.rule.rule_id":"r"}', 'new_terms', false],
    ['{"kibana.alert.rule.rule_id":"r"}', 'threshold', false],
  ])('of %s, for a rule of type %s: %s', (text, type, expected) => {
    expect(isOwnAlert(viewDocument(parseDocument(text)), { type, rule_id: 'r' })).toBe(expected);
  });
});

it('the scan excepts what the rule raised itself, and takes the alerts of others as events', async () => {
  const rule = buildRule({ rule_id: 'r', type: 'query', query: 'process.name: aws', new_terms_fields: undefined });
  const event = { '@timestamp': '2026-02-12T00:00:00Z', process: { name: 'aws' } };
  const documents = [
    event,
    { ...event, 'kibana.alert.rule.rule_id': 'r' },
    { ...event, 'kibana.alert.rule.rule_id': 'o' },
  ];
  const objects = { 'a.ndjson': documents.map((document) => `${JSON.stringify(document)}\n`).join('') };
  const store = createMemoryStore();
  const { path } = await scanShard(shardOf(objects), {
    run: buildRun(buildQuestion([rule])),
    rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
    sources: [createMemorySource(objects)],
    store,
    listedAt: '2026-03-01T00:00:00.000Z',
  });
  const record = parseShardRecord((await store.get(path)) ?? new Uint8Array(), path);
  expect(record.matches).toMatchObject({ r: { total: 3, in_range: 2, excepted: 1 } });
  expect(record.excepted).toEqual({ r: { 'alert-of-this-rule': 1 } });
});

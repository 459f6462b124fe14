import { JsonNumber, Timestamp, parseDocument, viewDocument, type Document } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { copyHash } from './copy-hash.ts';
import { eventIndex } from './event-index.ts';
import { effectiveTime, originalTime } from './event-time.ts';
import { parseFieldPath } from '@coldhunt/core';

const hashOf = (document: Document, timeMs = 0): string => copyHash(viewDocument(document), timeMs);
const TIME = parseFieldPath('@timestamp');

describe('copyHash', () => {
  it('is the same for the same event in NDJSON and in Parquet', () => {
    const text = parseDocument(
      '{"@timestamp":"x","process":{"pid":4688,"args":["a","b"]},"event.code":4688,"host":{"id":"h","name":null},"event.sequence":9007199254740993}',
    );
    const row: Document = {
      'process.pid': 4688n,
      'process.args': ['a', 'b'],
      event: { code: '4688', sequence: 9_007_199_254_740_993n },
      host: { id: 'h' },
      unlisted: 'x',
    };
    expect(hashOf(text)).toBe(hashOf(row));
    expect(hashOf({ 'process.pid': new JsonNumber('4688.0') })).toBe(hashOf({ process: { pid: 4688 } }));
    expect(hashOf({ 'process.pid': '4688' })).toBe(hashOf({ process: { pid: 4688 } }));
  });

  it.each([
    [{ 'host.id': 'a' }, { 'host.id': 'A' }],
    [{ 'process.args': ['a', 'b'] }, { 'process.args': ['b', 'a'] }],
    [{ 'process.args': ['a', 'b'] }, { 'process.args': ['a b'] }],
    [{ 'event.id': 'x' }, { 'event.action': 'x' }],
    [{}, { message: '' }],
  ])('differs between %j and %j', (a, b) => {
    expect(hashOf(a)).not.toBe(hashOf(b));
  });

  it('differs by the millisecond', () => {
    expect(hashOf({}, 1)).not.toBe(hashOf({}, 2));
  });
});

describe('the time of an event', () => {
  it.each([
    ['2026-02-01T00:00:00.123456789Z', 1_769_904_000_123, '2026-02-01T00:00:00.123Z'],
    ['2026-02-01T01:00:00+01:00', 1_769_904_000_000, '2026-02-01T00:00:00.000Z'],
    [1_769_904_000_123, 1_769_904_000_123, '2026-02-01T00:00:00.123Z'],
    [['2026-02-02T00:00:00Z', '2026-02-01T00:00:00Z'], 1_769_904_000_000, '2026-02-01T00:00:00.000Z'],
    [['yesterday', '2026-02-01T00:00:00.5Z'], 1_769_904_000_500, '2026-02-01T00:00:00.500Z'],
    ['yesterday', null, null],
    [[], null, null],
    ['99999999999999999999', null, null],
  ])('of %j is %j', (value, ms, iso) => {
    const view = viewDocument({ '@timestamp': value });
    expect(effectiveTime(view, TIME)).toBe(ms);
    expect(originalTime(view, TIME)).toBe(iso);
  });

  it.each([
    [new Timestamp(1_769_904_000_123_456_000n, 6)],
    [new Timestamp(1_769_904_000_123_456_789n, 9)],
    ['2026-02-01T00:00:00.123456789Z'],
    ['2026-02-01T01:00:00.1234+01:00'],
  ])('of %s is told in milliseconds, as Kibana tells it', (value) => {
    const view = viewDocument({ '@timestamp': value });
    expect(originalTime(view, TIME)).toBe('2026-02-01T00:00:00.123Z');
    expect(effectiveTime(view, TIME)).toBe(1_769_904_000_123);
  });
});

describe('eventIndex', () => {
  const stream = viewDocument({ data_stream: { type: 'logs', dataset: 'endpoint.events.process', namespace: 'prod' } });

  it('takes the envelope, then the data stream, then the archive', () => {
    expect(eventIndex('idx', stream, 'a')).toBe('idx');
    expect(eventIndex(null, stream, 'a')).toBe('logs-endpoint.events.process-prod');
    expect(eventIndex(null, viewDocument({ 'agent.type': 'auditbeat' }), 'a')).toBe('a');
    expect(eventIndex(null, viewDocument({ data_stream: { type: 'logs' } }), null)).toBeNull();
  });
});

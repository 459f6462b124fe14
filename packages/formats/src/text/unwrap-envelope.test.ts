import { parseDocument, stringifyDocument } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { readAll } from '../../test/read-all.ts';
import { createMemoryObject } from '../objects/memory-object.ts';
import { unwrapEnvelope } from './unwrap-envelope.ts';

const EVENT = '{"@timestamp":"2026-01-01T00:00:00.000Z","n":1.0,"process":{"name":"aws"}}';
const QUOTED = JSON.stringify(EVENT);

describe('unwrapEnvelope', () => {
  it.each([
    ['a raw event', EVENT, 'none', null, null],
    ['elasticdump', `{"_index":"i","_type":"_doc","_id":"7","_source":${EVENT}}`, 'elasticdump', '7', 'i'],
    ['es_archiver', `{"type":"doc","value":{"id":"7","index":"i","source":${EVENT}}}`, 'es_archiver', '7', 'i'],
    [
      'es_archiver with a data stream',
      `{"type":"doc","value":{"id":"7","data_stream":"logs-x","source":${EVENT}}}`,
      'es_archiver',
      '7',
      'logs-x',
    ],
    ['Chainsaw', `{"document":{"kind":"jsonl","path":"x","data":${EVENT}},"group":"Sigma"}`, 'chainsaw', null, null],
    ['JSON in message', `{"message":${QUOTED},"host":"h","timestamp":"t"}`, 'message', null, null],
    ['JSON in _raw', `{"_raw":${QUOTED},"_time":1,"cribl_breaker":"x"}`, '_raw', null, null],
    ['JSON in log', `{"log":${QUOTED},"stream":"stdout","date":1.5}`, 'log', null, null],
    ['JSON in value', `{"key":null,"value":${QUOTED},"offset":1}`, 'value', null, null],
    ['an object in value', `{"key":null,"value":${EVENT},"offset":1}`, 'value', null, null],
    [
      'JSON in message within elasticdump',
      `{"_id":"7","_index":"i","_source":{"message":${QUOTED}}}`,
      'elasticdump',
      '7',
      'i',
    ],
    ['metadata of Logstash', EVENT.replace('{', '{"@version":"1","@metadata":{"x":1},'), 'none', null, null],
    [
      'metadata of Beats',
      EVENT.replace('{', '{"@metadata":{"beat":"auditbeat","version":"7.3.2"},'),
      'none',
      null,
      'auditbeat-7.3.2',
    ],
    [
      'metadata with an index',
      EVENT.replace('{', '{"@metadata":{"beat":"x","version":"1","raw_index":"logs-a"},'),
      'none',
      null,
      'logs-a',
    ],
  ])('finds the event of %s', (_name, line, envelope, id, index) => {
    const unwrapped = unwrapEnvelope(parseDocument(line));
    expect(stringifyDocument(unwrapped.document)).toBe(EVENT);
    expect(unwrapped).toMatchObject({ envelope, id, index });
  });

  it.each([
    ['an ECS event with JSON in its message', `{"event":{"kind":"event"},"message":${QUOTED}}`],
    ['a dotted ECS event with JSON in its message', `{"event.kind":"event","message":${QUOTED}}`],
    ['a message that is a sentence', '{"message":"The service {x} was started."}'],
    ['JSON in message that is no event', '{"message":"{\\"a\\":1}"}'],
    ['a broken document in message', '{"message":"{\\"@timestamp\\":}"}'],
    ['an array in message', '{"message":"[1]"}'],
    ['a _source that is no object', '{"_source":"x"}'],
    ['log.file.path', '{"log":{"file":{"path":"/x"}},"@timestamp":1}'],
  ])('leaves %s as it is', (_name, line) => {
    const unwrapped = unwrapEnvelope(parseDocument(line));
    expect(stringifyDocument(unwrapped.document)).toBe(line);
    expect(unwrapped.envelope).toBe('none');
  });

  it('does not take the index of Beats where the event names its data stream', () => {
    const line = '{"@metadata":{"beat":"filebeat","version":"8.0"},"data_stream":{"type":"logs"}}';
    expect(unwrapEnvelope(parseDocument(line)).index).toBe(null);
  });

  it('gives the inner event as bytes, and the hash of the line', async () => {
    const bare = await readAll(createMemoryObject('mem:x', Buffer.from(`{"message":${QUOTED}}\n`)));
    expect(bare.events[0]).toMatchObject({ bytes: EVENT, envelope: 'message', position: 0 });
    const broken = JSON.stringify(EVENT.replace(',', ',\n'));
    const multi = await readAll(createMemoryObject('mem:x', Buffer.from(`{"message":${broken}}\n`)));
    expect(multi.events[0]?.bytes).toBe(EVENT);
    expect(bare.counts.envelopes).toEqual({ message: 1 });
  });
});

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sha256Hex } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { readAll } from '../test/read-all.ts';
import { createMemoryObject } from './objects/memory-object.ts';
import { createStreamObject } from './objects/stream-object.ts';

const A = '{"@timestamp":"2026-01-01T00:00:00Z","process":{"name":"aws","args":["send-command"]},"n":9007199254740993}';
const B = '{"@timestamp":"2026-01-01T00:00:01Z","process.name":"curl","text":"a}{b, \\"quoted\\" \\\\ é"}';
const C = '{"@timestamp":1767225602000,"process":null,"empty":{},"list":[[],[1.0,2e3]]}';
const DOCUMENTS = [A, B, C];
const pretty = (json: string): string => json.replace(/^\{/, '{\n  ').replace(/\}$/, '\n}');

/** Every framing of the same three events: name, framing, text, and what stands before a document. */
const FRAMINGS: readonly (readonly [string, string, string])[] = [
  ['one document a line', 'ndjson', `${A}\n${B}\n${C}\n`],
  ['no last line feed', 'ndjson', `${A}\n${B}\n${C}`],
  ['CRLF', 'ndjson', `${A}\r\n${B}\r\n${C}\r\n`],
  ['a byte order mark', 'ndjson', `\ufeff${A}\n${B}\n${C}\n`],
  ['a byte order mark and CRLF', 'ndjson', `\ufeff${A}\r\n${B}\r\n${C}`],
  ['no separator', 'concatenated', `${A}${B}${C}`],
  ['spaces between', 'concatenated', `${A} ${B}\t${C}\n`],
  ['pretty-printed', 'concatenated', `${pretty(A)}\n${pretty(B)}\n\n${pretty(C)}\n`],
  ['pretty-printed with CRLF', 'concatenated', `${pretty(A)}\n${pretty(B)}\n${pretty(C)}\n`.replaceAll('\n', '\r\n')],
  ['one array', 'array', `[${A},${B},${C}]`],
  ['a pretty array', 'array', `[\n  ${A},\n  ${B},\n  ${C}\n]\n`],
  ['an array with a byte order mark', 'array', `\ufeff[${A},${B},${C}]`],
  ['Records', 'records', `{"Records":[${A},${B},${C}]}`],
  [
    'Records among other keys',
    'records',
    `{"a":{"Records":1},"b":"[{","Records" : [ ${A} , ${B} , ${C} ] , "c":[1] }\n`,
  ],
  ['several Records', 'records', `{"Records":[${A}]}\n{"Records":[]}\n{"Records":[${B},${C}]}`],
  ['time and tag', 'tagged', DOCUMENTS.map((json) => `2026-01-01T00:00:00Z\tprod.events\t${json}\n`).join('')],
  ['bulk actions', 'bulk', DOCUMENTS.map((json) => `{"create":{"_index":"logs"}}\n${json}\n`).join('')],
  ['bulk actions with CRLF', 'bulk', DOCUMENTS.map((json) => `{"index":{}}\r\n${json}\r\n`).join('')],
];

const COMPRESSIONS: readonly (readonly [string, string, (bytes: Buffer) => Buffer])[] = [
  ['plain', 'none', (bytes) => bytes],
  ['gzip', 'gzip', (bytes) => gzipSync(bytes)],
  ['gzip of several members', 'gzip', (bytes) => Buffer.concat(pieces(bytes).map((piece) => gzipSync(piece)))],
  [
    'gzip with zeros between and behind',
    'gzip',
    (bytes) => Buffer.concat(pieces(bytes).flatMap((piece) => [gzipSync(piece), Buffer.alloc(70_000)])),
  ],
  ['zstd', 'zstd', (bytes) => zstdCompressSync(bytes)],
  ['zstd of several frames', 'zstd', (bytes) => Buffer.concat(pieces(bytes).map((piece) => zstdCompressSync(piece)))],
  [
    'zstd with skippable frames',
    'zstd',
    (bytes) => Buffer.concat([SKIPPABLE, ...pieces(bytes).flatMap((piece) => [zstdCompressSync(piece), SKIPPABLE])]),
  ],
];

const SKIPPABLE = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

function pieces(bytes: Buffer): Buffer[] {
  return [bytes.subarray(0, 20), bytes.subarray(20, 21), bytes.subarray(21)];
}

async function* inChunks(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe.each(COMPRESSIONS)('openObject on %s', (_name, compression, compress) => {
  it.each(FRAMINGS)('reads the same events from %s', async (_framingName, framing, text) => {
    const plain = Buffer.from(text);
    const bytes = compress(plain);
    const whole = await readAll(createMemoryObject('mem:x', bytes));
    expect(whole.kind).toEqual({ kind: 'text', compression, framing });
    expect(whole.events.map((event) => JSON.parse(event.json))).toEqual(DOCUMENTS.map((json) => JSON.parse(json)));
    expect(whole.events[0]?.json).toContain('9007199254740993');
    expect(whole.code).toBe(null);
    expect(whole.counts.lines).toMatchObject({ parsed: 3, searched: 0, malformed: 0 });
    expect(whole.events.map((event) => event.isSample)).toEqual([true, false, true]);
    for (const [index, event] of whole.events.entries()) {
      const framed = plain.subarray(event.position, event.position + event.length);
      expect(JSON.parse(framed.toString())).toEqual(JSON.parse(DOCUMENTS[index] ?? ''));
      expect(sha256Hex(framed)).toBe(event.sha256);
      expect(event.bytes).toBe(
        framed.includes('\n') ? Buffer.from(event.json).toString('latin1') : framed.toString('latin1'),
      );
    }
    for (const length of [5, 61]) {
      expect(await readAll(createMemoryObject('mem:x', bytes, { chunkBytes: length }))).toEqual(whole);
      expect(await readAll(createStreamObject('stdin', inChunks(bytes, length)))).toEqual(whole);
    }
  });
});

describe('openObject', () => {
  it('counts blank lines', async () => {
    const { counts } = await readAll(createMemoryObject('mem:x', Buffer.from(`\n${A}\n \t\r\n\n${B}\n\n`)));
    expect(counts.lines).toEqual({ read: 6, searched: 0, parsed: 2, malformed: 0, blank: 4 });
  });

  it('keeps index and id of bulk actions, and passes over deletions', async () => {
    const text =
      '{"index":{"_index":"i","_id":"1"}}\n{"a":1}\n{"delete":{"_id":"9"}}\n{"update":{"_id":"2"}}\n{"doc":{"a":2}}\n';
    const { events, counts } = await readAll(createMemoryObject('mem:x', Buffer.from(text)));
    expect(events.map(({ id, index, json }) => [id, index, json])).toEqual([
      ['1', 'i', '{"a":1}'],
      ['2', null, '{"a":2}'],
    ]);
    expect(counts.lines).toEqual({ read: 2, searched: 0, parsed: 2, malformed: 0, blank: 0 });
  });

  it('reads the answer of a search with its ids', async () => {
    const hits = [1, 2].map((id) => `{"_index":"i","_id":"${id}","_source":{"a":${id}},"sort":[{"x":1}]}`);
    const text = `{"took":1,"_shards":{"total":1},"hits":{"total":{"value":2},"max_score":null,"hits":[${hits.join()}]},"x":[]}`;
    const { events, kind, counts } = await readAll(createMemoryObject('mem:x', Buffer.from(text)));
    expect(kind).toMatchObject({ framing: 'records' });
    expect(events.map(({ id, index, bytes }) => [id, index, bytes])).toEqual([
      ['1', 'i', '{"a":1}'],
      ['2', 'i', '{"a":2}'],
    ]);
    expect(counts.envelopes).toEqual({ elasticdump: 2 });
  });

  it.each([
    ['an empty object', '', { kind: 'empty' }],
    ['OCSF', '{"class_uid":1007,"category_uid":1,"metadata":{},"time":1}\n', { kind: 'refused', name: 'OCSF' }],
    ['OCSF beyond the head', `{"class_uid":1007,"category_uid":1,"x":"${'x'.repeat(70_000)}"}\n`, { name: 'OCSF' }],
    ['OTLP', '{ "resourceLogs": [{}] }', { kind: 'refused', name: 'OTLP' }],
    ['bzip2', 'BZh9\x31\x41\x59\x26\x53\x59', { kind: 'refused', name: 'bzip2' }],
    ['Avro', 'Obj\x01\x04\x16', { kind: 'refused', name: 'Avro' }],
    ['ORC', 'ORC\x08\x03', { kind: 'refused', name: 'ORC' }],
    ['a Lucene snapshot', '\x3f\xd7\x6c\x17\x08snapshot', { kind: 'refused', name: 'Elasticsearch snapshot (Lucene)' }],
    ['a snapshot catalogue', '{"min_version":"7.12.0","uuid":"x","snapshots":[],"indices":{}}', { kind: 'refused' }],
    ['zip', 'PK\x03\x04xxxx', { kind: 'refused', name: 'zip' }],
    ['UTF-16', '\xff\xfe{\0"\0', { kind: 'refused', name: 'UTF-16 text' }],
    ['a letter that bzip2 begins with', 'BZhello\n', { kind: 'text', framing: 'ndjson' }],
    ['an ECS event with a class_uid', '{"@timestamp":1,"class_uid":1,"metadata":{}}\n', { kind: 'text' }],
  ])('knows %s', async (_name, text, kind) => {
    const reading = await readAll(createMemoryObject('mem:x', Buffer.from(text, 'latin1')));
    expect(reading.kind).toMatchObject(kind);
    if (reading.kind.kind === 'refused') expect(reading.kind.advice).not.toBe('');
  });

  it('refuses what is compressed twice, and foreign formats within a compression', async () => {
    const twice = await readAll(createMemoryObject('mem:x', gzipSync(gzipSync(Buffer.from(A)))));
    expect(twice.kind).toMatchObject({ kind: 'refused', name: 'gzip within gzip' });
    const avro = await readAll(createMemoryObject('mem:x', zstdCompressSync(Buffer.from('Obj\x01'))));
    expect(avro.kind).toMatchObject({ kind: 'refused', name: 'Avro within zstd' });
  });

  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ] as const)('reads an object of several megabytes (%s)', async (_name, compress) => {
    // Hexadecimal digests hardly compress: the first 64 KiB of a zstd stream hold less than one block of them.
    const lines = Array.from({ length: 50_000 }, (_, index) => `{"n":${index},"h":"${sha256Hex(String(index))}"}`);
    const stored = compress(Buffer.from(lines.join('\n')));
    expect(stored.length).toBeGreaterThan(1.5 * 1024 * 1024);
    const { events, kind, code } = await readAll(createMemoryObject('mem:x', stored));
    expect(kind).toMatchObject({ kind: 'text', framing: 'ndjson' });
    expect(code).toBe(null);
    expect(events.map((event) => event.json).join('\n')).toBe(lines.join('\n'));
  });

  it('gives an object that cannot be cut to the shard that owns its first byte', async () => {
    const bytes = gzipSync(Buffer.from(`${A}\n${B}\n`));
    const first = await readAll(createMemoryObject('mem:x', bytes), { range: { from: 0, to: 10 } });
    const second = await readAll(createMemoryObject('mem:x', bytes), { range: { from: 10, to: bytes.length } });
    expect(first.events).toHaveLength(2);
    expect(second.events).toHaveLength(0);
    expect(second.counts.lines.read).toBe(0);
  });
});

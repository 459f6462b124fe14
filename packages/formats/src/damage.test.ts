// Damaged and hostile inputs: events of the readable part, a code of our own, and never another error.

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sha256Hex } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlainFilter } from '../test/plain-filter.ts';
import { readAll } from '../test/read-all.ts';
import { createMemoryObject } from './objects/memory-object.ts';
import { createStreamObject } from './objects/stream-object.ts';

const COUNT = 12_000;
const LINES = Array.from({ length: COUNT }, (_, index) => `{"n":${index},"x":"${(index * 7_919) % 100_003}"}\n`);
const TEXT = Buffer.from(LINES.join(''));
const GZIP = gzipSync(TEXT);
const ZSTD = zstdCompressSync(TEXT, { params: {} });

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 0x55;
  return copy;
}

describe('damaged compression', () => {
  it.each([
    ['gzip, cut short', GZIP.subarray(0, 60_000), 'GZIP_CORRUPT', COUNT / 2],
    ['gzip without its last byte', GZIP.subarray(0, -1), 'GZIP_CORRUPT', COUNT],
    ['gzip with a wrong checksum', flipped(GZIP, GZIP.length - 6), 'GZIP_CORRUPT', COUNT],
    ['gzip with text behind', Buffer.concat([GZIP, Buffer.from('text')]), 'GZIP_CORRUPT', COUNT],
    [
      'gzip with zeros and text behind',
      Buffer.concat([GZIP, Buffer.alloc(9), Buffer.from('x')]),
      'GZIP_CORRUPT',
      COUNT,
    ],
    ['gzip with a member cut in its header', Buffer.concat([GZIP, GZIP.subarray(0, 5)]), 'GZIP_CORRUPT', COUNT],
    ['zstd, cut short', ZSTD.subarray(0, ZSTD.length >> 1), 'ZSTD_CORRUPT', 1_000],
    ['zstd with text behind', Buffer.concat([ZSTD, Buffer.from('text')]), 'ZSTD_CORRUPT', COUNT],
    ['zstd with a frame cut in its magic', Buffer.concat([ZSTD, ZSTD.subarray(0, 3)]), 'ZSTD_CORRUPT', COUNT],
    ['zstd with a frame cut in its header', Buffer.concat([ZSTD, ZSTD.subarray(0, 5)]), 'ZSTD_CORRUPT', COUNT],
    ['gzip of nothing but its magic', Buffer.from([0x1f, 0x8b]), 'GZIP_CORRUPT', 0],
  ])('gives the readable part of %s', async (_name, bytes, code, least) => {
    const whole = await readAll(createMemoryObject('mem:x', bytes));
    expect(whole.code).toBe(code);
    expect(whole.events.length).toBeGreaterThanOrEqual(least);
    expect(whole.events.map((event) => `${event.json}\n`).join('')).toBe(LINES.slice(0, whole.events.length).join(''));
    const again = await readAll(createMemoryObject('mem:x', bytes, { chunkBytes: 777 }));
    expect(JSON.stringify(again)).toBe(JSON.stringify(whole));
  });

  it('reads a damaged stream of unknown length as far as it goes', async () => {
    const chunks = (async function* () {
      yield GZIP.subarray(0, 60_000);
    })();
    const { code, events } = await readAll(createStreamObject('stdin', chunks));
    expect(code).toBe('GZIP_CORRUPT');
    expect(events.length).toBeGreaterThan(COUNT / 2);
  });

  it('refuses what expands beyond the ratio or the size', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20));
    expect((await readAll(createMemoryObject('mem:x', bomb))).code).toBe('EXPANSION_LIMIT');
    const options = { maxDecompressedBytes: 100_000 };
    const { code, events } = await readAll(createMemoryObject('mem:x', GZIP), options);
    expect(code).toBe('EXPANSION_LIMIT');
    expect(events.map((event) => `${event.json}\n`)).toEqual(LINES.slice(0, events.length));
  });

  it('keeps the readable part of documents that are not framed by lines', async () => {
    const glued = gzipSync(Buffer.from(LINES.join('').replaceAll('\n', '')));
    const { code, events, counts } = await readAll(createMemoryObject('mem:x', glued.subarray(0, 60_000)));
    expect(code).toBe('GZIP_CORRUPT');
    expect(events.length).toBeGreaterThan(COUNT / 2);
    expect(counts.lines.parsed).toBe(events.length);
  });
});

describe('hostile lines', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([
    ['nesting of 1,000', deep(1_000), null],
    ['nesting of 1,001', deep(1_001), 'LINE_TOO_DEEP'],
    ['nesting of 200,000', deep(200_000), 'LINE_TOO_DEEP'],
    ['arrays nested 200,000 deep', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'LINE_TOO_DEEP'],
    ['a torn document', '{"a":1,"b', 'LINE_MALFORMED'],
    ['a missing brace', '{"a":{"b":1}', 'LINE_MALFORMED'],
    ['text', 'hello', 'LINE_MALFORMED'],
    ['an array', '[{"a":1}]', 'LINE_MALFORMED'],
    ['NUL bytes', '\0\0\0', 'LINE_MALFORMED'],
    ['a NUL byte in a string', '{"a":"\0"}', 'LINE_MALFORMED'],
    ['NaN', '{"a":NaN}', 'LINE_MALFORMED'],
    ['braces around nothing', '{x}', 'LINE_MALFORMED'],
    ['a number without end', `{"a":${'9'.repeat(100_000)}}`, null],
    ['a huge exponent', '{"a":1e999999}', null],
    ['a lone surrogate', '{"a":"\\ud800"}', null],
    ['__proto__', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}', null],
    ['duplicate keys', '{"a":1,"a":2}', null],
    ['an escaped NUL', '{"a":"\\u0000"}', null],
  ])('gives %s its due', async (_name, line, code) => {
    const bytes = Buffer.from(`{"first":1}\n${line}\n{"last":1}\n`);
    const { events, counts } = await readAll(createMemoryObject('mem:x', bytes));
    expect(events.length).toBe(code === null ? 3 : 2);
    expect(counts.malformedSamples.map((sample) => [sample.code, sample.line, sample.offset])).toEqual(
      code === null ? [] : [[code, 2, 12]],
    );
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
  });

  it('keeps numbers, the last of duplicate keys and __proto__ as they are', async () => {
    const line = '{"a":1,"a":12345678901234567890123.4500,"__proto__":{"b":1e400}}';
    const { events } = await readAll(createMemoryObject('mem:x', Buffer.from(line)));
    expect(events[0]?.json).toBe('{"a":12345678901234567890123.4500,"__proto__":{"b":1e400}}');
  });

  it('reads invalid UTF-8 with replacement characters, and hashes the bytes as they are', async () => {
    const line = Buffer.from('{"a":"\xff\xc3"}', 'latin1');
    const { events } = await readAll(createMemoryObject('mem:x', line));
    expect(events[0]?.json).toBe('{"a":"\ufffd\ufffd"}');
    expect(events[0]?.bytes).toBe(line.toString('latin1'));
  });

  it('tries a line that does not parse once more as documents without separator', async () => {
    const bytes = Buffer.from('{"a":1}\n{"a":2}{"a":3} {bad} {"a":4}\n{"a":5}\n');
    const { events, counts } = await readAll(createMemoryObject('mem:x', bytes));
    expect(events.map((event) => [event.json, event.position])).toEqual([
      ['{"a":1}', 0],
      ['{"a":2}', 8],
      ['{"a":3}', 15],
      ['{"a":4}', 29],
      ['{"a":5}', 37],
    ]);
    expect(counts.lines).toEqual({ read: 6, searched: 0, parsed: 5, malformed: 1, blank: 0 });
  });

  it.each([
    ['before an event', '\0\0\0{"a":1}', ['{"a":1}'], 0],
    ['before white space and an event', '\0\0 \0\t{"a":1} ', ['\t{"a":1} '], 0],
    ['behind an event', '{"a":1}\0\0', ['{"a":1}'], 0],
    ['between events', '{"a":1}\0\0{"a":2}\0{"a":3}', ['{"a":1}', '{"a":2}', '{"a":3}'], 0],
    ['behind a torn event', '{"a":"torn\0\0{"a":2}', ['{"a":2}'], 1],
    ['behind the end of a torn event', '"x":1}\0\0{"a":2}', ['{"a":2}'], 1],
    ['before a torn event', '{"a":1}\0\0{"a":', ['{"a":1}'], 1],
    ['before glued events', '\0{"a":1}{"a":2}', ['{"a":1}', '{"a":2}'], 0],
    ['in a string', '{"a":"\0{"}', [], 2],
    ['alone', '\0\0\0', [], 1],
  ])('reads a line with NULs %s', async (_name, line, documents, malformed) => {
    const text = `{"first":1}\n${line}\n{"last":1}\n`;
    const object = createMemoryObject('mem:x', Buffer.from(text));
    for (const lineFilter of [null, createPlainFilter('"a"')]) {
      const { events, counts } = await readAll(object, { lineFilter });
      expect(events.slice(1, -1).map((event) => event.bytes)).toEqual(documents);
      expect(counts.lines).toMatchObject({ malformed, parsed: documents.length + 2 });
      for (const event of events) {
        const framed = text.slice(event.position, event.position + event.length);
        expect(event.bytes).toBe(framed);
        expect(event.sha256).toBe(sha256Hex(Buffer.from(framed)));
      }
    }
  });

  it('counts an event behind NULs that holds no literal as searched', async () => {
    const bytes = Buffer.from('{"first":1}\n\0\0{"b":1}\n{"last":1}\n');
    const { counts } = await readAll(createMemoryObject('mem:x', bytes), { lineFilter: createPlainFilter('"a"') });
    expect(counts.lines).toEqual({ read: 3, searched: 1, parsed: 2, malformed: 0, blank: 0 });
  });

  it.each([
    ['tagged', 'time\ttag\t{"a":0}\n\0\0time\ttag\t\0{"a":1}\ntime\ttag\t{"a":2}\n'],
    ['bulk', '{"index":{}}\n{"a":0}\n\0\0{"index":{}}\n\0\0{"a":1}\n{"index":{}}\n{"a":2}\n'],
    ['array', '[{"a":0},\0\0\n{"a":1},{"a":2}]'],
    ['concatenated', '{\n "a":0\n}\n\0\0{\n "a":1\n}\n\0{\n "a":2\n}\n'],
  ])('reads events behind NULs in other framings (%s)', async (framing, text) => {
    const { events, kind, counts } = await readAll(createMemoryObject('mem:x', Buffer.from(text)));
    expect(kind).toMatchObject({ framing });
    expect(events.map((event) => event.json)).toEqual(['{"a":0}', '{"a":1}', '{"a":2}']);
    expect(counts.lines).toMatchObject({ parsed: 3, malformed: 0 });
  });

  it('bounds the time that a hostile line of brackets takes', async () => {
    const line = `${'{{}'.repeat(1_000_000)}{}}`;
    const { counts } = await readAll(createMemoryObject('mem:x', Buffer.from(`{"a":1}\n${line}\n{"a":2}\n`)));
    expect(counts.lines.parsed).toBe(2);
    const glued = `{"a":1}\n${'{}'.repeat(110_000)}\n{"a":2}\n${'\0{}'.repeat(110_000)}\n${'{"a":1}\n'.repeat(300)}`;
    const packed = await readAll(createMemoryObject('mem:x', Buffer.from(glued)), {
      lineFilter: createPlainFilter('{}'),
    });
    expect(packed.counts.malformedSamples.map(({ code }) => code)).toEqual(['LINE_TOO_LONG', 'LINE_TOO_LONG']);
    expect(packed.counts.lines.parsed).toBeLessThan(200_100);
    const lines = '{bad}\n'.repeat(40_000);
    const many = await readAll(createMemoryObject('mem:x', Buffer.from(`{"a":1}\n${lines}`)));
    expect(many.counts.lines).toMatchObject({ parsed: 1, malformed: 40_000 });
  });

  it.each(['ndjson', 'concatenated'])('passes over a document beyond the limit (%s)', async (framing) => {
    const separator = framing === 'ndjson' ? '\n' : '';
    const long = `{"a":"${'x'.repeat(5_000_000)}"}`;
    const bytes = Buffer.from(['{"a":1}', '{"a":2}', long, '{"a":3}'].join(separator));
    const options = { maxLineBytes: 1_000, lineFilter: createPlainFilter('"a"') };
    const { events, counts, kind } = await readAll(createMemoryObject('mem:x', bytes), options);
    expect(kind).toMatchObject({ framing });
    expect(events.map((event) => event.json)).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
    expect(counts.lines).toMatchObject({ read: 4, parsed: 3, malformed: 1 });
    expect(counts.malformedSamples[0]).toMatchObject({
      line: 3,
      offset: framing === 'ndjson' ? 16 : 14,
      code: 'LINE_TOO_LONG',
    });
  });

  it.each([
    ['a torn pretty document', '{\n "a": 1\n}\n{\n "a": "torn\n}\n{\n "a": 2\n}\n', ['{"a":1}', '{"a":2}'], 1],
    ['text between glued documents', '{"a":1}{"a":2}garbage{"a":3}{"a":4}', ['{"a":1}', '{"a":2}', '{"a":4}'], 1],
    ['an array without end', '[{"a":1},{"a":2}', ['{"a":1}', '{"a":2}'], 1],
    ['an array cut in a document', '[{"a":1},{"a":', ['{"a":1}'], 1],
    ['an array of other things', '[{"a":1},2,"a,]",null,{"a":3}]', ['{"a":1}', '{"a":3}'], 3],
    ['records cut short', '{"Records":[{"a":1},{"a":2}', ['{"a":1}', '{"a":2}'], 1],
    ['a wrapper without records', '{"Records":[{"a":1}]}{"x":1}', ['{"a":1}'], 1],
    ['text behind an array', '[{"a":1}] text', ['{"a":1}'], 1],
  ])('counts %s', async (_name, text, jsons, malformed) => {
    const { events, counts } = await readAll(createMemoryObject('mem:x', Buffer.from(text)));
    expect(events.map((event) => event.json)).toEqual(jsons);
    expect(counts.lines).toMatchObject({ parsed: jsons.length, malformed, read: jsons.length + malformed });
  });

  it('never throws anything but errors of its own, and its counts add up', async () => {
    const piece = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ',', ':', '\t', '\ufeff', '{"Records":[', '{"index":{}}\n'),
      fc.constantFrom('{"a":1}', '{"a":"x"}\n', '"hits":{"hits":[', '\x1f\x8b\x08', '\0', 'text'),
      fc.string({ maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 14 }).map((pieces) => Buffer.from(pieces.join(''))),
        fc.constantFrom('none', 'gzip', 'zstd'),
        fc.constantFrom(4, 1_000),
        fc.nat(60),
        async (plain, compression, maxLineBytes, cut) => {
          const bytes =
            compression === 'none' ? plain : compression === 'gzip' ? gzipSync(plain) : zstdCompressSync(plain);
          for (const given of [
            bytes,
            bytes.subarray(0, cut),
            flipped(Buffer.concat([bytes, bytes]), cut % (bytes.length || 1)),
          ]) {
            const whole = await readAll(createMemoryObject('mem:x', given), { maxLineBytes });
            const { read, searched, parsed, malformed, blank } = whole.counts.lines;
            expect(searched + parsed + malformed + blank).toBe(read);
            expect(whole.events).toHaveLength(parsed);
            expect(await readAll(createMemoryObject('mem:x', given, { chunkBytes: 3 }), { maxLineBytes })).toEqual(
              whole,
            );
          }
        },
      ),
      { numRuns: 250 },
    );
  });
});

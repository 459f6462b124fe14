// Shards: any cut of an object, and any chunking of its stream, gives the same events, samples, counts and malformed lines.

import type { ObjectReader } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlainFilter } from '../test/plain-filter.ts';
import { addUp, readAll, readCut } from '../test/read-all.ts';
import { createMemoryObject } from './objects/memory-object.ts';
import { SAMPLE_BYTES } from './text/line-reader.ts';

const json = fc.oneof(
  fc.constantFrom('{}', '{"a":"hit"}', '{"a":1}', '{"a":{"b":[{"c":"x"}]}}', '{"t":"a}{b"}', '{"a":1}{"a":"hit"}'),
  fc.json({ maxDepth: 2 }).map((value) => `{"value":${value}}`),
);
const oddLine = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '\r',
    '{',
    '}',
    '{"a":',
    '{"a":"hit"',
    'text',
    '\0\0',
    '\0\0{"a":"hit"}',
    '\0 {"a":1}\0',
    '{"a":"torn\0\0{"a":"hit"}',
    '\0{"create":{}}',
    '{"a":\n1}',
    '{hit}',
    '\ufeff{}',
  ),
  fc.string({ maxLength: 12 }),
);
const lineEnd = fc.constantFrom('\n', '\n', '\r\n');
const action = fc.constantFrom(
  '{"index":{"_index":"i","_id":"1"}}',
  '{"create":{}}',
  '{"delete":{"_id":"1"}}',
  '{"update":{"_id":"u"}}',
);

const ndjson = text(fc.oneof({ weight: 3, arbitrary: json }, oddLine)).map((lines) => `{"first":1}\n${lines}`);
const tagged = text(
  fc.oneof({ weight: 3, arbitrary: json.map((entry) => `2026\ttag\t${entry}`) }, oddLine, fc.constant('a\tb')),
).map((lines) => `2026\ttag\t{"first":1}\n${lines}`);
const bulk = text(fc.oneof({ weight: 3, arbitrary: action }, { weight: 3, arbitrary: json }, oddLine)).map(
  (lines) => `\ufeff{"index":{"_index":"i"}}\n${lines}`,
);

function text(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(fc.tuple(line, lineEnd), { maxLength: 14 }), fc.boolean())
    .map(([lines, isEnded]) =>
      lines.map(([piece, end], index) => (isEnded || index < lines.length - 1 ? piece + end : piece)).join(''),
    );
}

const FILTERS = { none: null, hit: createPlainFilter('hit') };

describe.each([
  ['ndjson', ndjson],
  ['tagged', tagged],
  ['bulk', bulk],
] as const)('cuts of %s', (framing, arbitrary) => {
  it.each(['none', 'hit'] as const)('give the same as the whole object (filter: %s)', async (filter) => {
    await fc.assert(
      fc.asyncProperty(
        arbitrary,
        fc.array(fc.nat(400), { maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(5, 30, 1_000),
        async (given, cuts, chunkBytes, maxLineBytes) => {
          const bytes = Buffer.from(given);
          const options = { lineFilter: FILTERS[filter], maxLineBytes };
          const whole = await readAll(createMemoryObject('mem:x', bytes), options);
          // The framing is voted for: a text of odd lines may be taken for another one.
          fc.pre(whole.kind.kind === 'text' && whole.kind.framing === framing);
          const { lines } = whole.counts;
          expect(lines.searched + lines.parsed + lines.malformed + lines.blank).toBe(lines.read);
          expect(await readAll(createMemoryObject('mem:x', bytes, { chunkBytes }), options)).toEqual(whole);
          const cut = await readCut(createMemoryObject('mem:x', bytes, { chunkBytes }), cuts, options);
          expect(cut).toEqual(addUp([whole]));
          expect(cut.counts.decompressedBytes).toBe(bytes.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a line that goes through several shards', () => {
  it('is read by its own shard only', async () => {
    const bytes = Buffer.from(`{"a":"${'x'.repeat(20_000_000)}"}\n{"a":1}\n`);
    let read = 0;
    const memory = createMemoryObject('mem:x', bytes);
    const object: ObjectReader = {
      ...memory,
      async *stream(range, signal) {
        for await (const chunk of memory.stream(range, signal)) {
          read += chunk.length;
          yield chunk;
        }
      },
    };
    const { counts } = await readAll(object, { range: { from: 2_000_000, to: 4_000_000 } });
    expect(counts.lines.read).toBe(0);
    expect(read).toBeLessThan(3_000_000);
  });
});

describe('sample lines', () => {
  const line = `{"a":"${'x'.repeat(99_990)}"}\n`;
  const bytes = Buffer.from(`${line.repeat(130)}\n\n`);

  it('are the first, the last, and the first that starts after each 4 MiB', async () => {
    const { events, counts } = await readAll(createMemoryObject('mem:x', bytes), { lineFilter: createPlainFilter() });
    const first = (border: number): number => Math.ceil(border / line.length) * line.length;
    const expected = [0, first(SAMPLE_BYTES), first(2 * SAMPLE_BYTES), first(3 * SAMPLE_BYTES), 129 * line.length];
    expect(events.map((event) => event.position)).toEqual(expected);
    expect(events.every((event) => event.isSample)).toBe(true);
    expect(counts.lines).toEqual({ read: 132, searched: 125, parsed: 5, malformed: 0, blank: 2 });
  });

  it.each([
    [[SAMPLE_BYTES]],
    [[SAMPLE_BYTES + 1]],
    [[SAMPLE_BYTES + 99_999, 9_000_000]],
    [[4_200_000, 4_300_000, 4_400_001]],
  ])('are the same under the cuts %j', async (cuts) => {
    const options = { lineFilter: createPlainFilter() };
    const whole = await readAll(createMemoryObject('mem:x', bytes), options);
    expect(await readCut(createMemoryObject('mem:x', bytes), cuts, options)).toEqual(addUp([whole]));
  });

  it('are found where documents are not framed by lines', async () => {
    const glued = Buffer.from(`{"a":"${'x'.repeat(39_990)}"}`.repeat(325));
    const { events } = await readAll(createMemoryObject('mem:x', glued), { lineFilter: createPlainFilter() });
    expect(events.map((event) => Math.floor(event.position / SAMPLE_BYTES))).toEqual([0, 1, 2, 3, 3]);
  });
});

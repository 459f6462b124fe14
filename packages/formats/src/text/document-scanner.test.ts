// Documents that are scanned against the same ones parsed: every event, value and count is the same, however odd or broken the text.

import {
  createFieldTable,
  earliestMillis,
  parseFieldPath,
  scalarText,
  type EventView,
  type FieldPath,
  type FieldTable,
  type Scalar,
} from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../reading.ts';
import { DocumentScanner } from './document-scanner.ts';
import { EventCollector } from './event-collector.ts';
import { createReadCounts } from './read-counts.ts';
import { ScannedEvent } from './scanned-event.ts';

const WANTED = [
  'a',
  'a.b',
  'a.b.c',
  'b',
  'b.a',
  'c',
  'message',
  'event.kind',
  'value.a',
  '@version',
  '__proto__',
  'é',
  'a.a',
].map(parseFieldPath);
const OTHERS = ['c.b', 'event', 'x'].map(parseFieldPath);

const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('"a"', '"b"', '"c"', '"a.b"', '"a.b.c"', '"b.a"', '"x"', '"y.z"') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"message"',
      '"event"',
      '"event.kind"',
      '"é"',
      '"@version"',
      '""',
      '"__proto__"',
      '"a.a"',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '"\\u0061"',
      '"value"',
      '"_source"',
      '"@metadata"',
      '"log"',
      '"document"',
      '"_raw"',
      '"\\/"',
    ),
  },
);
const space = fc.constantFrom('', '', '', '', ' ', '\t', ' \r\n ', '  ');
const scalar = fc.oneof(
  fc.constantFrom(
    '"x"',
    '""',
    '"two words"',
    '"\\u00e9\\n"',
    '"é𝄞"',
    '"\\\\server\\\\share"',
    '"\\ud800"',
    '"{\\"a\\":1}"',
    '"2026-02-01T00:00:00.5Z"',
    '"2026-01-31"',
  ),
  fc.constantFrom('1', '-0', '0', '1.0', '1e3', '12345678901234567890', '-7.25', '1E+2', '9007199254740993', '0.1'),
  fc.constantFrom('true', 'false', 'null'),
  fc.constantFrom('01', '+1', '1.', '.5', '1e', '-', 'tru', 'nul', 'True', '"\\x"', '"\\u00g0"', '"\t"', 'NaN', "'x'"),
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => JSON.stringify(text)),
);
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  object: fc
    .array(fc.tuple(space, key, space, space, tie('value'), space), { maxLength: 4 })
    .map((members) => `{${members.map(([s1, k, s2, s3, v, s4]) => `${s1}${k}${s2}:${s3}${v}${s4}`).join(',')}}`),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((each) => `[${each.join(' , ')}]`) },
    { weight: 3, arbitrary: tie('object') },
  ),
}));
const members = fc.array(fc.tuple(key, value), { maxLength: 6 });
const document = members.map((all) => `{${all.map(([k, v]) => `${k}:${v}`).join(',')}}`);
const damage = fc.option(
  fc.record({
    at: fc.nat(),
    drop: fc.nat(2),
    put: fc.constantFrom('', '"', '\\', '{', '}', ',', '\x01', '\xff', '\xc3', '0', ' ', '\0'),
  }),
  { freq: 3 },
);
const line = fc.tuple(space, document, space, damage).map(([before, text, after, fault]) => {
  const bytes = Buffer.from(`${before}${text}${after}`);
  if (fault === null) return bytes;
  const at = fault.at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(fault.put, 'latin1'), bytes.subarray(at + fault.drop)]);
});

interface Told {
  readonly values: readonly (readonly string[])[];
  readonly gathered: readonly (readonly string[])[];
  readonly present: readonly number[];
  readonly times: readonly (number | null)[];
  readonly paths: readonly string[];
  readonly document: unknown;
  readonly rest: readonly unknown[];
}

function textOf(scalars: readonly Scalar[]): readonly string[] {
  return scalars.map((each) => `${typeof each} ${scalarText(each)}`);
}

async function tell(event: SourceEvent): Promise<Told> {
  const table = createFieldTable([...WANTED].toReversed());
  const gathered = table.paths.map((): Scalar[] => []);
  event.view.gather(table, (number, each) => gathered[number]?.push(each));
  return {
    values: [...WANTED, ...OTHERS].map((path) => textOf(event.view.values(path))),
    gathered: gathered.map((each) => textOf(each).toSorted()),
    present: presentIn(event, table),
    times: WANTED.map((path) => timeIn(event.view, path)),
    paths: event.view.paths(),
    document: await event.document(),
    rest: [
      event.position,
      event.isSample,
      event.envelope,
      event.id,
      event.index,
      await event.coordinates(),
      Buffer.from(await event.bytes()).toString('latin1'),
    ],
  };
}

function timeIn(view: EventView, path: FieldPath): number | null {
  return view.earliestMillis === undefined ? earliestMillis(view.values(path)) : view.earliestMillis(path);
}

function presentIn({ view }: SourceEvent, table: FieldTable): readonly number[] {
  const found = new Set<number>();
  view.eachPresent(table, (number) => found.add(number));
  return [...found].toSorted();
}

interface Collected {
  readonly events: readonly SourceEvent[];
  readonly counts: ReturnType<typeof createReadCounts>;
}

function collect(lines: readonly Buffer[], scanner: DocumentScanner | null): Collected {
  const counts = createReadCounts();
  const collector = new EventCollector(counts, { coordinate: 'raw', scanner, memory: 'kept' });
  // As in a file: behind a line there is another, or nothing.
  const bytes = Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')])).subarray(0, -1);
  let start = 0;
  for (const [number, { length }] of lines.entries()) {
    const end = start + length;
    collector.parse({ bytes, start, end, base: 100, isSample: number === 0, line: () => number + 1, action: null });
    start = end + 1;
  }
  return { events: collector.take(), counts };
}

describe('DocumentScanner', () => {
  it('gives what the parser gives of any line', async () => {
    const scanner = new DocumentScanner(WANTED);
    let scanned = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
        const fast = collect(lines, scanner);
        const slow = collect(lines, null);
        expect(fast.counts).toEqual(slow.counts);
        expect(await Promise.all(fast.events.map(tell))).toEqual(await Promise.all(slow.events.map(tell)));
        scanned += fast.events.filter((event) => event instanceof ScannedEvent).length;
      }),
      { numRuns: 2_500 },
    );
    expect(scanned).toBeGreaterThan(700);
  });

  it.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, spelled otherwise', '{"a":1,"\\u0061":2}'],
    ['two spellings of a field', '{"a.b":1,"a":{"b":2}}'],
    ['two spellings of a field, the longer one last', '{"a":{"b":2},"a.b":1}'],
    ['an envelope', '{"_source":{"a":1}}'],
    ['a document as a message', '{"message":"{\\"event\\":{\\"kind\\":\\"event\\"}}"}'],
    ['a document as a message behind white space', '{"message":"\\u0020{\\"event\\":{\\"kind\\":\\"event\\"}}"}'],
    ['what a shipper adds', '{"@metadata":{"beat":"x","version":"1"},"a":1}'],
    ['a deep document', `${'{"a":'.repeat(80)}1${'}'.repeat(80)}`],
  ])('leaves %s to the parser', (_name, text) => {
    const { events } = collect([Buffer.from(text)], new DocumentScanner(WANTED));
    expect(events.map((event) => event instanceof ScannedEvent)).toEqual([false]);
  });

  it.each([0, 1, 20])('keeps what was scanned when a tape grows and %d more are begun', (rounds) => {
    const scanner = new DocumentScanner(WANTED);
    const many = `{"a":[${Array.from({ length: 5_000 }, (_, number) => number).join(',')}]}`;
    const { events } = collect([Buffer.from('{"a":"first"}'), Buffer.from(many), Buffer.from('{"a":"last"}')], scanner);
    for (let round = 0; round < rounds; round += 1) collect([Buffer.from('{"a":"other"}')], scanner);
    const valuesOf = (number: number): readonly Scalar[] => events[number]?.view.values(parseFieldPath('a')) ?? [];
    expect(valuesOf(0)).toEqual(['first']);
    expect(valuesOf(1).length).toBe(5_000);
    expect(valuesOf(2)).toEqual(['last']);
  });

  it('remembers nothing of memory that is overwritten', () => {
    const scanner = new DocumentScanner(WANTED);
    const memory = Buffer.alloc(64, ' ');
    const valuesOf = (text: string): readonly Scalar[] => {
      memory.fill(' ').write(text);
      const counts = createReadCounts();
      const collector = new EventCollector(counts, { coordinate: 'raw', scanner, memory: 'copied' });
      const place = { start: 0, end: text.length, base: 0, isSample: false, line: () => 1, action: null };
      collector.parse({ bytes: memory, ...place });
      const [event] = collector.take();
      memory.fill('#');
      return event?.view.values(parseFieldPath('b')) ?? [];
    };
    expect(valuesOf('{"x":1,"a":"one","b":"two"}')).toEqual(['two']);
    expect(valuesOf('{"y":1,"b":"six","c":"ten"}')).toEqual(['six']);
    expect(valuesOf('{"x":1,"a":"one","b":"two"}')).toEqual(['two']);
  });

  it('decodes ever new texts', () => {
    const scanner = new DocumentScanner(WANTED);
    for (let number = 0; number < 3_000; number += 1) {
      const { events } = collect(
        [Buffer.from(`{"a":"text ${number} \\\\ ${number % 7}","b":"${number % 3}"}`)],
        scanner,
      );
      expect(events[0]?.view.values(parseFieldPath('a'))).toEqual([`text ${number} \\ ${number % 7}`]);
      expect(events[0]?.view.values(parseFieldPath('b'))).toEqual([String(number % 3)]);
    }
  });
});

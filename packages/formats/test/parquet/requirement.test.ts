// Whatever a requirement says, no row is ruled out that satisfies it when it is asked in the slow way.

import {
  parseFieldPath,
  scalarText,
  viewDocument,
  type Document,
  type EventView,
  type Requirement,
  type RequirementLeaf,
  type Scalar,
} from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { openObject } from '../../src/open-object.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';

const ROWS = 5_000;
const QUERY = `
  SELECT TIMESTAMP '2026-02-01 00:00:00' + to_seconds(i) AS "@timestamp",
    {'name': CASE WHEN i % 4 = 0 THEN NULL ELSE 'Name' || (i % 6) END, 'pid': i % 50,
     'args': CASE WHEN i % 3 = 0 THEN ['aws', 'x' || (i % 9)] WHEN i % 3 = 1 THEN [] ELSE NULL END} AS process,
    {'id': 'HOST-' || (i // 1024)} AS host,
    '{"action":"do' || (i % 5) || '","code":' || (i % 7) || ',"k":"\\u0061ws"}' AS dns,
    'Root' || (i % 8) AS user_name,
    i % 2 = 0 AS "flags.on",
    i / 8.0::DOUBLE AS "flags.load",
    ['p' || i % 3, NULL, 'é' || i % 2] AS tags
  FROM range(${ROWS}) t(i)`;

const FIELDS = [
  '@timestamp',
  'process.name',
  'process.pid',
  'process.args',
  'host.id',
  'dns.action',
  'dns.code',
  'dns.k',
  'user.name',
  'flags.on',
  'flags.load',
  'tags',
  'absent.field',
].map(parseFieldPath);
const TEXTS = [
  'aws',
  'AWS',
  'x4',
  'Name3',
  'name',
  'HOST-2',
  'host-',
  'do1',
  '3',
  '.5',
  'true',
  'Root7',
  'p1',
  'é1',
  '2026-02',
];

/** The second: some rows are whole events as JSON text. */
const QUERIES = [
  QUERY,
  QUERY.replace(
    'AS dns',
    `AS dns, CASE WHEN i % 10 = 3 THEN '{"@timestamp":"2026-02-01T00:00:00Z","process":{"name":"Name' || (i % 6) || '","args":["x4"]}}' ELSE '{"kind":"event"}' END AS event, 'a sentence' AS message`,
  ),
];

let file: Buffer;
let views: readonly EventView[];

interface Given {
  readonly positions: readonly number[];
  readonly documents: readonly Document[];
  readonly read: number;
  readonly skipped: number;
}

async function read(requirement: Requirement, withDocuments = false): Promise<Given> {
  const options = { range: null, fields: FIELDS, requirement, lineFilter: null, maxLineBytes: 1024 };
  const reading = await openObject(createMemoryObject('mem:x.parquet', file), options);
  const positions: number[] = [];
  const documents: Document[] = [];
  for await (const batch of reading.batches()) {
    for (const event of batch) {
      positions.push(event.position);
      if (withDocuments) documents.push(documentOf(event.view));
    }
  }
  const { lines } = reading.counts;
  expect(lines.parsed).toBe(positions.length);
  return { positions, documents, read: lines.read, skipped: lines.searched };
}

/** What a rule sees, as a document of its own. */
function documentOf(view: EventView): Document {
  return Object.fromEntries(FIELDS.map((path) => [path.name, [...view.values(path)]]));
}

async function load(query: string): Promise<void> {
  file = await writeWithDuckdb(query, 'ROW_GROUP_SIZE 2048');
  const { documents } = await read({ kind: 'all', of: [] }, true);
  views = documents.map((document) => viewDocument(document));
  expect(views).toHaveLength(ROWS);
}

/** The requirement as requirement.ts words it; where it leaves a choice, the row satisfies it only if it surely does. */
function satisfies(view: EventView, requirement: Requirement): boolean {
  if (requirement.kind === 'all') return requirement.of.every((part) => satisfies(view, part));
  if (requirement.kind === 'any') return requirement.of.some((part) => satisfies(view, part));
  const { literals, range, test } = requirement;
  return view
    .values(requirement.path)
    .some(
      (value) =>
        (literals.length === 0 || holds(value, requirement)) &&
        (range === undefined || liesWithin(value, range)) &&
        (test === undefined || test(value)),
    );
}

function holds(value: Scalar, { literals }: RequirementLeaf): boolean {
  const text = scalarText(value);
  return literals.some((literal) =>
    literal.ignoreCase ? text.toLowerCase().includes(literal.text.toLowerCase()) : text.includes(literal.text),
  );
}

function liesWithin(value: Scalar, { min = -Infinity, max = Infinity }: { min?: number; max?: number }): boolean {
  const number = typeof value === 'object' ? Date.parse(scalarText(value)) : Number(value);
  return typeof value !== 'boolean' && number >= min && number <= max;
}

const path = fc.constantFrom(...FIELDS);
const literal = fc
  .tuple(fc.constantFrom(...TEXTS), fc.boolean())
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  .map(([text, ignoreCase]) => ({ text, ignoreCase: ignoreCase && /^[\0-\x7f]*$/.test(text) }));
const start = Date.parse('2026-02-01T00:00:00Z');
const bound = fc.oneof(fc.integer({ min: -1, max: 60 }), fc.integer({ min: start, max: start + ROWS * 1000 }));
const range = fc.tuple(bound, bound).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const test = fc
  .constantFrom(...TEXTS)
  .map((text) => (value: Scalar) => scalarText(value) === text || scalarText(value).endsWith(text));
const leaf: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ kind: fc.constant('leaf' as const), path, literals: fc.array(literal, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('leaf' as const), path, literals: fc.constant([]), range }),
  fc.record({ kind: fc.constant('leaf' as const), path, literals: fc.array(literal, { maxLength: 1 }), test }),
);
const group = (of: fc.Arbitrary<Requirement>): fc.Arbitrary<Requirement> =>
  fc.record({
    kind: fc.constantFrom('all' as const, 'any' as const),
    of: fc.array(of, { minLength: 1, maxLength: 3 }),
  });

describe('a row that satisfies a requirement', () => {
  it.each([
    ['columns', 0],
    ['columns, and of whole events as text', 1],
  ])('is never ruled out of %s', async (_name, index) => {
    await load(QUERIES[index] ?? QUERY);
    let skipped = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(leaf, group(leaf), group(group(leaf))), async (requirement) => {
        const given = await read(requirement);
        const kept = new Set(given.positions);
        const lost = views.flatMap((view, row) => (satisfies(view, requirement) && !kept.has(row) ? [row] : []));
        expect(lost).toEqual([]);
        expect(given.read).toBe(ROWS);
        expect(given.skipped + kept.size).toBe(ROWS);
        expect([0, 2048, 4096].every((row) => kept.has(row))).toBe(true);
        skipped += given.skipped;
      }),
      { numRuns: 80 },
    );
    // And it does rule out much.
    expect(skipped).toBeGreaterThan(15 * ROWS);
  });
});

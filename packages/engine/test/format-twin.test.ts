// The same events as NDJSON and as Parquet raise the same alerts: all that they say but where the events lie.

import { Timestamp, stringifyDocument, type Document, type DocumentValue } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createAlertBuilder } from '../src/reduce/alert/build-alert-document.ts';
import { buildQuestion, buildRule, buildThreshold } from './build-match.ts';
import { huntShards } from './hunt-shards.ts';
import { shardOf } from './memory-source.ts';

const DAY = Date.UTC(2026, 1, 1);
const UNITS = { MILLIS: 1_000_000n, MICROS: 1_000n, NANOS: 1n } as const;
const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;
type Unit = keyof typeof UNITS;

const query = (rule_id: string, text: string, over: Partial<Rule> = {}): Rule =>
  buildRule({ rule_id, type: 'query', query: text, index: [], new_terms_fields: undefined, ...over });
const newTerms = (rule_id: string, fields: readonly string[]): Rule =>
  buildRule({ rule_id, query: 'process.name: *', index: [], new_terms_fields: fields, history_window_start: 'now-1h' });

const RULES: readonly Rule[] = [
  query('equal', 'process.name: aws and not process.args: "x y"'),
  query('free', 'aws or 2026-02-01'),
  query('dates', 'event.created > "2026-02-01T00:00:00.500Z" or event.created: "2026-02-01T00:00:00.001Z"'),
  query('numbers', 'process.pid >= 9007199254740993 or own.number: 1.5 or own.flag: true'),
  query('unmapped', 'own.time: 2026-02-01T00* or own.time < "2026-02-01T00:00:00.5Z" or own.time: 2026-02-01'),
  query('unmapped-number', 'own.time < 3 and not own.time > 5'),
  query('address', 'source.ip: "10.0.0.0/8" and process.args: *'),
  query('there', 'process: * and not own.number: *'),
  query('eql', 'any where process.args : ("a*", "X Y") or process.pid == 5 or ?own.time like "*.5*"', {
    type: 'eql',
    language: 'eql',
  }),
  newTerms('terms', ['process.name', 'process.args']),
  newTerms('typed', ['process.pid', 'own.flag']),
  newTerms('dated', ['event.created']),
  newTerms('dated-unmapped', ['own.time']),
  buildRule({
    rule_id: 'many',
    type: 'threshold',
    query: '*',
    index: [],
    new_terms_fields: undefined,
    threshold: buildThreshold({ field: ['process.name'], value: 2 }),
  }),
];

const instant = fc
  .record({
    ms: fc.constantFrom(0, 1, 500, 501, 3_600_000, 7_200_000),
    rest: fc.constantFrom(0n, 0n, 1n, 250n, 123_456n),
  })
  .map(({ ms, rest }) => BigInt(DAY + ms) * 1_000_000n + rest);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 3 });
const event = fc.record({
  time: instant,
  created: optional(instant),
  own: optional(instant),
  name: optional(fc.constantFrom('aws', 'bash', 'Ä', '')),
  args: optional(fc.array(fc.constantFrom('a', 'ab', 'x y', 'X Y'), { maxLength: 2 })),
  pid: optional(fc.constantFrom(5n, 7n, 9_007_199_254_740_993n)),
  number: optional(fc.constantFrom(1, 1.5, -0.25)),
  flag: optional(fc.boolean()),
  ip: optional(fc.constantFrom('10.0.0.7', '192.0.2.1', '::ffff:10.0.0.1')),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** As it is written in JSON: what the unit of the column cannot hold is cut off. */
function spelled(nanos: bigint | null, unit: Unit): DocumentValue {
  return nanos === null ? null : new Timestamp(cut(nanos, unit) * UNITS[unit], DIGITS[unit]).toString();
}

function cut(nanos: bigint, unit: Unit): bigint {
  return nanos / UNITS[unit];
}

function toLine({ time, created, own: ownTime, name, args, pid, number, flag, ip }: Event, unit: Unit): string {
  const fields: Record<string, DocumentValue> = {
    '@timestamp': spelled(time, unit),
    'event.created': spelled(created, unit),
    'own.time': spelled(ownTime, unit),
    'process.name': name,
    'process.args': args,
    'process.pid': pid,
    'own.number': number,
    'own.flag': flag,
    'source.ip': ip,
  };
  const own = Object.entries(fields).filter(([, value]) => value !== null);
  return `${stringifyDocument(Object.fromEntries(own) as Document)}\n`;
}

function toParquet(events: readonly Event[], unit: Unit): Uint8Array {
  const optionally = { repetition_type: 'OPTIONAL' } as const;
  const time = {
    ...optionally,
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit },
  } as const;
  const text = { ...optionally, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  const column = (name: string, of: (event: Event) => unknown): ColumnSource => ({ name, data: events.map(of) });
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        column('@timestamp', (each) => cut(each.time, unit)),
        column('event.created', (each) => (each.created === null ? null : cut(each.created, unit))),
        column('own.time', (each) => (each.own === null ? null : cut(each.own, unit))),
        column('process.name', (each) => each.name),
        column('process.args', (each) => each.args),
        column('process.pid', (each) => each.pid),
        column('own.number', (each) => each.number),
        column('own.flag', (each) => each.flag),
        column('source.ip', (each) => each.ip),
      ],
      schema: [
        { name: 'root', num_children: 9 },
        { name: '@timestamp', ...time },
        { name: 'event.created', ...time },
        { name: 'own.time', ...time },
        { name: 'process.name', ...text },
        { name: 'process.args', ...optionally, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', ...text },
        { name: 'process.pid', ...optionally, type: 'INT64' },
        { name: 'own.number', ...optionally, type: 'DOUBLE' },
        { name: 'own.flag', ...optionally, type: 'BOOLEAN' },
        { name: 'source.ip', ...text },
      ],
      rowGroupSize: 3,
    }),
  );
}

const FIELD_TYPES = createFieldTypes();
const COMPILED = new Map(RULES.map((rule) => [rule, compileRule(rule, { fieldTypes: FIELD_TYPES })]));
const buildAlert = createAlertBuilder();

async function alertsOf(name: string, body: string | Uint8Array, rules = RULES): Promise<readonly Document[]> {
  const bodies = { [name]: body as string };
  const [from, to] = [new Date(DAY).toISOString(), new Date(DAY + 86_400_000).toISOString()];
  const hunted = await huntShards(bodies, [shardOf(bodies)], {
    question: buildQuestion(rules, { from, to }),
    rules: rules.flatMap((rule) => COMPILED.get(rule) ?? []),
    buildAlert,
    listedAt: '2026-03-01T00:00:00.000Z',
  });
  return hunted.alerts.map((alert) => {
    const { 'coldhunt.evidence': _evidence, 'coldhunt.bucket': bucket, 'coldhunt.copies': copies, ...said } = alert;
    // How far back the hours reach is told by other means in each format.
    const { 'coldhunt.baseline': _baseline, 'coldhunt.baseline_reason': _reason, ...rest } = said;
    return {
      ...rest,
      copies: (copies as unknown[]).length,
      bucket: (bucket as Document | undefined)?.['events'] ?? null,
    };
  });
}

describe('the same events as NDJSON and as Parquet', () => {
  it('raise alerts that say the same', async () => {
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 12 }),
        fc.constantFrom<Unit>('MILLIS', 'MICROS', 'NANOS'),
        async (events, unit) => {
          const text = await alertsOf('events.ndjson', events.map((each) => toLine(each, unit)).join(''));
          const rows = await alertsOf('events.parquet', toParquet(events, unit));
          expect(rows).toEqual(text);
          for (const alert of text) seen.add(alert['kibana.alert.rule.rule_id']);
        },
      ),
      { numRuns: 25 },
    );
    expect([...seen].toSorted()).toEqual(RULES.map(({ rule_id }) => rule_id).toSorted());
  });

  // Each reads columns of its own then.
  it.each(RULES)('raise alerts that say the same of the rule $rule_id alone', async (rule) => {
    const events = fc.sample(event, { seed: 3, numRuns: 40 });
    const text = await alertsOf('events.ndjson', events.map((each) => toLine(each, 'MICROS')).join(''), [rule]);
    expect(text.length).toBeGreaterThan(0);
    expect(await alertsOf('events.parquet', toParquet(events, 'MICROS'), [rule])).toEqual(text);
  });
});

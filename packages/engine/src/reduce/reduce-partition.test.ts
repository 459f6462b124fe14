// Brute force: random histories against a direct reading of the rule, whatever the shards, the partitions and the memory.

import { SEMANTICS_REVISION, sha256Hex } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMatch, buildRule } from '../../test/build-match.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { MatchCollector } from '../scan/match-collector.ts';
import type { Match, ShardRecord } from '../scan/output.ts';
import { mergeSorted } from './merge-sorted.ts';
import type { RaisedAlert } from './raised-alert.ts';
import { PartitionInput, readRaised, reducePartition } from './reduce-partition.ts';
import { compareInTotal } from './sourced-match.ts';

const HOUR = 3_600_000;
const WINDOW_HOURS = 5;
const FROM_MS = 6 * HOUR;
const newTerms = buildRule({ rule_id: 'new', history_window_start: `now-${WINDOW_HOURS}h` });
const query = buildRule({ rule_id: 'query', type: 'query' });
const RULES = [newTerms, query];

interface Given {
  readonly halfHours: number;
  readonly hosts: readonly string[];
  readonly variant: number;
  readonly id: string | null;
  readonly object: number;
  readonly position: number;
}

const given: fc.Arbitrary<Given[]> = fc
  .array(
    fc.record({
      halfHours: fc.integer({ min: 0, max: 40 }),
      hosts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
      variant: fc.constantFrom(0, 0, 1),
      id: fc.constantFrom(null, null, 'x', 'y'),
      object: fc.integer({ min: 0, max: 4 }),
    }),
    { maxLength: 30 },
  )
  .map((events) => events.map((event, position) => ({ ...event, hosts: event.hosts.toSorted(), position })));

function timeOf({ halfHours }: Given): number {
  return (halfHours * HOUR) / 2;
}

function matchesOf(event: Given): Omit<Match, 'event'>[] {
  const time_ms = timeOf(event);
  const uri = `memory:///archive/${event.object}.ndjson`;
  const base = buildMatch({
    time_ms,
    position: event.position,
    id: event.id,
    copy_hash: sha256Hex(`${time_ms} ${event.hosts.join()} ${event.variant}`),
    place: time_ms >= FROM_MS ? 'range' : 'history',
  });
  const evidence = { ...base.evidence, uri };
  const forQuery = { ...base, evidence, rule_id: 'query', terms: null, term_key: '' };
  const keyed = event.hosts.map((host) => ({
    ...base,
    evidence,
    rule_id: 'new',
    terms: [host],
    term_key: `["${host}"]`,
  }));
  const unkeyed = { ...base, evidence, rule_id: 'new', terms: null, term_key: '' };
  if (base.place === 'history') return keyed;
  return [forQuery, ...(keyed.length === 0 ? [unkeyed] : keyed)];
}

/** What is compared of an alert. */
function told(kind: string, match: Omit<Match, 'event'>, copies: readonly { readonly uri: string }[]): string {
  const others = copies.map(({ uri }) => uri).toSorted();
  return JSON.stringify([
    kind,
    match.rule_id,
    match.time_ms,
    match.term_key,
    match.evidence.uri,
    match.position,
    others,
  ]);
}

/** The direct reading: an event alerts unless an earlier one of the total order with the same term lies in its window. */
function expectAlerts(events: readonly Given[]): string[] {
  const matches = events
    .flatMap(matchesOf)
    .toSorted((a, b) =>
      compareInTotal({ match: { ...a, event: 0 }, source: '' }, { match: { ...b, event: 0 }, source: '' }),
    );
  const found: string[] = [];
  for (const [at, match] of matches.entries()) {
    if (match.place !== 'range') continue;
    const group = groupOf(match, matches);
    const copies = group.filter((other) => other !== match).map(({ evidence }) => evidence);
    if (match.terms === null) {
      if (group[0] === match) found.push(told(match.rule_id === 'new' ? 'unkeyed' : 'alert', match, copies));
      continue;
    }
    const isKnown = matches.slice(0, at).some((earlier) => {
      const isSame = earlier.rule_id === match.rule_id && earlier.term_key === match.term_key;
      return isSame && earlier.time_ms >= match.time_ms - WINDOW_HOURS * HOUR;
    });
    if (!isKnown) found.push(told('alert', match, copies));
  }
  return found;
}

function groupOf(match: Omit<Match, 'event'>, matches: readonly Omit<Match, 'event'>[]): Omit<Match, 'event'>[] {
  const same = matches.filter(
    (other) =>
      other.rule_id === match.rule_id && other.term_key === match.term_key && other.copy_hash === match.copy_hash,
  );
  const firstId = same.find(({ id }) => id !== null)?.id ?? null;
  const own = match.id ?? firstId;
  return same.filter((other) => (other.id ?? firstId) === own);
}

async function reduce(
  events: readonly Given[],
  how: { shards: number; partitions: number; memoryChars: number; runChars: number },
): Promise<RaisedAlert[]> {
  const store = createMemoryStore();
  const records: { record: ShardRecord; path: string }[] = [];
  for (let shard = 0; shard < how.shards; shard += 1) {
    const own = events.filter(({ object }) => object % how.shards === shard);
    records.push(await scanned(own, shard, store, how.runChars));
  }
  const parts = [];
  for (let number = 0; number < how.partitions; number += 1) {
    const input = new PartitionInput(store, { number, of: how.partitions }, how);
    for (const { record, path } of records) await input.add(record, path);
    const options = {
      store,
      rules: RULES,
      dedupe: true,
      termFields: null,
      folder: 'reduce/x',
      memoryChars: how.memoryChars,
    };
    parts.push(await reducePartition(input, options));
  }
  const found: RaisedAlert[] = [];
  const streams = parts.map((part) => readRaised(store, part));
  for await (const batch of mergeSorted(streams, compareInTotal)) found.push(...batch);
  expect([...store.files.keys()].filter((path) => path.startsWith('reduce/spill/'))).toEqual([]);
  return found;
}

async function scanned(
  events: readonly Given[],
  sequence: number,
  store: MemoryStore,
  runChars: number,
): Promise<{ record: ShardRecord; path: string }> {
  const collector = new MatchCollector(store, { inlineChars: runChars, runChars });
  for (const event of events) await collector.add(matchesOf(event), { position: event.position });
  const record: ShardRecord = {
    format: 1,
    semantics_revision: SEMANTICS_REVISION,
    shard_id: sha256Hex(String(sequence)).slice(0, 32),
    sequence,
    state: 'ok',
    objects: [],
    matches: {},
    excepted: {},
    without_time_samples: [],
    warnings: [],
    stored: await collector.finish(),
  };
  return { record, path: `scan/${record.shard_id}.ledger.json` };
}

describe('a reduction', () => {
  it('is the direct reading of the rules, for any shards, partitions and memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        given,
        fc.record({
          shards: fc.integer({ min: 1, max: 5 }),
          partitions: fc.integer({ min: 1, max: 4 }),
          memoryChars: fc.constantFrom(0, 2_000, 1_000_000),
          runChars: fc.constantFrom(0, 1_500, 1_000_000),
        }),
        async (events, how) => {
          const found = await reduce(events, how);
          expect(found.map(({ kind, match, copies }) => told(kind, match, copies))).toEqual(expectAlerts(events));
          expect(found.every(({ copies, copyCount }) => copies.length === copyCount)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives an alert the id of a copy when the first has none', async () => {
    const base = { halfHours: 20, hosts: ['a'], variant: 0 };
    const found = await reduce(
      [
        { ...base, id: null, object: 0, position: 0 },
        { ...base, id: 'x', object: 1, position: 1 },
      ],
      { shards: 2, partitions: 1, memoryChars: 1_000_000, runChars: 1_000_000 },
    );
    expect(found.map(({ match }) => [match.rule_id, match.position, match.id])).toEqual([
      ['new', 0, 'x'],
      ['query', 0, 'x'],
    ]);
  });
});
